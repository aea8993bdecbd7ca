//! `GET /v1/suggestions`: which cases may belong together.

use std::sync::Arc;

use axum::body::Bytes;
use prost::Message as _;
use safehall_core::access::{ListSuggestions, ReceiveDocument};
use safehall_core::suggest::{Reason, Suggestion, Verdict};
use safehall_sync::wire;
use safehall_sync::wire::suggestion::{self, Why};

use super::door::Asker;
use super::problem::Problem;
use crate::state::App;
use crate::store::{Book, log, rights};

/// The most suggestions in an answer, as `identity.proto` says.
const MOST: usize = 200;

pub(super) async fn list(
    app: Arc<App>,
    asker: Asker<ListSuggestions>,
    _: Bytes,
) -> Result<Vec<u8>, Problem> {
    let patterns = Arc::clone(&app.patterns);
    let found = app
        .store
        .read(move |conn| {
            asker.permit(conn, None, None)?;
            let cases = readable(conn, &asker)?;
            patterns.suggest(conn, &cases).map_err(Problem::from)
        })
        .await?;
    let suggestions = found.iter().take(MOST).map(told).collect();
    Ok(wire::Suggestions { suggestions }.encode_to_vec())
}

/// Each case that the asker may receive, with what belongs to it and may be received, too.
fn readable(
    conn: &Book<'_>,
    asker: &Asker<ListSuggestions>,
) -> Result<Vec<Vec<log::Listed>>, Problem> {
    let receives = asker.also::<ReceiveDocument>();
    let may = |id: &[u8; 16]| match receives.permit(conn, Some(id), None) {
        Ok(_) => Ok(true),
        Err(Problem::NOT_FOUND) => Ok(false),
        Err(problem) => Err(problem),
    };
    let mut readable = Vec::new();
    for case in rights::cases(conn)? {
        if may(&case)? {
            let mut documents = Vec::new();
            for document in log::of_case(conn, &case)? {
                if document.id == case || may(&document.id)? {
                    documents.push(document);
                }
            }
            readable.push(documents);
        }
    }
    Ok(readable)
}

fn told(found: &Suggestion) -> wire::Suggestion {
    let verdict = match found.verdict {
        Verdict::SameIncident => suggestion::Verdict::SameIncident,
        Verdict::SamePerson => suggestion::Verdict::SamePerson,
        Verdict::Look => suggestion::Verdict::Look,
    };
    let reason = |reason: &Reason| suggestion::Reason {
        why: why(*reason).into(),
        points: reason.points(),
    };
    wire::Suggestion {
        first: found.first.as_bytes().to_vec(),
        second: found.second.as_bytes().to_vec(),
        points: found.points,
        verdict: verdict.into(),
        reasons: found.reasons.iter().map(reason).collect(),
    }
}

const fn why(reason: Reason) -> Why {
    match reason {
        Reason::SameBadge => Why::SameBadge,
        Reason::BadgeLooksAlike => Why::BadgeLooksAlike,
        Reason::BadgeOneCharacter => Why::BadgeOneCharacter,
        Reason::SamePerson => Why::SamePerson,
        Reason::SameName => Why::SameName,
        Reason::SameLook => Why::SameLook,
        Reason::SameTime => Why::SameTime,
        Reason::WithinTwoHours => Why::WithinTwoHours,
        Reason::SamePlace => Why::SamePlace,
        Reason::SharedPerson => Why::SharedPerson,
        Reason::SharedSealedPerson => Why::SharedSealedPerson,
        Reason::SameCategory => Why::SameCategory,
        Reason::SameResponder => Why::SameResponder,
    }
}
