//! How often somebody may try.
//!
//! Enrolling is counted by invite and for everybody together; a token by the
//! device that proved who it is. Nothing is counted by address: a whole hall
//! may be behind one, and one bored guest must not lock it out. Nor is a device
//! counted by what others say in its name.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// The length of a window, in milliseconds.
const WINDOW: u64 = 60_000;
/// Calls to enrol by one invite in a window. A phone needs two.
const BY_INVITE: u32 = 10;
/// Calls to enrol by everybody together in a window.
const BY_ALL: u32 = 600;
/// Tokens for one device in a window. A phone needs one in ten minutes.
const TOKENS: u32 = 30;

/// What one device brings of others in a window. A phone holds 20.
const CARRIED: u32 = 30;

/// See the [module documentation](self). In memory only, and empty after a window.
#[derive(Default)]
pub(crate) struct Attempts {
    enrol: Mutex<Window<[u8; 32]>>,
    tokens: Mutex<Window<[u8; 16]>>,
    carried: Mutex<Window<[u8; 16]>>,
}

impl Attempts {
    /// Whether one more call to enrol by this invite may be looked at.
    pub(crate) fn enrol(&self, invite: &[u8; 32], now: u64) -> bool {
        self.enrol
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .one_more(invite, now, BY_INVITE, BY_ALL)
    }

    /// Whether this device, which proved who it is, may have one more token.
    pub(crate) fn token(&self, device: &[u8; 16], now: u64) -> bool {
        self.tokens
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .one_more(device, now, TOKENS, u32::MAX)
    }

    /// Whether this device may bring one more parcel of somebody else's.
    pub(crate) fn carried(&self, device: &[u8; 16], now: u64) -> bool {
        self.carried
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .one_more(device, now, CARRIED, u32::MAX)
    }
}

#[derive(Default)]
struct Window<K> {
    number: u64,
    all: u32,
    each: BTreeMap<K, u32>,
}

impl<K: Ord + Copy> Window<K> {
    fn one_more(&mut self, who: &K, now: u64, most: u32, most_of_all: u32) -> bool {
        let number = now / WINDOW;
        // Another window, also an earlier one: a clock that was set back locks nobody out.
        if self.number != number {
            self.number = number;
            self.all = 0;
            self.each.clear();
        }
        if self.all >= most_of_all {
            return false;
        }
        let tried = self.each.entry(*who).or_default();
        if *tried >= most {
            return false;
        }
        *tried += 1;
        self.all += 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_invite_that_is_tried_too_often_is_no_other_invites_trouble() {
        let attempts = Attempts::default();

        let tried = (0..20).filter(|_| attempts.enrol(&[1; 32], 0)).count();

        assert_eq!(tried, 10);
        assert!(attempts.enrol(&[2; 32], 59_999));
        assert!(attempts.enrol(&[1; 32], 60_000));
    }

    #[test]
    fn guesses_at_many_invites_are_counted_together() {
        let attempts = Attempts::default();

        let guesses = (0..1_000_u16).filter(|guess| {
            let mut hash = [0; 32];
            hash[..2].copy_from_slice(&guess.to_be_bytes());
            attempts.enrol(&hash, 0)
        });

        assert_eq!(guesses.count(), 600);
        assert!(!attempts.enrol(&[9; 32], 1), "and by then by everybody");
        assert!(
            attempts.token(&[9; 16], 1),
            "who is in already is not held up"
        );
    }

    #[test]
    fn a_clock_that_was_set_back_locks_nobody_out() {
        let attempts = Attempts::default();
        while attempts.enrol(&[1; 32], 600_000) {}

        assert!(attempts.enrol(&[1; 32], 0));
    }
}
