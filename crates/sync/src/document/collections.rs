//! Walks a document of any shape, three maps deep and no further.

use std::collections::{BTreeMap, BTreeSet};

use automerge::{Automerge, ObjId, ObjType, ROOT, ReadDoc as _, ScalarValue, Value, ValueRef};

use crate::ids::{DeviceId, FactId, StaffId};

/// What stands in a field.
#[derive(Clone, Eq, PartialEq)]
pub enum Field {
    /// A scalar string.
    Text(String),
    /// An integer, at most 2^53 - 1 from zero.
    Int(i64),
    /// Yes or no.
    Bool(bool),
    /// A nested map, for example a time. There is no map inside it.
    Map(BTreeMap<String, Field>),
}

/// Something written down once.
#[derive(Clone, Eq, PartialEq)]
pub struct Element {
    /// Its key in the collection. Two devices can give one id to two elements.
    pub id: FactId,
    /// Who wrote it.
    pub by: StaffId,
    /// On which device.
    pub device: DeviceId,
    /// When, by the device's clock: milliseconds since 1970, UTC.
    pub at: i64,
    /// Server minus device clock in milliseconds, when last measured.
    pub clock_off: Option<i64>,
    /// Everything else that has a type we know.
    pub fields: BTreeMap<String, Field>,
    /// Fields that have another type, or two values side by side.
    pub wrong: BTreeSet<String>,
}

/// A document as it stands, before anybody asks what it means.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Collections {
    /// Elements by collection, each collection by `at`, then id, then device.
    pub elements: BTreeMap<String, Vec<Element>>,
    /// For each register every value that stands there side by side, in order.
    pub registers: BTreeMap<String, Vec<String>>,
    /// By collection, how many elements or registers could not be read.
    pub unread: BTreeMap<String, u64>,
}

/// Reads every map at the root. Never fails, whatever the document holds.
#[must_use]
pub fn collections(document: &Automerge) -> Collections {
    let mut found = Collections::default();
    for (name, values) in entries(document, &ROOT) {
        let maps = values
            .into_iter()
            .filter(|(value, _)| matches!(value, Value::Object(ObjType::Map)));
        for (_, collection) in maps {
            if name == "registers" {
                found.read_registers(document, &collection);
            } else {
                found.read_elements(document, &collection, &name);
            }
        }
    }
    for elements in found.elements.values_mut() {
        elements.sort_by_key(|element| (element.at, element.id, element.device));
    }
    for values in found.registers.values_mut() {
        values.sort_unstable();
        values.dedup();
    }
    found
}

impl Collections {
    /// The elements of one collection.
    #[must_use]
    pub fn of(&self, collection: &str) -> &[Element] {
        self.elements.get(collection).map_or(&[], Vec::as_slice)
    }

    fn read_elements(&mut self, document: &Automerge, collection: &ObjId, name: &str) {
        for (key, values) in entries(document, collection) {
            for (value, object) in values {
                let element = match value {
                    Value::Object(ObjType::Map) => Element::read(document, &key, &object),
                    _ => None,
                };
                match element {
                    Some(element) => self
                        .elements
                        .entry(name.to_owned())
                        .or_default()
                        .push(element),
                    None => *self.unread.entry(name.to_owned()).or_default() += 1,
                }
            }
        }
    }

    fn read_registers(&mut self, document: &Automerge, registers: &ObjId) {
        for (field, values) in entries(document, registers) {
            for (value, _) in values {
                match read_scalar(&value) {
                    Some(Field::Text(id)) => {
                        self.registers.entry(field.clone()).or_default().push(id)
                    }
                    _ => *self.unread.entry("registers".to_owned()).or_default() += 1,
                }
            }
        }
    }
}

impl Element {
    fn read(document: &Automerge, key: &str, object: &ObjId) -> Option<Self> {
        let (mut fields, wrong) = read_fields(document, object, Inner::Read);
        if wrong.contains("clock_off") {
            return None;
        }
        Some(Self {
            id: key.parse().ok()?,
            by: take_text(&mut fields, "by")?.parse().ok()?,
            device: take_text(&mut fields, "device")?.parse().ok()?,
            at: match fields.remove("at")? {
                Field::Int(at) => at,
                _ => return None,
            },
            clock_off: match fields.remove("clock_off") {
                None => None,
                Some(Field::Int(off)) => Some(off),
                Some(_) => return None,
            },
            fields,
            wrong,
        })
    }
}

#[derive(Clone, Copy)]
enum Inner {
    Read,
    Refuse,
}

fn read_fields(
    document: &Automerge,
    object: &ObjId,
    inner: Inner,
) -> (BTreeMap<String, Field>, BTreeSet<String>) {
    let mut fields = BTreeMap::new();
    let mut wrong = BTreeSet::new();
    for (name, values) in entries(document, object) {
        // Two values under one key: Automerge would pick one, and we do not.
        let field = match &values[..] {
            [(Value::Object(ObjType::Map), object)] => match inner {
                Inner::Read => {
                    let (fields, wrong) = read_fields(document, object, Inner::Refuse);
                    wrong.is_empty().then_some(Field::Map(fields))
                }
                Inner::Refuse => None,
            },
            [(value, _)] => read_scalar(value),
            _ => None,
        };
        match field {
            Some(field) => {
                fields.insert(name, field);
            }
            None => {
                wrong.insert(name);
            }
        }
    }
    (fields, wrong)
}

fn read_scalar(value: &Value<'_>) -> Option<Field> {
    let Value::Scalar(scalar) = value else {
        return None;
    };
    match scalar.as_ref() {
        ScalarValue::Str(text) => Some(Field::Text(text.to_string())),
        ScalarValue::Int(int) => whole(i128::from(*int)),
        ScalarValue::Uint(int) => whole(i128::from(*int)),
        // JavaScript has one kind of number, and its Automerge writes 0 and
        // what is below it as a float unless told otherwise.
        ScalarValue::F64(float) if float.fract() == 0.0 => whole(*float as i128),
        ScalarValue::Boolean(bool) => Some(Field::Bool(*bool)),
        _ => None,
    }
}

/// An integer that every reader can hold exactly.
fn whole(int: i128) -> Option<Field> {
    const LARGEST: i64 = (1 << 53) - 1;
    i64::try_from(int)
        .ok()
        .filter(|int| (-LARGEST..=LARGEST).contains(int))
        .map(Field::Int)
}

type Found<'a> = (Value<'a>, ObjId);

/// What stands under each key of a map, in one walk: to look each key up by
/// itself takes as long as all else that a reader does, several times over.
fn entries<'a>(
    document: &'a Automerge,
    map: &ObjId,
) -> impl Iterator<Item = (String, Vec<Found<'a>>)> {
    document.map_range(map, ..).map(move |item| {
        let values = if item.conflict {
            document.get_all(map, item.key.as_ref()).unwrap_or_default()
        } else {
            // Only an object is ever looked into.
            let object = match item.value {
                ValueRef::Object(_) => item.id(),
                ValueRef::Scalar(_) => ROOT,
            };
            vec![(item.value.into_value(), object)]
        };
        (item.key.into_owned(), values)
    })
}

fn take_text(fields: &mut BTreeMap<String, Field>, name: &str) -> Option<String> {
    match fields.remove(name)? {
        Field::Text(text) => Some(text),
        _ => None,
    }
}

impl From<&str> for Field {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Field {
    fn from(int: i64) -> Self {
        Self::Int(int)
    }
}

impl From<bool> for Field {
    fn from(bool: bool) -> Self {
        Self::Bool(bool)
    }
}

impl std::fmt::Debug for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "Text(…)",
            Self::Int(_) => "Int(…)",
            Self::Bool(_) => "Bool(…)",
            Self::Map(_) => "Map(…)",
        })
    }
}

impl std::fmt::Debug for Element {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Element")
            .field("id", &self.id)
            .field("by", &self.by)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}
