//! A lead takes a change into the log that was set aside.
//!
//! It goes the way of every other: the rules, the trial, the transaction. Only
//! its author's right to write is the lead's to give now.

use std::collections::BTreeMap;
use std::sync::Arc;

use safehall_core::access::JudgeQuarantine;
use safehall_sync::envelope::Body;

use super::commit;
use super::door::Checked;
use super::standing::{Fate, Standing};
use super::trying::Trouble;
use super::{Papers, Push};
use crate::http::door::Asker;
use crate::http::problem::Problem;
use crate::ledger::What;
use crate::state::App;
use crate::store::ledger::{Entry, note};
use crate::store::quarantine::{self, Cause, Line};
use crate::store::{Book, devices, log};

/// Takes the change into the log as its author's. Returns after it is on disk.
///
/// # Errors
///
/// [`Problem::NOT_FOUND`] if nothing of that name waits, or not for this lead;
/// [`Problem::DOES_NOT_FIT`] if it cannot follow what is in the log. It waits on.
pub(crate) async fn admit(
    app: &Arc<App>,
    asker: Asker<JudgeQuarantine>,
    change_id: [u8; 32],
) -> Result<(), Problem> {
    let app = Arc::clone(app);
    let admitting = tokio::spawn(async move {
        let line = app
            .store
            .read(move |conn| permitted(conn, &asker, &change_id))
            .await?;
        run(app, asker, line).await
    });
    admitting.await.unwrap_or(Err(Problem::BUSY))
}

/// What waits under this name, for a lead who may decide about it.
pub(crate) fn permitted(
    conn: &Book<'_>,
    asker: &Asker<JudgeQuarantine>,
    change_id: &[u8; 32],
) -> Result<Line, Problem> {
    let line = quarantine::find(conn, change_id)?.ok_or(Problem::NOT_FOUND)?;
    let facts = Papers::default().of(conn, &line)?;
    asker.permit_about(conn, facts.as_ref())?;
    Ok(line)
}

async fn run(app: Arc<App>, asker: Asker<JudgeQuarantine>, line: Line) -> Result<(), Problem> {
    let body = Body::parse(&line.envelope).map_err(|_| Problem::DOES_NOT_FIT)?;
    let (document, cause) = (line.document, line.cause);
    let checked = Checked {
        body,
        envelope: line.envelope,
        signer: line.device,
    };
    let push = Push {
        letters: Arc::new(vec![Ok(checked)]),
        speaker: line.device,
        via: None,
        now: asker.now,
        app: Arc::clone(&app),
    };
    let mut seats = app.desks.sit(BTreeMap::from([(document, vec![0])])).await;
    let mut fates = [Fate::Open];
    let mut admitted = BTreeMap::new();
    for seat in &mut seats {
        match push.judge(seat, &mut fates, &mut admitted).await {
            Ok(()) => {}
            Err(Trouble::Died) => return Err(Problem::DOES_NOT_FIT),
            Err(Trouble::Store(error)) => return Err(error.into()),
        }
    }
    let change = admitted.remove(&0).filter(|_| fates[0] == Fate::Open);
    // A second change under one number never fits. Admitting it says that the
    // device may write on; its words are in its owner's tray.
    if change.is_none() && cause != Cause::Equivocation {
        return Err(match fates[0] {
            Fate::Refused(safehall_sync::wire::Reason::NotSaved) => Problem::BUSY,
            _ => Problem::DOES_NOT_FIT,
        });
    }
    let base = seats
        .iter()
        .find_map(|seat| seat.next.as_ref())
        .map(|next| next.last);
    let letters = Arc::clone(&push.letters);
    let last = app
        .store
        .write(move |work| {
            let line = permitted(work.tx, &asker, &line.change_id)?;
            let mut last = None;
            if let (Some(change), [Ok(checked)]) = (&change, letters.as_slice()) {
                if Some(log::last_of(work.tx, &line.document)?) != base {
                    return Err(Problem::BUSY);
                }
                let standing = Standing::by_a_lead(work.tx, checked, asker.now)?
                    .ok_or(Problem::DOES_NOT_FIT)?;
                last = Some(commit::keep(
                    work, checked, None, change, &standing, asker.now,
                )?);
            }
            quarantine::release(work.tx, &line.change_id)?;
            if line.cause == Cause::Equivocation {
                devices::thaw(work.tx, &line.device)?;
            }
            let noted = Entry {
                document: Some(line.document),
                person: Some(line.staff),
                ..asker.entry(What::ChangeAdmitted)
            };
            note(work.tx, &noted, asker.now)?;
            Ok::<_, Problem>(last)
        })
        .await?;
    if let Some(last) = last {
        for seat in seats {
            seat.settle(last);
        }
    }
    Ok(())
}
