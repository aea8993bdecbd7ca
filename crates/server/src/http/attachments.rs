//! `POST /v1/blobs/…`: photos and papers come in chunk by chunk, and go out to
//! whoever may receive their case.
//!
//! Whoever may not is told before anything is looked up or written, and as for a
//! case that is not here. See `docs/WIRE.md`.

use std::sync::Arc;

use axum::body::Bytes;
use prost::Message as _;
use safehall_core::access::{Act, Permit, ReadAttachment, SendAttachment};
use safehall_sync::attachment::Announced;
use safehall_sync::wire;

use super::door::{Asker, id, read as message};
use super::problem::Problem;
use crate::hex;
use crate::ledger::{Counted, What};
use crate::state::App;
use crate::store::Book;
use crate::store::attachments::{self, Full, Here, Sent};
use crate::store::ledger::{Entry, note};

/// `POST /v1/blobs/begin`: what is going to be sent. Says what of it is here.
pub(super) async fn begin(
    app: Arc<App>,
    asker: Asker<SendAttachment>,
    body: Bytes,
) -> Result<Vec<u8>, Problem> {
    let ask: wire::BlobBegin = message(&body)?;
    let case = id(&ask.document)?;
    let announced = Announced::read(&ask).ok_or(Problem::INVALID)?;
    let sending = Sending {
        app,
        asker,
        case,
        sha256: *announced.sha256(),
    };
    if let Some(sent) = sending.sent().await?
        && (sent.complete || sent.announced == announced)
    {
        return sending.answer(sent).await;
    }
    let (most, device, now) = (sending.app.config.attachment_bytes, asker.device, asker.now);
    let begun = sending.app.store.write(move |work| {
        let permit = asker.permit(work.tx, Some(&case), None)?;
        Ok::<_, Problem>(attachments::begin(
            work.tx, &permit, &device, &announced, most, now,
        )?)
    });
    if let Err(full) = begun.await? {
        sending.note_limit(full).await;
        return Err(refusal(full));
    }
    let sent = sending.sent().await?.ok_or(Problem::NOT_BEGUN)?;
    sending.answer(sent).await
}

/// `POST /v1/blobs/chunk`: the next part of it.
pub(super) async fn chunk(
    app: Arc<App>,
    asker: Asker<SendAttachment>,
    body: Bytes,
) -> Result<Vec<u8>, Problem> {
    let chunk: wire::BlobChunk = message(&body)?;
    let case = id(&chunk.document)?;
    let sending = Sending {
        app,
        asker,
        case,
        sha256: hash(&chunk.sha256)?,
    };
    let place = chunk.number;
    let sent = sending.sent().await?.ok_or(Problem::NOT_BEGUN)?;
    if sent.complete || sent.have.contains(&place) {
        return sending.answer(sent).await;
    }
    let bytes = chunk.bytes;
    let sealing = sending.app.store.read(move |conn| {
        let permit = asker.permit(conn, Some(&case), None)?;
        let chunk = attachments::seal(conn, &permit, &asker.device, &sent, place, &bytes)?;
        Ok::<_, Problem>((sent.announced, chunk.ok_or(Problem::WRONG_CHUNK)?))
    });
    let (announced, chunk) = sealing.await?;
    let most = sending.app.config.device_attachment_bytes_per_hour;
    let sha256 = sending.sha256;
    let kept = sending.app.store.write(move |work| {
        let permit = asker.permit(work.tx, Some(&case), None)?;
        let device = &asker.device;
        let sent = attachments::sent(work.tx, &permit, device, &sha256)?;
        let sent = sent.ok_or(Problem::NOT_BEGUN)?;
        // It may have been announced otherwise since.
        if sent.announced != announced {
            return Err(Problem::NOT_BEGUN);
        }
        let kept = attachments::keep(work.tx, &permit, device, &sent, &chunk, most, asker.now)?;
        Ok(kept)
    });
    if let Err(full) = kept.await? {
        sending.note_limit(full).await;
        return Err(refusal(full));
    }
    let sent = sending.sent().await?.ok_or(Problem::NOT_BEGUN)?;
    sending.answer(sent).await
}

/// `POST /v1/blobs/read`: one part of one that is here whole.
pub(super) async fn read(
    app: Arc<App>,
    asker: Asker<ReadAttachment>,
    body: Bytes,
) -> Result<Vec<u8>, Problem> {
    let ask: wire::BlobRead = message(&body)?;
    let case = id(&ask.document)?;
    let sha256 = hash(&ask.sha256)?;
    let place = ask.number;
    let known = app
        .store
        .read(move |conn| {
            let (permit, here) = here(conn, &asker, &case, &sha256)?;
            if here.known {
                part(conn, &permit, &here, place).map(Some)
            } else {
                Ok(None)
            }
        })
        .await?;
    if let Some(part) = known {
        return Ok(part.encode_to_vec());
    }
    // On disk before the first byte leaves.
    app.store
        .write(move |work| {
            let (permit, here) = here(work.tx, &asker, &case, &sha256)?;
            if attachments::note_reader(work.tx, &permit, &here)? {
                let entry = about(&asker, What::AttachmentRead, case);
                tell(work.tx, &entry, &sha256, asker.now)?;
            }
            Ok::<_, Problem>(())
        })
        .await?;
    let part = app
        .store
        .read(move |conn| {
            let (permit, here) = here(conn, &asker, &case, &sha256)?;
            part(conn, &permit, &here, place)
        })
        .await?;
    Ok(part.encode_to_vec())
}

/// The one that somebody asks for, if they may and it is here whole.
fn here(
    conn: &Book<'_>,
    asker: &Asker<ReadAttachment>,
    case: &[u8; 16],
    sha256: &[u8; 32],
) -> Result<(Permit<ReadAttachment>, Here), Problem> {
    let permit = asker.permit(conn, Some(case), None)?;
    let here = attachments::here(conn, &permit, sha256)?;
    Ok((permit, here.ok_or(Problem::NOT_HERE_YET)?))
}

fn part(
    conn: &Book<'_>,
    permit: &Permit<ReadAttachment>,
    here: &Here,
    place: u32,
) -> Result<wire::BlobPart, Problem> {
    attachments::part(conn, permit, here, place)?.ok_or(Problem::INVALID)
}

/// One attachment on its way from one device.
struct Sending {
    app: Arc<App>,
    asker: Asker<SendAttachment>,
    case: [u8; 16],
    sha256: [u8; 32],
}

impl Sending {
    /// How far it has come.
    async fn sent(&self) -> Result<Option<Sent>, Problem> {
        let (asker, case, sha256) = (self.asker, self.case, self.sha256);
        let read = self.app.store.read(move |conn| {
            let permit = asker.permit(conn, Some(&case), None)?;
            let sent = attachments::sent(conn, &permit, &asker.device, &sha256)?;
            Ok::<_, Problem>(sent)
        });
        read.await
    }

    /// What is here. If that is all, and nobody looked yet whether it is what it
    /// was announced as, somebody does now: also after a crash in between.
    async fn answer(&self, sent: Sent) -> Result<Vec<u8>, Problem> {
        if sent.complete || !sent.is_all_here() {
            return Ok(sent.wire().encode_to_vec());
        }
        let (asker, case, sha256) = (self.asker, self.case, self.sha256);
        let (sent, fits) = self
            .app
            .store
            .read(move |conn| {
                let permit = asker.permit(conn, Some(&case), None)?;
                let fits = attachments::is_whole(conn, &permit, &asker.device, &sent)?;
                Ok::<_, Problem>((sent, fits))
            })
            .await?;
        let settled = self.app.store.write(move |work| {
            let permit = asker.permit(work.tx, Some(&case), None)?;
            let now = attachments::sent(work.tx, &permit, &asker.device, &sha256)?;
            let now = now.ok_or(Problem::NOT_BEGUN)?;
            if now.complete {
                return Ok(Some(now));
            }
            // Each chunk is what its hash says, so the hashes decide for all of it.
            if now.announced != sent.announced || !now.is_all_here() {
                return Err(Problem::BUSY);
            }
            if !fits {
                attachments::discard(work.tx, &permit, &now)?;
                return Ok(None);
            }
            let whole = attachments::complete(work.tx, &permit, now, asker.now)?;
            let entry = about(&asker, What::AttachmentCame, case);
            tell(work.tx, &entry, &sha256, asker.now)?;
            Ok(Some(whole))
        });
        let whole = settled.await?.ok_or(Problem::WRONG_WHOLE)?;
        Ok(whole.wire().encode_to_vec())
    }

    /// Once an hour, for whoever stands at the server.
    async fn note_limit(&self, full: Full) {
        let (asker, now) = (self.asker, self.asker.now);
        let counts = full == Full::Device;
        if !counts || !self.app.once.one_more(Counted::Limit(asker.device), now) {
            return;
        }
        let noted = self.app.store.write(move |work| {
            let entry = asker.entry(What::LimitReached);
            note(work.tx, &entry, now)
        });
        if noted.await.is_err() {
            tracing::warn!("could not note in the ledger that a device sends too much");
        }
    }
}

fn hash(bytes: &[u8]) -> Result<[u8; 32], Problem> {
    bytes.try_into().map_err(|_| Problem::UNREADABLE)
}

const fn refusal(full: Full) -> Problem {
    match full {
        Full::Case => Problem::CASE_FULL,
        Full::Event => Problem::NO_ROOM,
        Full::Device => Problem::SENDS_TOO_MUCH,
    }
}

fn about<A: Act>(asker: &Asker<A>, what: What, case: [u8; 16]) -> Entry<'static> {
    Entry {
        document: Some(case),
        ..asker.entry(what)
    }
}

/// Which one it was is said by its hash, as it stands in the case.
fn tell(conn: &Book<'_>, entry: &Entry<'_>, sha256: &[u8; 32], now: u64) -> Result<(), Problem> {
    let hash = hex::encode(sha256);
    let entry = Entry {
        reason: Some(&hash),
        ..*entry
    };
    Ok(note(conn, &entry, now)?)
}
