//! Proof that somebody asked just now.
//!
//! A challenge is a random number, the time, and a mark that only this server
//! can make, so nothing has to be remembered for those that are never answered.
//! Answered ones are remembered until they run out: each is good once.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::hmac;

use crate::clock::{self, NoChance};

/// What a challenge is for. One kind is never taken for the other.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum For {
    Token,
    Enrol,
}

impl For {
    const fn life(self) -> u64 {
        match self {
            Self::Token => 60_000,
            Self::Enrol => 120_000,
        }
    }

    const fn byte(self) -> u8 {
        match self {
            Self::Token => 1,
            Self::Enrol => 2,
        }
    }
}

/// Makes and takes challenges. Holds a key, so it has no `Debug`.
pub(crate) struct Challenges {
    key: hmac::Key,
    used: Mutex<Used>,
}

/// Those that were answered, until they run out anyway.
#[derive(Default)]
struct Used {
    ends_at: BTreeMap<[u8; NONCE], u64>,
    looked_through: u64,
}

/// How often they are looked through, in milliseconds: anybody can have challenges
/// and use them up, and that must not make every other answer dearer.
const LOOK_THROUGH: u64 = 1_000;

const NONCE: usize = 12;
const TIME: usize = 6;
const MARK: usize = 14;
/// How long every challenge is, in bytes.
pub(crate) const LENGTH: usize = NONCE + TIME + MARK;

impl Challenges {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, key),
            used: Mutex::default(),
        }
    }

    /// A new challenge, bound to `about` (a device, an invite).
    ///
    /// # Errors
    ///
    /// Only if the machine gives no random bytes.
    pub(crate) fn make(&self, what: For, about: &[u8], now: u64) -> Result<[u8; LENGTH], NoChance> {
        let mut challenge = [0; LENGTH];
        challenge[..NONCE].copy_from_slice(&clock::random::<NONCE>()?);
        challenge[NONCE..NONCE + TIME].copy_from_slice(&now.to_be_bytes()[2..]);
        let mark = self.mark(what, about, &challenge[..NONCE + TIME]);
        challenge[NONCE + TIME..].copy_from_slice(&mark);
        Ok(challenge)
    }

    /// Whether this is a challenge of ours about `about`, in time, and not seen
    /// before. It is used up by asking.
    pub(crate) fn take(&self, what: For, about: &[u8], challenge: &[u8], now: u64) -> bool {
        let Ok(challenge) = <&[u8; LENGTH]>::try_from(challenge) else {
            return false;
        };
        let (open, mark) = challenge.split_at(NONCE + TIME);
        if aws_lc_rs::constant_time::verify_slices_are_equal(&self.mark(what, about, open), mark)
            .is_err()
        {
            return false;
        }
        let (nonce, time) = open.split_at(NONCE);
        let mut wide = [0; 8];
        wide[2..].copy_from_slice(time);
        let made_at = u64::from_be_bytes(wide);
        let ends_at = made_at + what.life();
        if now >= ends_at || made_at > now {
            return false;
        }
        let Ok(nonce) = <[u8; NONCE]>::try_from(nonce) else {
            return false;
        };
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.take(nonce, ends_at, now)
    }

    fn mark(&self, what: For, about: &[u8], open: &[u8]) -> [u8; MARK] {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(&[what.byte()]);
        context.update(open);
        context.update(about);
        let tag = context.sign();
        let mut mark = [0; MARK];
        mark.copy_from_slice(&tag.as_ref()[..MARK]);
        mark
    }
}

impl Used {
    fn take(&mut self, nonce: [u8; NONCE], ends_at: u64, now: u64) -> bool {
        if now.abs_diff(self.looked_through) >= LOOK_THROUGH {
            self.looked_through = now;
            self.ends_at.retain(|_, ends_at| *ends_at > now);
        }
        self.ends_at.insert(nonce, ends_at).is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: u64 = 1_790_000_000_000;

    #[test]
    fn what_has_run_out_is_forgotten_and_nothing_else() {
        let challenges = Challenges::new(&[1; 32]);
        for number in 0..1_000 {
            let challenge = challenges
                .make(For::Token, b"phone", NOON + number)
                .unwrap();
            assert!(challenges.take(For::Token, b"phone", &challenge, NOON + number));
        }
        let remembered = || challenges.used.lock().unwrap().ends_at.len();
        assert_eq!(remembered(), 1_000);

        let late = challenges
            .make(For::Token, b"phone", NOON + 60_500)
            .unwrap();
        assert!(challenges.take(For::Token, b"phone", &late, NOON + 60_500));
        assert_eq!(remembered(), 500);
    }

    #[test]
    fn a_challenge_is_good_once() {
        let challenges = Challenges::new(&[1; 32]);
        let challenge = challenges.make(For::Token, b"phone", NOON).unwrap();

        assert!(challenges.take(For::Token, b"phone", &challenge, NOON + 1));
        assert!(!challenges.take(For::Token, b"phone", &challenge, NOON + 2));
    }

    #[test]
    fn a_challenge_runs_out() {
        let challenges = Challenges::new(&[1; 32]);
        let challenge = challenges.make(For::Token, b"phone", NOON).unwrap();

        assert!(!challenges.take(For::Token, b"phone", &challenge, NOON + 60_000));
    }

    #[test]
    fn a_challenge_serves_nobody_else_and_nothing_else() {
        let challenges = Challenges::new(&[1; 32]);
        let challenge = challenges.make(For::Token, b"phone", NOON).unwrap();

        assert!(!challenges.take(For::Token, b"another", &challenge, NOON));
        assert!(!challenges.take(For::Enrol, b"phone", &challenge, NOON));
        assert!(!Challenges::new(&[2; 32]).take(For::Token, b"phone", &challenge, NOON));
        assert!(challenges.take(For::Token, b"phone", &challenge, NOON));
    }

    #[test]
    fn of_many_who_answer_at_the_same_moment_one_is_first() {
        let challenges = Challenges::new(&[1; 32]);
        for race in 0..1_000 {
            let challenge = challenges.make(For::Token, b"phone", NOON).unwrap();
            let start = std::sync::Barrier::new(4);
            let taken = std::thread::scope(|scope| {
                let racers: Vec<_> = (0..4)
                    .map(|_| {
                        scope.spawn(|| {
                            start.wait();
                            challenges.take(For::Token, b"phone", &challenge, NOON + 1)
                        })
                    })
                    .collect();
                racers
                    .into_iter()
                    .map(|racer| racer.join().unwrap())
                    .filter(|taken| *taken)
                    .count()
            });
            assert_eq!(taken, 1, "race {race}");
        }
    }
}
