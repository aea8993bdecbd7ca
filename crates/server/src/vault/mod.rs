//! Sealing at rest: nothing that people wrote reaches the disk readable.
//!
//! Each document has a random key of its own, each case one more for its ledger,
//! and the event one for what is known of staff and devices. The keys are in
//! [`keyring`], wrapped by a key that comes out of the [`Root`] secret; the rows
//! they seal are in the database. A row opens only in the place it was sealed
//! for. Destroying a key destroys everything under it, in every copy of the
//! database there is.

mod keyring;
mod root;
mod sealing;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use aws_lc_rs::hmac;

use crate::clock::NoChance;
use crate::secrets::SecretError;
use crate::store::StoreError;
use keyring::{Name, Ring};
pub(crate) use root::Root;
use sealing::SealKey;

/// Why the keys cannot be had. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The folder has a database and no keys.
    #[error(
        "keyring.bin is missing from the data folder: put it back from its own backup, without it no row can be read"
    )]
    NoKeyring,
    /// The root secret does not fit.
    #[error(
        "the root secret does not open keyring.bin: it belongs to another keyring, or the file is damaged"
    )]
    WrongSecret,
    /// The file cannot be what it is.
    #[error("keyring.bin is damaged: put it back from its own backup")]
    Damaged,
    /// The file could not be read or written.
    #[error("keyring.bin could not be read or written")]
    Io(#[from] io::Error),
    /// See [`NoChance`].
    #[error(transparent)]
    NoChance(#[from] NoChance),
    /// See [`SecretError`].
    #[error(transparent)]
    Secret(#[from] SecretError),
}

/// Which key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Key {
    /// Of the event: staff, devices, and what belongs to no case.
    Event,
    /// Of one document.
    Document([u8; 16]),
    /// Of the ledger of one case.
    #[cfg_attr(not(test), expect(dead_code, reason = "the ledger seals with it"))]
    Ledger([u8; 16]),
}

impl Key {
    fn name(self) -> Name {
        let (of, id) = match self {
            Self::Event => (1, [0; 16]),
            Self::Document(id) => (2, id),
            Self::Ledger(id) => (3, id),
        };
        let mut name = [0; 17];
        name[0] = of;
        name[1..].copy_from_slice(&id);
        name
    }
}

/// Where a sealed row stands: its table, and what else names it there. A row
/// opens in this place and in no other.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    table: &'static str,
    row: &'a [&'a [u8]],
}

impl<'a> Place<'a> {
    pub(crate) const fn new(table: &'static str, row: &'a [&'a [u8]]) -> Self {
        Self { table, row }
    }
}

/// See the [module documentation](self). Holds keys, so it has no `Debug`.
pub(crate) struct Vault {
    folder: PathBuf,
    root: Root,
    event: [u8; 16],
    ring: RwLock<Ring>,
    /// Keys that are not in the file yet, oldest first.
    fresh: Mutex<Vec<Name>>,
    /// Nothing: another process may hold the file, this one only reads it.
    file: Option<Mutex<keyring::File>>,
}

impl Vault {
    /// The keys of a new event.
    pub(crate) fn make(folder: &Path, root: Root, event: &[u8; 16]) -> Result<Self, VaultError> {
        let ring = Ring {
            generation: 1,
            event: *event,
            keys: BTreeMap::from([(Key::Event.name(), SealKey::random()?)]),
            tombs: BTreeSet::new(),
        };
        let file = keyring::File::make(folder, &ring, &root)?;
        Ok(Self::over(folder, root, ring, Some(file)))
    }

    /// The keys of the event in `folder`, for the one process that serves it.
    pub(crate) fn open(folder: &Path, root: Root) -> Result<Self, VaultError> {
        let (file, ring) = keyring::File::open(folder, &root)?;
        Ok(Self::over(folder, root, ring, Some(file)))
    }

    /// The same for a command that may run beside the server. It makes no keys.
    pub(crate) fn open_beside(folder: &Path, root: Root) -> Result<Self, VaultError> {
        let ring = keyring::read(folder, &root)?;
        Ok(Self::over(folder, root, ring, None))
    }

    /// Whether `root` opens the keyring in `folder`. Writes nothing.
    pub(crate) fn fits(folder: &Path, root: &Root) -> Result<(), VaultError> {
        keyring::read(folder, root).map(|_| ())
    }

    fn over(folder: &Path, root: Root, ring: Ring, file: Option<keyring::File>) -> Self {
        Self {
            folder: folder.to_owned(),
            root,
            event: ring.event,
            ring: RwLock::new(ring),
            fresh: Mutex::default(),
            file: file.map(Mutex::new),
        }
    }

    /// The event that these keys are of.
    pub(crate) const fn event(&self) -> &[u8; 16] {
        &self.event
    }

    /// Seals `words` for one place. Makes the key if there is none yet; a new
    /// one is on disk before the transaction is that needs it.
    pub(crate) fn seal(
        &self,
        key: Key,
        place: &Place<'_>,
        words: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        let found = match self.find(key) {
            Err(StoreError::NoKey) => self.make_key(key)?,
            found => found?,
        };
        let sealed = found.seal(words, &self.said(key, place));
        Ok(sealed.map_err(VaultError::from)?)
    }

    /// Opens what was sealed for this place.
    ///
    /// # Errors
    ///
    /// [`StoreError::Erased`] if its document was erased, [`StoreError::NoKey`],
    /// and [`StoreError::Sealed`] for anything that is not what was sealed here.
    pub(crate) fn unseal(
        &self,
        key: Key,
        place: &Place<'_>,
        sealed: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        self.find(key)?
            .open(sealed, &self.said(key, place))
            .ok_or(StoreError::Sealed(place.table))
    }

    /// Whether there is a key for this already.
    pub(crate) fn has(&self, key: Key) -> bool {
        self.ring().keys.contains_key(&key.name())
    }

    /// Whether the document was erased.
    pub(crate) fn is_erased(&self, document: &[u8; 16]) -> Result<bool, VaultError> {
        let ring = self.ring();
        Ok(!ring.tombs.is_empty() && ring.tombs.contains(&self.tomb(document)?))
    }

    /// A new piece of work begins: what it makes can be unmade from here.
    pub(crate) fn mark(&self) -> usize {
        self.fresh().len()
    }

    /// What was made since `mark` was for nothing.
    pub(crate) fn forget_since(&self, mark: usize) {
        let mut fresh = self.fresh();
        let from = mark.min(fresh.len());
        let mut ring = self.ring_mut();
        for name in fresh.drain(from..) {
            ring.keys.remove(&name);
        }
    }

    /// Puts all new keys on the disk, with one flush if there are any.
    ///
    /// # Errors
    ///
    /// None of them counts then.
    pub(crate) fn settle(&self) -> Result<(), VaultError> {
        let fresh = std::mem::take(&mut *self.fresh());
        if fresh.is_empty() {
            return Ok(());
        }
        let written = match &self.file {
            None => Err(VaultError::NoKeyring),
            Some(file) => {
                let ring = self.ring();
                let keys = fresh
                    .iter()
                    .filter_map(|name| ring.keys.get(name).map(|key| (name, key)));
                file.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .append(keys)
            }
        };
        if written.is_err() {
            let mut ring = self.ring_mut();
            for name in &fresh {
                ring.keys.remove(name);
            }
        }
        written
    }

    fn find(&self, key: Key) -> Result<SealKey, StoreError> {
        if let Some(found) = self.ring().keys.get(&key.name()) {
            return Ok(found.clone());
        }
        if self.file.is_none() {
            // The server beside us may have made it since.
            let ring = keyring::read(&self.folder, &self.root)?;
            *self.ring_mut() = ring;
            if let Some(found) = self.ring().keys.get(&key.name()) {
                return Ok(found.clone());
            }
        }
        if let Key::Document(id) | Key::Ledger(id) = key
            && self.is_erased(&id)?
        {
            return Err(StoreError::Erased);
        }
        Err(StoreError::NoKey)
    }

    fn make_key(&self, key: Key) -> Result<SealKey, StoreError> {
        if self.file.is_none() {
            return Err(StoreError::NoKey);
        }
        let made = SealKey::random().map_err(VaultError::from)?;
        self.ring_mut().keys.insert(key.name(), made.clone());
        self.fresh().push(key.name());
        Ok(made)
    }

    /// The place as it is bound to the sealed bytes. Every part has its length
    /// in front, so that no two places are one.
    fn said(&self, key: Key, place: &Place<'_>) -> Vec<u8> {
        let mut said = b"safehall/row/v1\0".to_vec();
        said.extend_from_slice(&self.event);
        said.extend_from_slice(&key.name());
        for part in std::iter::once(place.table.as_bytes()).chain(place.row.iter().copied()) {
            said.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
            said.extend_from_slice(part);
        }
        said
    }

    fn tomb(&self, document: &[u8; 16]) -> Result<[u8; 32], VaultError> {
        let key = self.root.derive(b"safehall/tombs/v1", &self.event)?;
        let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_slice());
        let mut tomb = [0; 32];
        tomb.copy_from_slice(hmac::sign(&key, document).as_ref());
        Ok(tomb)
    }

    fn ring(&self) -> RwLockReadGuard<'_, Ring> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn ring_mut(&self) -> RwLockWriteGuard<'_, Ring> {
        self.ring.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn fresh(&self) -> std::sync::MutexGuard<'_, Vec<Name>> {
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keys for a test that only wants some.
#[cfg(test)]
pub(crate) fn pretend(folder: &Path) -> Vault {
    let root = Root::make(&folder.join(crate::secrets::FILE)).unwrap();
    Vault::make(folder, root, &[1; 16]).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASE: Key = Key::Document([7; 16]);

    fn vault() -> (tempfile::TempDir, Vault) {
        let folder = tempfile::tempdir().unwrap();
        let vault = pretend(folder.path());
        (folder, vault)
    }

    fn root_of(folder: &tempfile::TempDir) -> Root {
        Root::read(&folder.path().join("secret.key")).unwrap()
    }

    #[test]
    fn a_row_opens_where_it_was_sealed_and_nowhere_else() {
        let (_folder, vault) = vault();
        let here = Place::new("change", &[b"ab", b"c"]);
        let sealed = vault.seal(CASE, &here, b"words").unwrap();

        assert_eq!(vault.unseal(CASE, &here, &sealed).unwrap(), b"words");
        let elsewhere = [
            Place::new("change", &[b"a", b"bc"]),
            Place::new("change", &[b"ab"]),
            Place::new("ledger", &[b"ab", b"c"]),
        ];
        for place in elsewhere {
            let refused = vault.unseal(CASE, &place, &sealed);
            assert!(matches!(refused, Err(StoreError::Sealed(_))));
        }
        for other in [Key::Event, Key::Ledger([7; 16])] {
            vault.seal(other, &here, b"").unwrap();
            let refused = vault.unseal(other, &here, &sealed);
            assert!(matches!(refused, Err(StoreError::Sealed("change"))));
        }
    }

    #[test]
    fn a_key_outlives_the_process_once_it_was_settled_and_not_before() {
        let (folder, vault) = vault();
        let place = Place::new("change", &[b"1"]);
        let sealed = vault.seal(CASE, &place, b"words").unwrap();
        let early = Vault::open_beside(folder.path(), root_of(&folder)).unwrap();
        assert!(matches!(
            early.unseal(CASE, &place, &sealed),
            Err(StoreError::NoKey)
        ));

        vault.settle().unwrap();

        // Who opened it before finds what was added since.
        assert_eq!(early.unseal(CASE, &place, &sealed).unwrap(), b"words");
        drop(vault);
        let again = Vault::open(folder.path(), root_of(&folder)).unwrap();
        assert_eq!(again.unseal(CASE, &place, &sealed).unwrap(), b"words");
    }

    #[test]
    fn a_key_made_for_nothing_is_forgotten_and_one_beside_the_server_is_never_made() {
        let (folder, vault) = vault();
        let place = Place::new("change", &[b"1"]);
        let mark = vault.mark();
        vault.seal(CASE, &place, b"words").unwrap();

        vault.forget_since(mark);

        assert!(!vault.has(CASE));
        let beside = Vault::open_beside(folder.path(), root_of(&folder)).unwrap();
        assert!(matches!(
            beside.seal(CASE, &place, b"words"),
            Err(StoreError::NoKey)
        ));
        beside.seal(Key::Event, &place, b"words").unwrap();
    }

    #[test]
    fn what_a_crash_cut_off_is_passed_over_and_written_over() {
        let (folder, vault) = vault();
        let place = Place::new("change", &[b"1"]);
        let file = folder.path().join(keyring::FILE);
        let whole = std::fs::read(&file).unwrap();
        for torn in [1, 88, 89, 100, 178] {
            std::fs::write(&file, [whole.as_slice(), &vec![0; torn]].concat()).unwrap();
            let vault = Vault::open(folder.path(), root_of(&folder)).unwrap();
            let sealed = vault.seal(CASE, &place, b"words").unwrap();
            vault.settle().unwrap();

            let again = Vault::open(folder.path(), root_of(&folder)).unwrap();

            assert_eq!(again.unseal(CASE, &place, &sealed).unwrap(), b"words");
        }
        drop(vault);
    }

    #[test]
    fn every_byte_of_a_keyring_counts() {
        let (folder, vault) = vault();
        drop(vault);
        let file = folder.path().join(keyring::FILE);
        let whole = std::fs::read(&file).unwrap();
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            std::fs::write(&file, &bytes).unwrap();
            assert!(
                Vault::fits(folder.path(), &root_of(&folder)).is_err(),
                "byte {at}"
            );
            std::fs::write(&file, &whole[..at]).unwrap();
            assert!(
                Vault::fits(folder.path(), &root_of(&folder)).is_err(),
                "cut at {at}"
            );
        }
        std::fs::write(&file, &whole).unwrap();
        let other = Root::make(&folder.path().join("other.key")).unwrap();
        let refused = Vault::fits(folder.path(), &other);
        assert!(matches!(refused, Err(VaultError::WrongSecret)));
    }
}
