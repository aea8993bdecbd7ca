//! Which cases may belong together, as one lead may know.
//!
//! What a case is compared by is read out of its documents once, and again when
//! they grew, by our own reader: this process shows Automerge nothing. It stays
//! in memory only. Cases that the asker may not receive take
//! no part: what comes out is the same as if they were not there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use safehall_core::DocumentId;
use safehall_core::suggest::{Compared, Said, Suggestion, Traits, suggest};
use safehall_sync::admission::told;
use safehall_sync::document::{Collections, Element, Field, case_of};
use safehall_sync::envelope::Body;
use safehall_sync::wire::Kind;

use crate::store::{Book, StoreError, log};

/// What was read of each document. It holds names, so it has no `Debug`.
#[derive(Default)]
pub(crate) struct Patterns(Mutex<Readings>);

#[derive(Default)]
struct Readings {
    of: BTreeMap<[u8; 16], Reading>,
    /// Whoever began to read one of these before it was erased may come back after.
    erased: BTreeSet<[u8; 16]>,
}

impl Readings {
    fn keep(&mut self, document: [u8; 16], reading: Reading) {
        if !self.erased.contains(&document) {
            self.of.insert(document, reading);
        }
    }
}

#[derive(Clone)]
struct Reading {
    /// The number of the document's last change when it was read.
    last: i64,
    told: Arc<Told>,
}

enum Told {
    Case(Option<Box<Compared>>),
    /// Who told it.
    Identity(Vec<Traits>),
    /// What leads said about it: other cases, and persons whom they knew again.
    Chair {
        others: Vec<[u8; 16]>,
        persons: BTreeSet<String>,
    },
    Nothing,
}

impl Patterns {
    /// What these cases suggest. Each comes with the documents of it that the asker may receive.
    pub(crate) fn suggest(
        &self,
        conn: &Book<'_>,
        cases: &[Vec<log::Listed>],
    ) -> Result<Vec<Suggestion>, StoreError> {
        let mut compared: Vec<Compared> = Vec::new();
        let mut said = Vec::new();
        for documents in cases {
            let mut case: Option<Compared> = None;
            for document in documents {
                match (self.reading(conn, document)?.as_ref(), &mut case) {
                    (Told::Case(Some(found)), _) => case = Some(Compared::clone(found)),
                    (Told::Identity(traits), Some(case)) => {
                        case.sealed.extend(traits.iter().cloned());
                    }
                    (Told::Chair { others, persons }, Some(case)) => {
                        case.persons.extend(persons.iter().cloned());
                        said.extend(others.iter().map(|other| Said {
                            one: case.document,
                            other: DocumentId::from_bytes(*other),
                        }));
                    }
                    (
                        Told::Case(None) | Told::Identity(_) | Told::Chair { .. } | Told::Nothing,
                        _,
                    ) => {}
                }
            }
            compared.extend(case);
        }
        Ok(suggest(&compared, &said))
    }

    /// What was erased is not remembered here either.
    pub(crate) fn forget(&self, document: &[u8; 16]) {
        let mut readings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        readings.of.remove(document);
        readings.erased.insert(*document);
    }

    fn reading(&self, conn: &Book<'_>, document: &log::Listed) -> Result<Arc<Told>, StoreError> {
        let last = log::last_of(conn, &document.id)?;
        let known = {
            let readings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            readings.of.get(&document.id).cloned()
        };
        if let Some(reading) = known.filter(|reading| reading.last == last) {
            return Ok(reading.told);
        }
        let told = Arc::new(read(conn, document)?);
        let reading = Reading {
            last,
            told: Arc::clone(&told),
        };
        let mut readings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        readings.keep(document.id, reading);
        Ok(told)
    }
}

fn read(conn: &Book<'_>, document: &log::Listed) -> Result<Told, StoreError> {
    let kind =
        Kind::try_from(document.kind).map_err(|_| StoreError::Damaged("kind of document"))?;
    let mut changes = Vec::new();
    for envelope in log::envelopes(conn, &document.id)? {
        let body = Body::parse(&envelope).map_err(|_| StoreError::Damaged("change"))?;
        changes.push(body.change);
    }
    let found = told(kind, changes.iter().map(AsRef::as_ref));
    Ok(match kind {
        Kind::Case => {
            let id = DocumentId::from_bytes(document.id);
            Told::Case(Compared::of(id, &case_of(found)).map(Box::new))
        }
        Kind::Identity => {
            let person =
                |element: &Element| Traits::of(text(element, "badge"), text(element, "name"), None);
            Told::Identity(standing(&found, "persons").map(person).collect())
        }
        Kind::Chair => {
            let other = |element: &Element| {
                let id = text(element, "other")?.parse::<DocumentId>().ok()?;
                Some(*id.as_bytes())
            };
            let person = |element: &Element| text(element, "person").map(str::to_owned);
            Told::Chair {
                others: standing(&found, "links").filter_map(other).collect(),
                persons: standing(&found, "persons").filter_map(person).collect(),
            }
        }
        Kind::Notice | Kind::Duty | Kind::Unspecified => Told::Nothing,
    })
}

/// The elements that nobody struck and nothing replaces.
fn standing<'c>(found: &'c Collections, collection: &str) -> impl Iterator<Item = &'c Element> {
    let struck = found
        .of("strikes")
        .iter()
        .filter_map(|strike| text(strike, "target"));
    let elements = found.of(collection);
    let replaced = elements
        .iter()
        .filter_map(|element| text(element, "replaces"))
        .flat_map(|ids| ids.split(' '));
    let gone: BTreeSet<&str> = struck.chain(replaced).collect();
    elements
        .iter()
        .filter(move |element| !gone.contains(element.id.to_string().as_str()))
}

pub(crate) fn text<'e>(element: &'e Element, field: &str) -> Option<&'e str> {
    match element.fields.get(field)? {
        Field::Text(text) => Some(text),
        Field::Int(_) | Field::Bool(_) | Field::Map(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_before_it_was_erased_is_not_remembered_after() {
        let patterns = Patterns::default();
        let reading = || Reading {
            last: 1,
            told: Arc::new(Told::Nothing),
        };
        let remembered = |document| patterns.0.lock().unwrap().of.contains_key(&document);
        patterns.0.lock().unwrap().keep([1; 16], reading());
        assert!(remembered([1; 16]));

        patterns.forget(&[1; 16]);
        patterns.0.lock().unwrap().keep([1; 16], reading());
        patterns.0.lock().unwrap().keep([2; 16], reading());

        assert!(!remembered([1; 16]));
        assert!(remembered([2; 16]));
    }
}
