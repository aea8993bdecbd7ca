//! Moments at which somebody could suddenly read a document, or no longer.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::params;
use safehall_core::access::{DeviceState, EventFacts, OnTeam, Scope, Subject};

use super::ledger::{Entry, note};
use super::{Book, StoreError, events, log, rights, staff};
use crate::clock::stored;
use crate::ledger::What;

/// Who could receive what before something changes, to see afterwards for whom it turned.
pub(crate) struct Before {
    documents: Vec<[u8; 16]>,
    could: Abilities,
}

/// How much of a document each staff member may receive.
type Abilities = BTreeMap<([u8; 16], [u8; 16]), Scope>;

impl Before {
    /// Looks at a document, and at those that belong to it.
    pub(crate) fn look(conn: &Book<'_>, document: &[u8; 16], now: u64) -> Result<Self, StoreError> {
        let mut ask = conn.prepare_cached(
            "select document_id from document where document_id = ?1 or parent = ?1 order by 1",
        )?;
        let documents: Vec<[u8; 16]> = ask
            .query_map([document], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let could = able(conn, &documents, now)?;
        Ok(Self { documents, could })
    }

    /// Writes a turn for each person for whom something changed.
    pub(crate) fn turn(self, conn: &Book<'_>, now: u64) -> Result<(), StoreError> {
        let can = able(conn, &self.documents, now)?;
        let everybody: BTreeSet<_> = can.keys().chain(self.could.keys()).collect();
        for key in everybody {
            if can.get(key) != self.could.get(key) {
                turn(conn, &key.0, &key.1)?;
            }
        }
        Ok(())
    }
}

fn able(conn: &Book<'_>, documents: &[[u8; 16]], now: u64) -> Result<Abilities, StoreError> {
    let event = rights::event(conn, now)?;
    let mut able = Abilities::new();
    for member in staff::all(conn)? {
        let subject = rights::subject_of(conn, &member.id, DeviceState::Active, now)?;
        for id in documents {
            let Some(facts) = rights::document(conn, id)? else {
                continue;
            };
            if let Some(scope) = rights::receives(&subject, event, &facts) {
                able.insert((*id, member.id), scope);
            }
        }
    }
    Ok(able)
}

/// Which documents one person could receive before something about the person
/// or the event changes.
pub(super) struct Turning {
    person: [u8; 16],
    could: BTreeMap<[u8; 16], Scope>,
}

impl Turning {
    /// Looks at every document, for somebody who is this much on the team.
    pub(super) fn look(
        conn: &Book<'_>,
        person: &[u8; 16],
        on_team: OnTeam,
        event: EventFacts,
    ) -> Result<Self, StoreError> {
        let subject = Subject {
            on_team,
            ..rights::subject_of(conn, person, DeviceState::Active, 0)?
        };
        let mut could = BTreeMap::new();
        for document in log::documents(conn)? {
            let facts = rights::document(conn, &document.id)?;
            let scope = facts.and_then(|facts| rights::receives(&subject, event, &facts));
            could.extend(scope.map(|scope| (document.id, scope)));
        }
        Ok(Self {
            person: *person,
            could,
        })
    }

    /// Writes a turn for each document with which something changed.
    pub(super) fn turn(
        self,
        conn: &Book<'_>,
        on_team: OnTeam,
        event: EventFacts,
    ) -> Result<(), StoreError> {
        let can = Self::look(conn, &self.person, on_team, event)?.could;
        let all: BTreeSet<_> = can.keys().chain(self.could.keys()).collect();
        for document in all {
            if can.get(document) != self.could.get(document) {
                turn(conn, document, &self.person)?;
            }
        }
        Ok(())
    }
}

/// Notes that from here on `staff` may, or may no longer, receive `document`.
pub(crate) fn turn(
    conn: &Book<'_>,
    document: &[u8; 16],
    staff: &[u8; 16],
) -> Result<(), StoreError> {
    let seq = events::next_seq(conn)?;
    conn.execute(
        "insert into turn (seq, document_id, staff_id) values (?1, ?2, ?3)",
        params![seq, document, staff],
    )?;
    Ok(())
}

/// Notes the turns of all grants that ran out by `now`. Says how many.
pub(crate) fn end_grants(conn: &Book<'_>, now: u64) -> Result<usize, StoreError> {
    let mut ask = conn.prepare_cached(
        "update document_grant set over = 1 where over = 0 and ends_at <= ?1 returning document_id, staff_id",
    )?;
    let ended: Vec<([u8; 16], [u8; 16])> = ask
        .query_map([stored(now)], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    for (document, staff) in &ended {
        let ended = Entry {
            document: Some(*document),
            person: Some(*staff),
            ..Entry::of(What::GrantEnded)
        };
        note(conn, &ended, now)?;
        turn(conn, document, staff)?;
        let mut children =
            conn.prepare_cached("select document_id from document where parent = ?1")?;
        let children: Vec<[u8; 16]> = children
            .query_map([document], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for child in children {
            turn(conn, &child, staff)?;
        }
    }
    Ok(ended.len())
}

/// Whether a grant ran out by `now` and nobody was told yet.
pub(crate) fn has_ended_grants(conn: &Book<'_>, now: u64) -> Result<bool, StoreError> {
    let mut ask = conn.prepare_cached(
        "select exists (select 1 from document_grant where over = 0 and ends_at <= ?1)",
    )?;
    Ok(ask.query_row([stored(now)], |row| row.get(0))?)
}
