//! Photos and papers that belong to cases, in chunks, each sealed under its
//! case's key.
//!
//! A device sends its own and learns nothing of what others sent. Only one that
//! is here whole, and is what it was announced as, is given to anybody.

use bytes::Bytes;
use prost::Message as _;
use rusqlite::{Connection, OptionalExtension as _, params};
use safehall_core::access::{Permit, ReadAttachment, Scope, SendAttachment};
use safehall_sync::attachment::{Announced, CHUNK};
use safehall_sync::wire;
use zeroize::Zeroizing;

use super::{Book, StoreError};
use crate::clock::{counted, stored};
use crate::vault::Key;

/// The most chunks that belong to one case: 64 MiB.
pub(crate) const IN_A_CASE: u32 = 256;
/// The most chunks that a device has begun and not sent whole: 128 MiB. To announce
/// costs it nothing, and takes room from everybody else.
const BEGUN: u32 = 512;
/// What was begun and not gone on with for so long is let go of: a day, in milliseconds.
const STALE: u64 = 24 * HOUR;
const HOUR: u64 = 60 * 60 * 1_000;

/// One on its way from a device, or come in from it.
pub(crate) struct Sent {
    number: i64,
    name: [u8; 32],
    pub(crate) announced: Announced,
    /// The numbers of the chunks that are here, ascending.
    pub(crate) have: Vec<u32>,
    pub(crate) complete: bool,
}

impl Sent {
    /// Whether every chunk is here. Whether they are the whole is another question.
    pub(crate) fn is_all_here(&self) -> bool {
        u32::try_from(self.have.len()) == Ok(self.announced.chunks())
    }

    pub(crate) fn wire(&self) -> wire::BlobHas {
        wire::BlobHas {
            have: self.have.clone(),
            complete: self.complete,
        }
    }
}

/// Why one more cannot be begun, or gone on with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Full {
    /// The case has as many as it may.
    Case,
    /// The event has.
    Event,
    /// The device sent as much as it may in this hour, or began as much as it may.
    Device,
}

/// What `device` began under this hash.
pub(crate) fn sent(
    conn: &Book<'_>,
    permit: &Permit<SendAttachment>,
    device: &[u8; 16],
    sha256: &[u8; 32],
) -> Result<Option<Sent>, StoreError> {
    let Some(case) = permit.document() else {
        return Ok(None);
    };
    let case = case.as_bytes();
    let name = name(conn, case, sha256)?;
    let row = conn
        .prepare_cached(
            "select number, completed_at is not null, sealed from attachment
             where document_id = ?1 and name = ?2 and device_id = ?3",
        )?
        .query_row(params![case, name, device], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get::<_, Vec<u8>>(2)?))
        })
        .optional()?;
    let Some((number, complete, sealed)) = row else {
        return Ok(None);
    };
    Ok(Some(Sent {
        number,
        name,
        announced: announced(conn, case, device, &name, &sealed)?,
        have: places(conn, number)?,
        complete,
    }))
}

/// Begins one, if it was not meanwhile. What the device began under the same hash
/// and told otherwise is let go of: one of the two was not true.
pub(crate) fn begin(
    conn: &Book<'_>,
    permit: &Permit<SendAttachment>,
    device: &[u8; 16],
    announced: &Announced,
    most: u64,
    now: u64,
) -> Result<Result<(), Full>, StoreError> {
    let Some(case) = permit.document() else {
        return Ok(Err(Full::Case));
    };
    let case = case.as_bytes();
    if let Some(before) = sent(conn, permit, device, announced.sha256())? {
        if before.complete || before.announced == *announced {
            return Ok(Ok(()));
        }
        remove(conn, before.number)?;
    }
    let chunks = announced.chunks();
    if begun_by(conn, device)? + u64::from(chunks) > u64::from(BEGUN) {
        return Ok(Err(Full::Device));
    }
    if chunks_in(conn, Some(case))? + u64::from(chunks) > u64::from(IN_A_CASE) {
        return Ok(Err(Full::Case));
    }
    if (chunks_in(conn, None)? + u64::from(chunks)) * u64::from(CHUNK) > most {
        return Ok(Err(Full::Event));
    }
    let name = name(conn, case, announced.sha256())?;
    let row: [&[u8]; 3] = [case, device, &name];
    let told = announced.to_wire().encode_to_vec();
    let sealed = conn.seal(Key::Document(*case), TABLE, &row, &told)?;
    conn.prepare_cached(
        "insert into attachment (document_id, device_id, name, chunks, touched_at, sealed)
         values (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![case, device, name, chunks, stored(now), sealed])?;
    Ok(Ok(()))
}

/// A chunk that is what was announced, sealed for its place.
pub(crate) struct Chunk {
    place: u32,
    size: usize,
    sealed: Vec<u8>,
}

/// Seals the chunk of this number, if the bytes are what was announced. Not in
/// the writer, where all words would wait for it.
pub(crate) fn seal(
    conn: &Book<'_>,
    permit: &Permit<SendAttachment>,
    device: &[u8; 16],
    sent: &Sent,
    place: u32,
    bytes: &[u8],
) -> Result<Option<Chunk>, StoreError> {
    let Some(case) = permit.document() else {
        return Ok(None);
    };
    if !sent.announced.is_chunk(place, bytes) {
        return Ok(None);
    }
    let case = case.as_bytes();
    let row: [&[u8]; 4] = [case, device, &sent.name, &place.to_be_bytes()];
    Ok(Some(Chunk {
        place,
        size: bytes.len(),
        sealed: conn.seal(Key::Document(*case), CHUNKS, &row, bytes)?,
    }))
}

/// Keeps a chunk of what is announced as it was when the chunk was sealed.
pub(crate) fn keep(
    conn: &Book<'_>,
    permit: &Permit<SendAttachment>,
    device: &[u8; 16],
    sent: &Sent,
    chunk: &Chunk,
    most: u64,
    now: u64,
) -> Result<Result<(), Full>, StoreError> {
    let Some(case) = permit.document() else {
        return Ok(Err(Full::Case));
    };
    if !count(conn, device, chunk.size, most, now)? {
        return Ok(Err(Full::Device));
    }
    conn.prepare_cached(
        "insert into attachment_chunk (attachment, place, document_id, sealed) values (?1, ?2, ?3, ?4)
         on conflict do nothing",
    )?
    .execute(params![
        sent.number,
        chunk.place,
        case.as_bytes(),
        chunk.sealed
    ])?;
    conn.prepare_cached("update attachment set touched_at = ?2 where number = ?1")?
        .execute(params![sent.number, stored(now)])?;
    Ok(Ok(()))
}

/// Whether all that came is, together, what was announced.
pub(crate) fn is_whole(
    conn: &Book<'_>,
    permit: &Permit<SendAttachment>,
    device: &[u8; 16],
    sent: &Sent,
) -> Result<bool, StoreError> {
    let Some(case) = permit.document() else {
        return Ok(false);
    };
    let places = 0..sent.announced.chunks();
    let whose = Whose {
        case: *case.as_bytes(),
        device: *device,
        name: sent.name,
    };
    let chunks = places.map(|place| bytes_of(conn, sent.number, &whose, place));
    sent.announced.is_whole(chunks)
}

/// From now on it is given to whoever may receive the case.
pub(crate) fn complete(
    conn: &Book<'_>,
    _permit: &Permit<SendAttachment>,
    sent: Sent,
    now: u64,
) -> Result<Sent, StoreError> {
    conn.execute(
        "update attachment set completed_at = ?2 where number = ?1",
        params![sent.number, stored(now)],
    )?;
    Ok(Sent {
        complete: true,
        ..sent
    })
}

/// Lets go of one that is not what it was announced as.
pub(crate) fn discard(
    conn: &Book<'_>,
    _permit: &Permit<SendAttachment>,
    sent: &Sent,
) -> Result<(), StoreError> {
    remove(conn, sent.number)
}

/// One that is here whole, as somebody gets it.
pub(crate) struct Here {
    number: i64,
    whose: Whose,
    size: u32,
    chunks: u32,
    /// Whether this person got something of it before.
    pub(crate) known: bool,
}

/// Whose it is, as its rows are bound to it.
struct Whose {
    case: [u8; 16],
    device: [u8; 16],
    name: [u8; 32],
}

/// The one with this hash, if it is here whole. Who receives only what they
/// wrote gets only what they sent.
pub(crate) fn here(
    conn: &Book<'_>,
    permit: &Permit<ReadAttachment>,
    sha256: &[u8; 32],
) -> Result<Option<Here>, StoreError> {
    let Some(case) = permit.document() else {
        return Ok(None);
    };
    let case = *case.as_bytes();
    let name = name(conn, &case, sha256)?;
    let staff = permit.staff();
    let all = permit.scope() == Scope::Whole;
    let row = conn
        .prepare_cached(
            "select number, attachment.device_id, attachment.sealed,
                 exists (select 1 from attachment_reader as reader
                         where reader.attachment = number and reader.staff_id = ?3)
             from attachment join device using (device_id)
             where document_id = ?1 and name = ?2 and completed_at is not null and (?4 or device.staff_id = ?3)
             order by number limit 1",
        )?
        .query_row(params![case, name, staff.as_bytes(), all], |row| {
            Ok((
                row.get(0)?,
                row.get::<_, [u8; 16]>(1)?,
                row.get::<_, Vec<u8>>(2)?,
                row.get(3)?,
            ))
        })
        .optional()?;
    let Some((number, device, sealed, known)) = row else {
        return Ok(None);
    };
    let announced = announced(conn, &case, &device, &name, &sealed)?;
    Ok(Some(Here {
        number,
        whose: Whose { case, device, name },
        size: announced.size(),
        chunks: announced.chunks(),
        known,
    }))
}

/// Remembers that this person gets it. `false`: it was known.
pub(crate) fn note_reader(
    conn: &Book<'_>,
    permit: &Permit<ReadAttachment>,
    here: &Here,
) -> Result<bool, StoreError> {
    let noted = conn
        .prepare_cached(
            "insert into attachment_reader (attachment, staff_id, document_id) values (?1, ?2, ?3)
             on conflict do nothing",
        )?
        .execute(params![
            here.number,
            permit.staff().as_bytes(),
            here.whose.case
        ])?;
    Ok(noted == 1)
}

/// One chunk of it. Nothing: it has no such chunk.
pub(crate) fn part(
    conn: &Book<'_>,
    _permit: &Permit<ReadAttachment>,
    here: &Here,
    place: u32,
) -> Result<Option<wire::BlobPart>, StoreError> {
    if place >= here.chunks {
        return Ok(None);
    }
    let bytes = bytes_of(conn, here.number, &here.whose, place)?;
    Ok(Some(wire::BlobPart {
        size: here.size,
        chunks: here.chunks,
        bytes: Bytes::from(bytes),
    }))
}

/// Everything that belongs to `case` and is here whole, for whoever stands at
/// the server's terminal: hash and bytes of one after the other.
pub(crate) fn each<E: From<StoreError> + From<rusqlite::Error>>(
    conn: &Book<'_>,
    case: &[u8; 16],
    mut take: impl FnMut(&[u8; 32], &[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let mut ask = conn.prepare_cached(
        "select number, device_id, name, sealed from attachment
         where document_id = ?1 and completed_at is not null order by number",
    )?;
    let rows = ask
        .query_map([case], |row| {
            Ok((
                row.get(0)?,
                row.get::<_, [u8; 16]>(1)?,
                row.get::<_, [u8; 32]>(2)?,
                row.get::<_, Vec<u8>>(3)?,
            ))
        })?
        .collect::<Result<Vec<_>, _>>()?;
    for (number, device, name, sealed) in rows {
        let announced = announced(conn, case, &device, &name, &sealed)?;
        let whose = Whose {
            case: *case,
            device,
            name,
        };
        let mut whole = Zeroizing::new(Vec::new());
        for place in 0..announced.chunks() {
            whole.extend(bytes_of(conn, number, &whose, place)?);
        }
        take(announced.sha256(), &whole)?;
    }
    Ok(())
}

/// Whether something was begun long ago and not gone on with.
pub(crate) fn has_stale(conn: &Book<'_>, now: u64) -> Result<bool, StoreError> {
    let mut ask = conn.prepare_cached(
        "select exists (select 1 from attachment where completed_at is null and touched_at < ?1)",
    )?;
    Ok(ask.query_row([stored(now.saturating_sub(STALE))], |row| row.get(0))?)
}

/// Lets go of it. Whoever still has it begins anew.
pub(crate) fn forget_stale(conn: &Book<'_>, now: u64) -> Result<(), StoreError> {
    let mut ask = conn.prepare_cached(
        "select number from attachment where completed_at is null and touched_at < ?1",
    )?;
    let stale = ask
        .query_map([stored(now.saturating_sub(STALE))], |row| row.get(0))?
        .collect::<Result<Vec<i64>, _>>()?;
    for number in stale {
        remove(conn, number)?;
    }
    Ok(())
}

const TABLE: &str = "attachment";
const CHUNKS: &str = "attachment_chunk";

/// What stands for a hash in the rows of this case.
fn name(conn: &Book<'_>, case: &[u8; 16], sha256: &[u8; 32]) -> Result<[u8; 32], StoreError> {
    conn.name(Key::Document(*case), TABLE, &[case], sha256)
}

fn announced(
    conn: &Book<'_>,
    case: &[u8; 16],
    device: &[u8; 16],
    name: &[u8; 32],
    sealed: &[u8],
) -> Result<Announced, StoreError> {
    let row: [&[u8]; 3] = [case, device, name];
    let told = conn.unseal(Key::Document(*case), TABLE, &row, sealed)?;
    let told = wire::BlobBegin::decode(told.as_slice()).ok();
    told.as_ref()
        .and_then(Announced::read)
        .ok_or(StoreError::Damaged("attachment"))
}

fn places(conn: &Book<'_>, number: i64) -> Result<Vec<u32>, StoreError> {
    let mut ask = conn.prepare_cached(
        "select place from attachment_chunk where attachment = ?1 order by place",
    )?;
    Ok(ask
        .query_map([number], |row| row.get(0))?
        .collect::<Result<_, _>>()?)
}

fn bytes_of(
    conn: &Book<'_>,
    number: i64,
    whose: &Whose,
    place: u32,
) -> Result<Vec<u8>, StoreError> {
    let sealed: Option<Vec<u8>> = conn
        .prepare_cached("select sealed from attachment_chunk where attachment = ?1 and place = ?2")?
        .query_row(params![number, place], |row| row.get(0))
        .optional()?;
    let sealed = sealed.ok_or(StoreError::Damaged("attachment"))?;
    let Whose { case, device, name } = whose;
    let row: [&[u8]; 4] = [case, device, name, &place.to_be_bytes()];
    conn.unseal(Key::Document(*case), CHUNKS, &row, &sealed)
}

/// How much all of them may come to take.
pub(crate) fn bytes(conn: &Connection) -> Result<u64, StoreError> {
    Ok(chunks_in(conn, None)? * u64::from(CHUNK))
}

/// How many chunks there are, or are on their way, of one case or of all.
fn chunks_in(conn: &Connection, case: Option<&[u8; 16]>) -> Result<u64, StoreError> {
    let mut ask = conn.prepare_cached(
        "select coalesce(sum(chunks), 0) from attachment where ?1 is null or document_id = ?1",
    )?;
    Ok(counted(ask.query_row([case], |row| row.get(0))?))
}

/// How many chunks a device began and did not send whole.
fn begun_by(conn: &Connection, device: &[u8; 16]) -> Result<u64, StoreError> {
    let mut ask = conn.prepare_cached(
        "select coalesce(sum(chunks), 0) from attachment where device_id = ?1 and completed_at is null",
    )?;
    Ok(counted(ask.query_row([device], |row| row.get(0))?))
}

/// Counts what a device sends in this hour. `false`: it is too much.
fn count(
    conn: &Book<'_>,
    device: &[u8; 16],
    size: usize,
    most: u64,
    now: u64,
) -> Result<bool, StoreError> {
    let hour = stored(now / HOUR);
    let before: Option<i64> = conn
        .prepare_cached("select bytes from attachment_sent where device_id = ?1 and hour = ?2")?
        .query_row(params![device, hour], |row| row.get(0))
        .optional()?;
    let size = u64::try_from(size).unwrap_or(u64::MAX);
    let bytes = counted(before.unwrap_or_default()).saturating_add(size);
    if bytes > most {
        return Ok(false);
    }
    conn.prepare_cached(
        "insert into attachment_sent (device_id, hour, bytes) values (?1, ?2, ?3)
         on conflict do update set hour = ?2, bytes = ?3",
    )?
    .execute(params![device, hour, stored(bytes)])?;
    Ok(true)
}

fn remove(conn: &Book<'_>, number: i64) -> Result<(), StoreError> {
    for sql in [
        "delete from attachment_chunk where attachment = ?1",
        "delete from attachment_reader where attachment = ?1",
        "delete from attachment where number = ?1",
    ] {
        conn.prepare_cached(sql)?.execute([number])?;
    }
    Ok(())
}
