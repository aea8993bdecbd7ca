//! Everything that is left to chance, from one seed.

use std::ops::RangeInclusive;

use rand::{Rng, RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};

/// The only source of chance in a pretend conference.
///
/// Two of one seed give the same values for ever, on every machine.
#[derive(Clone)]
pub struct Chance {
    roots: [u8; 32],
    stream: ChaCha8Rng,
}

impl Chance {
    /// Chance from a seed that a person can type.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self::rooted(Sha256::digest(seed.to_le_bytes()).into())
    }

    /// An independent stream for one part of the world: what one phone draws
    /// does not shift what another one draws.
    #[must_use]
    pub fn branch(&self, name: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.roots);
        hash.update(name.as_bytes());
        Self::rooted(hash.finalize().into())
    }

    /// True once in `times`; never for 0.
    pub fn one_in(&mut self, times: u32) -> bool {
        times > 0 && self.stream.random_ratio(1, times)
    }

    /// A number out of a range, both ends included.
    pub fn between(&mut self, range: RangeInclusive<u64>) -> u64 {
        self.stream.random_range(range)
    }

    /// A place in a list of `len`, which is at least 1.
    pub fn index(&mut self, len: usize) -> usize {
        self.stream.random_range(0..len)
    }

    /// One of some, or none of none.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        if from.is_empty() {
            None
        } else {
            from.get(self.index(from.len()))
        }
    }

    /// Sixteen random bytes, shaped as a random UUID.
    pub fn id(&mut self) -> uuid::Uuid {
        uuid::Builder::from_random_bytes(self.bytes()).into_uuid()
    }

    /// Random bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.stream.fill_bytes(&mut bytes);
        bytes
    }

    fn rooted(roots: [u8; 32]) -> Self {
        Self {
            roots,
            stream: ChaCha8Rng::from_seed(roots),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_the_same_chance_twice() {
        let (mut one, mut other) = (Chance::seeded(7), Chance::seeded(7));

        assert_eq!(one.id(), other.id());
        assert_eq!(one.between(0..=1_000_000), other.between(0..=1_000_000));
    }

    #[test]
    fn what_one_branch_draws_does_not_shift_another() {
        let root = Chance::seeded(7);
        let mut quiet = root.branch("ben");
        let mut busy = root.branch("ana");
        for _ in 0..100 {
            busy.id();
        }

        assert_eq!(quiet.id(), root.branch("ben").id());
        assert_ne!(quiet.id(), busy.id());
    }
}
