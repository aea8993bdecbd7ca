//! The one event of this folder.

use rusqlite::OptionalExtension;

use super::{Book, StoreError};
use crate::clock::{counted, stored};

/// The event's own row. Holds what organisers wrote, so it has no `Debug`.
#[derive(Clone)]
pub(crate) struct Event {
    pub(crate) id: [u8; 16],
    pub(crate) name: String,
    pub(crate) pack: Vec<u8>,
    pub(crate) pack_hash: [u8; 32],
    pub(crate) time_zone: String,
    pub(crate) starts_at: u64,
    pub(crate) ends_at: u64,
    pub(crate) epoch: [u8; 16],
}

pub(crate) fn insert(conn: &Book<'_>, event: &Event, now: u64) -> Result<(), StoreError> {
    conn.execute(
        "insert into event (only_one, event_id, name, pack, pack_hash, time_zone, starts_at, ends_at, made_at, epoch)
         values (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        rusqlite::params![
            event.id,
            event.name,
            event.pack,
            event.pack_hash,
            event.time_zone,
            stored(event.starts_at),
            stored(event.ends_at),
            stored(now),
            event.epoch,
        ],
    )?;
    Ok(())
}

pub(crate) fn find(conn: &Book<'_>) -> Result<Option<Event>, StoreError> {
    let event = conn
        .query_row(
            "select event_id, name, pack, pack_hash, time_zone, starts_at, ends_at, epoch from event",
            [],
            |row| {
                Ok(Event {
                    id: row.get(0)?,
                    name: row.get(1)?,
                    pack: row.get(2)?,
                    pack_hash: row.get(3)?,
                    time_zone: row.get(4)?,
                    starts_at: counted(row.get(5)?),
                    ends_at: counted(row.get(6)?),
                    epoch: row.get(7)?,
                })
            },
        )
        .optional()?;
    Ok(event)
}

/// The next number of the log. Never given twice.
pub(crate) fn next_seq(conn: &Book<'_>) -> Result<i64, StoreError> {
    let mut ask =
        conn.prepare_cached("update event set last_seq = last_seq + 1 returning last_seq")?;
    Ok(ask.query_row([], |row| row.get(0))?)
}
