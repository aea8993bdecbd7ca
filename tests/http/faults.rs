//! What happens when a part of the server fails.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use prost::Message as _;
use safehall_server::commands::sample_event;
use safehall_server::{Clock, Config, StartError, StoreError, start};
use safehall_sync::wire;
use safehall_sync::wire::frame::Kind as Frame;

use crate::phone::{Phone, ids, post, problem};
use crate::world::{NOON, World};

/// A clock with a fault in it: the one part of the server that a test brings.
struct FaultyClock(AtomicBool);

impl Clock for FaultyClock {
    fn now(&self) -> u64 {
        assert!(
            !self.0.load(Ordering::SeqCst),
            "this clock is broken on purpose"
        );
        NOON
    }
}

#[tokio::test]
async fn a_fault_in_one_call_is_told_with_an_id_and_the_next_call_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    sample_event(folder.path(), NOON).unwrap();
    let clock = Arc::new(FaultyClock(AtomicBool::new(false)));
    let server = start(Config::for_tests(folder.path().to_owned()), clock.clone())
        .await
        .unwrap();
    let ask = wire::ChallengeAsk {
        device: vec![1; 16],
    };

    clock.0.store(true, Ordering::SeqCst);
    let broken = post(server.addr(), "/v1/auth/challenge", &ask).await;
    clock.0.store(false, Ordering::SeqCst);
    let whole = post(server.addr(), "/v1/auth/challenge", &ask).await;

    let told = wire::Problem::decode(broken.body.as_slice()).unwrap();
    assert_eq!((broken.status, told.code.as_str()), (500, "broken"));
    assert_eq!(broken.head("x-request-id"), Some(told.request_id.as_str()));
    assert!(!told.say.contains("clock"), "the fault's own words got out");
    assert_eq!(whole.status, 200);
}

#[tokio::test]
async fn a_server_that_lost_one_of_its_parts_says_which_instead_of_going_on() {
    let folder = tempfile::tempdir().unwrap();
    sample_event(folder.path(), NOON).unwrap();
    let clock = Arc::new(FaultyClock(AtomicBool::new(false)));
    let mut config = Config::for_tests(folder.path().to_owned());
    config.rounds = Duration::from_millis(20);
    let mut server = start(config, clock.clone()).await.unwrap();

    clock.0.store(true, Ordering::SeqCst);
    let broken = tokio::time::timeout(Duration::from_secs(10), server.broken()).await;

    assert_eq!(broken.unwrap().to_string(), "the rounds ended by itself");
}

#[tokio::test]
async fn one_folder_is_served_by_one_server_and_by_the_next_one_after_it() {
    let world = World::new().await;
    let config = Config::for_tests(world.folder.path().to_owned());

    let second = start(config.clone(), world.clock.clone()).await;
    assert!(matches!(second, Err(StartError::Store(StoreError::Taken))));

    assert!(world.server.stop().await);
    let next = start(config, world.clock).await;
    assert!(next.is_ok(), "the lock outlived its server");
}

#[tokio::test]
async fn a_damaged_database_is_refused_in_plain_words_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    sample_event(folder.path(), NOON).unwrap();
    let file = folder.path().join("safehall.db");
    let whole = std::fs::read(&file).unwrap();
    // The head of the file; and a page in the middle, behind a head that is fine.
    for (from, to) in [(0, 64), (8_192, 16_384)] {
        let mut damaged = whole.clone();
        damaged[from..to].fill(0xA5);
        std::fs::write(&file, &damaged).unwrap();

        let clock = Arc::new(FaultyClock(AtomicBool::new(false)));
        let refused = start(Config::for_tests(folder.path().to_owned()), clock).await;

        let Err(StartError::Store(error)) = refused else {
            panic!("started over a damaged database")
        };
        assert!(matches!(error, StoreError::Broken), "{error}");
        assert!(error.to_string().contains("damaged"));
        assert!(std::fs::read(&file).unwrap() == damaged, "it was touched");
    }
}

#[tokio::test]
async fn a_clock_that_was_set_back_neither_hides_a_granted_case_nor_gives_back_a_withdrawn_one() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let mut jonas = Phone::of(&world, "Jonas", 2).await;
    let mut alma = Phone::of(&world, "Alma", 3).await;
    let (document, envelope) = noor.case("note");
    noor.sync(std::slice::from_ref(&envelope)).await;
    let mut grant = wire::Grant {
        document: document.as_bytes().to_vec(),
        staff: jonas.staff.as_bytes().to_vec(),
        level: wire::Level::Write.into(),
        until: 0,
    };
    assert_eq!(alma.post("/v1/grants", &grant).await.status, 200);

    let hour = 60 * 60 * 1_000;
    world.clock.back(hour);
    // Tokens from what is now the future are refused, and got anew.
    assert_eq!(problem(&jonas.get("/v1/pack").await), "sign_in");
    jonas.sign_in().await;
    alma.sign_in().await;
    assert_eq!(
        jonas.sync(&[]).await.envelopes,
        std::slice::from_ref(&envelope)
    );

    grant.level = wire::Level::None.into();
    assert_eq!(alma.post("/v1/grants", &grant).await.status, 200);
    noor.sign_in().await;
    let (_, second) = noor.case("second");
    assert_eq!(
        noor.sync(std::slice::from_ref(&second)).await.kept,
        ids(&[second])
    );
    let after = jonas.sync(&[]).await;
    assert_eq!(after.forget, [document.as_bytes().to_vec()]);
    assert!(after.envelopes.is_empty());
}

#[tokio::test]
async fn a_clock_that_was_set_back_makes_no_hour_of_a_whole_day() {
    let world = World::with(|config| config.device_changes_per_hour = 2).await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let cases = ["One.", "Two.", "Three."].map(|text| noor.case(text).1);
    let [before, after] = [&cases[..2], &cases[2..]];
    assert_eq!(noor.sync(before).await.kept.len(), 2);
    let hour = 60 * 60 * 1_000;
    assert_eq!(noor.sync(after).await.refused[0].1, wire::Reason::Quota);

    // It had been a day ahead.
    world.clock.back(24 * hour);
    world.clock.pass(2 * hour);
    noor.sign_in().await;

    assert_eq!(noor.sync(after).await.kept, ids(after));
}

#[tokio::test]
async fn nothing_private_stands_in_the_finest_log_of_a_busy_line() {
    let world = World::new().await;
    let alma = Phone::of(&world, "Alma", 1).await;
    let mut noor = Phone::of(&world, "Noor", 2).await;
    let mut listening = crate::known::line(&world, &alma).await;
    let before = crate::watch::Watch::lines();

    let (_, envelope) = noor.case("He said it in front of everybody.");
    noor.sync(&[envelope]).await;
    crate::known::until(
        &mut listening,
        |frame| matches!(frame, Frame::Batch(batch) if !batch.envelopes.is_empty()),
    )
    .await;

    // The end of the story looks at what was found; this, at whether anybody looked.
    assert!(crate::watch::Watch::lines() > before, "nobody reads along");
}

#[tokio::test]
async fn a_call_whose_body_never_comes_is_told_so() {
    let world = World::with(|config| config.request_timeout = Duration::from_millis(200)).await;

    let slow = crate::crowd::half_a_call(world.addr()).await;
    let answer = crate::world::rest(slow).await;
    assert_eq!(
        (answer.status, problem(&answer).as_str()),
        (408, "too_slow")
    );
}
