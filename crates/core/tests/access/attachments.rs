//! Whoever may write into a case may send what is attached to it, and whoever may receive it sees it; nobody else.

use std::collections::BTreeSet;

use safehall_core::Timestamp;
use safehall_core::access::{
    Action, Decision, Denial, DocumentFacts, Facts, GrantLine, Kind, Level, OnTeam, Restricted,
    Role, Scope, Subject, decide,
};

use super::draw::{OPENS, at};
use super::table::{HOUR, staff};
use super::{about, asks, case};

fn granted(number: u8, level: Level) -> GrantLine {
    GrantLine {
        staff: staff(number),
        level,
        from: Timestamp(OPENS),
        until: Timestamp(190 * HOUR),
    }
}

fn both(subject: &Subject, case: &DocumentFacts) -> [Decision; 2] {
    [Action::SendAttachment, Action::ReadAttachment]
        .map(|action| decide(subject, action, &about(case)))
}

#[test]
fn a_photo_goes_where_the_words_go_and_no_further() {
    let case = DocumentFacts {
        grants: vec![
            granted(2, Level::Read),
            granted(3, Level::Append),
            granted(4, Level::Write),
        ],
        ..case(Restricted::No)
    };
    let yes = Decision::Allow(Scope::Whole);
    let no = Decision::Deny(Denial::NoRight);
    let responder = |number| asks(number, &[Role::Responder]);
    assert_eq!(both(&responder(1), &case), [yes, yes]);
    assert_eq!(both(&responder(2), &case), [no, yes]);
    let own = Decision::Allow(Scope::Own);
    assert_eq!(both(&responder(3), &case), [yes, own]);
    assert_eq!(both(&responder(4), &case), [yes, yes]);
    assert_eq!(both(&responder(5), &case), [no, no]);
    assert_eq!(both(&asks(6, &[Role::Chair]), &case), [yes, yes]);
    assert_eq!(both(&asks(7, &[Role::Admin]), &case), [no, no]);
}

#[test]
fn whoever_is_kept_away_sends_and_sees_nothing_whatever_else_they_are() {
    let case = DocumentFacts {
        excluded: BTreeSet::from([staff(1), staff(2), staff(3)]),
        grants: vec![granted(2, Level::Write)],
        ..case(Restricted::No)
    };
    let no = Decision::Deny(Denial::Excluded);
    for subject in [
        asks(1, &[Role::Responder]),
        asks(2, &[Role::Responder]),
        asks(3, &[Role::Chair]),
    ] {
        assert_eq!(both(&subject, &case), [no, no]);
    }
}

#[test]
fn whoever_just_left_may_still_send_what_they_have_and_sees_nothing_any_more() {
    let case = case(Restricted::No);
    let left = Subject {
        on_team: OnTeam::JustLeft,
        ..asks(1, &[Role::Responder])
    };
    assert_eq!(
        both(&left, &case),
        [
            Decision::Allow(Scope::Whole),
            Decision::Deny(Denial::NotOnTeam)
        ]
    );
}

#[test]
fn nothing_is_attached_to_a_name_or_to_what_everybody_reads() {
    let lead = asks(2, &[Role::Chair]);
    for kind in [Kind::Identity, Kind::Chair, Kind::Notice, Kind::Duty] {
        let document = DocumentFacts {
            kind,
            case: Some(Box::new(case(Restricted::No))),
            ..case(Restricted::No)
        };
        assert_eq!(
            both(&lead, &document),
            [Decision::Deny(Denial::NotThis); 2],
            "{kind:?}"
        );
    }
    let case = case(Restricted::No);
    let over = Facts {
        event: at(300),
        ..about(&case)
    };
    assert_eq!(
        decide(&asks(1, &[Role::Responder]), Action::SendAttachment, &over),
        Decision::Deny(Denial::EventOver)
    );
}
