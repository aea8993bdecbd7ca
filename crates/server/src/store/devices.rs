//! Phones and browsers that somebody signed in on.

use rusqlite::{OptionalExtension, Row, params};
use safehall_core::access::{ConfirmDevice, Permit, RevokeDevice};

use super::staff::Member;
use super::{Book, StoreError};
use crate::clock::{counted, stored};

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
}

const COLUMNS: &str = "device_id, staff_id, label, state, signing_key, agreement_key, words, app_version, enrolled_at, \
                       coalesce(last_seen, 0), unsent";

fn read(row: &Row<'_>) -> rusqlite::Result<Device> {
    let state: String = row.get(3)?;
    Ok(Device {
        id: row.get(0)?,
        staff: row.get(1)?,
        label: row.get(2)?,
        standing: Standing::read(&state).ok_or(rusqlite::Error::InvalidQuery)?,
        signing_key: row.get(4)?,
        agreement_key: row.get(5)?,
        words: row.get(6)?,
        app_version: row.get(7)?,
        enrolled_at: counted(row.get(8)?),
        last_seen: counted(row.get(9)?),
        unsent: row.get(10)?,
    })
}

pub(crate) fn insert(conn: &Book<'_>, device: &Device) -> Result<(), StoreError> {
    conn.execute(
        "insert into device (device_id, staff_id, label, state, signing_key, agreement_key, words, app_version, enrolled_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            device.id,
            device.staff,
            device.label,
            device.standing.as_str(),
            device.signing_key,
            device.agreement_key,
            device.words,
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
    Ok(ask.query_row([id], read).optional()?)
}

/// All devices, oldest first.
pub(crate) fn all(conn: &Book<'_>) -> Result<Vec<Device>, StoreError> {
    let mut ask = conn.prepare_cached(&format!(
        "select {COLUMNS} from device order by enrolled_at, device_id"
    ))?;
    Ok(ask.query_map([], read)?.collect::<Result<Vec<_>, _>>()?)
}

/// What a staff member's next device will be called: "N1", then "N2".
pub(crate) fn next_label(conn: &Book<'_>, owner: &Member) -> Result<String, StoreError> {
    // Two people may share a letter, and then the count goes on.
    let count: i64 = conn.query_row(
        "select count(*) from device join staff using (staff_id) where device_letter = ?1",
        [&owner.device_letter],
        |row| row.get(0),
    )?;
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

/// Notes that a device was here and what it said of itself.
pub(crate) fn seen(
    conn: &Book<'_>,
    id: &[u8; 16],
    unsent: u32,
    app: &str,
    now: u64,
) -> Result<(), StoreError> {
    let mut tell = conn.prepare_cached(
        "update device set last_seen = ?2, unsent = ?3, app_version = ?4 where device_id = ?1",
    )?;
    tell.execute(params![id, stored(now), unsent, app])?;
    Ok(())
}
