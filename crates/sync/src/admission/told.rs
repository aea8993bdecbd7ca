//! What kept changes say, read without Automerge: for a process that shows it
//! nothing. A change that was kept adds elements and sets registers, so what a
//! document says is what its changes say, side by side.

use std::collections::{BTreeMap, BTreeSet};

use super::PutName;
use super::chunk::{Chunk, Op, Value};
use super::facts::{MAKE_MAP, PUT};
use crate::document::{Collections, Element, Field, birth, whole};
use crate::wire::Kind;

/// What stands under one key of a map that a change made.
type Fields<'c> = BTreeMap<u64, Vec<(&'c str, u64, &'c Op<'c>)>>;

/// Reads the changes of one document, in any order. What our reader does not
/// understand was never kept, and says nothing here.
#[must_use]
pub fn told<'a>(kind: Kind, kept: impl IntoIterator<Item = &'a [u8]>) -> Collections {
    let mut found = Collections::default();
    // What stands in each register, and what a later change put something else in the place of.
    let mut puts: BTreeMap<(String, PutName), String> = BTreeMap::new();
    let mut gone: BTreeSet<(String, PutName)> = BTreeSet::new();
    for bytes in kept {
        if let Some(chunk) = Chunk::read(bytes) {
            take(&chunk, kind, &mut found, &mut puts, &mut gone);
        }
    }
    for ((register, put), id) in puts {
        if !gone.contains(&(register.clone(), put)) {
            found.registers.entry(register).or_default().push(id);
        }
    }
    found.in_order()
}

fn take(
    chunk: &Chunk<'_>,
    kind: Kind,
    found: &mut Collections,
    puts: &mut BTreeMap<(String, PutName), String>,
    gone: &mut BTreeSet<(String, PutName)>,
) {
    let maps = birth::maps(kind);
    let mut inside: Fields<'_> = BTreeMap::new();
    let mut elements = Vec::new();
    for (op, counter) in chunk.ops.iter().zip(chunk.start_op..) {
        let (Some(object), Some(key)) = (op.object, op.key) else {
            continue;
        };
        if chunk.actors[object.actor] != birth::ACTOR {
            if object.actor == 0 {
                inside
                    .entry(object.counter)
                    .or_default()
                    .push((key, counter, op));
            }
            continue;
        }
        let place = usize::try_from(object.counter)
            .ok()
            .and_then(|at| at.checked_sub(1));
        let Some(collection) = place.and_then(|place| maps.get(place)) else {
            continue;
        };
        match (*collection, op.value) {
            ("registers", Value::Text(id)) if op.action == PUT => {
                let name = |counter, actor: usize| {
                    let put: PutName = (counter, chunk.actors[actor].to_vec());
                    (key.to_owned(), put)
                };
                puts.insert(name(counter, 0), id.to_owned());
                gone.extend(
                    op.overwrites
                        .iter()
                        .map(|over| name(over.counter, over.actor)),
                );
            }
            ("registers", _) => {}
            (collection, _) => elements.push((collection, key, counter)),
        }
    }
    for (collection, key, counter) in elements {
        let (fields, wrong) = fields(&inside, counter, true);
        match Element::of(key, fields, wrong) {
            Some(element) => found
                .elements
                .entry(collection.to_owned())
                .or_default()
                .push(element),
            None => *found.unread.entry(collection.to_owned()).or_default() += 1,
        }
    }
}

/// The fields of a map, and those that cannot be read. Only an element has maps inside.
fn fields(
    inside: &Fields<'_>,
    map: u64,
    element: bool,
) -> (BTreeMap<String, Field>, BTreeSet<String>) {
    let (mut read, mut wrong) = (BTreeMap::new(), BTreeSet::new());
    for (key, counter, op) in inside.get(&map).into_iter().flatten() {
        let field = match (op.action, op.value) {
            (MAKE_MAP, _) if element => {
                let (fields, wrong) = fields(inside, *counter, false);
                wrong.is_empty().then_some(Field::Map(fields))
            }
            (PUT, Value::Text(text)) => Some(Field::Text(text.to_owned())),
            (PUT, Value::Bool(yes)) => Some(Field::Bool(yes)),
            (PUT, Value::Whole(number)) => whole(number),
            _ => None,
        };
        match field {
            Some(field) => read.insert((*key).to_owned(), field).map(drop),
            None => wrong.insert((*key).to_owned()).then_some(()),
        };
    }
    (read, wrong)
}
