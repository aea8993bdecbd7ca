//! Brings a database to the shape that this program knows.
//!
//! The numbered files of `migrations/` are part of the program. Each runs once,
//! in one transaction together with the note that it ran (`user_version`), so a
//! start that is cut off in the middle is repeated at the next one.

use rusqlite::{Connection, TransactionBehavior};

use super::StoreError;

/// Name and text of each step, in order. Never edited once pinned in `migrations/pinned.txt`.
pub(super) const STEPS: &[(&str, &str)] = &[
    (
        "0001_people",
        include_str!("../../../../migrations/0001_people.sql"),
    ),
    (
        "0002_log",
        include_str!("../../../../migrations/0002_log.sql"),
    ),
    (
        "0003_ledger",
        include_str!("../../../../migrations/0003_ledger.sql"),
    ),
    (
        "0004_sealed",
        include_str!("../../../../migrations/0004_sealed.sql"),
    ),
    (
        "0005_quarantine",
        include_str!("../../../../migrations/0005_quarantine.sql"),
    ),
    (
        "0006_access",
        include_str!("../../../../migrations/0006_access.sql"),
    ),
    (
        "0007_erasure",
        include_str!("../../../../migrations/0007_erasure.sql"),
    ),
    (
        "0008_attachments",
        include_str!("../../../../migrations/0008_attachments.sql"),
    ),
    (
        "0009_carried",
        include_str!("../../../../migrations/0009_carried.sql"),
    ),
];

/// The last step whose tables hold readable words. The next one drops them, so
/// the steps go on over nothing that anybody wrote.
const READABLE: usize = 3;

/// Runs the steps that this database has not seen.
///
/// # Errors
///
/// [`StoreError::Newer`] if the database was made by a later release; it is
/// untouched then. [`StoreError::BeforeSealing`] if it holds readable rows.
/// [`StoreError::Sqlite`] if a step failed; the steps before it
/// stay done.
pub(super) fn migrate(conn: &mut Connection) -> Result<(), StoreError> {
    loop {
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done: i64 = tx.query_row("pragma user_version", [], |row| row.get(0))?;
        let Ok(done) = usize::try_from(done) else {
            return Err(StoreError::NotOurs);
        };
        if done > STEPS.len() {
            return Err(StoreError::Newer {
                theirs: done,
                ours: STEPS.len(),
            });
        }
        let Some((_, sql)) = STEPS.get(done) else {
            return Ok(());
        };
        if (1..=READABLE).contains(&done) {
            let holds: bool =
                tx.query_row("select exists (select 1 from event)", [], |row| row.get(0))?;
            if holds {
                return Err(StoreError::BeforeSealing);
            }
        }
        tx.execute_batch(sql)?;
        tx.execute_batch(&format!("pragma user_version = {}", done + 1))?;
        tx.commit()?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_in_migrations_is_part_of_the_program() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter_map(|name| name.strip_suffix(".sql").map(str::to_owned))
            .collect();
        files.sort();

        let embedded: Vec<&str> = STEPS.iter().map(|(name, _)| *name).collect();
        assert_eq!(files, embedded);
    }

    #[test]
    fn a_database_of_a_later_release_is_refused_and_left_alone() {
        let mut conn = Connection::open_in_memory().unwrap();
        conn.execute_batch("pragma user_version = 99").unwrap();

        let refused = migrate(&mut conn).unwrap_err();

        assert!(matches!(refused, StoreError::Newer { theirs: 99, .. }));
        let tables: i64 = conn
            .query_row("select count(*) from sqlite_schema", [], |row| row.get(0))
            .unwrap();
        assert_eq!(tables, 0);
    }

    #[test]
    fn readable_rows_are_refused_and_stay() {
        let mut conn = Connection::open_in_memory().unwrap();
        for (_, sql) in &STEPS[..READABLE] {
            conn.execute_batch(sql).unwrap();
        }
        conn.execute_batch(
            "pragma user_version = 3;
             insert into event (only_one, event_id, name, pack, pack_hash, time_zone, starts_at, ends_at, made_at, epoch)
             values (1, zeroblob(16), 'Hall', x'00', zeroblob(32), 'UTC', 0, 1, 0, zeroblob(16))",
        )
        .unwrap();

        let refused = migrate(&mut conn).unwrap_err();

        assert!(matches!(refused, StoreError::BeforeSealing));
        let name: String = conn
            .query_row("select name from event", [], |row| row.get(0))
            .unwrap();
        assert_eq!(name, "Hall");
    }

    #[test]
    fn migrating_twice_is_migrating_once() {
        let mut conn = Connection::open_in_memory().unwrap();

        migrate(&mut conn).unwrap();
        migrate(&mut conn).unwrap();

        let version: i64 = conn
            .query_row("pragma user_version", [], |row| row.get(0))
            .unwrap();
        assert_eq!(usize::try_from(version).unwrap(), STEPS.len());
    }
}
