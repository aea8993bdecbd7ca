//! How somebody is kept away from a case and let near it again.

use std::collections::BTreeSet;

use futures_util::SinkExt as _;
use safehall_core::{DocumentId, StaffId};
use safehall_sync::frame;
use safehall_sync::wire::frame::Kind as Frame;
use safehall_sync::wire::{self, Reason, Restricted};
use safehall_testkit::chance::Chance;
use tokio_tungstenite::tungstenite::Message as Socket;

use crate::known::{line, until};
use crate::phone::{Phone, birth, ids, ok, problem};
use crate::world::{Answer, NOON, World};

pub(crate) fn exclusion(document: DocumentId, staff: StaffId) -> wire::Exclusion {
    wire::Exclusion {
        document: document.as_bytes().to_vec(),
        staff: staff.as_bytes().to_vec(),
        lift: false,
        reason: String::new(),
    }
}

pub(crate) fn lift(document: DocumentId, staff: StaffId) -> wire::Exclusion {
    wire::Exclusion {
        lift: true,
        reason: "Talked it over with both.".to_owned(),
        ..exclusion(document, staff)
    }
}

pub(crate) fn restriction(document: DocumentId) -> wire::Restriction {
    wire::Restriction {
        document: document.as_bytes().to_vec(),
        reason: "It was a visitor with a borrowed badge.".to_owned(),
    }
}

pub(crate) fn erasure(document: DocumentId) -> wire::Erasure {
    wire::Erasure {
        document: document.as_bytes().to_vec(),
        reason: "It was a test of the door.".to_owned(),
    }
}

pub(crate) fn term(staff: StaffId, from: u64, until: u64) -> wire::StaffTerm {
    wire::StaffTerm {
        staff: staff.as_bytes().to_vec(),
        from,
        until,
    }
}

pub(crate) fn grant(document: DocumentId, staff: StaffId, level: wire::Level) -> wire::Grant {
    wire::Grant {
        document: document.as_bytes().to_vec(),
        staff: staff.as_bytes().to_vec(),
        level: level.into(),
        until: 0,
    }
}

pub(crate) async fn team(phone: &Phone) -> wire::Team {
    ok(phone.get("/v1/team").await)
}

async fn says(phone: &Phone, exclusion: &wire::Exclusion) -> u16 {
    phone.post("/v1/exclusions", exclusion).await.status
}

/// Without the id of the call, by which the log is searched.
pub(crate) fn plain(answer: &Answer) -> (u16, Vec<(String, String)>, Vec<u8>) {
    let mut heads = answer.heads.clone();
    heads.retain(|(name, _)| name != "x-request-id" && name != "date");
    let mut body = answer.body.clone();
    if let (true, Some(id)) = (answer.status != 200, answer.head("x-request-id"))
        && let Some(at) = body
            .windows(id.len())
            .position(|window| window == id.as_bytes())
    {
        body[at..at + id.len()].fill(b'0');
    }
    (answer.status, heads, body)
}

#[tokio::test]
async fn one_lead_lets_a_colleague_near_again_and_has_to_say_why() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let mut jonas = Phone::of(&world, "Jonas", 2).await;
    let alma = Phone::of(&world, "Alma", 3).await;
    let (case, _, first) = noor.case_born(
        "It was Jonas.",
        birth(Restricted::StaffNamed, &[jonas.staff]),
    );
    noor.sync(std::slice::from_ref(&first)).await;
    let line = |team: &wire::Team| team.exclusions.first().cloned();
    let named = line(&team(&alma).await).unwrap();
    assert_eq!(
        (named.staff.as_slice(), named.by.len()),
        (jonas.staff.as_bytes().as_slice(), 0)
    );

    // He himself cannot, nor can anybody without a reason.
    assert_eq!(says(&jonas, &lift(case, jonas.staff)).await, 404);
    assert_eq!(says(&noor, &lift(case, jonas.staff)).await, 404);
    let wordless = wire::Exclusion {
        reason: " ".to_owned(),
        ..lift(case, jonas.staff)
    };
    assert_eq!(says(&alma, &wordless).await, 422);
    assert_eq!(says(&alma, &lift(case, jonas.staff)).await, 200);
    assert_eq!(line(&team(&alma).await), None);
    let given = alma
        .post("/v1/grants", &grant(case, jonas.staff, wire::Level::Read))
        .await;
    assert_eq!(given.status, 200);
    assert_eq!(jonas.sync(&[]).await.envelopes, [first]);
}

#[tokio::test]
async fn a_lead_comes_near_again_by_two_leads_words_in_either_order_and_never_by_one() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let alma = Phone::of(&world, "Alma", 2).await;
    let kim = lead(&world, &alma, "Kim").await;
    let tom = Phone::of(&world, "Tom", 3).await;
    let again = wire::NewInvite {
        staff: alma.staff.as_bytes().to_vec(),
        ..wire::NewInvite::default()
    };
    let mut laptop = alma.lets_in(&world, &again, 91).await;
    for excluded_first in [true, false] {
        let (case, _, first) =
            noor.case_born("About the chair.", birth(Restricted::None, &[alma.staff]));
        noor.sync(std::slice::from_ref(&first)).await;
        let words = if excluded_first {
            [&alma, &tom]
        } else {
            [&tom, &alma]
        };

        // One lead's word, however often, is one word.
        for _ in 0..3 {
            assert_eq!(says(words[0], &lift(case, alma.staff)).await, 200);
        }
        assert!(laptop.sync(&[]).await.envelopes.is_empty());
        let line = team(&kim).await.exclusions.pop().unwrap();
        assert_eq!(line.lift_asked_by, words[0].staff.as_bytes());
        assert_eq!(line.lift_asked_at, NOON);
        assert_eq!(team(&alma).await.exclusions, []);

        assert_eq!(says(words[1], &lift(case, alma.staff)).await, 200);
        assert_eq!(laptop.sync(&[]).await.envelopes, [first]);
        assert_eq!(team(&tom).await.exclusions, []);
    }
}

/// A second lead. A third would need the words of two.
pub(crate) async fn lead(world: &World, by: &Phone, name: &str) -> Phone {
    let new = wire::NewInvite {
        name: name.to_owned(),
        roles: vec![wire::Role::AlternateChair.into()],
        ..wire::NewInvite::default()
    };
    by.lets_in(world, &new, 90).await
}

#[tokio::test]
async fn a_word_counts_only_after_the_exclusion_and_only_of_those_who_may_know_of_the_case() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let alma = Phone::of(&world, "Alma", 2).await;
    let kim = lead(&world, &alma, "Kim").await;
    let tom = Phone::of(&world, "Tom", 3).await;
    let (case, first) = noor.case("a case");
    noor.sync(&[first]).await;

    // Words for a day on which she might be kept away are worth nothing then.
    assert_eq!(says(&alma, &lift(case, alma.staff)).await, 200);
    world.clock.pass(1_000);
    assert_eq!(says(&tom, &exclusion(case, alma.staff)).await, 200);
    assert_eq!(says(&tom, &exclusion(case, kim.staff)).await, 200);
    assert_eq!(says(&tom, &lift(case, alma.staff)).await, 200);
    assert_eq!(team(&tom).await.exclusions.len(), 2, "one word lifted it");

    // Kim is kept away as well: not there for her, and her word for Alma is none.
    assert_eq!(says(&kim, &lift(case, alma.staff)).await, 404);
    assert_eq!(team(&tom).await.exclusions.len(), 2);
    assert_eq!(says(&alma, &lift(case, alma.staff)).await, 200);
    assert_eq!(team(&tom).await.exclusions.len(), 1);
}

#[tokio::test]
async fn a_lead_who_asks_for_herself_cannot_tell_a_case_from_none() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let alma = Phone::of(&world, "Alma", 2).await;
    let _tom = Phone::of(&world, "Tom", 3).await;
    let (named, _, first) = noor.case_born("a", birth(Restricted::StaffNamed, &[alma.staff]));
    let (chair, _, second) = noor.case_born("b", birth(Restricted::ChairNamed, &[]));
    let (hers, third) = noor.case("c");
    let kept = noor.sync(&[first, second, third]).await.kept;
    assert_eq!(kept.len(), 3);
    let none = DocumentId::from_bytes(noor.new_id());

    let mut answers = Vec::new();
    for case in [named, chair, hers, none] {
        answers.push(plain(
            &alma.post("/v1/exclusions", &lift(case, alma.staff)).await,
        ));
    }

    assert!(answers.windows(2).all(|two| two[0] == two[1]));
    assert_eq!(answers[0].0, 200);
}

#[tokio::test]
async fn whoever_steps_back_says_no_reason_keeps_the_name_of_the_case_and_loses_the_rest() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let mut jonas = Phone::of(&world, "Jonas", 2).await;
    let alma = Phone::of(&world, "Alma", 3).await;
    let (case, first) = noor.case("a case");
    noor.sync(std::slice::from_ref(&first)).await;
    // Who cannot know of the case cannot step back from it either.
    assert_eq!(says(&jonas, &exclusion(case, jonas.staff)).await, 404);
    let given = grant(case, jonas.staff, wire::Level::Write);
    assert_eq!(alma.post("/v1/grants", &given).await.status, 200);
    assert_eq!(jonas.sync(&[]).await.envelopes, [first]);

    assert_eq!(says(&jonas, &exclusion(case, jonas.staff)).await, 200);

    assert_eq!(jonas.sync(&[]).await.forget, [case.as_bytes().to_vec()]);
    assert_eq!(team(&jonas).await.recused, [case.as_bytes().to_vec()]);
    assert!(team(&noor).await.recused.is_empty());
    // Somebody who was kept away by a lead is told nothing of the kind.
    assert_eq!(says(&alma, &exclusion(case, noor.staff)).await, 200);
    assert!(team(&noor).await.recused.is_empty());
}

#[tokio::test]
async fn the_last_lead_of_a_case_cannot_step_back_and_hears_why() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let alma = Phone::of(&world, "Alma", 2).await;
    let (case, first) = noor.case("a case");
    noor.sync(&[first]).await;

    // Tom is on the list and was never here.
    let refused = alma
        .post("/v1/exclusions", &exclusion(case, alma.staff))
        .await;
    assert_eq!(
        (refused.status, problem(&refused).as_str()),
        (409, "last_lead")
    );

    let tom = Phone::of(&world, "Tom", 3).await;
    assert_eq!(says(&alma, &exclusion(case, alma.staff)).await, 200);
    let refused = tom.post("/v1/staff", &term(tom.staff, 0, NOON)).await;
    assert_eq!(refused.status, 200, "another lead is here for the event");
    let refused = alma.post("/v1/staff", &term(alma.staff, 0, NOON)).await;
    assert_eq!(
        (refused.status, problem(&refused).as_str()),
        (409, "last_lead")
    );
    assert_eq!(alma.get("/v1/team").await.status, 200);
}

#[tokio::test]
async fn an_ended_restriction_lets_grants_count_again_and_the_chair_still_not_in() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let mut jonas = Phone::of(&world, "Jonas", 2).await;
    let mut alma = Phone::of(&world, "Alma", 3).await;
    let tom = Phone::of(&world, "Tom", 4).await;
    let (badge, _, first) = noor.case_born("A badge.", birth(Restricted::StaffUnidentified, &[]));
    let (chair, mut document, second) =
        noor.case_born("The chair?", birth(Restricted::ChairNamed, &[]));
    let third = noor.note(chair, &mut document, "Not her.", None);
    noor.sync(&[first.clone(), second, third]).await;
    let given = grant(badge, jonas.staff, wire::Level::Read);
    assert_eq!(tom.post("/v1/grants", &given).await.status, 404);
    assert_eq!(
        noor.post("/v1/restrictions", &restriction(badge))
            .await
            .status,
        404
    );
    assert_eq!(
        alma.post("/v1/restrictions", &restriction(chair))
            .await
            .status,
        404
    );
    let wordless = wire::Restriction {
        reason: String::new(),
        ..restriction(badge)
    };
    assert_eq!(tom.post("/v1/restrictions", &wordless).await.status, 422);

    assert!(team(&tom).await.unrestricted.is_empty());

    for case in [badge, chair, badge] {
        assert_eq!(
            tom.post("/v1/restrictions", &restriction(case))
                .await
                .status,
            200
        );
    }

    assert_eq!(tom.post("/v1/grants", &given).await.status, 200);
    assert_eq!(
        jonas.sync(&[]).await.envelopes,
        std::slice::from_ref(&first)
    );
    // Their devices know it from the birth, and hear that it is over. Who may not know of a case hears nothing.
    assert_eq!(
        BTreeSet::from_iter(team(&tom).await.unrestricted),
        BTreeSet::from([badge.as_bytes().to_vec(), chair.as_bytes().to_vec()])
    );
    assert_eq!(team(&alma).await.unrestricted, [badge.as_bytes().to_vec()]);
    assert!(team(&jonas).await.unrestricted.is_empty());
    // Two leads let a lead near a case, and nothing else does.
    assert_eq!(alma.sync(&[]).await.envelopes, [first]);
    let line = team(&tom).await.exclusions.pop().unwrap();
    assert_eq!(line.staff, alma.staff.as_bytes());
    assert_eq!(says(&tom, &lift(chair, alma.staff)).await, 200);
    assert_eq!(says(&alma, &lift(chair, alma.staff)).await, 200);
    assert_eq!(alma.sync(&[]).await.envelopes.len(), 2);
}

#[tokio::test]
async fn who_reads_a_case_hears_that_it_is_kept_from_somebody_and_not_from_whom() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let jonas = Phone::of(&world, "Jonas", 3).await;
    let rui = Phone::of(&world, "Rui", 4).await;
    let alma = Phone::of(&world, "Alma", 2).await;
    let (case, first) = noor.case("Jonas knows more.");
    noor.sync(&[first]).await;
    assert!(team(&noor).await.apart.is_empty());

    assert_eq!(says(&alma, &exclusion(case, jonas.staff)).await, 200);

    let heard = team(&noor).await;
    assert_eq!(heard.apart, [case.as_bytes().to_vec()]);
    assert!(heard.exclusions.is_empty());
    // Neither he nor anybody else who cannot read it learns that there is such a case; a lead hears the name.
    for phone in [&jonas, &rui] {
        assert!(team(phone).await.apart.is_empty());
    }
    let lead = team(&alma).await;
    assert_eq!((lead.apart.len(), lead.exclusions.len()), (0, 1));

    assert_eq!(says(&alma, &lift(case, jonas.staff)).await, 200);
    assert!(team(&noor).await.apart.is_empty());
}

#[tokio::test]
async fn whoever_wrote_of_somebody_on_staff_hears_that_the_case_is_apart() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let alma = Phone::of(&world, "Alma", 2).await;
    let (case, _, first) = noor.case_born("A badge.", birth(Restricted::StaffUnidentified, &[]));
    noor.sync(&[first]).await;
    assert_eq!(team(&noor).await.apart, [case.as_bytes().to_vec()]);

    assert_eq!(
        alma.post("/v1/restrictions", &restriction(case))
            .await
            .status,
        200
    );
    assert!(team(&noor).await.apart.is_empty());
}

#[tokio::test]
async fn a_report_that_no_lead_may_receive_is_not_taken_and_is_taken_once_one_may() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let mut alma = Phone::of(&world, "Alma", 2).await;
    let (_, _, about_alma) =
        noor.case_born("It was the chair.", birth(Restricted::ChairNamed, &[]));
    let (_, plain) = noor.case("something else");

    let round = noor.sync(&[about_alma.clone(), plain.clone()]).await;
    assert_eq!(round.kept, ids(&[plain]));
    assert_eq!(
        round.refused,
        [(ids(std::slice::from_ref(&about_alma))[0], Reason::Held)]
    );

    let mut tom = Phone::of(&world, "Tom", 3).await;
    let round = noor.sync(std::slice::from_ref(&about_alma)).await;
    assert_eq!(round.kept, ids(std::slice::from_ref(&about_alma)));
    assert!(tom.sync(&[]).await.envelopes.contains(&about_alma));
    assert!(!alma.sync(&[]).await.envelopes.contains(&about_alma));
}

#[tokio::test]
async fn words_that_name_the_last_lead_of_a_case_stay_on_the_phone() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let alma = Phone::of(&world, "Alma", 2).await;
    let tom = Phone::of(&world, "Tom", 3).await;
    let (case, mut document, first) = noor.case_born("Somebody.", birth(Restricted::None, &[]));
    noor.sync(&[first]).await;
    let against = |staff: &Phone| Some(birth(Restricted::StaffNamed, &[staff.staff]));

    let about_alma = noor.note(case, &mut document, "It was Alma.", against(&alma));
    assert_eq!(
        noor.sync(std::slice::from_ref(&about_alma)).await.refused,
        []
    );
    let about_tom = noor.note(case, &mut document, "And Tom.", against(&tom));
    let round = noor.sync(std::slice::from_ref(&about_tom)).await;

    assert_eq!(round.refused, [(ids(&[about_tom])[0], Reason::Held)]);
    assert_eq!(team(&tom).await.exclusions.len(), 1);
}

/// Created with somebody named, while that person listens: not one byte, in
/// whatever order the frames of both come.
#[tokio::test]
async fn a_listener_who_is_named_at_birth_gets_no_byte_whenever_it_is_born() {
    const ROUNDS: u64 = 200;
    let world = World::new().await;
    let _alma = Phone::of(&world, "Alma", 1).await;
    let mut noor = Phone::of(&world, "Noor", 2).await;
    let jonas = Phone::of(&world, "Jonas", 3).await;
    let mut his = line(&world, &jonas).await;
    until(&mut his, |frame| matches!(frame, Frame::Batch(_))).await;
    let mut chance = Chance::seeded(8);
    let mut bytes = 0;
    for round in 0..ROUNDS {
        if round % 30 == 29 {
            // A line takes so many frames in ten seconds.
            his = line(&world, &jonas).await;
            until(&mut his, |frame| matches!(frame, Frame::Batch(_))).await;
        }
        let (case, mut document, first) = noor.case_born(
            "It was Jonas.",
            birth(Restricted::StaffNamed, &[jonas.staff]),
        );
        let second = noor.note(case, &mut document, "Again.", None);
        // His pings fall before, between or after; one push or two.
        let together = chance.one_in(2);
        let pings = u32::from(chance.one_in(2)) + u32::from(chance.one_in(2));
        for _ in 0..pings {
            ping(&mut his).await;
        }
        let writes = async {
            if together {
                noor.sync(&[first, second]).await.refused
            } else {
                let mut refused = noor.sync(&[first]).await.refused;
                refused.extend(noor.sync(&[second]).await.refused);
                refused
            }
        };
        let listens = async {
            ping(&mut his).await;
            until(&mut his, |frame| matches!(frame, Frame::Pong(_))).await
        };
        let (refused, heard) = tokio::join!(writes, listens);
        assert_eq!(refused, []);
        ping(&mut his).await;
        let rest = until(&mut his, |frame| matches!(frame, Frame::Pong(_))).await;
        let strange = heard.iter().chain(&rest);
        bytes += strange
            .filter(|frame| !matches!(frame, Frame::Pong(_) | Frame::Ping(_)))
            .count();
        for _ in 0..pings {
            // The pongs of the pings that were sent ahead.
            until(&mut his, |frame| matches!(frame, Frame::Pong(_))).await;
        }
    }
    assert_eq!(bytes, 0);
}

async fn ping(line: &mut crate::known::Line) {
    let ping = frame::encode(Frame::Ping(wire::Ping {}));
    line.send(Socket::Binary(ping)).await.unwrap();
}

/// Kept away later: what was written after it never comes, the next thing that
/// does is the same frame as for a grant that ended.
#[tokio::test]
async fn late_exclusion_stops_the_next_byte_and_sounds_like_any_other_end() {
    const TIMES: usize = 100;
    let world = World::new().await;
    let alma = Phone::of(&world, "Alma", 1).await;
    let mut noor = Phone::of(&world, "Noor", 2).await;
    let mut jonas = Phone::of(&world, "Jonas", 3).await;
    for round in 0..TIMES {
        let (case, mut document, first) = noor.case_born("Somebody.", birth(Restricted::None, &[]));
        noor.sync(std::slice::from_ref(&first)).await;
        let given = grant(case, jonas.staff, wire::Level::Write);
        assert_eq!(alma.post("/v1/grants", &given).await.status, 200);
        assert_eq!(jonas.sync(&[]).await.envelopes, [first]);
        let mut his = line(&world, &jonas).await;
        until(&mut his, |frame| matches!(frame, Frame::Welcome(_))).await;

        let ended = if round % 2 == 0 {
            alma.post("/v1/exclusions", &exclusion(case, jonas.staff))
                .await
        } else {
            let none = grant(case, jonas.staff, wire::Level::None);
            alma.post("/v1/grants", &none).await
        };
        assert_eq!(ended.status, 200);
        let after = noor.note(case, &mut document, "It was Jonas.", None);
        noor.sync(&[after]).await;

        let heard = until(&mut his, |frame| matches!(frame, Frame::Forget(_))).await;
        let Some(Frame::Forget(forget)) = heard.last() else {
            panic!("expected a forget")
        };
        assert_eq!(forget.document, case.as_bytes());
        for frame in &heard {
            if let Frame::Batch(batch) = frame {
                assert!(batch.envelopes.is_empty());
            }
        }
        let his = jonas.sync(&[]).await;
        assert!(his.envelopes.is_empty());
        assert_eq!(his.forget, [case.as_bytes().to_vec()]);
    }
}
