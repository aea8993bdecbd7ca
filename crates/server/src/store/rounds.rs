//! What time alone changes: grants and terms that end or begin, and the event.
//!
//! Rights are looked up for each request, so nothing is read too late. Rounds
//! are for telling: a device hears of an end only when somebody notes it.

use rusqlite::params;
use safehall_core::access::EventFacts;

use super::turns::{self, Turning};
use super::{Book, StoreError, attachments, opening, rights, staff, terms};

/// Whether something is due by `now` that nobody was told yet.
pub(crate) fn due(conn: &Book<'_>, now: u64) -> Result<bool, StoreError> {
    let waits = !opening::is_open(conn)? && opening::leads_here(conn, now)? > 0;
    Ok(waits
        || turns::has_ended_grants(conn, now)?
        || terms::due(conn, now)?
        || attachments::has_stale(conn, now)?
        || told(conn)? != phase(rights::event(conn, now)?, told(conn)?))
}

/// Does what is due.
pub(crate) fn make(conn: &Book<'_>, now: u64) -> Result<(), StoreError> {
    turns::end_grants(conn, now)?;
    terms::notice(conn, now)?;
    notice_the_event(conn, now)?;
    opening::open_if_ready(conn, now)?;
    attachments::forget_stale(conn, now)?;
    Ok(())
}

/// 0 before staff may read, 1 while they may, 2 afterwards. Never goes back.
fn phase(event: EventFacts, told: i32) -> i32 {
    let now = if event.now >= event.closes {
        2
    } else {
        i32::from(event.now >= event.opens)
    };
    now.max(told)
}

fn told(conn: &Book<'_>) -> Result<i32, StoreError> {
    let mut ask = conn.prepare_cached("select told from event")?;
    Ok(ask.query_row([], |row| row.get(0))?)
}

/// When the event begins, staff get what leads wrote before; when it is over,
/// their devices forget it.
fn notice_the_event(conn: &Book<'_>, now: u64) -> Result<(), StoreError> {
    let event = rights::event(conn, now)?;
    let before = told(conn)?;
    let after = phase(event, before);
    if before == after {
        return Ok(());
    }
    let at = |phase| EventFacts {
        now: match phase {
            0 => event.opens.plus(-1),
            1 => event.opens,
            _ => event.closes,
        },
        ..event
    };
    for member in staff::all(conn)? {
        let on_team = terms::on_team(conn, &member.id, now)?;
        let turning = Turning::look(conn, &member.id, on_team, at(before))?;
        turning.turn(conn, on_team, at(after))?;
    }
    conn.execute("update event set told = ?1", params![after])?;
    Ok(())
}
