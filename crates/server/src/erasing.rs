//! Erasing a case in a running server: keys and rows, then everything that
//! remembers it.

use crate::state::App;
use crate::store::StoreError;
use crate::store::erasure::{self, Erased};

/// Carries out what was asked for. If it fails half-way it is finished by the
/// next round, or at the next start.
pub(crate) async fn erase(app: &App, case: [u8; 16], now: u64) -> Result<Erased, StoreError> {
    let erased = app
        .store
        .write::<_, StoreError>(move |work| {
            work.scrub = true;
            erasure::carry_out(work.tx, &case, now)
        })
        .await?;
    for document in &erased.documents {
        app.desks.forget(document);
        app.patterns.forget(document);
    }
    app.workers.dismiss();
    Ok(erased)
}

/// Finishes what failed half-way. Says how many cases there were.
pub(crate) async fn finish(app: &App, now: u64) -> Result<usize, StoreError> {
    let pending = app.store.read(erasure::pending).await?;
    for case in &pending {
        erase(app, *case, now).await?;
    }
    Ok(pending.len())
}
