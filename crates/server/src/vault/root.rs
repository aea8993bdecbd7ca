//! The one secret that everything else is derived from or wrapped by.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use zeroize::Zeroizing;

use crate::clock;
use crate::secrets::SecretError;

/// 32 bytes. Has neither `Debug` nor `Display`, and is wiped when dropped.
pub(crate) struct Root(Zeroizing<[u8; 32]>);

impl Root {
    /// Reads a file of 32 bytes.
    ///
    /// # Errors
    ///
    /// See [`SecretError`]. The file is left as it is.
    pub(crate) fn read(path: &Path) -> Result<Self, SecretError> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            if fs::metadata(path)?.permissions().mode() & 0o077 != 0 {
                return Err(SecretError::Open);
            }
        }
        let bytes = Zeroizing::new(fs::read(path)?);
        let root: [u8; 32] = bytes
            .as_slice()
            .try_into()
            .map_err(|_| SecretError::Damaged)?;
        Ok(Self(Zeroizing::new(root)))
    }

    /// Draws a secret and writes it into a new file. Refuses to replace one.
    ///
    /// # Errors
    ///
    /// See [`SecretError`]; an existing file is untouched.
    pub(crate) fn make(path: &Path) -> Result<Self, SecretError> {
        let root = Self(Zeroizing::new(clock::random::<32>()?));
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        let mut file = options.open(path)?;
        file.write_all(root.0.as_slice())?;
        file.sync_all()?;
        Ok(root)
    }

    /// A key for one purpose (`info`) under one `salt`.
    pub(crate) fn derive(
        &self,
        salt: &[u8],
        info: &[u8],
    ) -> Result<Zeroizing<[u8; 32]>, SecretError> {
        let key = Salt::new(HKDF_SHA256, salt).extract(self.0.as_slice());
        let mut bytes = Zeroizing::new([0; 32]);
        let info = [info];
        key.expand(&info, Bytes32)
            .and_then(|okm| okm.fill(bytes.as_mut_slice()))
            .map_err(|_| SecretError::Damaged)?;
        Ok(bytes)
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
    fn a_secret_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.key");
        Root::make(&path).unwrap();
        let before = fs::read(&path).unwrap();

        assert!(Root::make(&path).is_err());
        assert_eq!(fs::read(&path).unwrap(), before);
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.key");
        Root::make(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();

        assert!(matches!(Root::read(&path), Err(SecretError::Open)));
    }
}
