//! Everything durable: one SQLite database in write-ahead mode.
//!
//! One thread writes. It takes all the work that is waiting, from all devices,
//! into one transaction and one flush to disk ([`Store::write`]); nobody hears
//! "kept" before that flush returned. Readers have connections of their own and
//! never wait for the writer.

pub(crate) mod attachments;
pub(crate) mod devices;
pub(crate) mod erasure;
pub(crate) mod events;
pub(crate) mod exclusions;
pub(crate) mod invites;
pub(crate) mod ledger;
pub(crate) mod log;
mod migrate;
pub(crate) mod opening;
pub(crate) mod quarantine;
pub(crate) mod rights;
pub(crate) mod rounds;
pub(crate) mod staff;
pub(crate) mod terms;
pub(crate) mod turns;
mod writer;

use std::cell::Cell;
use std::fs::{File, TryLockError};
use std::io::Read as _;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::{Connection, OpenFlags};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::vault::{Key, Place, Root, Vault, VaultError};

pub(crate) use writer::Work;

/// The database inside one transaction, and the keys to its sealed columns, as
/// those who read and write rows see it.
pub(crate) struct Book<'a> {
    sql: &'a Connection,
    /// The keys themselves; rows go through [`Book::seal`] and [`Book::unseal`].
    pub(crate) vault: &'a Vault,
    /// What the ledger goes on from, once somebody looked.
    last_entry: Cell<Option<ledger::Last>>,
}

impl<'a> Book<'a> {
    pub(crate) const fn new(sql: &'a Connection, vault: &'a Vault) -> Self {
        Self {
            sql,
            vault,
            last_entry: Cell::new(None),
        }
    }

    /// A part of the transaction was undone, and what it noted with it.
    fn undone(&self) {
        self.last_entry.set(None);
    }

    /// Seals `words` for one place: `table`, and what names the row in it.
    /// A key that does not exist yet is made, and is on disk before the row is.
    ///
    /// # Errors
    ///
    /// [`StoreError::Erased`] if the document was erased.
    pub(crate) fn seal(
        &self,
        key: Key,
        table: &'static str,
        row: &[&[u8]],
        words: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        self.vault.seal(key, &Place::new(table, row), words)
    }

    /// Opens what was sealed for this place.
    ///
    /// # Errors
    ///
    /// See [`Vault::unseal`].
    pub(crate) fn unseal(
        &self,
        key: Key,
        table: &'static str,
        row: &[&[u8]],
        sealed: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        self.vault.unseal(key, &Place::new(table, row), sealed)
    }

    /// See [`Vault::name`].
    pub(crate) fn name(
        &self,
        key: Key,
        table: &'static str,
        row: &[&[u8]],
        words: &[u8],
    ) -> Result<[u8; 32], StoreError> {
        self.vault.name(key, &Place::new(table, row), words)
    }

    /// See [`Vault::unseal_nothing`].
    pub(crate) fn unseal_nothing(&self, table: &'static str, row: &[&[u8]], size: usize) {
        self.vault.unseal_nothing(&Place::new(table, row), size);
    }
}

impl std::ops::Deref for Book<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.sql
    }
}

/// Why something could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite said no: a full or broken disk, a locked file. Nothing was written.
    #[error("the database could not be read or written")]
    Sqlite(rusqlite::Error),
    /// The database was made by a later release; it is untouched.
    #[error("the database is at step {theirs}, this program knows {ours}: use the newer safehall")]
    Newer {
        /// The step that the database is at.
        theirs: usize,
        /// The last step that this program knows.
        ours: usize,
    },
    /// The file is a database of something else.
    #[error("the database was not made by safehall")]
    NotOurs,
    /// The database does not hold together; it is untouched. A start over it
    /// would hide what is lost.
    #[error(
        "the database is damaged: keep the folder as it is and restore the last backup into a new one"
    )]
    Broken,
    /// The database is of a release that wrote readable rows; it is untouched.
    #[error(
        "this folder was made before rows were sealed: export its cases with the release that made it, and begin a new folder with `safehall event new`"
    )]
    BeforeSealing,
    /// A sealed row is not what was sealed in this place.
    #[error("a sealed {0} cannot be opened: it was changed, moved, or belongs to another keyring")]
    Sealed(&'static str),
    /// Its key was destroyed on purpose.
    #[error("the document was erased")]
    Erased,
    /// There is no key for this row.
    #[error("a key is missing from the keyring")]
    NoKey,
    /// The keyring is older than the database, or of another one.
    #[error(
        "keyring.bin lacks the keys of {0} document(s): it is older than the database; put the newest one back"
    )]
    MissingKeys(usize),
    /// Keyring and database are of two events.
    #[error("keyring.bin belongs to another event than the database")]
    OtherEvent,
    /// See [`VaultError`].
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Another server serves this folder.
    #[error("another safehall serves this folder already")]
    Taken,
    /// There is no event in this folder yet.
    #[error("there is no event in this folder: make one with `safehall event new`")]
    NoEvent,
    /// The folder cannot be written to.
    #[error("the folder cannot be written to")]
    Lock(#[source] std::io::Error),
    /// A stored value cannot be what it is; the row was left alone.
    #[error("a stored {0} cannot be read")]
    Damaged(&'static str),
    /// More is waiting than the writer can take. Nothing was written.
    #[error("too much is waiting to be written")]
    Busy,
    /// The server is stopping. Nothing was written.
    #[error("the server is stopping")]
    Stopping,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt) => {
                Self::Broken
            }
            _ => Self::Sqlite(error),
        }
    }
}

/// Counters for benches and tests; nothing in them tells about a case.
#[derive(Debug, Default)]
pub struct Stats {
    pub(crate) commits: AtomicU64,
    pub(crate) changes: AtomicU64,
    pub(crate) failed_commits: AtomicU64,
    longest_flush: AtomicU64,
}

impl Stats {
    /// How many transactions reached the disk, one flush each.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// How many changes were kept.
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::Relaxed)
    }

    /// How many transactions failed and left nothing.
    pub fn failed_commits(&self) -> u64 {
        self.failed_commits.load(Ordering::Relaxed)
    }

    /// How long the slowest flush took.
    pub fn longest_flush(&self) -> Duration {
        Duration::from_micros(self.longest_flush.load(Ordering::Relaxed))
    }

    pub(crate) fn flushed_in(&self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.longest_flush.fetch_max(micros, Ordering::Relaxed);
    }
}

/// How a database is opened.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// How much work may wait for the writer.
    pub(crate) waiting: usize,
    /// The database's greatest size in pages of 4 KiB, if any: a small disk for tests.
    pub(crate) max_pages: Option<u32>,
}

/// See the [module documentation](self).
#[derive(Clone)]
pub(crate) struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    /// Held as long as the store lives; the system lets go of it with the process.
    _lock: File,
    vault: Arc<Vault>,
    writer: writer::Writer,
    readers: Mutex<Vec<Connection>>,
    free_readers: Arc<Semaphore>,
    stats: Arc<Stats>,
    last_seq: watch::Receiver<i64>,
}

const READERS: usize = 4;
/// How long whoever writes beside the server is waited for, and the other way round.
const PATIENCE: Duration = Duration::from_secs(5);

impl Store {
    /// Opens the database in `folder`, makes it if there is none, and brings it
    /// to today's shape.
    ///
    /// # Errors
    ///
    /// See [`StoreError`]; a database that cannot be opened is left as it was.
    pub(crate) fn open(
        folder: &Path,
        root: Root,
        limits: Limits,
        now: u64,
    ) -> Result<Self, StoreError> {
        sealed(folder)?;
        Vault::fits(folder, &root)?;
        let lock = lock(folder)?;
        let vault = Arc::new(Vault::open(folder, root)?);
        let mut conn = connect(folder)?;
        check(&conn)?;
        keys_for_all(&conn, &vault)?;
        up_to_date(&mut conn)?;
        erasure::finish(&mut conn, &vault, now)?;
        if let Some(pages) = limits.max_pages {
            conn.pragma_update(None, "max_page_count", pages)?;
        }
        let readers = (0..READERS)
            .map(|_| open_reader(folder))
            .collect::<Result<Vec<_>, _>>()?;
        let stats = Arc::new(Stats::default());
        let (writer, last_seq) =
            writer::Writer::start(conn, Arc::clone(&vault), limits.waiting, Arc::clone(&stats))?;
        Ok(Self {
            shared: Arc::new(Shared {
                _lock: lock,
                vault,
                writer,
                readers: Mutex::new(readers),
                free_readers: Arc::new(Semaphore::new(READERS)),
                stats,
                last_seq,
            }),
        })
    }

    /// Runs `work` in the next transaction. Resolves after the transaction is
    /// on disk; if `work` fails it leaves no trace, and neither does anything
    /// if the disk fails. `work` may run twice, the first time without effect.
    pub(crate) async fn write<T, E>(
        &self,
        work: impl FnMut(&mut Work<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.shared.writer.write(work).await
    }

    /// Runs `work` on a reader's connection, away from the async threads, in
    /// one transaction: everything it reads is of one moment.
    pub(crate) async fn read<T, E>(
        &self,
        work: impl FnOnce(&Book<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let Ok(place) = Arc::clone(&self.shared.free_readers).acquire_owned().await else {
            return Err(StoreError::Stopping.into());
        };
        let shared = Arc::clone(&self.shared);
        let done = tokio::task::spawn_blocking(move || {
            let Some(conn) = shared
                .readers
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .pop()
            else {
                return Err(StoreError::Busy.into());
            };
            // The place outlives whoever asked: it is free when the connection is back.
            let lent = Lent {
                shared: &shared,
                conn: Some(conn),
                _place: place,
            };
            lent.run(work)
        });
        done.await
            .unwrap_or_else(|_| Err(StoreError::Stopping.into()))
    }

    /// Whether the last that was to be written did not reach the disk: it is full,
    /// broken or read-only, or another program has held the database for too long.
    pub(crate) fn is_stuck(&self) -> bool {
        self.shared.writer.is_stuck()
    }

    /// Counters of this run.
    pub(crate) fn stats(&self) -> Arc<Stats> {
        Arc::clone(&self.shared.stats)
    }

    /// Tells the last number of the log, and whenever it has grown.
    pub(crate) fn last_seq(&self) -> watch::Receiver<i64> {
        self.shared.last_seq.clone()
    }

    /// Finishes what is waiting and stops the writer.
    pub(crate) async fn close(&self) {
        self.shared.writer.stop().await;
    }

    /// Resolves when the writer has ended, wanted or not.
    pub(crate) async fn writer_ended(&self) {
        self.shared.writer.ended().await;
    }
}

/// A reader's connection on loan; goes back even if the work panics.
struct Lent<'a> {
    shared: &'a Shared,
    conn: Option<Connection>,
    _place: OwnedSemaphorePermit,
}

impl Lent<'_> {
    fn run<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Book<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let Some(conn) = &self.conn else {
            return Err(StoreError::Busy.into());
        };
        let tx = conn.unchecked_transaction().map_err(StoreError::from)?;
        work(&Book::new(&tx, &self.shared.vault))
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(conn) = self.conn.take() {
            self.shared
                .readers
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(conn);
        }
    }
}

/// The file's name inside the data folder.
pub(crate) const FILE: &str = "safehall.db";
/// Whoever serves the folder holds this file. Commands beside it need not.
const LOCK: &str = "serving.lock";

/// Two servers over one folder would each hand on only half of what is new, and
/// each judge changes by a memory that the other makes wrong.
pub(crate) fn lock(folder: &Path) -> Result<File, StoreError> {
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join(LOCK))
        .map_err(StoreError::Lock)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Taken),
        Err(TryLockError::Error(error)) => Err(StoreError::Lock(error)),
    }
}

/// Whether every page holds together. A conference's log is small: a moment.
pub(crate) fn check(conn: &Connection) -> Result<(), StoreError> {
    let found: String = conn.query_row("pragma quick_check(1)", [], |row| row.get(0))?;
    if found == "ok" {
        Ok(())
    } else {
        Err(StoreError::Broken)
    }
}

/// Opens the database for writing and brings it to today's shape.
pub(crate) fn open_database(folder: &Path) -> Result<Connection, StoreError> {
    let mut conn = connect(folder)?;
    up_to_date(&mut conn)?;
    Ok(conn)
}

fn up_to_date(conn: &mut Connection) -> Result<(), StoreError> {
    migrate::migrate(conn)?;
    conn.authorizer(Some(only_adds_to_the_ledger))?;
    Ok(())
}

fn connect(folder: &Path) -> Result<Connection, StoreError> {
    let conn = Connection::open(folder.join(FILE))?;
    conn.busy_timeout(PATIENCE)?;
    conn.pragma_update(None, "journal_mode", "wal")?;
    conn.pragma_update(None, "synchronous", "full")?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "trusted_schema", false)?;
    // What is deleted is written over, so that no page keeps a shadow of it.
    conn.pragma_update(None, "secure_delete", true)?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(conn)
}

/// No statement that this program prepares changes the ledger or takes away
/// what guards it. The triggers say the same to every other program.
fn only_adds_to_the_ledger(asked: AuthContext<'_>) -> Authorization {
    let kept = |table: &str| matches!(table, "ledger" | "ledger_seal");
    match asked.action {
        AuthAction::Update { table_name, .. }
        | AuthAction::Delete { table_name }
        | AuthAction::DropTable { table_name }
        | AuthAction::DropTrigger { table_name, .. }
        | AuthAction::AlterTable { table_name, .. }
            if kept(table_name) =>
        {
            Authorization::Deny
        }
        _ => Authorization::Allow,
    }
}

/// Opens a restored database for writing, if its keys are all there.
pub(crate) fn open_whole(folder: &Path, vault: &Vault) -> Result<Connection, StoreError> {
    let mut conn = connect(folder)?;
    check(&conn)?;
    keys_for_all(&conn, vault)?;
    up_to_date(&mut conn)?;
    events::find(&Book::new(&conn, vault))?.ok_or(StoreError::NoEvent)?;
    Ok(conn)
}

/// Copies the database as it stands at one moment into a new file, also beside
/// a server. Its rows stay sealed.
pub(crate) fn copy(folder: &Path, to: &Path) -> Result<(), StoreError> {
    // What an earlier copy left behind when it was cut off.
    match std::fs::remove_file(to) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(StoreError::Lock(error));
        }
        _ => {}
    }
    let to = to.to_str().ok_or(StoreError::Damaged("name of a folder"))?;
    open_reader(folder)?.execute("vacuum into ?1", [to])?;
    Ok(())
}

/// Refuses a database that was made before rows were sealed, by the first page
/// of its file: opening it would write beside it.
pub(crate) fn sealed(folder: &Path) -> Result<(), StoreError> {
    let mut page = [0; 64];
    // A file that is not there, or too short to say, is looked at by SQLite later.
    let said = File::open(folder.join(FILE)).and_then(|mut file| file.read_exact(&mut page));
    let of_sqlite = said.is_ok() && page.starts_with(b"SQLite format 3\0");
    match page {
        [.., 0, 0, 0, 1..=3] if of_sqlite => Err(StoreError::BeforeSealing),
        _ => Ok(()),
    }
}

/// Whether everything that stands in the database can be opened.
fn keys_for_all(conn: &Connection, vault: &Vault) -> Result<(), StoreError> {
    let mut ask = conn.prepare("select document_id from document")?;
    let documents = ask
        .query_map([], |row| row.get::<_, [u8; 16]>(0))?
        .collect::<Result<Vec<_>, _>>()?;
    let mut missing = 0;
    for id in documents {
        if !vault.has(Key::Document(id)) && !vault.is_erased(&id)? {
            missing += 1;
        }
    }
    match missing {
        0 => Ok(()),
        missing => Err(StoreError::MissingKeys(missing)),
    }
}

/// Opens an existing database for reading only.
pub(crate) fn open_reader(folder: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(folder.join(FILE), flags)?;
    conn.busy_timeout(PATIENCE)?;
    conn.pragma_update(None, "trusted_schema", false)?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(conn)
}
