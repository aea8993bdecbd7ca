//! A device shows who it is and gets a token for ten minutes.

use std::sync::Arc;

use axum::body::Bytes;
use prost::Message as _;
use safehall_sync::ids::{DeviceId, EventId};
use safehall_sync::{signing, wire};

use super::door::read;
use super::problem::Problem;
use crate::challenges::For;
use crate::state::App;
use crate::store::StoreError;
use crate::store::devices::{self, Standing};

/// `POST /v1/auth/challenge`. The same for every device, known or not.
pub(super) async fn challenge(app: Arc<App>, body: Bytes) -> Result<Vec<u8>, Problem> {
    let ask: wire::ChallengeAsk = read(&body)?;
    let device = DeviceId::try_from(ask.device.as_slice()).map_err(|_| Problem::UNREADABLE)?;
    let now = app.now();
    let challenge = app
        .challenges
        .make(For::Token, device.as_bytes(), now)
        .map_err(|_| Problem::BROKEN)?;
    Ok(wire::Challenge {
        challenge: challenge.to_vec(),
        server_time: now,
    }
    .encode_to_vec())
}

/// `POST /v1/auth/token`.
pub(super) async fn token(app: Arc<App>, body: Bytes) -> Result<Vec<u8>, Problem> {
    let ask: wire::TokenAsk = read(&body)?;
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
        .ok_or(Problem::BAD_PROOF)?;
    let said = signing::token(EventId::from_bytes(app.event.id), id, &ask.challenge);
    signing::verify(&device.signing_key, &said, &ask.signature).map_err(|_| Problem::BAD_PROOF)?;
    match device.standing {
        Standing::Active => {}
        Standing::Pending => return Err(Problem::BAD_PROOF),
        Standing::Revoked => return Err(Problem::REVOKED),
    }
    // After the proof: nobody but the device itself can use up its attempts.
    if !app.attempts.token(&device.id, now) {
        return Err(Problem::TOO_OFTEN);
    }
    let (token, expires_at) = app
        .tokens
        .issue(&device.id, &device.staff, &app.event.epoch, now)
        .map_err(|_| Problem::BROKEN)?;
    let (unsent, version) = (device.unsent, device.app_version);
    app.store
        .write::<_, StoreError>(move |work| {
            devices::seen(work.tx, id.as_bytes(), unsent, &version, now)
        })
        .await?;
    Ok(wire::Token {
        token,
        expires_at,
        server_time: now,
    }
    .encode_to_vec())
}
