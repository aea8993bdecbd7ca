//! `decide` against a table written by itself, and the sentences that must stay true.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests fail the test that called them"
)]

mod table;

use std::collections::BTreeSet;

use safehall_core::access::{
    Action, AppendChange, Decision, Denial, DeviceState, DocumentFacts, Facts, GrantLine, Kind,
    Level, ReceiveDocument, Restricted, Role, Scope, Subject, decide, permit,
};
use safehall_core::{DocumentId, Timestamp};

use table::{HOUR, OPENS, TABLE, at, staff};

fn asks(number: u8, roles: &[Role]) -> Subject {
    Subject {
        staff: staff(number),
        device_state: DeviceState::Active,
        on_team: true,
        roles: roles.iter().copied().collect(),
    }
}

/// A case that staff member 1 opened.
fn case(restricted: Restricted) -> DocumentFacts {
    DocumentFacts {
        id: DocumentId::from_bytes([7; 16]),
        kind: Kind::Case,
        author: staff(1),
        kept: true,
        restricted,
        excluded: BTreeSet::new(),
        grants: Vec::new(),
        case: None,
    }
}

fn about(document: &DocumentFacts) -> Facts<'_> {
    Facts {
        event: at(150),
        document: Some(document),
        person: None,
    }
}

#[test]
fn a_report_about_the_chair_reaches_the_alternate_and_not_the_chair() {
    let case = case(Restricted::ChairNamed);
    let chair = asks(2, &[Role::Chair]);
    let alternate = asks(3, &[Role::AlternateChair]);
    assert_eq!(
        decide(&chair, Action::ReceiveDocument, &about(&case)),
        Decision::Deny(Denial::Excluded)
    );
    assert_eq!(
        decide(&alternate, Action::ReceiveDocument, &about(&case)),
        Decision::Allow(Scope::Whole)
    );
    // Whoever is both is the chair.
    let both = asks(4, &[Role::Chair, Role::AlternateChair]);
    assert_eq!(
        decide(&both, Action::ReceiveDocument, &about(&case)),
        Decision::Deny(Denial::Excluded)
    );
}

#[test]
fn the_identity_and_chair_documents_of_a_case_are_closed_to_those_it_is_closed_to() {
    for kind in [Kind::Identity, Kind::Chair] {
        let document = DocumentFacts {
            kind,
            restricted: Restricted::No,
            case: Some(Box::new(case(Restricted::ChairNamed))),
            ..case(Restricted::No)
        };
        let chair = asks(2, &[Role::Chair]);
        assert_eq!(
            decide(&chair, Action::ReceiveDocument, &about(&document)),
            Decision::Deny(Denial::Excluded)
        );
    }
}

#[test]
fn an_author_keeps_a_restricted_case_as_far_as_they_wrote_it() {
    let noor = asks(1, &[Role::Responder]);
    for (restricted, scope) in [
        (Restricted::No, Scope::Whole),
        (Restricted::StaffNamed, Scope::Own),
        (Restricted::ChairNamed, Scope::Own),
        (Restricted::StaffUnidentified, Scope::Own),
    ] {
        let case = case(restricted);
        assert_eq!(
            decide(&noor, Action::ReceiveDocument, &about(&case)),
            Decision::Allow(scope)
        );
        assert_eq!(
            decide(&noor, Action::AppendChange, &about(&case)),
            Decision::Allow(Scope::Whole)
        );
    }
}

#[test]
fn nobody_else_reads_a_case_without_a_grant() {
    let case = case(Restricted::No);
    for roles in [
        [Role::Responder],
        [Role::EventManager],
        [Role::Announcer],
        [Role::Admin],
    ] {
        let decision = decide(&asks(5, &roles), Action::ReceiveDocument, &about(&case));
        assert_eq!(decision, Decision::Deny(Denial::NoRight), "{roles:?}");
    }
}

#[test]
fn words_written_while_a_grant_held_may_come_a_day_late_but_nothing_is_read_then() {
    let line = GrantLine {
        staff: staff(2),
        level: Level::Write,
        from: Timestamp(OPENS),
        until: Timestamp(150 * HOUR),
    };
    let case = DocumentFacts {
        grants: vec![line],
        ..case(Restricted::No)
    };
    let jonas = asks(2, &[Role::Responder]);
    let facts = |hour| Facts {
        event: at(hour),
        ..about(&case)
    };
    assert_eq!(
        decide(&jonas, Action::ReceiveDocument, &facts(149)),
        Decision::Allow(Scope::Whole)
    );
    assert_eq!(
        decide(&jonas, Action::ReceiveDocument, &facts(150)),
        Decision::Deny(Denial::NoRight)
    );
    assert_eq!(
        decide(&jonas, Action::AppendChange, &facts(173)),
        Decision::Allow(Scope::Whole)
    );
    assert_eq!(
        decide(&jonas, Action::AppendChange, &facts(174)),
        Decision::Deny(Denial::NoRight)
    );
}

#[test]
fn a_reporters_name_leaves_its_author_once_the_server_keeps_it() {
    let noor = asks(1, &[Role::Responder]);
    let name = |kept| DocumentFacts {
        kind: Kind::Identity,
        kept,
        ..case(Restricted::No)
    };
    assert_eq!(
        decide(&noor, Action::ReceiveDocument, &about(&name(false))),
        Decision::Allow(Scope::Whole)
    );
    assert_eq!(
        decide(&noor, Action::ReceiveDocument, &about(&name(true))),
        Decision::Deny(Denial::NoRight)
    );
}

#[test]
fn a_pending_and_a_revoked_device_may_do_nothing() {
    for (device_state, denial) in [
        (DeviceState::Pending, Denial::DevicePending),
        (DeviceState::Revoked, Denial::DeviceRevoked),
    ] {
        let chair = Subject {
            device_state,
            ..asks(2, &[Role::Chair])
        };
        for (action, _, _) in TABLE {
            assert_eq!(
                decide(&chair, *action, &about(&case(Restricted::No))),
                Decision::Deny(denial)
            );
        }
    }
}

#[test]
fn a_permit_says_who_may_and_on_what() {
    let case = case(Restricted::No);
    let noor = asks(1, &[Role::Responder]);
    let permitted = permit::<AppendChange>(&noor, &about(&case)).unwrap();
    assert_eq!(
        (permitted.staff(), permitted.document(), permitted.scope()),
        (staff(1), Some(case.id), Scope::Whole)
    );
    let jonas = asks(2, &[Role::Responder]);
    assert_eq!(
        permit::<ReceiveDocument>(&jonas, &about(&case)).unwrap_err(),
        Denial::NoRight
    );
}
