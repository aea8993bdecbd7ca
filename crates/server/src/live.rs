//! What all open lines have in common: how many there are, and who was cut off.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// The most live lines at once; two for each device of a large team.
const LINES: usize = 512;

/// The most of one device: a phone that lost its line may come back before that
/// is noticed here. With one more, its oldest is hung up on, so that no single
/// device can take the places of all.
const OF_ONE_DEVICE: usize = 2;

/// See the [module documentation](self).
pub(crate) struct Hub {
    room: Arc<Semaphore>,
    /// Devices that were cut off in this run. The database has the truth; this
    /// is how an open line hears of it between two frames.
    revoked: Mutex<BTreeSet<[u8; 16]>>,
    lines: Mutex<Lines>,
    /// Changes when a line may have to go.
    changed: watch::Sender<()>,
}

/// The lines of each device, oldest first, by the number that each has in this run.
#[derive(Default)]
struct Lines {
    last: u64,
    of: BTreeMap<[u8; 16], VecDeque<u64>>,
}

/// One line of a device, as long as it lasts.
pub(crate) struct Line {
    hub: Arc<Hub>,
    device: [u8; 16],
    number: u64,
}

impl Line {
    /// Whether the device has as many newer ones as it may have.
    pub(crate) fn must_go(&self) -> bool {
        let lines = self.hub.lines();
        let of_device = lines.of.get(&self.device);
        !of_device.is_some_and(|numbers| numbers.contains(&self.number))
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let mut lines = self.hub.lines();
        if let Some(numbers) = lines.of.get_mut(&self.device) {
            numbers.retain(|number| *number != self.number);
            if numbers.is_empty() {
                lines.of.remove(&self.device);
            }
        }
    }
}

impl Hub {
    pub(crate) fn new() -> Self {
        Self {
            room: Arc::new(Semaphore::new(LINES)),
            revoked: Mutex::default(),
            lines: Mutex::default(),
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

    /// A line turned out to be of `device`.
    pub(crate) fn is_of(self: &Arc<Self>, device: [u8; 16]) -> Line {
        let mut lines = self.lines();
        lines.last += 1;
        let number = lines.last;
        let numbers = lines.of.entry(device).or_default();
        numbers.push_back(number);
        if numbers.len() > OF_ONE_DEVICE {
            numbers.pop_front();
            self.changed.send_replace(());
        }
        drop(lines);
        Line {
            hub: Arc::clone(self),
            device,
            number,
        }
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
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

    /// Changes whenever somebody was cut off, or has a line too many.
    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }
}
