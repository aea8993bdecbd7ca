//! `safehall export --automerge`: plain files that any Automerge library opens,
//! and what is attached to the cases, as it came.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use rusqlite::{Connection, TransactionBehavior};

use super::backup::{new_file, new_folder, own_folder};
use super::{Data, invite};
use crate::clock::{Clock as _, SystemClock};
use crate::hex;
use crate::ledger::What;
use crate::store::ledger::{Entry, note};
use crate::store::{Book, attachments, log};
use crate::vault::Vault;

#[derive(Args)]
#[command(
    after_help = "Example:\n  safehall export --data ./data --automerge ./out\n\n\
    Each file is one whole document, named by its id. Photos and papers that belong to a case lie in attachments/, in a\n\
    folder named by the case's id, each named by the SHA-256 that the case tells it by. They are as somebody's phone sent\n\
    them: open them as carefully as anything from outside. All of it is readable: keep it as safe as the data.\n\n\
    Until all of it is there, all of it lies in unfinished/. An export that fails leaves nothing; one that is killed leaves\n\
    that folder: delete it, because what lies in it is readable, too."
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
        let mut out = Out::claim(self.automerge)?;
        match whole(&mut conn, &vault, &mut out) {
            Ok((documents, photos)) => {
                println!(
                    "Wrote {documents} document(s) and {photos} attachment(s) to {}.",
                    out.folder.display()
                );
                Ok(())
            }
            // Nobody looks after half an export, and anybody can read it.
            Err(cause) => Err(match out.undo() {
                Ok(()) => cause.context(format!(
                    "nothing was exported, and nothing of it was left in {}; the event's data is as it was. Put right \
                     what is said here, and export again",
                    out.folder.display()
                )),
                Err(left) => cause.context(format!(
                    "nothing was exported, and what was written to {} could not be deleted ({left}): delete it, \
                     because anybody can read it",
                    out.folder.display()
                )),
            }),
        }
    }
}

/// Writes all of it. Says how many documents, and how many attachments.
fn whole(conn: &mut Connection, vault: &Vault, out: &mut Out) -> anyhow::Result<(u32, u32)> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let book = Book::new(&tx, vault);
    let listed = log::documents(&book)?;
    let exported = Entry {
        count: Some(listed.len()),
        ..Entry::of(What::Exported)
    };
    note(&book, &exported, SystemClock.now())?;
    // Noted before the first word leaves.
    tx.commit()?;
    let tx = conn.unchecked_transaction()?;
    let book = Book::new(&tx, vault);
    let (mut documents, mut photos) = (0, 0);
    for log::Listed { id, kind } in listed {
        let name = hex::encode(&id);
        let bytes = super::cases::load(&book, &id, kind)
            .with_context(|| format!("could not read document {name}"))?
            .save();
        write(&out.unfinished.join(format!("{name}.automerge")), &bytes)
            .with_context(|| format!("could not write document {name}"))?;
        documents += 1;
        let folder = out.unfinished.join("attachments").join(&name);
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
    out.finish()?;
    Ok((documents, photos))
}

/// The folder that is written into, which was empty. A name in it is that of
/// something whole: what is not lies in a folder of its own, which is on the
/// same disk, because another one may be less safe.
struct Out {
    folder: PathBuf,
    unfinished: PathBuf,
    /// It may be where a disk is mounted, and stays.
    was_there: bool,
    moved: Vec<PathBuf>,
}

const UNFINISHED: &str = "unfinished";

impl Out {
    fn claim(folder: PathBuf) -> anyhow::Result<Self> {
        let unfinished = folder.join(UNFINISHED);
        anyhow::ensure!(
            !unfinished.exists(),
            "{} is of an export that was cut off, or that goes on at this moment, and was left alone. Once no export \
             goes on, delete it, because anybody can read what lies in it, and export again",
            unfinished.display()
        );
        let was_there = folder.exists();
        new_folder(&folder)?;
        anyhow::ensure!(
            fs::read_dir(&folder)?.next().is_none(),
            "{} is not empty, and was left alone",
            folder.display()
        );
        // Of two exports at the same moment one is refused here, and deletes nothing.
        own_folder()
            .create(&unfinished)
            .with_context(|| format!("could not make {}", unfinished.display()))?;
        Ok(Self {
            folder,
            unfinished,
            was_there,
            moved: Vec::new(),
        })
    }

    /// All of it is there: gives each its name.
    fn finish(&mut self) -> io::Result<()> {
        for entry in fs::read_dir(&self.unfinished)? {
            let entry = entry?;
            let to = self.folder.join(entry.file_name());
            fs::rename(entry.path(), &to)?;
            self.moved.push(to);
        }
        fs::remove_dir(&self.unfinished)
    }

    /// Deletes what was written, and nothing else.
    fn undo(&self) -> io::Result<()> {
        let mut gone = fs::remove_dir_all(&self.unfinished);
        for path in &self.moved {
            let this = if path.is_dir() {
                fs::remove_dir_all(path)
            } else {
                fs::remove_file(path)
            };
            gone = gone.and(this);
        }
        if !self.was_there {
            // If somebody put something into it meanwhile, it stays.
            let _ = fs::remove_dir(&self.folder);
        }
        gone
    }
}

/// Anybody can read what is in it, so nobody else may open it.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    new_file(path)?.write_all(bytes)
}
