use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use safehall_sync::document::Document;
use safehall_sync::envelope::Body;
use safehall_sync::frame;
use safehall_sync::wire::frame::Kind as Frame;
use safehall_sync::wire::{self, Kind, Reason};
use tokio_tungstenite::tungstenite::Message as Socket;

use crate::phone::{Phone, ids, problem};
use crate::world::{World, call};

#[tokio::test]
async fn a_change_reaches_the_chair_word_for_word_and_no_stranger() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let mut jonas = Phone::of(&world, "Jonas", 2).await;
    let mut alma = Phone::of(&world, "Alma", 3).await;
    let (_, envelope) = noor.case("He followed her to the tram.");

    let sent = noor.sync(std::slice::from_ref(&envelope)).await;

    assert_eq!(sent.kept, ids(std::slice::from_ref(&envelope)));
    assert_eq!(alma.sync(&[]).await.envelopes, [envelope]);
    assert!(jonas.sync(&[]).await.envelopes.is_empty());
    assert!(
        alma.sync(&[]).await.envelopes.is_empty(),
        "handed over twice"
    );
}

#[tokio::test]
async fn the_same_push_twice_is_one_push() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let (_, envelope) = noor.case("note");
    let push = [envelope];

    let first = noor.sync(&push).await;
    let again = noor.sync(&push).await;

    assert_eq!(first.kept, again.kept);
    assert_eq!(world.server.stats().changes(), 1);
}

#[tokio::test]
async fn a_case_granted_later_arrives_whole_and_one_withdrawn_is_forgotten() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let mut jonas = Phone::of(&world, "Jonas", 2).await;
    let alma = Phone::of(&world, "Alma", 3).await;
    let (document, first) = noor.case("first");
    noor.sync(std::slice::from_ref(&first)).await;
    assert!(jonas.sync(&[]).await.envelopes.is_empty());

    let mut grant = wire::Grant {
        document: document.as_bytes().to_vec(),
        staff: jonas.staff.as_bytes().to_vec(),
        level: wire::Level::Write.into(),
        until: 0,
    };
    let answer = alma.post("/v1/grants", &grant).await;
    assert_eq!(answer.status, 200, "{}", problem(&answer));
    assert_eq!(
        jonas.sync(&[]).await.envelopes,
        std::slice::from_ref(&first)
    );

    // What he writes on top of it reaches her.
    let change = Body::parse(&first).unwrap().change;
    let (mut case, damaged) = Document::rebuild(Kind::Case, [change.as_ref()]).unwrap();
    assert!(damaged.is_empty());
    let second = jonas.note(document, &mut case, "second", None);
    assert_eq!(jonas.sync(std::slice::from_ref(&second)).await.refused, []);
    assert_eq!(noor.sync(&[]).await.envelopes, [second]);

    grant.level = wire::Level::None.into();
    world.clock.pass(1_000);
    assert_eq!(alma.post("/v1/grants", &grant).await.status, 200);
    assert_eq!(jonas.sync(&[]).await.forget, [document.as_bytes().to_vec()]);
    assert!(jonas.sync(&[]).await.forget.is_empty(), "told twice");
}

#[tokio::test]
async fn a_case_that_one_may_not_see_and_a_case_that_does_not_exist_are_one_answer() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let mut jonas = Phone::of(&world, "Jonas", 2).await;
    let (document, envelope) = noor.case("note");
    noor.sync(&[envelope]).await;

    let exclude = |document: Vec<u8>| wire::Exclusion {
        document,
        staff: jonas.staff.as_bytes().to_vec(),
        ..Default::default()
    };
    let hidden = jonas
        .post("/v1/exclusions", &exclude(document.as_bytes().to_vec()))
        .await;
    let absent = jonas.post("/v1/exclusions", &exclude(vec![9; 16])).await;
    assert_eq!((hidden.status, absent.status), (404, 404));
    assert_eq!(problem(&hidden), problem(&absent));
    assert_eq!(hidden.body.len(), absent.body.len());

    let mut unknown = Document::born(Kind::Case).unwrap();
    let guess = jonas.note(document, &mut unknown, "guess", None);
    let nothing = jonas.note(
        safehall_core::DocumentId::from_bytes([9; 16]),
        &mut unknown,
        "guess",
        None,
    );
    let refused = jonas.sync(&[guess, nothing]).await.refused;
    assert_eq!(
        refused
            .iter()
            .map(|(_, reason)| *reason)
            .collect::<Vec<_>>(),
        [Reason::NotAllowed; 2]
    );
}

#[tokio::test]
async fn a_change_with_a_false_signature_holds_up_none_of_its_neighbours() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let (_, good) = noor.case("good");
    let (_, mut forged) = noor.case("forged");
    forged.signature = good.signature.clone();

    let round = noor.sync(&[forged.clone(), good.clone()]).await;

    assert_eq!(round.kept, ids(&[good]));
    assert_eq!(round.refused, [(ids(&[forged])[0], Reason::BadSignature)]);
}

#[tokio::test]
async fn a_full_disk_promises_nothing_and_heals_without_a_restart() {
    let world = World::with(|config| config.max_pages = Some(80)).await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let big = "x".repeat(30_000);
    let mut not_saved = Vec::new();
    for _ in 0..40 {
        let (_, envelope) = noor.case(&big);
        let round = noor.sync(std::slice::from_ref(&envelope)).await;
        if round.refused.is_empty() {
            assert_eq!(round.kept, ids(&[envelope]));
        } else {
            assert_eq!(
                round.refused,
                [(ids(std::slice::from_ref(&envelope))[0], Reason::NotSaved)]
            );
            not_saved.push(envelope);
            break;
        }
    }
    assert_eq!(not_saved.len(), 1, "the disk never filled");
    assert_eq!(ready(&world).await, (503, "cannot write\n".to_owned()));

    // What is small still fits, in the same run.
    let (_, small) = noor.case("small");
    assert_eq!(
        noor.sync(std::slice::from_ref(&small)).await.kept,
        ids(&[small])
    );
    assert_eq!(ready(&world).await, (200, "ready\n".to_owned()));
}

/// What the server says to machines that watch it.
async fn ready(world: &World) -> (u16, String) {
    let answer = call(world.addr(), "GET", "/readyz", &[], b"").await;
    (answer.status, String::from_utf8(answer.body).unwrap())
}

#[tokio::test]
async fn coming_back_with_nothing_new_fits_in_a_kilobyte_each_way() {
    let world = World::new().await;
    let mut alma = Phone::of(&world, "Alma", 1).await;
    let mut noor = Phone::of(&world, "Noor", 2).await;
    let cases: Vec<_> = (0..50).map(|_| noor.case("note").1).collect();
    noor.sync(&cases).await;
    alma.sync(&[]).await;

    let idle = alma.sync(&[]).await;

    println!(
        "idle reconnect: {} bytes up, {} bytes down",
        idle.sent, idle.received
    );
    assert!(idle.sent <= 1_024, "{} bytes up", idle.sent);
    assert!(idle.received <= 1_024, "{} bytes down", idle.received);
}

#[tokio::test]
async fn a_hundred_phones_at_once_lose_nothing() {
    // This is about what is lost, not about how fast the machine is: on a busy one
    // the last phone would hear 'busy', keep what it has, and come again.
    let world = World::with(|config| config.request_timeout = Duration::from_secs(600)).await;
    let alma = Phone::of(&world, "Alma", 1).await;
    let mut phones = Vec::new();
    for seed in 0..100 {
        let new = wire::NewInvite {
            staff: world.invited("Noor").staff.to_vec(),
            ..wire::NewInvite::default()
        };
        let mut phone = alma.lets_in(&world, &new, 100 + seed).await;
        // Its first visit is noted apart.
        phone.sync(&[]).await;
        phones.push(phone);
    }
    let before = (
        world.server.stats().commits(),
        world.server.stats().changes(),
    );

    let mut rounds = tokio::task::JoinSet::new();
    for mut phone in phones {
        rounds.spawn(async move {
            let push: Vec<_> = (0..4).map(|_| phone.case("note").1).collect();
            phone.sync(&push).await.kept.len()
        });
    }
    let kept: usize = rounds.join_all().await.into_iter().sum();

    let stats = world.server.stats();
    println!(
        "{} flushes, the slowest {:?}",
        stats.commits() - before.0,
        stats.longest_flush()
    );
    assert_eq!((kept, stats.changes() - before.1), (400, 400));
}

#[tokio::test]
async fn a_live_line_brings_a_change_without_being_asked() {
    let world = World::new().await;
    let alma = Phone::of(&world, "Alma", 1).await;
    let mut noor = Phone::of(&world, "Noor", 2).await;
    let url = format!("ws://{}/v1/live", world.addr());
    let (mut line, _) = tokio_tungstenite::connect_async(url).await.unwrap();
    line.send(Socket::Binary(frame::encode(alma.hello())))
        .await
        .unwrap();

    let (_, envelope) = noor.case("note");
    noor.sync(std::slice::from_ref(&envelope)).await;

    while let Some(Ok(message)) = line.next().await {
        let Socket::Binary(bytes) = message else {
            continue;
        };
        if let Frame::Batch(batch) = frame::decode(bytes).unwrap()
            && !batch.envelopes.is_empty()
        {
            assert_eq!(batch.envelopes, [envelope]);
            return;
        }
    }
    panic!("the line ended");
}
