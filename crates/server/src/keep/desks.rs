//! One desk for each document: whoever sits there has it to themselves, from
//! the first look at its log until what they add is on disk.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use safehall_sync::admission::DocumentState;
use safehall_sync::trial::Chain;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

/// The most documents that are remembered while nobody sits at them.
const REMEMBERED: usize = 1_024;

/// What is known of a document, so that judging a change need not read its log.
#[derive(Clone)]
pub(super) struct Known {
    pub(super) state: DocumentState,
    /// The number of its last change in the log; 0 before the first.
    pub(super) last: i64,
    pub(super) chain: Chain,
}

type Desk = Arc<AsyncMutex<Option<Known>>>;

/// See the [module documentation](self).
#[derive(Default)]
pub(crate) struct Desks(Mutex<BTreeMap<[u8; 16], Desk>>);

/// A place at a desk, with the changes that are to be judged there.
pub(super) struct Seat {
    pub(super) id: [u8; 16],
    /// Their places in the push, in its order.
    pub(super) places: Vec<usize>,
    /// Taken out while somebody sits there: whoever leaves in a hurry leaves
    /// nothing, and the next one reads the log.
    known: OwnedMutexGuard<Option<Known>>,
    /// What will be known if all of it is kept.
    pub(super) next: Option<Known>,
    /// The log's changes, as far as they had to be read.
    pub(super) log: Option<Vec<Bytes>>,
}

impl Desks {
    /// Sits down at all of these, one after the other in the order of their
    /// ids, so that no two pushes wait for each other.
    pub(super) async fn sit(&self, documents: BTreeMap<[u8; 16], Vec<usize>>) -> Vec<Seat> {
        let mut seats = Vec::with_capacity(documents.len());
        for (id, places) in documents {
            let known = self.desk(id).lock_owned().await;
            seats.push(Seat {
                id,
                places,
                known,
                next: None,
                log: None,
            });
        }
        seats
    }

    /// What is known of a document that was erased is known no longer.
    pub(crate) fn forget(&self, id: &[u8; 16]) {
        let mut desks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        desks.remove(id);
    }

    fn desk(&self, id: [u8; 16]) -> Desk {
        let mut desks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if desks.len() > REMEMBERED && !desks.contains_key(&id) {
            // Somebody who sits there, or is about to, has a share of it.
            desks.retain(|_, desk| Arc::strong_count(desk) > 1);
        }
        Arc::clone(desks.entry(id).or_default())
    }
}

impl Seat {
    pub(super) fn take(&mut self) -> Option<Known> {
        self.known.take()
    }

    /// Gets up: everything that was judged here is on disk, the last of it with this number.
    pub(super) fn settle(mut self, last: i64) {
        *self.known = self.next.take().map(|next| Known { last, ..next });
    }
}
