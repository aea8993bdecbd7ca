//! What merged cases read as.

mod accounts;
mod attachments;
mod build;
mod known;
mod steps;

use safehall_core::case::{
    Answer, Aware, Entry, PartyVersion, RawAccount, RawCase, RawReport, RawStrike, StepMark,
    Strike, Task, Time, read,
};
use safehall_core::{FactId, Timestamp};

use build::{
    JONAS, NOOR, account, answer, entry, entry_ids, fact, id, ids, mark, name, party, report, set,
    strike,
};

#[test]
fn what_two_phones_added_offline_is_all_there_whichever_came_first() {
    let noors = vec![entry(9, NOOR, 2, "note", ""), entry(4, NOOR, 7, "note", "")];
    let jonass = vec![
        entry(5, JONAS, 3, "note", ""),
        entry(3, JONAS, 7, "note", ""),
    ];
    let one = read(RawCase {
        entries: [noors.clone(), jonass.clone()].concat(),
        ..RawCase::default()
    });
    let other = read(RawCase {
        entries: [jonass, noors].concat(),
        ..RawCase::default()
    });
    assert!(one == other);
    assert_eq!(entry_ids(&one.entries), [id(9), id(5), id(3), id(4)]);
}

#[test]
fn one_id_that_two_devices_chose_reads_as_two_elements_in_the_order_of_the_devices() {
    let raw = RawCase {
        entries: vec![
            entry(4, JONAS, 7, "note", "b"),
            entry(4, NOOR, 7, "note", "a"),
        ],
        ..RawCase::default()
    };
    let values: Vec<_> = read(raw)
        .entries
        .into_iter()
        .map(|entry| entry.value.unwrap())
        .collect();
    assert_eq!(values, ["a", "b"]);
}

#[test]
fn a_step_that_two_people_ticked_keeps_both_marks_and_the_first_comes_first() {
    let mark = |number, by, minute, step: &str| StepMark {
        fact: fact(number, by, minute),
        step: step.into(),
        result: "done".into(),
        note: None,
    };
    let raw = RawCase {
        steps: vec![
            mark(2, JONAS, 9, "IR5"),
            mark(3, NOOR, 4, "IR5"),
            mark(1, NOOR, 5, "IR2"),
        ],
        ..RawCase::default()
    };
    let steps = read(raw).steps;
    assert_eq!(
        steps
            .iter()
            .map(|step| step.step.as_str())
            .collect::<Vec<_>>(),
        ["IR2", "IR5"]
    );
    assert_eq!(
        ids(steps[1].marks.iter().map(|mark| &mark.fact)),
        [id(3), id(2)]
    );
}

#[test]
fn two_places_set_at_once_are_two_versions_older_first() {
    let raw = RawCase {
        entries: vec![
            set(2, JONAS, 5, "place", "foyer"),
            set(1, NOOR, 2, "place", "terrace"),
        ],
        registers: [("place".to_owned(), vec![name(2), name(1)])].into(),
        ..RawCase::default()
    };
    assert_eq!(entry_ids(&read(raw).registers["place"]), [id(1), id(2)]);
}

#[test]
fn one_place_set_twice_is_no_dispute_and_the_earliest_speaks_for_it() {
    let raw = RawCase {
        entries: vec![
            set(2, JONAS, 5, "place", "foyer"),
            set(1, NOOR, 2, "place", "foyer"),
        ],
        registers: [("place".to_owned(), vec![name(2), name(1)])].into(),
        ..RawCase::default()
    };
    assert_eq!(entry_ids(&read(raw).registers["place"]), [id(1)]);
}

#[test]
fn a_struck_value_is_no_version_of_a_register_and_ends_a_dispute() {
    let raw = RawCase {
        entries: vec![
            set(2, JONAS, 5, "place", "foyer"),
            set(1, NOOR, 2, "place", "terrace"),
        ],
        registers: [("place".to_owned(), vec![name(2), name(1)])].into(),
        strikes: vec![strike(8, NOOR, 9, 1)],
        ..RawCase::default()
    };
    let view = read(raw);
    assert_eq!(
        (entry_ids(&view.registers["place"]), view.unread),
        (vec![id(2)], 0)
    );
}

#[test]
fn a_register_without_its_entry_counts_as_unread() {
    let raw = RawCase {
        entries: vec![
            set(1, NOOR, 2, "ongoing", "yes"),
            entry(3, NOOR, 1, "note", ""),
        ],
        registers: [(
            "place".to_owned(),
            vec![name(1), name(3), name(9), "not an id".to_owned()],
        )]
        .into(),
        unread: 5,
        ..RawCase::default()
    };
    let view = read(raw);
    assert_eq!((view.registers.len(), view.unread), (0, 9));
}

#[test]
fn an_entry_that_two_people_struck_stays_and_carries_both_strikes() {
    let raw = RawCase {
        entries: vec![entry(1, JONAS, 1, "note", "")],
        strikes: vec![strike(8, JONAS, 9, 1), strike(7, NOOR, 5, 1)],
        ..RawCase::default()
    };
    let view = read(raw);
    assert_eq!(view.entries[0].struck_ids(), [id(7), id(8)]);
}

trait Struck {
    fn struck_ids(&self) -> Vec<FactId>;
}

impl Struck for Entry {
    fn struck_ids(&self) -> Vec<FactId> {
        self.fact.struck.iter().map(|strike| strike.id).collect()
    }
}

#[test]
fn who_speaks_of_a_struck_entry_still_does() {
    let raw = RawCase {
        entries: vec![
            entry(1, JONAS, 1, "note", ""),
            Entry {
                refs: Some(name(1)),
                ..entry(2, NOOR, 2, "note", "")
            },
        ],
        strikes: vec![strike(8, JONAS, 9, 1)],
        ..RawCase::default()
    };
    let view = read(raw);
    assert_eq!(view.entries[1].refs, Some(name(1)));
    assert_eq!(view.entries[0].fact.struck.len(), 1);
}

#[test]
fn words_without_their_report_and_parts_from_a_newer_app_are_counted_and_not_lost_silently() {
    let raw = RawCase {
        reports: vec![report(1, 0)],
        accounts: vec![
            RawAccount {
                report: name(77),
                ..account(10, NOOR, 1, "a", None)
            },
            RawAccount {
                part: "drawn".into(),
                ..account(11, NOOR, 1, "a", None)
            },
        ],
        answers: vec![Answer {
            report: name(77),
            ..answer(12, NOOR, 1, "no")
        }],
        ..RawCase::default()
    };
    assert_eq!(read(raw).unread, 3);
}

#[test]
fn codes_from_a_newer_app_are_counted_where_nothing_can_be_shown_without_them() {
    let mark = StepMark {
        fact: fact(2, NOOR, 1),
        step: "IR1".into(),
        result: "postponed".into(),
        note: None,
    };
    let raw = RawCase {
        reports: vec![report(1, 0)],
        answers: vec![
            answer(12, NOOR, 3, "no"),
            Answer {
                time: Some(time("daypart")),
                ..answer(13, NOOR, 3, "yes")
            },
        ],
        parties: vec![
            PartyVersion {
                kind: "organisation".into(),
                ..party(4, 90, 8, "0417", Some(3))
            },
            PartyVersion {
                confidence: Some("hunch".into()),
                ..party(5, 90, 8, "0417", None)
            },
            party(3, 90, 2, "417", None),
        ],
        entries: vec![Entry {
            time: Some(time("at")),
            ..entry(6, NOOR, 1, "a kind of tomorrow", "")
        }],
        steps: vec![mark],
        ..RawCase::default()
    };
    let view = read(raw);
    assert_eq!(
        (view.unread, view.entries.len(), view.steps.len()),
        (4, 1, 0)
    );
    assert_eq!(
        ids(view.parties[0].versions.iter().map(|version| &version.fact)),
        [id(3)]
    );
    assert_eq!(
        ids(view.reports[0].answers["complied"]
            .iter()
            .map(|answer| &answer.fact)),
        [id(12)]
    );
}

fn time(kind: &str) -> Time {
    Time {
        kind: kind.into(),
        from: Some(Timestamp(0)),
        to: None,
        words: None,
    }
}

#[test]
fn nothing_takes_its_own_place() {
    let raw = RawCase {
        reports: vec![report(1, 0)],
        accounts: vec![account(10, NOOR, 1, "a", Some(10))],
        ..RawCase::default()
    };
    assert_eq!(
        read(raw).reports[0].words.clone().unwrap().versions.len(),
        1
    );
}

#[test]
fn two_equal_answers_count_once_and_two_different_ones_are_a_dispute() {
    let raw = RawCase {
        reports: vec![report(1, 0)],
        answers: vec![
            answer(12, JONAS, 3, "no"),
            answer(11, NOOR, 2, "no"),
            answer(13, JONAS, 4, "unknown"),
        ],
        ..RawCase::default()
    };
    let view = read(raw);
    assert_eq!(
        ids(view.reports[0].answers["complied"]
            .iter()
            .map(|answer| &answer.fact)),
        [id(11), id(13)]
    );
}

#[test]
fn an_answer_that_was_struck_leaves_no_question_answered() {
    let raw = RawCase {
        reports: vec![report(1, 0)],
        answers: vec![answer(12, JONAS, 3, "no")],
        strikes: vec![strike(8, JONAS, 9, 12)],
        ..RawCase::default()
    };
    assert!(read(raw).reports[0].answers.is_empty());
}

#[test]
fn reports_are_in_the_order_they_were_told_in_not_written_in() {
    let late = RawReport {
        reported_at: Timestamp(-5),
        ..report(2, 50)
    };
    let raw = RawCase {
        reports: vec![report(1, 0), late],
        ..RawCase::default()
    };
    assert_eq!(
        ids(read(raw).reports.iter().map(|report| &report.fact)),
        [id(2), id(1)]
    );
}

#[test]
fn a_person_is_one_in_all_versions_and_people_are_in_the_order_they_were_first_mentioned() {
    let raw = RawCase {
        parties: vec![
            party(4, 90, 8, "0417", Some(3)),
            party(3, 90, 2, "417", None),
            party(5, 80, 5, "0620", None),
        ],
        ..RawCase::default()
    };
    let parties = read(raw).parties;
    assert_eq!(
        parties
            .iter()
            .map(|party| party.party.clone())
            .collect::<Vec<_>>(),
        [name(90), name(80)]
    );
    assert_eq!(
        ids(parties[0].versions.iter().map(|version| &version.fact)),
        [id(4)]
    );
    assert_eq!(
        ids(parties[0].earlier.iter().map(|version| &version.fact)),
        [id(3)]
    );
}

#[test]
fn a_thousand_people_of_whom_many_were_named_at_one_time_read_alike_whichever_came_first() {
    const PEOPLE: usize = 1_000;
    let mention = |number: usize| {
        let mut fact = fact(0, NOOR, i64::try_from(number / 10).unwrap());
        fact.id = FactId::from_bytes((number as u128).to_be_bytes());
        PartyVersion {
            fact,
            party: format!("{:04}", number * 21 % PEOPLE),
            ..party(0, 0, 0, "417", None)
        }
    };
    // Each is mentioned twice, and nobody in the order of the ids.
    let mentions: Vec<_> = (0..2 * PEOPLE).map(mention).collect();
    let told = |parties| {
        let raw = RawCase {
            parties,
            ..RawCase::default()
        };
        read(raw).parties
    };

    let parties = told(mentions.clone());

    assert_eq!(parties.len(), PEOPLE);
    let firsts: Vec<_> = parties
        .iter()
        .map(|party| (party.versions[0].fact.at, party.party.clone()))
        .collect();
    assert!(firsts.is_sorted(), "in the order they were first mentioned");
    assert!(parties.iter().all(|party| party.versions.len() == 2));
    let scattered = (0..2 * PEOPLE).map(|number| mentions[number * 1_001 % 2_000].clone());
    assert!(told(scattered.collect()) == parties);
    assert!(told(mentions.into_iter().rev().collect()) == parties);
}

#[test]
fn a_case_never_prints_what_somebody_typed() {
    let raw = RawCase {
        reports: vec![report(1, 0)],
        accounts: vec![account(10, NOOR, 1, "Quillon", None)],
        answers: vec![answer(12, JONAS, 3, "Quillon")],
        parties: vec![party(4, 90, 8, "Quillon", None)],
        entries: vec![Entry {
            text: Some("Quillon".into()),
            ..set(5, NOOR, 1, "place", "Quillon")
        }],
        registers: [("place".to_owned(), vec![name(5)])].into(),
        marks: vec![mark(24, 8, 3, "Quillon", Some("Quillon"))],
        aware: vec![Aware {
            fact: fact(2, NOOR, 1),
            who: "Quillon".into(),
            how: Some("Quillon".into()),
            told: None,
        }],
        tasks: vec![Task {
            fact: fact(3, NOOR, 1),
            what: "Quillon".into(),
            needs: None,
            done: None,
        }],
        strikes: vec![RawStrike {
            strike: Strike {
                reason: Some("Quillon".into()),
                ..strike(8, NOOR, 9, 5).strike
            },
            ..strike(8, NOOR, 9, 5)
        }],
        ..RawCase::default()
    };
    assert!(!format!("{raw:?}").contains("Quillon"));
    assert!(!format!("{:?}", read(raw)).contains("Quillon"));
}
