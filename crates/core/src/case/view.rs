//! The shape of a case as screens and commands see it.
//!
//! Codes stay strings. Those of entries, support and answers may be newer than this app and are shown all the same; an
//! element that cannot be placed without its code (a person's `kind`, a step's `result`, …) is counted as unread.

use std::collections::BTreeMap;

use crate::secret::redacted_debug;
use crate::{DeviceId, FactId, StaffId, Timestamp};

/// Something written down once, by one person, on one device.
#[derive(Clone, PartialEq, Eq)]
pub struct Fact {
    /// Unique in its collection, unless two devices chose the same.
    pub id: FactId,
    /// Who wrote it.
    pub by: StaffId,
    /// On which device.
    pub device: DeviceId,
    /// When, by that device's clock.
    pub at: Timestamp,
    /// Server minus device clock in milliseconds, when it was last measured.
    pub clock_off: Option<i64>,
    /// Who marked it as wrong. Empty: nobody.
    pub struck: Vec<Strike>,
}

/// A mark that an element is wrong. The element stays readable.
#[derive(Clone, PartialEq, Eq)]
pub struct Strike {
    /// The strike's own id.
    pub id: FactId,
    /// Who struck.
    pub by: StaffId,
    /// When, by their device's clock.
    pub at: Timestamp,
    /// As typed.
    pub reason: Option<String>,
}

/// A time as told. [`crate::time`] judges it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time {
    /// `at`, `around`, `between`, `before`, `after`, `repeated` or `unknown`.
    pub kind: String,
    /// The start, or the moment itself.
    pub from: Option<Timestamp>,
    /// The end.
    pub to: Option<Timestamp>,
    /// The teller's own words.
    pub words: Option<String>,
}

/// The case's first fact.
#[derive(Clone, PartialEq, Eq)]
pub struct Opened {
    /// Who, where, when.
    pub fact: Fact,
    /// Version of the policy in force.
    pub policy: String,
    /// Whether it is practice.
    pub drill: bool,
}

/// One telling.
#[derive(Clone, PartialEq, Eq)]
pub struct Report {
    /// Who took it, where, when.
    pub fact: Fact,
    /// When it was told.
    pub reported_at: Timestamp,
    /// As told.
    pub words: Option<Account>,
    /// What the responder saw.
    pub seen: Option<Account>,
    /// By field; each has at least one version.
    pub answers: BTreeMap<String, Vec<Answer>>,
    /// When the reporter was asked not to publish yet.
    pub embargo_told: Option<Timestamp>,
}

/// One part of a report in all its versions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account {
    /// Nothing replaces them. More than one: written on two phones that had not seen each other.
    pub versions: Vec<AccountVersion>,
    /// Replaced or struck.
    pub earlier: Vec<AccountVersion>,
}

/// The words of an account as they stood at one pause.
#[derive(Clone, PartialEq, Eq)]
pub struct AccountVersion {
    /// Who, where, when.
    pub fact: Fact,
    /// The words.
    pub text: String,
    /// `yes`, `no` or `not_possible`; absent when nobody said.
    pub read_back: Option<String>,
}

/// One answer to one question about a report.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// Who, where, when.
    pub fact: Fact,
    /// Id of the report.
    pub report: String,
    /// Which question.
    pub field: String,
    /// A code or words.
    pub value: Option<String>,
    /// For questions about a time.
    pub time: Option<Time>,
    /// Ids of the answers it takes the place of, separated by one space.
    pub replaces: Option<String>,
}

/// One person in the case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Party {
    /// The same in all versions.
    pub party: String,
    /// Nothing replaces them.
    pub versions: Vec<PartyVersion>,
    /// Replaced or struck.
    pub earlier: Vec<PartyVersion>,
}

/// What is known about a person at one time.
#[derive(Clone, PartialEq, Eq)]
pub struct PartyVersion {
    /// Who, where, when.
    pub fact: Fact,
    /// The person's id in this case.
    pub party: String,
    /// Id of the report it was told in.
    pub report: Option<String>,
    /// `reported`, `affected`, `witness` or `other_involved`.
    pub kind: String,
    /// Attendee, speaker, volunteer, …
    pub role: Option<String>,
    /// As told.
    pub name: Option<String>,
    /// As typed; [`crate::badge`] compares.
    pub badge: Option<String>,
    /// A name used online.
    pub handle: Option<String>,
    /// As told.
    pub employer: Option<String>,
    /// What they look like.
    pub description: Option<String>,
    /// `certain`, `likely` or `guess`.
    pub confidence: Option<String>,
    /// How to reach them.
    pub contact: Option<String>,
    /// Ids of the versions it takes the place of, separated by one space.
    pub replaces: Option<String>,
}

/// One line of the case's log.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// Who, where, when.
    pub fact: Fact,
    /// What sort of line.
    pub kind: String,
    /// Words.
    pub text: Option<String>,
    /// A code, or the value of a `set`.
    pub value: Option<String>,
    /// Of a `set`: which register.
    pub field: Option<String>,
    /// The person it is about.
    pub party: Option<String>,
    /// Whom, for example who was told.
    pub who: Option<String>,
    /// When it happened, if not when it was written.
    pub time: Option<Time>,
    /// Ids of elements it speaks of, separated by one space.
    pub refs: Option<String>,
    /// Ids of the entries it takes the place of, separated by one space.
    pub replaces: Option<String>,
}

/// One step of the procedure and every mark on it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// Code in the pack.
    pub step: String,
    /// Everybody's, oldest first; the first one counts.
    pub marks: Vec<StepMark>,
}

/// Somebody's mark on a step.
#[derive(Clone, PartialEq, Eq)]
pub struct StepMark {
    /// Who, where, when.
    pub fact: Fact,
    /// Code in the pack.
    pub step: String,
    /// `done`, `offered` (no answer was known then), `declined` or `not_needed`.
    pub result: String,
    /// Words.
    pub note: Option<String>,
}

/// Help that was offered or given.
#[derive(Clone, PartialEq, Eq)]
pub struct Support {
    /// Who, where, when.
    pub fact: Fact,
    /// `private_place`, `fetch`, `escort`, `security`, `police` or `other`.
    pub kind: String,
    /// Words.
    pub text: Option<String>,
    /// Whom, or by whom.
    pub who: Option<String>,
    /// Place it starts.
    pub from: Option<String>,
    /// Place it ends.
    pub to: Option<String>,
    /// When.
    pub time: Option<Time>,
    /// That it was done.
    pub done: Option<Marked>,
}

/// Who said first that something was done, and how: the earliest such mark.
#[derive(Clone, PartialEq, Eq)]
pub struct Marked {
    /// The mark, to take it back by.
    pub id: FactId,
    /// Who set it.
    pub by: StaffId,
    /// When.
    pub at: Timestamp,
    /// What was said with it, for example how somebody was told.
    pub value: Option<String>,
}

/// Somebody who knows of the incident and has to hear that it was dealt with.
#[derive(Clone, PartialEq, Eq)]
pub struct Aware {
    /// Who, where, when.
    pub fact: Fact,
    /// Person or group.
    pub who: String,
    /// How they know.
    pub how: Option<String>,
    /// That they were told.
    pub told: Option<Marked>,
}

/// Something to do.
#[derive(Clone, PartialEq, Eq)]
pub struct Task {
    /// Who, where, when.
    pub fact: Fact,
    /// What.
    pub what: String,
    /// What one has to know to do it, and no more.
    pub needs: Option<String>,
    /// That it was done.
    pub done: Option<Marked>,
}

/// A photo or a paper. Its bytes are kept apart from the document, under their hash.
#[derive(Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Who, where, when.
    pub fact: Fact,
    /// SHA-256 of its bytes, 64 lower-case hex digits.
    pub sha256: String,
    /// What it was taken for when it was added.
    pub mime: String,
    /// In bytes.
    pub size: i64,
    /// What it shows.
    pub caption: Option<String>,
    /// Id of the report that it belongs to.
    pub report: Option<String>,
    /// That all its bytes came to the server.
    pub arrived: Option<Marked>,
}

/// Whether the affected person wants the police.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PoliceState {
    /// Nobody wrote anything down.
    Unknown,
    /// One answer.
    Known,
    /// Different answers: nobody acts on either, except in danger.
    AskAgain,
}

/// The police wish with the entries it rests on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Police {
    /// What may be done with it.
    pub state: PoliceState,
    /// The entries that nothing replaces and nobody struck.
    pub versions: Vec<Entry>,
}

/// Whether somebody is in danger now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Danger {
    /// As far as known, no.
    No,
    /// It could be.
    Unsure,
    /// Yes.
    Yes,
}

/// How the chair came to know.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChairKnows {
    /// Since when, by the clock of the device that says so.
    pub at: Timestamp,
    /// `voice`, `sms`, `in_person` or `opened`.
    pub how: String,
    /// Who wrote it down.
    pub by: StaffId,
    /// The entry.
    pub entry: FactId,
}

/// A case, merged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaseView {
    /// The earliest.
    pub opened: Option<Opened>,
    /// By `reported_at`, then id.
    pub reports: Vec<Report>,
    /// By the first version, then the person's id.
    pub parties: Vec<Party>,
    /// All of them, struck ones included.
    pub entries: Vec<Entry>,
    /// By code.
    pub steps: Vec<Step>,
    /// Oldest first.
    pub support: Vec<Support>,
    /// Oldest first.
    pub aware: Vec<Aware>,
    /// Oldest first.
    pub tasks: Vec<Task>,
    /// Oldest first.
    pub attachments: Vec<Attachment>,
    /// Each has at least one version; more than one is a dispute.
    pub registers: BTreeMap<String, Vec<Entry>>,
    /// Whether the police is wanted.
    pub police: Police,
    /// The most cautious recent word on danger, and its entry.
    pub danger: Option<(Danger, FactId)>,
    /// Absent: as far as this document says, the chair does not know.
    pub chair_knows: Option<ChairKnows>,
    /// How many elements are there that cannot be shown.
    pub unread: u64,
}

redacted_debug!(Fact: id, by, device, at);
redacted_debug!(Strike: id, by, at);
redacted_debug!(Time: from, to);
redacted_debug!(Opened: fact, drill);
redacted_debug!(Report: fact, reported_at, words, seen, embargo_told);
redacted_debug!(AccountVersion: fact);
redacted_debug!(Answer: fact);
redacted_debug!(PartyVersion: fact);
redacted_debug!(Entry: fact);
redacted_debug!(StepMark: fact);
redacted_debug!(Support: fact, done);
redacted_debug!(Marked: id, by, at);
redacted_debug!(Aware: fact, told);
redacted_debug!(Task: fact, done);
redacted_debug!(Attachment: fact, size, arrived);
