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

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use aws_lc_rs::hmac;
use tokio::time::Instant;

use crate::clock::NoChance;
use crate::secrets::SecretError;
use crate::store::StoreError;
pub(crate) use keyring::FILE as KEYRING;
use keyring::{Name, Ring};
pub(crate) use root::Root;
pub use root::RootSource;
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
    /// The file went away under the server.
    #[error("keyring.bin cannot be added to any more: stop the server and look at the disk")]
    Lost,
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

thread_local! {
    static SPENT: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// How long this thread has been sealing and opening since it was last asked.
pub(crate) fn spent() -> Duration {
    SPENT.take()
}

/// Counts the time until it is dropped as spent on sealing.
struct Watch(Instant);

impl Watch {
    fn start() -> Self {
        Self(Instant::now())
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        SPENT.set(SPENT.get() + self.0.elapsed());
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
    file: Option<Mutex<Option<keyring::File>>>,
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

    /// The event that the keyring in `folder` is of, as its header says; whether
    /// that is true shows when it is opened.
    pub(crate) fn event_in(folder: &Path) -> Result<[u8; 16], VaultError> {
        keyring::event(folder)
    }

    fn over(folder: &Path, root: Root, ring: Ring, file: Option<keyring::File>) -> Self {
        Self {
            folder: folder.to_owned(),
            root,
            event: ring.event,
            ring: RwLock::new(ring),
            fresh: Mutex::default(),
            file: file.map(|file| Mutex::new(Some(file))),
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
        let _watch = Watch::start();
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
        let _watch = Watch::start();
        self.find(key)?
            .open(sealed, &self.said(key, place))
            .ok_or(StoreError::Sealed(place.table))
    }

    /// Takes as long as to open `size` sealed bytes, for a place where there are
    /// none: a clock must not tell an empty place from one that is closed.
    pub(crate) fn unseal_nothing(&self, place: &Place<'_>, size: usize) {
        let _watch = Watch::start();
        if let Ok(key) = self.find(Key::Event) {
            let opened = key.open(&vec![0; size], &self.said(Key::Event, place));
            debug_assert!(opened.is_none(), "nobody sealed zeros");
        }
    }

    /// What stands for `words` where a row must not say them: the same each time,
    /// and nobody without the key can tell which words it stands for.
    pub(crate) fn name(
        &self,
        key: Key,
        place: &Place<'_>,
        words: &[u8],
    ) -> Result<[u8; 32], StoreError> {
        let naming = self.find(key)?.naming();
        let mut name = [0; 32];
        let said = [self.said(key, place), words.to_vec()].concat();
        name.copy_from_slice(hmac::sign(&naming, &said).as_ref());
        Ok(name)
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
        let mut ring = self.ring_mut();
        let mut fresh = self.fresh();
        let from = mark.min(fresh.len());
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
        let _watch = Watch::start();
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
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                match file.as_mut() {
                    Some(file) => file.append(keys),
                    None => Err(VaultError::Lost),
                }
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

    /// Destroys everything under the keys of these documents, and their ledgers',
    /// in every copy of the database: a new generation of the file takes the
    /// place of the old one, without them. Safe to repeat.
    ///
    /// # Errors
    ///
    /// The file is the old one, or the new one; it is known here which.
    pub(crate) fn destroy(&self, documents: &[[u8; 16]]) -> Result<(), VaultError> {
        let file = self.file.as_ref().ok_or(VaultError::NoKeyring)?;
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = self.ring().clone();
        let mut changed = false;
        for id in documents {
            for key in [Key::Document(*id), Key::Ledger(*id)] {
                changed |= next.keys.remove(&key.name()).is_some();
            }
            changed |= next.tombs.insert(self.tomb(id)?);
        }
        if !changed {
            return Ok(());
        }
        next.generation += 1;
        let replaced = match file.as_mut() {
            Some(file) => file.replace(&next, &self.root),
            None => return Err(VaultError::Lost),
        };
        if replaced.is_err() {
            // Whichever stands there now is the one that counts and is added
            // to. If it cannot be had, nothing is added any more.
            *file = None;
            let (opened, found) = keyring::File::open(&self.folder, &self.root)?;
            *file = Some(opened);
            next = found;
        }
        let mut ring = self.ring_mut();
        if replaced.is_err() {
            // What is not in the file yet is still going to be.
            for name in self.fresh().iter() {
                if let Some(key) = ring.keys.get(name) {
                    next.keys.entry(*name).or_insert_with(|| key.clone());
                }
            }
        }
        *ring = next;
        replaced
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

    /// What stands for a case where rows must not name it.
    pub(crate) fn subject(&self, case: &[u8; 16]) -> Result<[u8; 16], VaultError> {
        let key = self.root.derive(b"safehall/subjects/v1", &self.event)?;
        let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_slice());
        let mut subject = [0; 16];
        subject.copy_from_slice(&hmac::sign(&key, case).as_ref()[..16]);
        Ok(subject)
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
mod tests;
