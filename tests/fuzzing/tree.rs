//! Bytes of Protocol Buffers as a tree, without knowing what they mean: so
//! that damage can be done to a field in the depth, and every length around it
//! still be right.

/// One field.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Field {
    pub(crate) number: u64,
    pub(crate) value: Value,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Varint(u64),
    Eight([u8; 8]),
    Four([u8; 4]),
    Bytes(Vec<u8>),
    Inner(Vec<Field>),
    /// The start or the end of a group, which the wire has not.
    Group(bool),
    /// Bytes that stand there as they are.
    Raw(Vec<u8>),
}

/// The tree of a message, or of a sequence of messages, each after its length.
pub(crate) fn read(sequence: bool, bytes: &[u8]) -> Vec<Field> {
    if !sequence {
        return fields(bytes).unwrap_or_else(|| vec![raw(bytes)]);
    }
    let (mut tree, mut rest) = (Vec::new(), bytes);
    while let Some(message) = prefixed(&mut rest) {
        tree.push(Field {
            number: 0,
            value: Value::Inner(fields(message).unwrap_or_else(|| vec![raw(message)])),
        });
    }
    tree
}

pub(crate) fn write(tree: &[Field]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for field in tree {
        let key = |wire: u64| field.number << 3 | wire;
        // Number 0 is no field: it stands for a message of a sequence.
        match &field.value {
            Value::Varint(number) => {
                varint(key(0), &mut bytes);
                varint(*number, &mut bytes);
            }
            Value::Eight(eight) => {
                varint(key(1), &mut bytes);
                bytes.extend(eight);
            }
            Value::Four(four) => {
                varint(key(5), &mut bytes);
                bytes.extend(four);
            }
            Value::Group(start) => varint(key(if *start { 3 } else { 4 }), &mut bytes),
            Value::Raw(raw) => bytes.extend(raw),
            Value::Bytes(inner) => delimited(field.number, inner, &mut bytes),
            Value::Inner(inner) => delimited(field.number, &write(inner), &mut bytes),
        }
    }
    bytes
}

/// How many fields there are, in all depths.
pub(crate) fn size(tree: &[Field]) -> usize {
    tree.iter()
        .map(|field| match &field.value {
            Value::Inner(inner) => 1 + size(inner),
            _ => 1,
        })
        .sum()
}

/// The list that holds the field with this number, counted through all depths,
/// and the field's place in it.
pub(crate) fn nth(tree: &mut Vec<Field>, mut wanted: usize) -> Option<(&mut Vec<Field>, usize)> {
    let mut at = None;
    for (place, field) in tree.iter().enumerate() {
        if wanted == 0 {
            at = Some((place, None));
            break;
        }
        wanted -= 1;
        if let Value::Inner(inner) = &field.value {
            let inside = size(inner);
            if wanted < inside {
                at = Some((place, Some(wanted)));
                break;
            }
            wanted -= inside;
        }
    }
    match at? {
        (place, None) => Some((tree, place)),
        (place, Some(deeper)) => match &mut tree[place].value {
            Value::Inner(inner) => nth(inner, deeper),
            _ => None,
        },
    }
}

pub(crate) fn bytes_field(number: u64, bytes: Vec<u8>) -> Field {
    Field {
        number,
        value: Value::Bytes(bytes),
    }
}

pub(crate) fn raw(bytes: &[u8]) -> Field {
    Field {
        number: 0,
        value: Value::Raw(bytes.to_vec()),
    }
}

pub(crate) fn varint(mut value: u64, into: &mut Vec<u8>) {
    while value >= 0x80 {
        into.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    into.push(value.to_le_bytes()[0]);
}

fn delimited(number: u64, inner: &[u8], into: &mut Vec<u8>) {
    if number > 0 {
        varint(number << 3 | 2, into);
    }
    varint(inner.len() as u64, into);
    into.extend(inner);
}

fn fields(bytes: &[u8]) -> Option<Vec<Field>> {
    let (mut tree, mut rest) = (Vec::new(), bytes);
    while !rest.is_empty() {
        let key = read_varint(&mut rest)?;
        let value = match key & 7 {
            0 => Value::Varint(read_varint(&mut rest)?),
            1 => Value::Eight(rest.split_off(..8)?.try_into().ok()?),
            5 => Value::Four(rest.split_off(..4)?.try_into().ok()?),
            2 => {
                let content = prefixed(&mut rest)?;
                // What can be read as a message and comes out the same, may be one.
                match fields(content).filter(|inner| !inner.is_empty()) {
                    Some(inner) if write(&inner) == content => Value::Inner(inner),
                    _ => Value::Bytes(content.to_vec()),
                }
            }
            _ => return None,
        };
        let number = key >> 3;
        if number == 0 {
            return None;
        }
        tree.push(Field { number, value });
    }
    Some(tree)
}

fn prefixed<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(read_varint(rest)?).ok()?;
    rest.split_off(..length)
}

fn read_varint(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..63).step_by(7) {
        let byte = *rest.split_off_first()?;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}
