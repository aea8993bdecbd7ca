//! Ways in, each used once.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, params};
use safehall_core::StaffId;
use safehall_core::access::Arrival;

use super::{Book, StoreError, devices, rights, staff};
use crate::clock::{counted, stored};

/// How long an invite is good, in milliseconds.
pub(crate) const LIFE: u64 = 24 * 60 * 60 * 1_000;

#[derive(Clone, Copy)]
pub(crate) struct Invite {
    /// SHA-256 of the secret.
    pub(crate) hash: [u8; 32],
    pub(crate) staff: [u8; 16],
    /// Nobody: made on the server's own terminal.
    pub(crate) made_by: Option<[u8; 16]>,
    pub(crate) ends_at: u64,
    /// The device waits until four words were compared.
    pub(crate) needs_words: bool,
}

pub(crate) fn insert(conn: &Book<'_>, invite: &Invite, now: u64) -> Result<(), StoreError> {
    conn.execute(
        "insert into invite (invite_hash, staff_id, made_by, made_at, ends_at, needs_words)
         values (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            invite.hash,
            invite.staff,
            invite.made_by,
            stored(now),
            stored(invite.ends_at),
            invite.needs_words
        ],
    )?;
    Ok(())
}

/// The invite, if it can still be used.
pub(crate) fn open(
    conn: &Book<'_>,
    hash: &[u8; 32],
    now: u64,
) -> Result<Option<Invite>, StoreError> {
    let invite = conn
        .query_row(
            "select invite_hash, staff_id, made_by, ends_at, needs_words from invite
             where invite_hash = ?1 and used_at is null and ends_at > ?2",
            params![hash, stored(now)],
            |row| {
                Ok(Invite {
                    hash: row.get(0)?,
                    staff: row.get(1)?,
                    made_by: row.get(2)?,
                    ends_at: counted(row.get(3)?),
                    needs_words: row.get(4)?,
                })
            },
        )
        .optional()?;
    Ok(invite)
}

/// Whether `device` came in by this invite: the answer to a repeated finish.
pub(crate) fn used_by(
    conn: &Book<'_>,
    hash: &[u8; 32],
    device: &[u8; 16],
) -> Result<bool, StoreError> {
    let mut ask = conn.prepare_cached(
        "select exists (select 1 from invite where invite_hash = ?1 and used_by = ?2)",
    )?;
    Ok(ask.query_row(params![hash, device], |row| row.get(0))?)
}

pub(crate) fn use_up(
    conn: &Book<'_>,
    hash: &[u8; 32],
    device: &[u8; 16],
    now: u64,
) -> Result<(), StoreError> {
    conn.execute(
        "update invite set used_at = ?2, used_by = ?3 where invite_hash = ?1 and used_at is null",
        params![hash, stored(now), device],
    )?;
    Ok(())
}

/// How a device of `owner` came that waits for its four words.
pub(crate) fn arrival(
    conn: &Book<'_>,
    device: &[u8; 16],
    owner: &[u8; 16],
) -> Result<Arrival, StoreError> {
    let mut ask = conn.prepare_cached("select made_by from invite where used_by = ?1")?;
    let invited_by: Option<Option<[u8; 16]>> =
        ask.query_row([device], |row| row.get(0)).optional()?;
    Ok(Arrival {
        invited_by: invited_by.flatten().map(StaffId::from_bytes),
        further: devices::had_one(conn, owner)?,
        leads_seen: leads_seen(conn)?,
    })
}

/// The leads of whom a device was ever let in. Once there is one, a way in for a
/// lead comes from a lead, or everybody hears of it.
pub(crate) fn leads_seen(conn: &Book<'_>) -> Result<BTreeSet<StaffId>, StoreError> {
    let mut seen = BTreeSet::new();
    for member in staff::all(conn)? {
        if rights::roles_of(&member)?.lead() && devices::had_one(conn, &member.id)? {
            seen.insert(StaffId::from_bytes(member.id));
        }
    }
    Ok(seen)
}
