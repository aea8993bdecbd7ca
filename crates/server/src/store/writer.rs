//! The one thread that writes, and its group commit.
//!
//! While one transaction is being flushed, more work arrives; all of it goes
//! into the next one, as far as fits into a moment: what is left over waits for
//! the one after, so that a crowd never holds up its own first. Each piece of work runs inside a savepoint, so one that
//! refuses itself leaves its neighbours alone. If the flush fails, every piece
//! is tried once more by itself: a push too big for the disk must not cost a
//! small one its place.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;

use super::{Book, Stats, StoreError, erasure};
use crate::vault::{self, Vault, VaultError};

/// The most pieces of work in one transaction.
const GROUP: usize = 256;
/// No further piece is begun in a transaction that is this old: bounds how long
/// the first waits. Some flushes of a slow disk, so that sharing one still pays.
const MOMENT: Duration = Duration::from_millis(100);
/// A flush that takes longer is a disk that somebody should look at.
const SLOW_FLUSH: Duration = Duration::from_secs(1);

/// What a piece of work may touch.
pub(crate) struct Work<'a> {
    /// The transaction that everything goes into.
    pub(crate) tx: &'a Book<'a>,
    /// How many changes this piece has added to the log.
    pub(crate) kept: u64,
    /// Whether it removed rows that must not lie on in the write-ahead log.
    pub(crate) scrub: bool,
}

trait Job: Send {
    /// Runs in a savepoint. `false`: undo what it did.
    fn run(&mut self, work: &mut Work<'_>) -> bool;
    /// After the flush, or after it failed for good.
    fn done(self: Box<Self>, failure: Option<StoreError>);
}

struct Piece<F, T, E> {
    work: F,
    outcome: Option<Result<T, E>>,
    answer: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Job for Piece<F, T, E>
where
    F: FnMut(&mut Work<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, work: &mut Work<'_>) -> bool {
        let outcome = (self.work)(work);
        let keep = outcome.is_ok();
        self.outcome = Some(outcome);
        keep
    }

    fn done(self: Box<Self>, failure: Option<StoreError>) {
        let outcome = match (failure, self.outcome) {
            (Some(failure), _) => Err(failure.into()),
            (None, Some(outcome)) => outcome,
            (None, None) => Err(StoreError::Stopping.into()),
        };
        // Whoever asked may have hung up; the work is on disk all the same.
        let _ = self.answer.send(outcome);
    }
}

pub(super) struct Writer {
    queue: Mutex<Option<mpsc::Sender<Box<dyn Job>>>>,
    stuck: watch::Receiver<bool>,
    ended: watch::Receiver<bool>,
}

impl Writer {
    pub(super) fn start(
        conn: Connection,
        vault: Arc<Vault>,
        waiting: usize,
        stats: Arc<Stats>,
    ) -> Result<(Self, watch::Receiver<i64>), StoreError> {
        let last: i64 = last_seq(&conn)?;
        let (queue, jobs) = mpsc::channel(waiting);
        let (seq, last_seq) = watch::channel(last);
        let (stuck_tell, stuck) = watch::channel(false);
        let (ended_tell, ended) = watch::channel(false);
        std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || {
                let _tell = TellEnd(ended_tell);
                Loop {
                    conn,
                    vault,

                    scrub: false,
                    stats,
                    seq,
                    stuck: stuck_tell,
                }
                .run(jobs);
            })
            .map_err(|_| StoreError::Stopping)?;
        Ok((
            Self {
                queue: Mutex::new(Some(queue)),
                stuck,
                ended,
            },
            last_seq,
        ))
    }

    pub(super) async fn write<T, E>(
        &self,
        work: impl FnMut(&mut Work<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let Some(queue) = self
            .queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
        else {
            return Err(StoreError::Stopping.into());
        };
        let (answer, outcome) = oneshot::channel();
        match queue.try_send(Box::new(Piece {
            work,
            outcome: None,
            answer,
        })) {
            Ok(()) => {}
            Err(mpsc::error::TrySendError::Full(_)) => return Err(StoreError::Busy.into()),
            Err(mpsc::error::TrySendError::Closed(_)) => return Err(StoreError::Stopping.into()),
        }
        drop(queue);
        outcome
            .await
            .unwrap_or_else(|_| Err(StoreError::Stopping.into()))
    }

    pub(super) fn is_stuck(&self) -> bool {
        *self.stuck.borrow()
    }

    /// How much work stands in the queue.
    #[cfg(test)]
    fn waiting(&self) -> usize {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue
            .as_ref()
            .map_or(0, |queue| queue.max_capacity() - queue.capacity())
    }

    pub(super) async fn stop(&self) {
        self.queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        self.ended().await;
    }

    pub(super) async fn ended(&self) {
        // An error means that the thread and its sender are gone: ended as well.
        let _ = self.ended.clone().wait_for(|ended| *ended).await;
    }
}

/// Says that the thread is over, also when it panics.
struct TellEnd(watch::Sender<bool>);

impl Drop for TellEnd {
    fn drop(&mut self) {
        self.0.send_replace(true);
    }
}

struct Loop {
    conn: Connection,
    vault: Arc<Vault>,
    /// The write-ahead log still holds what was removed.
    scrub: bool,
    stats: Arc<Stats>,
    seq: watch::Sender<i64>,
    /// The last transaction failed, and none has brought anything to the disk since.
    stuck: watch::Sender<bool>,
}

impl Loop {
    fn run(mut self, mut jobs: mpsc::Receiver<Box<dyn Job>>) {
        let mut group = Vec::with_capacity(GROUP);
        while !group.is_empty() || jobs.blocking_recv_many(&mut group, GROUP) > 0 {
            match self.commit(&mut group) {
                Ok(ran) => group.drain(..ran).for_each(|job| job.done(None)),
                Err(failure) if group.len() == 1 => {
                    group
                        .drain(..)
                        .for_each(|job| job.done(Some(clone_of(&failure))));
                }
                Err(_) => {
                    for job in group.drain(..) {
                        let mut alone = vec![job];
                        let failure = self.commit(&mut alone).err();
                        alone
                            .into_iter()
                            .for_each(|job| job.done(failure.as_ref().map(clone_of)));
                    }
                }
            }
        }
    }

    /// Says how many of the group, from its beginning, are on disk now.
    fn commit(&mut self, group: &mut [Box<dyn Job>]) -> Result<usize, StoreError> {
        let outcome = Self::transact(&mut self.conn, &self.vault, group);
        match outcome {
            Ok(Transacted {
                ran,
                kept,
                wrote,
                scrub,
                seq,
                flush,
                whole,
                sealing,
            }) => {
                if wrote {
                    self.stuck.send_replace(false);
                }
                self.scrub |= scrub;
                if self.scrub {
                    // A reader in the way ends soon; then the next one does it.
                    self.scrub = !erasure::scrub(&self.conn).unwrap_or(false);
                }
                self.stats.flushed_in(flush);
                let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
                tracing::debug!(
                    pieces = ran,
                    whole = micros(whole),
                    sealing = micros(sealing),
                    changes = kept,
                    "one flush to disk"
                );
                if flush > SLOW_FLUSH {
                    tracing::warn!(
                        millis = u64::try_from(flush.as_millis()).unwrap_or(u64::MAX),
                        "the disk is slow: everybody waited for one flush"
                    );
                }
                self.stats.commits.fetch_add(1, Ordering::Relaxed);
                self.stats.changes.fetch_add(kept, Ordering::Relaxed);
                self.seq
                    .send_if_modified(|last| std::mem::replace(last, seq) != seq);
                Ok(ran)
            }
            Err(failure) => {
                // What the vault took from this transaction never happened.
                self.vault.forget_since(0);
                self.stuck.send_replace(true);
                self.stats.failed_commits.fetch_add(1, Ordering::Relaxed);
                tracing::error!(
                    error = &failure as &dyn std::error::Error,
                    "could not commit; nothing was promised"
                );
                Err(failure)
            }
        }
    }

    fn transact(
        conn: &mut Connection,
        vault: &Vault,
        group: &mut [Box<dyn Job>],
    ) -> Result<Transacted, StoreError> {
        let begun = Instant::now();
        vault::spent();
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let book = Book::new(&tx, vault);
        let (mut ran, mut kept, mut wrote, mut scrub) = (0, 0, false, false);
        for job in group {
            if ran > 0 && begun.elapsed() > MOMENT {
                break;
            }
            ran += 1;
            tx.execute_batch("savepoint piece")?;
            let keys = vault.mark();
            let rows = tx.total_changes();
            let mut work = Work {
                tx: &book,
                kept: 0,
                scrub: false,
            };
            let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| job.run(&mut work)));
            if let Ok(true) = ran {
                kept += work.kept;
                wrote |= tx.total_changes() > rows;
                scrub |= work.scrub;
            } else {
                vault.forget_since(keys);
                tx.execute_batch("rollback to piece")?;
                book.undone();
            }
            tx.execute_batch("release piece")?;
        }
        let seq = last_seq(&tx)?;
        let flushing = Instant::now();
        // No row may be on the disk before the key that opens it.
        vault.settle()?;
        tx.commit()?;
        Ok(Transacted {
            ran,
            kept,
            wrote,
            scrub,
            seq,
            flush: flushing.elapsed(),
            whole: begun.elapsed(),
            sealing: vault::spent(),
        })
    }
}

/// One transaction that reached the disk.
struct Transacted {
    /// How many pieces of work are in it.
    ran: usize,
    /// How many changes they added to the log.
    kept: u64,
    /// Whether a row was touched: if none was, nothing is known about the disk.
    wrote: bool,
    /// Whether the write-ahead log has to be emptied.
    scrub: bool,
    /// The last number of the log.
    seq: i64,
    /// How long the disk took.
    flush: Duration,
    /// How long all of it took, and how much of that went into sealing.
    whole: Duration,
    sealing: Duration,
}

fn last_seq(conn: &Connection) -> Result<i64, StoreError> {
    Ok(
        conn.query_row("select coalesce(max(last_seq), 0) from event", [], |row| {
            row.get(0)
        })?,
    )
}

/// The same failure for each of those it hit. SQLite's own error cannot be
/// cloned; its code is what matters.
fn clone_of(failure: &StoreError) -> StoreError {
    match failure {
        StoreError::Sqlite(rusqlite::Error::SqliteFailure(code, _)) => {
            StoreError::Sqlite(rusqlite::Error::SqliteFailure(*code, None))
        }
        StoreError::Broken => StoreError::Broken,
        StoreError::Vault(VaultError::Io(cause)) => {
            StoreError::Vault(VaultError::Io(cause.kind().into()))
        }
        _ => StoreError::Stopping,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc as gate;

    use super::super::{Limits, Store};
    use super::*;
    use crate::vault::Root;

    fn store(folder: &tempfile::TempDir) -> Store {
        store_of(folder, None)
    }

    fn store_of(folder: &tempfile::TempDir, max_pages: Option<u32>) -> Store {
        drop(crate::vault::pretend(folder.path()));
        drop(super::super::open_database(folder.path()).unwrap());
        let root = Root::read(&folder.path().join("secret.key")).unwrap();
        let limits = Limits {
            waiting: 1_024,
            max_pages,
        };
        Store::open(folder.path(), root, limits, 0).unwrap()
    }

    /// Work that begins, says so, and goes on when it is told to.
    fn held(store: &Store) -> (Pending, gate::Receiver<()>, gate::Sender<()>) {
        let (began_tell, began) = gate::channel();
        let (go_on, told) = gate::channel();
        let store = store.clone();
        let work = tokio::spawn(async move {
            store
                .write::<_, StoreError>(move |_| {
                    began_tell.send(()).unwrap();
                    told.recv().unwrap();
                    Ok(())
                })
                .await
        });
        (work, began, go_on)
    }

    type Pending = tokio::task::JoinHandle<Result<(), StoreError>>;

    /// Puts work into the queue: polled once, it stands there.
    async fn queued(store: &Store, number: usize) -> Vec<Pending> {
        let (tell, mut stands) = mpsc::channel(number);
        let pending = (0..number)
            .map(|_| {
                let (store, tell) = (store.clone(), tell.clone());
                tokio::spawn(async move {
                    let work = store.write::<_, StoreError>(|_| Ok(()));
                    tokio::pin!(work);
                    std::future::poll_fn(|cx| {
                        assert!(work.as_mut().poll(cx).is_pending());
                        std::task::Poll::Ready(())
                    })
                    .await;
                    tell.send(()).await.unwrap();
                    work.await
                })
            })
            .collect();
        for _ in 0..number {
            stands.recv().await.unwrap();
        }
        pending
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn whoever_waits_during_a_flush_shares_the_next_one() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder);
        let (first, began, go_on) = held(&store);
        began.recv().unwrap();

        let crowd = queued(&store, 100).await;
        go_on.send(()).unwrap();

        first.await.unwrap().unwrap();
        for one in crowd {
            one.await.unwrap().unwrap();
        }
        // Two, unless this machine was too busy to run them all in a moment.
        let commits = store.stats().commits();
        assert!((2..=20).contains(&commits), "{commits} flushes for 101");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_first_of_a_crowd_does_not_wait_for_its_last() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder);
        let (opener, began, go_on) = held(&store);
        began.recv().unwrap();
        // These two stand in one group; the first takes longer than a moment.
        let (slow, slow_began, slow_go_on) = held(&store);
        while store.shared.writer.waiting() < 1 {
            tokio::task::yield_now().await;
        }
        let (last, last_began, last_go_on) = held(&store);
        while store.shared.writer.waiting() < 2 {
            tokio::task::yield_now().await;
        }
        go_on.send(()).unwrap();
        opener.await.unwrap().unwrap();
        slow_began.recv().unwrap();
        tokio::time::sleep(MOMENT * 2).await;
        slow_go_on.send(()).unwrap();

        // The last has not been told to go on, and holds up nobody.
        let answered = tokio::time::timeout(Duration::from_secs(20), slow).await;
        assert!(answered.is_ok(), "it waits for the last");
        last_began.recv().unwrap();
        last_go_on.send(()).unwrap();
        last.await.unwrap().unwrap();
        assert_eq!(store.stats().commits(), 3);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn work_that_runs_into_a_fault_takes_nobody_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder);
        let (opener, began, go_on) = held(&store);
        began.recv().unwrap();
        let faulty = {
            let store = store.clone();
            tokio::spawn(async move {
                store
                    .write::<(), StoreError>(|_| panic!("a fault on purpose"))
                    .await
            })
        };
        let others = queued(&store, 3).await;
        go_on.send(()).unwrap();

        opener.await.unwrap().unwrap();
        assert!(faulty.await.unwrap().is_err());
        for other in others {
            other.await.unwrap().unwrap();
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn that_nothing_could_be_written_is_known_until_something_is() {
        let folder = tempfile::tempdir().unwrap();
        let store = store_of(&folder, Some(100));
        let lay_down = |bytes: u32| {
            move |work: &mut Work<'_>| -> Result<(), StoreError> {
                let sql = "insert into filler (bytes) values (zeroblob(?1))";
                work.tx.execute(sql, [bytes])?;
                Ok(())
            }
        };
        let table = |work: &mut Work<'_>| -> Result<(), StoreError> {
            Ok(work.tx.execute_batch("create table filler (bytes blob)")?)
        };
        store.write(table).await.unwrap();
        assert!(!store.is_stuck());

        store.write(lay_down(1_000_000)).await.unwrap_err();
        assert!(store.is_stuck());

        // Neither of these leaves anything on the disk.
        store.write::<_, StoreError>(|_| Ok(())).await.unwrap();
        let undone = store.write::<(), _>(move |work| {
            lay_down(1)(work)?;
            Err(StoreError::Busy)
        });
        undone.await.unwrap_err();
        assert!(store.is_stuck());

        store.write(lay_down(1)).await.unwrap();
        assert!(!store.is_stuck());
    }
}
