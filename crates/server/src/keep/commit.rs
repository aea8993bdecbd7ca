//! Decides once more and writes, inside the writer's transaction.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use safehall_core::StaffId;
use safehall_sync::admission::Admitted;
use safehall_sync::envelope::Body;
use safehall_sync::wire::{Kind, Reason, Restricted};

use super::Outcome;
use super::door::{Checked, Letter};
use super::standing::{Fate, Standing, erased};
use crate::config::Config;
use crate::ledger::What;
use crate::store::ledger::held::{self, Holder};
use crate::store::ledger::{Entry, Tally, case_of, note};
use crate::store::quarantine::{self, Cause};
use crate::store::{Book, StoreError, Work, devices, exclusions, log, rights, turns};

/// What one device may send in an hour.
#[derive(Clone, Copy)]
pub(super) struct Quota {
    changes: u32,
    bytes: u64,
}

/// What one device sent in the last hour.
pub(super) struct Spent {
    quota: Quota,
    changes: u32,
    bytes: u64,
}

impl Quota {
    pub(super) const fn of(config: &Config) -> Self {
        Self {
            changes: config.device_changes_per_hour,
            bytes: config.device_bytes_per_hour,
        }
    }

    pub(super) fn spent(
        self,
        conn: &Book<'_>,
        speaker: &[u8; 16],
        now: u64,
    ) -> Result<Spent, StoreError> {
        let (changes, bytes) = log::sent_between(conn, speaker, now.saturating_sub(HOUR), now)?;
        Ok(Spent {
            quota: self,
            changes,
            bytes,
        })
    }
}

const HOUR: u64 = 60 * 60 * 1_000;

impl Spent {
    /// Whether there is room for one more of this size, and then counts it.
    pub(super) fn takes(&mut self, size: usize) -> bool {
        let bytes = self
            .bytes
            .saturating_add(u64::try_from(size).unwrap_or(u64::MAX));
        let fits = self.changes < self.quota.changes && bytes <= self.quota.bytes;
        if fits {
            self.changes += 1;
            self.bytes = bytes;
        }
        fits
    }
}

/// A push that was judged and tried, as the writer gets it.
pub(super) struct Judged {
    pub(super) letters: Arc<Vec<Letter>>,
    pub(super) fates: Vec<Fate>,
    pub(super) admitted: BTreeMap<usize, Admitted>,
    /// The last number of each document's log, as it was judged by.
    pub(super) bases: BTreeMap<[u8; 16], i64>,
    pub(super) quota: Quota,
    pub(super) speaker: [u8; 16],
    /// As in the push.
    pub(super) via: Option<[u8; 16]>,
    pub(super) now: u64,
}

/// What the writer did.
pub(super) struct Written {
    pub(super) outcome: Outcome,
    /// The last number of each document in which all that was judged is kept.
    pub(super) lasts: BTreeMap<[u8; 16], i64>,
    /// A log was not what it was judged by.
    pub(super) moved: bool,
}

impl Judged {
    pub(super) fn write(&self, work: &mut Work<'_>) -> Result<Written, StoreError> {
        let mut spent = self.quota.spent(work.tx, &self.speaker, self.now)?;
        let mut lasts = BTreeMap::new();
        let mut stale = BTreeSet::new();
        for (document, base) in &self.bases {
            if log::last_of(work.tx, document)? == *base {
                lasts.insert(*document, *base);
            } else {
                stale.insert(*document);
            }
        }
        let moved = !stale.is_empty();
        let mut fates = self.fates.clone();
        let mut tally = Tally::default();
        let mut fresh = Vec::new();
        for (place, letter) in self.letters.iter().enumerate() {
            let Ok(checked) = letter else { continue };
            let document = *checked.body.document.as_bytes();
            if fates[place] == Fate::Open {
                fates[place] = if stale.contains(&document) {
                    // What it builds on was not kept after all.
                    Fate::Refused(Reason::NotSaved)
                } else {
                    self.append(work, place, checked, &mut spent, &mut lasts)?
                };
                if fates[place] == Fate::Kept {
                    fresh.push(document);
                    tally.count(What::ChangesKept, Some(document), checked.signer);
                }
                if fates[place] != Fate::Kept {
                    stale.insert(document);
                }
            }
            if let Fate::Aside(cause) = fates[place] {
                fates[place] = self.set_aside(work.tx, checked, cause)?;
            }
        }
        self.note_asides(work.tx, &fates)?;
        tally.note(work.tx, self.now)?;
        if let Some(via) = self.via {
            self.note_carried(work.tx, &fresh, via)?;
        }
        lasts.retain(|document, _| !stale.contains(document));
        Ok(Written {
            outcome: answer(&self.letters, &fates, self.now),
            lasts,
            moved,
        })
    }

    /// Tells each case how what is new in it came here. `fresh`: the document of each change.
    fn note_carried(
        &self,
        conn: &Book<'_>,
        fresh: &[[u8; 16]],
        via: [u8; 16],
    ) -> Result<(), StoreError> {
        let mut cases: BTreeMap<[u8; 16], usize> = BTreeMap::new();
        for document in fresh {
            // What is everybody's is no case.
            if let Some(case) = case_of(conn, document)? {
                *cases.entry(case).or_default() += 1;
            }
        }
        for (case, count) in cases {
            let carried = Entry {
                staff: devices::owner(conn, &self.speaker)?,
                device: Some(self.speaker),
                document: Some(case),
                person: devices::owner(conn, &via)?,
                about_device: Some(via),
                count: Some(count),
                ..Entry::of(What::ChangesCarried)
            };
            note(conn, &carried, self.now)?;
        }
        Ok(())
    }

    /// Freezes who showed two changes under one number, once the rest of the push
    /// is judged, and tells the leads what waits for them.
    fn note_asides(&self, conn: &Book<'_>, fates: &[Fate]) -> Result<(), StoreError> {
        let mut waiting: BTreeMap<([u8; 16], [u8; 16]), usize> = BTreeMap::new();
        for (place, fate) in fates.iter().enumerate() {
            let (Fate::Aside(cause), Ok(checked)) = (fate, &self.letters[place]) else {
                continue;
            };
            let document = *checked.body.document.as_bytes();
            *waiting.entry((document, checked.signer)).or_default() += 1;
            match cause {
                Cause::Equivocation if devices::freeze(conn, &checked.signer, self.now)? => {
                    let frozen = Entry {
                        about_device: Some(checked.signer),
                        ..Entry::of(What::DeviceFrozen)
                    };
                    note(conn, &frozen, self.now)?;
                }
                Cause::Unreadable => {
                    let died = Entry {
                        document: Some(document),
                        ..Entry::of(What::WorkerDied)
                    };
                    note(conn, &died, self.now)?;
                }
                Cause::Revoked | Cause::Excluded | Cause::NotGranted | Cause::Equivocation => {}
            }
        }
        for ((document, device), count) in waiting {
            let waits = Entry {
                device: Some(device),
                document: Some(document),
                about_device: self.via,
                count: Some(count),
                ..Entry::of(What::ChangesQuarantined)
            };
            note(conn, &waits, self.now)?;
        }
        Ok(())
    }

    /// Puts a change where only leads see it, unless its device has too much there, or
    /// its case was erased since it was looked at.
    fn set_aside(
        &self,
        conn: &Book<'_>,
        checked: &Checked,
        cause: Cause,
    ) -> Result<Fate, StoreError> {
        if let Some(reason) = erased(conn, &checked.body, &checked.signer, &self.speaker)? {
            return Ok(Fate::Refused(reason));
        }
        let line = quarantine::New {
            change_id: *checked.body.id.as_bytes(),
            document: *checked.body.document.as_bytes(),
            device: checked.signer,
            kind: checked.body.kind.into(),
            cause,
            envelope: &checked.envelope,
        };
        Ok(if quarantine::insert(conn, &line, self.now)? {
            Fate::Aside(cause)
        } else {
            Fate::Refused(Reason::Quota)
        })
    }

    fn append(
        &self,
        work: &mut Work<'_>,
        place: usize,
        checked: &Checked,
        spent: &mut Spent,
        lasts: &mut BTreeMap<[u8; 16], i64>,
    ) -> Result<Fate, StoreError> {
        let Some(admitted) = self.admitted.get(&place) else {
            return Ok(Fate::Refused(Reason::NotSaved));
        };
        let standing = match Standing::of(
            work.tx,
            checked,
            &self.speaker,
            &mut BTreeMap::new(),
            self.now,
        )? {
            Ok(standing) => standing,
            Err(fate) => return Ok(fate),
        };
        if !spent.takes(checked.envelope.body.len()) {
            return Ok(Fate::Refused(Reason::Quota));
        }
        let seq = keep(work, checked, self.via, admitted, &standing, self.now)?;
        lasts.insert(*checked.body.document.as_bytes(), seq);
        Ok(Fate::Kept)
    }
}

/// What the device is told.
pub(super) fn answer(letters: &[Letter], fates: &[Fate], now: u64) -> Outcome {
    let mut outcome = Outcome {
        received_at: now,
        ..Outcome::default()
    };
    for (letter, fate) in letters.iter().zip(fates) {
        let id = match letter {
            Ok(checked) => *checked.body.id.as_bytes(),
            Err((id, _)) => *id,
        };
        let fate = match fate {
            Fate::Twin(first) => &fates[*first],
            fate => fate,
        };
        match fate {
            Fate::Kept => outcome.kept.push(id),
            Fate::Refused(reason) => outcome.refused.push((id, *reason)),
            Fate::Aside(_) => outcome.refused.push((id, Reason::Quarantined)),
            Fate::Open | Fate::Twin(_) => {
                outcome.refused.push((id, Reason::NotSaved));
            }
        }
    }
    outcome
}

/// Writes one change into the log, and what it says of its document beside it.
pub(super) fn keep(
    work: &mut Work<'_>,
    checked: &Checked,
    via: Option<[u8; 16]>,
    admitted: &Admitted,
    standing: &Standing,
    now: u64,
) -> Result<i64, StoreError> {
    let body = &checked.body;
    let document = *body.document.as_bytes();
    let Standing {
        subject,
        event,
        is_new,
        ..
    } = standing;
    if *is_new {
        bear(work.tx, body, &subject.staff, now)?;
        note_birth(work.tx, checked, &subject.staff, now)?;
    }
    let seq = log::append(
        work.tx,
        &log::NewChange {
            document: &document,
            device: &checked.signer,
            via: via.as_ref(),
            change_id: body.id.as_bytes(),
            hash: &admitted.hash,
            actor: &admitted.actor,
            actor_seq: admitted.seq,
            start_op: admitted.start_op,
            max_op: admitted.max_op,
            envelope: &checked.envelope,
        },
        now,
    )?;
    work.kept += 1;
    if let (false, Some(birth)) = (*is_new, &body.birth)
        && (!birth.excluded.is_empty() || birth.restricted != Restricted::None)
    {
        exclusions::narrow(work.tx, &document, birth, now)?;
        let narrowed = Entry {
            staff: Some(*subject.staff.as_bytes()),
            device: Some(checked.signer),
            document: Some(document),
            ..Entry::of(What::CaseRestricted)
        };
        note(work.tx, &narrowed, now)?;
    }
    if body.kind == Kind::Identity {
        // A name stays with its author only until it is safe here.
        let kept = rights::document(work.tx, &document)?;
        if kept.is_some_and(|facts| rights::receives(subject, *event, &facts).is_none()) {
            turns::turn(work.tx, &document, subject.staff.as_bytes())?;
        }
    }
    Ok(seq)
}

/// Notes that a device has these documents, and turns it away from those that
/// its owner may not have now.
pub(super) fn shown(
    conn: &Book<'_>,
    device: &[u8; 16],
    documents: &[[u8; 16]],
    now: u64,
) -> Result<(), StoreError> {
    let Some(subject) = rights::subject(conn, device, now)? else {
        return Ok(());
    };
    let holder = Holder {
        staff: *subject.staff.as_bytes(),
        device: *device,
    };
    held::give(conn, holder, documents, now)?;
    let event = rights::event(conn, now)?;
    for document in documents {
        let facts = rights::document(conn, document)?;
        if facts.is_some_and(|facts| rights::receives(&subject, event, &facts).is_none()) {
            turns::turn(conn, document, &holder.staff)?;
        }
    }
    Ok(())
}

/// Notes that there is a document now, and whom it was born to be kept from.
fn note_birth(
    conn: &Book<'_>,
    checked: &Checked,
    author: &StaffId,
    now: u64,
) -> Result<(), StoreError> {
    let born = Entry {
        staff: Some(*author.as_bytes()),
        device: Some(checked.signer),
        document: Some(*checked.body.document.as_bytes()),
        ..Entry::of(What::DocumentMade)
    };
    note(conn, &born, now)?;
    let birth = checked.body.birth.as_ref();
    for staff in birth.iter().flat_map(|birth| &birth.excluded) {
        let excluded = Entry {
            person: Some(*staff.as_bytes()),
            what: What::Excluded,
            ..born
        };
        note(conn, &excluded, now)?;
    }
    Ok(())
}

/// Writes down what a birth says, before anybody is handed a byte.
fn bear(conn: &Book<'_>, body: &Body, author: &StaffId, now: u64) -> Result<(), StoreError> {
    let document = *body.document.as_bytes();
    let birth = body.birth.as_ref();
    log::insert_document(
        conn,
        &log::NewDocument {
            id: document,
            kind: body.kind.into(),
            parent: birth
                .and_then(|birth| birth.parent)
                .map(|parent| *parent.as_bytes()),
            author: *author.as_bytes(),
            restricted: birth.map_or(0, |birth| birth.restricted.into()),
        },
        now,
    )?;
    for staff in birth.iter().flat_map(|birth| &birth.excluded) {
        log::insert_exclusion(conn, &document, staff.as_bytes(), now)?;
    }
    Ok(())
}
