//! The rules under "What a case reads as" in `docs/DOCUMENTS.md`. Whoever has a
//! phone of the event decides how much stands in a case: nothing is looked for by
//! going through everything else.

use std::collections::{BTreeMap, BTreeSet};

use super::raw::{Mark, RawAccount, RawCase, RawReport, RawStrike};
use super::view::{
    Account, AccountVersion, Answer, Attachment, Aware, CaseView, ChairKnows, Danger, Entry, Fact,
    Marked, Opened, Party, PartyVersion, Police, PoliceState, Report, Step, StepMark, Strike,
    Support, Task, Time,
};
use crate::{DeviceId, FactId, Timestamp};

/// An old word on danger stops counting this long before the latest one.
const DANGER_WINDOW: i64 = 30 * 60 * 1000;

/// Reads a case. Total: whatever was merged can be shown.
#[must_use]
pub fn read(mut raw: RawCase) -> CaseView {
    let unknown = leave_unknown(&mut raw);
    let strikes = Strikes::gather(raw.strikes);
    let marks = Marks::gather(strikes.lay_on(raw.marks));
    let accounts = strikes.lay_on(raw.accounts);
    let answers = strikes.lay_on(raw.answers);
    let entries = strikes.lay_on(raw.entries);
    let reports = strikes.lay_on(raw.reports);

    let report_ids: BTreeSet<String> = reports
        .iter()
        .map(|report| report.fact.id.to_string())
        .collect();
    let lost_accounts = accounts
        .iter()
        .filter(|account| !report_ids.contains(&account.report));
    let lost_answers = answers
        .iter()
        .filter(|answer| !report_ids.contains(&answer.report));
    let mut unread = raw
        .unread
        .saturating_add(unknown)
        .saturating_add(count(lost_accounts))
        .saturating_add(count(lost_answers));

    let replaced_accounts = replaced(
        accounts
            .iter()
            .map(|account| (&account.fact, &account.replaces)),
    );
    let replaced_answers = replaced(
        answers
            .iter()
            .map(|answer| (&answer.fact, &answer.replaces)),
    );
    let accounts = grouped(&accounts, |account| account.report.clone());
    let answers = grouped(&answers, |answer| answer.report.clone());
    let mut reports: Vec<Report> = reports
        .into_iter()
        .map(|report| {
            let id = report.fact.id.to_string();
            let told = accounts.get(&id).map_or(&[][..], Vec::as_slice);
            let account = |part| account(told, &replaced_accounts, &marks, part);
            Report {
                words: account("words"),
                seen: account("seen"),
                answers: answers_of(
                    answers.get(&id).map_or(&[][..], Vec::as_slice),
                    &replaced_answers,
                ),
                embargo_told: marks.earliest("embargo_told", &id).map(|mark| mark.fact.at),
                reported_at: report.reported_at,
                fact: report.fact,
            }
        })
        .collect();
    reports.sort_by_key(|report| (report.reported_at, report.fact.id, report.fact.device));

    CaseView {
        opened: strikes.lay_on(raw.opened).into_iter().next(),
        reports,
        parties: parties(strikes.lay_on(raw.parties)),
        steps: steps(strikes.lay_on(raw.steps)),
        support: with_marks(strikes.lay_on(raw.support), &marks, "done", |help, done| {
            help.done = done
        }),
        aware: with_marks(strikes.lay_on(raw.aware), &marks, "told", |aware, told| {
            aware.told = told
        }),
        tasks: with_marks(strikes.lay_on(raw.tasks), &marks, "done", |task, done| {
            task.done = done
        }),
        attachments: with_marks(
            strikes.lay_on(raw.attachments),
            &marks,
            "arrived",
            |attachment, arrived| attachment.arrived = arrived,
        ),
        registers: registers(&raw.registers, &entries, &mut unread),
        police: police(&entries),
        danger: danger(&entries),
        chair_knows: chair_knows(&entries),
        entries,
        unread,
    }
}

/// Takes out what a newer app said with codes that this one cannot show, and says how many elements that were.
fn leave_unknown(raw: &mut RawCase) -> u64 {
    let all = |raw: &RawCase| {
        raw.accounts.len()
            + raw.answers.len()
            + raw.parties.len()
            + raw.entries.len()
            + raw.steps.len()
            + raw.support.len()
            + raw.attachments.len()
    };
    let before = all(raw);
    raw.accounts
        .retain(|account| matches!(account.part.as_str(), "words" | "seen"));
    raw.answers
        .retain(|answer| known_time(answer.time.as_ref()));
    raw.parties.retain(|party| {
        matches!(
            party.kind.as_str(),
            "reported" | "affected" | "witness" | "other_involved"
        ) && party
            .confidence
            .as_ref()
            .is_none_or(|code| matches!(code.as_str(), "certain" | "likely" | "guess"))
    });
    raw.entries.retain(|entry| known_time(entry.time.as_ref()));
    raw.steps.retain(|mark| {
        matches!(
            mark.result.as_str(),
            "done" | "offered" | "declined" | "not_needed"
        )
    });
    raw.support
        .retain(|support| known_time(support.time.as_ref()));
    raw.attachments
        .retain(|attachment| is_hash(&attachment.sha256));
    (before - all(raw)) as u64
}

/// Bytes can be asked for by nothing else.
fn is_hash(text: &str) -> bool {
    text.len() == 64
        && text
            .bytes()
            .all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

fn known_time(time: Option<&Time>) -> bool {
    time.is_none_or(|time| {
        matches!(
            time.kind.as_str(),
            "at" | "around" | "between" | "before" | "after" | "repeated" | "unknown"
        )
    })
}

/// An element that has a [`Fact`] in it.
trait Element {
    fn fact(&self) -> &Fact;
    fn fact_mut(&mut self) -> &mut Fact;
}

macro_rules! elements {
    ($($type:ty),*) => { $(impl Element for $type {
        fn fact(&self) -> &Fact { &self.fact }
        fn fact_mut(&mut self) -> &mut Fact { &mut self.fact }
    })* };
}
elements!(
    Opened,
    RawReport,
    RawAccount,
    Answer,
    PartyVersion,
    Entry,
    StepMark,
    Support,
    Aware,
    Task,
    Attachment,
    Mark
);

fn order(fact: &Fact) -> (Timestamp, FactId, DeviceId) {
    (fact.at, fact.id, fact.device)
}

struct Strikes(BTreeMap<String, Vec<Strike>>);

impl Strikes {
    fn gather(raw: Vec<RawStrike>) -> Self {
        let mut by_target: BTreeMap<String, Vec<Strike>> = BTreeMap::new();
        for RawStrike { target, strike } in raw {
            by_target.entry(target).or_default().push(strike);
        }
        for strikes in by_target.values_mut() {
            strikes.sort_by_key(|strike| (strike.at, strike.id, strike.by));
        }
        Self(by_target)
    }

    /// The elements in their order, each with its strikes.
    fn lay_on<T: Element>(&self, mut elements: Vec<T>) -> Vec<T> {
        for element in &mut elements {
            let fact = element.fact_mut();
            fact.struck = self
                .0
                .get(&fact.id.to_string())
                .cloned()
                .unwrap_or_default();
        }
        elements.sort_by_key(|element| order(element.fact()));
        elements
    }
}

/// The marks that are not struck, by what they mark; of each, earliest first.
struct Marks(BTreeMap<String, Vec<Mark>>);

impl Marks {
    fn gather(sorted: Vec<Mark>) -> Self {
        let mut by_target: BTreeMap<String, Vec<Mark>> = BTreeMap::new();
        for mark in sorted {
            if mark.fact.struck.is_empty() {
                by_target.entry(mark.target.clone()).or_default().push(mark);
            }
        }
        Self(by_target)
    }

    fn of(&self, target: &str) -> impl DoubleEndedIterator<Item = &Mark> {
        self.0.get(target).into_iter().flatten()
    }

    fn earliest(&self, kind: &str, target: &str) -> Option<&Mark> {
        self.of(target).find(|mark| mark.mark == kind)
    }

    fn latest_read_back(&self, target: &str) -> Option<String> {
        let latest = self.of(target).rfind(|mark| mark.mark == "read_back")?;
        latest
            .value
            .clone()
            .filter(|value| matches!(value.as_str(), "yes" | "no" | "not_possible"))
    }
}

/// Elements by something that each of them names, in the order in which they came.
fn grouped<T>(all: &[T], key: impl Fn(&T) -> String) -> BTreeMap<String, Vec<&T>> {
    let mut groups: BTreeMap<String, Vec<&T>> = BTreeMap::new();
    for element in all {
        groups.entry(key(element)).or_default().push(element);
    }
    groups
}

fn count<T>(elements: impl Iterator<Item = T>) -> u64 {
    elements.fold(0, |sum, _| sum + 1)
}

/// The ids that some other element takes the place of; nothing takes its own.
fn replaced<'a>(lists: impl Iterator<Item = (&'a Fact, &'a Option<String>)>) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for (fact, list) in lists {
        let own = fact.id.to_string();
        ids.extend(
            list.iter()
                .flat_map(|ids| ids.split(' '))
                .filter(|id| *id != own)
                .map(String::from),
        );
    }
    ids
}

fn is_version(fact: &Fact, replaced: &BTreeSet<String>) -> bool {
    fact.struck.is_empty() && !replaced.contains(&fact.id.to_string())
}

fn account(
    of_report: &[&RawAccount],
    replaced: &BTreeSet<String>,
    marks: &Marks,
    part: &str,
) -> Option<Account> {
    let (versions, earlier): (Vec<_>, Vec<_>) = of_report
        .iter()
        .filter(|account| account.part == part)
        .map(|account| AccountVersion {
            read_back: marks.latest_read_back(&account.fact.id.to_string()),
            text: account.text.clone(),
            fact: account.fact.clone(),
        })
        .partition(|version| is_version(&version.fact, replaced));
    (!versions.is_empty() || !earlier.is_empty()).then_some(Account { versions, earlier })
}

fn with_marks<T: Element>(
    mut elements: Vec<T>,
    marks: &Marks,
    kind: &str,
    set: impl Fn(&mut T, Option<Marked>),
) -> Vec<T> {
    for element in &mut elements {
        let mark = marks.earliest(kind, &element.fact().id.to_string());
        set(element, mark.map(marked));
    }
    elements
}

fn marked(mark: &Mark) -> Marked {
    Marked {
        id: mark.fact.id,
        by: mark.fact.by,
        at: mark.fact.at,
        value: mark.value.clone(),
    }
}

fn answers_of(of_report: &[&Answer], replaced: &BTreeSet<String>) -> BTreeMap<String, Vec<Answer>> {
    let mut by_field: BTreeMap<String, Vec<Answer>> = BTreeMap::new();
    let mut said = BTreeSet::new();
    for answer in of_report {
        // They come oldest first, so the one that stays is the earliest.
        if is_version(&answer.fact, replaced)
            && said.insert((&answer.field, &answer.value, &answer.time))
        {
            let versions = by_field.entry(answer.field.clone()).or_default();
            versions.push((*answer).clone());
        }
    }
    by_field
}

fn parties(all: Vec<PartyVersion>) -> Vec<Party> {
    let replaced = replaced(all.iter().map(|version| (&version.fact, &version.replaces)));
    let mut by_id: BTreeMap<String, (Timestamp, Party)> = BTreeMap::new();
    for version in all {
        // They come oldest first, so the first time is the earliest.
        let (_, party) = by_id.entry(version.party.clone()).or_insert_with(|| {
            let party = Party {
                party: version.party.clone(),
                versions: Vec::new(),
                earlier: Vec::new(),
            };
            (version.fact.at, party)
        });
        if is_version(&version.fact, &replaced) {
            &mut party.versions
        } else {
            &mut party.earlier
        }
        .push(version);
    }
    let mut parties: Vec<_> = by_id.into_values().collect();
    // Stable: those first mentioned at one time stay in the order of their ids.
    parties.sort_by_key(|(first, _)| *first);
    parties.into_iter().map(|(_, party)| party).collect()
}

fn steps(all: Vec<StepMark>) -> Vec<Step> {
    let mut by_code: BTreeMap<String, Vec<StepMark>> = BTreeMap::new();
    for mark in all {
        by_code.entry(mark.step.clone()).or_default().push(mark);
    }
    by_code
        .into_iter()
        .map(|(step, marks)| Step { step, marks })
        .collect()
}

fn registers(
    raw: &BTreeMap<String, Vec<String>>,
    entries: &[Entry],
    unread: &mut u64,
) -> BTreeMap<String, Vec<Entry>> {
    let by_id = grouped(entries, |entry| entry.fact.id.to_string());
    let mut registers = BTreeMap::new();
    for (field, values) in raw {
        let is_set = |entry: &&&Entry| entry.kind == "set" && entry.field.as_ref() == Some(field);
        let mut found: Vec<&Entry> = Vec::new();
        for id in values.iter().collect::<BTreeSet<_>>() {
            let before = found.len();
            found.extend(by_id.get(id).into_iter().flatten().filter(is_set));
            if found.len() == before {
                *unread = unread.saturating_add(1);
            }
        }
        found.sort_by_key(|entry| order(&entry.fact));
        let mut said = BTreeSet::new();
        let versions: Vec<Entry> = found
            .into_iter()
            .filter(|entry| entry.fact.struck.is_empty() && said.insert(&entry.value))
            .cloned()
            .collect();
        if !versions.is_empty() {
            registers.insert(field.clone(), versions);
        }
    }
    registers
}

fn versions_of<'a>(entries: &'a [Entry], kind: &str) -> Vec<&'a Entry> {
    let replaced = replaced(entries.iter().map(|entry| (&entry.fact, &entry.replaces)));
    entries
        .iter()
        .filter(|entry| entry.kind == kind && is_version(&entry.fact, &replaced))
        .collect()
}

fn police(entries: &[Entry]) -> Police {
    let versions = versions_of(entries, "police_wish");
    let state = match versions.split_first() {
        None => PoliceState::Unknown,
        Some((first, rest)) if rest.iter().all(|other| other.value == first.value) => {
            PoliceState::Known
        }
        Some(_) => PoliceState::AskAgain,
    };
    Police {
        state,
        versions: versions.into_iter().cloned().collect(),
    }
}

fn danger(entries: &[Entry]) -> Option<(Danger, FactId)> {
    let said: Vec<(Danger, &Fact)> = versions_of(entries, "danger")
        .into_iter()
        .filter_map(|entry| Some((danger_code(entry.value.as_deref()?)?, &entry.fact)))
        .collect();
    let latest = said.iter().map(|(_, fact)| fact.at).max()?;
    said.into_iter()
        .filter(|(_, fact)| latest.since(fact.at) <= DANGER_WINDOW)
        .max_by_key(|(danger, fact)| (*danger as u8, order(fact)))
        .map(|(danger, fact)| (danger, fact.id))
}

fn danger_code(value: &str) -> Option<Danger> {
    match value {
        "yes" => Some(Danger::Yes),
        "unsure" => Some(Danger::Unsure),
        "no" => Some(Danger::No),
        _ => None,
    }
}

fn chair_knows(entries: &[Entry]) -> Option<ChairKnows> {
    entries
        .iter()
        .filter(|entry| entry.fact.struck.is_empty())
        .find_map(|entry| {
            let how = match (entry.kind.as_str(), entry.value.as_deref()) {
                ("chair_opened", _) => "opened",
                ("chair_told", Some(how @ ("voice" | "sms" | "in_person"))) => how,
                _ => return None,
            };
            Some(ChairKnows {
                at: entry.fact.at,
                how: how.to_owned(),
                by: entry.fact.by,
                entry: entry.fact.id,
            })
        })
}
