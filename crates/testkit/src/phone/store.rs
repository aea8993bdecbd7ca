//! What a pretend phone has on its disk, and what a start makes of it.

use std::collections::{BTreeMap, BTreeSet};

use safehall_sync::document::{NewFact, Stamp};
use safehall_sync::envelope::Body;
use safehall_sync::ids::{ChangeId, DocumentId};
use safehall_sync::wire::{Envelope, Kind, Reason};

use crate::clock::Millis;

/// One page of the phone's journal.
#[derive(Clone)]
pub(super) enum Page {
    /// Written here. The facts stay beside the envelope, in case it is refused
    /// for a reason that is not theirs.
    Wrote(Held, Stamp, Vec<NewFact>),
    /// The server says that these are on its disk.
    Kept(Vec<ChangeId>, Millis),
    /// The server says that it did not take this, and why.
    Refused(ChangeId, Reason),
    /// Came from the server, together with how far we have read.
    Got(Vec<Held>, Vec<u8>),
    /// The log has a new life.
    NewEpoch(Vec<u8>),
    /// The document is gone from here.
    Forgot(DocumentId),
}

/// An envelope with what stands in it.
#[derive(Clone)]
pub(super) struct Held {
    pub(super) id: ChangeId,
    pub(super) document: DocumentId,
    pub(super) kind: Kind,
    pub(super) change: bytes::Bytes,
    pub(super) envelope: Envelope,
}

impl Held {
    /// Reads an envelope, or nothing if it is none.
    pub(super) fn read(envelope: Envelope) -> Option<Self> {
        let body = Body::parse(&envelope).ok()?;
        Some(Self {
            id: body.id,
            document: body.document,
            kind: body.kind,
            change: body.change,
            envelope,
        })
    }
}

/// All of the journal, read from its beginning.
#[derive(Clone, Default)]
pub(super) struct Desk {
    pub(super) epoch: Vec<u8>,
    pub(super) cursor: Vec<u8>,
    /// Every change of every document held, in the order in which it came.
    pub(super) changes: BTreeMap<DocumentId, Vec<Held>>,
    pub(super) facts: BTreeMap<ChangeId, (Stamp, Vec<NewFact>)>,
    /// To be offered, oldest first.
    pub(super) unsent: Vec<Held>,
    /// Told to be on the server's disk, since when.
    pub(super) kept: BTreeMap<ChangeId, Millis>,
    /// Not accepted; shown to the person and never sent again.
    pub(super) tray: BTreeMap<ChangeId, Reason>,
    known: BTreeSet<ChangeId>,
}

impl Desk {
    pub(super) fn read<'a>(pages: impl IntoIterator<Item = &'a Page>) -> Self {
        let mut desk = Self::default();
        for page in pages {
            desk.turn(page);
        }
        desk
    }

    pub(super) fn knows(&self, id: ChangeId) -> bool {
        self.known.contains(&id)
    }

    pub(super) fn turn(&mut self, page: &Page) {
        match page {
            Page::Wrote(held, stamp, facts) => {
                self.facts.insert(held.id, (stamp.clone(), facts.clone()));
                self.unsent.push(held.clone());
                self.hold(held);
            }
            Page::Kept(ids, at) => {
                let ids: BTreeSet<_> = ids.iter().copied().collect();
                self.unsent.retain(|held| !ids.contains(&held.id));
                self.kept.extend(ids.into_iter().map(|id| (id, *at)));
            }
            Page::Refused(id, reason) => {
                self.unsent.retain(|held| held.id != *id);
                self.tray.insert(*id, *reason);
                for changes in self.changes.values_mut() {
                    changes.retain(|held| held.id != *id);
                }
                self.known.remove(id);
            }
            Page::Got(came, cursor) => {
                for held in came {
                    self.hold(held);
                }
                // Whatever comes out of the log is on the server's disk.
                self.unsent
                    .retain(|held| came.iter().all(|other| other.id != held.id));
                self.cursor.clone_from(cursor);
            }
            Page::NewEpoch(epoch) => {
                if !self.epoch.is_empty() {
                    self.cursor.clear();
                    self.kept.clear();
                    self.unsent = self.changes.values().flatten().cloned().collect();
                    // A document that belongs to a case is judged by its case.
                    self.unsent.sort_by_key(|held| held.kind != Kind::Case);
                }
                self.epoch.clone_from(epoch);
            }
            Page::Forgot(document) => {
                for held in self.changes.remove(document).unwrap_or_default() {
                    self.known.remove(&held.id);
                }
                self.unsent.retain(|held| held.document != *document);
            }
        }
    }

    fn hold(&mut self, held: &Held) {
        if self.known.insert(held.id) {
            self.changes
                .entry(held.document)
                .or_default()
                .push(held.clone());
        }
    }
}
