//! How entries and seals hold on to the one before.

use sha2::{Digest as _, Sha256};

/// The hash before the first entry, and the head before the first seal.
pub(crate) const NOTHING: [u8; 32] = [0; 32];

/// An entry as it is stored, but for its own hash.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Row {
    pub(crate) number: i64,
    pub(crate) at: i64,
    pub(crate) what: String,
    pub(crate) staff: Option<[u8; 16]>,
    pub(crate) device: Option<[u8; 16]>,
    pub(crate) about_device: Option<[u8; 16]>,
    pub(crate) subject: Option<[u8; 16]>,
    /// Sealed: erasing a case takes its key and leaves the chain whole.
    pub(crate) payload: Vec<u8>,
    pub(crate) prev_hash: [u8; 32],
}

impl Row {
    /// SHA-256 over every column, each with its length where that may differ.
    pub(crate) fn hash(&self) -> [u8; 32] {
        let mut hash = Sha256::new()
            .chain_update(b"safehall/ledger/v1\0")
            .chain_update(self.prev_hash)
            .chain_update(self.number.to_be_bytes())
            .chain_update(self.at.to_be_bytes());
        part(&mut hash, self.what.as_bytes());
        for id in [self.staff, self.device, self.about_device, self.subject] {
            part(&mut hash, id.as_ref().map_or(&[], |id| id.as_slice()));
        }
        part(&mut hash, &self.payload);
        hash.finalize().into()
    }
}

fn part(hash: &mut Sha256, bytes: &[u8]) {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    hash.update(length.to_be_bytes());
    hash.update(bytes);
}

/// A seal as it is stored, but for its own head.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Seal {
    pub(crate) size: i64,
    pub(crate) at: i64,
    /// The last entry that it covers.
    pub(crate) number: i64,
    pub(crate) nonce: [u8; 32],
}

impl Seal {
    /// What stands for the ledger up to here. Without the nonce nobody can tell
    /// from two covers whether anything lies between them.
    pub(crate) fn cover(&self, hash_of_last: &[u8; 32]) -> [u8; 32] {
        Sha256::new()
            .chain_update(b"safehall/cover/v1\0")
            .chain_update(self.nonce)
            .chain_update(self.at.to_be_bytes())
            .chain_update(self.number.to_be_bytes())
            .chain_update(hash_of_last)
            .finalize()
            .into()
    }
}

/// The head of the seal that is the `size`th. Devices work it out too.
pub(crate) fn head(before: &[u8; 32], size: i64, cover: &[u8; 32]) -> [u8; 32] {
    Sha256::new()
        .chain_update(b"safehall/seal/v1\0")
        .chain_update(size.to_be_bytes())
        .chain_update(before)
        .chain_update(cover)
        .finalize()
        .into()
}
