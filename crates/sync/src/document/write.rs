//! Writes facts: one intention, one change.

use std::collections::BTreeMap;

use automerge::transaction::{CommitOptions, Transactable as _, Transaction};
use automerge::{ActorId, AutomergeError, ObjId, ObjType, ROOT, ReadDoc as _, Value};

use super::{Document, Field};
use crate::ids::{DeviceId, FactId, StaffId};

/// Who writes, on which device, and when.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Stamp {
    /// The staff member.
    pub by: StaffId,
    /// Their device.
    pub device: DeviceId,
    /// The device's clock, milliseconds since 1970, UTC.
    pub at: i64,
    /// Server minus device clock in milliseconds, when last measured.
    pub clock_off: Option<i64>,
}

/// One element to be written.
#[derive(Clone)]
pub struct NewFact {
    /// The collection, as in `docs/DOCUMENTS.md`.
    pub into: String,
    /// Chosen at random by whoever writes.
    pub id: FactId,
    /// Beside `by`, `device`, `at` and `clock_off`.
    pub fields: BTreeMap<String, Field>,
    /// For a `set` entry: the register that points at it from now on.
    pub register: Option<String>,
}

/// Why nothing was written. The document is as it was.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// There is nothing to write.
    #[error("there are no facts")]
    NoFacts,
    /// The kind of document has no such collection.
    #[error("the document has no such collection")]
    NoCollection,
    /// The id is already an element's.
    #[error("the id is taken")]
    IdTaken,
    /// Automerge refused.
    #[error("the change could not be made")]
    Automerge(#[from] AutomergeError),
}

impl Document {
    /// Writes facts in one change and gives the change's bytes, for an
    /// envelope. The document has it at once.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn write(
        &mut self,
        actor: ActorId,
        stamp: &Stamp,
        facts: &[NewFact],
    ) -> Result<Vec<u8>, WriteError> {
        if facts.is_empty() {
            return Err(WriteError::NoFacts);
        }
        let mut writing = self.automerge.clone();
        writing.set_actor(actor);
        let seconds = stamp.at.div_euclid(1000);
        writing
            .transact_with::<_, _, WriteError, _>(
                |()| CommitOptions::default().with_time(seconds),
                |change| {
                    facts
                        .iter()
                        .try_for_each(|fact| put_fact(change, stamp, fact))
                },
            )
            .map_err(|failure| failure.error)?;
        let change = writing.get_last_local_change().ok_or(WriteError::NoFacts)?;
        self.automerge = writing;
        Ok(change.raw_bytes().to_vec())
    }
}

fn put_fact(change: &mut Transaction<'_>, stamp: &Stamp, fact: &NewFact) -> Result<(), WriteError> {
    let id = fact.id.to_string();
    let collection = map(change, &fact.into)?;
    if change.get(&collection, id.as_str())?.is_some() {
        return Err(WriteError::IdTaken);
    }
    let mut fields = fact.fields.clone();
    fields.insert("by".into(), Field::Text(stamp.by.to_string()));
    fields.insert("device".into(), Field::Text(stamp.device.to_string()));
    fields.insert("at".into(), Field::Int(stamp.at));
    if let Some(clock_off) = stamp.clock_off {
        fields.insert("clock_off".into(), Field::Int(clock_off));
    }
    let element = change.put_object(&collection, id.as_str(), ObjType::Map)?;
    put_fields(change, &element, &fields)?;
    if let Some(register) = &fact.register {
        let registers = map(change, "registers")?;
        change.put(&registers, register.as_str(), id)?;
    }
    Ok(())
}

fn put_fields(
    change: &mut Transaction<'_>,
    into: &ObjId,
    fields: &BTreeMap<String, Field>,
) -> Result<(), AutomergeError> {
    for (name, field) in fields {
        match field {
            Field::Text(text) => change.put(into, name.as_str(), text.as_str())?,
            Field::Int(int) => change.put(into, name.as_str(), *int)?,
            Field::Bool(bool) => change.put(into, name.as_str(), *bool)?,
            Field::Map(fields) => {
                let inner = change.put_object(into, name.as_str(), ObjType::Map)?;
                put_fields(change, &inner, fields)?;
            }
        }
    }
    Ok(())
}

fn map(change: &Transaction<'_>, name: &str) -> Result<ObjId, WriteError> {
    match change.get(ROOT, name)? {
        Some((Value::Object(ObjType::Map), id)) => Ok(id),
        _ => Err(WriteError::NoCollection),
    }
}

impl std::fmt::Debug for NewFact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewFact")
            .field("into", &self.into)
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
