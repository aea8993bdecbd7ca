//! The ledger as one lead may read it.
//!
//! Numbers count what this lead may see of what was asked for, from its oldest
//! on: the rows' own numbers would count what is kept from her.

use std::collections::BTreeMap;

use rusqlite::params;
use safehall_sync::wire;

use super::{read, told};
use crate::clock::counted;
use crate::ledger::chain::Row;
use crate::ledger::{For, What};
use crate::store::{Book, StoreError};

/// The most entries in a page, as `identity.proto` says.
const ENTRIES: usize = 200;

/// What was asked for.
pub(crate) enum Of {
    /// A case that the asker may receive, and what belongs to it.
    Case([u8; 16]),
    /// A device. Of the cases, only these: what the asker may receive.
    Device {
        device: [u8; 16],
        cases: Vec<[u8; 16]>,
    },
    Event,
}

/// Newest first, before number `before`; 0: the newest. `true`: there are older ones.
pub(crate) fn page(
    conn: &Book<'_>,
    of: &Of,
    before: u64,
) -> Result<(Vec<wire::LedgerEntry>, bool), StoreError> {
    let cases = cases_of(conn, of)?;
    let rows: Vec<Row> = rows(conn, of)?
        .into_iter()
        .filter(|row| shown(row, of, &cases))
        .collect();
    let end = match usize::try_from(before) {
        Ok(0) => rows.len(),
        Ok(before) => rows.len().min(before - 1),
        Err(_) => rows.len(),
    };
    let start = end.saturating_sub(ENTRIES);
    let mut entries = Vec::with_capacity(end - start);
    for (place, row) in rows.iter().enumerate().take(end).skip(start).rev() {
        entries.push(entry(conn, place, row, &cases)?);
    }
    Ok((entries, start > 0))
}

/// The cases whose entries may be in the answer, by what stands for them.
type Cases = BTreeMap<[u8; 16], [u8; 16]>;

fn cases_of(conn: &Book<'_>, of: &Of) -> Result<Cases, StoreError> {
    let cases = match of {
        Of::Case(case) => std::slice::from_ref(case),
        Of::Device { cases, .. } => cases,
        Of::Event => &[],
    };
    let named = cases
        .iter()
        .map(|case| Ok((conn.vault.subject(case)?, *case)));
    named.collect()
}

fn rows(conn: &Book<'_>, of: &Of) -> Result<Vec<Row>, StoreError> {
    const COLUMNS: &str = "select number, at, what, staff_id, device_id, about_device, subject, payload, prev_hash from ledger";
    let read_all = |where_: &str, id: Option<[u8; 16]>| {
        let mut ask = conn.prepare_cached(&format!("{COLUMNS} where {where_} order by number"))?;
        let rows = ask.query_map(params![id], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    };
    match of {
        Of::Case(case) => read_all("subject = ?1", Some(conn.vault.subject(case)?)),
        Of::Device { device, .. } => {
            read_all("(device_id = ?1 or about_device = ?1)", Some(*device))
        }
        Of::Event => read_all("subject is ?1", None),
    }
}

fn shown(row: &Row, of: &Of, cases: &Cases) -> bool {
    let Some(what) = What::named(&row.what) else {
        return false;
    };
    let known = row
        .subject
        .is_none_or(|subject| cases.contains_key(&subject));
    let wanted = match of {
        Of::Case(_) | Of::Event => true,
        Of::Device { .. } => what.tells_of_a_device(),
    };
    known && wanted && what.shown_to() != For::Terminal
}

fn entry(
    conn: &Book<'_>,
    place: usize,
    row: &Row,
    cases: &Cases,
) -> Result<wire::LedgerEntry, StoreError> {
    let case = row.subject.and_then(|subject| cases.get(&subject));
    let id = |id: Option<[u8; 16]>| id.map(|id| id.to_vec()).unwrap_or_default();
    Ok(wire::LedgerEntry {
        number: u64::try_from(place).unwrap_or(u64::MAX).saturating_add(1),
        at: counted(row.at),
        what: row.what.clone(),
        staff: id(row.staff),
        device: id(row.device),
        about_device: id(row.about_device),
        ..told(conn, row, case)?
    })
}
