//! The ledger's rows: adding one, and reading them. Nothing here, nor anywhere,
//! changes one.

pub(crate) mod held;
pub(crate) mod page;
pub(crate) mod seals;
mod tally;

use prost::Message as _;
use rusqlite::{Connection, OptionalExtension, Row as Line, params};
use safehall_sync::wire;

use super::{Book, StoreError};
use crate::clock::{counted, stored};
use crate::ledger::What;
use crate::ledger::chain::{NOTHING, Row};
use crate::vault::Key;

pub(crate) use tally::Tally;

/// The longest reason that somebody may type, in letters.
pub(crate) const REASON: usize = 300;

/// What happened, as whoever does it tells. Holds a reason that somebody typed,
/// so it has no `Debug`.
///
/// `Entry { document: Some(id), ..Entry::of(What::Granted) }`
#[derive(Clone, Copy)]
pub(crate) struct Entry<'a> {
    pub(crate) what: What,
    /// Who did it, and on which device. Neither: the server, or its terminal.
    pub(crate) staff: Option<[u8; 16]>,
    pub(crate) device: Option<[u8; 16]>,
    /// The document that it concerns. Its case is found by [`note`].
    pub(crate) document: Option<[u8; 16]>,
    /// Whom it is about.
    pub(crate) person: Option<[u8; 16]>,
    /// Which device it is about.
    pub(crate) about_device: Option<[u8; 16]>,
    pub(crate) count: Option<usize>,
    /// What a lead typed. Sealed like everything in the payload.
    pub(crate) reason: Option<&'a str>,
    /// When, by the device's own clock.
    pub(crate) device_at: u64,
}

impl Entry<'_> {
    /// An entry that says nothing but this.
    pub(crate) const fn of(what: What) -> Self {
        Self {
            what,
            staff: None,
            device: None,
            document: None,
            person: None,
            about_device: None,
            count: None,
            reason: None,
            device_at: 0,
        }
    }
}

/// The last entry, as far as this transaction has got.
#[derive(Clone, Copy)]
pub(crate) struct Last {
    pub(crate) number: i64,
    pub(crate) hash: [u8; 32],
}

/// Writes an entry, in the transaction of what it tells: both are on disk, or neither.
///
/// # Errors
///
/// The work must fail with it: what cannot be noted must not happen.
pub(crate) fn note(conn: &Book<'_>, entry: &Entry<'_>, now: u64) -> Result<(), StoreError> {
    let last = match conn.last_entry.get() {
        Some(last) => last,
        None => last(conn)?,
    };
    let case = entry
        .document
        .map(|document| subject_of(conn, &document))
        .transpose()?
        .unwrap_or_default();
    let number = last.number + 1;
    let told = wire::LedgerEntry {
        document: bytes(entry.document),
        person: bytes(entry.person),
        detail: match (entry.reason, entry.count) {
            (Some(reason), _) => reason.chars().take(REASON).collect(),
            (None, Some(count)) => count.to_string(),
            (None, None) => String::new(),
        },
        device_at: entry.device_at,
        ..wire::LedgerEntry::default()
    };
    let row = Row {
        number,
        at: stored(now),
        what: entry.what.code().to_owned(),
        staff: entry.staff,
        device: entry.device,
        about_device: entry.about_device,
        subject: case.id.map(|case| conn.vault.subject(&case)).transpose()?,
        payload: seal(conn, number, case, &told.encode_to_vec())?,
        prev_hash: last.hash,
    };
    let hash = append(conn, &row)?;
    conn.last_entry.set(Some(Last { number, hash }));
    Ok(())
}

/// Notes a backup, for which nobody needs the keys: it tells nothing beside that.
pub(crate) fn note_backup(conn: &Connection, now: u64) -> Result<(), StoreError> {
    let last = last(conn)?;
    let row = Row {
        number: last.number + 1,
        at: stored(now),
        what: What::BackupMade.code().to_owned(),
        staff: None,
        device: None,
        about_device: None,
        subject: None,
        payload: Vec::new(),
        prev_hash: last.hash,
    };
    append(conn, &row).map(drop)
}

fn append(conn: &Connection, row: &Row) -> Result<[u8; 32], StoreError> {
    let hash = row.hash();
    conn.prepare_cached(
        "insert into ledger (number, at, what, staff_id, device_id, about_device, subject, payload, prev_hash, hash)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        row.number,
        row.at,
        row.what,
        row.staff,
        row.device,
        row.about_device,
        row.subject,
        row.payload,
        row.prev_hash,
        hash
    ])?;
    Ok(hash)
}

/// The last entry on disk. Read once in each transaction: commands write beside
/// a server, each from a process of its own.
pub(crate) fn last(conn: &Connection) -> Result<Last, StoreError> {
    let mut ask =
        conn.prepare_cached("select number, hash from ledger order by number desc limit 1")?;
    let found = ask
        .query_row([], |row| {
            Ok(Last {
                number: row.get(0)?,
                hash: row.get(1)?,
            })
        })
        .optional()?;
    Ok(found.unwrap_or(Last {
        number: 0,
        hash: NOTHING,
    }))
}

/// Hands over every entry with its hash, oldest first, until it is told to stop.
pub(crate) fn each(
    conn: &Connection,
    mut take: impl FnMut(&Row, [u8; 32]) -> bool,
) -> Result<(), StoreError> {
    let mut ask = conn.prepare_cached(
        "select number, at, what, staff_id, device_id, about_device, subject, payload, prev_hash, hash
         from ledger order by number",
    )?;
    let mut lines = ask.query([])?;
    while let Some(line) = lines.next()? {
        if !take(&read(line)?, line.get(9)?) {
            break;
        }
    }
    Ok(())
}

/// When a way in for a lead was made on the server's own terminal.
pub(crate) fn recoveries(conn: &Book<'_>) -> Result<Vec<u64>, StoreError> {
    let mut ask =
        conn.prepare_cached("select at from ledger where what = 'lead_recovered' order by at")?;
    let moments = ask.query_map([], |row| Ok(counted(row.get(0)?)))?;
    Ok(moments.collect::<Result<_, _>>()?)
}

/// The first nine columns of an entry, in the order of the table.
fn read(line: &Line<'_>) -> rusqlite::Result<Row> {
    Ok(Row {
        number: line.get(0)?,
        at: line.get(1)?,
        what: line.get(2)?,
        staff: line.get(3)?,
        device: line.get(4)?,
        about_device: line.get(5)?,
        subject: line.get(6)?,
        payload: line.get(7)?,
        prev_hash: line.get(8)?,
    })
}

/// The case that an entry is about.
#[derive(Clone, Copy, Default)]
struct Case {
    /// Nothing: it is the event's, or everybody's.
    id: Option<[u8; 16]>,
    /// Whether there is such a document, and so a key to seal with.
    known: bool,
}

/// The case that a document is, or belongs to. Nothing: it is everybody's.
pub(crate) fn case_of(
    conn: &Book<'_>,
    document: &[u8; 16],
) -> Result<Option<[u8; 16]>, StoreError> {
    Ok(subject_of(conn, document)?.id)
}

/// The same, for what is noted.
///
/// An id that nobody knows stands for itself, as a case would: what is noted of
/// it must not tell whether it is one.
fn subject_of(conn: &Book<'_>, document: &[u8; 16]) -> Result<Case, StoreError> {
    let mut ask =
        conn.prepare_cached("select kind, parent from document where document_id = ?1")?;
    let found: Option<(i32, Option<[u8; 16]>)> = ask
        .query_row([document], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let known = found.is_some();
    let everybodys = [wire::Kind::Notice, wire::Kind::Duty].map(i32::from);
    let id = match found {
        Some((kind, _)) if everybodys.contains(&kind) => None,
        Some((_, Some(case))) => Some(case),
        Some((_, None)) | None => Some(*document),
    };
    Ok(Case { id, known })
}

/// The one place where payloads are sealed: under the key of the case, so that
/// they go with it, or of the event. An id that anybody made up gets no key.
fn seal(conn: &Book<'_>, number: i64, case: Case, told: &[u8]) -> Result<Vec<u8>, StoreError> {
    let key = match case.id {
        Some(id) if case.known => Key::Ledger(id),
        Some(_) | None => Key::Event,
    };
    match conn.seal(key, "ledger", &[&number.to_be_bytes()], told) {
        Err(StoreError::Erased) => conn.seal(Key::Event, "ledger", &[&number.to_be_bytes()], told),
        sealed => sealed,
    }
}

/// What an entry tells beside its columns. `case`: the one that its subject
/// stands for; without it, or after the case was erased, it tells nothing.
pub(crate) fn told(
    conn: &Book<'_>,
    row: &Row,
    case: Option<&[u8; 16]>,
) -> Result<wire::LedgerEntry, StoreError> {
    if row.payload.is_empty() {
        return Ok(wire::LedgerEntry::default());
    }
    let number = row.number.to_be_bytes();
    let open = |key| conn.unseal(key, "ledger", &[&number], &row.payload);
    let bytes = match case.map(|case| open(Key::Ledger(*case))) {
        Some(Ok(bytes)) => bytes,
        Some(Err(StoreError::Erased)) => return Ok(wire::LedgerEntry::default()),
        // Of before there was such a case, or of the event.
        Some(Err(StoreError::Sealed(_) | StoreError::NoKey)) | None => match open(Key::Event) {
            Err(StoreError::Sealed(_)) if case.is_none() && row.subject.is_some() => {
                return Ok(wire::LedgerEntry::default());
            }
            bytes => bytes?,
        },
        Some(Err(error)) => return Err(error),
    };
    wire::LedgerEntry::decode(bytes.as_slice()).map_err(|_| StoreError::Damaged("ledger entry"))
}

fn bytes(id: Option<[u8; 16]>) -> Vec<u8> {
    id.map(|id| id.to_vec()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;
    use crate::ledger::chain::Row;

    const NOOR: [u8; 16] = [1; 16];
    const CASE: [u8; 16] = [2; 16];

    fn database(folder: &tempfile::TempDir) -> Connection {
        crate::store::open_database(folder.path()).unwrap()
    }

    fn granted() -> Entry<'static> {
        Entry {
            staff: Some(NOOR),
            document: Some(CASE),
            ..Entry::of(What::Granted)
        }
    }

    fn rows(conn: &Connection) -> Vec<(Row, [u8; 32])> {
        let mut ask = conn
            .prepare("select number, at, what, staff_id, device_id, about_device, subject, payload, prev_hash, hash from ledger order by number")
            .unwrap();
        ask.query_map([], |row| Ok((super::read(row)?, row.get(9)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap()
    }

    #[test]
    fn each_entry_holds_the_one_before_also_over_transactions() {
        let folder = tempfile::tempdir().unwrap();
        let mut conn = database(&folder);
        let vault = crate::vault::pretend(folder.path());
        for _ in 0..2 {
            let tx = conn.transaction().unwrap();
            let book = Book::new(&tx, &vault);
            note(&book, &granted(), 5).unwrap();
            note(&book, &Entry::of(What::ServerStarted), 6).unwrap();
            tx.commit().unwrap();
        }

        let rows = rows(&conn);
        let mut before = NOTHING;
        for (at, (row, hash)) in rows.iter().enumerate() {
            assert_eq!(row.number, i64::try_from(at).unwrap() + 1);
            assert_eq!(row.prev_hash, before);
            assert_eq!(row.hash(), *hash);
            before = *hash;
        }
        assert_eq!(rows.len(), 4);
        assert_eq!(rows[0].0.subject, Some(vault.subject(&CASE).unwrap()));
        assert_eq!(rows[1].0.subject, None);
    }

    #[test]
    fn what_was_undone_is_not_gone_on_from() {
        let folder = tempfile::tempdir().unwrap();
        let mut conn = database(&folder);
        let vault = crate::vault::pretend(folder.path());
        let tx = conn.transaction().unwrap();
        let book = Book::new(&tx, &vault);
        note(&book, &granted(), 5).unwrap();
        tx.execute_batch("savepoint piece").unwrap();
        note(&book, &granted(), 6).unwrap();
        tx.execute_batch("rollback to piece").unwrap();
        book.undone();
        note(&book, &granted(), 7).unwrap();
        tx.commit().unwrap();

        let rows = rows(&conn);
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[1].0.prev_hash, rows[0].1);
        assert_eq!(rows[1].0.at, 7);
    }

    #[test]
    fn no_statement_of_ours_and_none_of_another_program_changes_an_entry() {
        let folder = tempfile::tempdir().unwrap();
        let conn = database(&folder);
        let vault = crate::vault::pretend(folder.path());
        note(&Book::new(&conn, &vault), &granted(), 5).unwrap();
        let theirs = Connection::open(folder.path().join(crate::store::FILE)).unwrap();
        let replace = "insert or replace into ledger select number, 6, what, staff_id, device_id, about_device, \
                       subject, payload, prev_hash, hash from ledger";
        for sql in ["update ledger set at = 6", "delete from ledger", replace] {
            assert!(conn.execute_batch(sql).is_err(), "{sql}");
            assert!(theirs.execute_batch(sql).is_err(), "{sql}");
        }
        for sql in [
            "update ledger_seal set at = 6",
            "delete from ledger_seal",
            "drop trigger ledger_is_never_changed",
            "drop trigger ledger_seal_is_never_cut",
            "drop table ledger",
            "alter table ledger rename to other",
        ] {
            assert!(conn.execute_batch(sql).is_err(), "{sql}");
        }
        assert_eq!(rows(&conn).len(), 1);
        assert_eq!(rows(&conn)[0].0.at, 5);
    }
}
