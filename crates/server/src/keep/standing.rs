//! Whether a change may be appended, as things stand: asked before anything is
//! tried, and once more in the transaction.

use std::collections::{BTreeMap, BTreeSet};

use safehall_core::access::{
    self, AppendChange, Denial, DeviceState, DocumentFacts, EventFacts, Facts, OpenDocument,
    Subject, permit,
};
use safehall_core::{DocumentId, StaffId};
use safehall_sync::admission::in_ones_own_name;
use safehall_sync::envelope::Body;
use safehall_sync::wire::{Kind, Reason, Restricted};

use super::aside;
use super::commit::Quota;
use super::door::{Checked, Letter};
use crate::store::quarantine::{self, Cause};
use crate::store::{Book, StoreError, devices, erasure, exclusions, log, opening, rights};

/// What is to be done with one change of a push.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Fate {
    /// It may be appended, if its document takes it.
    Open,
    /// It is in the log already.
    Kept,
    Refused(Reason),
    /// To be shown to the leads only.
    Aside(Cause),
    /// The same as the one at this place of the push.
    Twin(usize),
}

/// Decides about a whole push, each change as if those before it were kept.
pub(super) fn sift(
    conn: &Book<'_>,
    letters: &[Letter],
    speaker: &[u8; 16],
    quota: Quota,
    now: u64,
) -> Result<Vec<Fate>, StoreError> {
    let mut spent = quota.spent(conn, speaker, now)?;
    let mut seen: BTreeMap<[u8; 32], usize> = BTreeMap::new();
    let mut born: BTreeMap<[u8; 16], DocumentFacts> = BTreeMap::new();
    let mut fates = Vec::with_capacity(letters.len());
    for (place, letter) in letters.iter().enumerate() {
        let checked = match letter {
            Ok(checked) => checked,
            Err((_, reason)) => {
                fates.push(Fate::Refused(*reason));
                continue;
            }
        };
        let id = *checked.body.id.as_bytes();
        if let Some(first) = seen.get(&id) {
            fates.push(Fate::Twin(*first));
            continue;
        }
        seen.insert(id, place);
        let fate = if log::is_kept(conn, &id)? {
            Fate::Kept
        } else if quarantine::has(conn, &id)? {
            Fate::Refused(Reason::Quarantined)
        } else {
            match Standing::of(conn, checked, speaker, &mut born, now)? {
                Ok(_) if !spent.takes(checked.envelope.body.len()) => Fate::Refused(Reason::Quota),
                Ok(_) => Fate::Open,
                Err(fate) => fate,
            }
        };
        fates.push(fate);
    }
    Ok(fates)
}

/// Somebody who may append, and to what.
pub(super) struct Standing {
    pub(super) subject: Subject,
    pub(super) event: EventFacts,
    pub(super) facts: DocumentFacts,
    pub(super) is_new: bool,
}

impl Standing {
    /// Whether the signer may append this, which the speaker sent. `born` are
    /// documents that begin earlier in the same push; one that begins here comes
    /// to them.
    pub(super) fn of(
        conn: &Book<'_>,
        checked: &Checked,
        speaker: &[u8; 16],
        born: &mut BTreeMap<[u8; 16], DocumentFacts>,
        now: u64,
    ) -> Result<Result<Self, Fate>, StoreError> {
        let body = &checked.body;
        let document = *body.document.as_bytes();
        let Some(subject) = rights::subject(conn, &checked.signer, now)? else {
            return Ok(Err(Fate::Refused(Reason::WrongDevice)));
        };
        if let Some(reason) = erased(conn, body, &checked.signer, speaker)? {
            return Ok(Err(Fate::Refused(reason)));
        }
        let event = rights::event(conn, now)?;
        let device = subject.device_state;
        if device == DeviceState::Revoked && !devices::was_let_in(conn, &checked.signer)? {
            // Nobody ever said whose it is: it may not speak as that person, not even late.
            return Ok(Err(Fate::Refused(Reason::NotAllowed)));
        }
        let known = match rights::document(conn, &document)? {
            Some(facts) => Some(facts),
            None => born.get(&document).cloned(),
        };
        let known = match known {
            // It goes on where that device began, and lies where that lies.
            None if body.birth.is_none() && device == DeviceState::Revoked => {
                aside::known(conn, &document)?
            }
            known => known,
        };
        let is_new = known.is_none();
        if device == DeviceState::Revoked {
            case_set_aside(conn, body, born)?;
        }
        let facts = match known {
            Some(facts) => Some(facts),
            None => unborn(conn, body, subject.staff, born)?,
        };
        // No such document, or not for them: one answer.
        let Some(facts) = facts else {
            return Ok(Err(Fate::Refused(Reason::NotAllowed)));
        };
        // What a device signed before it was lost is judged as its owner's, and then set aside.
        let as_owner = Subject {
            device_state: match device {
                DeviceState::Revoked => DeviceState::Active,
                DeviceState::Active | DeviceState::Pending => device,
            },
            ..subject
        };
        let standing = Self {
            subject: as_owner,
            event,
            facts,
            is_new,
        };
        if let Err(denial) = standing.allowed(conn, now)? {
            if let Some(cause) = standing.lost(conn, &document, denial)? {
                if rights::kind(body.kind.into()) != Some(standing.facts.kind) {
                    // Nothing about this document: no lead is asked about it.
                    return Ok(Err(Fate::Refused(Reason::Malformed)));
                }
                return Ok(Err(Fate::Aside(cause)));
            }
            if !standing.vouched(conn, checked, speaker, denial, now)? {
                return Ok(Err(Fate::Refused(refusal(denial, &standing.facts))));
            }
        }
        let narrows = body
            .birth
            .as_ref()
            .filter(|birth| !birth.excluded.is_empty() || birth.restricted != Restricted::None);
        // Notice and duty are everybody's: one of them may not shut out another.
        let shuts_out = narrows.is_some() && matches!(body.kind, Kind::Notice | Kind::Duty);
        if shuts_out || rights::kind(body.kind.into()) != Some(standing.facts.kind) {
            return Ok(Err(Fate::Refused(Reason::Malformed)));
        }
        if let Err(reason) = in_ones_own_name(body, standing.subject.staff) {
            return Ok(Err(Fate::Refused(reason)));
        }
        if let Some(birth) = narrows.filter(|_| !standing.is_new) {
            let narrowed = exclusions::narrowed(&standing.facts, birth);
            if !narrowed.reaches_a_lead(&opening::leads(conn, now)?) {
                // The last lead who knew of the case is the reported person: these words wait for another.
                return Ok(Err(Fate::Refused(Reason::Held)));
            }
        }
        if standing.is_new {
            let facts = DocumentFacts {
                kept: true,
                ..standing.facts.clone()
            };
            born.insert(document, facts);
        }
        if device == DeviceState::Revoked {
            return Ok(Err(Fate::Aside(Cause::Revoked)));
        }
        if devices::is_frozen(conn, &checked.signer)? {
            return Ok(Err(Fate::Aside(Cause::Equivocation)));
        }
        Ok(Ok(standing))
    }

    /// As a lead decided about a change that was set aside: its author writes it,
    /// whether they still may or not.
    pub(super) fn by_a_lead(
        conn: &Book<'_>,
        checked: &Checked,
        now: u64,
    ) -> Result<Option<Self>, StoreError> {
        let body = &checked.body;
        let Some(subject) = rights::subject(conn, &checked.signer, now)? else {
            return Ok(None);
        };
        let known = rights::document(conn, body.document.as_bytes())?;
        let is_new = known.is_none();
        let facts = match known {
            Some(facts) => Some(facts),
            None => unborn(conn, body, subject.staff, &BTreeMap::new())?,
        };
        let event = rights::event(conn, now)?;
        let fits = facts.filter(|facts| rights::kind(body.kind.into()) == Some(facts.kind));
        Ok(fits.map(|facts| Self {
            subject,
            event,
            facts,
            is_new,
        }))
    }

    fn allowed(&self, conn: &Book<'_>, now: u64) -> Result<Result<(), Denial>, StoreError> {
        let leads = if self.is_new {
            opening::leads(conn, now)?
        } else {
            Vec::new()
        };
        let about = Facts {
            event: self.event,
            document: Some(&self.facts),
            person: None,
            arrival: None,
            leads: &leads,
        };
        Ok(if self.is_new {
            permit::<OpenDocument>(&self.subject, &about).map(drop)
        } else {
            permit::<AppendChange>(&self.subject, &about).map(drop)
        })
    }

    /// Whether the speaker may write there and so brings back, after a restore,
    /// what the log once took from somebody whose access it does not know any
    /// more. Who is kept away stays away, whoever carries their words.
    fn vouched(
        &self,
        conn: &Book<'_>,
        checked: &Checked,
        speaker: &[u8; 16],
        denial: Denial,
        now: u64,
    ) -> Result<bool, StoreError> {
        if *speaker == checked.signer || !matches!(denial, Denial::NotOnTeam | Denial::NoRight) {
            return Ok(false);
        }
        let Some(speaker) = rights::subject(conn, speaker, now)? else {
            return Ok(false);
        };
        let about = Facts {
            event: self.event,
            document: Some(&self.facts),
            person: None,
            arrival: None,
            leads: &[],
        };
        Ok(permit::<AppendChange>(&speaker, &about).is_ok())
    }

    /// Why somebody may not any more, if they once could. Whoever never could is
    /// not told that there is such a document.
    fn lost(
        &self,
        conn: &Book<'_>,
        document: &[u8; 16],
        denial: Denial,
    ) -> Result<Option<Cause>, StoreError> {
        let cause = match denial {
            Denial::Excluded => Cause::Excluded,
            Denial::NotOnTeam | Denial::NoRight => Cause::NotGranted,
            _ => return Ok(None),
        };
        let could = !self.is_new && rights::had_access(conn, document, &self.subject)?;
        Ok(could.then_some(cause))
    }
}

/// What the device is told. Why is nobody's business but the ledger's, with two
/// exceptions: what nobody may receive now is offered again later, and so is a
/// reporter's name whose case is not here. Whether there is such a case, and
/// whether the author is kept away from it, sounds the same.
fn refusal(denial: Denial, facts: &DocumentFacts) -> Reason {
    let waits_for_its_case = facts.kind == access::Kind::Identity && !facts.kept;
    match denial {
        Denial::Held => Reason::Held,
        Denial::Excluded | Denial::NoRight if waits_for_its_case => Reason::Held,
        Denial::DevicePending
        | Denial::DeviceRevoked
        | Denial::NotOnTeam
        | Denial::Excluded
        | Denial::EventNotOpen
        | Denial::EventOver
        | Denial::Unknown
        | Denial::NotThis
        | Denial::NoRight
        | Denial::LastLead
        | Denial::AnotherLead => Reason::NotAllowed,
    }
}

/// The answer to a change of something that was erased. Whoever had a copy is
/// told to drop it, and so is whoever shows what somebody else signed, which they
/// cannot have made up: a restored server may not know who had it. To everybody
/// else it never was.
pub(super) fn erased(
    conn: &Book<'_>,
    body: &Body,
    signer: &[u8; 16],
    speaker: &[u8; 16],
) -> Result<Option<Reason>, StoreError> {
    let parent = body.birth.as_ref().and_then(|birth| birth.parent);
    for id in std::iter::once(body.document).chain(parent) {
        if conn.vault.is_erased(id.as_bytes())? {
            let has_it = erasure::holds(conn, signer, id.as_bytes())?
                || devices::owner(conn, speaker)? != devices::owner(conn, signer)?;
            return Ok(Some(if has_it {
                Reason::Forgotten
            } else {
                Reason::NotAllowed
            }));
        }
    }
    Ok(None)
}

/// Counts the case of a reporter's name among the born if an earlier push left it
/// where only leads see it: the name goes there too, or a lost phone could never
/// hand it in.
fn case_set_aside(
    conn: &Book<'_>,
    body: &Body,
    born: &mut BTreeMap<[u8; 16], DocumentFacts>,
) -> Result<(), StoreError> {
    let Some(case) = body.birth.as_ref().and_then(|birth| birth.parent) else {
        return Ok(());
    };
    let case = case.as_bytes();
    if born.contains_key(case) || rights::document(conn, case)?.is_some() {
        return Ok(());
    }
    if let Some(facts) = aside::known(conn, case)? {
        born.insert(*case, facts);
    }
    Ok(())
}

/// A document before its first change is kept, as its birth describes it.
pub(super) fn unborn(
    conn: &Book<'_>,
    body: &Body,
    author: StaffId,
    born: &BTreeMap<[u8; 16], DocumentFacts>,
) -> Result<Option<DocumentFacts>, StoreError> {
    let Some(kind) = rights::kind(body.kind.into()) else {
        return Ok(None);
    };
    let (parent, restriction, mut excluded) = match &body.birth {
        Some(birth) => (
            birth.parent,
            i32::from(birth.restricted),
            birth
                .excluded
                .iter()
                .map(|staff| StaffId::from_bytes(*staff.as_bytes()))
                .collect::<BTreeSet<_>>(),
        ),
        // One of each per event, with an id that everybody can work out.
        None if matches!(body.kind, Kind::Notice | Kind::Duty) => (None, 0, BTreeSet::new()),
        None => return Ok(None),
    };
    let Some(restricted) = rights::restricted(restriction) else {
        return Ok(None);
    };
    excluded.extend(rights::excluded(conn, body.document.as_bytes())?);
    let case = match parent {
        Some(parent) => match rights::document(conn, parent.as_bytes())? {
            Some(case) => Some(Box::new(case)),
            None => born.get(parent.as_bytes()).cloned().map(Box::new),
        },
        None => None,
    };
    Ok(Some(DocumentFacts {
        id: DocumentId::from_bytes(*body.document.as_bytes()),
        kind,
        author,
        kept: false,
        restricted,
        excluded,
        grants: Vec::new(),
        case,
    }))
}
