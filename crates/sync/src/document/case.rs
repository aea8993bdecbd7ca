//! The elements of a case document, handed to `core` to be understood.

use automerge::Automerge;
use safehall_core::Timestamp;
use safehall_core::case::{
    self, Answer, Attachment, Aware, CaseView, Entry, Fact, Mark, Opened, PartyVersion, RawAccount,
    RawCase, RawReport, RawStrike, StepMark, Strike, Support, Task, Time,
};

use super::collections::{Collections, Element, Field, collections};

/// What the case reads as. Never fails: what cannot be read is counted.
#[must_use]
pub fn read_case(document: &Automerge) -> CaseView {
    case_of(collections(document))
}

/// The same, out of what was read before.
#[must_use]
pub fn case_of(found: Collections) -> CaseView {
    case::read(raw_case(found))
}

/// The collections that a case is read from.
const READ: [&str; 14] = [
    "opened",
    "reports",
    "accounts",
    "answers",
    "parties",
    "entries",
    "steps",
    "support",
    "aware",
    "tasks",
    "attachments",
    "marks",
    "strikes",
    "registers",
];

fn raw_case(found: Collections) -> RawCase {
    let mut unread = READ.iter().filter_map(|name| found.unread.get(*name)).sum();
    let mut raw = RawCase {
        opened: read(&found, "opened", &mut unread, |fields| {
            Some(Opened {
                fact: fields.fact(),
                policy: fields.text("policy")?,
                drill: fields.bool("drill")?,
            })
        }),
        reports: read(&found, "reports", &mut unread, |fields| {
            Some(RawReport {
                fact: fields.fact(),
                reported_at: Timestamp(fields.int("reported_at")?),
            })
        }),
        accounts: read(&found, "accounts", &mut unread, |fields| {
            Some(RawAccount {
                fact: fields.fact(),
                report: fields.text("report")?,
                part: fields.text("part")?,
                text: fields.text("text")?,
                replaces: fields.maybe_text("replaces")?,
            })
        }),
        answers: read(&found, "answers", &mut unread, |fields| {
            Some(Answer {
                fact: fields.fact(),
                report: fields.text("report")?,
                field: fields.text("field")?,
                value: fields.maybe_text("value")?,
                time: fields.maybe_time()?,
                replaces: fields.maybe_text("replaces")?,
            })
        }),
        parties: read(&found, "parties", &mut unread, party),
        entries: read(&found, "entries", &mut unread, entry),
        steps: read(&found, "steps", &mut unread, |fields| {
            Some(StepMark {
                fact: fields.fact(),
                step: fields.text("step")?,
                result: fields.text("result")?,
                note: fields.maybe_text("note")?,
            })
        }),
        support: read(&found, "support", &mut unread, |fields| {
            Some(Support {
                fact: fields.fact(),
                kind: fields.text("kind")?,
                text: fields.maybe_text("text")?,
                who: fields.maybe_text("who")?,
                from: fields.maybe_text("from")?,
                to: fields.maybe_text("to")?,
                time: fields.maybe_time()?,
                done: None,
            })
        }),
        aware: read(&found, "aware", &mut unread, |fields| {
            Some(Aware {
                fact: fields.fact(),
                who: fields.text("who")?,
                how: fields.maybe_text("how")?,
                told: None,
            })
        }),
        tasks: read(&found, "tasks", &mut unread, |fields| {
            Some(Task {
                fact: fields.fact(),
                what: fields.text("what")?,
                needs: fields.maybe_text("needs")?,
                done: None,
            })
        }),
        attachments: read(&found, "attachments", &mut unread, |fields| {
            Some(Attachment {
                fact: fields.fact(),
                sha256: fields.text("sha256")?,
                mime: fields.text("mime")?,
                size: fields.int("size")?,
                caption: fields.maybe_text("caption")?,
                report: fields.maybe_text("report")?,
                arrived: None,
            })
        }),
        marks: read(&found, "marks", &mut unread, |fields| {
            Some(Mark {
                fact: fields.fact(),
                target: fields.text("target")?,
                mark: fields.text("mark")?,
                value: fields.maybe_text("value")?,
            })
        }),
        strikes: read(&found, "strikes", &mut unread, |fields| {
            let fact = fields.fact();
            let strike = Strike {
                id: fact.id,
                by: fact.by,
                at: fact.at,
                reason: fields.maybe_text("reason")?,
            };
            Some(RawStrike {
                target: fields.text("target")?,
                strike,
            })
        }),
        registers: found.registers,
        unread: 0,
    };
    raw.unread = unread;
    raw
}

fn party(fields: &Fields<'_>) -> Option<PartyVersion> {
    Some(PartyVersion {
        fact: fields.fact(),
        party: fields.text("party")?,
        report: fields.maybe_text("report")?,
        kind: fields.text("kind")?,
        role: fields.maybe_text("role")?,
        name: fields.maybe_text("name")?,
        badge: fields.maybe_text("badge")?,
        handle: fields.maybe_text("handle")?,
        employer: fields.maybe_text("employer")?,
        description: fields.maybe_text("description")?,
        confidence: fields.maybe_text("confidence")?,
        contact: fields.maybe_text("contact")?,
        replaces: fields.maybe_text("replaces")?,
    })
}

fn entry(fields: &Fields<'_>) -> Option<Entry> {
    Some(Entry {
        fact: fields.fact(),
        kind: fields.text("kind")?,
        text: fields.maybe_text("text")?,
        value: fields.maybe_text("value")?,
        field: fields.maybe_text("field")?,
        party: fields.maybe_text("party")?,
        who: fields.maybe_text("who")?,
        time: fields.maybe_time()?,
        refs: fields.maybe_text("refs")?,
        replaces: fields.maybe_text("replaces")?,
    })
}

fn read<T>(
    found: &Collections,
    name: &str,
    unread: &mut u64,
    one: impl Fn(&Fields<'_>) -> Option<T>,
) -> Vec<T> {
    let elements = found.of(name);
    let understood: Vec<T> = elements
        .iter()
        .filter_map(|element| one(&Fields(element)))
        .collect();
    *unread += (elements.len() - understood.len()) as u64;
    understood
}

/// The fields of an element, by the type that each must have. `None`: it has
/// another, or is needed and absent, and the element is not shown.
struct Fields<'a>(&'a Element);

impl Fields<'_> {
    fn fact(&self) -> Fact {
        let Element {
            id,
            by,
            device,
            at,
            clock_off,
            ..
        } = *self.0;
        Fact {
            id,
            by,
            device,
            at: Timestamp(at),
            clock_off,
            struck: Vec::new(),
        }
    }

    fn text(&self, name: &str) -> Option<String> {
        self.maybe_text(name)?
    }

    fn maybe_text(&self, name: &str) -> Option<Option<String>> {
        match self.maybe(name)? {
            None => Some(None),
            Some(Field::Text(text)) => Some(Some(text.clone())),
            Some(_) => None,
        }
    }

    fn int(&self, name: &str) -> Option<i64> {
        match self.maybe(name)?? {
            Field::Int(int) => Some(*int),
            _ => None,
        }
    }

    fn bool(&self, name: &str) -> Option<bool> {
        match self.maybe(name)?? {
            Field::Bool(bool) => Some(*bool),
            _ => None,
        }
    }

    fn maybe_time(&self) -> Option<Option<Time>> {
        let fields = match self.maybe("time")? {
            None => return Some(None),
            Some(Field::Map(fields)) => fields,
            Some(_) => return None,
        };
        let text = |name: &str| match fields.get(name) {
            None => Some(None),
            Some(Field::Text(text)) => Some(Some(text.clone())),
            Some(_) => None,
        };
        let moment = |name: &str| match fields.get(name) {
            None => Some(None),
            Some(Field::Int(at)) => Some(Some(Timestamp(*at))),
            Some(_) => None,
        };
        Some(Some(Time {
            kind: text("kind")??,
            from: moment("from")?,
            to: moment("to")?,
            words: text("words")?,
        }))
    }

    fn maybe(&self, name: &str) -> Option<Option<&Field>> {
        if self.0.wrong.contains(name) {
            None
        } else {
            Some(self.0.fields.get(name))
        }
    }
}
