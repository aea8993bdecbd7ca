//! Who works for the event, and as what.

use prost::Message as _;
use rusqlite::{OptionalExtension, params};
use zeroize::Zeroizing;

use super::{Book, StoreError};
use crate::clock::stored;
use crate::vault::Key;

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

/// What is sealed of them.
#[derive(Clone, PartialEq, prost::Message)]
#[prost(skip_debug)]
struct Words {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(string, tag = "2")]
    badge_label: String,
    #[prost(string, tag = "3")]
    phone: String,
    #[prost(string, tag = "4")]
    device_letter: String,
    #[prost(int32, repeated, tag = "5")]
    roles: Vec<i32>,
}

fn seal(conn: &Book<'_>, member: &Member) -> Result<Vec<u8>, StoreError> {
    let words = Words {
        name: member.name.clone(),
        badge_label: member.badge_label.clone(),
        phone: member.phone.clone(),
        device_letter: member.device_letter.clone(),
        roles: member.roles.clone(),
    };
    let words = Zeroizing::new(words.encode_to_vec());
    conn.seal(Key::Event, "staff", &[&member.id], &words)
}

fn unseal(conn: &Book<'_>, (id, sealed): ([u8; 16], Vec<u8>)) -> Result<Member, StoreError> {
    let words = conn.unseal(Key::Event, "staff", &[&id], &sealed)?;
    let words = Words::decode(words.as_slice()).map_err(|_| StoreError::Damaged("staff member"))?;
    Ok(Member {
        id,
        name: words.name,
        badge_label: words.badge_label,
        phone: words.phone,
        device_letter: words.device_letter,
        roles: words.roles,
    })
}

pub(crate) fn insert(conn: &Book<'_>, member: &Member, now: u64) -> Result<(), StoreError> {
    conn.execute(
        "insert into staff (staff_id, sealed, joined_at) values (?1, ?2, ?3)",
        params![member.id, seal(conn, member)?, stored(now)],
    )?;
    Ok(())
}

pub(crate) fn find(conn: &Book<'_>, id: &[u8; 16]) -> Result<Option<Member>, StoreError> {
    let mut ask = conn.prepare_cached("select staff_id, sealed from staff where staff_id = ?1")?;
    let row = ask.query_row([id], read).optional()?;
    row.map(|row| unseal(conn, row)).transpose()
}

/// Everybody, by name.
pub(crate) fn all(conn: &Book<'_>) -> Result<Vec<Member>, StoreError> {
    let mut ask = conn.prepare_cached("select staff_id, sealed from staff")?;
    let rows = ask.query_map([], read)?.collect::<Result<Vec<_>, _>>()?;
    let mut members = rows
        .into_iter()
        .map(|row| unseal(conn, row))
        .collect::<Result<Vec<_>, _>>()?;
    members.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
    Ok(members)
}

pub(crate) fn roles(conn: &Book<'_>, id: &[u8; 16]) -> Result<Vec<i32>, StoreError> {
    Ok(find(conn, id)?
        .map(|member| member.roles)
        .unwrap_or_default())
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<([u8; 16], Vec<u8>)> {
    Ok((row.get(0)?, row.get(1)?))
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
