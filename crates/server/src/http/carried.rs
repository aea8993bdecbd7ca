//! What one phone brings of another, and cannot read.
//!
//! Whoever brings it may be the very person that it is about. So one answer
//! stands for kept, refused and set aside; what it says beside that never
//! depends on a case; and it comes on the full second, whatever was done.

use std::sync::Arc;

use axum::body::Bytes;
use prost::Message as _;
use safehall_core::access::Carry;
use safehall_sync::carried::{self, Parcel};
use safehall_sync::envelope::Body;
use safehall_sync::wire::{self, Envelope, Reason};
use tokio::time::Instant;

use super::door::Asker;
use super::pace;
use super::problem::Problem;
use crate::keep;
use crate::state::App;
use crate::store::{StoreError, devices, opening};

/// `POST /v1/carried`.
///
/// # Errors
///
/// [`Problem::CANNOT_OPEN`] for what was not sealed to this server by a device
/// of this event.
pub(super) async fn carried(
    app: Arc<App>,
    asker: Asker<Carry>,
    body: Bytes,
) -> Result<Vec<u8>, Problem> {
    let came = Instant::now();
    app.store
        .read(move |conn| asker.permit(conn, None, None).map(drop))
        .await?;
    if !app.attempts.carried(&asker.device, asker.now) {
        return Err(Problem::TOO_OFTEN);
    }
    let parcel = carried::decode(&body).map_err(|_| Problem::CANNOT_OPEN)?;
    let envelopes = app
        .carry
        .open(&parcel)
        .and_then(|opened| carried::unpack(opened).ok())
        .ok_or(Problem::CANNOT_OPEN)?;
    let later = take(&app, &asker, &parcel, envelopes).await;
    pace::keep(came, app.config.carried_pace).await;
    Ok(wire::CarriedTaken { later: later? }.encode_to_vec())
}

/// Whether it should be brought again.
async fn take(
    app: &Arc<App>,
    asker: &Asker<Carry>,
    parcel: &Parcel,
    mut envelopes: Vec<Envelope>,
) -> Result<bool, Problem> {
    let (writer, staff) = (*parcel.device.as_bytes(), *parcel.staff.as_bytes());
    let owner = app
        .store
        .read::<_, StoreError>(move |conn| devices::owner(conn, &writer))
        .await?;
    if owner != Some(staff) {
        return Err(Problem::CANNOT_OPEN);
    }
    envelopes.retain(|one| Body::parse(one).is_ok_and(|body| body.device == parcel.device));
    let outcome = keep::carried(app, writer, asker.device, envelopes).await?;
    let refused = |reason| outcome.refused.iter().any(|(_, why)| *why == reason);
    if refused(Reason::NotSaved) || refused(Reason::Quota) {
        return Ok(true);
    }
    // Words that no lead may receive wait on the phone that wrote them: that the last
    // one who could is the person they are about must not be heard by that person. As
    // long as the event takes no reports at all, everybody knows why they wait.
    let open = app.store.read(opening::is_open).await?;
    Ok(refused(Reason::Held) && !open)
}
