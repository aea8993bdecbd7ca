//! A photo on its way to a real server, as the app sends it.

use std::io;

use safehall_sync::attachment::CHUNK;
use safehall_sync::ids::DocumentId;
use safehall_sync::wire;
use safehall_testkit::chance::Chance;
use sha2::{Digest as _, Sha256};

use super::device::Device;

/// Something that somebody photographed for a case.
pub(crate) struct Photo {
    pub(crate) bytes: Vec<u8>,
    pub(crate) begin: wire::BlobBegin,
}

impl Photo {
    /// One that takes so many chunks; the last is a short one.
    pub(crate) fn of(case: DocumentId, chance: &mut Chance, chunks: usize) -> Self {
        let chunk = CHUNK as usize;
        let size = (chunks - 1) * chunk + 99;
        let mut bytes = Vec::with_capacity(size + 4_096);
        while bytes.len() < size {
            bytes.extend(chance.bytes::<4_096>());
        }
        bytes.truncate(size);
        let hash = |bytes: &[u8]| Sha256::digest(bytes).to_vec();
        let begin = wire::BlobBegin {
            document: case.as_bytes().to_vec(),
            sha256: hash(&bytes),
            size: u32::try_from(size).unwrap_or(u32::MAX),
            chunk_hashes: bytes.chunks(chunk).map(hash).collect(),
        };
        Self { bytes, begin }
    }

    /// Sends what the server says it has not got. `hear` is told each answer.
    pub(crate) fn send(
        &self,
        by: &mut Device,
        mut hear: impl FnMut(&wire::BlobHas),
    ) -> io::Result<wire::BlobHas> {
        let mut has: wire::BlobHas = by.call("/v1/blobs/begin", &self.begin)?;
        hear(&has);
        for (number, bytes) in (0..).zip(self.bytes.chunks(CHUNK as usize)) {
            if has.have.contains(&number) {
                continue;
            }
            let chunk = wire::BlobChunk {
                document: self.begin.document.clone(),
                sha256: self.begin.sha256.clone(),
                number,
                bytes: bytes.to_vec().into(),
            };
            has = by.call("/v1/blobs/chunk", &chunk)?;
            hear(&has);
        }
        Ok(has)
    }

    /// All of it, as somebody else gets it.
    pub(crate) fn read(&self, by: &mut Device) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        for number in (0..).take(self.begin.chunk_hashes.len()) {
            let ask = wire::BlobRead {
                document: self.begin.document.clone(),
                sha256: self.begin.sha256.clone(),
                number,
            };
            let part: wire::BlobPart = by.call("/v1/blobs/read", &ask)?;
            bytes.extend_from_slice(&part.bytes);
        }
        Ok(bytes)
    }
}
