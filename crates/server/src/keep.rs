//! From envelopes that a device sent to changes in the log.
//!
//! What needs no order is done first, beside all other devices: reading,
//! checking signatures. What does is done by the writer, one document after the
//! other, in the transaction that keeps the change.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use safehall_core::access::{
    AppendChange, DeviceState, DocumentFacts, Facts, OpenDocument, permit,
};
use safehall_core::{DocumentId, StaffId};
use safehall_sync::envelope::{self, Body};
use safehall_sync::wire::{Envelope, Kind, Reason, Restricted};

use crate::state::App;
use crate::store::{Book, StoreError, Work, devices, log, rights};

mod documents;
pub(crate) use documents::Documents;

/// What became of a push, change by change.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) kept: Vec<[u8; 32]>,
    pub(crate) refused: Vec<([u8; 32], Reason)>,
    /// When it reached the disk, milliseconds since 1970.
    pub(crate) received_at: u64,
}

/// An envelope that is what it says, signed by a device of this event.
struct Checked {
    body: Body,
    envelope: Envelope,
    signer: [u8; 16],
}

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
    let now = app.now();
    let event = app.event.id;
    let checked = app
        .store
        .read(move |conn| check(conn, &event, &device, envelopes))
        .await?;
    let app = Arc::clone(app);
    let store = app.store.clone();
    store
        .write(move |work| keep(&app, work, &device, &checked, now))
        .await
}

type Verdict = Result<Checked, ([u8; 32], Reason)>;

/// Reads and checks signatures, in no particular order and without the writer.
fn check(
    conn: &Book<'_>,
    event: &[u8; 16],
    speaker: &[u8; 16],
    envelopes: Vec<Envelope>,
) -> Result<Vec<Verdict>, StoreError> {
    let mut keys: BTreeMap<[u8; 16], Option<[u8; 65]>> = BTreeMap::new();
    let mut verdicts = Vec::with_capacity(envelopes.len());
    for envelope in envelopes {
        let id = *envelope::id_of(&envelope).as_bytes();
        let body = match Body::parse(&envelope) {
            Ok(body) if body.event.as_bytes() != event => Err(Reason::WrongEvent),
            Ok(body) => Ok(body),
            Err(error) => Err(error.reason()),
        };
        let body = match body {
            Ok(body) => body,
            Err(reason) => {
                verdicts.push(Err((id, reason)));
                continue;
            }
        };
        let signer = *body.device.as_bytes();
        let key = match keys.get(&signer) {
            Some(key) => *key,
            None => {
                let key = devices::find(conn, &signer)?.map(|device| device.signing_key);
                keys.insert(signer, key);
                key
            }
        };
        verdicts.push(match key {
            // Any phone may carry what another signed, if that one is known here.
            None if signer != *speaker => Err((id, Reason::WrongDevice)),
            None => Err((id, Reason::BadSignature)),
            Some(key) if envelope::verify(&envelope, &key).is_err() => {
                Err((id, Reason::BadSignature))
            }
            Some(_) => Ok(Checked {
                body,
                envelope,
                signer,
            }),
        });
    }
    Ok(verdicts)
}

/// Decides and writes, inside the writer's transaction.
fn keep(
    app: &App,
    work: &mut Work<'_>,
    speaker: &[u8; 16],
    checked: &[Verdict],
    now: u64,
) -> Result<Outcome, StoreError> {
    let mut outcome = Outcome {
        received_at: now,
        ..Outcome::default()
    };
    let hour_ago = now.saturating_sub(60 * 60 * 1_000);
    let (mut changes, mut bytes) = log::sent_since(work.tx, speaker, hour_ago)?;
    for verdict in checked {
        let checked = match verdict {
            Ok(checked) => checked,
            Err((id, reason)) => {
                outcome.refused.push((*id, *reason));
                continue;
            }
        };
        let id = *checked.body.id.as_bytes();
        if log::is_kept(work.tx, &id)? {
            outcome.kept.push(id);
            continue;
        }
        let size = u64::try_from(checked.envelope.body.len()).unwrap_or(u64::MAX);
        if changes >= app.config.device_changes_per_hour
            || bytes.saturating_add(size) > app.config.device_bytes_per_hour
        {
            outcome.refused.push((id, Reason::Quota));
            continue;
        }
        match keep_one(work, checked, now)? {
            Ok(()) => {
                changes += 1;
                bytes += size;
                work.kept += 1;
                outcome.kept.push(id);
            }
            Err(reason) => outcome.refused.push((id, reason)),
        }
    }
    Ok(outcome)
}

fn keep_one(
    work: &mut Work<'_>,
    checked: &Checked,
    now: u64,
) -> Result<Result<(), Reason>, StoreError> {
    let body = &checked.body;
    let document = *body.document.as_bytes();
    let Some(subject) = rights::subject(work.tx, &checked.signer)? else {
        return Ok(Err(Reason::WrongDevice));
    };
    if subject.device_state != DeviceState::Active {
        return Ok(Err(Reason::NotAllowed));
    }
    let event = rights::event(work.tx, now)?;
    let known = rights::document(work.tx, &document)?;
    let is_new = known.is_none();
    let facts = match known {
        Some(facts) => Some(facts),
        None => unborn(work.tx, body, subject.staff)?,
    };
    // No such document, or not for them: one answer.
    let Some(facts) = facts else {
        return Ok(Err(Reason::NotAllowed));
    };
    let about = Facts {
        event,
        document: Some(&facts),
        person: None,
    };
    let allowed = if is_new {
        permit::<OpenDocument>(&subject, &about).is_ok()
    } else {
        permit::<AppendChange>(&subject, &about).is_ok()
    };
    if !allowed {
        return Ok(Err(Reason::NotAllowed));
    }
    let excludes = body
        .birth
        .as_ref()
        .is_some_and(|birth| !birth.excluded.is_empty());
    if excludes && matches!(body.kind, Kind::Notice | Kind::Duty) {
        // These are everybody's: one of them may not shut out another.
        return Ok(Err(Reason::Malformed));
    }
    if rights::kind(body.kind.into()) != Some(facts.kind) {
        return Ok(Err(Reason::Malformed));
    }
    let admitted = match work.documents.admit(work.tx, body)? {
        Ok(admitted) => admitted,
        Err(reason) => return Ok(Err(reason)),
    };
    if is_new {
        bear(work.tx, body, &subject.staff, now)?;
    }
    log::append(
        work.tx,
        &log::NewChange {
            document: &document,
            device: &checked.signer,
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
    if let (false, Some(birth)) = (is_new, &body.birth)
        && (excludes || birth.restricted != Restricted::None)
    {
        let excluded = birth.excluded.iter().map(|staff| *staff.as_bytes());
        rights::narrow(work.tx, &document, birth.restricted.into(), excluded, now)?;
    }
    if body.kind == Kind::Identity {
        // A name stays with its author only until it is safe here.
        let kept = rights::document(work.tx, &document)?;
        if kept.is_some_and(|facts| rights::receives(&subject, event, &facts).is_none()) {
            rights::turn(work.tx, &document, subject.staff.as_bytes())?;
        }
    }
    Ok(Ok(()))
}

/// A document before its first change is kept, as its birth describes it.
fn unborn(
    conn: &Book<'_>,
    body: &Body,
    author: StaffId,
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
        Some(parent) => rights::document(conn, parent.as_bytes())?.map(Box::new),
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
