//! What decisions are made from: looked up for each one, in the transaction
//! that acts on it.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, Row, params};
use safehall_core::access::{
    Act, Action, ConfirmDevice, Decision, Denial, DeviceState, DocumentFacts, EventFacts, Facts,
    Grant, GrantLine, Kind, Level, Permit, Person, Restricted, Role, Roles, Scope, Subject, decide,
    permit,
};
use safehall_core::{DocumentId, StaffId, Timestamp};

use super::devices::{self, Standing};
use super::{Book, StoreError, invites, opening, staff, terms};
use crate::clock::stored;
use crate::vault::Key;

/// From this long before the event on, staff may write and read, in
/// milliseconds: teams meet and practise in the last month, and a report may
/// come before the doors open.
const BEFORE: i64 = 30 * 24 * 60 * 60 * 1_000;
/// Until this long after it: people report on the way home, and a phone that
/// was in a drawer over the last day still has to hand in its notes. Leads are
/// not bound by it; cases go on for weeks. `docs/OPERATING.md` tells operators.
const AFTER: i64 = 3 * 24 * 60 * 60 * 1_000;

/// From when on staff may write and read at an event that starts then.
pub(super) fn opens(starts_at: u64) -> u64 {
    starts_at.saturating_sub(BEFORE.unsigned_abs())
}

/// The event's time at `now`.
pub(crate) fn event(conn: &Book<'_>, now: u64) -> Result<EventFacts, StoreError> {
    let mut ask =
        conn.prepare_cached("select starts_at, ends_at, opened_at is not null from event")?;
    let times: Option<(i64, i64, bool)> = ask
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let (starts_at, ends_at, open) = times.ok_or(StoreError::NoEvent)?;
    Ok(EventFacts {
        now: moment(stored(now)),
        opens: moment(starts_at - BEFORE),
        closes: moment(ends_at + AFTER),
        open,
    })
}

/// Who asks with `device`, or nothing if there is no such device.
pub(crate) fn subject(
    conn: &Book<'_>,
    device: &[u8; 16],
    now: u64,
) -> Result<Option<Subject>, StoreError> {
    let Some(device) = devices::find(conn, device)? else {
        return Ok(None);
    };
    let state = match device.standing {
        Standing::Pending => DeviceState::Pending,
        Standing::Active => DeviceState::Active,
        Standing::Revoked => DeviceState::Revoked,
    };
    Ok(Some(subject_of(conn, &device.staff, state, now)?))
}

/// The staff member as somebody who asks with a device of this state.
pub(crate) fn subject_of(
    conn: &Book<'_>,
    staff: &[u8; 16],
    state: DeviceState,
    now: u64,
) -> Result<Subject, StoreError> {
    Ok(Subject {
        staff: StaffId::from_bytes(*staff),
        device_state: state,
        on_team: terms::on_team(conn, staff, now)?,
        roles: roles(conn, staff)?,
    })
}

/// The person whom an action is about.
pub(crate) fn person(conn: &Book<'_>, id: &[u8; 16]) -> Result<Option<Person>, StoreError> {
    if staff::find(conn, id)?.is_none() {
        return Ok(None);
    }
    Ok(Some(Person {
        staff: StaffId::from_bytes(*id),
        roles: roles(conn, id)?,
    }))
}

fn roles(conn: &Book<'_>, id: &[u8; 16]) -> Result<Roles, StoreError> {
    roles_in(staff::roles(conn, id)?)
}

/// The roles of somebody whose row was read.
pub(crate) fn roles_of(member: &staff::Member) -> Result<Roles, StoreError> {
    roles_in(member.roles.iter().copied())
}

fn roles_in(numbers: impl IntoIterator<Item = i32>) -> Result<Roles, StoreError> {
    numbers
        .into_iter()
        .map(|number| role(number).ok_or(StoreError::Damaged("role")))
        .collect()
}

/// The role with this number in `wire.v1.Role`.
pub(crate) fn role(number: i32) -> Option<Role> {
    match number {
        1 => Some(Role::Responder),
        2 => Some(Role::Chair),
        3 => Some(Role::AlternateChair),
        4 => Some(Role::EventManager),
        5 => Some(Role::Announcer),
        6 => Some(Role::Admin),
        _ => None,
    }
}

/// What is known of a document without opening it, or nothing if it is not kept.
pub(crate) fn document(
    conn: &Book<'_>,
    id: &[u8; 16],
) -> Result<Option<DocumentFacts>, StoreError> {
    let Some((facts, parent)) = own_facts(conn, id)? else {
        return Ok(None);
    };
    let case = match parent {
        // A parent that has not arrived keeps its place: exclusions may be known before it.
        Some(parent) => own_facts(conn, &parent)?.map(|(case, _)| Box::new(case)),
        None => None,
    };
    Ok(Some(DocumentFacts { case, ..facts }))
}

/// In place of a number of `wire.v1.Restricted`: it was restricted, and a lead
/// ended that. No birth can say so.
pub(super) const ENDED: i32 = -1;

/// Bytes of a sealed restriction: a nonce, its number, a tag.
const SEALED_RESTRICTION: usize = 24 + 4 + 16;

type WithParent = (DocumentFacts, Option<[u8; 16]>);

fn own_facts(conn: &Book<'_>, id: &[u8; 16]) -> Result<Option<WithParent>, StoreError> {
    let mut ask = conn.prepare_cached(
        "select kind, author, sealed, parent from document where document_id = ?1",
    )?;
    let row = ask
        .query_row([id], |row| {
            Ok((
                row.get::<_, i32>(0)?,
                row.get::<_, [u8; 16]>(1)?,
                row.get::<_, Vec<u8>>(2)?,
                row.get(3)?,
            ))
        })
        .optional()?;
    // Asked for also when there is nothing, so that a clock does not tell what is not there from what one may not see.
    let (excluded, grants) = (excluded(conn, id)?, grants(conn, id)?);
    let Some((number, author, sealed, parent)) = row else {
        conn.unseal_nothing("document", &[id], SEALED_RESTRICTION);
        return Ok(None);
    };
    let restriction = match unseal_restriction(conn, id, &sealed) {
        // Its key is gone, so it is; its rows go a moment later.
        Err(StoreError::Erased) => {
            conn.unseal_nothing("document", &[id], SEALED_RESTRICTION);
            return Ok(None);
        }
        restriction => restriction?,
    };
    let facts = DocumentFacts {
        id: DocumentId::from_bytes(*id),
        kind: kind(number).ok_or(StoreError::Damaged("kind of document"))?,
        author: StaffId::from_bytes(author),
        kept: true,
        restricted: match restriction {
            ENDED => Restricted::No,
            number => restricted(number).ok_or(StoreError::Damaged("restriction"))?,
        },
        excluded,
        grants,
        case: None,
    };
    Ok(Some((facts, parent)))
}

/// How a document is restricted: the number of `wire.v1.Restricted`, sealed.
pub(crate) fn seal_restriction(
    conn: &Book<'_>,
    document: &[u8; 16],
    restricted: i32,
) -> Result<Vec<u8>, StoreError> {
    let number = restricted.to_be_bytes();
    conn.seal(Key::Document(*document), "document", &[document], &number)
}

/// Says how a kept document is restricted from now on.
pub(super) fn restrict(
    conn: &Book<'_>,
    document: &[u8; 16],
    restricted: i32,
) -> Result<(), StoreError> {
    conn.execute(
        "update document set sealed = ?2 where document_id = ?1",
        params![document, seal_restriction(conn, document, restricted)?],
    )?;
    Ok(())
}

fn unseal_restriction(
    conn: &Book<'_>,
    document: &[u8; 16],
    sealed: &[u8],
) -> Result<i32, StoreError> {
    let number = conn.unseal(Key::Document(*document), "document", &[document], sealed)?;
    let number = number
        .try_into()
        .map_err(|_| StoreError::Damaged("restriction"))?;
    Ok(i32::from_be_bytes(number))
}

/// The cases whose restriction a lead ended, oldest first.
pub(crate) fn unrestricted(conn: &Book<'_>) -> Result<Vec<[u8; 16]>, StoreError> {
    cases_marked(conn, |restricted| restricted == ENDED)
}

/// The cases that are restricted now, oldest first.
pub(crate) fn restricted_cases(conn: &Book<'_>) -> Result<Vec<[u8; 16]>, StoreError> {
    cases_marked(conn, |number| {
        restricted(number).is_some_and(|restricted| restricted != Restricted::No)
    })
}

fn cases_marked(
    conn: &Book<'_>,
    marked: impl Fn(i32) -> bool,
) -> Result<Vec<[u8; 16]>, StoreError> {
    let mut ask = conn.prepare_cached(
        "select document_id, sealed from document where kind = 1 order by born_at, document_id",
    )?;
    let cases: Vec<([u8; 16], Vec<u8>)> = ask
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let mut found = Vec::new();
    for (case, sealed) in cases {
        match unseal_restriction(conn, &case, &sealed) {
            Ok(number) if marked(number) => found.push(case),
            Ok(_) | Err(StoreError::Erased) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// Every case that is kept, oldest first.
pub(crate) fn cases(conn: &Book<'_>) -> Result<Vec<[u8; 16]>, StoreError> {
    let mut ask = conn.prepare_cached(
        "select document_id from document where kind = 1 order by born_at, document_id",
    )?;
    let cases = ask.query_map([], |row| row.get(0))?;
    Ok(cases.collect::<Result<_, _>>()?)
}

/// Who must not learn that the document exists.
pub(crate) fn excluded(
    conn: &Book<'_>,
    document: &[u8; 16],
) -> Result<BTreeSet<StaffId>, StoreError> {
    let mut ask = conn.prepare_cached("select staff_id from exclusion where document_id = ?1")?;
    let ids = ask.query_map([document], |row| {
        row.get::<_, [u8; 16]>(0).map(StaffId::from_bytes)
    })?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// Whether somebody who may not get near a document could once: they opened it,
/// wrote in it, were let into it or its case, or led before they were kept away.
pub(crate) fn had_access(
    conn: &Book<'_>,
    document: &[u8; 16],
    subject: &Subject,
) -> Result<bool, StoreError> {
    let mut ask = conn.prepare_cached(
        "with here as (select document_id, parent, author, born_at from document where document_id = ?1)
         select exists (select 1 from here where author = ?2)
             or exists (select 1 from change join device using (device_id)
                        where document_id = ?1 and staff_id = ?2)
             or exists (select 1 from document_grant, here
                        where document_grant.document_id in (here.document_id, here.parent) and staff_id = ?2)
             or (?3 and exists (select 1 from exclusion, here
                        where exclusion.document_id in (here.document_id, here.parent) and staff_id = ?2
                        and since > born_at))",
    )?;
    let led = subject.roles.lead();
    Ok(
        ask.query_row(params![document, subject.staff.as_bytes(), led], |row| {
            row.get(0)
        })?,
    )
}

fn grants(conn: &Book<'_>, document: &[u8; 16]) -> Result<Vec<GrantLine>, StoreError> {
    let mut ask = conn.prepare_cached(
        "select staff_id, level, ends_at, over from document_grant
         where document_id = ?1 and withdrawn = 0 order by starts_at",
    )?;
    let lines = ask.query_map([document], |row| {
        let until = moment(row.get(2)?);
        let over: bool = row.get(3)?;
        Ok(GrantLine {
            staff: StaffId::from_bytes(row.get(0)?),
            level: level(row.get(1)?).ok_or(rusqlite::Error::InvalidQuery)?,
            // Grants begin when they are given, and one that is over stays over,
            // also by a clock that was set back in between.
            from: if over { until } else { moment(i64::MIN) },
            until,
        })
    })?;
    Ok(lines.collect::<Result<_, _>>()?)
}

/// The kind with this number in `wire.v1.Kind`.
pub(crate) fn kind(number: i32) -> Option<Kind> {
    match number {
        1 => Some(Kind::Case),
        2 => Some(Kind::Identity),
        3 => Some(Kind::Chair),
        4 => Some(Kind::Notice),
        5 => Some(Kind::Duty),
        _ => None,
    }
}

/// The restriction with this number in `wire.v1.Restricted`.
pub(crate) fn restricted(number: i32) -> Option<Restricted> {
    match number {
        0 => Some(Restricted::No),
        1 => Some(Restricted::StaffNamed),
        2 => Some(Restricted::ChairNamed),
        3 => Some(Restricted::StaffUnidentified),
        _ => None,
    }
}

fn level(number: i32) -> Option<Level> {
    match number {
        1 => Some(Level::Read),
        2 => Some(Level::Append),
        3 => Some(Level::Write),
        _ => None,
    }
}

const fn moment(millis: i64) -> Timestamp {
    Timestamp(millis)
}

/// How much of a document somebody may receive, or nothing.
pub(crate) fn receives(
    subject: &Subject,
    event: EventFacts,
    document: &DocumentFacts,
) -> Option<Scope> {
    let facts = Facts {
        event,
        document: Some(document),
        person: None,
        arrival: None,
        leads: &[],
    };
    match decide(subject, Action::ReceiveDocument, &facts) {
        Decision::Allow(scope) => Some(scope),
        Decision::Deny(_) => None,
    }
}

/// Asks for letting in a device of `owner`, which waits for its four words.
pub(crate) fn ask_to_let_in(
    conn: &Book<'_>,
    subject: &Subject,
    now: u64,
    device: &[u8; 16],
    owner: &[u8; 16],
) -> Result<Result<Permit<ConfirmDevice>, Denial>, StoreError> {
    let (person, arrival) = (person(conn, owner)?, invites::arrival(conn, device, owner)?);
    let facts = Facts {
        event: event(conn, now)?,
        document: None,
        person: person.as_ref(),
        arrival: Some(&arrival),
        leads: &[],
    };
    Ok(permit(subject, &facts))
}

/// Asks for one action about a stored document or person.
pub(crate) fn ask<A: Act>(
    conn: &Book<'_>,
    subject: &Subject,
    now: u64,
    document_id: Option<&[u8; 16]>,
    person_id: Option<&[u8; 16]>,
) -> Result<Result<Permit<A>, Denial>, StoreError> {
    let document = document_id
        .map(|id| document(conn, id))
        .transpose()?
        .flatten();
    let person = person_id.map(|id| person(conn, id)).transpose()?.flatten();
    let leads = match A::ACTION {
        Action::Exclude => opening::leads(conn, now)?,
        _ => Vec::new(),
    };
    let facts = Facts {
        event: event(conn, now)?,
        document: document.as_ref(),
        person: person.as_ref(),
        arrival: None,
        leads: &leads,
    };
    Ok(permit(subject, &facts))
}

/// Gives somebody access from `now` to `until`, in place of what they had.
pub(crate) fn give(
    conn: &Book<'_>,
    permit: &Permit<Grant>,
    level: i32,
    until: u64,
    now: u64,
) -> Result<(), StoreError> {
    withdraw(conn, permit, now)?;
    let (Some(document), Some(person)) = (permit.document(), permit.person()) else {
        return Ok(());
    };
    conn.execute(
        "insert into document_grant (document_id, staff_id, level, starts_at, ends_at, granted_by)
         values (?1, ?2, ?3, ?4, ?5, ?6)
         on conflict (document_id, staff_id, starts_at) do update
         set level = excluded.level, ends_at = excluded.ends_at, granted_by = excluded.granted_by,
             over = 0, withdrawn = 0",
        params![
            document.as_bytes(),
            person.as_bytes(),
            level,
            stored(now),
            stored(until),
            permit.staff().as_bytes()
        ],
    )?;
    Ok(())
}

/// Ends what somebody was given.
pub(crate) fn withdraw(
    conn: &Book<'_>,
    permit: &Permit<Grant>,
    now: u64,
) -> Result<(), StoreError> {
    let (Some(document), Some(person)) = (permit.document(), permit.person()) else {
        return Ok(());
    };
    conn.execute(
        "update document_grant set ends_at = max(starts_at, ?3), over = 1, withdrawn = 1
         where document_id = ?1 and staff_id = ?2 and over = 0",
        params![document.as_bytes(), person.as_bytes(), stored(now)],
    )?;
    Ok(())
}

/// One grant that holds, for the leads' view of the team.
pub(crate) struct Line {
    pub(crate) document: [u8; 16],
    pub(crate) staff: [u8; 16],
    pub(crate) level: i32,
    pub(crate) from: i64,
    pub(crate) until: i64,
    pub(crate) by: [u8; 16],
}

/// All grants that hold at `now`.
pub(crate) fn lines(conn: &Book<'_>, now: u64) -> Result<Vec<Line>, StoreError> {
    let mut ask = conn.prepare_cached(
        "select document_id, staff_id, level, starts_at, ends_at, granted_by from document_grant
         where over = 0 and ends_at > ?1 order by starts_at, document_id, staff_id",
    )?;
    let read = |row: &Row<'_>| {
        Ok(Line {
            document: row.get(0)?,
            staff: row.get(1)?,
            level: row.get(2)?,
            from: row.get(3)?,
            until: row.get(4)?,
            by: row.get(5)?,
        })
    };
    Ok(ask
        .query_map([stored(now)], read)?
        .collect::<Result<_, _>>()?)
}
