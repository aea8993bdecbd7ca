//! How time on the team begins and ends, and how an event opens.

use std::time::Duration;

use safehall_core::StaffId;
use safehall_sync::wire::frame::Kind as Frame;
use safehall_sync::wire::{self, Reason, Restricted};

use crate::known::{line, until};
use crate::phone::{Phone, birth, ids};
use crate::reach::{grant, team, term};
use crate::world::{NOON, World};

#[tokio::test]
async fn who_is_sent_away_reads_nothing_more_at_once_also_on_an_open_line() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let mut alma = Phone::of(&world, "Alma", 2).await;
    let (case, mut document, first) = noor.case_born("a case", birth(Restricted::None, &[]));
    noor.sync(&[first]).await;
    let mut hers = line(&world, &noor).await;
    until(&mut hers, |frame| matches!(frame, Frame::Batch(_))).await;
    let before = alma.sync(&[]).await;
    assert_eq!(before.envelopes.len(), 1);

    assert_eq!(
        alma.post("/v1/staff", &term(noor.staff, 0, NOON))
            .await
            .status,
        200
    );
    let more = {
        let mut copy = safehall_sync::document::Document::born(wire::Kind::Case).unwrap();
        alma.note(case, &mut copy, "after she left", None)
    };
    assert_eq!(
        alma.sync(std::slice::from_ref(&more)).await.kept,
        ids(&[more])
    );

    let told = until(&mut hers, |frame| matches!(frame, Frame::Forget(_))).await;
    assert_eq!(told.len(), 1, "a byte came after the end");
    assert_eq!(noor.get("/v1/team").await.status, 404);
    assert_eq!(noor.get("/v1/pack").await.status, 404);
    let late = noor.note(case, &mut document, "late", None);
    let (_, fresh) = noor.case("a new one");
    let round = noor.sync(&[late, fresh]).await;
    let reasons: Vec<_> = round.refused.iter().map(|(_, why)| *why).collect();
    assert_eq!(reasons.len(), 2);
    assert!(reasons.contains(&Reason::NotAllowed), "{reasons:?}");
    assert!(round.envelopes.is_empty());
}

#[tokio::test]
async fn a_term_that_ends_as_planned_takes_what_was_written_in_it_for_another_day() {
    let world = World::with(|config| config.rounds = Duration::from_millis(50)).await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let alma = Phone::of(&world, "Alma", 2).await;
    let (case, mut document, first) = noor.case_born("a case", birth(Restricted::None, &[]));
    noor.sync(&[first]).await;
    let until_then = term(noor.staff, 0, NOON + 60_000);
    assert_eq!(alma.post("/v1/staff", &until_then).await.status, 200);
    let members = team(&alma).await.staff;
    let until_of = |staff: StaffId| {
        let member = members
            .iter()
            .find(|member| member.staff == staff.as_bytes());
        member.map(|member| member.until)
    };
    assert_eq!(until_of(noor.staff), Some(NOON + 60_000));
    assert!(
        team(&noor)
            .await
            .staff
            .iter()
            .all(|member| member.until == 0)
    );
    let mut hers = line(&world, &noor).await;
    until(&mut hers, |frame| matches!(frame, Frame::Batch(_))).await;

    world.clock.pass(60_000);

    // Her line says so without being asked.
    let told = tokio::time::timeout(
        Duration::from_secs(20),
        until(&mut hers, |frame| matches!(frame, Frame::Forget(_))),
    );
    let Some(Frame::Forget(forget)) = told.await.expect("nobody told her").pop() else {
        panic!("expected a forget")
    };
    assert_eq!(forget.document, case.as_bytes());
    let late = noor.note(case, &mut document, "from the cellar", None);
    let (_, fresh) = noor.case("also from the cellar");
    let both = [late, fresh];
    let round = noor.sync(&both).await;
    let mut kept = ids(&both);
    kept.sort();
    assert_eq!(round.kept, kept, "answers are in the order of ids");
    assert!(round.envelopes.is_empty());
    // A clock that is set back does not bring her back.
    world.clock.back(30_000);
    assert_eq!(noor.get("/v1/team").await.status, 404);

    // Somebody says that she stays after all, and she gets everything again.
    assert_eq!(
        alma.post("/v1/staff", &term(noor.staff, 0, 0)).await.status,
        200
    );
    assert_eq!(noor.sync(&[]).await.envelopes.len(), 3);
}

#[tokio::test]
async fn a_term_that_has_not_begun_opens_nothing_until_it_does() {
    let world = World::with(|config| config.rounds = Duration::from_millis(50)).await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let mut jonas = Phone::of(&world, "Jonas", 2).await;
    let alma = Phone::of(&world, "Alma", 3).await;
    let tomorrow = NOON + 60_000;
    assert_eq!(
        alma.post("/v1/staff", &term(jonas.staff, tomorrow, 0))
            .await
            .status,
        200
    );
    let wrong = term(jonas.staff, tomorrow, tomorrow);
    assert_eq!(alma.post("/v1/staff", &wrong).await.status, 422);
    let (case, first) = noor.case("a case");
    noor.sync(std::slice::from_ref(&first)).await;
    let given = grant(case, jonas.staff, wire::Level::Read);
    assert_eq!(alma.post("/v1/grants", &given).await.status, 200);
    assert!(jonas.sync(&[]).await.envelopes.is_empty());
    assert_eq!(jonas.get("/v1/team").await.status, 404);
    let mut his = line(&world, &jonas).await;
    until(&mut his, |frame| matches!(frame, Frame::Batch(_))).await;

    world.clock.pass(60_000);

    let told = until(
        &mut his,
        |frame| matches!(frame, Frame::Batch(batch) if !batch.envelopes.is_empty()),
    );
    let told = tokio::time::timeout(Duration::from_secs(20), told).await;
    let Some(Frame::Batch(batch)) = told.expect("nobody told him").pop() else {
        panic!("expected a batch")
    };
    assert_eq!(batch.envelopes, [first]);
    assert_eq!(jonas.get("/v1/team").await.status, 200);
}

#[tokio::test]
async fn an_event_takes_reports_once_two_leads_have_been_let_in_and_then_for_good() {
    let world = World::new().await;
    world.close_again();
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let alma = Phone::of(&world, "Alma", 2).await;
    let (_, first) = noor.case("a case");
    let held = [(ids(std::slice::from_ref(&first))[0], Reason::Held)];
    assert!(!team(&noor).await.open);
    assert_eq!(noor.sync(std::slice::from_ref(&first)).await.refused, held);
    let data = world.folder.path().to_str().unwrap().to_owned();
    let refused = safehall_server::commands::run_words(["event", "open", "--data", &data]);
    assert!(refused.unwrap_err().to_string().contains("1 lead(s)"));

    // A second phone of hers is not a second lead, nor is one that waits for its words.
    let again = wire::NewInvite {
        staff: alma.staff.as_bytes().to_vec(),
        ..wire::NewInvite::default()
    };
    alma.lets_in(&world, &again, 91).await;
    assert!(!team(&noor).await.open);

    let tom = Phone::of(&world, "Tom", 3).await;
    assert!(team(&noor).await.open);
    assert_eq!(noor.sync(std::slice::from_ref(&first)).await.kept.len(), 1);
    let lost = wire::DeviceRef {
        device: tom.device.as_bytes().to_vec(),
    };
    assert_eq!(alma.post("/v1/devices/revoke", &lost).await.status, 200);
    assert!(team(&noor).await.open);
    let (_, second) = noor.case("another");
    assert_eq!(noor.sync(&[second]).await.refused, []);
}

#[tokio::test]
async fn an_event_can_be_opened_with_one_lead_at_the_terminal_only() {
    let world = World::new().await;
    world.close_again();
    let noor = Phone::of(&world, "Noor", 1).await;
    let _alma = Phone::of(&world, "Alma", 2).await;
    let data = world.folder.path().to_str().unwrap().to_owned();

    let open = ["event", "open", "--data", &data, "--with-one-lead"];
    safehall_server::commands::run_words(open).unwrap();

    assert!(team(&noor).await.open);
}
