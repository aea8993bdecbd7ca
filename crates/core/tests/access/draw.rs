//! Situations drawn to hold `decide` to the table: the full number with `SAFEHALL_LONG`, a share without.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use safehall_core::access::{
    Action, Arrival, Decision, Denial, DeviceState, DocumentFacts, EventFacts, Facts, GrantLine,
    Kind, Lead, Level, OnTeam, Person, Restricted, Roles, Subject, decide,
};
use safehall_core::{DocumentId, StaffId, Timestamp};

use crate::table::{HOUR, ROLES, TABLE, Verdict, oracle, staff};

pub(crate) const OPENS: i64 = 100 * HOUR;
const CLOSES: i64 = 200 * HOUR;

fn some_roles() -> impl Strategy<Value = Roles> {
    proptest::sample::subsequence(ROLES.to_vec(), 0..=3)
        .prop_map(|roles| roles.into_iter().collect())
}

fn some_staff() -> impl Strategy<Value = StaffId> {
    (0..4_u8).prop_map(staff)
}

fn some_grant() -> impl Strategy<Value = GrantLine> {
    let level = prop_oneof![Just(Level::Read), Just(Level::Append), Just(Level::Write)];
    (some_staff(), level, 90..210_i64, 0..60_i64).prop_map(|(staff, level, from, hours)| {
        GrantLine {
            staff,
            level,
            from: Timestamp(from * HOUR),
            until: Timestamp((from + hours) * HOUR),
        }
    })
}

fn some_document(
    case: impl Strategy<Value = Option<Box<DocumentFacts>>>,
) -> impl Strategy<Value = DocumentFacts> {
    let kind = prop_oneof![3 => Just(Kind::Case), 1 => Just(Kind::Identity), 1 => Just(Kind::Chair), 1 => Just(Kind::Notice), 1 => Just(Kind::Duty)];
    let restricted = prop_oneof![
        3 => Just(Restricted::No),
        1 => Just(Restricted::StaffNamed),
        1 => Just(Restricted::ChairNamed),
        1 => Just(Restricted::StaffUnidentified)
    ];
    let excluded = proptest::collection::btree_set(some_staff(), 0..2);
    let grants = proptest::collection::vec(some_grant(), 0..4);
    (
        kind,
        some_staff(),
        any::<bool>(),
        restricted,
        excluded,
        grants,
        case,
    )
        .prop_map(
            |(kind, author, kept, restricted, excluded, grants, case)| DocumentFacts {
                id: DocumentId::from_bytes([7; 16]),
                kind,
                author,
                kept,
                restricted,
                excluded,
                grants,
                case,
            },
        )
}

fn some_subject() -> impl Strategy<Value = Subject> {
    let state = prop_oneof![8 => Just(DeviceState::Active), 1 => Just(DeviceState::Pending), 1 => Just(DeviceState::Revoked)];
    (
        some_staff(),
        state,
        prop_oneof![8 => Just(OnTeam::Yes), 1 => Just(OnTeam::JustLeft), 1 => Just(OnTeam::No)],
        some_roles(),
    )
        .prop_map(|(staff, device_state, on_team, roles)| Subject {
            staff,
            device_state,
            on_team,
            roles,
        })
}

fn some_person() -> impl Strategy<Value = Person> {
    (some_staff(), some_roles()).prop_map(|(staff, roles)| Person { staff, roles })
}

fn some_arrival() -> impl Strategy<Value = Arrival> {
    let inviter = proptest::option::weighted(0.8, some_staff());
    let seen = proptest::collection::btree_set(some_staff(), 0..3);
    (inviter, any::<bool>(), seen).prop_map(|(invited_by, further, leads_seen)| Arrival {
        invited_by,
        further,
        leads_seen,
    })
}

fn some_lead() -> impl Strategy<Value = Lead> {
    (some_staff(), some_roles(), any::<bool>()).prop_map(|(staff, roles, here)| Lead {
        staff,
        roles,
        here,
    })
}

pub(crate) fn at(hour: i64) -> EventFacts {
    EventFacts {
        now: Timestamp(hour * HOUR),
        opens: Timestamp(OPENS),
        closes: Timestamp(CLOSES),
        open: true,
    }
}

fn some_event() -> impl Strategy<Value = EventFacts> {
    let hour = prop_oneof![6 => 100..200_i64, 1 => 90..100_i64, 1 => 200..230_i64];
    (hour, proptest::bool::weighted(0.8)).prop_map(|(hour, open)| EventFacts { open, ..at(hour) })
}

fn decided(subject: &Subject, action: Action, facts: &Facts<'_>) -> Verdict {
    match decide(subject, action, facts) {
        Decision::Allow(scope) => Verdict::Yes(scope),
        Decision::Deny(Denial::Held) => Verdict::Held,
        Decision::Deny(Denial::LastLead) => Verdict::LastLead,
        Decision::Deny(Denial::AnotherLead) => Verdict::AnotherLead,
        Decision::Deny(_) => Verdict::No,
    }
}

fn cases() -> u32 {
    match std::env::var_os("SAFEHALL_LONG") {
        Some(_) => 1_000_000,
        None => 20_000,
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: cases(),
        rng_seed: RngSeed::Fixed(20_180_227),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_decision_is_the_one_in_the_table(
        subject in some_subject(),
        row in 0..TABLE.len(),
        document in proptest::option::weighted(
            0.95,
            some_document(proptest::option::of(some_document(Just(None)).prop_map(Box::new))),
        ),
        person in proptest::option::weighted(0.8, some_person()),
        arrival in proptest::option::weighted(0.9, some_arrival()),
        leads in proptest::collection::vec(some_lead(), 0..4),
        event in some_event(),
    ) {
        let action = TABLE[row].0;
        let facts = Facts { event, document: document.as_ref(), person: person.as_ref(), arrival: arrival.as_ref(), leads: &leads };
        prop_assert_eq!(
            decided(&subject, action, &facts),
            oracle(&subject, action, &facts),
            "{:?} {:?} {:?}", subject, action, facts
        );
    }

    #[test]
    fn nobody_who_is_kept_away_gets_anything_to_do_with_the_case(
        subject in some_subject(),
        row in 0..TABLE.len(),
        mut document in some_document(Just(None)),
        person in proptest::option::weighted(0.8, some_person()),
        arrival in proptest::option::weighted(0.9, some_arrival()),
        leads in proptest::collection::vec(some_lead(), 0..4),
        event in some_event(),
        inside in any::<bool>(),
    ) {
        document.excluded.insert(subject.staff);
        let outer = DocumentFacts { excluded: BTreeSet::new(), case: Some(Box::new(document.clone())), ..document.clone() };
        let document = if inside { &outer } else { &document };
        let facts = Facts { event, document: Some(document), person: person.as_ref(), arrival: arrival.as_ref(), leads: &leads };
        if TABLE[row].1.is_some() {
            prop_assert!(matches!(decide(&subject, TABLE[row].0, &facts), Decision::Deny(_)));
        }
    }
}

/// A random situation says little if the table hardly ever says anything but no.
#[test]
fn the_situations_are_drawn_from_everywhere() {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::{Config, TestRunner};

    let mut runner = TestRunner::new(Config {
        rng_seed: RngSeed::Fixed(1),
        ..Config::default()
    });
    let drawn = (
        some_subject(),
        0..TABLE.len(),
        some_document(proptest::option::of(
            some_document(Just(None)).prop_map(Box::new),
        )),
        proptest::option::weighted(0.8, some_person()),
        some_arrival(),
        proptest::collection::vec(some_lead(), 0..4),
        some_event(),
    );
    let mut seen = BTreeSet::new();
    for _ in 0..60_000 {
        let (subject, row, document, person, arrival, leads, event) =
            drawn.new_tree(&mut runner).unwrap().current();
        let facts = Facts {
            event,
            document: Some(&document),
            person: person.as_ref(),
            arrival: Some(&arrival),
            leads: &leads,
        };
        let (action, kind, _) = TABLE[row];
        let kind = kind.map(|_| document.kind);
        seen.insert((
            action,
            kind,
            format!("{:?}", oracle(&subject, action, &facts)),
        ));
    }
    for (action, kind, alternatives) in TABLE {
        for alternative in *alternatives {
            let verdict = match alternative.split(' ').next().unwrap() {
                "whole" => "Yes(Whole)",
                "own" => "Yes(Own)",
                "held" => "Held",
                "another" => "AnotherLead",
                _ => "LastLead",
            };
            assert!(
                seen.contains(&(*action, *kind, verdict.to_owned())),
                "{action:?} {kind:?} is never {verdict}"
            );
        }
    }
}

#[test]
fn the_table_has_a_line_for_every_action_on_every_kind() {
    let mut lines: Vec<(Action, Option<Kind>)> = TABLE
        .iter()
        .map(|(action, kind, _)| (*action, *kind))
        .collect();
    lines.sort();
    lines.dedup();
    assert_eq!(lines.len(), 13 * 5 + 13);
}
