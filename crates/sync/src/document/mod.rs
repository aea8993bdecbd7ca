//! Documents: how they are born, written and read.
//!
//! [`Document`] is Automerge with our rules around it: it starts from its
//! [`birth`], grows by changes that each write facts ([`Document::write`]), and
//! reads as the plain values of `core` ([`read_case`], [`collections`]). A
//! reader accepts every merge, and shows where two people disagree.

pub mod birth;
mod case;
mod collections;
mod write;

pub use case::{case_of, read_case};
pub(crate) use collections::whole;
pub use collections::{Collections, Element, Field, collections};
pub use write::{NewFact, Stamp, WriteError};

use automerge::{ActorId, Automerge, AutomergeError, Change, ChangeHash, ReadDoc as _};

use crate::ids::{DeviceId, sha256};
use crate::wire::Kind;

/// One document in memory.
#[derive(Clone)]
pub struct Document {
    kind: Kind,
    automerge: Automerge,
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document")
            .field("kind", &self.kind)
            .field("heads", &self.automerge.get_heads())
            .finish()
    }
}

/// A document that could not be made or read. What is on disk is as it was.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// There is no birth for this kind.
    #[error("no document is of this kind")]
    NoKind,
    /// Automerge could not read the bytes, or apply what they say.
    #[error("the bytes are no change that fits the document")]
    Unreadable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The change builds on changes that are not here.
    #[error("the change builds on changes that are not here")]
    Dependencies,
}

impl Document {
    /// A document in which nothing was written yet.
    ///
    /// # Errors
    /// [`DocumentError::NoKind`] for [`Kind::Unspecified`].
    pub fn born(kind: Kind) -> Result<Self, DocumentError> {
        if kind == Kind::Unspecified {
            return Err(DocumentError::NoKind);
        }
        let automerge = Automerge::load(birth::bytes(kind)).map_err(unreadable)?;
        Ok(Self { kind, automerge })
    }

    /// The document that these changes make, oldest first, and which of them
    /// could not be read or applied, by position. One damaged change does not
    /// take the others with it.
    ///
    /// Give it kept changes only: Automerge is not safe on hostile bytes.
    ///
    /// # Errors
    /// [`DocumentError::NoKind`].
    pub fn rebuild<'a>(
        kind: Kind,
        changes: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<(Self, Vec<usize>), DocumentError> {
        let mut document = Self::born(kind)?;
        let mut damaged = Vec::new();
        let read: Vec<(usize, Change)> = changes
            .into_iter()
            .enumerate()
            .filter_map(|(at, bytes)| match Change::try_from(bytes) {
                Ok(change) => Some((at, change)),
                Err(_) => {
                    damaged.push(at);
                    None
                }
            })
            .collect();

        let mut at_once = document.automerge.clone();
        let all_fit = at_once
            .apply_changes(read.iter().map(|(_, change)| change.clone()))
            .is_ok();
        if all_fit && at_once.get_missing_deps(&[]).is_empty() {
            document.automerge = at_once;
            return Ok((document, damaged));
        }
        for (at, change) in read {
            if document.apply_change(change).is_err() {
                damaged.push(at);
            }
        }
        damaged.sort_unstable();
        Ok((document, damaged))
    }

    /// Takes in one change as it stands in an envelope. The same change twice
    /// is one change.
    ///
    /// # Errors
    /// The document is as it was.
    pub fn apply(&mut self, change: &[u8]) -> Result<(), DocumentError> {
        self.apply_change(Change::try_from(change).map_err(unreadable)?)
    }

    fn apply_change(&mut self, change: Change) -> Result<(), DocumentError> {
        let missing = |hash: &ChangeHash| self.automerge.get_change_meta_by_hash(hash).is_none();
        if change.deps().iter().any(missing) {
            return Err(DocumentError::Dependencies);
        }
        let mut tried = self.automerge.clone();
        tried.apply_changes([change]).map_err(unreadable)?;
        self.automerge = tried;
        Ok(())
    }

    /// The document with these changes, which build on it and on each other.
    pub(crate) fn with(&self, changes: Vec<Change>) -> Result<Self, DocumentError> {
        let mut automerge = self.automerge.clone();
        automerge.apply_changes(changes).map_err(unreadable)?;
        if automerge.get_missing_deps(&[]).is_empty() {
            Ok(Self { automerge, ..*self })
        } else {
            Err(DocumentError::Dependencies)
        }
    }

    /// What a reader of the saved document has. Not packed as tightly as
    /// [`Document::save`] does, which changes nothing in what is read.
    pub(crate) fn saved_and_loaded(&self) -> Result<Self, DocumentError> {
        let automerge = Automerge::load(&self.automerge.save_nocompress()).map_err(unreadable)?;
        Ok(Self { automerge, ..*self })
    }

    /// Asks Automerge for all that a reader asks it for. What the readers make of
    /// the answers is ours, and takes any answer.
    pub(crate) fn walk(&self) {
        collections::walk(&self.automerge);
    }

    /// What kind it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The hashes of its newest changes, in order: equal on all devices that
    /// have the same changes.
    #[must_use]
    pub fn heads(&self) -> Vec<[u8; 32]> {
        let mut heads: Vec<_> = self
            .automerge
            .get_heads()
            .iter()
            .map(|head| head.0)
            .collect();
        heads.sort_unstable();
        heads
    }

    /// The document as any Automerge library opens it.
    #[must_use]
    pub fn save(&self) -> Vec<u8> {
        self.automerge.save()
    }

    /// The Automerge document, to read it.
    #[must_use]
    pub const fn automerge(&self) -> &Automerge {
        &self.automerge
    }
}

fn unreadable(error: impl Into<AutomergeOrLoad>) -> DocumentError {
    DocumentError::Unreadable(error.into().0)
}

/// Automerge has one error for reading and one for applying.
struct AutomergeOrLoad(Box<dyn std::error::Error + Send + Sync>);

impl From<AutomergeError> for AutomergeOrLoad {
    fn from(error: AutomergeError) -> Self {
        Self(Box::new(error))
    }
}

impl From<automerge::LoadChangeError> for AutomergeOrLoad {
    fn from(error: automerge::LoadChangeError) -> Self {
        Self(Box::new(error))
    }
}

/// The actor of a device's changes to one document, from one start of the app
/// to the next. Never used again.
#[must_use]
pub fn actor(device: DeviceId, random: [u8; 8]) -> ActorId {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&actor_prefix(device));
    bytes[8..].copy_from_slice(&random);
    ActorId::from(&bytes[..])
}

/// Whether an actor's bytes are one of this device's.
#[must_use]
pub fn is_actor_of(device: DeviceId, actor: &[u8]) -> bool {
    actor.len() == 16 && actor.starts_with(&actor_prefix(device))
}

fn actor_prefix(device: DeviceId) -> [u8; 8] {
    let digest = sha256(&[b"safehall/actor/v1\0", device.as_bytes()]);
    std::array::from_fn(|at| digest[at])
}
