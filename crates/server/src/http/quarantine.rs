//! What was set aside, for the leads who may read the case it is about.

use std::sync::Arc;

use axum::body::Bytes;
use prost::Message as _;
use safehall_core::access::{JudgeQuarantine, ListQuarantine};
use safehall_sync::admission;
use safehall_sync::envelope::Body;
use safehall_sync::wire;

use super::door::{Asker, read};
use super::problem::Problem;
use crate::keep::{self, Papers};
use crate::ledger::What;
use crate::state::App;
use crate::store::ledger::{Entry, note};
use crate::store::quarantine::{self, Line};

/// The most lines in an answer.
const LINES: usize = 500;
/// The most characters of a change that are shown.
const PREVIEW: usize = 4_000;

/// `GET /v1/quarantine`.
pub(super) async fn list(
    app: Arc<App>,
    asker: Asker<ListQuarantine>,
    _: Bytes,
) -> Result<Vec<u8>, Problem> {
    let lines = app
        .store
        .read(move |conn| {
            asker.permit(conn, None, None)?;
            let judge = asker.also::<JudgeQuarantine>();
            let mut papers = Papers::default();
            let mut lines = Vec::new();
            for line in quarantine::waiting(conn)? {
                let facts = papers.of(conn, &line)?;
                if lines.len() < LINES && judge.permit_about(conn, facts.as_ref()).is_ok() {
                    lines.push(shown(&line));
                }
            }
            Ok::<_, Problem>(lines)
        })
        .await?;
    Ok(wire::Quarantine { lines }.encode_to_vec())
}

fn shown(line: &Line) -> wire::QuarantineLine {
    let body = Body::parse(&line.envelope).ok();
    let bytes = body.as_ref().map_or(0, |body| body.change.len());
    // A reporter's name is opened with a reason, and not here in passing.
    let is_a_name = line.kind == i32::from(wire::Kind::Identity);
    let preview = body
        .filter(|_| !is_a_name)
        .and_then(|body| admission::texts(&body.change, PREVIEW));
    wire::QuarantineLine {
        change_id: line.change_id.to_vec(),
        document: line.document.to_vec(),
        staff: line.staff.to_vec(),
        device: line.device.to_vec(),
        received_at: line.received_at,
        cause: line.cause.wire().into(),
        kind: line.kind,
        bytes: u32::try_from(bytes).unwrap_or(u32::MAX),
        preview: preview.unwrap_or_default(),
    }
}

/// `POST /v1/quarantine`: takes a change into the log, or lets go of it.
pub(super) async fn judge(
    app: Arc<App>,
    asker: Asker<JudgeQuarantine>,
    body: Bytes,
) -> Result<Vec<u8>, Problem> {
    let verdict: wire::QuarantineVerdict = read(&body)?;
    let change_id = verdict.change_id.as_slice().try_into();
    let change_id: [u8; 32] = change_id.map_err(|_| Problem::UNREADABLE)?;
    if verdict.admit {
        keep::admit(&app, asker, change_id).await?;
    } else {
        app.store
            .write(move |work| {
                let line = keep::permitted(work.tx, &asker, &change_id)?;
                quarantine::discard(work.tx, &change_id, asker.now)?;
                let noted = Entry {
                    document: Some(line.document),
                    person: Some(line.staff),
                    ..asker.entry(What::ChangeDiscarded)
                };
                note(work.tx, &noted, asker.now).map_err(Problem::from)
            })
            .await?;
    }
    Ok(wire::Empty {}.encode_to_vec())
}
