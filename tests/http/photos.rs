//! Photos as phones send them: bytes, their hashes, and the calls.

use safehall_core::DocumentId;
use safehall_sync::attachment::CHUNK;
use safehall_sync::wire;
use safehall_testkit::chance::Chance;
use sha2::{Digest as _, Sha256};

use crate::phone::{Phone, ok, problem};
use crate::watch::{hex, keep_private};
use crate::world::Answer;

/// Something that somebody photographed.
#[derive(Clone)]
pub(crate) struct Photo {
    pub(crate) bytes: Vec<u8>,
    pub(crate) sha256: [u8; 32],
}

impl Photo {
    /// Of so many bytes, with words in it that may stand nowhere.
    pub(crate) fn of(seed: u64, size: usize) -> Self {
        let words = format!("kanarie in foto {seed}, geel");
        keep_private(&words);
        let mut chance = Chance::seeded(seed);
        let mut bytes = words.into_bytes();
        while bytes.len() < size {
            bytes.extend(chance.bytes::<32>());
        }
        bytes.truncate(size);
        let sha256: [u8; 32] = Sha256::digest(&bytes).into();
        keep_private(&hex(&sha256));
        Self { bytes, sha256 }
    }

    pub(crate) fn chunks(&self) -> Vec<&[u8]> {
        self.bytes.chunks(CHUNK as usize).collect()
    }

    pub(crate) fn begin(&self, case: DocumentId) -> wire::BlobBegin {
        let hash = |chunk: &&[u8]| Sha256::digest(chunk).to_vec();
        wire::BlobBegin {
            document: case.as_bytes().to_vec(),
            sha256: self.sha256.to_vec(),
            size: u32::try_from(self.bytes.len()).unwrap(),
            chunk_hashes: self.chunks().iter().map(hash).collect(),
        }
    }

    pub(crate) fn chunk(&self, case: DocumentId, number: usize) -> wire::BlobChunk {
        wire::BlobChunk {
            document: case.as_bytes().to_vec(),
            sha256: self.sha256.to_vec(),
            number: u32::try_from(number).unwrap(),
            bytes: self.chunks()[number].to_vec().into(),
        }
    }

    pub(crate) fn read(&self, case: DocumentId, number: u32) -> wire::BlobRead {
        wire::BlobRead {
            document: case.as_bytes().to_vec(),
            sha256: self.sha256.to_vec(),
            number,
        }
    }

    /// Sends what the server has not got. As the app does it.
    pub(crate) async fn send(&self, by: &Phone, case: DocumentId) -> wire::BlobHas {
        let mut has: wire::BlobHas = ok(by.post(BEGIN, &self.begin(case)).await);
        for number in 0..self.chunks().len() {
            if !has.have.contains(&u32::try_from(number).unwrap()) {
                has = ok(by.post(CHUNK_CALL, &self.chunk(case, number)).await);
            }
        }
        has
    }

    /// All of it, or the code of the refusal.
    pub(crate) async fn got(&self, by: &Phone, case: DocumentId) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        let mut number = 0;
        loop {
            let answer = by.post(READ, &self.read(case, number)).await;
            if answer.status != 200 {
                return Err(problem(&answer));
            }
            let part: wire::BlobPart = ok(answer);
            assert_eq!(part.size as usize, self.bytes.len());
            bytes.extend_from_slice(&part.bytes);
            number += 1;
            if number == part.chunks {
                return Ok(bytes);
            }
        }
    }

    /// The three calls about it, one after the other.
    pub(crate) async fn asked(&self, by: &Phone, case: DocumentId) -> [Answer; 3] {
        [
            by.post(BEGIN, &self.begin(case)).await,
            by.post(CHUNK_CALL, &self.chunk(case, 0)).await,
            by.post(READ, &self.read(case, 0)).await,
        ]
    }
}

pub(crate) const BEGIN: &str = "/v1/blobs/begin";
pub(crate) const CHUNK_CALL: &str = "/v1/blobs/chunk";
pub(crate) const READ: &str = "/v1/blobs/read";
