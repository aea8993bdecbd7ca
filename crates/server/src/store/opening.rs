//! Whether the event takes reports yet, and who could receive them.

use prost::Message as _;
use rusqlite::params;
use safehall_core::StaffId;
use safehall_core::access::{Lead, OnTeam};
use safehall_sync::wire;

use super::ledger::{Entry, note};
use super::{Book, StoreError, events, rights, staff, terms};
use crate::clock::stored;
use crate::ledger::What;

/// The leads who are on the team at `now`.
pub(crate) fn leads(conn: &Book<'_>, now: u64) -> Result<Vec<Lead>, StoreError> {
    let mut leads = Vec::new();
    for member in staff::all(conn)? {
        let roles = rights::roles_of(&member)?;
        if roles.lead() && terms::on_team(conn, &member.id, now)? == OnTeam::Yes {
            leads.push(Lead {
                staff: StaffId::from_bytes(member.id),
                roles,
                here: was_let_in(conn, &member.id)?,
            });
        }
    }
    Ok(leads)
}

fn was_let_in(conn: &Book<'_>, staff: &[u8; 16]) -> Result<bool, StoreError> {
    let mut ask = conn.prepare_cached(
        "select exists (select 1 from device where staff_id = ?1 and (state = 'active' or last_seen is not null))",
    )?;
    Ok(ask.query_row([staff], |row| row.get(0))?)
}

/// Whether the event takes reports.
pub(crate) fn is_open(conn: &Book<'_>) -> Result<bool, StoreError> {
    let mut ask =
        conn.prepare_cached("select exists (select 1 from event where opened_at is not null)")?;
    Ok(ask.query_row([], |row| row.get(0))?)
}

/// How many leads have a device that is let in now.
pub(crate) fn leads_here(conn: &Book<'_>, now: u64) -> Result<usize, StoreError> {
    let mut ask = conn.prepare_cached(
        "select exists (select 1 from device where staff_id = ?1 and state = 'active')",
    )?;
    let mut here = 0;
    for lead in leads(conn, now)? {
        here += usize::from(ask.query_row([lead.staff.as_bytes()], |row| row.get::<_, bool>(0))?);
    }
    Ok(here)
}

/// Opens the event for good if enough leads are here: two, since one of them
/// may be the reported person; in a drill one. Says whether it opened now.
pub(crate) fn open_if_ready(conn: &Book<'_>, now: u64) -> Result<bool, StoreError> {
    if is_open(conn)? {
        return Ok(false);
    }
    let ready = match leads_here(conn, now)? {
        0 => false,
        1 => is_drill(conn)?,
        _ => true,
    };
    if ready {
        open(conn, None, now)?;
    }
    Ok(ready)
}

/// Opens the event, whoever is here. `how` is for the ledger.
pub(crate) fn open(conn: &Book<'_>, how: Option<&str>, now: u64) -> Result<(), StoreError> {
    let opened = conn.execute(
        "update event set opened_at = ?1 where opened_at is null",
        params![stored(now)],
    )?;
    if opened == 1 {
        let opened = Entry {
            reason: how,
            ..Entry::of(What::EventOpened)
        };
        note(conn, &opened, now)?;
    }
    Ok(())
}

fn is_drill(conn: &Book<'_>) -> Result<bool, StoreError> {
    let event = events::find(conn)?.ok_or(StoreError::NoEvent)?;
    let pack = wire::Pack::decode(event.pack.as_slice());
    Ok(pack.map_err(|_| StoreError::Damaged("event pack"))?.drill)
}
