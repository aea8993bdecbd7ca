//! Damage with a plan: fields doubled, dropped, moved, renamed, retyped, cut
//! and blown up to just about every limit, and now and then plain noise.

use safehall_testkit::chance::Chance;

use super::honest::Sample;
use super::tree::{self, Field, Value};

/// Lengths and numbers at which something changes, one beside each of them.
const EDGES: [u64; 24] = [
    0,
    1,
    2,
    15,
    16,
    31,
    32,
    63,
    64,
    95,
    127,
    128,
    499,
    500,
    2_047,
    2_048,
    16_384,
    262_143,
    270_335,
    307_199,
    i32::MAX as u64,
    u32::MAX as u64,
    i64::MAX as u64,
    u64::MAX - 1,
];

/// Nothing grows past this: an execution costs what its bytes cost.
const LONGEST: usize = 400_000;

/// One to six things are done to the sample; to one in fifty nothing.
pub(crate) fn damaged(chance: &mut Chance, sample: &Sample, corpus: &[Sample]) -> Vec<u8> {
    if chance.one_in(50) {
        return sample.bytes.clone();
    }
    let mut tree = sample.tree.clone();
    for _ in 0..chance.between(1..=4) {
        if chance.one_in(12) {
            take_from_another(chance, &mut tree, corpus);
        } else {
            hurt(chance, &mut tree);
        }
    }
    let mut bytes = tree::write(&tree);
    bytes.truncate(LONGEST);
    if chance.one_in(4) {
        for _ in 0..chance.between(1..=3) {
            noise(chance, &mut bytes);
        }
    }
    bytes
}

/// Does something to one field.
fn hurt(chance: &mut Chance, tree: &mut Vec<Field>) {
    let count = tree::size(tree);
    if count == 0 {
        return tree.push(something(chance));
    }
    let wanted = chance.index(count);
    let Some((list, place)) = tree::nth(tree, wanted) else {
        return;
    };
    match chance.between(0..=13) {
        0 => drop(list.remove(place)),
        1 => list.insert(place, list[place].clone()),
        2 => {
            let other = chance.index(list.len());
            list.swap(place, other);
        }
        3 => list[place].number = chance.between(0..=20),
        4 => list[place].number = edge(chance) & 0x1fff_ffff,
        5 => list[place].value = something(chance).value,
        6 => list.insert(place, something(chance)),
        7 => repeat(chance, list, place),
        8 => list[place] = tree::raw(&bytes(chance, 12)),
        9 => overlong(chance, &mut list[place]),
        10 => nest(chance, &mut list[place]),
        _ => list[place].value = resized(chance, &list[place].value),
    }
}

fn something(chance: &mut Chance) -> Field {
    let value = match chance.between(0..=5) {
        0 => Value::Varint(edge(chance)),
        1 => Value::Eight(chance.bytes()),
        2 => Value::Four(chance.bytes()),
        3 => Value::Group(chance.one_in(2)),
        4 => Value::Inner(Vec::new()),
        _ => Value::Bytes(bytes(chance, 40)),
    };
    Field {
        number: chance.between(1..=14),
        value,
    }
}

/// The same field again, as often as a list may be long, or once more.
fn repeat(chance: &mut Chance, list: &mut Vec<Field>, place: usize) {
    let times = if chance.one_in(8) {
        [499, 500, 501, 1_016, 1_017, 20_000][chance.index(6)]
    } else {
        [2, 3, 64, 65][chance.index(4)]
    };
    let one = if chance.one_in(2) {
        list[place].clone()
    } else {
        Field {
            number: list[place].number,
            value: Value::Inner(Vec::new()),
        }
    };
    let length = tree::write(std::slice::from_ref(&one)).len().max(1);
    let times = times.min(LONGEST / length);
    list.splice(place..place, std::iter::repeat_n(one, times));
}

/// A number in more bytes than it needs, or in more than any may have.
fn overlong(chance: &mut Chance, field: &mut Field) {
    let mut raw = Vec::new();
    tree::varint(field.number << 3, &mut raw);
    let more = usize::try_from(chance.between(1..=11)).unwrap_or(1);
    raw.extend(std::iter::repeat_n(0x80, more));
    raw.push(u8::from(chance.one_in(2)));
    *field = tree::raw(&raw);
}

/// Puts the field into itself, up to far deeper than anything is read.
fn nest(chance: &mut Chance, field: &mut Field) {
    let number = field.number;
    for _ in 0..[1, 2, 8, 90, 110][chance.index(5)] {
        let inner = field.clone();
        *field = Field {
            number,
            value: Value::Inner(vec![inner]),
        };
    }
}

fn resized(chance: &mut Chance, value: &Value) -> Value {
    let length = usize::try_from(edge(chance)).unwrap_or(0) % 310_000;
    match value {
        Value::Varint(number) if chance.one_in(2) => {
            Value::Varint(number ^ (1 << chance.between(0..=63)))
        }
        Value::Varint(_) => Value::Varint(edge(chance)),
        Value::Bytes(old) if chance.one_in(2) && !old.is_empty() => {
            let mut bytes = old.clone();
            let at = chance.index(bytes.len());
            bytes[at] ^= 1 << chance.between(0..=7);
            Value::Bytes(bytes)
        }
        Value::Bytes(old) => {
            // The long lengths are rare: they cost as much as a thousand others.
            let length = if length > 4_096 && !chance.one_in(100) {
                length % 512
            } else {
                length
            };
            let mut bytes = old.clone();
            bytes.resize(length, b'x');
            Value::Bytes(bytes)
        }
        other => other.clone(),
    }
}

fn take_from_another(chance: &mut Chance, tree: &mut Vec<Field>, corpus: &[Sample]) {
    let Some(other) = chance.pick(corpus) else {
        return;
    };
    let Some(mut taken) = chance.pick(&other.tree) else {
        return;
    };
    // Down to some depth.
    while let Value::Inner(inner) = &taken.value
        && chance.one_in(2)
        && let Some(deeper) = chance.pick(inner)
    {
        taken = deeper;
    }
    let count = tree::size(tree).max(1);
    match tree::nth(tree, chance.index(count)) {
        Some((list, place)) => list.insert(place, taken.clone()),
        None => tree.push(taken.clone()),
    }
}

/// Damage without a plan.
fn noise(chance: &mut Chance, bytes: &mut Vec<u8>) {
    if bytes.is_empty() {
        return bytes.push(chance.bytes::<1>()[0]);
    }
    let at = chance.index(bytes.len());
    match chance.between(0..=5) {
        0 => bytes.truncate(at),
        1 => bytes[at] ^= 1 << chance.between(0..=7),
        2 => bytes[at] = [0, 1, 0x7f, 0x80, 0xff][chance.index(5)],
        3 => drop(bytes.remove(at)),
        4 => bytes.insert(at, chance.bytes::<1>()[0]),
        _ => {
            let end = (at + chance.index(16)).min(bytes.len());
            let again = bytes[at..end].to_vec();
            bytes.splice(at..at, again);
        }
    }
}

fn edge(chance: &mut Chance) -> u64 {
    let edge = EDGES[chance.index(EDGES.len())];
    match chance.between(0..=3) {
        0 => edge.wrapping_add(1),
        1 => chance.between(0..=300),
        _ => edge,
    }
}

fn bytes(chance: &mut Chance, at_most: usize) -> Vec<u8> {
    let length = chance.index(at_most + 1);
    (0..length).map(|_| chance.bytes::<1>()[0]).collect()
}
