//! What the server alone knows.
//!
//! One file, `secret.key`, holds 32 random bytes; every key is derived from it.
//! It is not in the database, so a copy of the database opens no door.

use std::io;

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use zeroize::Zeroizing;

use crate::clock::NoChance;
use crate::vault::Root;

/// The file's name inside the data folder.
pub(crate) const FILE: &str = "secret.key";

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file, or the terminal, could not be read or written.
    #[error("the root secret could not be read or written")]
    Io(#[from] io::Error),
    /// The file holds something else than 32 bytes.
    #[error("the root secret is damaged: its file must be 32 bytes long")]
    Damaged,
    /// Others on this machine can read the file.
    #[error("the root secret can be read by others on this machine: `chmod 600` its file")]
    Open,
    /// Nothing was typed.
    #[error("the passphrase is missing: it is read from the terminal, or from standard input")]
    NoPassphrase,
    /// A new passphrase can be guessed.
    #[error("the passphrase is too short: it needs 12 letters or more")]
    Short,
    /// A new passphrase was typed in two ways.
    #[error("the two passphrases differ")]
    Differs,
    /// The machine has no memory for the work that makes guessing costly.
    #[error("turning the passphrase into a key needs 256 MiB of memory")]
    NoRoom,
    /// See [`NoChance`].
    #[error(transparent)]
    NoChance(#[from] NoChance),
}

/// Keys of this run. Has no `Debug`, and is wiped when dropped.
pub(crate) struct Secrets {
    /// Signs access tokens.
    pub(crate) token_seed: Zeroizing<[u8; 32]>,
    /// Signs wipe orders and the ledger's checkpoints.
    pub(crate) signet_seed: Zeroizing<[u8; 32]>,
    /// Seals log positions.
    pub(crate) cursor: Zeroizing<[u8; 32]>,
    /// Marks challenges as ours.
    pub(crate) challenge: Zeroizing<[u8; 32]>,
    /// Opens what phones sealed for others to carry.
    pub(crate) carry: Zeroizing<[u8; 32]>,
}

impl Secrets {
    /// All keys that come out of `root`.
    pub(crate) fn derive(root: &Root) -> Result<Self, SecretError> {
        let out = |name: &[u8]| root.derive(b"safehall/server/v1", name);
        Ok(Self {
            token_seed: out(b"token")?,
            signet_seed: out(b"signet")?,
            cursor: out(b"cursor")?,
            challenge: out(b"challenge")?,
            carry: curve_key(|again| out(&[b"carry".as_slice(), &[again]].concat()))?,
        })
    }
}

/// The first of `out` that is a private key of P-256: all but one in four thousand million are.
fn curve_key(
    out: impl Fn(u8) -> Result<Zeroizing<[u8; 32]>, SecretError>,
) -> Result<Zeroizing<[u8; 32]>, SecretError> {
    for again in 0..=u8::MAX {
        let key = out(again)?;
        if PrivateKey::from_private_key(&ECDH_P256, key.as_slice()).is_ok() {
            return Ok(key);
        }
    }
    Err(SecretError::Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_file_gives_the_same_keys_every_time_and_different_ones() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        Root::make(&path).unwrap();

        let first = Secrets::derive(&Root::read(&path).unwrap()).unwrap();
        let again = Secrets::derive(&Root::read(&path).unwrap()).unwrap();

        assert_eq!(first.cursor, again.cursor);
        assert_ne!(first.cursor, first.challenge);
        assert_ne!(first.cursor, first.token_seed);
        assert_eq!(first.carry, again.carry);
    }

    #[test]
    fn what_is_no_number_of_the_curve_is_drawn_again() {
        let key = curve_key(|again| {
            Ok(Zeroizing::new(match again {
                0 => [0; 32],
                1 => [0xff; 32],
                other => [other; 32],
            }))
        });
        assert_eq!(*key.unwrap(), [2; 32]);
    }
}
