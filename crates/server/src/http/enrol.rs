//! A device comes in: invite, keys, four words.

use std::sync::Arc;

use aws_lc_rs::agreement::{ECDH_P256, ParsedPublicKey, UnparsedPublicKey};
use axum::body::Bytes;
use prost::Message as _;
use safehall_sync::ids::{DeviceId, EventId, device_of};
use safehall_sync::{signing, wire};
use sha2::{Digest as _, Sha256};

use super::door::read;
use super::problem::Problem;
use crate::challenges::For;
use crate::ledger::What;
use crate::state::App;
use crate::store::devices::{self, Device, Standing};
use crate::store::ledger::{Entry, note};
use crate::store::{StoreError, events, invites, opening, staff};

/// `POST /v1/enrol/begin`: whose invite is this?
pub(super) async fn begin(app: Arc<App>, body: Bytes) -> Result<Vec<u8>, Problem> {
    let ask: wire::BeginEnrol = read(&body)?;
    let hash: [u8; 32] = ask
        .invite_hash
        .try_into()
        .map_err(|_| Problem::UNREADABLE)?;
    let now = app.now();
    let found = app
        .store
        .read::<_, StoreError>(move |conn| {
            let Some(invite) = invites::open(conn, &hash, now)? else {
                return Ok(None);
            };
            let Some(member) = staff::find(conn, &invite.staff)? else {
                return Ok(None);
            };
            let inviter = invite
                .made_by
                .map(|by| staff::find(conn, &by))
                .transpose()?
                .flatten();
            let label = devices::next_label(conn, &member)?;
            Ok(Some((member, inviter, label, events::present(conn)?)))
        })
        .await?;
    count(&app, found.is_some().then_some(&hash), now)?;
    let Some((member, inviter, device_label, event)) = found else {
        return Err(Problem::NO_INVITE);
    };
    let challenge = app
        .challenges
        .make(For::Enrol, &hash, now)
        .map_err(|_| Problem::BROKEN)?;
    let answer = wire::EnrolChallenge {
        challenge: challenge.to_vec(),
        event: app.event.id.to_vec(),
        event_name: event.name,
        staff_name: member.name,
        roles: member.roles,
        badge_label: member.badge_label,
        invited_by: inviter.map(|inviter| inviter.name).unwrap_or_default(),
        device_label,
        starts_at: app.event.starts_at,
        ends_at: app.event.ends_at,
        place: place_of(&event.pack),
    };
    Ok(answer.encode_to_vec())
}

/// `POST /v1/enrol/finish`: the keys, and the proof that they are this device's.
///
/// Safe to repeat with the same keys while the challenge is good: the answer
/// that was lost on the way is given again.
pub(super) async fn finish(app: Arc<App>, body: Bytes) -> Result<Vec<u8>, Problem> {
    let ask: wire::FinishEnrol = read(&body)?;
    let hash: [u8; 32] = Sha256::digest(&ask.invite_secret).into();
    let signing_key: [u8; 65] = point(&ask.signing_key)?;
    let agreement_key: [u8; 65] = point(&ask.agreement_key)?;
    if ask.invite_secret.len() != 16 || ask.app_version.len() > 32 || signing_key == agreement_key {
        return Err(Problem::UNREADABLE);
    }
    let now = app.now();
    let id = *device_of(&signing_key).as_bytes();
    let (repeated, open) = app
        .store
        .read::<_, StoreError>(move |conn| {
            let repeated = if invites::used_by(conn, &hash, &id)? {
                devices::find(conn, &id)?
            } else {
                None
            };
            Ok((repeated, invites::open(conn, &hash, now)?.is_some()))
        })
        .await?;
    let known = open || repeated.is_some();
    count(&app, known.then_some(&hash), now)?;
    let event = EventId::from_bytes(app.event.id);
    let said = signing::enrol(
        event,
        &ask.challenge,
        &ask.invite_secret,
        &signing_key,
        &agreement_key,
    );
    signing::verify(&signing_key, &said, &ask.signature).map_err(|_| Problem::BAD_PROOF)?;
    if let Some(device) = repeated {
        return Ok(enrolled(&app, &device));
    }
    if !app.challenges.take(For::Enrol, &hash, &ask.challenge, now) {
        return Err(Problem::BAD_PROOF);
    }
    let words = four_words(&said);
    let device = app
        .store
        .write(move |work| {
            let invite = invites::open(work.tx, &hash, now)?.ok_or(Problem::NO_INVITE)?;
            let member = staff::find(work.tx, &invite.staff)?.ok_or(Problem::NO_INVITE)?;
            if devices::find(work.tx, &id)?.is_some() {
                return Err(Problem::BAD_PROOF);
            }
            let device = Device {
                id,
                staff: member.id,
                label: devices::next_label(work.tx, &member)?,
                standing: if invite.needs_words {
                    Standing::Pending
                } else {
                    Standing::Active
                },
                signing_key,
                agreement_key,
                words: words.join(" "),
                app_version: ask.app_version.clone(),
                enrolled_at: now,
                last_seen: 0,
                unsent: 0,
                revoked_at: 0,
                wiped_at: 0,
            };
            devices::insert(work.tx, &device)?;
            invites::use_up(work.tx, &hash, &id, now)?;
            let enrolled = Entry {
                staff: Some(device.staff),
                device: Some(id),
                about_device: Some(id),
                ..Entry::of(What::DeviceEnrolled)
            };
            note(work.tx, &enrolled, now)?;
            opening::open_if_ready(work.tx, now)?;
            Ok::<_, Problem>(device)
        })
        .await?;
    tracing::info!(device.id = %crate::hex::encode(&id), state = device.standing.as_str(), "a device enrolled");
    Ok(enrolled(&app, &device))
}

/// `POST /v1/enrol/status`: am I let in yet?
pub(super) async fn status(app: Arc<App>, body: Bytes) -> Result<Vec<u8>, Problem> {
    let ask: wire::EnrolStatusAsk = read(&body)?;
    let id = DeviceId::try_from(ask.device.as_slice()).map_err(|_| Problem::UNREADABLE)?;
    let device = app
        .store
        .read(move |conn| devices::find(conn, id.as_bytes()))
        .await?;
    let said = signing::status(EventId::from_bytes(app.event.id), id);
    let state = match device {
        Some(device) if signing::verify(&device.signing_key, &said, &ask.signature).is_ok() => {
            match device.standing {
                Standing::Pending => wire::enrol_status::State::Pending,
                Standing::Active => wire::enrol_status::State::Active,
                Standing::Revoked => wire::enrol_status::State::Unknown,
            }
        }
        _ => wire::enrol_status::State::Unknown,
    };
    Ok(wire::EnrolStatus {
        state: state.into(),
    }
    .encode_to_vec())
}

/// Counts a call by the invite that it names, or as a guess if there is none.
fn count(app: &App, invite: Option<&[u8; 32]>, now: u64) -> Result<(), Problem> {
    let may = match invite {
        Some(invite) => app.attempts.enrol(invite, now),
        None => app.attempts.guess(now),
    };
    if may { Ok(()) } else { Err(Problem::TOO_OFTEN) }
}

fn enrolled(app: &App, device: &Device) -> Vec<u8> {
    wire::Enrolled {
        device: device.id.to_vec(),
        staff: device.staff.to_vec(),
        event: app.event.id.to_vec(),
        active: device.standing == Standing::Active,
        server_key: app.signet.public().to_vec(),
    }
    .encode_to_vec()
}

fn four_words(said: &[u8]) -> [&'static str; 4] {
    let digest = Sha256::new()
        .chain_update(b"safehall/words/v1\0")
        .chain_update(said)
        .finalize();
    let [a, b, c, d, e, ..] = <[u8; 32]>::from(digest);
    safehall_core::four_words([a, b, c, d, e])
}

/// An uncompressed point that lies on P-256.
fn point(bytes: &[u8]) -> Result<[u8; 65], Problem> {
    let point: [u8; 65] = bytes.try_into().map_err(|_| Problem::UNREADABLE)?;
    let key = UnparsedPublicKey::new(&ECDH_P256, &point);
    ParsedPublicKey::try_from(&key)
        .map(|_| point)
        .map_err(|_| Problem::UNREADABLE)
}

fn place_of(pack: &[u8]) -> String {
    wire::Pack::decode(pack)
        .ok()
        .and_then(|pack| pack.venue)
        .map(|venue| venue.name)
        .unwrap_or_default()
}
