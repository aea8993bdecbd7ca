//! Judges the changes of one document by its rules, and has them tried.

use std::collections::BTreeMap;

use bytes::Bytes;
use safehall_sync::admission::{Admitted, DocumentState};
use safehall_sync::envelope::Body;
use safehall_sync::ids::DocumentId;
use safehall_sync::trial::Chain;
use safehall_sync::wire::{Kind, Reason};

use super::Push;
use super::desks::{Known, Seat};
use super::standing::Fate;
use crate::store::quarantine::Cause;
use crate::store::{Book, StoreError, log};
use crate::worker::{Asked, Failure};

/// Why a document could not be judged.
pub(super) enum Trouble {
    /// The worker died with what it was asked.
    Died,
    Store(StoreError),
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Push {
    /// Judges what is open at this seat. Afterwards what is still open holds.
    pub(super) async fn judge(
        &self,
        seat: &mut Seat,
        fates: &mut [Fate],
        admitted: &mut BTreeMap<usize, Admitted>,
    ) -> Result<(), Trouble> {
        let Some(kind) = self.kind_at(&seat.places) else {
            return Ok(());
        };
        loop {
            let known = match seat.take() {
                Some(known) => known,
                None => {
                    let (known, log) = self.load(seat.id, kind).await?;
                    seat.log = Some(log);
                    known
                }
            };
            let ruled = self.apply_rules(known, &seat.places, fates, admitted);
            if ruled.places.is_empty() {
                seat.next = Some(ruled.next);
                return Ok(());
            }
            let mut answer = self
                .app
                .workers
                .ask(&ruled.asked(seat.id, kind, seat.log.as_deref()))
                .await;
            if matches!(answer, Err(Failure::NeedsLog)) {
                let (_, log) = self.load(seat.id, kind).await?;
                answer = self
                    .app
                    .workers
                    .ask(&ruled.asked(seat.id, kind, Some(&log)))
                    .await;
            }
            match answer {
                Ok(None) => {
                    seat.next = Some(ruled.next);
                    return Ok(());
                }
                // Judged anew without it, and so without what builds on it.
                Ok(Some(at)) => fates[ruled.places[at]] = Fate::Refused(Reason::Malformed),
                Err(Failure::Died) => return Err(Trouble::Died),
                Err(failure @ (Failure::NoChild(_) | Failure::NeedsLog)) => {
                    tracing::error!(
                        error = &failure as &dyn std::error::Error,
                        "could not have changes tried; their devices keep them"
                    );
                    for place in ruled.places {
                        fates[place] = Fate::Refused(Reason::NotSaved);
                    }
                    return Ok(());
                }
            }
        }
    }

    /// The kind that the first of these changes says the document is of.
    pub(super) fn kind_at(&self, places: &[usize]) -> Option<Kind> {
        let first = self.letters[*places.first()?].as_ref().ok()?;
        Some(first.body.kind)
    }

    /// Reads the log of a document.
    pub(super) async fn load(
        &self,
        document: [u8; 16],
        kind: Kind,
    ) -> Result<(Known, Vec<Bytes>), StoreError> {
        let loaded = self.app.store.read(move |conn| load(conn, &document, kind));
        loaded.await
    }

    /// What the rules say of each open change, one after the other.
    pub(super) fn apply_rules(
        &self,
        known: Known,
        places: &[usize],
        fates: &mut [Fate],
        admitted: &mut BTreeMap<usize, Admitted>,
    ) -> Ruled {
        let mut ruled = Ruled {
            base: known.chain,
            next: known,
            places: Vec::new(),
            changes: Vec::new(),
        };
        for place in places {
            let (Ok(checked), Fate::Open) = (&self.letters[*place], &fates[*place]) else {
                continue;
            };
            match ruled.next.state.admit(&checked.body) {
                Ok(change) => {
                    ruled.next.chain = ruled.next.chain.and(&change.hash);
                    admitted.insert(*place, change);
                    ruled.places.push(*place);
                    ruled.changes.push(checked.body.change.clone());
                }
                Err(Reason::BadSequence) if ruled.next.state.equivocates(&checked.body) => {
                    fates[*place] = Fate::Aside(Cause::Equivocation);
                }
                Err(reason) => fates[*place] = Fate::Refused(reason),
            }
        }
        ruled
    }
}

/// What the rules let through.
pub(super) struct Ruled {
    base: Chain,
    pub(super) next: Known,
    pub(super) places: Vec<usize>,
    changes: Vec<Bytes>,
}

impl Ruled {
    pub(super) fn asked<'a>(
        &'a self,
        document: [u8; 16],
        kind: Kind,
        log: Option<&'a [Bytes]>,
    ) -> Asked<'a> {
        Asked {
            document: DocumentId::from_bytes(document),
            kind,
            base: self.base,
            log,
            changes: &self.changes,
            becomes: self.next.chain,
        }
    }
}

/// What the log says of one document. One that nobody wrote to has its birth
/// and nothing else.
fn load(conn: &Book<'_>, id: &[u8; 16], kind: Kind) -> Result<(Known, Vec<Bytes>), StoreError> {
    let mut kept = Vec::new();
    for envelope in log::envelopes(conn, id)? {
        let body = Body::parse(&envelope).map_err(|_| StoreError::Damaged("change"))?;
        kept.push((body.device, body.change));
    }
    let changes = kept
        .iter()
        .map(|(device, change)| (*device, change.as_ref()));
    let chain = log::hashes(conn, id)?
        .iter()
        .fold(Chain::born(), |chain, hash| chain.and(hash));
    let known = Known {
        state: DocumentState::rebuild(kind, changes),
        last: log::last_of(conn, id)?,
        chain,
    };
    Ok((known, kept.into_iter().map(|(_, change)| change).collect()))
}
