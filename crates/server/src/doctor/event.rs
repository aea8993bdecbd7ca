//! The people, the pack and the dates.

use prost::Message as _;
use safehall_sync::wire;

use super::Findings;
use super::folder::Open;
use crate::store::{Book, StoreError, events, opening};

const DAY: u64 = 24 * 60 * 60 * 1_000;
/// When this program was written; no clock is right that is before it.
const WRITTEN: u64 = 1_760_000_000_000;

pub(super) fn look(findings: &mut Findings, open: &Open, now: u64) {
    let book = Book::new(&open.conn, &open.vault);
    if let Err(error) = read(findings, &book, now) {
        findings.missing(
            "database",
            format!("The event cannot be read: {error}."),
            "Keep the folder as it is, and restore the last backup into a new one.",
        );
    }
}

fn read(findings: &mut Findings, book: &Book<'_>, now: u64) -> Result<(), StoreError> {
    leads(findings, book, now)?;
    clock(findings, book, now)?;
    let Some(event) = events::find(book)? else {
        return Ok(());
    };
    dates(findings, &event, now);
    match wire::Pack::decode(event.pack.as_slice()) {
        Ok(pack) => contacts(findings, &pack),
        Err(_) => findings.missing(
            "pack",
            "The event pack cannot be read.",
            "Restore the last backup into a new folder.",
        ),
    }
    Ok(())
}

fn leads(findings: &mut Findings, book: &Book<'_>, now: u64) -> Result<(), StoreError> {
    let all = opening::leads(book, now)?.len();
    let here = opening::leads_here(book, now)?;
    if all < 2 {
        findings.missing(
            "second-lead",
            "There is no second lead: nobody would be left when a report is about the chair.",
            "The chair invites one from the console; before any lead was let in, safehall invite --name NAME --role alternate-chair.",
        );
    } else if here < 2 {
        findings.missing(
            "leads",
            format!("{here} of {all} leads have a device that is let in; two are needed."),
            "Let both open their link on their own phone, and compare the four words.",
        );
    } else {
        findings.good(
            "leads",
            format!("{here} leads have a device that is let in."),
        );
    }
    if opening::is_open(book)? {
        findings.good("open", "The event is open: reports are taken in.");
    } else {
        findings.missing(
            "open",
            "The event is not open yet: phones keep what they take, and nobody receives it.",
            "It opens by itself once two leads have a device that is let in.",
        );
    }
    Ok(())
}

/// The newest line of the record cannot be from tomorrow.
fn clock(findings: &mut Findings, book: &Book<'_>, now: u64) -> Result<(), StoreError> {
    let newest: Option<i64> =
        book.query_row("select max(received_at) from change", [], |row| row.get(0))?;
    let newest = newest
        .and_then(|newest| u64::try_from(newest).ok())
        .unwrap_or_default();
    if now < WRITTEN || newest > now + 5 * 60 * 1_000 {
        findings.missing(
            "clock",
            "This machine's clock is behind: it shows a time before something that has happened.",
            "Set the clock, and let the system keep it (timedatectl set-ntp true).",
        );
    } else {
        findings.good("clock", "The clock is where it can be.");
    }
    Ok(())
}

fn dates(findings: &mut Findings, event: &events::Event, now: u64) {
    let say = |what: &str| {
        format!("The event {what}; staff can write from 30 days before it until 3 days after.")
    };
    if now > event.ends_at + 3 * DAY {
        findings.missing(
            "dates",
            say("is over"),
            "Make the next event in a folder of its own; erase this one when its time has come.",
        );
    } else if now + 30 * DAY < event.starts_at {
        findings.advice(
            "dates",
            say("is more than 30 days away"),
            "Check the dates in the pack.",
        );
    } else {
        findings.good("dates", say("is near"));
    }
}

fn contacts(findings: &mut Findings, pack: &wire::Pack) {
    if pack.contacts.iter().any(|contact| contact.outside) {
        findings.good(
            "outside-contact",
            "The pack names somebody outside the team.",
        );
    } else {
        findings.missing(
            "outside-contact",
            "The pack names nobody outside the team: whom to turn to when the report is about all leads?",
            "Add a [[contacts]] with `outside = true` to the pack, and make the event from it.",
        );
    }
    if pack.drill {
        findings.advice(
            "drill",
            "The event is a drill: everything in it is marked as practice.",
            "",
        );
    }
}
