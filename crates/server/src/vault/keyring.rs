//! `keyring.bin`: every key of an event, wrapped, in one small file.
//!
//! A header, then records of one length. The header names the file's generation
//! and holds the salt from which, together with the root secret, the wrapping
//! key is derived; both are new each time the file is replaced. New keys are
//! appended. A record that a crash cut off opens nothing and is passed over:
//! nothing was promised under it. Keys are destroyed by writing the whole file
//! anew without them ([`File::replace`]).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::VaultError;
use super::root::Root;
use super::sealing::{NONCE, SealKey, TAG};
use crate::clock;

/// The file's name inside the data folder.
pub(crate) const FILE: &str = "keyring.bin";
/// The next generation while it is being written.
pub(crate) const NEXT: &str = "keyring.next";

const MAGIC: &[u8; 16] = b"safehall keys 1\n";
const SALT: usize = 32;
const HEADER: usize = 16 + 8 + 16 + SALT + 4;
const SEALED_HEADER: usize = HEADER + NONCE + TAG;
const SAID: usize = 1 + 16 + 32;
const RECORD: usize = NONCE + SAID + TAG;
const TOMB: u8 = 9;

/// What a key is called in the file: what it is for, and of which document.
pub(super) type Name = [u8; 17];

/// What the file says.
#[derive(Clone)]
pub(super) struct Ring {
    pub(super) generation: u64,
    pub(super) event: [u8; 16],
    pub(super) keys: BTreeMap<Name, SealKey>,
    /// Of documents that were erased; who knows the id can ask, nobody can list.
    pub(super) tombs: BTreeSet<[u8; 32]>,
}

/// The file, held by the one process that may write to it.
pub(super) struct File {
    folder: PathBuf,
    file: fs::File,
    wrap: SealKey,
    event: [u8; 16],
    end: u64,
}

/// Reads the file in `folder`.
pub(super) fn read(folder: &Path, root: &Root) -> Result<Ring, VaultError> {
    Ok(parse(&bytes_of(folder)?, root)?.0)
}

/// Whose keys are in `folder`, as far as can be said without the root secret.
pub(super) fn event(folder: &Path) -> Result<[u8; 16], VaultError> {
    let bytes = bytes_of(folder)?;
    let said = bytes.first_chunk::<HEADER>().ok_or(VaultError::Damaged)?;
    let (magic, _, event, _, _) = parts(said).ok_or(VaultError::Damaged)?;
    if magic == *MAGIC {
        Ok(event)
    } else {
        Err(VaultError::Damaged)
    }
}

fn bytes_of(folder: &Path) -> Result<Vec<u8>, VaultError> {
    match fs::read(folder.join(FILE)) {
        Ok(bytes) => Ok(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(VaultError::NoKeyring),
        Err(error) => Err(VaultError::Io(error)),
    }
}

fn parse(bytes: &[u8], root: &Root) -> Result<(Ring, SealKey, u64), VaultError> {
    let (header, rest) = bytes
        .split_at_checked(SEALED_HEADER)
        .ok_or(VaultError::Damaged)?;
    let (said, seal) = header.split_at_checked(HEADER).ok_or(VaultError::Damaged)?;
    let said: &[u8; HEADER] = said.try_into().map_err(|_| VaultError::Damaged)?;
    let (magic, generation, event, salt, settled) = parts(said).ok_or(VaultError::Damaged)?;
    if magic != *MAGIC {
        return Err(VaultError::Damaged);
    }
    let wrap = wrap(root, generation, &event, &salt)?;
    wrap.open_exactly(seal, said)
        .ok_or(VaultError::WrongSecret)?;
    let mut ring = Ring {
        generation,
        event,
        keys: BTreeMap::new(),
        tombs: BTreeSet::new(),
    };
    let place = place(&event);
    let records = rest.chunks_exact(RECORD);
    let whole = records.len();
    for (number, record) in records.enumerate() {
        let opened = wrap.open_exactly(record, &place);
        match opened.as_deref().and_then(|said| understood(said)) {
            Some((name, key)) if name[0] == TOMB => {
                ring.tombs.insert(*key);
            }
            Some((name, key)) => {
                ring.keys.insert(name, SealKey::from_bytes(key));
            }
            // Written in one go with the header: there is no excuse for it.
            None if number < settled => return Err(VaultError::Damaged),
            None => {}
        }
    }
    if whole < settled {
        return Err(VaultError::Damaged);
    }
    let end = SEALED_HEADER + whole * RECORD;
    Ok((ring, wrap, u64::try_from(end).unwrap_or(u64::MAX)))
}

type Parts = ([u8; 16], u64, [u8; 16], [u8; SALT], usize);

fn parts(said: &[u8; HEADER]) -> Option<Parts> {
    let (magic, rest) = said.split_first_chunk()?;
    let (generation, rest) = rest.split_first_chunk()?;
    let (event, rest) = rest.split_first_chunk()?;
    let (salt, rest) = rest.split_first_chunk()?;
    let settled = u32::from_be_bytes(rest.try_into().ok()?);
    Some((
        *magic,
        u64::from_be_bytes(*generation),
        *event,
        *salt,
        usize::try_from(settled).ok()?,
    ))
}

fn understood(said: &[u8]) -> Option<(Name, Zeroizing<[u8; 32]>)> {
    let (name, key) = said.split_first_chunk::<17>()?;
    Some((*name, Zeroizing::new(key.try_into().ok()?)))
}

fn wrap(
    root: &Root,
    generation: u64,
    event: &[u8; 16],
    salt: &[u8; SALT],
) -> Result<SealKey, VaultError> {
    let mut info = b"safehall/keyring/v1\0".to_vec();
    info.extend_from_slice(event);
    info.extend_from_slice(&generation.to_be_bytes());
    let key = root
        .derive(salt, &info)
        .map_err(|_| VaultError::WrongSecret)?;
    Ok(SealKey::from_bytes(key))
}

fn place(event: &[u8; 16]) -> Vec<u8> {
    [b"safehall/key/v1\0".as_slice(), event].concat()
}

fn record(
    wrap: &SealKey,
    event: &[u8; 16],
    name: &Name,
    key: &[u8; 32],
) -> Result<Vec<u8>, VaultError> {
    let mut said = Zeroizing::new([0; SAID]);
    said[..17].copy_from_slice(name);
    said[17..].copy_from_slice(key);
    Ok(wrap.seal_exactly(said.as_slice(), &place(event))?)
}

/// The whole file as it is written, and the key that it is wrapped by.
fn whole(ring: &Ring, root: &Root) -> Result<(Vec<u8>, SealKey), VaultError> {
    let salt: [u8; SALT] = clock::random()?;
    let wrap = wrap(root, ring.generation, &ring.event, &salt)?;
    let settled =
        u32::try_from(ring.keys.len() + ring.tombs.len()).map_err(|_| VaultError::Damaged)?;
    let mut out = Vec::new();
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&ring.generation.to_be_bytes());
    out.extend_from_slice(&ring.event);
    out.extend_from_slice(&salt);
    out.extend_from_slice(&settled.to_be_bytes());
    let seal = wrap.seal_exactly(&[], &out)?;
    out.extend_from_slice(&seal);
    for (name, key) in &ring.keys {
        out.extend_from_slice(&record(&wrap, &ring.event, name, key.bytes())?);
    }
    let mut name = [0; 17];
    name[0] = TOMB;
    for tomb in &ring.tombs {
        out.extend_from_slice(&record(&wrap, &ring.event, &name, tomb)?);
    }
    Ok((out, wrap))
}

impl File {
    /// Writes the first generation. Refuses to replace a file.
    pub(super) fn make(folder: &Path, ring: &Ring, root: &Root) -> Result<Self, VaultError> {
        if folder.join(FILE).exists() {
            return Err(VaultError::Io(io::ErrorKind::AlreadyExists.into()));
        }
        Self::write(folder, ring, root)
    }

    /// Opens the file for adding to it. Writes nothing.
    pub(super) fn open(folder: &Path, root: &Root) -> Result<(Self, Ring), VaultError> {
        let (ring, wrap, end) = parse(&bytes_of(folder)?, root)?;
        let file = fs::File::options()
            .read(true)
            .write(true)
            .open(folder.join(FILE))?;
        let opened = Self {
            folder: folder.to_owned(),
            file,
            wrap,
            event: ring.event,
            end,
        };
        Ok((opened, ring))
    }

    /// Adds keys. They are on disk when this returns; if it fails, none counts.
    pub(super) fn append<'a>(
        &mut self,
        keys: impl IntoIterator<Item = (&'a Name, &'a SealKey)>,
    ) -> Result<(), VaultError> {
        let mut records = Vec::new();
        for (name, key) in keys {
            records.extend_from_slice(&record(&self.wrap, &self.event, name, key.bytes())?);
        }
        if records.is_empty() {
            return Ok(());
        }
        // What a crash left behind is written over.
        self.file.write_all_at(&records, self.end)?;
        self.file.sync_all()?;
        self.end += u64::try_from(records.len()).unwrap_or(0);
        Ok(())
    }

    /// Puts `ring` in the place of what was there: whoever reads the folder at
    /// any moment finds the old file or the new one. What the old one held is
    /// written over once nothing can lead back to it.
    pub(super) fn replace(&mut self, ring: &Ring, root: &Root) -> Result<(), VaultError> {
        let next = Self::write(&self.folder, ring, root)?;
        let old = std::mem::replace(self, next);
        let nothing = vec![0; usize::try_from(old.file.metadata()?.len()).unwrap_or(0)];
        let over = old
            .file
            .write_all_at(&nothing, 0)
            .and_then(|()| old.file.sync_all());
        if let Err(error) = over {
            // Without the root secret they open nothing either.
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "could not write over the old keyring"
            );
        }
        Ok(())
    }

    fn write(folder: &Path, ring: &Ring, root: &Root) -> Result<Self, VaultError> {
        let (bytes, wrap) = whole(ring, root)?;
        let next = folder.join(NEXT);
        let file = fs::File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&next)?;
        file.write_all_at(&bytes, 0)?;
        file.sync_all()?;
        fs::rename(&next, folder.join(FILE))?;
        fs::File::open(folder)?.sync_all()?;
        Ok(Self {
            folder: folder.to_owned(),
            file,
            wrap,
            event: ring.event,
            end: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        })
    }
}
