//! What all open lines have in common: how many there are, and who was cut off.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// The most live lines at once; two for each device of a large team.
const LINES: usize = 512;

/// See the [module documentation](self).
pub(crate) struct Hub {
    room: Arc<Semaphore>,
    /// Devices that were cut off in this run. The database has the truth; this
    /// is how an open line hears of it between two frames.
    revoked: Mutex<BTreeSet<[u8; 16]>>,
    changed: watch::Sender<()>,
}

impl Hub {
    pub(crate) fn new() -> Self {
        Self {
            room: Arc::new(Semaphore::new(LINES)),
            revoked: Mutex::default(),
            changed: watch::Sender::new(()),
        }
    }

    /// Resolves when the last line has hung up.
    pub(crate) async fn emptied(&self) {
        let all = u32::try_from(LINES).unwrap_or(u32::MAX);
        // Nobody closes the semaphore: an error cannot happen, and would mean the same.
        let _ = self.room.acquire_many(all).await;
    }

    /// A place for one line, if there is one.
    pub(crate) fn enter(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.room).try_acquire_owned().ok()
    }

    /// `device` was cut off, on disk: hang up on it now.
    pub(crate) fn revoked(&self, device: [u8; 16]) {
        self.revoked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(device);
        self.changed.send_replace(());
    }

    pub(crate) fn is_revoked(&self, device: &[u8; 16]) -> bool {
        self.revoked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(device)
    }

    /// Changes whenever somebody was cut off.
    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }
}
