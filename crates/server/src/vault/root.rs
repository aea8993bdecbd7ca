//! The one secret that everything else is derived from or wrapped by, and the
//! places where it can be.

use std::fs;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use argon2::{Algorithm, Argon2, Params, Version};

use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use zeroize::Zeroizing;

use crate::clock;
use crate::secrets::{self, SecretError};

/// The cost of one guess at a passphrase: 256 MiB, four times over. Part of the
/// program, so that no file and no setting lowers it.
const MEMORY: u32 = 256 * 1_024;
const PASSES: u32 = 4;
/// The shortest passphrase that a new event takes, in letters.
const SHORTEST: usize = 12;

/// Where the root secret is.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum RootSource {
    /// In the data folder, as `secret.key`: whoever takes the folder has it.
    #[default]
    Folder,
    /// In a file somewhere else.
    File(PathBuf),
    /// In a file that systemd puts there for this service alone.
    Credential(PathBuf),
    /// In somebody's head: typed at each start.
    Passphrase,
}

impl RootSource {
    /// Reads a setting. `credentials` is the folder that systemd names.
    pub(crate) fn read(text: &str, credentials: Option<&Path>) -> Option<Self> {
        match text.split_once(':') {
            Some(("file", path)) if !path.is_empty() => Some(Self::File(path.into())),
            Some(("credential", name)) if !name.is_empty() && !name.contains('/') => {
                credentials.map(|folder| Self::Credential(folder.join(name)))
            }
            None if text == "passphrase" => Some(Self::Passphrase),
            _ => None,
        }
    }

    /// The secret of the event in `folder`.
    ///
    /// # Errors
    ///
    /// See [`SecretError`]; nothing was written.
    pub(crate) fn root(&self, folder: &Path, event: &[u8; 16]) -> Result<Root, SecretError> {
        match self {
            Self::Folder => Root::read(&folder.join(secrets::FILE)),
            Self::File(path) => Root::read(path),
            Self::Credential(path) => Root::taken(fs::read(path)?),
            Self::Passphrase => Root::stretched(&typed("Passphrase: ")?, event),
        }
    }

    /// The secret for a new event. A file that is not there yet is made.
    ///
    /// # Errors
    ///
    /// See [`SecretError`].
    pub(crate) fn new_root(&self, folder: &Path, event: &[u8; 16]) -> Result<Root, SecretError> {
        match self {
            Self::Folder => Root::make(&folder.join(secrets::FILE)),
            Self::File(path) if !path.exists() => Root::make(path),
            Self::File(_) | Self::Credential(_) => self.root(folder, event),
            Self::Passphrase => {
                let once = typed("New passphrase, 12 letters or more: ")?;
                if once.chars().count() < SHORTEST {
                    return Err(SecretError::Short);
                }
                if io::stdin().is_terminal() && *typed("The same again: ")? != *once {
                    return Err(SecretError::Differs);
                }
                Root::stretched(&once, event)
            }
        }
    }
}

/// A line from the terminal, unseen, or from whatever stands in its place.
fn typed(prompt: &str) -> Result<Zeroizing<String>, SecretError> {
    let mut line = Zeroizing::new(String::new());
    if io::stdin().is_terminal() {
        *line = rpassword::prompt_password(prompt)?;
    } else {
        io::stdin().lock().read_line(&mut line)?;
    }
    let passphrase = line.trim_end_matches(['\r', '\n']);
    if passphrase.is_empty() {
        return Err(SecretError::NoPassphrase);
    }
    Ok(Zeroizing::new(passphrase.to_owned()))
}

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
        Self::taken(fs::read(path)?)
    }

    fn taken(bytes: Vec<u8>) -> Result<Self, SecretError> {
        let bytes = Zeroizing::new(bytes);
        let root: [u8; 32] = bytes
            .as_slice()
            .try_into()
            .map_err(|_| SecretError::Damaged)?;
        Ok(Self(Zeroizing::new(root)))
    }

    /// What a passphrase comes to in one event.
    fn stretched(passphrase: &str, event: &[u8; 16]) -> Result<Self, SecretError> {
        let cost = Params::new(MEMORY, PASSES, 1, Some(32)).map_err(|_| SecretError::Damaged)?;
        let mut root = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, cost)
            .hash_password_into(passphrase.as_bytes(), event, root.as_mut_slice())
            .map_err(|_| SecretError::NoRoom)?;
        Ok(Self(root))
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

    #[test]
    fn a_setting_names_one_place_or_is_refused() {
        let run = Path::new("/run/credentials/safehall");
        let read = |text| RootSource::read(text, Some(run));

        assert_eq!(read("file:/etc/s"), Some(RootSource::File("/etc/s".into())));
        assert_eq!(
            read("credential:root"),
            Some(RootSource::Credential(run.join("root")))
        );
        assert_eq!(read("passphrase"), Some(RootSource::Passphrase));
        for wrong in ["", "file:", "credential:../x", "/etc/s", "word:x"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert_eq!(RootSource::read("credential:root", None), None);
    }

    #[test]
    fn a_passphrase_is_another_secret_in_another_event() {
        let here = Root::stretched("correct horse battery", &[1; 16]).unwrap();
        let again = Root::stretched("correct horse battery", &[1; 16]).unwrap();
        let there = Root::stretched("correct horse battery", &[2; 16]).unwrap();

        assert_eq!(here.0, again.0);
        assert_ne!(here.0, there.0);
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
