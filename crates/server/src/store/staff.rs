//! Who works for the event, and as what.

use rusqlite::{OptionalExtension, params};

use super::{Book, StoreError};
use crate::clock::stored;

/// A staff member. Holds a name, so it has no `Debug`.
#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) id: [u8; 16],
    pub(crate) name: String,
    pub(crate) badge_label: String,
    pub(crate) phone: String,
    /// What their devices are called by.
    pub(crate) device_letter: String,
    /// Numbers of `wire.v1.Role`, ascending.
    pub(crate) roles: Vec<i32>,
}

pub(crate) fn insert(conn: &Book<'_>, member: &Member, now: u64) -> Result<(), StoreError> {
    conn.execute(
        "insert into staff (staff_id, name, badge_label, phone, device_letter, joined_at)
         values (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            member.id,
            member.name,
            member.badge_label,
            member.phone,
            member.device_letter,
            stored(now)
        ],
    )?;
    for role in &member.roles {
        conn.execute(
            "insert into staff_role (staff_id, role) values (?1, ?2)",
            params![member.id, role],
        )?;
    }
    Ok(())
}

pub(crate) fn find(conn: &Book<'_>, id: &[u8; 16]) -> Result<Option<Member>, StoreError> {
    let mut ask = conn.prepare_cached(
        "select staff_id, name, badge_label, phone, device_letter from staff where staff_id = ?1",
    )?;
    let member = ask.query_row([id], read).optional()?;
    member.map(|member| with_roles(conn, member)).transpose()
}

/// Everybody, by name.
pub(crate) fn all(conn: &Book<'_>) -> Result<Vec<Member>, StoreError> {
    let mut ask = conn.prepare_cached("select staff_id, name, badge_label, phone, device_letter from staff order by name, staff_id")?;
    let members = ask.query_map([], read)?.collect::<Result<Vec<_>, _>>()?;
    members
        .into_iter()
        .map(|member| with_roles(conn, member))
        .collect()
}

pub(crate) fn roles(conn: &Book<'_>, id: &[u8; 16]) -> Result<Vec<i32>, StoreError> {
    let mut ask =
        conn.prepare_cached("select role from staff_role where staff_id = ?1 order by role")?;
    Ok(ask
        .query_map([id], |row| row.get(0))?
        .collect::<Result<Vec<_>, _>>()?)
}

fn with_roles(conn: &Book<'_>, member: Member) -> Result<Member, StoreError> {
    Ok(Member {
        roles: roles(conn, &member.id)?,
        ..member
    })
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Member> {
    Ok(Member {
        id: row.get(0)?,
        name: row.get(1)?,
        badge_label: row.get(2)?,
        phone: row.get(3)?,
        device_letter: row.get(4)?,
        roles: Vec::new(),
    })
}

/// Everybody whose name is `name`, in any case of letters.
pub(crate) fn named(conn: &Book<'_>, name: &str) -> Result<Vec<Member>, StoreError> {
    let wanted = name.trim().to_lowercase();
    Ok(all(conn)?
        .into_iter()
        .filter(|member| member.name.to_lowercase() == wanted)
        .collect())
}

/// The letter that devices of somebody called `name` go by.
pub(crate) fn letter_of(name: &str) -> String {
    name.chars()
        .find(|letter| letter.is_alphanumeric())
        .unwrap_or('D')
        .to_uppercase()
        .take(4)
        .collect()
}
