//! Which documents a device was given: noted before the first byte leaves.

use std::collections::BTreeSet;

use rusqlite::params;

use super::{Entry, note};
use crate::ledger::What;
use crate::store::{Book, StoreError, erasure};

/// Whose device.
#[derive(Clone, Copy)]
pub(crate) struct Holder {
    pub(crate) staff: [u8; 16],
    pub(crate) device: [u8; 16],
}

/// Which of these documents the device was not given yet, or dropped since.
/// What is everybody's is not noted.
pub(crate) fn not_held(
    conn: &Book<'_>,
    device: &[u8; 16],
    documents: impl IntoIterator<Item = [u8; 16]>,
) -> Result<Vec<[u8; 16]>, StoreError> {
    let mut ask = conn.prepare_cached(
        "select exists (select 1 from held where device_id = ?1 and document_id = ?2)
             or exists (select 1 from document where document_id = ?2 and kind in (4, 5))",
    )?;
    let mut fresh = Vec::new();
    for document in documents {
        if !ask.query_row(params![device, document], |row| row.get::<_, bool>(0))? {
            fresh.push(document);
        }
    }
    Ok(fresh)
}

/// Notes that the device is given these documents. Once each, however often it is called.
pub(crate) fn give(
    conn: &Book<'_>,
    to: Holder,
    documents: &[[u8; 16]],
    now: u64,
) -> Result<(), StoreError> {
    let mut tell = conn.prepare_cached(
        "insert into held (device_id, document_id) values (?1, ?2) on conflict do nothing",
    )?;
    for document in documents {
        if tell.execute(params![to.device, document])? == 1 {
            note(conn, &about(What::Delivered, to, document), now)?;
        }
    }
    Ok(())
}

/// Notes that a person looked at a document on the device. Only of what it was
/// given, or wrote itself: nobody fills the ledger with what nobody has.
pub(crate) fn open(
    conn: &Book<'_>,
    on: Holder,
    document: &[u8; 16],
    device_at: u64,
    now: u64,
) -> Result<(), StoreError> {
    if had(conn, on, document)? {
        let opened = Entry {
            device_at,
            ..about(What::Opened, on, document)
        };
        note(conn, &opened, now)?;
    }
    Ok(())
}

/// What the device was given and has not dropped, and what it was told to erase.
pub(crate) fn on(conn: &Book<'_>, device: &[u8; 16]) -> Result<BTreeSet<[u8; 16]>, StoreError> {
    let mut ask = conn.prepare_cached(
        "select document_id from held where device_id = ?1
         union select document_id from erased_copy where device_id = ?1",
    )?;
    let documents = ask.query_map([device], |row| row.get(0))?;
    Ok(documents.collect::<Result<_, _>>()?)
}

/// Notes that the device does not hold this document any more.
pub(crate) fn drop(
    conn: &Book<'_>,
    on: Holder,
    document: &[u8; 16],
    now: u64,
) -> Result<(), StoreError> {
    erasure::dropped(conn, &on.device, document)?;
    let mut tell =
        conn.prepare_cached("delete from held where device_id = ?1 and document_id = ?2")?;
    if tell.execute(params![on.device, document])? == 1 {
        note(conn, &about(What::Dropped, on, document), now)?;
    }
    Ok(())
}

fn had(conn: &Book<'_>, on: Holder, document: &[u8; 16]) -> Result<bool, StoreError> {
    let mut ask = conn.prepare_cached(
        "select exists (select 1 from held where device_id = ?1 and document_id = ?2)
             or exists (select 1 from change where document_id = ?2 and device_id = ?1)",
    )?;
    Ok(ask.query_row(params![on.device, document], |row| row.get(0))?)
}

fn about(what: What, who: Holder, document: &[u8; 16]) -> Entry<'static> {
    Entry {
        staff: Some(who.staff),
        device: Some(who.device),
        document: Some(*document),
        ..Entry::of(what)
    }
}
