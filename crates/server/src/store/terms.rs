//! From when until when somebody is on the team.

use rusqlite::{OptionalExtension, params};
use safehall_core::Timestamp;
use safehall_core::access::{OnTeam, Permit, SetTerm, Term};

use super::turns::Turning;
use super::{Book, StoreError, rights};
use crate::clock::{counted, stored};

/// What the devices of its person were last told.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Told {
    NotYet,
    On,
    Over,
}

impl Told {
    const fn number(self) -> i32 {
        match self {
            Self::NotYet => 0,
            Self::On => 1,
            Self::Over => 2,
        }
    }
}

struct Row {
    term: Term,
    told: Told,
}

impl Row {
    /// Whether its person is on the team. It begins only when the documents
    /// that it opens were handed over, and what is over stays over, also by a
    /// clock that was set back in between.
    fn at(&self, now: u64) -> OnTeam {
        let now = Timestamp(stored(now));
        match self.told {
            Told::NotYet => OnTeam::No,
            Told::On => self.term.at(now),
            Told::Over => self.term.at(now.max(self.term.until)),
        }
    }
}

/// Whether `staff` is on the team at `now`.
pub(crate) fn on_team(conn: &Book<'_>, staff: &[u8; 16], now: u64) -> Result<OnTeam, StoreError> {
    Ok(find(conn, staff)?.map_or(OnTeam::Yes, |row| row.at(now)))
}

/// As [`on_team`], by what their devices were told: also after an end that
/// nobody noticed yet.
fn as_told(conn: &Book<'_>, staff: &[u8; 16]) -> Result<OnTeam, StoreError> {
    Ok(match find(conn, staff)?.map(|row| row.told) {
        None | Some(Told::On) => OnTeam::Yes,
        Some(Told::NotYet | Told::Over) => OnTeam::No,
    })
}

/// First and last moment, milliseconds since 1970; 0 where there is none.
pub(crate) fn of(conn: &Book<'_>, staff: &[u8; 16]) -> Result<(u64, u64), StoreError> {
    let mut ask = conn.prepare_cached(
        "select coalesce(starts_at, 0), coalesce(ends_at, 0) from staff_term where staff_id = ?1",
    )?;
    let found = ask
        .query_row([staff], |row| {
            Ok((counted(row.get(0)?), counted(row.get(1)?)))
        })
        .optional()?;
    Ok(found.unwrap_or_default())
}

fn find(conn: &Book<'_>, staff: &[u8; 16]) -> Result<Option<Row>, StoreError> {
    let mut ask = conn.prepare_cached(
        "select starts_at, ends_at, set_at, told from staff_term where staff_id = ?1",
    )?;
    let row = ask
        .query_row([staff], |row| {
            let from: Option<i64> = row.get(0)?;
            let until: Option<i64> = row.get(1)?;
            let set_at: i64 = row.get(2)?;
            Ok(Row {
                term: term(from, until, set_at),
                told: match row.get(3)? {
                    0 => Told::NotYet,
                    1 => Told::On,
                    _ => Told::Over,
                },
            })
        })
        .optional()?;
    Ok(row)
}

fn term(from: Option<i64>, until: Option<i64>, set_at: i64) -> Term {
    let until = until.unwrap_or(i64::MAX);
    Term {
        from: Timestamp(from.unwrap_or(i64::MIN)),
        until: Timestamp(until),
        planned: until > set_at,
    }
}

/// Says from when until when somebody is on the team, in place of what was said
/// before. Takes from their devices at once what they may not have any more.
pub(crate) fn set(
    conn: &Book<'_>,
    permit: &Permit<SetTerm>,
    from: Option<u64>,
    until: Option<u64>,
    now: u64,
) -> Result<(), StoreError> {
    let Some(person) = permit.person() else {
        return Ok(());
    };
    let person = *person.as_bytes();
    let (from, until) = (from.map(stored), until.map(stored));
    let told = told_at(from, until, stored(now));
    let event = rights::event(conn, now)?;
    let turning = Turning::look(conn, &person, as_told(conn, &person)?, event)?;
    conn.execute(
        "insert into staff_term (staff_id, starts_at, ends_at, set_by, set_at, told) values (?1, ?2, ?3, ?4, ?5, ?6)
         on conflict (staff_id) do update
         set starts_at = excluded.starts_at, ends_at = excluded.ends_at, set_by = excluded.set_by,
             set_at = excluded.set_at, told = excluded.told",
        params![person, from, until, permit.staff().as_bytes(), stored(now), told.number()],
    )?;
    turning.turn(conn, as_told(conn, &person)?, event)
}

fn told_at(from: Option<i64>, until: Option<i64>, now: i64) -> Told {
    if until.is_some_and(|until| until <= now) {
        Told::Over
    } else if from.is_some_and(|from| now < from) {
        Told::NotYet
    } else {
        Told::On
    }
}

const DUE: &str =
    "(told = 0 and coalesce(starts_at, 0) <= ?1) or (told < 2 and coalesce(ends_at > ?1, 1) = 0)";

/// Whether a term began or ended by `now` and nobody was told yet.
pub(super) fn due(conn: &Book<'_>, now: u64) -> Result<bool, StoreError> {
    let mut ask = conn.prepare_cached(&format!(
        "select exists (select 1 from staff_term where {DUE})"
    ))?;
    Ok(ask.query_row([stored(now)], |row| row.get(0))?)
}

/// Notes the turns of all terms that began or ended by `now`.
pub(super) fn notice(conn: &Book<'_>, now: u64) -> Result<(), StoreError> {
    let mut ask = conn.prepare_cached(&format!(
        "select staff_id, starts_at, ends_at from staff_term where {DUE}"
    ))?;
    type Due = ([u8; 16], Option<i64>, Option<i64>);
    let due: Vec<Due> = ask
        .query_map([stored(now)], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?
        .collect::<Result<_, _>>()?;
    let event = rights::event(conn, now)?;
    for (person, from, until) in due {
        let turning = Turning::look(conn, &person, as_told(conn, &person)?, event)?;
        let told = told_at(from, until, stored(now));
        conn.execute(
            "update staff_term set told = ?2 where staff_id = ?1",
            params![person, told.number()],
        )?;
        turning.turn(conn, as_told(conn, &person)?, event)?;
    }
    Ok(())
}
