//! Seals over the ledger: what leads' devices keep of it.
//!
//! They are made by the clock alone. A lead who is kept away from a case gets
//! them too, and must not see by them whether anything was noted.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::last;
use crate::clock::{self, counted, stored};
use crate::ledger::chain::{self, NOTHING, Seal};
use crate::store::{Book, StoreError};
use crate::vault::VaultError;

/// How often the ledger is sealed while the server runs, in milliseconds.
const EVERY: u64 = 5 * 60 * 1_000;
/// The most covers in one greeting, as `frame.proto` says.
const COVERS: i64 = 500;

/// The last seal that there is, and the head of them all.
#[derive(Clone, Copy)]
struct Top {
    size: i64,
    at: i64,
    head: [u8; 32],
}

fn top(conn: &Book<'_>) -> Result<Top, StoreError> {
    let mut ask =
        conn.prepare_cached("select size, at, head from ledger_seal order by size desc limit 1")?;
    let found = ask
        .query_row([], |row| {
            Ok(Top {
                size: row.get(0)?,
                at: row.get(1)?,
                head: row.get(2)?,
            })
        })
        .optional()?;
    Ok(found.unwrap_or(Top {
        size: 0,
        at: i64::MIN,
        head: NOTHING,
    }))
}

/// Whether it is time for the next one. A clock that was set back is no reason to wait.
pub(crate) fn due(conn: &Book<'_>, now: u64) -> Result<bool, StoreError> {
    Ok(stored(now).abs_diff(top(conn)?.at) >= EVERY)
}

/// What blinds one seal.
pub(crate) fn nonce() -> Result<[u8; 32], StoreError> {
    Ok(clock::random().map_err(VaultError::from)?)
}

/// Seals the ledger as it is. `nonce` is 32 random bytes.
pub(crate) fn make(conn: &Book<'_>, nonce: [u8; 32], now: u64) -> Result<(), StoreError> {
    let before = top(conn)?;
    let last = last(conn)?;
    let seal = Seal {
        size: before.size + 1,
        at: stored(now),
        number: last.number,
        nonce,
    };
    let head = chain::head(&before.head, seal.size, &seal.cover(&last.hash));
    conn.prepare_cached(
        "insert into ledger_seal (size, at, number, nonce, head) values (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![seal.size, seal.at, seal.number, seal.nonce, head])?;
    Ok(())
}

/// What a device is shown that keeps the seal `kept`.
pub(crate) struct Shown {
    pub(crate) size: u64,
    pub(crate) head: [u8; 32],
    /// Of the seals in between.
    pub(crate) covers: Vec<[u8; 32]>,
}

/// The last seal, or as far as covers reach from `kept`; 0: the device keeps none.
pub(crate) fn after(conn: &Book<'_>, kept: u64) -> Result<Option<Shown>, StoreError> {
    let top = top(conn)?;
    if top.size == 0 {
        return Ok(None);
    }
    let kept = match stored(kept) {
        0 => top.size,
        kept => kept.min(top.size),
    };
    let until = top.size.min(kept + COVERS);
    let mut ask = conn.prepare_cached(
        "select size, seal.at, seal.number, nonce, coalesce(hash, zeroblob(32)), head
         from ledger_seal as seal left join ledger on ledger.number = seal.number
         where size between ?1 and ?2 order by size",
    )?;
    let mut shown = Shown {
        size: counted(until),
        head: top.head,
        covers: Vec::new(),
    };
    let mut rows = ask.query([kept, until])?;
    while let Some(row) = rows.next()? {
        let seal = Seal {
            size: row.get(0)?,
            at: row.get(1)?,
            number: row.get(2)?,
            nonce: row.get(3)?,
        };
        if seal.size > kept {
            shown.covers.push(seal.cover(&row.get(4)?));
        }
        shown.head = row.get(5)?;
    }
    Ok(Some(shown))
}

/// Every seal, with its head, oldest first.
pub(crate) fn all(conn: &Connection) -> Result<Vec<(Seal, [u8; 32])>, StoreError> {
    let mut ask =
        conn.prepare_cached("select size, at, number, nonce, head from ledger_seal order by size")?;
    let seals = ask.query_map([], |row| {
        let seal = Seal {
            size: row.get(0)?,
            at: row.get(1)?,
            number: row.get(2)?,
            nonce: row.get(3)?,
        };
        Ok((seal, row.get(4)?))
    })?;
    Ok(seals.collect::<Result<_, _>>()?)
}
