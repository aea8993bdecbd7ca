//! Walks a document of any shape, three maps deep and no further.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use automerge::iter::{DocItem, MapRangeItem};
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
    read(Maps::of(document))
}

fn read(mut maps: Maps<'_>) -> Collections {
    let mut found = Collections::default();
    for (name, values) in maps.take(&ROOT) {
        let collections = values
            .into_iter()
            .filter(|(value, _)| matches!(value, Value::Object(ObjType::Map)));
        for (_, collection) in collections {
            if name == "registers" {
                found.read_registers(&mut maps, &collection);
            } else {
                found.read_elements(&mut maps, &collection, &name);
            }
        }
    }
    found.in_order()
}

/// Asks Automerge for all that [`collections`] asks it for, and forgets it: for
/// somebody who wants to know that it answers.
pub(super) fn walk(document: &Automerge) {
    let mut beside = Vec::new();
    for walked in document.iter() {
        if let DocItem::Map(item) = walked.item
            && item.conflict
        {
            beside.extend(objects(document, &walked.obj, &item.key));
        }
    }
    while let Some(map) = beside.pop() {
        for item in document.map_range(&map, ..) {
            if item.conflict {
                beside.extend(objects(document, &map, &item.key));
            } else if matches!(item.value, ValueRef::Object(_)) {
                beside.push(item.id());
            }
        }
    }
}

/// The objects that stand side by side under one key.
fn objects(document: &Automerge, map: &ObjId, key: &str) -> impl Iterator<Item = ObjId> {
    let values = document.get_all(map, key).unwrap_or_default();
    values
        .into_iter()
        .filter_map(|(value, object)| value.is_object().then_some(object))
}

impl Collections {
    /// In the order in which both readers give them.
    pub(crate) fn in_order(mut self) -> Self {
        for elements in self.elements.values_mut() {
            elements.sort_by_key(|element| (element.at, element.id, element.device));
        }
        for values in self.registers.values_mut() {
            values.sort_unstable();
            values.dedup();
        }
        self
    }

    /// The elements of one collection.
    #[must_use]
    pub fn of(&self, collection: &str) -> &[Element] {
        self.elements.get(collection).map_or(&[], Vec::as_slice)
    }

    fn read_elements(&mut self, maps: &mut Maps<'_>, collection: &ObjId, name: &str) {
        for (key, values) in maps.take(collection) {
            for (value, object) in values {
                let element = match value {
                    Value::Object(ObjType::Map) => Element::read(maps, &key, &object),
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

    fn read_registers(&mut self, maps: &mut Maps<'_>, registers: &ObjId) {
        for (field, values) in maps.take(registers) {
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
    fn read(maps: &mut Maps<'_>, key: &str, object: &ObjId) -> Option<Self> {
        let (fields, wrong) = read_fields(maps, object, Inner::Read);
        Self::of(key, fields, wrong)
    }

    /// An element out of its fields; none if it does not say who, where and when.
    pub(crate) fn of(
        key: &str,
        mut fields: BTreeMap<String, Field>,
        wrong: BTreeSet<String>,
    ) -> Option<Self> {
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
    maps: &mut Maps<'_>,
    object: &ObjId,
    inner: Inner,
) -> (BTreeMap<String, Field>, BTreeSet<String>) {
    let mut fields = BTreeMap::new();
    let mut wrong = BTreeSet::new();
    for (name, values) in maps.take(object) {
        // Two values under one key: Automerge would pick one, and we do not.
        let field = match &values[..] {
            [(Value::Object(ObjType::Map), object)] => match inner {
                Inner::Read => {
                    let (fields, wrong) = read_fields(maps, object, Inner::Refuse);
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
pub(crate) fn whole(int: i128) -> Option<Field> {
    const LARGEST: i64 = (1 << 53) - 1;
    i64::try_from(int)
        .ok()
        .filter(|int| (-LARGEST..=LARGEST).contains(int))
        .map(Field::Int)
}

/// What stands under one key, and the object's id if it is one.
type Found<'a> = (Value<'a>, ObjId);
type Entries<'a> = Vec<(String, Vec<Found<'a>>)>;

/// What stands under each key of each map, in one walk over the document: to
/// look up each map by itself takes as long as all else that a reader does.
struct Maps<'a> {
    document: &'a Automerge,
    found: BTreeMap<ObjId, Entries<'a>>,
}

impl<'a> Maps<'a> {
    fn of(document: &'a Automerge) -> Self {
        let mut found: BTreeMap<ObjId, Entries<'a>> = BTreeMap::new();
        let mut here: Option<(Arc<ObjId>, Entries<'a>)> = None;
        for walked in document.iter() {
            let DocItem::Map(item) = walked.item else {
                continue;
            };
            let entry = entry(document, &walked.obj, item);
            match &mut here {
                Some((map, entries)) if *map == walked.obj => entries.push(entry),
                _ => {
                    if let Some((map, entries)) = here.replace((walked.obj, vec![entry])) {
                        found.insert(map.as_ref().clone(), entries);
                    }
                }
            }
        }
        if let Some((map, entries)) = here {
            found.insert(map.as_ref().clone(), entries);
        }
        Self { document, found }
    }

    /// The entries of one map. The walk does not go into what stands beside a
    /// value that Automerge would pick.
    fn take(&mut self, map: &ObjId) -> Entries<'a> {
        self.found.remove(map).unwrap_or_else(|| {
            let range = self.document.map_range(map, ..);
            range.map(|item| entry(self.document, map, item)).collect()
        })
    }
}

fn entry<'a>(
    document: &'a Automerge,
    map: &ObjId,
    item: MapRangeItem<'a>,
) -> (String, Vec<Found<'a>>) {
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

#[cfg(test)]
mod tests {
    use automerge::transaction::Transactable as _;
    use automerge::{ActorId, AutomergeError};
    use proptest::prelude::*;

    use super::*;

    /// As [`collections`], without the walk over the whole document.
    fn one_by_one(document: &Automerge) -> Collections {
        read(Maps {
            document,
            found: BTreeMap::new(),
        })
    }

    /// Writes at random into one of the maps that are there, sometimes a map or a list.
    fn scribble(document: &mut Automerge, choices: &[u8]) -> Result<(), AutomergeError> {
        let mut writing = document.transaction();
        let mut maps = vec![ROOT];
        for choice in choices {
            let map = &maps[usize::from(*choice) % maps.len()];
            let key = ["accounts", "registers", "by", "at"][usize::from(choice / 7) % 4];
            match choice % 5 {
                0 => drop(writing.put_object(map, key, ObjType::List)?),
                1 => writing.put(map, key, i64::from(*choice))?,
                2 => writing.put(map, key, "0a0b0c0d0e0f00010203040506070809")?,
                _ => {
                    let inner = writing.put_object(map, key, ObjType::Map)?;
                    maps.push(inner);
                }
            }
        }
        writing.commit();
        Ok(())
    }

    proptest! {
        #[test]
        fn one_walk_finds_what_each_map_says(
            first in proptest::collection::vec(any::<u8>(), 0..40),
            second in proptest::collection::vec(any::<u8>(), 0..40),
            third in proptest::collection::vec(any::<u8>(), 0..40),
        ) {
            let mut document = Automerge::new().with_actor(ActorId::from([1; 16]));
            scribble(&mut document, &first).unwrap();
            let mut other = document.fork().with_actor(ActorId::from([2; 16]));
            scribble(&mut document, &second).unwrap();
            scribble(&mut other, &third).unwrap();
            document.merge(&mut other).unwrap();

            prop_assert!(collections(&document) == one_by_one(&document));
        }
    }
}
