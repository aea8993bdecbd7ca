//! A case as the JSON of `docs/DOCUMENTS.md`: what is absent is not there, and
//! names are in alphabetical order.

use std::collections::BTreeMap;

use safehall_core::Timestamp;
use safehall_core::case::{
    Account, AccountVersion, Answer, Attachment, CaseView, Danger, Entry, Fact, Marked,
    PartyVersion, PoliceState, Report, StepMark, Strike, Support, Time,
};
use serde_json::{Map, Value, json};

/// The whole case.
pub(super) fn case(view: &CaseView) -> Value {
    let CaseView {
        opened,
        reports,
        parties,
        entries,
        steps,
        support,
        aware,
        tasks,
        attachments,
        registers,
        police,
        danger,
        chair_knows,
        unread,
    } = view;
    let opened = opened.as_ref().map(|opened| {
        element(
            &opened.fact,
            [
                ("policy", json!(opened.policy)),
                ("drill", json!(opened.drill)),
            ],
        )
    });
    let state = match police.state {
        PoliceState::Unknown => "unknown",
        PoliceState::Known => "known",
        PoliceState::AskAgain => "ask_again",
    };
    let danger = danger.map(|(danger, entry)| {
        let value = match danger {
            Danger::Yes => "yes",
            Danger::Unsure => "unsure",
            Danger::No => "no",
        };
        json!({ "value": value, "entry": entry.to_string() })
    });
    let chair_knows = chair_knows.as_ref().map(|knows| {
        json!({ "at": knows.at.0, "how": knows.how, "by": knows.by.to_string(), "entry": knows.entry.to_string() })
    });
    object([
        ("opened", json!(opened)),
        ("reports", list(reports, report)),
        (
            "parties",
            list(parties, |each| {
                object([
                    ("party", json!(each.party)),
                    ("versions", list(&each.versions, party)),
                    ("earlier", list(&each.earlier, party)),
                ])
            }),
        ),
        ("entries", list(entries, entry)),
        (
            "steps",
            list(steps, |each| {
                object([
                    ("step", json!(each.step)),
                    ("marks", list(&each.marks, step_mark)),
                ])
            }),
        ),
        ("support", list(support, help)),
        (
            "aware",
            list(aware, |each| {
                element(
                    &each.fact,
                    [
                        ("who", json!(each.who)),
                        ("how", json!(each.how)),
                        ("told", json!(each.told.as_ref().map(marked))),
                    ],
                )
            }),
        ),
        (
            "tasks",
            list(tasks, |each| {
                element(
                    &each.fact,
                    [
                        ("what", json!(each.what)),
                        ("needs", json!(each.needs)),
                        ("done", json!(each.done.as_ref().map(marked))),
                    ],
                )
            }),
        ),
        ("attachments", list(attachments, attachment)),
        ("registers", by_field(registers, entry)),
        (
            "police",
            object([
                ("state", json!(state)),
                ("versions", list(&police.versions, entry)),
            ]),
        ),
        ("danger", json!(danger)),
        ("chair_knows", json!(chair_knows)),
        ("unread", json!(unread)),
    ])
}

fn report(report: &Report) -> Value {
    let accounts = object([
        ("words", json!(report.words.as_ref().map(account))),
        ("seen", json!(report.seen.as_ref().map(account))),
    ]);
    element(
        &report.fact,
        [
            ("reported_at", json!(report.reported_at.0)),
            ("accounts", accounts),
            ("answers", by_field(&report.answers, answer)),
            ("embargo_told", json!(report.embargo_told.map(|at| at.0))),
        ],
    )
}

fn account(account: &Account) -> Value {
    let version = |version: &AccountVersion| {
        element(
            &version.fact,
            [
                ("text", json!(version.text)),
                ("read_back", json!(version.read_back)),
            ],
        )
    };
    object([
        ("versions", list(&account.versions, version)),
        ("earlier", list(&account.earlier, version)),
    ])
}

fn answer(answer: &Answer) -> Value {
    element(
        &answer.fact,
        [
            ("report", json!(answer.report)),
            ("field", json!(answer.field)),
            ("value", json!(answer.value)),
            ("time", json!(answer.time.as_ref().map(time))),
        ],
    )
}

fn party(version: &PartyVersion) -> Value {
    element(
        &version.fact,
        [
            ("party", json!(version.party)),
            ("report", json!(version.report)),
            ("kind", json!(version.kind)),
            ("role", json!(version.role)),
            ("name", json!(version.name)),
            ("badge", json!(version.badge)),
            ("handle", json!(version.handle)),
            ("employer", json!(version.employer)),
            ("description", json!(version.description)),
            ("confidence", json!(version.confidence)),
            ("contact", json!(version.contact)),
        ],
    )
}

fn entry(entry: &Entry) -> Value {
    element(
        &entry.fact,
        [
            ("kind", json!(entry.kind)),
            ("text", json!(entry.text)),
            ("value", json!(entry.value)),
            ("field", json!(entry.field)),
            ("party", json!(entry.party)),
            ("who", json!(entry.who)),
            ("time", json!(entry.time.as_ref().map(time))),
            ("refs", json!(entry.refs)),
            ("replaces", json!(entry.replaces)),
        ],
    )
}

fn step_mark(mark: &StepMark) -> Value {
    element(
        &mark.fact,
        [
            ("step", json!(mark.step)),
            ("result", json!(mark.result)),
            ("note", json!(mark.note)),
        ],
    )
}

fn help(support: &Support) -> Value {
    element(
        &support.fact,
        [
            ("kind", json!(support.kind)),
            ("text", json!(support.text)),
            ("who", json!(support.who)),
            ("from", json!(support.from)),
            ("to", json!(support.to)),
            ("time", json!(support.time.as_ref().map(time))),
            ("done", json!(support.done.as_ref().map(marked))),
        ],
    )
}

fn attachment(attachment: &Attachment) -> Value {
    element(
        &attachment.fact,
        [
            ("sha256", json!(attachment.sha256)),
            ("mime", json!(attachment.mime)),
            ("size", json!(attachment.size)),
            ("caption", json!(attachment.caption)),
            ("report", json!(attachment.report)),
            ("arrived", json!(attachment.arrived.as_ref().map(marked))),
        ],
    )
}

fn marked(mark: &Marked) -> Value {
    object([
        ("id", json!(mark.id.to_string())),
        ("by", json!(mark.by.to_string())),
        ("at", json!(mark.at.0)),
        ("value", json!(mark.value)),
    ])
}

fn time(time: &Time) -> Value {
    let millis = |at: Option<Timestamp>| json!(at.map(|at| at.0));
    object([
        ("kind", json!(time.kind)),
        ("from", millis(time.from)),
        ("to", millis(time.to)),
        ("words", json!(time.words)),
    ])
}

fn element<const N: usize>(fact: &Fact, fields: [(&str, Value); N]) -> Value {
    let strike = |strike: &Strike| {
        object([
            ("id", json!(strike.id.to_string())),
            ("by", json!(strike.by.to_string())),
            ("at", json!(strike.at.0)),
            ("reason", json!(strike.reason)),
        ])
    };
    let struck = if fact.struck.is_empty() {
        Value::Null
    } else {
        list(&fact.struck, strike)
    };
    let common = [
        ("id", json!(fact.id.to_string())),
        ("by", json!(fact.by.to_string())),
        ("device", json!(fact.device.to_string())),
        ("at", json!(fact.at.0)),
        ("clock_off", json!(fact.clock_off)),
        ("struck", struck),
    ];
    object(common.into_iter().chain(fields))
}

fn by_field<T>(fields: &BTreeMap<String, Vec<T>>, one: impl Fn(&T) -> Value) -> Value {
    object(
        fields
            .iter()
            .map(|(field, versions)| (field.as_str(), json!({ "versions": list(versions, &one) }))),
    )
}

fn list<T>(all: &[T], one: impl Fn(&T) -> Value) -> Value {
    all.iter().map(one).collect()
}

/// Without what is absent.
fn object<'a>(fields: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    let there = fields.into_iter().filter(|(_, value)| !value.is_null());
    Value::Object(
        there
            .map(|(name, value)| (name.to_owned(), value))
            .collect::<Map<_, _>>(),
    )
}
