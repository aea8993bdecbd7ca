//! `safehall export --automerge`: plain files that any Automerge library opens,
//! and what is attached to the cases, as it came.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use rusqlite::TransactionBehavior;

use super::backup::{new_file, new_folder};
use super::{Data, invite};
use crate::clock::{Clock as _, SystemClock};
use crate::hex;
use crate::ledger::What;
use crate::store::ledger::{Entry, note};
use crate::store::{Book, attachments, log};

#[derive(Args)]
#[command(
    after_help = "Example:\n  safehall export --data ./data --automerge ./out\n\n\
    Each file is one whole document, named by its id. Photos and papers that belong to a case lie in attachments/, in a\n\
    folder named by the case's id, each named by the SHA-256 that the case tells it by. They are as somebody's phone sent\n\
    them: open them as carefully as anything from outside. All of it is readable: keep it as safe as the data."
)]
pub(super) struct Export {
    #[command(flatten)]
    data: Data,
    /// The folder to write one Automerge file for each document into. It must be empty or not exist.
    #[arg(long, value_name = "DIR")]
    automerge: PathBuf,
}

impl Export {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let (mut conn, vault) = invite::existing(&self.data)?;
        new_folder(&self.automerge)?;
        anyhow::ensure!(
            fs::read_dir(&self.automerge)?.next().is_none(),
            "{} is not empty, and was left alone",
            self.automerge.display()
        );
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let book = Book::new(&tx, &vault);
        let listed = log::documents(&book)?;
        let exported = Entry {
            count: Some(listed.len()),
            ..Entry::of(What::Exported)
        };
        note(&book, &exported, SystemClock.now())?;
        // Noted before the first word leaves.
        tx.commit()?;
        let tx = conn.unchecked_transaction()?;
        let book = Book::new(&tx, &vault);
        let mut written = 0_u32;
        let mut photos = 0_u32;
        for log::Listed { id, kind } in listed {
            let name = hex::encode(&id);
            let bytes = super::cases::load(&book, &id, kind)?.save();
            write(&self.automerge.join(format!("{name}.automerge")), &bytes)
                .with_context(|| format!("could not write document {name}"))?;
            written += 1;
            let folder = self.automerge.join("attachments").join(&name);
            attachments::each::<anyhow::Error>(&book, &id, |sha256, bytes| {
                new_folder(&folder)?;
                let file = folder.join(hex::encode(sha256));
                // Two phones may have sent the same one.
                if !file.exists() {
                    write(&file, bytes)?;
                    photos += 1;
                }
                Ok(())
            })
            .with_context(|| format!("could not write what is attached to {name}"))?;
        }
        println!(
            "Wrote {written} document(s) and {photos} attachment(s) to {}.",
            self.automerge.display()
        );
        Ok(())
    }
}

/// Anybody can read what is in it, so nobody else may open it.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    new_file(path)?.write_all(bytes)
}
