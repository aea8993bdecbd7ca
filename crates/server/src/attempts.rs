//! How often somebody may try.
//!
//! Enrolling is counted by invite; what is no invite, for everybody together. A
//! token is counted by the device that proved who it is. Nothing is counted by
//! address: a whole hall may be behind one, and one bored guest must not lock it
//! out. Nor does anybody wait who has an invite because somebody else guesses: 128
//! bits are not found by guessing more often. Nor is a device counted by what
//! others say in its name.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// The length of a window, in milliseconds.
const WINDOW: u64 = 60_000;
/// Calls to enrol by one invite in a window. A phone needs two.
const BY_INVITE: u32 = 10;
/// Calls to enrol by what is no invite, by everybody together in a window.
const GUESSES: u32 = 600;
/// Tokens for one device in a window. A phone needs one in ten minutes.
const TOKENS: u32 = 30;

/// What one device brings of others in a window. A phone holds 20.
const CARRIED: u32 = 30;

/// See the [module documentation](self). In memory only, and empty after a window.
#[derive(Default)]
pub(crate) struct Attempts {
    enrol: Mutex<Window<[u8; 32]>>,
    guesses: Mutex<Window<()>>,
    tokens: Mutex<Window<[u8; 16]>>,
    carried: Mutex<Window<[u8; 16]>>,
}

impl Attempts {
    /// Whether one more call to enrol by this invite, which there is, may be answered.
    pub(crate) fn enrol(&self, invite: &[u8; 32], now: u64) -> bool {
        self.enrol
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .one_more(invite, now, BY_INVITE)
    }

    /// Whether one more call to enrol by what is no invite may be answered.
    pub(crate) fn guess(&self, now: u64) -> bool {
        self.guesses
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .one_more(&(), now, GUESSES)
    }

    /// Whether this device, which proved who it is, may have one more token.
    pub(crate) fn token(&self, device: &[u8; 16], now: u64) -> bool {
        self.tokens
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .one_more(device, now, TOKENS)
    }

    /// Whether this device may bring one more parcel of somebody else's.
    pub(crate) fn carried(&self, device: &[u8; 16], now: u64) -> bool {
        self.carried
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .one_more(device, now, CARRIED)
    }
}

#[derive(Default)]
struct Window<K> {
    number: u64,
    each: BTreeMap<K, u32>,
}

impl<K: Ord + Copy> Window<K> {
    fn one_more(&mut self, who: &K, now: u64, most: u32) -> bool {
        let number = now / WINDOW;
        // Another window, also an earlier one: a clock that was set back locks nobody out.
        if self.number != number {
            self.number = number;
            self.each.clear();
        }
        let tried = self.each.entry(*who).or_default();
        if *tried >= most {
            return false;
        }
        *tried += 1;
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
    fn guesses_are_counted_together_and_hold_up_nobody_else() {
        let attempts = Attempts::default();

        let guesses = (0..1_000).filter(|_| attempts.guess(0));

        assert_eq!(guesses.count(), 600);
        assert!(!attempts.guess(59_999));
        assert!(attempts.enrol(&[9; 32], 1), "who has an invite is let try");
        assert!(
            attempts.token(&[9; 16], 1),
            "who is in already is not held up"
        );
        assert!(attempts.guess(60_000));
    }

    #[test]
    fn a_clock_that_was_set_back_locks_nobody_out() {
        let attempts = Attempts::default();
        while attempts.enrol(&[1; 32], 600_000) {}

        assert!(attempts.enrol(&[1; 32], 0));
    }
}
