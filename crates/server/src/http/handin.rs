//! The last word of a device that lost its access: what only it still holds,
//! and then that it emptied itself.

use std::sync::Arc;

use axum::body::Bytes;
use prost::Message as _;
use safehall_sync::envelope::{Body, id_of};
use safehall_sync::ids::{DeviceId, EventId};
use safehall_sync::wire::{self, Reason, Refusal};
use safehall_sync::{handin, signing};

use super::problem::Problem;
use super::routes::Answer;
use crate::challenges::For;
use crate::keep;
use crate::ledger::What;
use crate::state::App;
use crate::store::StoreError;
use crate::store::devices::{self, Standing};
use crate::store::ledger::{Entry, note};

/// `POST /v1/handin`.
///
/// # Errors
///
/// [`Problem::BAD_PROOF`] for everybody but a revoked device with its own proof.
pub(super) async fn handin(app: Arc<App>, body: Bytes) -> Result<Answer, Problem> {
    let ask = handin::decode(body).map_err(|_| Problem::UNREADABLE)?;
    let id = DeviceId::try_from(ask.device.as_slice()).map_err(|_| Problem::UNREADABLE)?;
    let now = app.now();
    if !app
        .challenges
        .take(For::Token, id.as_bytes(), &ask.challenge, now)
    {
        return Err(Problem::BAD_PROOF);
    }
    let device = app
        .store
        .read(move |conn| devices::find(conn, id.as_bytes()))
        .await?
        .filter(|device| device.standing == Standing::Revoked)
        .ok_or(Problem::BAD_PROOF)?;
    let bodies = ask.envelopes.iter().map(|envelope| envelope.body.as_ref());
    let event = EventId::from_bytes(app.event.id);
    let said = signing::handin(event, id, &ask.challenge, ask.wiped, bodies);
    signing::verify(&device.signing_key, &said, &ask.signature).map_err(|_| Problem::BAD_PROOF)?;
    // After the proof: nobody but the device itself can use up its attempts.
    if !app.attempts.token(&device.id, now) {
        return Err(Problem::TOO_OFTEN);
    }

    if ask.wiped {
        wiped(&app, device.id, device.staff, now).await?;
    }
    let mut handed = wire::HandedIn {
        wipe_order: app.signet.wipe_order(&device.id),
        ..wire::HandedIn::default()
    };
    // A device that lost its access carries nobody else's words.
    let is_its_own =
        |envelope: &wire::Envelope| Body::parse(envelope).is_ok_and(|body| body.device == id);
    let (own, others): (Vec<_>, Vec<_>) = ask.envelopes.into_iter().partition(is_its_own);
    handed
        .refusals
        .extend(others.iter().map(|envelope| Refusal {
            change_id: id_of(envelope).as_bytes().to_vec(),
            reason: Reason::WrongDevice.into(),
        }));
    if !own.is_empty() {
        let outcome = keep::push(&app, device.id, own).await?;
        let on_disk = |reason: Reason| reason == Reason::Quarantined;
        let kept = outcome.kept.iter().map(|id| id.to_vec());
        handed.change_ids.extend(kept);
        for (change_id, reason) in outcome.refused {
            if on_disk(reason) {
                handed.change_ids.push(change_id.to_vec());
            } else {
                handed.refusals.push(Refusal {
                    change_id: change_id.to_vec(),
                    reason: reason.into(),
                });
            }
        }
    }
    let body = handed.encode_to_vec();
    // Never without the device's own word for it: nobody empties somebody else's phone by an answer.
    Ok(if ask.wiped {
        Answer::clearing(body)
    } else {
        Answer::from(body)
    })
}

/// Notes that the device says it emptied itself. Only the first time counts.
async fn wiped(app: &App, device: [u8; 16], staff: [u8; 16], now: u64) -> Result<(), Problem> {
    app.store
        .write::<_, StoreError>(move |work| {
            if devices::wiped(work.tx, &device, now)? {
                let noted = Entry {
                    staff: Some(staff),
                    device: Some(device),
                    about_device: Some(device),
                    ..Entry::of(What::DeviceWiped)
                };
                note(work.tx, &noted, now)?;
            }
            Ok(())
        })
        .await?;
    Ok(())
}
