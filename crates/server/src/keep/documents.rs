//! What the writer knows of documents, so that admission need not read the log.
//!
//! A cache of the rows and nothing more: what a transaction put in is taken out
//! again if that transaction fails, and read anew when it is next asked for.

use std::collections::BTreeMap;

use safehall_sync::admission::{Admitted, DocumentState};
use safehall_sync::envelope::Body;
use safehall_sync::wire::{Kind, Reason};

use crate::store::{Book, StoreError, log};

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
        conn: &Book<'_>,
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
        if verdict.is_ok() {
            self.unsettled.push(id);
        }
        Ok(verdict)
    }
}

/// Reads the log of one document. One that nobody wrote to has its birth and nothing else.
fn load(conn: &Book<'_>, id: &[u8; 16], kind: Kind) -> Result<DocumentState, StoreError> {
    let mut kept = Vec::new();
    for envelope in log::envelopes(conn, id)? {
        let body = Body::parse(&envelope).map_err(|_| StoreError::Damaged("change"))?;
        kept.push((body.device, body.change));
    }
    let kept = kept
        .iter()
        .map(|(device, change)| (*device, change.as_ref()));
    Ok(DocumentState::rebuild(kind, kept))
}
