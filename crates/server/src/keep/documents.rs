//! What the writer knows of documents, so that admission need not read the log.
//!
//! A cache of the rows and nothing more: what a transaction put in is taken out
//! again if that transaction fails, and read anew when it is next asked for.

use std::collections::BTreeMap;

use automerge::Change;
use rusqlite::Connection;
use safehall_sync::document::birth;
use safehall_sync::envelope::Body;
use safehall_sync::wire::{Kind, Reason};
use sha2::{Digest as _, Sha256};

use crate::store::{StoreError, log};

/// What the log says of a change that may be kept.
pub(crate) struct Admitted {
    pub(crate) hash: [u8; 32],
    pub(crate) actor: [u8; 16],
    pub(crate) seq: u64,
    pub(crate) start_op: u64,
    pub(crate) max_op: u64,
}

#[derive(Clone, Default)]
struct DocumentState {
    max_ops: BTreeMap<[u8; 32], u64>,
    actors: BTreeMap<[u8; 16], u64>,
    bytes: u64,
}

/// The most documents that are remembered.
const REMEMBERED: usize = 1_024;

/// See the [module documentation](self).
#[derive(Default)]
pub(crate) struct Documents {
    states: BTreeMap<[u8; 16], DocumentState>,
    unsettled: Vec<[u8; 16]>,
    mark: usize,
}

impl Documents {
    /// A new piece of work begins.
    pub(crate) fn mark(&mut self) {
        self.mark = self.unsettled.len();
    }

    /// The piece of work since the mark left no trace.
    pub(crate) fn forget_marked(&mut self) {
        for id in self.unsettled.split_off(self.mark) {
            self.states.remove(&id);
        }
    }

    /// The transaction failed.
    pub(crate) fn forget_unsettled(&mut self) {
        self.mark = 0;
        self.forget_marked();
    }

    /// The transaction is on disk.
    pub(crate) fn settle(&mut self) {
        self.unsettled.clear();
        self.mark = 0;
        while self.states.len() > REMEMBERED {
            self.states.pop_first();
        }
    }

    /// Whether the change may go into its document, and how it is called there.
    pub(crate) fn admit(
        &mut self,
        conn: &Connection,
        body: &Body,
    ) -> Result<Result<Admitted, Reason>, StoreError> {
        let id = *body.document.as_bytes();
        let state = match self.states.entry(id) {
            std::collections::btree_map::Entry::Occupied(state) => state.into_mut(),
            std::collections::btree_map::Entry::Vacant(place) => {
                place.insert(load(conn, &id, body.kind)?)
            }
        };
        let verdict = state.admit(body);
        if let Ok(admitted) = &verdict {
            self.unsettled.push(id);
            state.max_ops.insert(admitted.hash, admitted.max_op);
            state.actors.insert(admitted.actor, admitted.seq);
            state.bytes += u64::try_from(body.change.len()).unwrap_or(u64::MAX);
        }
        Ok(verdict)
    }
}

/// A document that nobody wrote to yet has its birth and nothing else.
fn load(conn: &Connection, id: &[u8; 16], kind: Kind) -> Result<DocumentState, StoreError> {
    let mut state = DocumentState::default();
    let mut born = automerge::AutoCommit::load(birth::bytes(kind))
        .map_err(|_| StoreError::Damaged("birth"))?;
    for change in born.get_changes(&[]) {
        state.max_ops.insert(change.hash().0, change.max_op());
    }
    for known in log::known(conn, id)? {
        state.max_ops.insert(known.hash, known.max_op);
        let seq = state.actors.entry(known.actor).or_default();
        *seq = (*seq).max(known.actor_seq);
        state.bytes += known.bytes;
    }
    Ok(state)
}

impl DocumentState {
    fn admit(&self, body: &Body) -> Result<Admitted, Reason> {
        const WHOLE_CHANGE: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
        let (head, rest) = body
            .change
            .split_first_chunk::<8>()
            .ok_or(Reason::Malformed)?;
        if head[..4] != WHOLE_CHANGE || rest.first() != Some(&1) {
            return Err(Reason::Malformed);
        }
        let change = Change::from_bytes(body.change.to_vec()).map_err(|_| Reason::Malformed)?;
        let actor: [u8; 16] = change
            .actor_id()
            .to_bytes()
            .try_into()
            .map_err(|_| Reason::BadSequence)?;
        let owner = Sha256::new()
            .chain_update(b"safehall/actor/v1\0")
            .chain_update(body.device.as_bytes())
            .finalize();
        if actor[..8] != owner[..8] {
            return Err(Reason::BadSequence);
        }
        let mut below = 0;
        for dependency in change.deps() {
            below = below.max(
                *self
                    .max_ops
                    .get(&dependency.0)
                    .ok_or(Reason::Dependencies)?,
            );
        }
        let last = self.actors.get(&actor).copied().unwrap_or(0);
        if change.seq() != last + 1 || change.start_op().get() != below + 1 {
            return Err(Reason::BadSequence);
        }
        Ok(Admitted {
            hash: change.hash().0,
            actor,
            seq: change.seq(),
            start_op: change.start_op().get(),
            max_op: change.max_op(),
        })
    }
}
