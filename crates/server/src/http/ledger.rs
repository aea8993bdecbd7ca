//! `POST /v1/ledger`: who was given what, and who did what, as one lead may know.

use std::sync::Arc;

use axum::body::Bytes;
use prost::Message as _;
use safehall_core::access::{ReadCaseLedger, ReadEventLedger};
use safehall_sync::wire;

use super::door::{Asker, id, read};
use super::problem::Problem;
use crate::ledger::{Counted, What};
use crate::state::App;
use crate::store::ledger::{Entry, note, page, seals};
use crate::store::{Book, devices, rights};

/// What is asked for, as the bytes say.
#[derive(Clone, Copy)]
enum About {
    Case([u8; 16]),
    Device([u8; 16]),
    Event,
}

/// Reading is noted first: once for each lead, case and hour.
pub(super) async fn ledger(
    app: Arc<App>,
    asker: Asker<ReadEventLedger>,
    body: Bytes,
) -> Result<Vec<u8>, Problem> {
    let ask: wire::LedgerAsk = read(&body)?;
    let about = match (ask.document.is_empty(), ask.device.is_empty()) {
        (true, true) => About::Event,
        (false, true) => About::Case(id(&ask.document)?),
        (true, false) => About::Device(id(&ask.device)?),
        (false, false) => return Err(Problem::UNREADABLE),
    };
    // Before anything is counted: who may not read must leave no trace in it.
    app.store.read(move |conn| may(conn, &asker, about)).await?;
    let counted = Counted::Read {
        staff: asker.staff,
        of: match about {
            About::Case(id) | About::Device(id) => Some(id),
            About::Event => None,
        },
    };
    if app.once.one_more(counted, asker.now) {
        let noted = app
            .store
            .write(move |work| {
                may(work.tx, &asker, about)?;
                note(work.tx, &reading(&asker, about), asker.now).map_err(Problem::from)
            })
            .await;
        if noted.is_err() {
            app.once.take_back(counted);
        }
        noted?;
    }
    let (entries, more, seal) = app
        .store
        .read(move |conn| {
            let of = may(conn, &asker, about)?;
            let (entries, more) = page::page(conn, &of, ask.before)?;
            Ok::<_, Problem>((entries, more, seals::after(conn, 0)?))
        })
        .await?;
    let page = wire::LedgerPage {
        entries,
        more,
        checkpoint: seal.map(|seal| app.signet.checkpoint(seal.size, &seal.head)),
    };
    Ok(page.encode_to_vec())
}

/// A case that one may not see, one that was erased and one that never was: one answer.
fn may(conn: &Book<'_>, asker: &Asker<ReadEventLedger>, about: About) -> Result<page::Of, Problem> {
    asker.permit(conn, None, None)?;
    Ok(match about {
        About::Event => page::Of::Event,
        About::Case(case) => {
            let permit = asker
                .also::<ReadCaseLedger>()
                .permit(conn, Some(&case), None)?;
            page::Of::Case(permit.document().map_or(case, |case| *case.as_bytes()))
        }
        About::Device(device) => {
            devices::find(conn, &device)?.ok_or(Problem::NOT_FOUND)?;
            page::Of::Device {
                device,
                cases: readable(conn, asker)?,
            }
        }
    })
}

/// Every case that the asker may read the ledger of.
fn readable(conn: &Book<'_>, asker: &Asker<ReadEventLedger>) -> Result<Vec<[u8; 16]>, Problem> {
    let asks = asker.also::<ReadCaseLedger>();
    let mut readable = Vec::new();
    for case in rights::cases(conn)? {
        match asks.permit(conn, Some(&case), None) {
            Ok(_) => readable.push(case),
            Err(Problem::NOT_FOUND) => {}
            Err(problem) => return Err(problem),
        }
    }
    Ok(readable)
}

fn reading(asker: &Asker<ReadEventLedger>, about: About) -> Entry<'static> {
    match about {
        About::Event => asker.entry(What::LedgerRead),
        About::Device(device) => Entry {
            about_device: Some(device),
            ..asker.entry(What::LedgerRead)
        },
        About::Case(case) => Entry {
            document: Some(case),
            ..asker.entry(What::CaseLedgerRead)
        },
    }
}
