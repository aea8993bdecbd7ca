//! What the server alone knows.
//!
//! One file, `secret.key`, holds 32 random bytes; every key is derived from it.
//! It is not in the database, so a copy of the database opens no door.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use zeroize::Zeroizing;

use crate::clock::{self, NoChance};

/// The file's name inside the data folder.
pub(crate) const FILE: &str = "secret.key";

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file could not be read or written.
    #[error("could not use secret.key in the data folder")]
    Io(#[from] io::Error),
    /// The file holds something else than 32 bytes.
    #[error("secret.key in the data folder is damaged: it must be 32 bytes long")]
    Damaged,
    /// Others on this machine can read the file.
    #[error("secret.key can be read by others on this machine: `chmod 600` it")]
    Open,
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
}

impl Secrets {
    /// Reads the file in `folder`.
    ///
    /// # Errors
    ///
    /// See [`SecretError`]. The file is left as it is.
    pub(crate) fn read(folder: &Path) -> Result<Self, SecretError> {
        let path = folder.join(FILE);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            if fs::metadata(&path)?.permissions().mode() & 0o077 != 0 {
                return Err(SecretError::Open);
            }
        }
        let bytes = Zeroizing::new(fs::read(path)?);
        let root: &[u8; 32] = bytes
            .as_slice()
            .try_into()
            .map_err(|_| SecretError::Damaged)?;
        Self::derive(root)
    }

    /// Writes a new file into `folder`. Refuses to replace one.
    ///
    /// # Errors
    ///
    /// See [`SecretError`]; an existing file is untouched.
    pub(crate) fn make(folder: &Path) -> Result<(), SecretError> {
        let root = Zeroizing::new(clock::random::<32>()?);
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let mut file = options.open(folder.join(FILE))?;
        file.write_all(root.as_slice())?;
        file.sync_all()?;
        Ok(())
    }

    fn derive(root: &[u8; 32]) -> Result<Self, SecretError> {
        let salt = Salt::new(HKDF_SHA256, b"safehall/server/v1");
        let key = salt.extract(root);
        let out = |name: &[u8]| {
            let mut bytes = Zeroizing::new([0; 32]);
            let info = [name];
            key.expand(&info, Bytes32)
                .and_then(|okm| okm.fill(bytes.as_mut_slice()))
                .map_err(|_| SecretError::Damaged)?;
            Ok::<_, SecretError>(bytes)
        };
        Ok(Self {
            token_seed: out(b"token")?,
            signet_seed: out(b"signet")?,
            cursor: out(b"cursor")?,
            challenge: out(b"challenge")?,
        })
    }
}

struct Bytes32;

impl KeyType for Bytes32 {
    fn len(&self) -> usize {
        32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_file_gives_the_same_keys_every_time_and_three_different_ones() {
        let folder = tempfile::tempdir().unwrap();
        Secrets::make(folder.path()).unwrap();

        let first = Secrets::read(folder.path()).unwrap();
        let again = Secrets::read(folder.path()).unwrap();

        assert_eq!(first.cursor, again.cursor);
        assert_ne!(first.cursor, first.challenge);
        assert_ne!(first.cursor, first.token_seed);
    }

    #[test]
    fn a_secret_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        Secrets::make(folder.path()).unwrap();
        let before = fs::read(folder.path().join(FILE)).unwrap();

        assert!(Secrets::make(folder.path()).is_err());
        assert_eq!(fs::read(folder.path().join(FILE)).unwrap(), before);
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        Secrets::make(folder.path()).unwrap();
        fs::set_permissions(folder.path().join(FILE), fs::Permissions::from_mode(0o644)).unwrap();

        assert!(matches!(
            Secrets::read(folder.path()),
            Err(SecretError::Open)
        ));
    }
}
