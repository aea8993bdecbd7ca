//! What the `safehall` command does, one file for each verb.

mod admission_worker;
mod audit;
mod backup;
mod cases;
mod demo;
mod doctor;
mod event;
mod export;
mod health;
mod invite;
mod opens;
mod packed;
mod recover;
mod restore;
mod serve;
mod update;

pub use demo::{Invited, sample_event};

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};

use crate::config::{self, CREDENTIALS};
use crate::hex;
use crate::vault::RootSource;

/// The code-of-conduct incident log for conference staff.
#[derive(Parser)]
#[command(
    name = "safehall",
    version,
    after_help = "Try it:\n  safehall demo\n\nFor a real event:\n  \
    safehall event new --from events/all-systems-go.toml --data ./data\n  \
    safehall invite --data ./data --name \"Alma Reyes\" --role chair\n  \
    safehall serve --data ./data --origin https://safehall.example.org"
)]
pub struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Serve the app and take what devices send, until told to stop.
    Serve(serve::Serve),
    /// Make the event that a data folder belongs to.
    #[command(subcommand)]
    Event(event::Event),
    /// Let somebody in: prints a link and a QR code, good once and for 24 hours.
    Invite(invite::Invite),
    /// Let a lead in again when no two other leads can. Every device of the team shows it.
    Recover(recover::Recover),
    /// Check the ledger, or read it on this machine.
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Read the merged cases on this machine.
    #[command(subcommand)]
    Cases(cases::Cases),
    /// Write documents out as files.
    Export(export::Export),
    /// Say what is missing before real cases, all of it at once, and what to do.
    Doctor(doctor::Doctor),
    /// Copy the event's data, encrypted; its keys into a file of their own.
    Backup(backup::Backup),
    /// Make a data folder out of a backup.
    Restore(restore::Restore),
    /// Ask a running server whether it can work, for machines that watch it.
    Health(health::Health),
    /// What `serve` starts for itself to check changes in.
    #[command(hide = true)]
    AdmissionWorker(admission_worker::AdmissionWorker),
    /// A pretend event with three people, to try everything out.
    Demo(demo::Demo),
}

/// The folder with the event's data.
#[derive(Args)]
struct Data {
    /// The folder with the event's data.
    #[arg(long, value_name = "DIR", env = "SAFEHALL_DATA")]
    data: PathBuf,
    #[command(flatten)]
    root: Root,
}

/// Where the root secret is.
#[derive(Args, Clone, Default)]
struct Root {
    /// Where the root secret is: file:PATH, credential:NAME or passphrase
    /// [default: secret.key in the data folder].
    #[arg(long, value_name = "WHERE", env = "SAFEHALL_ROOT_SECRET")]
    root_secret: Option<String>,
}

impl Root {
    fn source(&self) -> anyhow::Result<RootSource> {
        let credentials = std::env::var_os(CREDENTIALS).map(PathBuf::from);
        match &self.root_secret {
            None => Ok(RootSource::Folder),
            Some(text) => RootSource::read(text, credentials.as_deref()).context(
                "--root-secret: expected file:PATH, passphrase, or credential:NAME in a systemd unit that loads it",
            ),
        }
    }
}

/// Where a link leads.
#[derive(Args)]
struct Origin {
    /// What people type into the browser.
    #[arg(
        long,
        env = "SAFEHALL_ORIGIN",
        default_value = "http://localhost:8080",
        value_name = "https://NAME",
        value_parser = config::origin
    )]
    origin: String,
}

/// Does what the command line says.
///
/// # Errors
///
/// With a sentence for the terminal; what it leaves behind is said there.
pub fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.verb {
        Verb::Serve(serve) => serve.run(),
        Verb::Event(event::Event::New(new)) => new.run(),
        Verb::Event(event::Event::Update(update)) => update.run(),
        Verb::Event(event::Event::Open(opens)) => opens.run(),
        Verb::Invite(invite) => invite.run(),
        Verb::Recover(recover) => recover.run(),
        Verb::Audit(audit) => {
            print!("{}", audit.text()?);
            Ok(())
        }
        Verb::Cases(cases) => {
            print!("{}", cases.text()?);
            Ok(())
        }
        Verb::Export(export) => export.run(),
        Verb::Doctor(doctor) => doctor.run(),
        Verb::Backup(backup) => backup.run(),
        Verb::Restore(restore) => restore.run(),
        Verb::Health(health) => health.run(),
        Verb::AdmissionWorker(worker) => worker.run(),
        Verb::Demo(demo) => demo.run(),
    }
}

/// Does what these words say, as if typed behind `safehall`.
///
/// # Errors
///
/// As [`run`]; also for words that are no command.
pub fn run_words<'a>(words: impl IntoIterator<Item = &'a str>) -> anyhow::Result<()> {
    run(Cli::try_parse_from(
        std::iter::once("safehall").chain(words),
    )?)
}

/// What `safehall cases` says to these words, as it would stand in the terminal.
///
/// # Errors
///
/// As [`run_words`]; also for words that are another command.
pub fn cases_words<'a>(words: impl IntoIterator<Item = &'a str>) -> anyhow::Result<String> {
    match Cli::try_parse_from(std::iter::once("safehall").chain(words))?.verb {
        Verb::Cases(cases) => cases.text(),
        _ => anyhow::bail!("this is not a command about cases"),
    }
}

/// What `safehall audit` says to these words, as it would stand in the terminal.
///
/// # Errors
///
/// As [`run_words`]; also for words that are another command.
pub fn audit_words<'a>(words: impl IntoIterator<Item = &'a str>) -> anyhow::Result<String> {
    match Cli::try_parse_from(std::iter::once("safehall").chain(words))?.verb {
        Verb::Audit(audit) => audit.text(),
        _ => anyhow::bail!("this is not a command about the ledger"),
    }
}

/// The link that an invite is handed over as. Browsers do not send what is
/// behind the `#`.
fn link(origin: &str, secret: &[u8; 16]) -> String {
    format!("{origin}/#i={}", hex::encode(secret))
}
