//! Who is kept away from a case, and how somebody is let near it again.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, params};
use safehall_core::StaffId;
use safehall_core::access::{
    AskForLift, ClearRestriction, DeviceState, DocumentFacts, Exclude, LiftExclusion, Permit,
    Restricted, Role,
};
use safehall_sync::envelope::Birth;

use super::turns::Before;
use super::{Book, StoreError, log, rights, staff};
use crate::clock::{counted, stored};

/// The most words that one lead may have standing. A lead who is kept away may
/// give hers for any id, so that there is no way to find out which exist.
const WORDS: u32 = 64;

/// A document after a change that says more of who must not learn of it. It
/// can only add: as with a birth, whoever may write may say so.
pub(crate) fn narrowed(facts: &DocumentFacts, birth: &Birth) -> DocumentFacts {
    let mut narrowed = facts.clone();
    let added = birth.excluded.iter();
    narrowed
        .excluded
        .extend(added.map(|staff| StaffId::from_bytes(*staff.as_bytes())));
    if facts.restricted == Restricted::No
        && let Some(restricted) = rights::restricted(birth.restricted.into())
    {
        narrowed.restricted = restricted;
    }
    narrowed
}

/// Writes down what such a change says.
pub(crate) fn narrow(
    conn: &Book<'_>,
    document: &[u8; 16],
    birth: &Birth,
    now: u64,
) -> Result<(), StoreError> {
    let before = Before::look(conn, document, now)?;
    let more = i32::from(birth.restricted) != 0;
    if more
        && rights::document(conn, document)?.is_some_and(|facts| facts.restricted == Restricted::No)
    {
        rights::restrict(conn, document, birth.restricted.into())?;
    }
    for staff in &birth.excluded {
        log::insert_exclusion(conn, document, staff.as_bytes(), now)?;
    }
    before.turn(conn, now)
}

/// Keeps somebody away from a case. `false`: somebody had said so before.
pub(crate) fn exclude(
    conn: &Book<'_>,
    permit: &Permit<Exclude>,
    now: u64,
) -> Result<bool, StoreError> {
    let (Some(document), Some(person)) = (permit.document(), permit.person()) else {
        return Ok(false);
    };
    let before = Before::look(conn, document.as_bytes(), now)?;
    let changed = conn.execute(
        "insert into exclusion (document_id, staff_id, excluded_by, since) values (?1, ?2, ?3, ?4)
         on conflict do nothing",
        params![
            document.as_bytes(),
            person.as_bytes(),
            permit.staff().as_bytes(),
            stored(now)
        ],
    )?;
    before.turn(conn, now)?;
    Ok(changed == 1)
}

/// What came of a lead's word.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Word {
    /// It waits for another lead's.
    Stands,
    /// The person may come near again.
    Lifts,
}

/// A lead who is kept away gives her own word. It leaves the same trace whether
/// or not there is such a document.
pub(crate) fn ask_for_lift(
    conn: &Book<'_>,
    permit: &Permit<AskForLift>,
    document: &[u8; 16],
    now: u64,
) -> Result<Word, StoreError> {
    let asker = *permit.staff().as_bytes();
    say_word(conn, document, &asker, &asker, now)?;
    lift_if_agreed(conn, document, &asker, now)
}

/// A lead gives her word for somebody else. Lifts the exclusion if that is
/// enough: one word for those who are no leads, two different leads' for a lead.
pub(crate) fn agree_to_lift(
    conn: &Book<'_>,
    permit: &Permit<LiftExclusion>,
    now: u64,
) -> Result<Word, StoreError> {
    let (Some(document), Some(person)) = (permit.document(), permit.person()) else {
        return Ok(Word::Stands);
    };
    let (document, person) = (document.as_bytes(), person.as_bytes());
    say_word(conn, document, person, permit.staff().as_bytes(), now)?;
    lift_if_agreed(conn, document, person, now)
}

fn say_word(
    conn: &Book<'_>,
    document: &[u8; 16],
    person: &[u8; 16],
    by: &[u8; 16],
    now: u64,
) -> Result<(), StoreError> {
    conn.execute(
        "insert into lift_word (document_id, staff_id, said_by, said_at) values (?1, ?2, ?3, ?4)
         on conflict do update set said_at = excluded.said_at",
        params![document, person, by, stored(now)],
    )?;
    conn.execute(
        "delete from lift_word where said_by = ?1 and (document_id, staff_id) not in
         (select document_id, staff_id from lift_word where said_by = ?1
          order by said_at desc, document_id, staff_id limit ?2)",
        params![by, WORDS],
    )?;
    Ok(())
}

fn lift_if_agreed(
    conn: &Book<'_>,
    document: &[u8; 16],
    person: &[u8; 16],
    now: u64,
) -> Result<Word, StoreError> {
    let Some(since) = since(conn, document, person)? else {
        return Ok(Word::Stands);
    };
    let is_lead = rights::person(conn, person)?.is_some_and(|person| person.roles.lead());
    let needed = if is_lead { 2 } else { 1 };
    if words(conn, document, person, since, now)?.len() < needed {
        return Ok(Word::Stands);
    }
    let before = Before::look(conn, document, now)?;
    conn.execute(
        "delete from exclusion where document_id = ?1 and staff_id = ?2",
        params![document, person],
    )?;
    conn.execute(
        "delete from lift_word where document_id = ?1 and staff_id = ?2",
        params![document, person],
    )?;
    before.turn(conn, now)?;
    Ok(Word::Lifts)
}

fn since(
    conn: &Book<'_>,
    document: &[u8; 16],
    person: &[u8; 16],
) -> Result<Option<i64>, StoreError> {
    let mut ask = conn
        .prepare_cached("select since from exclusion where document_id = ?1 and staff_id = ?2")?;
    Ok(ask
        .query_row(params![document, person], |row| row.get(0))
        .optional()?)
}

/// One lead's word that counts now.
struct Said {
    by: [u8; 16],
    at: u64,
}

/// The words that were given since the exclusion, by leads who still may give
/// them, the earliest first.
fn words(
    conn: &Book<'_>,
    document: &[u8; 16],
    person: &[u8; 16],
    since: i64,
    now: u64,
) -> Result<Vec<Said>, StoreError> {
    let mut ask = conn.prepare_cached(
        "select said_by, said_at from lift_word
         where document_id = ?1 and staff_id = ?2 and said_at >= ?3 order by said_at, said_by",
    )?;
    let said: Vec<Said> = ask
        .query_map(params![document, person, since], |row| {
            Ok(Said {
                by: row.get(0)?,
                at: counted(row.get(1)?),
            })
        })?
        .collect::<Result<_, _>>()?;
    let mut count = Vec::new();
    for word in said {
        let subject = rights::subject_of(conn, &word.by, DeviceState::Active, now)?;
        let may = if word.by == *person {
            rights::ask::<AskForLift>(conn, &subject, now, None, None)?.is_ok()
        } else {
            rights::ask::<LiftExclusion>(conn, &subject, now, Some(document), Some(person))?.is_ok()
        };
        if may {
            count.push(word);
        }
    }
    Ok(count)
}

/// Ends the restriction of a case. Whoever it kept away without a name stays
/// away by name: a lead is let near a case by two leads and in no other way.
pub(crate) fn clear_restriction(
    conn: &Book<'_>,
    permit: &Permit<ClearRestriction>,
    now: u64,
) -> Result<(), StoreError> {
    let Some(document) = permit.document() else {
        return Ok(());
    };
    let document = document.as_bytes();
    let Some(facts) = rights::document(conn, document)? else {
        return Ok(());
    };
    let before = Before::look(conn, document, now)?;
    let born_at = log::born_at(conn, document)?;
    for member in staff::all(conn)? {
        let roles = rights::roles_of(&member)?;
        if roles.has(Role::Chair) && facts.excludes(StaffId::from_bytes(member.id), &roles) {
            // Since its birth, as before: she never could know of it, and must not be told that she once did.
            log::insert_exclusion(conn, document, &member.id, born_at)?;
        }
    }
    if facts.restricted != Restricted::No {
        rights::restrict(conn, document, rights::ENDED)?;
    }
    before.turn(conn, now)
}

/// One exclusion, for the leads who may know of the case.
pub(crate) struct Line {
    pub(crate) document: [u8; 16],
    pub(crate) staff: [u8; 16],
    /// Nobody: it came with the birth of the case.
    pub(crate) by: Option<[u8; 16]>,
    pub(crate) since: u64,
    /// The lead who gave the first word for lifting it, and when.
    pub(crate) asked: Option<([u8; 16], u64)>,
}

/// Every exclusion, in the order they were made.
pub(crate) fn lines(conn: &Book<'_>, now: u64) -> Result<Vec<Line>, StoreError> {
    let mut ask = conn.prepare_cached(
        "select document_id, staff_id, excluded_by, since from exclusion order by since, document_id, staff_id",
    )?;
    let mut lines: Vec<Line> = ask
        .query_map([], |row| {
            Ok(Line {
                document: row.get(0)?,
                staff: row.get(1)?,
                by: row.get(2)?,
                since: counted(row.get(3)?),
                asked: None,
            })
        })?
        .collect::<Result<_, _>>()?;
    for line in &mut lines {
        let words = words(conn, &line.document, &line.staff, stored(line.since), now)?;
        line.asked = words.first().map(|word| (word.by, word.at));
    }
    Ok(lines)
}

/// The cases in which `staff` said "I should not be involved".
pub(crate) fn recused(conn: &Book<'_>, staff: &[u8; 16]) -> Result<BTreeSet<[u8; 16]>, StoreError> {
    let mut ask = conn.prepare_cached(
        "select document_id from exclusion where staff_id = ?1 and excluded_by = ?1",
    )?;
    Ok(ask
        .query_map([staff], |row| row.get(0))?
        .collect::<Result<_, _>>()?)
}
