//! Phones and browsers that somebody signed in on.

use std::collections::BTreeSet;

use prost::Message as _;
use rusqlite::{OptionalExtension, Row, params};
use safehall_core::access::{ConfirmDevice, Permit, RevokeDevice};
use zeroize::Zeroizing;

use super::ledger::{Entry, note};
use super::staff::{self, Member};
use super::{Book, StoreError};
use crate::clock::{counted, stored};
use crate::ledger::What;
use crate::vault::Key;

/// In milliseconds.
const DAY: u64 = 24 * 60 * 60 * 1_000;

/// How far a device is let in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Standing {
    /// Waits for its words to be compared.
    Pending,
    Active,
    Revoked,
}

impl Standing {
    fn read(text: &str) -> Option<Self> {
        match text {
            "pending" => Some(Self::Pending),
            "active" => Some(Self::Active),
            "revoked" => Some(Self::Revoked),
            _ => None,
        }
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Revoked => "revoked",
        }
    }
}

#[derive(Clone)]
pub(crate) struct Device {
    pub(crate) id: [u8; 16],
    pub(crate) staff: [u8; 16],
    pub(crate) label: String,
    pub(crate) standing: Standing,
    pub(crate) signing_key: [u8; 65],
    pub(crate) agreement_key: [u8; 65],
    pub(crate) words: String,
    pub(crate) app_version: String,
    pub(crate) enrolled_at: u64,
    pub(crate) last_seen: u64,
    pub(crate) unsent: u32,
    /// 0: it may still act for its person.
    pub(crate) revoked_at: u64,
    /// 0: it did not say that it emptied itself.
    pub(crate) wiped_at: u64,
}

/// What is sealed of it.
#[derive(Clone, PartialEq, prost::Message)]
#[prost(skip_debug)]
struct Words {
    #[prost(string, tag = "1")]
    label: String,
    #[prost(string, tag = "2")]
    words: String,
}

const COLUMNS: &str = "device_id, staff_id, sealed, state, signing_key, agreement_key, app_version, enrolled_at, \
                       coalesce(last_seen, 0), unsent, coalesce(revoked_at, 0), coalesce(wiped_at, 0)";

/// The row as it stands, and what is sealed in it.
fn read(row: &Row<'_>) -> rusqlite::Result<(Device, Vec<u8>)> {
    let state: String = row.get(3)?;
    let device = Device {
        id: row.get(0)?,
        staff: row.get(1)?,
        label: String::new(),
        standing: Standing::read(&state).ok_or(rusqlite::Error::InvalidQuery)?,
        signing_key: row.get(4)?,
        agreement_key: row.get(5)?,
        words: String::new(),
        app_version: row.get(6)?,
        enrolled_at: counted(row.get(7)?),
        last_seen: counted(row.get(8)?),
        unsent: row.get(9)?,
        revoked_at: counted(row.get(10)?),
        wiped_at: counted(row.get(11)?),
    };
    Ok((device, row.get(2)?))
}

fn unseal(conn: &Book<'_>, (device, sealed): (Device, Vec<u8>)) -> Result<Device, StoreError> {
    let words = conn.unseal(Key::Event, "device", &[&device.id, &device.staff], &sealed)?;
    let words = Words::decode(words.as_slice()).map_err(|_| StoreError::Damaged("device"))?;
    Ok(Device {
        label: words.label,
        words: words.words,
        ..device
    })
}

pub(crate) fn insert(conn: &Book<'_>, device: &Device) -> Result<(), StoreError> {
    let words = Words {
        label: device.label.clone(),
        words: device.words.clone(),
    };
    let words = Zeroizing::new(words.encode_to_vec());
    conn.execute(
        "insert into device (device_id, staff_id, sealed, state, signing_key, agreement_key, app_version, enrolled_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            device.id,
            device.staff,
            conn.seal(Key::Event, "device", &[&device.id, &device.staff], &words)?,
            device.standing.as_str(),
            device.signing_key,
            device.agreement_key,
            device.app_version,
            stored(device.enrolled_at),
        ],
    )?;
    Ok(())
}

pub(crate) fn find(conn: &Book<'_>, id: &[u8; 16]) -> Result<Option<Device>, StoreError> {
    let mut ask = conn.prepare_cached(&format!(
        "select {COLUMNS} from device where device_id = ?1"
    ))?;
    let row = ask.query_row([id], read).optional()?;
    row.map(|row| unseal(conn, row)).transpose()
}

/// Whose it is.
pub(crate) fn owner(conn: &Book<'_>, id: &[u8; 16]) -> Result<Option<[u8; 16]>, StoreError> {
    let mut ask = conn.prepare_cached("select staff_id from device where device_id = ?1")?;
    Ok(ask.query_row([id], |row| row.get(0)).optional()?)
}

/// All devices, oldest first.
pub(crate) fn all(conn: &Book<'_>) -> Result<Vec<Device>, StoreError> {
    let mut ask = conn.prepare_cached(&format!(
        "select {COLUMNS} from device order by enrolled_at, device_id"
    ))?;
    let rows = ask.query_map([], read)?.collect::<Result<Vec<_>, _>>()?;
    rows.into_iter().map(|row| unseal(conn, row)).collect()
}

/// What a staff member's next device will be called: "N1", then "N2".
pub(crate) fn next_label(conn: &Book<'_>, owner: &Member) -> Result<String, StoreError> {
    // Two people may share a letter, and then the count goes on.
    let sharing: BTreeSet<[u8; 16]> = staff::all(conn)?
        .into_iter()
        .filter(|member| member.device_letter == owner.device_letter)
        .map(|member| member.id)
        .collect();
    let mut ask = conn.prepare_cached("select staff_id from device")?;
    let owners = ask
        .query_map([], |row| row.get::<_, [u8; 16]>(0))?
        .collect::<Result<Vec<_>, _>>()?;
    let count = owners.iter().filter(|id| sharing.contains(*id)).count();
    Ok(format!("{}{}", owner.device_letter, count + 1))
}

/// Lets a pending device in. `false`: there is no such pending device.
pub(crate) fn confirm(
    conn: &Book<'_>,
    permit: &Permit<ConfirmDevice>,
    id: &[u8; 16],
    now: u64,
) -> Result<bool, StoreError> {
    let changed = conn.execute(
        "update device set state = 'active', confirmed_at = ?3, confirmed_by = ?2
         where device_id = ?1 and state = 'pending'",
        params![id, permit.staff().as_bytes(), stored(now)],
    )?;
    Ok(changed == 1)
}

/// Cuts a device off. The first call decides since when; later ones change
/// nothing, and say `false`.
pub(crate) fn revoke(
    conn: &Book<'_>,
    permit: &Permit<RevokeDevice>,
    id: &[u8; 16],
    now: u64,
) -> Result<bool, StoreError> {
    let changed = conn.execute(
        "update device set state = 'revoked', revoked_at = ?3, revoked_by = ?2
         where device_id = ?1 and state <> 'revoked'",
        params![id, permit.staff().as_bytes(), stored(now)],
    )?;
    Ok(changed == 1)
}

/// Whether it was ever let in: its words were confirmed, or its invite needed none.
pub(crate) fn was_let_in(conn: &Book<'_>, id: &[u8; 16]) -> Result<bool, StoreError> {
    let mut ask = conn.prepare_cached(
        "select exists (select 1 from device where device_id = ?1 and confirmed_at is not null)
             or exists (select 1 from invite where used_by = ?1 and needs_words = 0)",
    )?;
    Ok(ask.query_row([id], |row| row.get(0))?)
}

/// Whether any device of somebody's was ever let in, also if it never came back to say so.
pub(super) fn had_one(conn: &Book<'_>, staff: &[u8; 16]) -> Result<bool, StoreError> {
    let mut ask = conn.prepare_cached(
        "select exists (select 1 from device where staff_id = ?1 and (confirmed_at is not null
             or exists (select 1 from invite where used_by = device_id and needs_words = 0)))",
    )?;
    Ok(ask.query_row([staff], |row| row.get(0))?)
}

/// Keeps nothing more of a device until a lead has decided. `false`: so it was before.
pub(crate) fn freeze(conn: &Book<'_>, id: &[u8; 16], now: u64) -> Result<bool, StoreError> {
    let changed = conn.execute(
        "update device set frozen_at = ?2 where device_id = ?1 and frozen_at is null",
        params![id, stored(now)],
    )?;
    Ok(changed == 1)
}

/// Whether it signed two changes under one number, and no lead has decided since.
pub(crate) fn is_frozen(conn: &Book<'_>, id: &[u8; 16]) -> Result<bool, StoreError> {
    let mut ask = conn.prepare_cached(
        "select exists (select 1 from device where device_id = ?1 and frozen_at is not null)",
    )?;
    Ok(ask.query_row([id], |row| row.get(0))?)
}

/// A lead has decided: what the device writes is kept again.
pub(crate) fn thaw(conn: &Book<'_>, id: &[u8; 16]) -> Result<(), StoreError> {
    conn.execute(
        "update device set frozen_at = null where device_id = ?1",
        [id],
    )?;
    Ok(())
}

/// Notes that a device said it emptied itself. `false`: it did before.
pub(crate) fn wiped(conn: &Book<'_>, id: &[u8; 16], now: u64) -> Result<bool, StoreError> {
    let changed = conn.execute(
        "update device set wiped_at = ?2 where device_id = ?1 and wiped_at is null",
        params![id, stored(now)],
    )?;
    Ok(changed == 1)
}

/// Notes that a device was here and what it said of itself. The first time on
/// a day is for the ledger.
pub(crate) fn seen(
    conn: &Book<'_>,
    id: &[u8; 16],
    unsent: u32,
    app: &str,
    now: u64,
) -> Result<(), StoreError> {
    let mut ask =
        conn.prepare_cached("select staff_id, last_seen from device where device_id = ?1")?;
    let before: Option<([u8; 16], Option<i64>)> = ask
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((staff, last)) = before else {
        return Ok(());
    };
    let mut tell = conn.prepare_cached(
        "update device set last_seen = ?2, unsent = ?3, app_version = ?4 where device_id = ?1",
    )?;
    tell.execute(params![id, stored(now), unsent, app])?;
    if last.is_none_or(|last| counted(last) / DAY != now / DAY) {
        let seen = Entry {
            staff: Some(staff),
            device: Some(*id),
            ..Entry::of(What::DeviceSeen)
        };
        note(conn, &seen, now)?;
    }
    Ok(())
}
