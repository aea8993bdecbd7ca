//! The one event of this folder.

use prost::Message as _;
use rusqlite::OptionalExtension;
use zeroize::Zeroizing;

use super::{Book, StoreError, rights};
use crate::clock::{counted, stored};
use crate::vault::Key;

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

/// What no later pack changes, so that it may be remembered.
#[derive(Clone, Copy)]
pub(crate) struct Fixed {
    pub(crate) id: [u8; 16],
    pub(crate) starts_at: u64,
    pub(crate) ends_at: u64,
    pub(crate) epoch: [u8; 16],
}

impl Event {
    pub(crate) const fn fixed(&self) -> Fixed {
        Fixed {
            id: self.id,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            epoch: self.epoch,
        }
    }
}

/// What is sealed of it.
#[derive(Clone, PartialEq, prost::Message)]
#[prost(skip_debug)]
struct Words {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(bytes = "vec", tag = "2")]
    pack: Vec<u8>,
    #[prost(bytes = "vec", tag = "3")]
    pack_hash: Vec<u8>,
    #[prost(string, tag = "4")]
    time_zone: String,
}

fn seal(conn: &Book<'_>, event: &Event) -> Result<Vec<u8>, StoreError> {
    let words = Words {
        name: event.name.clone(),
        pack: event.pack.clone(),
        pack_hash: event.pack_hash.to_vec(),
        time_zone: event.time_zone.clone(),
    };
    let words = Zeroizing::new(words.encode_to_vec());
    conn.seal(Key::Event, "event", &[&event.id], &words)
}

/// Puts another pack in the place of the one before. What is [fixed](Fixed) stays.
pub(crate) fn repack(conn: &Book<'_>, event: &Event) -> Result<(), StoreError> {
    conn.execute("update event set sealed = ?1", [seal(conn, event)?])?;
    Ok(())
}

/// The event of this folder, which is there once it is served.
pub(crate) fn present(conn: &Book<'_>) -> Result<Event, StoreError> {
    find(conn)?.ok_or(StoreError::NoEvent)
}

pub(crate) fn insert(conn: &Book<'_>, event: &Event, now: u64) -> Result<(), StoreError> {
    conn.execute(
        "insert into event (only_one, event_id, sealed, starts_at, ends_at, made_at, epoch, told)
         values (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        rusqlite::params![
            event.id,
            seal(conn, event)?,
            stored(event.starts_at),
            stored(event.ends_at),
            stored(now),
            event.epoch,
            // Staff were told nothing yet that they could read before it began.
            i32::from(now >= rights::opens(event.starts_at)),
        ],
    )?;
    Ok(())
}

pub(crate) fn find(conn: &Book<'_>) -> Result<Option<Event>, StoreError> {
    let row = conn
        .query_row(
            "select event_id, sealed, starts_at, ends_at, epoch from event",
            [],
            |row| {
                Ok((
                    row.get::<_, [u8; 16]>(0)?,
                    row.get::<_, Vec<u8>>(1)?,
                    counted(row.get(2)?),
                    counted(row.get(3)?),
                    row.get(4)?,
                ))
            },
        )
        .optional()?;
    let Some((id, sealed, starts_at, ends_at, epoch)) = row else {
        return Ok(None);
    };
    if id != *conn.vault.event() {
        return Err(StoreError::OtherEvent);
    }
    let words = conn.unseal(Key::Event, "event", &[&id], &sealed)?;
    let words = Words::decode(words.as_slice()).map_err(|_| StoreError::Damaged("event"))?;
    Ok(Some(Event {
        id,
        name: words.name,
        pack: words.pack,
        pack_hash: words
            .pack_hash
            .try_into()
            .map_err(|_| StoreError::Damaged("event"))?,
        time_zone: words.time_zone,
        starts_at,
        ends_at,
        epoch,
    }))
}

/// The log goes on from a copy: its life has another name, so that devices offer
/// everything that they hold, and no way in that was open then is open now.
pub(crate) fn begin_again(conn: &Book<'_>, epoch: &[u8; 16]) -> Result<(), StoreError> {
    conn.execute("update event set epoch = ?1", [epoch])?;
    conn.execute("delete from invite where used_at is null", [])?;
    Ok(())
}

/// The next number of the log. Never given twice.
pub(crate) fn next_seq(conn: &Book<'_>) -> Result<i64, StoreError> {
    let mut ask =
        conn.prepare_cached("update event set last_seq = last_seq + 1 returning last_seq")?;
    Ok(ask.query_row([], |row| row.get(0))?)
}
