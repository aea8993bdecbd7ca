//! A lead erases a case, and everything that belongs to it.

use std::sync::Arc;

use axum::body::Bytes;
use prost::Message as _;
use safehall_core::access::EraseCase;
use safehall_sync::wire;

use super::door::{Asker, id, read};
use super::problem::Problem;
use crate::erasing;
use crate::ledger::What;
use crate::state::App;
use crate::store::erasure;
use crate::store::ledger::{Entry, REASON, note};

/// `POST /v1/erasures`. What is said here is final: the keys are destroyed.
///
/// If the answer is lost on its way, the case is erased all the same, and asking
/// again is answered as for any case that does not exist.
pub(super) async fn erase(
    app: Arc<App>,
    asker: Asker<EraseCase>,
    body: Bytes,
) -> Result<Vec<u8>, Problem> {
    let ask: wire::Erasure = read(&body)?;
    let case = id(&ask.document)?;
    let reason = ask.reason.trim().to_owned();
    if !(1..=REASON).contains(&reason.chars().count()) {
        return Err(Problem::INVALID);
    }
    let now = asker.now;
    app.store
        .write(move |work| {
            asker.permit(work.tx, Some(&case), None)?;
            let entry = Entry {
                document: Some(case),
                ..asker.entry(What::EraseBegun)
            };
            note(work.tx, &entry, now)?;
            erasure::intend(work.tx, &case, &asker.staff, &reason, now).map_err(Problem::from)
        })
        .await?;
    let erased = erasing::erase(&app, case, now).await?;
    tracing::info!(
        documents = erased.documents.len(),
        changes = erased.changes,
        "erased a case"
    );
    let count = u32::try_from(erased.documents.len()).unwrap_or(u32::MAX);
    let receipt = wire::ErasureReceipt {
        documents: count,
        changes: erased.changes,
        devices: erased.devices.into_iter().map(|id| id.to_vec()).collect(),
    };
    Ok(receipt.encode_to_vec())
}
