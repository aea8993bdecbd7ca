//! The log: adding to it, and reading it as one device may.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use prost::Message as _;
use rusqlite::{OptionalExtension as _, params};
use safehall_core::access::{EventFacts, Scope, Subject};
use safehall_sync::wire::{Earlier, Envelope};
use zeroize::Zeroizing;

use super::{Book, StoreError, devices, erasure, events, rights};
use crate::clock::{counted, stored};
use crate::vault::Key;

/// How far a device has come.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Position {
    /// Everything up to this number was handed over, or is none of its business.
    pub(crate) seq: i64,
    /// Inside the turn that comes next: its document was handed over up to here.
    pub(crate) inside: i64,
}

/// What a device gets in one go.
#[derive(Default)]
pub(crate) struct Page {
    /// Documents to remove, before the rest is taken in.
    pub(crate) forget: Vec<[u8; 16]>,
    /// Changes in the order of the log, with the moment of their receipt.
    pub(crate) changes: Vec<(Envelope, u64)>,
    /// Where this page ends.
    pub(crate) position: Position,
    /// There is another page.
    pub(crate) more: bool,
    /// The documents of which it holds changes by other devices.
    pub(crate) documents: BTreeSet<[u8; 16]>,
}

/// The most envelopes and bytes in a page; one envelope always fits.
#[derive(Clone, Copy)]
pub(crate) struct Room {
    pub(crate) envelopes: usize,
    pub(crate) bytes: usize,
}

/// Who reads.
pub(crate) struct Reader<'a> {
    pub(crate) subject: &'a Subject,
    pub(crate) device: [u8; 16],
    pub(crate) event: EventFacts,
}

/// The next page after `from` for `reader`.
///
/// A change is handed over if its document may be received *now*. Where that
/// changed after the change was written, a later [turn](super::turns::turn) hands
/// over the whole document instead, so what a change builds on comes before it.
pub(crate) fn page(
    conn: &Book<'_>,
    reader: &Reader<'_>,
    from: Option<Position>,
    room: Room,
) -> Result<Page, StoreError> {
    // A log that was empty when a device first looked is no reason to hand it its own words.
    let first_visit = from.is_none();
    let from = from.unwrap_or_default();
    let last: i64 = conn
        .prepare_cached("select last_seq from event")?
        .query_row([], |row| row.get(0))?;
    let mut pass = Pass {
        conn,
        reader,
        first_visit,
        from,
        scopes: BTreeMap::new(),
        turned: BTreeMap::new(),
        page: Page {
            position: from,
            ..Page::default()
        },
        room,
    };
    pass.page.forget = erasure::to_forget(conn, &reader.device)?;
    let turns = pass.turns()?;
    let mut changes = conn.prepare_cached(
        "select seq, document_id, device_id, received_at, sealed from change where seq > ?1 order by seq",
    )?;
    let mut rows = changes.query([from.seq])?;
    let mut turns = turns.into_iter().peekable();
    let mut row = rows.next()?;
    loop {
        let change_seq = row.map(|row| row.get::<_, i64>(0)).transpose()?;
        let turn_is_next = match (turns.peek(), change_seq) {
            (Some((turn, _)), Some(change)) => *turn < change,
            (Some(_), None) => true,
            (None, _) => false,
        };
        let fits = if turn_is_next {
            let Some((seq, document)) = turns.next() else {
                break;
            };
            pass.take_turn(seq, document)?
        } else {
            let (Some(current), Some(seq)) = (row, change_seq) else {
                break;
            };
            let fits = pass.take_change(seq, current)?;
            if fits {
                row = rows.next()?;
            }
            fits
        };
        if !fits {
            pass.page.more = true;
            return Ok(pass.page);
        }
    }
    pass.page.position = Position {
        seq: last.max(from.seq),
        inside: 0,
    };
    Ok(pass.page)
}

struct Pass<'a> {
    conn: &'a Book<'a>,
    reader: &'a Reader<'a>,
    first_visit: bool,
    from: Position,
    scopes: BTreeMap<[u8; 16], Option<Scope>>,
    turned: BTreeMap<[u8; 16], i64>,
    page: Page,
    room: Room,
}

impl Pass<'_> {
    fn turns(&self) -> Result<Vec<(i64, [u8; 16])>, StoreError> {
        let mut ask = self.conn.prepare_cached(
            "select seq, document_id from turn where staff_id = ?1 and seq > ?2 order by seq",
        )?;
        let turns = ask.query_map(
            params![self.reader.subject.staff.as_bytes(), self.from.seq],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        Ok(turns.collect::<Result<_, _>>()?)
    }

    /// `false`: no room, come back from where the page ends.
    fn take_change(&mut self, seq: i64, row: &rusqlite::Row<'_>) -> Result<bool, StoreError> {
        let document: [u8; 16] = row.get(1)?;
        let device: [u8; 16] = row.get(2)?;
        let own = device == self.reader.device;
        let wanted = match self.scope(&document)? {
            None => false,
            Some(Scope::Own) => self.first_visit && own,
            Some(Scope::Whole) => self.first_visit || !own,
        };
        if wanted && self.last_turn(&document)? < seq {
            let row = Row {
                seq,
                document,
                device,
                received_at: row.get(3)?,
                sealed: row.get(4)?,
            };
            if !self.take(&row)? {
                return Ok(false);
            }
        }
        self.page.position = Position { seq, inside: 0 };
        Ok(true)
    }

    fn take_turn(&mut self, seq: i64, document: [u8; 16]) -> Result<bool, StoreError> {
        // Only the last turn counts: it hands over all that the earlier would have.
        if self.last_turn(&document)? == seq {
            let inside = if self.from.seq + 1 == seq {
                self.from.inside
            } else {
                0
            };
            let scope = self.scope(&document)?;
            if scope != Some(Scope::Whole) && inside == 0 && self.was_here(&document)? {
                self.page.forget.push(document);
            }
            if let Some(scope) = scope
                && !self.hand_over(seq, document, inside, scope)?
            {
                return Ok(false);
            }
        }
        self.page.position = Position { seq, inside: 0 };
        Ok(true)
    }

    fn hand_over(
        &mut self,
        turn: i64,
        document: [u8; 16],
        inside: i64,
        scope: Scope,
    ) -> Result<bool, StoreError> {
        let mut ask = self.conn.prepare_cached(
            "select seq, device_id, received_at, sealed from change
             where document_id = ?1 and seq > ?2 and seq < ?3 order by seq",
        )?;
        let mut rows = ask.query(params![document, inside, turn])?;
        while let Some(row) = rows.next()? {
            let device: [u8; 16] = row.get(1)?;
            if scope == Scope::Own && device != self.reader.device {
                continue;
            }
            let row = Row {
                seq: row.get(0)?,
                document,
                device,
                received_at: row.get(2)?,
                sealed: row.get(3)?,
            };
            if !self.take(&row)? {
                return Ok(false);
            }
            self.page.position = Position {
                seq: turn - 1,
                inside: row.seq,
            };
        }
        Ok(true)
    }

    /// Puts a change on the page. `false`: no room.
    fn take(&mut self, row: &Row) -> Result<bool, StoreError> {
        let envelope = match row.envelope(self.conn) {
            // Erased since this transaction began.
            Err(StoreError::Erased) => return Ok(true),
            envelope => envelope?,
        };
        let fits = self.fits(envelope.encoded_len());
        if fits {
            self.page.changes.push((envelope, counted(row.received_at)));
            // What a device wrote itself, nobody gave it.
            if row.device != self.reader.device {
                self.page.documents.insert(row.document);
            }
        }
        Ok(fits)
    }

    fn fits(&mut self, bytes: usize) -> bool {
        // Beside the envelope: its moment, its key and its length.
        let bytes = bytes + 16;
        let first = self.page.changes.is_empty();
        if !first && (self.room.envelopes == 0 || self.room.bytes < bytes) {
            return false;
        }
        self.room.envelopes = self.room.envelopes.saturating_sub(1);
        self.room.bytes = self.room.bytes.saturating_sub(bytes);
        true
    }

    fn scope(&mut self, document: &[u8; 16]) -> Result<Option<Scope>, StoreError> {
        if let Some(scope) = self.scopes.get(document) {
            return Ok(*scope);
        }
        let facts = rights::document(self.conn, document)?;
        let scope = facts
            .and_then(|facts| rights::receives(self.reader.subject, self.reader.event, &facts));
        self.scopes.insert(*document, scope);
        Ok(scope)
    }

    fn last_turn(&mut self, document: &[u8; 16]) -> Result<i64, StoreError> {
        if let Some(seq) = self.turned.get(document) {
            return Ok(*seq);
        }
        let mut ask = self.conn.prepare_cached(
            "select coalesce(max(seq), 0) from turn where staff_id = ?1 and document_id = ?2",
        )?;
        let seq = ask.query_row(
            params![self.reader.subject.staff.as_bytes(), document],
            |row| row.get(0),
        )?;
        self.turned.insert(*document, seq);
        Ok(seq)
    }

    /// Whether the device has anything of it: it was given it, or wrote in it. To
    /// be told to forget something is to be told that there is something.
    ///
    /// What is everybody's is given without a note, and no secret.
    fn was_here(&self, document: &[u8; 16]) -> Result<bool, StoreError> {
        let mut ask = self.conn.prepare_cached(
            "select exists (select 1 from held where document_id = ?1 and device_id = ?2)
                 or exists (select 1 from change where document_id = ?1 and device_id = ?2)
                 or exists (select 1 from document join change using (document_id)
                            where document_id = ?1 and kind in (4, 5) and seq <= ?3)",
        )?;
        Ok(ask.query_row(
            params![document, self.reader.device, self.from.seq],
            |row| row.get(0),
        )?)
    }
}

/// A change as it stands in the log, sealed.
struct Row {
    seq: i64,
    document: [u8; 16],
    device: [u8; 16],
    received_at: i64,
    sealed: Vec<u8>,
}

impl Row {
    fn envelope(&self, conn: &Book<'_>) -> Result<Envelope, StoreError> {
        let key = Key::Document(self.document);
        let place = place(self.seq, self.received_at);
        let row: [&[u8]; 3] = [&place[0], &place[1], &self.device];
        let opened = conn.unseal(key, "change", &row, &self.sealed)?;
        Envelope::decode(Bytes::from(opened)).map_err(|_| StoreError::Damaged("change"))
    }
}

/// What a sealed change is bound to beside its document and device: its number
/// and the moment of its receipt.
fn place(seq: i64, received_at: i64) -> [[u8; 8]; 2] {
    [seq.to_be_bytes(), received_at.to_be_bytes()]
}

/// A change as it goes into the log.
pub(crate) struct NewChange<'a> {
    pub(crate) document: &'a [u8; 16],
    pub(crate) device: &'a [u8; 16],
    /// Who brought it, if another device did and could not read it.
    pub(crate) via: Option<&'a [u8; 16]>,
    pub(crate) change_id: &'a [u8; 32],
    pub(crate) hash: &'a [u8; 32],
    pub(crate) actor: &'a [u8; 16],
    pub(crate) actor_seq: u64,
    pub(crate) start_op: u64,
    pub(crate) max_op: u64,
    pub(crate) envelope: &'a Envelope,
}

pub(crate) fn append(conn: &Book<'_>, change: &NewChange<'_>, now: u64) -> Result<i64, StoreError> {
    let seq = events::next_seq(conn)?;
    let envelope = Zeroizing::new(change.envelope.encode_to_vec());
    let place = place(seq, stored(now));
    let row: [&[u8]; 3] = [&place[0], &place[1], change.device];
    let sealed = conn.seal(Key::Document(*change.document), "change", &row, &envelope)?;
    let mut tell = conn.prepare_cached(
        "insert into change (seq, document_id, device_id, change_id, hash, actor, actor_seq, start_op, max_op,
                             received_at, sealed, via)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?;
    tell.execute(params![
        seq,
        change.document,
        change.device,
        change.change_id,
        change.hash,
        change.actor,
        stored(change.actor_seq),
        stored(change.start_op),
        stored(change.max_op),
        stored(now),
        sealed,
        change.via,
    ])?;
    Ok(seq)
}

/// Which of these changes another device brought than the one that signed them,
/// when, and what it is called.
pub(crate) fn earlier(
    conn: &Book<'_>,
    change_ids: &[[u8; 32]],
) -> Result<Vec<Earlier>, StoreError> {
    let mut ask = conn.prepare_cached(
        "select received_at, via from change where change_id = ?1 and via is not null",
    )?;
    let mut earlier = Vec::new();
    for change_id in change_ids {
        let found: Option<(i64, [u8; 16])> = ask
            .query_row([change_id], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        if let Some((received_at, via)) = found {
            earlier.push(Earlier {
                change_id: change_id.to_vec(),
                received_at: counted(received_at),
                via: devices::find(conn, &via)?.map_or_else(String::new, |device| device.label),
            });
        }
    }
    Ok(earlier)
}

/// Whether this very change is in the log.
pub(crate) fn is_kept(conn: &Book<'_>, change_id: &[u8; 32]) -> Result<bool, StoreError> {
    let mut ask =
        conn.prepare_cached("select exists (select 1 from change where change_id = ?1)")?;
    Ok(ask.query_row([change_id], |row| row.get(0))?)
}

/// The number of a document's last change; 0 if it has none.
pub(crate) fn last_of(conn: &Book<'_>, document: &[u8; 16]) -> Result<i64, StoreError> {
    let mut ask =
        conn.prepare_cached("select coalesce(max(seq), 0) from change where document_id = ?1")?;
    Ok(ask.query_row([document], |row| row.get(0))?)
}

/// Automerge's names of a document's changes, in order.
pub(crate) fn hashes(conn: &Book<'_>, document: &[u8; 16]) -> Result<Vec<[u8; 32]>, StoreError> {
    let mut ask =
        conn.prepare_cached("select hash from change where document_id = ?1 order by seq")?;
    let hashes = ask.query_map([document], |row| row.get(0))?;
    Ok(hashes.collect::<Result<_, _>>()?)
}

/// How many changes and bytes, as they lie on the disk, `device` added after `since`
/// and until `now`. What came later came before the clock was set back.
pub(crate) fn sent_between(
    conn: &Book<'_>,
    device: &[u8; 16],
    since: u64,
    now: u64,
) -> Result<(u32, u64), StoreError> {
    let mut ask = conn.prepare_cached(
        "select count(*), coalesce(sum(length(sealed)), 0) from change
         where device_id = ?1 and received_at > ?2 and received_at <= ?3",
    )?;
    let (changes, bytes): (u32, i64) = ask
        .query_row(params![device, stored(since), stored(now)], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    Ok((changes, counted(bytes)))
}

/// A document's row.
pub(crate) struct NewDocument {
    pub(crate) id: [u8; 16],
    pub(crate) kind: i32,
    pub(crate) parent: Option<[u8; 16]>,
    pub(crate) author: [u8; 16],
    pub(crate) restricted: i32,
}

pub(crate) fn insert_document(
    conn: &Book<'_>,
    document: &NewDocument,
    now: u64,
) -> Result<(), StoreError> {
    conn.prepare_cached(
        "insert into document (document_id, kind, parent, author, sealed, born_at) values (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        document.id,
        document.kind,
        document.parent,
        document.author,
        rights::seal_restriction(conn, &document.id, document.restricted)?,
        stored(now)
    ])?;
    Ok(())
}

/// When the first change of a document was kept.
pub(crate) fn born_at(conn: &Book<'_>, document: &[u8; 16]) -> Result<u64, StoreError> {
    let mut ask = conn.prepare_cached("select born_at from document where document_id = ?1")?;
    Ok(counted(ask.query_row([document], |row| row.get(0))?))
}

/// An exclusion that came with the birth of a document.
pub(crate) fn insert_exclusion(
    conn: &Book<'_>,
    document: &[u8; 16],
    staff: &[u8; 16],
    now: u64,
) -> Result<(), StoreError> {
    conn.prepare_cached(
        "insert into exclusion (document_id, staff_id, excluded_by, since) values (?1, ?2, null, ?3)
         on conflict do nothing",
    )?
    .execute(params![document, staff, stored(now)])?;
    Ok(())
}

/// Every envelope of one document, in order.
pub(crate) fn envelopes(conn: &Book<'_>, document: &[u8; 16]) -> Result<Vec<Envelope>, StoreError> {
    let mut ask = conn.prepare_cached(
        "select seq, device_id, received_at, sealed from change where document_id = ?1 order by seq",
    )?;
    let rows = ask.query_map([document], |row| {
        Ok(Row {
            seq: row.get(0)?,
            document: *document,
            device: row.get(1)?,
            received_at: row.get(2)?,
            sealed: row.get(3)?,
        })
    })?;
    rows.map(|row| row?.envelope(conn)).collect()
}

/// A document as the log knows it.
pub(crate) struct Listed {
    pub(crate) id: [u8; 16],
    /// The number of `wire.v1.Kind`.
    pub(crate) kind: i32,
}

/// A case and what belongs to it, the case first.
pub(crate) fn of_case(conn: &Book<'_>, case: &[u8; 16]) -> Result<Vec<Listed>, StoreError> {
    let mut ask = conn.prepare_cached(
        "select document_id, kind from document where document_id = ?1 or parent = ?1
         order by kind, born_at, document_id",
    )?;
    let rows = ask.query_map([case], |row| {
        Ok(Listed {
            id: row.get(0)?,
            kind: row.get(1)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One change as it is told of in a copy of the case.
pub(crate) struct Received {
    pub(crate) change_id: [u8; 32],
    pub(crate) device: [u8; 16],
    pub(crate) received_at: u64,
}

/// When each change of a document came, and from which device, in order.
pub(crate) fn received(conn: &Book<'_>, document: &[u8; 16]) -> Result<Vec<Received>, StoreError> {
    let mut ask = conn.prepare_cached(
        "select change_id, device_id, received_at from change where document_id = ?1 order by seq",
    )?;
    let rows = ask.query_map([document], |row| {
        Ok(Received {
            change_id: row.get(0)?,
            device: row.get(1)?,
            received_at: counted(row.get(2)?),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Every document, oldest first.
pub(crate) fn documents(conn: &Book<'_>) -> Result<Vec<Listed>, StoreError> {
    let mut ask = conn
        .prepare_cached("select document_id, kind from document order by born_at, document_id")?;
    let rows = ask.query_map([], |row| {
        Ok(Listed {
            id: row.get(0)?,
            kind: row.get(1)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
