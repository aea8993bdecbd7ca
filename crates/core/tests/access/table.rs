//! The table, and situations drawn to hold `decide` to it.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use safehall_core::access::{
    Action, Decision, DeviceState, DocumentFacts, EventFacts, Facts, GrantLine, Kind, Level,
    Person, Restricted, Role, Roles, Scope, Subject, decide,
};
use safehall_core::{DocumentId, StaffId, Timestamp};

pub(crate) const HOUR: i64 = 60 * 60 * 1000;
pub(crate) const OPENS: i64 = 100 * HOUR;
const CLOSES: i64 = 200 * HOUR;

/// What each action needs on each kind of document, one alternative after the other: the scope, then every condition.
pub(crate) const TABLE: &[(Action, Option<Kind>, &[&str])] = &[
    (
        Action::OpenDocument,
        Some(Kind::Case),
        &["whole author takes_reports"],
    ),
    (
        Action::OpenDocument,
        Some(Kind::Identity),
        &["whole author takes_reports"],
    ),
    (
        Action::OpenDocument,
        Some(Kind::Chair),
        &["whole author lead has_case"],
    ),
    (
        Action::OpenDocument,
        Some(Kind::Notice),
        &["whole lead", "whole announcer"],
    ),
    (Action::OpenDocument, Some(Kind::Duty), &["whole staff"]),
    (
        Action::AppendChange,
        Some(Kind::Case),
        &[
            "whole author staff",
            "whole lead",
            "whole staff granted_write_till_a_day_ago",
        ],
    ),
    (
        Action::AppendChange,
        Some(Kind::Identity),
        &["whole author staff", "whole lead has_case"],
    ),
    (
        Action::AppendChange,
        Some(Kind::Chair),
        &["whole lead has_case"],
    ),
    (
        Action::AppendChange,
        Some(Kind::Notice),
        &["whole lead", "whole announcer"],
    ),
    (Action::AppendChange, Some(Kind::Duty), &["whole staff"]),
    (
        Action::ReceiveDocument,
        Some(Kind::Case),
        &[
            "whole lead",
            "whole staff granted_read",
            "whole staff author unrestricted",
            "own staff author",
            "own staff granted_append",
        ],
    ),
    (
        Action::ReceiveDocument,
        Some(Kind::Identity),
        &["whole staff author unkept", "whole lead has_case"],
    ),
    (
        Action::ReceiveDocument,
        Some(Kind::Chair),
        &["whole lead has_case", "whole manager has_case granted_read"],
    ),
    (
        Action::ReceiveDocument,
        Some(Kind::Notice),
        &["whole staff"],
    ),
    (Action::ReceiveDocument, Some(Kind::Duty), &["whole staff"]),
    (
        Action::Grant,
        Some(Kind::Case),
        &["whole lead person_staff person_welcome identified"],
    ),
    (Action::Grant, Some(Kind::Identity), &[]),
    (
        Action::Grant,
        Some(Kind::Chair),
        &["whole lead person_manager person_welcome has_case"],
    ),
    (Action::Grant, Some(Kind::Notice), &[]),
    (Action::Grant, Some(Kind::Duty), &[]),
    (
        Action::Exclude,
        Some(Kind::Case),
        &[
            "whole lead person",
            "whole myself staff author",
            "whole myself staff granted_read",
            "whole myself staff granted_append",
        ],
    ),
    (Action::Exclude, Some(Kind::Identity), &[]),
    (Action::Exclude, Some(Kind::Chair), &[]),
    (Action::Exclude, Some(Kind::Notice), &[]),
    (Action::Exclude, Some(Kind::Duty), &[]),
    (Action::InviteResponder, None, &["whole lead"]),
    (Action::InviteLead, None, &["whole lead"]),
    (Action::ConfirmDevice, None, &["whole lead"]),
    (
        Action::RevokeDevice,
        None,
        &[
            "whole myself",
            "whole lead person",
            "whole admin person",
            "whole manager person_only_responder",
        ],
    ),
    (
        Action::ListTeam,
        None,
        &["whole lead", "whole any_role not_over"],
    ),
    (Action::ListDevices, None, &["whole lead"]),
    (Action::ReadPack, None, &["whole any_role"]),
];

const ROLES: [Role; 6] = [
    Role::Responder,
    Role::Chair,
    Role::AlternateChair,
    Role::EventManager,
    Role::Announcer,
    Role::Admin,
];

fn has(roles: &Roles, wanted: &[Role]) -> bool {
    roles.iter().any(|role| wanted.contains(&role))
}

fn kept_away(document: &DocumentFacts, staff: StaffId, roles: &Roles) -> bool {
    std::iter::successors(Some(document), |document| document.case.as_deref()).any(|document| {
        document.excluded.contains(&staff)
            || (document.restricted == Restricted::ChairNamed && has(roles, &[Role::Chair]))
    })
}

fn granted(facts: &Facts<'_>, staff: StaffId, levels: &[Level], late: i64) -> bool {
    let document = facts.document.unwrap();
    let unidentified = std::iter::successors(Some(document), |document| document.case.as_deref())
        .any(|document| document.restricted == Restricted::StaffUnidentified);
    let now = facts.event.now.0;
    !unidentified
        && document.grants.iter().any(|line| {
            line.staff == staff
                && levels.contains(&line.level)
                && (line.from.0..line.until.0 + late).contains(&now)
        })
}

fn holds(condition: &str, subject: &Subject, facts: &Facts<'_>) -> bool {
    const LEADS: [Role; 2] = [Role::Chair, Role::AlternateChair];
    let (me, roles) = (subject.staff, &subject.roles);
    let document = || facts.document.unwrap();
    match condition {
        "author" => document().author == me,
        "takes_reports" => has(
            roles,
            &[
                Role::Responder,
                Role::Chair,
                Role::AlternateChair,
                Role::EventManager,
            ],
        ),
        "lead" => has(roles, &LEADS),
        "manager" => has(roles, &[Role::EventManager]),
        "announcer" => has(roles, &[Role::Announcer]),
        "admin" => has(roles, &[Role::Admin]),
        "staff" => has(roles, &ROLES[..5]),
        "any_role" => has(roles, &ROLES),
        "has_case" => document().case.is_some(),
        "unkept" => !document().kept,
        "unrestricted" => document().restricted == Restricted::No,
        "identified" => document().restricted != Restricted::StaffUnidentified,
        "granted_read" => granted(facts, me, &[Level::Read, Level::Write], 0),
        "granted_append" => granted(facts, me, &[Level::Append], 0),
        "granted_write_till_a_day_ago" => {
            granted(facts, me, &[Level::Append, Level::Write], 24 * HOUR)
        }
        "not_over" => facts.event.now < facts.event.closes,
        "person" => facts.person.is_some(),
        "myself" => facts.person.is_some_and(|person| person.staff == me),
        "person_staff" => facts
            .person
            .is_some_and(|person| has(&person.roles, &ROLES[..5])),
        "person_manager" => facts
            .person
            .is_some_and(|person| has(&person.roles, &[Role::EventManager])),
        "person_only_responder" => facts
            .person
            .is_some_and(|person| person.roles.iter().eq([Role::Responder])),
        "person_welcome" => facts
            .person
            .is_some_and(|person| !kept_away(document(), person.staff, &person.roles)),
        other => unreachable!("no condition is called {other}"),
    }
}

/// What the table says; none: no.
fn oracle(subject: &Subject, action: Action, facts: &Facts<'_>) -> Option<Scope> {
    if subject.device_state != DeviceState::Active || !subject.on_team {
        return None;
    }
    let about_document = TABLE
        .iter()
        .any(|(of, kind, _)| *of == action && kind.is_some());
    if about_document {
        let document = facts.document?;
        let open = (facts.event.opens..facts.event.closes).contains(&facts.event.now);
        if kept_away(document, subject.staff, &subject.roles)
            || !(open || holds("lead", subject, facts))
        {
            return None;
        }
    }
    let kind = facts
        .document
        .map(|document| document.kind)
        .filter(|_| about_document);
    let (_, _, alternatives) = TABLE
        .iter()
        .find(|(of, on, _)| *of == action && *on == kind)
        .unwrap();
    alternatives.iter().find_map(|alternative| {
        let (scope, conditions) = alternative.split_once(' ').unwrap();
        let scope = if scope == "own" {
            Scope::Own
        } else {
            Scope::Whole
        };
        conditions
            .split(' ')
            .all(|condition| holds(condition, subject, facts))
            .then_some(scope)
    })
}

pub(crate) fn staff(number: u8) -> StaffId {
    StaffId::from_bytes([number; 16])
}

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
        proptest::bool::weighted(0.9),
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

pub(crate) fn at(hour: i64) -> EventFacts {
    EventFacts {
        now: Timestamp(hour * HOUR),
        opens: Timestamp(OPENS),
        closes: Timestamp(CLOSES),
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 20_000,
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
        hour in prop_oneof![6 => 100..200_i64, 1 => 90..100_i64, 1 => 200..230_i64],
    ) {
        let action = TABLE[row].0;
        let facts = Facts { event: at(hour), document: document.as_ref(), person: person.as_ref() };
        let decided = match decide(&subject, action, &facts) {
            Decision::Allow(scope) => Some(scope),
            Decision::Deny(_) => None,
        };
        prop_assert_eq!(decided, oracle(&subject, action, &facts), "{:?} {:?} {:?}", subject, action, facts);
    }

    #[test]
    fn nobody_who_is_kept_away_gets_anything_to_do_with_the_case(
        subject in some_subject(),
        row in 0..TABLE.len(),
        mut document in some_document(Just(None)),
        inside in any::<bool>(),
    ) {
        document.excluded.insert(subject.staff);
        let outer = DocumentFacts { excluded: BTreeSet::new(), case: Some(Box::new(document.clone())), ..document.clone() };
        let facts = Facts { event: at(150), document: Some(if inside { &outer } else { &document }), person: None };
        if TABLE[row].1.is_some() {
            prop_assert!(matches!(decide(&subject, TABLE[row].0, &facts), Decision::Deny(_)));
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
    assert_eq!(lines.len(), 5 * 5 + 7);
}
