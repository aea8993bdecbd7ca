//! Changes that are shown to the leads only, until they decide.

use bytes::Bytes;
use prost::Message as _;
use rusqlite::{OptionalExtension as _, Row, params};
use safehall_sync::envelope::Body;
use safehall_sync::wire::{Envelope, quarantine_line};

use zeroize::Zeroizing;

use super::{Book, StoreError};
use crate::clock::{counted, stored};
use crate::vault::Key;

/// Why a change lies here.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Cause {
    /// Its device was revoked before it arrived.
    Revoked,
    /// Its author was kept away from the case before it arrived.
    Excluded,
    /// Its author's access had ended.
    NotGranted,
    /// Its device had signed another change under the same number.
    Equivocation,
    /// Whoever checked it did not survive.
    Unreadable,
}

impl Cause {
    pub(crate) const fn wire(self) -> quarantine_line::Cause {
        match self {
            Self::Revoked => quarantine_line::Cause::Revoked,
            Self::Excluded => quarantine_line::Cause::Excluded,
            Self::NotGranted => quarantine_line::Cause::NotGranted,
            Self::Equivocation => quarantine_line::Cause::Equivocation,
            Self::Unreadable => quarantine_line::Cause::Unreadable,
        }
    }

    fn read(number: i32) -> Option<Self> {
        match quarantine_line::Cause::try_from(number).ok()? {
            quarantine_line::Cause::Unspecified => None,
            quarantine_line::Cause::Revoked => Some(Self::Revoked),
            quarantine_line::Cause::Excluded => Some(Self::Excluded),
            quarantine_line::Cause::NotGranted => Some(Self::NotGranted),
            quarantine_line::Cause::Equivocation => Some(Self::Equivocation),
            quarantine_line::Cause::Unreadable => Some(Self::Unreadable),
        }
    }
}

/// The most changes of one device that lie here undecided.
pub(crate) const MOST: i64 = 500;
/// And the most bytes.
pub(crate) const MOST_BYTES: i64 = 4 << 20;

/// A change on its way in.
pub(crate) struct New<'a> {
    pub(crate) change_id: [u8; 32],
    pub(crate) document: [u8; 16],
    pub(crate) device: [u8; 16],
    pub(crate) kind: i32,
    pub(crate) cause: Cause,
    pub(crate) envelope: &'a Envelope,
}

/// A change that lies here.
pub(crate) struct Line {
    pub(crate) change_id: [u8; 32],
    pub(crate) document: [u8; 16],
    pub(crate) device: [u8; 16],
    pub(crate) staff: [u8; 16],
    pub(crate) kind: i32,
    pub(crate) cause: Cause,
    pub(crate) received_at: u64,
    pub(crate) envelope: Envelope,
}

/// Whether this very change lies here, or lay here and was discarded.
pub(crate) fn has(conn: &Book<'_>, change_id: &[u8; 32]) -> Result<bool, StoreError> {
    let mut ask =
        conn.prepare_cached("select exists (select 1 from quarantine where change_id = ?1)")?;
    Ok(ask.query_row([change_id], |row| row.get(0))?)
}

/// Lays a change down here. `false`: its device has too much here already.
pub(crate) fn insert(conn: &Book<'_>, new: &New<'_>, now: u64) -> Result<bool, StoreError> {
    if has(conn, &new.change_id)? {
        return Ok(true);
    }
    let (lines, bytes): (i64, i64) = conn
        .prepare_cached(
            "select count(*), coalesce(sum(size), 0) from quarantine
             where device_id = ?1 and discarded_at is null",
        )?
        .query_row([new.device], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let size = i64::try_from(new.envelope.encoded_len()).unwrap_or(i64::MAX);
    if lines >= MOST || bytes.saturating_add(size) > MOST_BYTES {
        return Ok(false);
    }
    conn.prepare_cached(
        "insert into quarantine (change_id, document_id, device_id, kind, cause, received_at, size, sealed)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        new.change_id,
        new.document,
        new.device,
        new.kind,
        i32::from(new.cause.wire()),
        stored(now),
        size,
        seal(conn, new)?,
    ])?;
    Ok(true)
}

/// What a sealed change is bound to here.
fn seal(conn: &Book<'_>, new: &New<'_>) -> Result<Vec<u8>, StoreError> {
    let envelope = Zeroizing::new(new.envelope.encode_to_vec());
    let key = Key::Document(new.document);
    conn.seal(key, TABLE, &[&new.change_id, &new.device], &envelope)
}

fn unseal(conn: &Book<'_>, line: &Line, sealed: &[u8]) -> Result<Envelope, StoreError> {
    let key = Key::Document(line.document);
    let opened = conn.unseal(key, TABLE, &[&line.change_id, &line.device], sealed)?;
    Envelope::decode(Bytes::from(opened)).map_err(|_| StoreError::Damaged("quarantined change"))
}

const TABLE: &str = "quarantine";

const COLUMNS: &str = "change_id, document_id, quarantine.device_id, staff_id, kind, cause, received_at, quarantine.sealed";

type Stored = (Line, Vec<u8>);

fn read(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let line = Line {
        change_id: row.get(0)?,
        document: row.get(1)?,
        device: row.get(2)?,
        staff: row.get(3)?,
        kind: row.get(4)?,
        cause: Cause::read(row.get(5)?).ok_or(rusqlite::Error::InvalidQuery)?,
        received_at: counted(row.get(6)?),
        envelope: Envelope::default(),
    };
    Ok((line, row.get(7)?))
}

/// Nothing if its document was erased: the key is gone, and the row goes a moment
/// later. One such row must not hide all others that wait.
fn whole(conn: &Book<'_>, (line, sealed): Stored) -> Result<Option<Line>, StoreError> {
    match unseal(conn, &line, &sealed) {
        Ok(envelope) => Ok(Some(Line { envelope, ..line })),
        Err(StoreError::Erased) => Ok(None),
        Err(error) => Err(error),
    }
}

fn all_whole(
    conn: &Book<'_>,
    lines: impl Iterator<Item = rusqlite::Result<Stored>>,
) -> Result<Vec<Line>, StoreError> {
    let mut found = Vec::new();
    for line in lines {
        found.extend(whole(conn, line?)?);
    }
    Ok(found)
}

/// Everything that waits for a decision, oldest first.
pub(crate) fn waiting(conn: &Book<'_>) -> Result<Vec<Line>, StoreError> {
    let mut ask = conn.prepare_cached(&format!(
        "select {COLUMNS} from quarantine join device using (device_id)
         where discarded_at is null order by number"
    ))?;
    let lines = ask.query_map([], read)?;
    all_whole(conn, lines)
}

/// A document, and the device that signed something of it.
type Signed = ([u8; 16], [u8; 16]);

/// Documents that were never born, of which something waits here that says they
/// belong to one of these cases, and who signed it: no row of theirs names the case.
/// What was born has such a row, and nobody who signs something late decides
/// otherwise. What cannot be opened says nothing, and keeps nobody from erasing the
/// rest.
pub(crate) fn belonging(
    conn: &Book<'_>,
    is_case: impl Fn(&[u8; 16]) -> Result<bool, StoreError>,
) -> Result<Vec<Signed>, StoreError> {
    let mut ask = conn.prepare_cached(&format!(
        "select {COLUMNS} from quarantine join device using (device_id)
         where discarded_at is null and document_id not in (select document_id from document)
         order by number"
    ))?;
    let mut found = Vec::new();
    for line in ask.query_map([], read)? {
        let line = match whole(conn, line?) {
            Ok(Some(line)) => line,
            Ok(None) | Err(StoreError::Sealed(_) | StoreError::NoKey | StoreError::Damaged(_)) => {
                continue;
            }
            Err(error) => return Err(error),
        };
        let body = Body::parse(&line.envelope).ok();
        let case = body.and_then(|body| body.birth?.parent);
        if let Some(case) = case
            && is_case(case.as_bytes())?
        {
            found.push((line.document, line.device));
        }
    }
    Ok(found)
}

/// What waits for a decision about one document, in the order in which it came.
pub(crate) fn of_document(conn: &Book<'_>, document: &[u8; 16]) -> Result<Vec<Line>, StoreError> {
    let mut ask = conn.prepare_cached(&format!(
        "select {COLUMNS} from quarantine join device using (device_id)
         where document_id = ?1 and discarded_at is null order by number"
    ))?;
    let lines = ask.query_map([document], read)?;
    all_whole(conn, lines)
}

/// One change that waits for a decision.
pub(crate) fn find(conn: &Book<'_>, change_id: &[u8; 32]) -> Result<Option<Line>, StoreError> {
    let mut ask = conn.prepare_cached(&format!(
        "select {COLUMNS} from quarantine join device using (device_id)
         where change_id = ?1 and discarded_at is null"
    ))?;
    match ask.query_row([change_id], read).optional()? {
        Some(line) => whole(conn, line),
        None => Ok(None),
    }
}

/// Lets go of the envelope and remembers that it was refused for good.
pub(crate) fn discard(conn: &Book<'_>, change_id: &[u8; 32], now: u64) -> Result<(), StoreError> {
    conn.execute(
        "update quarantine set sealed = null, discarded_at = ?2 where change_id = ?1",
        params![change_id, stored(now)],
    )?;
    Ok(())
}

/// It is in the log now, or may be sent again.
pub(crate) fn release(conn: &Book<'_>, change_id: &[u8; 32]) -> Result<(), StoreError> {
    conn.execute("delete from quarantine where change_id = ?1", [change_id])?;
    Ok(())
}
