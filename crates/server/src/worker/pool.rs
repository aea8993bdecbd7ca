//! The children together: who is asked, how many there are, and who waits apart.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use safehall_sync::ids::{DeviceId, DocumentId};
use safehall_sync::trial::{Answer, Chain, Question};
use safehall_sync::wire::Kind;
use tokio::sync::{Mutex as AsyncMutex, Semaphore};
use tokio::time::timeout;

use super::Spec;
use super::hand::Hand;

/// Children at once for devices whose changes did harm before.
const APART: usize = 2;

/// How much longer a child that stands last in line may take. What it is asked
/// decides whether a change is set aside, and it gets little of a busy machine:
/// what runs for ever is ended by its share of a processor, long before.
const PATIENCE_APART: u32 = 10;

/// Why there is no answer. Nothing was kept or refused.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The child died or took too long. It may have been the changes, or not.
    #[error("the child did not finish with the changes")]
    Died,
    /// There is no child, which has nothing to do with the changes.
    #[error("no child could be started")]
    NoChild(#[source] io::Error),
    /// The log of the document is needed, and did not come with the question.
    #[error("the child does not know the document")]
    NeedsLog,
}

/// What is asked about one document.
pub struct Asked<'a> {
    /// The document.
    pub document: DocumentId,
    /// Its kind.
    pub kind: Kind,
    /// What its log holds.
    pub base: Chain,
    /// The log's changes, if they are at hand.
    pub log: Option<&'a [bytes::Bytes]>,
    /// The changes to try.
    pub changes: &'a [bytes::Bytes],
    /// What the log holds with all of them.
    pub becomes: Chain,
}

/// See the [module documentation](super).
pub struct Workers {
    spec: Spec,
    idle: Mutex<Vec<Hand>>,
    places: Semaphore,
    apart: Semaphore,
    lanes: Mutex<BTreeMap<DeviceId, Arc<AsyncMutex<()>>>>,
    /// How often all children were let go.
    shifts: AtomicU64,
    hired: AtomicU64,
    died: AtomicU64,
}

impl Workers {
    /// No child yet: [`warm_up`](Self::warm_up) starts the first.
    #[must_use]
    pub fn new(spec: Spec) -> Self {
        Self {
            idle: Mutex::default(),
            places: Semaphore::new(spec.at_once),
            apart: Semaphore::new(APART),
            lanes: Mutex::default(),
            shifts: AtomicU64::new(0),
            hired: AtomicU64::new(0),
            died: AtomicU64::new(0),
            spec,
        }
    }

    /// Starts a child if none is waiting.
    ///
    /// # Errors
    ///
    /// [`Failure::NoChild`].
    pub async fn warm_up(&self) -> Result<(), Failure> {
        if self.idle().is_empty() {
            let hand = self.hire(false).await?;
            self.idle().push(hand);
        }
        Ok(())
    }

    /// How many children were started, and how many did not finish.
    pub fn counts(&self) -> (u64, u64) {
        (
            self.hired.load(Ordering::Relaxed),
            self.died.load(Ordering::Relaxed),
        )
    }

    /// Asks a child that is warm for the first change that does not hold.
    ///
    /// # Errors
    ///
    /// [`Failure`].
    pub async fn ask(&self, asked: &Asked<'_>) -> Result<Option<usize>, Failure> {
        let _place = self.places.acquire().await.map_err(closed)?;
        let shift = self.shifts.load(Ordering::Relaxed);
        let mut hand = match self.pick(asked) {
            Some(hand) => hand,
            None => self.hire(false).await?,
        };
        let answer = self.put(&mut hand, asked, self.spec.wall).await;
        let mut idle = self.idle();
        if !matches!(answer, Err(Failure::Died)) && shift == self.shifts.load(Ordering::Relaxed) {
            idle.push(hand);
        }
        drop(idle);
        answer
    }

    /// Asks a child that has seen nothing else and will see nothing else.
    ///
    /// # Errors
    ///
    /// [`Failure`].
    pub async fn ask_alone(&self, asked: &Asked<'_>) -> Result<Option<usize>, Failure> {
        let _place = self.apart.acquire().await.map_err(closed)?;
        let mut hand = self.hire(true).await?;
        self.put(&mut hand, asked, self.spec.wall * PATIENCE_APART)
            .await
    }

    /// Lets all children go: a document that they remember was erased. Whoever
    /// is asked just now goes after the answer.
    pub(crate) fn dismiss(&self) {
        let mut idle = self.idle();
        self.shifts.fetch_add(1, Ordering::Relaxed);
        idle.clear();
    }

    /// From now on what `device` signed is tried in a lane of its own.
    pub(crate) fn set_apart(&self, device: DeviceId) {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        lanes.entry(device).or_default();
    }

    /// The lane of a device that did harm: one trial at a time.
    pub(crate) fn lane_of(&self, device: DeviceId) -> Option<Arc<AsyncMutex<()>>> {
        let lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        lanes.get(&device).cloned()
    }

    async fn put(
        &self,
        hand: &mut Hand,
        asked: &Asked<'_>,
        patience: Duration,
    ) -> Result<Option<usize>, Failure> {
        let log: Option<Vec<&[u8]>> = match (hand.knows(asked.document, asked.base), asked.log) {
            (true, _) => None,
            (false, Some(log)) => Some(log.iter().map(AsRef::as_ref).collect()),
            (false, None) => return Err(Failure::NeedsLog),
        };
        let question = Question {
            document: asked.document,
            kind: asked.kind,
            base: asked.base,
            log,
            changes: asked.changes.iter().map(AsRef::as_ref).collect(),
        };
        let knows = question.log.is_none();
        match timeout(patience, hand.ask(&question, asked.becomes)).await {
            Ok(Ok(Answer::Holds)) => Ok(None),
            Ok(Ok(Answer::Breaks(place))) => Ok(Some(place)),
            Ok(Ok(Answer::Unknown)) if knows => Err(Failure::NeedsLog),
            // It is let go of, and that kills what still runs.
            Ok(Ok(Answer::Unknown) | Err(_)) | Err(_) => {
                self.died.fetch_add(1, Ordering::Relaxed);
                Err(Failure::Died)
            }
        }
    }

    /// One that knows the document if there is one, else the one that worked last.
    fn pick(&self, asked: &Asked<'_>) -> Option<Hand> {
        let mut idle = self.idle();
        let knows = |hand: &Hand| hand.knows(asked.document, asked.base);
        match idle.iter().position(knows) {
            Some(place) => Some(idle.remove(place)),
            None => idle.pop(),
        }
    }

    async fn hire(&self, last_in_line: bool) -> Result<Hand, Failure> {
        let patience = self.spec.wall * if last_in_line { PATIENCE_APART } else { 1 };
        let hired = timeout(patience, Hand::hire(&self.spec, last_in_line)).await;
        let hand = hired
            .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
            .map_err(Failure::NoChild)?;
        self.hired.fetch_add(1, Ordering::Relaxed);
        Ok(hand)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Hand>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Nobody closes these.
fn closed(_: tokio::sync::AcquireError) -> Failure {
    Failure::NoChild(io::ErrorKind::Other.into())
}
