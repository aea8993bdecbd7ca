//! What merged cases read as.

mod attachments;
mod build;
mod steps;

use safehall_core::case::{
    Answer, Aware, Danger, Entry, Marked, PartyVersion, PoliceState, RawAccount, RawCase,
    RawReport, RawStrike, StepMark, Strike, Support, Task, Time, read,
};
use safehall_core::{FactId, Timestamp};

use build::{
    JONAS, MINUTE, NOOR, account, answer, entry, entry_ids, fact, id, ids, mark, name, party,
    report, set, strike,
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
fn an_account_keeps_every_version_and_two_that_had_not_seen_each_other_both_stand() {
    let raw = RawCase {
        reports: vec![report(1, 0)],
        accounts: vec![
            account(10, NOOR, 1, "He followed", None),
            account(11, NOOR, 2, "He followed me", Some(10)),
            account(12, JONAS, 3, "He followed her", Some(10)),
        ],
        ..RawCase::default()
    };
    let words = read(raw).reports[0].words.clone().unwrap();
    assert_eq!(
        words
            .versions
            .iter()
            .map(|version| version.text.as_str())
            .collect::<Vec<_>>(),
        ["He followed me", "He followed her"]
    );
    assert_eq!(
        words
            .earlier
            .iter()
            .map(|version| version.text.as_str())
            .collect::<Vec<_>>(),
        ["He followed"]
    );
}

#[test]
fn reading_back_belongs_to_the_version_that_was_read_and_the_latest_word_on_it_counts() {
    let raw = RawCase {
        reports: vec![report(1, 0)],
        accounts: vec![
            account(10, NOOR, 1, "a", None),
            account(11, NOOR, 4, "b", Some(10)),
        ],
        marks: vec![
            mark(21, 3, 10, "read_back", Some("yes")),
            mark(20, 2, 10, "read_back", Some("no")),
            mark(22, 5, 11, "read_back", Some("perhaps")),
        ],
        ..RawCase::default()
    };
    let words = read(raw).reports[0].words.clone().unwrap();
    assert_eq!(words.earlier[0].read_back.as_deref(), Some("yes"));
    assert_eq!(words.versions[0].read_back, None);
}

#[test]
fn a_struck_version_is_no_version_and_brings_none_back() {
    let raw = RawCase {
        reports: vec![report(1, 0)],
        accounts: vec![
            account(10, NOOR, 1, "a", None),
            account(11, NOOR, 4, "b", Some(10)),
        ],
        strikes: vec![strike(8, NOOR, 9, 11)],
        ..RawCase::default()
    };
    let words = read(raw).reports[0].words.clone().unwrap();
    assert_eq!((words.versions.len(), words.earlier.len()), (0, 2));
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
