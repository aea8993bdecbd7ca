//! Things that are good once, wanted by many at the same moment.

use std::sync::Arc;

use safehall_sync::attachment::CHUNK;
use safehall_sync::ids::EventId;
use safehall_sync::{signing, wire};
use safehall_testkit::chance::Chance;
use safehall_testkit::keys::SigningKey;
use sha2::{Digest as _, Sha256};
use tokio::task::JoinSet;

use crate::phone::{Phone, ok, post, problem};
use crate::photos::{BEGIN, CHUNK_CALL, Photo, READ};
use crate::world::{Answer, World};

/// Ten challenges in one minute, a hundred phones in the next: as many as the
/// limits on attempts let through, and more than enough to find a gap.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_hundred_phones_that_use_one_invite_together_exactly_one_comes_in() {
    let world = World::new().await;
    let alma = Phone::of(&world, "Alma", 1).await;
    let secret = world.invited("Noor").secret;
    let begin = wire::BeginEnrol {
        invite_hash: Sha256::digest(secret).to_vec(),
    };
    let mut begun: Vec<wire::EnrolChallenge> = Vec::new();
    for _ in 0..10 {
        begun.push(ok(post(world.addr(), "/v1/enrol/begin", &begin).await));
    }
    world.clock.pass(60_000);

    let mut racers = JoinSet::new();
    for racer in 0..100_u64 {
        let challenge = begun[usize::try_from(racer % 10).unwrap()].clone();
        let addr = world.addr();
        racers.spawn(async move {
            let mut chance = Chance::seeded(1_000 + racer);
            let key = SigningKey::drawn(&mut chance);
            let agreement = SigningKey::drawn(&mut chance);
            let said = signing::enrol(
                EventId::try_from(challenge.event.as_slice()).unwrap(),
                &challenge.challenge,
                &secret,
                &key.public(),
                &agreement.public(),
            );
            let finish = wire::FinishEnrol {
                invite_secret: secret.to_vec(),
                challenge: challenge.challenge,
                signing_key: key.public(),
                agreement_key: agreement.public(),
                signature: key.sign(&said),
                app_version: "race".to_owned(),
            };
            let answer = post(addr, "/v1/enrol/finish", &finish).await;
            (answer.status, problem(&answer))
        });
    }
    let told = racers.join_all().await;

    let let_in = told.iter().filter(|(status, _)| *status == 200).count();
    assert_eq!((told.len(), let_in), (100, 1), "{told:?}");
    for (status, code) in told.iter().filter(|(status, _)| *status != 200) {
        let known = ["no_such_invite", "too_often", "bad_proof"].contains(&code.as_str());
        assert!(known, "{status} {code}");
    }
    let team: wire::Team = ok(alma.get("/v1/team").await);
    let noors = team
        .devices
        .iter()
        .filter(|device| device.label.starts_with('N'))
        .count();
    assert_eq!(noors, 1, "one phone of hers is on the list");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_calls_with_one_challenge_exactly_one_gets_a_token() {
    let world = World::new().await;
    let noor = Phone::of(&world, "Noor", 1).await;
    let jonas = Phone::of(&world, "Jonas", 2).await;
    let ask = noor.proof().await;

    let mut racers = JoinSet::new();
    for _ in 0..50 {
        let (addr, ask) = (world.addr(), ask.clone());
        racers.spawn(async move { post(addr, "/v1/auth/token", &ask).await.status });
    }
    let told = racers.join_all().await;
    assert_eq!(
        told.iter().filter(|status| **status == 200).count(),
        1,
        "{told:?}"
    );

    // Nor does one that was made for her serve him, nor one that is too old.
    let mut his = jonas.proof().await;
    his.challenge = noor.proof().await.challenge;
    assert_eq!(
        problem(&post(world.addr(), "/v1/auth/token", &his).await),
        "bad_proof"
    );
    let late = noor.proof().await;
    world.clock.pass(60_000);
    assert_eq!(
        problem(&post(world.addr(), "/v1/auth/token", &late).await),
        "bad_proof"
    );
}

fn count(world: &World, sql: &str) -> i64 {
    let database = rusqlite::Connection::open(world.folder.path().join("safehall.db")).unwrap();
    database.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_photo_that_three_tabs_send_together_comes_in_once() {
    const CHUNKS: usize = 6;
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let (case, first) = noor.case("three tabs");
    assert_eq!(noor.sync(&[first]).await.refused, []);
    let noor = Arc::new(noor);
    let photo = Photo::of(1, (CHUNKS - 1) * CHUNK as usize + 9);

    let mut racers = JoinSet::new();
    for racer in 0..3 * CHUNKS {
        let (noor, chunk) = (Arc::clone(&noor), photo.chunk(case, racer % CHUNKS));
        let begin = photo.begin(case);
        racers.spawn(async move {
            let begun = noor.post(BEGIN, &begin).await;
            let kept = noor.post(CHUNK_CALL, &chunk).await;
            let asked = noor.post(BEGIN, &begin).await;
            [begun, kept, asked].map(|answer| problem_of(&answer))
        });
    }
    let told = racers.join_all().await;

    let fine = [const { String::new() }; 3];
    assert!(told.iter().all(|answers| *answers == fine), "{told:?}");
    assert!(photo.got(&noor, case).await.unwrap() == photo.bytes);
    assert_eq!(count(&world, "select count(*) from attachment_chunk"), 6);
    let noted = "select count(*) from ledger where what = 'attachment_came'";
    assert_eq!(count(&world, noted), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_case_that_is_erased_while_a_photo_comes_in_and_one_goes_out_leaves_nothing_of_either() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let alma = Arc::new(Phone::of(&world, "Alma", 2).await);
    for round in 0..4 {
        let (case, first) = noor.case("while it is erased");
        assert_eq!(noor.sync(&[first]).await.refused, []);
        let (out, coming) = (
            Photo::of(2, 2 * CHUNK as usize),
            Photo::of(3 + round, 8 * CHUNK as usize),
        );
        assert!(out.send(&noor, case).await.complete);
        ok::<wire::BlobHas>(noor.post(BEGIN, &coming.begin(case)).await);
        let mut reading = JoinSet::new();
        for part in 0..12 {
            let (alma, ask) = (Arc::clone(&alma), out.read(case, part % 2));
            reading.spawn(async move { problem_of(&alma.post(READ, &ask).await) });
        }
        let erase = wire::Erasure {
            document: case.as_bytes().to_vec(),
            reason: "asked for".to_owned(),
        };
        let lead = Arc::clone(&alma);
        let mut erasing = JoinSet::new();
        let mut told = Vec::new();
        for number in 0..8 {
            if u64::try_from(number).unwrap() == 2 * round {
                let (lead, erase) = (Arc::clone(&lead), erase.clone());
                erasing.spawn(async move { problem_of(&lead.post("/v1/erasures", &erase).await) });
            }
            let answer = noor.post(CHUNK_CALL, &coming.chunk(case, number)).await;
            told.push(problem_of(&answer));
        }
        assert_eq!(erasing.join_all().await, [""]);
        told.extend(reading.join_all().await);
        let known = |code: &String| ["", "not_found"].contains(&code.as_str());
        assert!(told.iter().all(known), "{told:?}");
        for answer in coming.asked(&noor, case).await {
            assert_eq!(problem(&answer), "not_found");
        }
        let left =
            "select (select count(*) from attachment) + (select count(*) from attachment_chunk)
                    + (select count(*) from attachment_reader)";
        assert_eq!(count(&world, left), 0, "round {round}");
    }
}

/// The code of a refusal; empty if there was none.
fn problem_of(answer: &Answer) -> String {
    if answer.status == 200 {
        String::new()
    } else {
        problem(answer)
    }
}
