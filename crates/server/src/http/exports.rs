//! `POST /v1/exports`: a lead takes a copy of a case out of here.
//!
//! The words are on the lead's device. What is answered shows later that a copy
//! is of what was here; and nothing is answered before it is noted.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::body::Bytes;
use prost::Message as _;
use safehall_core::access::{ExportCase, ReceiveDocument};
use safehall_sync::wire;
use safehall_sync::wire::export_ask::{Form, Part};

use super::door::{Asker, id, read};
use super::problem::Problem;
use crate::ledger::What;
use crate::state::App;
use crate::store::ledger::{Entry, note, seals};
use crate::store::{Book, devices, log};

pub(super) async fn export(
    app: Arc<App>,
    asker: Asker<ExportCase>,
    body: Bytes,
) -> Result<Vec<u8>, Problem> {
    let ask: wire::ExportAsk = read(&body)?;
    let case = id(&ask.document)?;
    let said = said(&ask).ok_or(Problem::INVALID)?;
    app.store
        .write(move |work| {
            asker.permit(work.tx, Some(&case), None)?;
            let entry = Entry {
                document: Some(case),
                reason: Some(&said),
                ..asker.entry(What::CaseExported)
            };
            note(work.tx, &entry, asker.now).map_err(Problem::from)
        })
        .await?;
    let (changes, seal) = app
        .store
        .read(move |conn| {
            asker.permit(conn, Some(&case), None)?;
            Ok::<_, Problem>((changes(conn, &asker, &case)?, seals::after(conn, 0)?))
        })
        .await?;
    let paper = wire::ExportPaper {
        changes,
        checkpoint: seal.map(|seal| app.signet.checkpoint(seal.size, &seal.head)),
        at: asker.now,
    };
    Ok(paper.encode_to_vec())
}

/// The form and what was left out, in codes: nothing that somebody typed. None: the form is missing or unknown.
fn said(ask: &wire::ExportAsk) -> Option<String> {
    let form = match Form::try_from(ask.form).ok()? {
        Form::Paper => "paper",
        Form::File => "file",
        Form::Unspecified => return None,
    };
    let mut left_out = BTreeSet::new();
    for part in &ask.left_out {
        left_out.insert(match Part::try_from(*part).ok()? {
            Part::Reporter => "reporter",
            Part::Names => "names",
            Part::Accounts => "accounts",
            Part::Entries => "entries",
            Part::Statement => "statement",
            Part::Decision => "decision",
            Part::Attachments => "attachments",
            Part::Unspecified => return None,
        });
    }
    let words: Vec<&str> = [form].into_iter().chain(left_out).collect();
    Some(words.join(" "))
}

/// Every change of the case and of what belongs to it, as far as the asker may receive it.
fn changes(
    conn: &Book<'_>,
    asker: &Asker<ExportCase>,
    case: &[u8; 16],
) -> Result<Vec<wire::ExportedChange>, Problem> {
    let receives = asker.also::<ReceiveDocument>();
    let mut owners: BTreeMap<[u8; 16], Vec<u8>> = BTreeMap::new();
    let mut changes = Vec::new();
    for document in log::of_case(conn, case)? {
        match receives.permit(conn, Some(&document.id), None) {
            Ok(_) => {}
            Err(Problem::NOT_FOUND) => continue,
            Err(problem) => return Err(problem),
        }
        for change in log::received(conn, &document.id)? {
            let owner = match owners.get(&change.device) {
                Some(owner) => owner.clone(),
                None => {
                    let owner = devices::owner(conn, &change.device)?;
                    let owner = owner.map(|id| id.to_vec()).unwrap_or_default();
                    owners.insert(change.device, owner.clone());
                    owner
                }
            };
            changes.push(wire::ExportedChange {
                change_id: change.change_id.to_vec(),
                document: document.id.to_vec(),
                kind: document.kind,
                staff: owner,
                device: change.device.to_vec(),
                received_at: change.received_at,
            });
        }
    }
    Ok(changes)
}
