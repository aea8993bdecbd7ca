//! `safehall cases`: the merged cases, on the machine that holds them.

use std::collections::BTreeMap;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use jiff::Timestamp as Instant;
use jiff::tz::TimeZone;
use rusqlite::{Connection, TransactionBehavior};
use safehall_core::case::{Account, CaseView, Danger, PoliceState};
use safehall_core::{DocumentId, StaffId, Timestamp, code_name, drill_name};
use safehall_sync::document::{Document, read_case};
use safehall_sync::wire::Kind;

use super::{Data, invite};
use crate::clock::{Clock as _, SystemClock};
use crate::ledger::What;
use crate::store::ledger::{Entry, note};
use crate::store::{Book, events, log, staff};
use crate::vault::Vault;
use crate::{hex, reading};

#[derive(Subcommand)]
pub(super) enum Cases {
    /// One line for each case, newest first.
    #[command(after_help = "Example:\n  safehall cases list --data ./data")]
    List(List),
    /// Everything in one case, as all devices together tell it.
    #[command(
        after_help = "Example:\n  safehall cases show --data ./data 3f2a91c0\n\n\
        The case is named by its id or the beginning of it."
    )]
    Show(Show),
}

#[derive(Args)]
pub(super) struct List {
    #[command(flatten)]
    data: Data,
}

#[derive(Args)]
pub(super) struct Show {
    #[command(flatten)]
    data: Data,
    /// The case's id, or enough of its beginning.
    id: String,
}

impl Cases {
    pub(super) fn text(self) -> anyhow::Result<String> {
        match self {
            Self::List(list) => list.text(),
            Self::Show(show) => show.text(),
        }
    }
}

impl List {
    fn text(self) -> anyhow::Result<String> {
        let (mut conn, vault) = invite::existing(&self.data)?;
        note_reading(&mut conn, &vault)?;
        let tx = conn.unchecked_transaction()?;
        let book = Book::new(&tx, &vault);
        let page = Page::new(&book)?;
        let mut out = Paper::default();
        let mut cases = cases(&book)?;
        cases.reverse();
        if cases.is_empty() {
            out.line(0, "No case yet.");
        }
        for (id, view) in cases {
            page.line(&mut out, &id, &view);
        }
        Ok(out.0)
    }
}

impl Show {
    fn text(self) -> anyhow::Result<String> {
        let (mut conn, vault) = invite::existing(&self.data)?;
        note_reading(&mut conn, &vault)?;
        let tx = conn.unchecked_transaction()?;
        let book = Book::new(&tx, &vault);
        let wanted = self.id.to_ascii_lowercase();
        let mut found = cases(&book)?;
        found.retain(|(id, _)| hex::encode(id).starts_with(&wanted));
        let [(id, view)] = found.as_slice() else {
            anyhow::bail!(
                "expected the id of one case, and {} begin like this",
                found.len()
            );
        };
        Ok(Page::new(&book)?.whole(id, view))
    }
}

/// A document, made again out of the log.
pub(super) fn load(conn: &Book<'_>, id: &[u8; 16], kind: i32) -> anyhow::Result<Document> {
    let (document, _, damaged) = reading::rebuild(conn, id, kind)?;
    if damaged > 0 {
        eprintln!(
            "document {}: {damaged} change(s) could not be read and are missing",
            hex::encode(id),
        );
    }
    Ok(document)
}

fn cases(conn: &Book<'_>) -> anyhow::Result<Vec<([u8; 16], CaseView)>> {
    let mut cases = Vec::new();
    for log::Listed { id, kind } in log::documents(conn)? {
        if kind == i32::from(Kind::Case) {
            let document = load(conn, &id, kind)
                .with_context(|| format!("could not read case {}", hex::encode(&id)))?;
            cases.push((id, read_case(document.automerge())));
        }
    }
    Ok(cases)
}

/// How cases are put on paper: names of people, times of the event's place.
struct Page {
    zone: TimeZone,
    people: BTreeMap<StaffId, String>,
}

impl Page {
    fn new(conn: &Book<'_>) -> anyhow::Result<Self> {
        let event = events::find(conn)?.context("there is no event in this folder")?;
        let zone =
            TimeZone::get(&event.time_zone).context("the event's time zone is not known here")?;
        let people = staff::all(conn)?
            .into_iter()
            .map(|member| (StaffId::from_bytes(member.id), member.name))
            .collect();
        Ok(Self { zone, people })
    }

    fn who(&self, id: &StaffId) -> &str {
        self.people.get(id).map_or("somebody", String::as_str)
    }

    fn when(&self, at: Timestamp) -> String {
        let Ok(instant) = Instant::from_millisecond(at.0) else {
            return "at an impossible time".to_owned();
        };
        instant
            .to_zoned(self.zone.clone())
            .strftime("%a %d %b %H:%M")
            .to_string()
    }

    /// A case in the list: what it is called, and below it what somebody has to
    /// do something about.
    fn line(&self, out: &mut Paper, id: &[u8; 16], view: &CaseView) {
        let opened = view
            .opened
            .as_ref()
            .map_or_else(String::new, |opened| self.when(opened.fact.at));
        let disputes = disputes(view);
        let reports = counted(view.reports.len(), "report");
        out.line(
            0,
            &format!(
                "{}  {:<24}  {opened:<16}  {reports}",
                &hex::encode(id)[..8],
                name_of(id, view),
            ),
        );
        let mut urgent = Vec::new();
        match view.danger {
            Some((Danger::Yes, _)) => urgent.push("DANGER".to_owned()),
            Some((Danger::Unsure, _)) => urgent.push("PERHAPS DANGER".to_owned()),
            Some((Danger::No, _)) | None => {}
        }
        if view.chair_knows.is_none() {
            urgent.push("THE CHAIR DOES NOT KNOW".to_owned());
        }
        if disputes > 0 {
            urgent.push(format!("2 versions of {}", counted(disputes, "thing")));
        }
        if !urgent.is_empty() {
            // Below the name, not below the id: the eye runs down one column.
            out.line(5, &urgent.join(", "));
        }
    }

    fn whole(&self, id: &[u8; 16], view: &CaseView) -> String {
        let mut out = Paper::default();
        out.line(0, &format!("{}  ({})", name_of(id, view), hex::encode(id)));
        if let Some(opened) = &view.opened {
            let drill = if opened.drill { ", a drill" } else { "" };
            out.line(
                0,
                &format!(
                    "Opened {} by {}{drill}",
                    self.when(opened.fact.at),
                    self.who(&opened.fact.by)
                ),
            );
        }
        if let Some((danger, _)) = view.danger {
            let said = match danger {
                Danger::Yes => "yes",
                Danger::Unsure => "unsure",
                Danger::No => "no",
            };
            out.line(0, &format!("Danger: {said}"));
        }
        out.line(
            0,
            match view.police.state {
                PoliceState::Unknown => "Police: not asked yet",
                PoliceState::Known => "Police: known",
                PoliceState::AskAgain => "Police: told in 2 versions, ask again",
            },
        );
        for wish in &view.police.versions {
            out.line(
                1,
                &format!(
                    "{} (to {})",
                    wish.value.as_deref().unwrap_or("?"),
                    self.who(&wish.fact.by)
                ),
            );
        }
        match &view.chair_knows {
            Some(knows) => out.line(0, &format!("The chair knows since {}", self.when(knows.at))),
            None => out.line(0, "The chair does not know"),
        }
        for report in &view.reports {
            out.line(0, "");
            out.line(
                0,
                &format!(
                    "Report {} to {}",
                    self.when(report.reported_at),
                    self.who(&report.fact.by)
                ),
            );
            self.account(&mut out, "In their words", report.words.as_ref());
            self.account(&mut out, "What the responder saw", report.seen.as_ref());
            for (field, versions) in &report.answers {
                out.versions(
                    1,
                    field,
                    versions.iter().map(|answer| {
                        let time = answer.time.as_ref().map(|time| self.time(time));
                        (
                            answer.value.clone().or(time).unwrap_or_default(),
                            self.who(&answer.fact.by),
                        )
                    }),
                );
            }
        }
        if !view.parties.is_empty() {
            out.line(0, "");
            out.line(0, "People");
        }
        for party in &view.parties {
            out.versions(
                1,
                "person",
                party.versions.iter().map(|version| {
                    let told = [
                        &version.name,
                        &version.badge,
                        &version.handle,
                        &version.description,
                        &version.role,
                    ];
                    let told: Vec<&str> = told.into_iter().flatten().map(String::as_str).collect();
                    (
                        format!("{}: {}", version.kind, told.join(", ")),
                        self.who(&version.fact.by),
                    )
                }),
            );
        }
        if !view.registers.is_empty() {
            out.line(0, "");
            out.line(0, "Settled");
        }
        for (field, versions) in &view.registers {
            out.versions(
                1,
                field,
                versions.iter().map(|entry| {
                    (
                        entry.value.clone().unwrap_or_default(),
                        self.who(&entry.fact.by),
                    )
                }),
            );
        }
        if !view.entries.is_empty() {
            out.line(0, "");
            out.line(0, "What happened since");
        }
        for entry in &view.entries {
            // "place, Hall 2": what was set, before what it was set to.
            let words: Vec<&str> = [&entry.field, &entry.value, &entry.who, &entry.text]
                .into_iter()
                .flatten()
                .map(String::as_str)
                .collect();
            let struck = if entry.fact.struck.is_empty() {
                ""
            } else {
                "  (struck)"
            };
            out.line(
                1,
                &format!(
                    "{}  {}, {}: {}{struck}",
                    self.when(entry.fact.at),
                    self.who(&entry.fact.by),
                    entry.kind,
                    words.join(", ")
                ),
            );
        }
        if !view.attachments.is_empty() {
            out.line(0, "");
            out.line(0, "Photos and papers");
        }
        for attachment in &view.attachments {
            let state = match (&attachment.arrived, attachment.fact.struck.is_empty()) {
                (_, false) => "struck",
                (Some(_), true) => "here",
                (None, true) => "still on a phone",
            };
            out.line(
                1,
                &format!(
                    "{}  {}: {} ({}, {} bytes, {state}) {}",
                    self.when(attachment.fact.at),
                    self.who(&attachment.fact.by),
                    attachment.caption.as_deref().unwrap_or("no caption"),
                    attachment.mime,
                    attachment.size,
                    attachment.sha256,
                ),
            );
        }
        if view.unread > 0 {
            out.line(0, "");
            out.line(
                0,
                &format!(
                    "Not shown, because a newer app wrote it: {}.",
                    counted(usize::try_from(view.unread).unwrap_or(usize::MAX), "thing")
                ),
            );
        }
        out.0
    }

    fn account(&self, out: &mut Paper, title: &str, account: Option<&Account>) {
        let Some(account) = account else { return };
        out.versions(
            1,
            title,
            account.versions.iter().map(|version| {
                let read = if version.read_back.as_deref() == Some("yes") {
                    " [read back]"
                } else {
                    ""
                };
                (
                    format!("{}{read}", version.text),
                    self.who(&version.fact.by),
                )
            }),
        );
    }

    fn time(&self, time: &safehall_core::case::Time) -> String {
        let mut said = time.kind.clone();
        for at in [time.from, time.to].into_iter().flatten() {
            said.push(' ');
            said.push_str(&self.when(at));
        }
        if let Some(words) = &time.words {
            said.push_str(": ");
            said.push_str(words);
        }
        said
    }
}

/// Noted before the first word is shown.
fn note_reading(conn: &mut Connection, vault: &Vault) -> anyhow::Result<()> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let read = Entry::of(What::CasesRead);
    note(&Book::new(&tx, vault), &read, SystemClock.now())?;
    tx.commit()?;
    Ok(())
}

/// Control letters, and those that turn the direction in which a line is read.
pub(super) fn steers(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A drill's case is called in a way that nobody takes for a real one.
fn name_of(id: &[u8; 16], view: &CaseView) -> String {
    let document = DocumentId::from_bytes(*id);
    if view.opened.as_ref().is_some_and(|opened| opened.drill) {
        drill_name(&document)
    } else {
        code_name(&document)
    }
}

/// How many things are told in more than one version.
fn disputes(view: &CaseView) -> usize {
    let accounts = view
        .reports
        .iter()
        .flat_map(|report| [&report.words, &report.seen])
        .flatten();
    let answers = view
        .reports
        .iter()
        .flat_map(|report| report.answers.values());
    accounts
        .filter(|account| account.versions.len() > 1)
        .count()
        + answers.filter(|versions| versions.len() > 1).count()
        + view
            .parties
            .iter()
            .filter(|party| party.versions.len() > 1)
            .count()
        + view
            .registers
            .values()
            .filter(|versions| versions.len() > 1)
            .count()
}

/// "1 report", "2 reports".
fn counted(many: usize, what: &str) -> String {
    if many == 1 {
        format!("1 {what}")
    } else {
        format!("{many} {what}s")
    }
}

/// The width of a terminal that nobody made wider.
const COLUMNS: usize = 80;

/// Lines for a terminal. What people wrote can steer no terminal: nothing that
/// moves the cursor, and nothing that turns the direction of reading.
#[derive(Default)]
struct Paper(String);

impl Paper {
    /// A paragraph, broken between words; further lines stand a little in.
    fn line(&mut self, indent: usize, text: &str) {
        for part in text.split('\n') {
            let part: String = part
                .chars()
                .map(|letter| if steers(letter) { ' ' } else { letter })
                .collect();
            let mut column = 2 * indent;
            self.0.push_str(&" ".repeat(column));
            for (at, word) in part.split(' ').enumerate() {
                let width = word.chars().count();
                let blank = usize::from(at > 0);
                if at > 0 && column + blank + width > COLUMNS {
                    let hang = 2 * indent + 2;
                    self.0.truncate(self.0.trim_end_matches(' ').len());
                    self.0.push('\n');
                    self.0.push_str(&" ".repeat(hang));
                    column = hang;
                } else if at > 0 {
                    self.0.push(' ');
                    column += 1;
                }
                self.0.push_str(word);
                column += width;
            }
            self.0.truncate(self.0.trim_end_matches(' ').len());
            self.0.push('\n');
        }
    }

    fn versions<'a>(
        &mut self,
        indent: usize,
        title: &str,
        versions: impl Iterator<Item = (String, &'a str)>,
    ) {
        let versions: Vec<_> = versions.collect();
        if versions.len() > 1 {
            self.line(indent, &format!("{title}: {} versions", versions.len()));
        } else {
            self.line(indent, &format!("{title}:"));
        }
        for (text, who) in versions {
            self.line(indent + 1, &format!("{who}: {text}"));
        }
    }
}
