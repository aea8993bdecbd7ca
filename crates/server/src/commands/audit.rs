//! `safehall audit`: whether the ledger is as it was written, and what is in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::cases::steers;
use super::{Data, invite};
use crate::hex;
use crate::ledger::verify::{Kept, verify};
use crate::store::{Book, StoreError, devices, events, ledger, rights, staff};

#[derive(Subcommand)]
pub(super) enum Audit {
    /// Check every entry and every seal. Fails, and says which is the first that does not hold.
    #[command(after_help = "Examples:\n  safehall audit verify --data ./data\n  \
        safehall audit verify --data ./data --checkpoint kept.txt\n\n\
        The file has one line: the number of a seal and 64 hex digits, as this command prints them\n\
        or as a lead's device shows them.")]
    Verify(Verify),
    /// Print the entries, oldest first.
    #[command(after_help = "Example:\n  safehall audit show --data ./data --last 50")]
    Show(Show),
}

#[derive(Args)]
pub(super) struct Verify {
    #[command(flatten)]
    data: Data,
    /// A seal that was kept elsewhere.
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
}

#[derive(Args)]
pub(super) struct Show {
    #[command(flatten)]
    data: Data,
    /// Only so many, the newest.
    #[arg(long, value_name = "NUMBER", default_value_t = 200)]
    last: usize,
}

impl Audit {
    pub(super) fn text(self) -> anyhow::Result<String> {
        match self {
            Self::Verify(verify) => verify.text(),
            Self::Show(show) => show.text(),
        }
    }
}

impl Verify {
    fn text(self) -> anyhow::Result<String> {
        let kept = self.checkpoint.map(|file| {
            let text = fs::read_to_string(&file)
                .with_context(|| format!("could not read {}", file.display()))?;
            checkpoint(&text).with_context(|| format!("{} holds no seal", file.display()))
        });
        let kept: Vec<Kept> = kept.transpose()?.into_iter().collect();
        let (conn, _vault) = invite::existing(&self.data)?;
        let tx = conn.unchecked_transaction()?;
        let whole = verify(&tx, &kept)?
            .map_err(|fault| anyhow::anyhow!("the ledger does not hold: {fault}"))?;
        let mut text = format!("The ledger holds: {} entries.\n", whole.entries);
        if whole.last.size > 0 {
            text.push_str(&format!(
                "Last seal:\n{} {}\n",
                whole.last.size,
                hex::encode(&whole.last.head)
            ));
        }
        Ok(text)
    }
}

fn checkpoint(text: &str) -> Option<Kept> {
    let mut words = text.split_whitespace();
    let size = words.next()?.parse().ok().filter(|size| *size > 0)?;
    let head = hex::decode(words.next()?)?;
    words.next().is_none().then_some(Kept { size, head })
}

impl Show {
    fn text(self) -> anyhow::Result<String> {
        let (conn, vault) = invite::existing(&self.data)?;
        let tx = conn.unchecked_transaction()?;
        let book = Book::new(&tx, &vault);
        let event = events::find(&book)?.context("there is no event in this folder")?;
        let names = Names {
            zone: TimeZone::get(&event.time_zone).unwrap_or(TimeZone::UTC),
            staff: staff::all(&book)?
                .into_iter()
                .map(|member| (member.id, member.name))
                .collect(),
            devices: devices::all(&book)?
                .into_iter()
                .map(|device| (device.id, device.label))
                .collect(),
        };
        let mut cases = BTreeMap::new();
        for case in rights::cases(&book)? {
            cases.insert(vault.subject(&case)?, case);
        }
        let mut rows = Vec::new();
        ledger::each(&tx, |row, _| {
            rows.push(row.clone());
            true
        })?;
        let from = rows.len().saturating_sub(self.last);
        let mut text = String::new();
        for row in &rows[from..] {
            let case = row.subject.and_then(|subject| cases.get(&subject));
            text.push_str(&names.line(&book, row, case)?);
        }
        Ok(text)
    }
}

struct Names {
    zone: TimeZone,
    staff: BTreeMap<[u8; 16], String>,
    devices: BTreeMap<[u8; 16], String>,
}

impl Names {
    fn line(
        &self,
        book: &Book<'_>,
        row: &crate::ledger::chain::Row,
        case: Option<&[u8; 16]>,
    ) -> Result<String, StoreError> {
        let at = Timestamp::from_millisecond(row.at).unwrap_or(Timestamp::UNIX_EPOCH);
        let mut line = format!(
            "{:>6}  {}  {}",
            row.number,
            at.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M:%S"),
            row.what
        );
        let told = ledger::told(book, row, case)?;
        let person: Option<[u8; 16]> = told.person.as_slice().try_into().ok();
        let document: Option<[u8; 16]> = told.document.as_slice().try_into().ok();
        let who = row.staff.map_or_else(
            || "the server".to_owned(),
            |staff| name(&self.staff, &staff),
        );
        let on = row.device.map(|device| name(&self.devices, &device));
        line.push_str(&format!("  by {who}"));
        for (word, said) in [
            (" on", on),
            (
                "  device",
                row.about_device.map(|id| name(&self.devices, &id)),
            ),
            ("  person", person.map(|id| name(&self.staff, &id))),
            (
                "  document",
                document.map(|id| hex::encode(&id)[..8].to_owned()),
            ),
            ("  said:", (!told.detail.is_empty()).then_some(told.detail)),
        ] {
            if let Some(said) = said {
                line.push_str(&format!("{word} {}", plain(&said)));
            }
        }
        line.push('\n');
        Ok(line)
    }
}

fn name(names: &BTreeMap<[u8; 16], String>, id: &[u8; 16]) -> String {
    names
        .get(id)
        .cloned()
        .unwrap_or_else(|| hex::encode(id)[..8].to_owned())
}

/// What people wrote can steer no terminal.
fn plain(text: &str) -> String {
    let letters = text.chars();
    letters
        .map(|letter| if steers(letter) { ' ' } else { letter })
        .collect()
}
