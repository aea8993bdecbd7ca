//! From envelopes that a device sent to changes in the log.
//!
//! What needs no order is done first, beside all other devices: reading,
//! checking signatures, and a first decision. What may be appended as things
//! stand is judged by the rules of its document and then tried in a
//! [worker](crate::worker), one push after the other in each document. The
//! writer decides once more, in the transaction that keeps the change.
//!
//! Nothing is tried for somebody who may not write: a document that they may
//! not see and one that does not exist take the same time.

mod admit;
mod aside;
mod commit;
mod desks;
mod door;
mod inquest;
mod standing;
mod trying;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use safehall_sync::wire::{Earlier, Envelope, Reason};

use crate::ledger::{Counted, What};
use crate::state::App;
use crate::store::ledger::{Entry, Tally, held, note};
use crate::store::{StoreError, devices, log};
pub(crate) use admit::{admit, permitted};
pub(crate) use aside::Papers;
use commit::Judged;
pub(crate) use desks::Desks;
use door::Letter;
use standing::{Fate, sift};
use trying::Trouble;

/// What became of a push, change by change.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) kept: Vec<[u8; 32]>,
    pub(crate) refused: Vec<([u8; 32], Reason)>,
    /// When it reached the disk, milliseconds since 1970.
    pub(crate) received_at: u64,
    /// Of the kept ones, those that came through another device before, for the one that signed them.
    pub(crate) earlier: Vec<Earlier>,
}

/// A push is begun anew at most this often: each time at least one change that
/// killed a worker was found, or the log had grown behind its back.
const ROUNDS: usize = 6;

/// Keeps what may be kept. Returns only after it is on disk.
///
/// # Errors
///
/// Nothing of the push was written.
pub(crate) async fn push(
    app: &Arc<App>,
    device: [u8; 16],
    envelopes: Vec<Envelope>,
) -> Result<Outcome, StoreError> {
    take(app, device, None, envelopes).await
}

/// Keeps what `writer` would have said itself and `carrier` brought, who could not
/// read it. Nothing of it counts as the carrier's: neither that it has these
/// documents, nor a right of its own to write there, nor what it sends in an hour.
///
/// # Errors
///
/// Nothing of it was written.
pub(crate) async fn carried(
    app: &Arc<App>,
    writer: [u8; 16],
    carrier: [u8; 16],
    envelopes: Vec<Envelope>,
) -> Result<Outcome, StoreError> {
    let via = Some(carrier).filter(|carrier| *carrier != writer);
    take(app, writer, via, envelopes).await
}

async fn take(
    app: &Arc<App>,
    device: [u8; 16],
    via: Option<[u8; 16]>,
    envelopes: Vec<Envelope>,
) -> Result<Outcome, StoreError> {
    let (app, now) = (Arc::clone(app), app.now());
    // It is finished even if whoever asked hangs up: others wait behind it.
    let pushed = tokio::spawn(async move {
        let event = app.event.id;
        let letters = app
            .store
            .read(move |conn| door::check(conn, &event, &device, envelopes))
            .await?;
        let push = Push {
            letters: Arc::new(letters),
            speaker: device,
            via,
            now,
            app,
        };
        push.run().await
    });
    pushed.await.unwrap_or(Err(StoreError::Stopping))
}

/// One push on its way.
struct Push {
    app: Arc<App>,
    /// Whose line it came over, or would have.
    speaker: [u8; 16],
    /// Who brought it in the speaker's place, sealed.
    via: Option<[u8; 16]>,
    letters: Arc<Vec<Letter>>,
    now: u64,
}

impl Push {
    async fn run(&self) -> Result<Outcome, StoreError> {
        let mut killers = BTreeSet::new();
        let mut seen_apart = BTreeSet::new();
        for _ in 0..ROUNDS {
            let mut fates = self.sift(&killers).await?;
            let known = self.known(&fates);
            let documents = self.open_documents(&fates);
            if self
                .try_apart(&documents, &mut seen_apart, &mut killers)
                .await?
            {
                continue;
            }
            match self.round(&mut fates, documents).await? {
                Round::Done(mut outcome) => {
                    outcome.earlier = self.earlier(known).await?;
                    self.note_shown(&outcome).await?;
                    self.note_refused(&outcome).await;
                    return Ok(outcome);
                }
                Round::Moved => {}
                Round::Died(document, places) => {
                    killers.extend(self.inquest(document, &places).await?);
                }
            }
        }
        Err(StoreError::Busy)
    }

    /// The speaker's own changes that are in the log already.
    fn known(&self, fates: &[Fate]) -> Vec<[u8; 32]> {
        let letters = self.letters.iter().zip(fates);
        letters
            .filter(|(_, fate)| **fate == Fate::Kept)
            .filter_map(|(letter, _)| letter.as_ref().ok())
            .filter(|checked| checked.signer == self.speaker)
            .map(|checked| *checked.body.id.as_bytes())
            .collect()
    }

    /// Which of these another phone had brought.
    async fn earlier(&self, known: Vec<[u8; 32]>) -> Result<Vec<Earlier>, StoreError> {
        // A lost answer is rare, and only then is anything known.
        if known.is_empty() {
            return Ok(Vec::new());
        }
        let found = self.app.store.read(move |conn| log::earlier(conn, &known));
        found.await
    }

    /// Who shows what others wrote has it, though the ledger may not know it: they
    /// were given it before a restore. What they may not have now, they are told to
    /// forget, as nobody could tell them since.
    async fn note_shown(&self, outcome: &Outcome) -> Result<(), StoreError> {
        let kept: BTreeSet<[u8; 32]> = outcome.kept.iter().copied().collect();
        let others = self.letters.iter().flatten().filter(|checked| {
            checked.signer != self.speaker && kept.contains(checked.body.id.as_bytes())
        });
        let shown: BTreeSet<[u8; 16]> = others
            .map(|checked| *checked.body.document.as_bytes())
            .collect();
        if shown.is_empty() {
            return Ok(());
        }
        let (speaker, now) = (self.speaker, self.now);
        let fresh = self
            .app
            .store
            .read::<_, StoreError>(move |conn| held::not_held(conn, &speaker, shown))
            .await?;
        if fresh.is_empty() {
            return Ok(());
        }
        self.app
            .store
            .write(move |work| commit::shown(work.tx, &speaker, &fresh, now))
            .await
    }

    /// Tells the ledger what was refused for good. Nothing was written, so
    /// nothing hangs on it.
    async fn note_refused(&self, outcome: &Outcome) {
        let (app, now, speaker) = (&self.app, self.now, self.speaker);
        // In a parcel anybody can put whatever they like under somebody else's name.
        let carried = self.via.is_some();
        let counts_as = self.via.unwrap_or(speaker);
        let mut documents = BTreeMap::new();
        for letter in self.letters.iter().flatten() {
            let document = *letter.body.document.as_bytes();
            documents.insert(*letter.body.id.as_bytes(), (document, letter.signer));
        }
        let mut tally = Tally::default();
        let mut over = false;
        for (id, reason) in &outcome.refused {
            over |= *reason == Reason::Quota;
            let signed = documents.get(id).copied();
            if !is_for_now(*reason) && (signed.is_some() || !carried) {
                let (document, signer) = signed.unzip();
                tally.count(What::ChangesRefused, document, signer.unwrap_or(speaker));
            }
        }
        let over = over && app.once.one_more(Counted::Limit(speaker), now);
        let refused = !tally.is_empty() && app.once.one_more(Counted::Refused(counts_as), now);
        if !over && !refused {
            return;
        }
        let noted = app.store.write::<_, StoreError>(move |work| {
            if refused {
                tally.note(work.tx, now)?;
            }
            if over {
                let limit = Entry {
                    staff: devices::owner(work.tx, &speaker)?,
                    device: Some(speaker),
                    ..Entry::of(What::LimitReached)
                };
                note(work.tx, &limit, now)?;
            }
            Ok(())
        });
        if noted.await.is_err() {
            tracing::warn!("could not note in the ledger what was refused");
        }
    }

    /// Decides about each change as things stand, without the writer.
    async fn sift(&self, killers: &BTreeSet<usize>) -> Result<Vec<Fate>, StoreError> {
        let (letters, speaker, now) = (Arc::clone(&self.letters), self.speaker, self.now);
        let limits = commit::Quota::of(&self.app.config);
        let mut fates = self
            .app
            .store
            .read(move |conn| sift(conn, &letters, &speaker, limits, now))
            .await?;
        for place in killers {
            if fates[*place] == Fate::Open {
                fates[*place] = Fate::Aside(crate::store::quarantine::Cause::Unreadable);
            }
        }
        Ok(fates)
    }

    /// The open changes of each document, by their places.
    fn open_documents(&self, fates: &[Fate]) -> BTreeMap<[u8; 16], Vec<usize>> {
        let mut documents: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (place, (letter, fate)) in self.letters.iter().zip(fates).enumerate() {
            if let (Ok(checked), Fate::Open) = (letter, fate) {
                let document = *checked.body.document.as_bytes();
                documents.entry(document).or_default().push(place);
            }
        }
        documents
    }

    /// What somebody signed whose changes did harm before is tried by itself,
    /// before anybody has to wait for it. `true`: some of it does harm again.
    async fn try_apart(
        &self,
        documents: &BTreeMap<[u8; 16], Vec<usize>>,
        seen: &mut BTreeSet<usize>,
        killers: &mut BTreeSet<usize>,
    ) -> Result<bool, StoreError> {
        let before = killers.len();
        for (document, places) in documents {
            let lane = places.iter().find_map(|place| {
                let device = self.letters[*place].as_ref().ok()?.body.device;
                (!seen.contains(place)).then(|| self.app.workers.lane_of(device))?
            });
            if let Some(lane) = lane {
                let _lane = lane.lock().await;
                seen.extend(places);
                killers.extend(self.inquest(*document, places).await?);
            }
        }
        Ok(killers.len() > before)
    }

    /// Judges, tries and writes, with each document held until it is done.
    async fn round(
        &self,
        fates: &mut [Fate],
        documents: BTreeMap<[u8; 16], Vec<usize>>,
    ) -> Result<Round, StoreError> {
        if documents.is_empty() && !fates.iter().any(|fate| matches!(fate, Fate::Aside(_))) {
            return Ok(Round::Done(commit::answer(&self.letters, fates, self.now)));
        }
        let mut seats = self.app.desks.sit(documents).await;
        let mut admitted = BTreeMap::new();
        for seat in &mut seats {
            match self.judge(seat, fates, &mut admitted).await {
                Ok(()) => {}
                Err(Trouble::Died) => return Ok(Round::Died(seat.id, seat.places.clone())),
                Err(Trouble::Store(error)) => return Err(error),
            }
        }
        let judged = Judged {
            letters: Arc::clone(&self.letters),
            fates: fates.to_vec(),
            admitted,
            bases: seats
                .iter()
                .filter_map(|seat| Some((seat.id, seat.next.as_ref()?.last)))
                .collect(),
            quota: commit::Quota::of(&self.app.config),
            speaker: self.speaker,
            via: self.via,
            now: self.now,
        };
        let written = self.app.store.write(move |work| judged.write(work)).await?;
        for seat in seats {
            // A seat that is not settled is empty now, and filled from the log.
            if let Some(last) = written.lasts.get(&seat.id) {
                seat.settle(*last);
            }
        }
        Ok(if written.moved {
            Round::Moved
        } else {
            Round::Done(written.outcome)
        })
    }
}

/// Whether the device tries the same again, or leads hear of it elsewhere.
const fn is_for_now(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::Quota | Reason::NotSaved | Reason::Held | Reason::Quarantined
    )
}

enum Round {
    Done(Outcome),
    /// The log of a document was not what it was judged by; what was kept is kept.
    Moved,
    /// The worker died with these changes of this document.
    Died([u8; 16], Vec<usize>),
}
