//! Erasing a case: its keys first, then its rows.
//!
//! The wish is written down before anything is destroyed ([`intend`]). Then the
//! keyring is replaced by one without the case's keys, which makes every copy of
//! its rows unreadable, and the rows go ([`carry_out`]). A crash in between
//! leaves rows that nothing opens, and [`finish`] removes them at the next start.

use std::collections::BTreeSet;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, params};

use super::ledger::{self, Entry};
use super::{Book, StoreError, devices, events, quarantine, rights};
use crate::clock::{counted, stored};
use crate::ledger::What;
use crate::vault::{Key, Vault};

/// What became of a case.
#[derive(Default)]
pub(crate) struct Erased {
    pub(crate) documents: Vec<[u8; 16]>,
    pub(crate) changes: u32,
    /// Devices that may hold a copy until they are told to forget it.
    pub(crate) devices: Vec<[u8; 16]>,
}

/// Writes down that `case` is to be erased, and who may hold a copy of it: once
/// its keys are gone, nobody can work that out any more.
pub(crate) fn intend(
    conn: &Book<'_>,
    case: &[u8; 16],
    asked_by: &[u8; 16],
    reason: &str,
    now: u64,
) -> Result<(), StoreError> {
    let place: [&[u8]; 2] = [case, asked_by];
    let sealed = conn.seal(Key::Event, "erasure", &place, reason.as_bytes())?;
    conn.execute(
        "insert into erasure (document_id, asked_by, asked_at, sealed) values (?1, ?2, ?3, ?4)
         on conflict do nothing",
        params![case, asked_by, stored(now), sealed],
    )?;
    for document in of_case(conn, case)? {
        for device in readers(conn, &document, now)? {
            note_copy(conn, &device, &document)?;
        }
    }
    Ok(())
}

/// Cases whose erasure was begun and not finished.
pub(crate) fn pending(conn: &Book<'_>) -> Result<Vec<[u8; 16]>, StoreError> {
    let mut ask = conn.prepare_cached("select document_id from erasure order by asked_at")?;
    Ok(ask
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?)
}

/// Destroys the keys of `case` and of all that belongs to it, and removes its
/// rows. The keys are gone even if the transaction fails afterwards; doing it
/// again finishes it.
pub(crate) fn carry_out(conn: &Book<'_>, case: &[u8; 16], now: u64) -> Result<Erased, StoreError> {
    let wish = wish(conn, case)?;
    let mut documents = of_case(conn, case)?;
    for document in &documents {
        for device in writers(conn, document)? {
            note_copy(conn, &device, document)?;
        }
    }
    // A name that waits for a lead's word belongs to the case as well.
    for document in waiting(conn, |parent| Ok(parent == case))? {
        if !documents.contains(&document) {
            documents.push(document);
        }
    }
    let mut all = documents.clone();
    all.push(*case);
    conn.vault.destroy(&all)?;
    let changes = remove(conn, &all)?;
    if let Some((asked_by, reason)) = wish {
        let entry = Entry {
            staff: Some(asked_by),
            reason: Some(&reason),
            ..Entry::of(What::Erased)
        };
        ledger::note(conn, &entry, now)?;
    }
    // Whoever is connected comes to look, and is told to forget.
    events::next_seq(conn)?;
    let mut devices = BTreeSet::new();
    for document in &all {
        devices.extend(copies(conn, document)?);
    }
    Ok(Erased {
        documents,
        changes,
        devices: devices.into_iter().collect(),
    })
}

/// Finishes what a crash interrupted, and removes what was erased after this
/// copy of the database was made. Says how many documents went.
pub(crate) fn finish(conn: &mut Connection, vault: &Vault, now: u64) -> Result<usize, StoreError> {
    let tx = conn.transaction()?;
    let went = finish_in(&Book::new(&tx, vault), now)?;
    tx.commit()?;
    if went > 0 {
        scrub(conn)?;
    }
    Ok(went)
}

fn finish_in(conn: &Book<'_>, now: u64) -> Result<usize, StoreError> {
    let mut went = 0;
    for case in pending(conn)? {
        went += carry_out(conn, &case, now)?.documents.len();
    }
    // A copy of the database may hold what waited once and had been decided about
    // before its case was erased.
    let late = waiting(conn, |parent| Ok(conn.vault.is_erased(parent)?))?;
    conn.vault.destroy(&Vec::from_iter(late))?;
    let mut rest = Vec::new();
    for document in all(conn)? {
        if conn.vault.is_erased(&document)? {
            rest.push(document);
        }
    }
    for document in &rest {
        for device in writers(conn, document)? {
            note_copy(conn, &device, document)?;
        }
    }
    remove(conn, &rest)?;
    Ok(went + rest.len())
}

/// Empties the write-ahead log, where removed rows would lie on. `false`:
/// somebody still reads from it, and is not waited for: behind this stands
/// everybody who has something to be kept.
pub(crate) fn scrub(conn: &Connection) -> Result<bool, StoreError> {
    conn.busy_timeout(A_MOMENT)?;
    let busy = conn.query_row("pragma wal_checkpoint(truncate)", [], |row| {
        row.get::<_, i64>(0)
    });
    conn.busy_timeout(super::PATIENCE)?;
    Ok(busy? == 0)
}

/// Longer than any reader of the server's own.
const A_MOMENT: Duration = Duration::from_millis(200);

/// What `device` has to be told to forget.
pub(crate) fn to_forget(conn: &Book<'_>, device: &[u8; 16]) -> Result<Vec<[u8; 16]>, StoreError> {
    let mut ask = conn.prepare_cached(
        "select document_id from erased_copy as copy where device_id = ?1
         and not exists (select 1 from document where document.document_id = copy.document_id)
         order by document_id limit 100",
    )?;
    Ok(ask
        .query_map([device], |row| row.get(0))?
        .collect::<Result<_, _>>()?)
}

/// Whether `device` may hold a copy of the erased `document`.
pub(crate) fn holds(
    conn: &Book<'_>,
    device: &[u8; 16],
    document: &[u8; 16],
) -> Result<bool, StoreError> {
    let mut ask = conn.prepare_cached(
        "select exists (select 1 from erased_copy where device_id = ?1 and document_id = ?2)",
    )?;
    Ok(ask.query_row(params![device, document], |row| row.get(0))?)
}

/// `device` says that it let `document` go.
pub(crate) fn dropped(
    conn: &Book<'_>,
    device: &[u8; 16],
    document: &[u8; 16],
) -> Result<(), StoreError> {
    let mut tell =
        conn.prepare_cached("delete from erased_copy where device_id = ?1 and document_id = ?2")?;
    tell.execute(params![device, document])?;
    Ok(())
}

type Wish = ([u8; 16], String);

fn wish(conn: &Book<'_>, case: &[u8; 16]) -> Result<Option<Wish>, StoreError> {
    let row = conn
        .query_row(
            "select asked_by, sealed from erasure where document_id = ?1",
            [case],
            |row| Ok((row.get::<_, [u8; 16]>(0)?, row.get::<_, Vec<u8>>(1)?)),
        )
        .optional()?;
    let Some((asked_by, sealed)) = row else {
        return Ok(None);
    };
    let place: [&[u8]; 2] = [case, &asked_by];
    let reason = conn.unseal(Key::Event, "erasure", &place, &sealed)?;
    let reason = String::from_utf8(reason).map_err(|_| StoreError::Damaged("reason"))?;
    Ok(Some((asked_by, reason)))
}

/// The case itself and what belongs to it, as far as it is kept.
fn of_case(conn: &Book<'_>, case: &[u8; 16]) -> Result<Vec<[u8; 16]>, StoreError> {
    let mut ask = conn.prepare_cached(
        "select document_id from document where document_id = ?1 or parent = ?1 order by 1",
    )?;
    Ok(ask
        .query_map([case], |row| row.get(0))?
        .collect::<Result<_, _>>()?)
}

/// Documents that wait for a lead's word and belong to one of these cases. Who
/// signed what waits may hold a copy.
fn waiting(
    conn: &Book<'_>,
    is_case: impl Fn(&[u8; 16]) -> Result<bool, StoreError>,
) -> Result<BTreeSet<[u8; 16]>, StoreError> {
    let mut documents = BTreeSet::new();
    for (document, device) in quarantine::belonging(conn, is_case)? {
        note_copy(conn, &device, &document)?;
        documents.insert(document);
    }
    Ok(documents)
}

/// Every document that a row is about, born or waiting to be.
fn all(conn: &Book<'_>) -> Result<BTreeSet<[u8; 16]>, StoreError> {
    let mut ask = conn.prepare_cached(
        "select document_id from document union select document_id from quarantine",
    )?;
    Ok(ask
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?)
}

/// Devices that wrote in it, or were given it.
fn writers(conn: &Book<'_>, document: &[u8; 16]) -> Result<Vec<[u8; 16]>, StoreError> {
    let mut ask = conn.prepare_cached(
        "select device_id from change where document_id = ?1
         union select device_id from held where document_id = ?1",
    )?;
    Ok(ask
        .query_map([document], |row| row.get(0))?
        .collect::<Result<_, _>>()?)
}

/// Devices that were here since it was born, of people who may receive it.
fn readers(conn: &Book<'_>, document: &[u8; 16], now: u64) -> Result<Vec<[u8; 16]>, StoreError> {
    let born: i64 = conn
        .prepare_cached("select born_at from document where document_id = ?1")?
        .query_row([document], |row| row.get(0))?;
    let Some(facts) = rights::document(conn, document)? else {
        return Ok(Vec::new());
    };
    let event = rights::event(conn, now)?;
    let mut readers = Vec::new();
    for device in devices::all(conn)? {
        let Some(subject) = rights::subject(conn, &device.id, now)? else {
            continue;
        };
        if device.last_seen >= counted(born) && rights::receives(&subject, event, &facts).is_some()
        {
            readers.push(device.id);
        }
    }
    Ok(readers)
}

fn note_copy(conn: &Book<'_>, device: &[u8; 16], document: &[u8; 16]) -> Result<(), StoreError> {
    conn.prepare_cached(
        "insert into erased_copy (device_id, document_id) values (?1, ?2) on conflict do nothing",
    )?
    .execute(params![device, document])?;
    Ok(())
}

fn copies(conn: &Book<'_>, document: &[u8; 16]) -> Result<Vec<[u8; 16]>, StoreError> {
    let mut ask =
        conn.prepare_cached("select device_id from erased_copy where document_id = ?1")?;
    Ok(ask
        .query_map([document], |row| row.get(0))?
        .collect::<Result<_, _>>()?)
}

/// Removes every line that names one of `documents`, from whatever table has
/// such lines. Says how many changes there were.
fn remove(conn: &Book<'_>, documents: &[[u8; 16]]) -> Result<u32, StoreError> {
    // Tables point at each other; what counts is how it stands at the end.
    conn.execute_batch("pragma defer_foreign_keys = on")?;
    let mut ask = conn.prepare(
        "select t.name from sqlite_schema as t join pragma_table_info(t.name) as c
         where t.type = 'table' and c.name = 'document_id' and t.name <> 'erased_copy'
         order by t.name",
    )?;
    let tables: Vec<String> = ask
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut changes = 0;
    for document in documents {
        for table in &tables {
            let gone = conn.execute(
                &format!("delete from {table} where document_id = ?1"),
                [document],
            )?;
            if table == "change" {
                changes += u32::try_from(gone).unwrap_or(u32::MAX);
            }
        }
    }
    Ok(changes)
}
