//! Things that are good once, wanted by many at the same moment.

use prost::Message as _;
use safehall_sync::ids::EventId;
use safehall_sync::{signing, wire};
use safehall_testkit::chance::Chance;
use safehall_testkit::keys::SigningKey;
use sha2::{Digest as _, Sha256};
use tokio::task::JoinSet;

use crate::phone::{Phone, ok, post, problem};
use crate::world::World;

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
    assert!(!late.encode_to_vec().is_empty());
}
