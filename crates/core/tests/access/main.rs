//! `decide` against a table written by itself, and the sentences that must stay true.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests fail the test that called them"
)]

mod attachments;
mod draw;
mod table;

use std::collections::BTreeSet;

use safehall_core::access::{
    Action, AppendChange, Decision, Denial, DeviceState, DocumentFacts, EventFacts, Facts, Grant,
    GrantLine, Kind, Lead, Level, OnTeam, Person, ReceiveDocument, Restricted, Role, Scope,
    Subject, Term, decide, permit,
};
use safehall_core::{DocumentId, Timestamp};

use draw::{OPENS, at};
use table::{HOUR, TABLE, staff};

fn asks(number: u8, roles: &[Role]) -> Subject {
    Subject {
        staff: staff(number),
        device_state: DeviceState::Active,
        on_team: OnTeam::Yes,
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
        arrival: None,
        leads: &[],
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
fn a_permit_says_who_may_and_on_what_and_about_whom() {
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
    let someone = Person {
        staff: staff(3),
        roles: [Role::Responder].into_iter().collect(),
    };
    let with = Facts {
        person: Some(&someone),
        ..about(&case)
    };
    let alma = asks(2, &[Role::Chair]);
    let named = permit::<Grant>(&alma, &with).unwrap();
    assert_eq!(named.person(), Some(staff(3)));
    assert_eq!(permitted.person(), None);
}

#[test]
fn who_is_on_the_team_is_told_to_responders_until_the_event_closes_and_not_then() {
    let jonas = asks(2, &[Role::Responder]);
    let closes = at(150).closes;
    let told = |now: i64| {
        let event = EventFacts {
            now: Timestamp(now),
            ..at(150)
        };
        let facts = Facts {
            event,
            document: None,
            person: None,
            arrival: None,
            leads: &[],
        };
        decide(&jonas, Action::ListTeam, &facts)
    };

    assert_eq!(told(closes.0 - 1), Decision::Allow(Scope::Whole));
    assert_eq!(told(closes.0), Decision::Deny(Denial::NoRight));
}

fn lead(number: u8, roles: &[Role], here: bool) -> Lead {
    Lead {
        staff: staff(number),
        roles: roles.iter().copied().collect(),
        here,
    }
}

#[test]
fn a_case_that_no_lead_may_receive_stays_on_the_phone() {
    let noor = asks(1, &[Role::Responder]);
    let chair = lead(2, &[Role::Chair], true);
    let alternate = |here| lead(3, &[Role::AlternateChair], here);
    let both = [chair.clone(), alternate(true)];
    let on_paper = [chair.clone(), alternate(false)];
    let named = DocumentFacts {
        excluded: BTreeSet::from([staff(2), staff(3)]),
        ..case(Restricted::StaffNamed)
    };
    for (document, leads, held) in [
        (case(Restricted::No), both.as_slice(), false),
        (case(Restricted::ChairNamed), &both, false),
        // The alternate is on the list and was never here: nobody would read it.
        (case(Restricted::ChairNamed), &on_paper, true),
        // Where it is closed to no lead, a lead who comes later finds it.
        (case(Restricted::No), &on_paper, false),
        (case(Restricted::No), &[alternate(false)], false),
        (case(Restricted::ChairNamed), &[chair], true),
        (named, &both, true),
        (case(Restricted::No), &[], true),
    ] {
        let facts = Facts {
            leads,
            ..about(&document)
        };
        let expected = if held {
            Decision::Deny(Denial::Held)
        } else {
            Decision::Allow(Scope::Whole)
        };
        assert_eq!(
            decide(&noor, Action::OpenDocument, &facts),
            expected,
            "{facts:?}"
        );
    }
}

#[test]
fn no_case_is_taken_before_two_leads_were_here_at_once() {
    let noor = asks(1, &[Role::Responder]);
    let leads = [lead(2, &[Role::Chair], true)];
    let document = case(Restricted::No);
    let mut facts = Facts {
        leads: &leads,
        ..about(&document)
    };
    facts.event.open = false;
    assert_eq!(
        decide(&noor, Action::OpenDocument, &facts),
        Decision::Deny(Denial::Held)
    );
    // Only those who could send it are told to wait.
    let admin = Subject {
        staff: staff(1),
        ..asks(9, &[Role::Admin])
    };
    assert_eq!(
        decide(&admin, Action::OpenDocument, &facts),
        Decision::Deny(Denial::NoRight)
    );
}

#[test]
fn a_reporters_name_waits_for_its_case() {
    let noor = asks(1, &[Role::Responder]);
    let leads = [lead(2, &[Role::Chair], true)];
    let name = |case: Option<DocumentFacts>| DocumentFacts {
        kind: Kind::Identity,
        kept: false,
        case: case.map(Box::new),
        ..self::case(Restricted::No)
    };
    let theirs = DocumentFacts {
        author: staff(4),
        ..case(Restricted::No)
    };
    for (document, expected) in [
        (
            name(Some(case(Restricted::No))),
            Decision::Allow(Scope::Whole),
        ),
        (name(None), Decision::Deny(Denial::Held)),
        (name(Some(theirs)), Decision::Deny(Denial::Held)),
    ] {
        let facts = Facts {
            leads: &leads,
            ..about(&document)
        };
        assert_eq!(decide(&noor, Action::OpenDocument, &facts), expected);
    }
}

#[test]
fn the_last_lead_of_a_case_cannot_be_kept_away_and_everybody_else_can() {
    let alma = asks(2, &[Role::Chair]);
    let tom = asks(3, &[Role::AlternateChair]);
    let leads = [
        lead(2, &[Role::Chair], true),
        lead(3, &[Role::AlternateChair], true),
    ];
    let person = |subject: &Subject| Person {
        staff: subject.staff,
        roles: subject.roles.clone(),
    };
    let decided = |document: &DocumentFacts, who: &Subject, whom: &Subject| {
        let facts = Facts {
            person: Some(&person(whom)),
            leads: &leads,
            ..about(document)
        };
        decide(who, Action::Exclude, &facts)
    };
    let open = case(Restricted::No);
    let without_tom = DocumentFacts {
        excluded: BTreeSet::from([tom.staff]),
        ..open.clone()
    };
    let noor = asks(1, &[Role::Responder]);
    assert_eq!(decided(&open, &alma, &alma), Decision::Allow(Scope::Whole));
    assert_eq!(decided(&open, &alma, &tom), Decision::Allow(Scope::Whole));
    assert_eq!(
        decided(&without_tom, &alma, &noor),
        Decision::Allow(Scope::Whole)
    );
    assert_eq!(
        decided(&without_tom, &noor, &noor),
        Decision::Allow(Scope::Whole)
    );
    assert_eq!(
        decided(&without_tom, &alma, &alma),
        Decision::Deny(Denial::LastLead)
    );
    // Who is kept away hears nothing of that.
    assert_eq!(
        decided(&without_tom, &tom, &alma),
        Decision::Deny(Denial::Excluded)
    );
}

#[test]
fn only_a_lead_who_may_know_of_the_case_lets_somebody_near_it_again() {
    let alma = asks(2, &[Role::Chair]);
    let tom = asks(3, &[Role::AlternateChair]);
    let jonas = Person {
        staff: staff(5),
        roles: [Role::Responder].into_iter().collect(),
    };
    let away = DocumentFacts {
        excluded: BTreeSet::from([tom.staff, jonas.staff]),
        ..case(Restricted::No)
    };
    let facts = Facts {
        person: Some(&jonas),
        ..about(&away)
    };
    let noor = asks(1, &[Role::Responder]);
    for (who, expected) in [
        (&alma, Decision::Allow(Scope::Whole)),
        (&tom, Decision::Deny(Denial::Excluded)),
        (&noor, Decision::Deny(Denial::NoRight)),
    ] {
        assert_eq!(decide(who, Action::LiftExclusion, &facts), expected);
    }
    // A lead's word for herself is about no document, so it cannot tell about one.
    assert_eq!(
        decide(&tom, Action::AskForLift, &facts),
        Decision::Allow(Scope::Whole)
    );
    assert_eq!(
        decide(&noor, Action::AskForLift, &facts),
        Decision::Deny(Denial::NoRight)
    );
}

#[test]
fn a_term_begins_and_ends_to_the_millisecond_and_leaves_a_day_for_what_is_on_its_way() {
    let (from, until) = (100 * HOUR, 110 * HOUR);
    let term = |planned| Term {
        from: Timestamp(from),
        until: Timestamp(until),
        planned,
    };
    for (now, as_planned, sent_away) in [
        (from - 1, OnTeam::No, OnTeam::No),
        (from, OnTeam::Yes, OnTeam::Yes),
        (until - 1, OnTeam::Yes, OnTeam::Yes),
        (until, OnTeam::JustLeft, OnTeam::No),
        (until + 24 * HOUR - 1, OnTeam::JustLeft, OnTeam::No),
        (until + 24 * HOUR, OnTeam::No, OnTeam::No),
    ] {
        assert_eq!(term(true).at(Timestamp(now)), as_planned, "{now}");
        assert_eq!(term(false).at(Timestamp(now)), sent_away, "{now}");
    }
}

#[test]
fn somebody_who_just_left_hands_in_what_they_wrote_and_reads_nothing() {
    let document = case(Restricted::No);
    let leads = [lead(2, &[Role::Chair], true)];
    let facts = Facts {
        leads: &leads,
        ..about(&document)
    };
    let noor = |on_team| Subject {
        on_team,
        ..asks(1, &[Role::Responder])
    };
    let writes = [
        Action::OpenDocument,
        Action::AppendChange,
        Action::SendAttachment,
        Action::Carry,
    ];
    for action in writes {
        assert_eq!(
            decide(&noor(OnTeam::JustLeft), action, &facts),
            Decision::Allow(Scope::Whole)
        );
        assert_eq!(
            decide(&noor(OnTeam::No), action, &facts),
            Decision::Deny(Denial::NotOnTeam)
        );
    }
    for (action, _, _) in TABLE {
        if !writes.contains(action) {
            assert_eq!(
                decide(&noor(OnTeam::JustLeft), *action, &facts),
                Decision::Deny(Denial::NotOnTeam)
            );
        }
    }
}
