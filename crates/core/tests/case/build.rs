//! Elements with little in them.

use safehall_core::case::{
    Answer, Entry, Fact, Mark, PartyVersion, RawAccount, RawReport, RawStrike, Strike,
};
use safehall_core::{DeviceId, FactId, StaffId, Timestamp};

pub(crate) const NOOR: u8 = 1;
pub(crate) const JONAS: u8 = 2;
pub(crate) const MINUTE: i64 = 60_000;

pub(crate) fn id(number: u8) -> FactId {
    FactId::from_bytes([number; 16])
}

pub(crate) fn name(number: u8) -> String {
    id(number).to_string()
}

pub(crate) fn fact(number: u8, by: u8, minute: i64) -> Fact {
    Fact {
        id: id(number),
        by: StaffId::from_bytes([by; 16]),
        device: DeviceId::from_bytes([by; 16]),
        at: Timestamp(minute * MINUTE),
        clock_off: None,
        struck: Vec::new(),
    }
}

pub(crate) fn entry(number: u8, by: u8, minute: i64, kind: &str, value: &str) -> Entry {
    Entry {
        fact: fact(number, by, minute),
        kind: kind.into(),
        text: None,
        value: Some(value.into()),
        field: None,
        party: None,
        who: None,
        time: None,
        refs: None,
        replaces: None,
    }
}

pub(crate) fn set(number: u8, by: u8, minute: i64, field: &str, value: &str) -> Entry {
    Entry {
        field: Some(field.into()),
        ..entry(number, by, minute, "set", value)
    }
}

pub(crate) fn report(number: u8, minute: i64) -> RawReport {
    RawReport {
        fact: fact(number, NOOR, minute),
        reported_at: Timestamp(minute * MINUTE),
    }
}

pub(crate) fn account(
    number: u8,
    by: u8,
    minute: i64,
    text: &str,
    replaces: Option<u8>,
) -> RawAccount {
    RawAccount {
        fact: fact(number, by, minute),
        report: name(1),
        part: "words".into(),
        text: text.into(),
        replaces: replaces.map(name),
    }
}

pub(crate) fn answer(number: u8, by: u8, minute: i64, value: &str) -> Answer {
    Answer {
        fact: fact(number, by, minute),
        report: name(1),
        field: "complied".into(),
        value: Some(value.into()),
        time: None,
        replaces: None,
    }
}

pub(crate) fn party(
    number: u8,
    person: u8,
    minute: i64,
    badge: &str,
    replaces: Option<u8>,
) -> PartyVersion {
    PartyVersion {
        fact: fact(number, NOOR, minute),
        party: name(person),
        report: None,
        kind: "reported".into(),
        role: None,
        name: None,
        badge: Some(badge.into()),
        handle: None,
        employer: None,
        description: None,
        confidence: None,
        contact: None,
        replaces: replaces.map(name),
    }
}

pub(crate) fn mark(number: u8, minute: i64, target: u8, mark: &str, value: Option<&str>) -> Mark {
    Mark {
        fact: fact(number, NOOR, minute),
        target: name(target),
        mark: mark.into(),
        value: value.map(String::from),
    }
}

pub(crate) fn strike(number: u8, by: u8, minute: i64, target: u8) -> RawStrike {
    let strike = Strike {
        id: id(number),
        by: StaffId::from_bytes([by; 16]),
        at: Timestamp(minute * MINUTE),
        reason: Some("wrong person".into()),
    };
    RawStrike {
        target: name(target),
        strike,
    }
}

pub(crate) fn ids<'a>(facts: impl IntoIterator<Item = &'a Fact>) -> Vec<FactId> {
    facts.into_iter().map(|fact| fact.id).collect()
}

pub(crate) fn entry_ids(entries: &[Entry]) -> Vec<FactId> {
    ids(entries.iter().map(|entry| &entry.fact))
}
