//! What is noted only so often: it would tell nothing new, or fill the disk.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// The length of a window, in milliseconds.
const HOUR: u64 = 60 * 60 * 1_000;

/// What is counted, and of whom.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Counted {
    /// A lead reads the event's ledger, or that of a case or a device.
    Read {
        staff: [u8; 16],
        of: Option<[u8; 16]>,
    },
    /// A device's changes are refused.
    Refused([u8; 16]),
    /// A device says that somebody looked.
    Opened([u8; 16]),
    /// A device sends more than it may.
    Limit([u8; 16]),
}

impl Counted {
    const fn most(self) -> u32 {
        match self {
            Self::Read { .. } | Self::Limit(_) => 1,
            Self::Refused(_) => 20,
            Self::Opened(_) => 500,
        }
    }
}

/// In memory only: after a restart something may be noted once more.
#[derive(Default)]
pub(crate) struct Once {
    hour: Mutex<(u64, BTreeMap<Counted, u32>)>,
}

impl Once {
    /// Whether one more of these is noted in this hour.
    pub(crate) fn one_more(&self, what: Counted, now: u64) -> bool {
        let mut hour = self.hour.lock().unwrap_or_else(PoisonError::into_inner);
        let number = now / HOUR;
        if hour.0 != number {
            *hour = (number, BTreeMap::new());
        }
        let count = hour.1.entry(what).or_default();
        *count = count.saturating_add(1);
        *count <= what.most()
    }

    /// It could not be noted after all, so it does not count.
    pub(crate) fn take_back(&self, what: Counted) {
        let mut hour = self.hour.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = hour.1.get_mut(&what) {
            *count = count.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_counted_by_itself_and_anew_in_the_next_hour() {
        let once = Once::default();
        let noor = Counted::Refused([1; 16]);
        let taken = (0..30).filter(|_| once.one_more(noor, 5)).count();
        assert_eq!(taken, 20);
        assert!(once.one_more(Counted::Refused([2; 16]), 5));
        assert!(once.one_more(Counted::Limit([1; 16]), 5));
        assert!(!once.one_more(Counted::Limit([1; 16]), 6));
        assert!(once.one_more(noor, HOUR));
    }

    #[test]
    fn what_could_not_be_noted_is_noted_the_next_time() {
        let once = Once::default();
        let read = Counted::Read {
            staff: [1; 16],
            of: None,
        };
        assert!(once.one_more(read, 5));
        once.take_back(read);
        assert!(once.one_more(read, 6));
        assert!(!once.one_more(read, 7));
        once.take_back(Counted::Limit([9; 16]));
        assert!(once.one_more(Counted::Limit([9; 16]), 7));
    }
}
