//! The bytes of an attachment as they were announced: how many, in which chunks, and whether what came is what was meant.

use sha2::{Digest as _, Sha256};

use crate::wire::BlobBegin;

/// The largest attachment, in bytes.
pub const LARGEST: u32 = 10 << 20;
/// Every chunk but the last is as long as this.
pub const CHUNK: u32 = 256 << 10;

/// What somebody said they are going to send. Its chunks are as many as its size needs.
#[derive(Clone, Eq, PartialEq)]
pub struct Announced {
    sha256: [u8; 32],
    size: u32,
    hashes: Vec<[u8; 32]>,
}

impl Announced {
    /// Nothing, if it is empty, too large, or not told whole.
    #[must_use]
    pub fn read(begin: &BlobBegin) -> Option<Self> {
        let hashes: Vec<[u8; 32]> = begin
            .chunk_hashes
            .iter()
            .map(|hash| hash.as_slice().try_into().ok())
            .collect::<Option<_>>()?;
        let announced = Self {
            sha256: begin.sha256.as_slice().try_into().ok()?,
            size: begin.size,
            hashes,
        };
        let fits = (1..=LARGEST).contains(&announced.size)
            && announced.chunks() == announced.size.div_ceil(CHUNK);
        fits.then_some(announced)
    }

    /// The same without the document, for whoever keeps it beside one.
    #[must_use]
    pub fn to_wire(&self) -> BlobBegin {
        BlobBegin {
            document: Vec::new(),
            sha256: self.sha256.to_vec(),
            size: self.size,
            chunk_hashes: self.hashes.iter().map(|hash| hash.to_vec()).collect(),
        }
    }

    /// SHA-256 of the whole.
    #[must_use]
    pub const fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }

    /// The whole, in bytes.
    #[must_use]
    pub const fn size(&self) -> u32 {
        self.size
    }

    /// How many chunks there are, 1 to 40.
    #[must_use]
    pub fn chunks(&self) -> u32 {
        u32::try_from(self.hashes.len()).unwrap_or(u32::MAX)
    }

    /// Whether this is the chunk of that number: as long as it must be, and with its hash.
    #[must_use]
    pub fn is_chunk(&self, number: u32, bytes: &[u8]) -> bool {
        let begins = number.saturating_mul(CHUNK);
        let length = self.size.saturating_sub(begins).min(CHUNK);
        let hash = usize::try_from(number)
            .ok()
            .and_then(|number| self.hashes.get(number));
        u32::try_from(bytes.len()) == Ok(length)
            && hash.is_some_and(|hash| Sha256::digest(bytes).as_slice() == hash)
    }

    /// Whether these chunks, one after the other, are the whole.
    ///
    /// # Errors
    /// The first one that could not be had.
    pub fn is_whole<E>(
        &self,
        chunks: impl IntoIterator<Item = Result<Vec<u8>, E>>,
    ) -> Result<bool, E> {
        let mut hash = Sha256::new();
        for chunk in chunks {
            hash.update(chunk?);
        }
        Ok(hash.finalize().as_slice() == self.sha256)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begin(bytes: &[u8]) -> BlobBegin {
        let chunk = usize::try_from(CHUNK).unwrap();
        BlobBegin {
            document: vec![1; 16],
            sha256: Sha256::digest(bytes).to_vec(),
            size: u32::try_from(bytes.len()).unwrap(),
            chunk_hashes: bytes
                .chunks(chunk)
                .map(|chunk| Sha256::digest(chunk).to_vec())
                .collect(),
        }
    }

    #[test]
    fn every_chunk_but_the_last_is_as_long_as_a_chunk() {
        let chunk = usize::try_from(CHUNK).unwrap();
        let photo = vec![7; 2 * chunk + 5];
        let announced = Announced::read(&begin(&photo)).unwrap();

        assert_eq!(announced.chunks(), 3);
        assert!(announced.is_chunk(0, &photo[..chunk]));
        assert!(announced.is_chunk(2, &photo[2 * chunk..]));
        assert!(!announced.is_chunk(2, &photo[..chunk]));
        assert!(!announced.is_chunk(0, &photo[..chunk - 1]));
        assert!(!announced.is_chunk(3, b""));
        assert!(!announced.is_chunk(u32::MAX, b""));
        let other = vec![8; chunk];
        assert!(!announced.is_chunk(0, &other));

        let parts = |parts: &[&[u8]]| -> Vec<Result<Vec<u8>, ()>> {
            parts.iter().map(|part| Ok(part.to_vec())).collect()
        };
        assert_eq!(
            announced.is_whole(parts(&[&photo[..chunk], &photo[chunk..]])),
            Ok(true)
        );
        assert_eq!(announced.is_whole(parts(&[&photo[..chunk]])), Ok(false));
        assert_eq!(announced.is_whole([Err("gone")]), Err("gone"));
    }

    #[test]
    fn what_is_told_by_halves_is_not_announced() {
        let whole = begin(&[1; 300_000]);
        assert!(Announced::read(&whole).is_some());
        let wrong: [fn(&mut BlobBegin); 7] = [
            |begin| begin.size = 0,
            |begin| begin.size = CHUNK,
            |begin| begin.size = LARGEST + 1,
            |begin| drop(begin.chunk_hashes.pop()),
            |begin| begin.chunk_hashes.push(vec![0; 32]),
            |begin| begin.chunk_hashes[0] = vec![0; 31],
            |begin| begin.sha256.truncate(31),
        ];
        for change in wrong {
            let mut begin = whole.clone();
            change(&mut begin);
            assert!(Announced::read(&begin).is_none());
        }
        let empty = BlobBegin {
            size: 0,
            chunk_hashes: Vec::new(),
            ..whole.clone()
        };
        assert!(Announced::read(&empty).is_none());
        let largest = BlobBegin {
            size: LARGEST,
            chunk_hashes: vec![vec![0; 32]; 40],
            ..whole
        };
        let largest = Announced::read(&largest).unwrap();
        assert!(Announced::read(&largest.to_wire()) == Some(largest));
    }
}
