//! What is known of a case as a whole: the police, danger, and who was told.

use safehall_core::Timestamp;
use safehall_core::case::{
    Aware, Danger, Entry, Marked, PoliceState, RawCase, Support, Task, read,
};

use crate::build::{JONAS, MINUTE, NOOR, entry, entry_ids, fact, id, mark, name, report, strike};

#[test]
fn two_different_police_wishes_mean_ask_again_until_somebody_asked() {
    let no = entry(1, NOOR, 1, "police_wish", "does_not_want");
    let undecided = entry(2, JONAS, 4, "police_wish", "undecided");
    let asked = Entry {
        replaces: Some(format!("{} {}", name(1), name(2))),
        ..entry(3, NOOR, 55, "police_wish", "does_not_want")
    };
    let police = |entries| {
        read(RawCase {
            entries,
            ..RawCase::default()
        })
        .police
    };
    assert_eq!(police(vec![]).state, PoliceState::Unknown);
    assert_eq!(police(vec![no.clone()]).state, PoliceState::Known);
    assert_eq!(
        police(vec![undecided.clone(), no.clone()]).state,
        PoliceState::AskAgain
    );
    let settled = police(vec![asked, undecided, no]);
    assert_eq!(
        (settled.state, entry_ids(&settled.versions)),
        (PoliceState::Known, vec![id(3)])
    );
}

#[test]
fn danger_is_the_most_cautious_word_of_the_last_half_hour() {
    let danger = |said: &[(u8, i64, &str)]| {
        let entries = said
            .iter()
            .map(|(number, minute, value)| entry(*number, NOOR, *minute, "danger", value))
            .collect();
        read(RawCase {
            entries,
            ..RawCase::default()
        })
        .danger
    };
    assert_eq!(danger(&[]), None);
    assert_eq!(
        danger(&[(1, 0, "yes"), (2, 30, "no")]),
        Some((Danger::Yes, id(1)))
    );
    assert_eq!(
        danger(&[(1, 0, "yes"), (2, 31, "no")]),
        Some((Danger::No, id(2)))
    );
    assert_eq!(
        danger(&[(1, 0, "unsure"), (2, 5, "unsure"), (3, 9, "no")]),
        Some((Danger::Unsure, id(2)))
    );
    assert_eq!(
        danger(&[(1, 0, "no"), (2, 99, "orange")]),
        Some((Danger::No, id(1)))
    );
}

#[test]
fn the_chair_knows_from_the_first_time_it_was_told_or_opened_the_case() {
    let raw = RawCase {
        entries: vec![
            entry(3, NOOR, 1, "chair_told", "carrier pigeon"),
            entry(1, NOOR, 9, "chair_told", "voice"),
            entry(2, JONAS, 4, "chair_told", "sms"),
            Entry {
                value: None,
                ..entry(4, NOOR, 24, "chair_opened", "")
            },
        ],
        strikes: vec![strike(8, JONAS, 5, 2)],
        ..RawCase::default()
    };
    let knows = read(raw.clone()).chair_knows.unwrap();
    assert_eq!(
        (knows.at, knows.how.as_str(), knows.entry),
        (Timestamp(9 * MINUTE), "voice", id(1))
    );
    let strikes = vec![strike(8, JONAS, 5, 2), strike(9, NOOR, 10, 1)];
    let knows = read(RawCase { strikes, ..raw }).chair_knows.unwrap();
    assert_eq!((knows.how.as_str(), knows.entry), ("opened", id(4)));
}

#[test]
fn told_done_and_the_embargo_count_from_the_earliest_mark_that_nobody_struck() {
    let raw = RawCase {
        reports: vec![report(1, 0)],
        aware: vec![Aware {
            fact: fact(2, NOOR, 1),
            who: "coffee bar".into(),
            how: None,
            told: None,
        }],
        tasks: vec![Task {
            fact: fact(3, NOOR, 1),
            what: "fetch".into(),
            needs: None,
            done: None,
        }],
        marks: vec![
            mark(20, 9, 1, "embargo_told", None),
            mark(21, 7, 2, "told", Some("in_person")),
            mark(22, 5, 2, "told", None),
            mark(25, 10, 2, "told", Some("announcement")),
            mark(23, 4, 2, "done", None),
            mark(24, 8, 3, "done", None),
            mark(26, 6, 4, "done", None),
        ],
        support: vec![Support {
            fact: fact(4, NOOR, 1),
            kind: "escort".into(),
            text: None,
            who: None,
            from: None,
            to: None,
            time: None,
            done: None,
        }],
        strikes: vec![strike(8, NOOR, 9, 22)],
        ..RawCase::default()
    };
    let view = read(raw);
    assert_eq!(view.reports[0].embargo_told, Some(Timestamp(9 * MINUTE)));
    let said = |mark: &Option<Marked>| {
        mark.as_ref()
            .map(|mark| (mark.id, mark.by, mark.at, mark.value.clone()))
    };
    let noor = fact(21, NOOR, 7).by;
    let at = |number: u8, minute: i64, value: Option<&str>| {
        let fact = fact(number, NOOR, minute);
        Some((fact.id, noor, fact.at, value.map(str::to_owned)))
    };
    assert_eq!(said(&view.aware[0].told), at(21, 7, Some("in_person")));
    assert_eq!(said(&view.tasks[0].done), at(24, 8, None));
    assert_eq!(said(&view.support[0].done), at(26, 6, None));
}
