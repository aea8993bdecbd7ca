//! Whether the ledger is as it was written: every entry, every seal, and every
//! checkpoint that somebody kept outside.

use rusqlite::Connection;

use super::chain::{self, NOTHING, Row, Seal};
use crate::store::{StoreError, ledger};

/// A ledger that holds together.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Whole {
    pub(crate) entries: i64,
    /// The last seal, and what a lead's device keeps of it.
    pub(crate) last: Kept,
}

/// A seal as somebody kept it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Kept {
    pub(crate) size: i64,
    pub(crate) head: [u8; 32],
}

/// The first thing that does not hold.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum Fault {
    #[error("entry {0} is missing")]
    Missing(i64),
    #[error("entry {0} does not go on from the one before")]
    Torn(i64),
    #[error("entry {0} was changed")]
    Changed(i64),
    #[error("the entries from {from} to {to} are not those that were sealed")]
    Forged { from: i64, to: i64 },
    #[error("seal {0} is missing")]
    SealMissing(i64),
    #[error("seal {0} was changed")]
    SealChanged(i64),
    #[error("seal {0} is not the one that was kept: this is another ledger, or an older one")]
    NotKept(i64),
}

/// Looks at all of it. `kept` are seals from outside.
///
/// # Errors
///
/// Only if the database cannot be read.
pub(crate) fn verify(conn: &Connection, kept: &[Kept]) -> Result<Result<Whole, Fault>, StoreError> {
    let seals = ledger::seals::all(conn)?;
    let mut walk = match Walk::begin(&seals, kept) {
        Ok(walk) => walk,
        Err(fault) => return Ok(Err(fault)),
    };
    let mut found = Ok(());
    ledger::each(conn, |row, hash| {
        found = walk.take(row, hash);
        found.is_ok()
    })?;
    Ok(found.and_then(|()| walk.end()))
}

/// Goes over the entries, oldest first, and over the seals beside them.
#[derive(Clone)]
pub(super) struct Walk<'a> {
    seals: &'a [(Seal, [u8; 32])],
    kept: &'a [Kept],
    /// How many seals hold so far, and the head of the last.
    sealed: usize,
    head: [u8; 32],
    /// The last entry that holds.
    number: i64,
    hash: [u8; 32],
    /// The last entry that a seal covers.
    covered: i64,
}

impl<'a> Walk<'a> {
    pub(super) fn begin(seals: &'a [(Seal, [u8; 32])], kept: &'a [Kept]) -> Result<Self, Fault> {
        let mut walk = Self {
            seals,
            kept,
            sealed: 0,
            head: NOTHING,
            number: 0,
            hash: NOTHING,
            covered: 0,
        };
        walk.take_seals()?;
        Ok(walk)
    }

    pub(super) fn take(&mut self, row: &Row, hash: [u8; 32]) -> Result<(), Fault> {
        let next = self.number + 1;
        if row.number != next {
            return Err(Fault::Missing(next));
        }
        if row.prev_hash != self.hash {
            return Err(Fault::Torn(next));
        }
        if row.hash() != hash {
            return Err(Fault::Changed(next));
        }
        self.number = next;
        self.hash = hash;
        self.take_seals()
    }

    /// The seals that cover the entries up to here and no further.
    fn take_seals(&mut self) -> Result<(), Fault> {
        while let Some((seal, head)) = self.seals.get(self.sealed) {
            if seal.number > self.number {
                return Ok(());
            }
            let size = i64::try_from(self.sealed).unwrap_or(i64::MAX) + 1;
            if seal.size != size {
                return Err(Fault::SealMissing(size));
            }
            if seal.number < self.number {
                return Err(Fault::SealChanged(size));
            }
            if chain::head(&self.head, size, &seal.cover(&self.hash)) != *head {
                let from = self.covered + 1;
                return Err(if from <= self.number {
                    let to = self.number;
                    Fault::Forged { from, to }
                } else {
                    Fault::SealChanged(size)
                });
            }
            self.head = *head;
            self.sealed += 1;
            self.covered = self.number;
            if self
                .kept
                .iter()
                .any(|kept| kept.size == size && kept.head != *head)
            {
                return Err(Fault::NotKept(size));
            }
        }
        Ok(())
    }

    pub(super) fn end(self) -> Result<Whole, Fault> {
        let size = i64::try_from(self.sealed).unwrap_or(i64::MAX);
        if self.sealed < self.seals.len() {
            // A seal covers what is not there.
            return Err(Fault::Missing(self.number + 1));
        }
        if let Some(beyond) = self.kept.iter().find(|kept| kept.size > size) {
            return Err(Fault::NotKept(beyond.size));
        }
        Ok(Whole {
            entries: self.number,
            last: Kept {
                size,
                head: self.head,
            },
        })
    }
}
