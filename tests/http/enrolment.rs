use safehall_sync::wire::{self, enrol_status::State};

use crate::phone::{Phone, ok, post, problem};
use crate::world::World;

#[tokio::test]
async fn a_phone_is_let_in_once_a_lead_has_compared_its_four_words() {
    let world = World::new().await;
    let alma = Phone::of(&world, "Alma", 1).await;
    let new = wire::NewInvite {
        name: "Kim".to_owned(),
        roles: vec![1],
        ..wire::NewInvite::default()
    };
    let invite: wire::Invite = ok(alma.post("/v1/invites", &new).await);
    let secret = invite.secret.try_into().unwrap();

    let (mut kim, active) = Phone::enrol(&world, &secret, 2).await;
    assert!(!active);
    assert_eq!(kim.status().await, State::Pending);
    assert_eq!(problem(&kim.ask_for_token().await), "bad_proof");

    let team: wire::Team = ok(alma.get("/v1/team").await);
    let waiting = team
        .devices
        .iter()
        .find(|device| device.device == kim.device.as_bytes())
        .unwrap();
    assert_eq!((waiting.words.len(), waiting.label.as_str()), (4, "K1"));

    let device = wire::DeviceRef {
        device: kim.device.as_bytes().to_vec(),
    };
    assert_eq!(alma.post("/v1/devices/confirm", &device).await.status, 200);
    assert_eq!(kim.status().await, State::Active);
    kim.sign_in().await;
    assert_eq!(kim.get("/v1/pack").await.status, 200);
}

#[tokio::test]
async fn an_invite_is_good_once() {
    let world = World::new().await;
    let noor = world.invited("Noor");
    let _first = Phone::enrol(&world, &noor.secret, 1).await;

    use sha2::Digest as _;
    let begin = wire::BeginEnrol {
        invite_hash: sha2::Sha256::digest(noor.secret).to_vec(),
    };
    let again = post(world.addr(), "/v1/enrol/begin", &begin).await;

    assert_eq!(
        (again.status, problem(&again).as_str()),
        (404, "no_such_invite")
    );
}

#[tokio::test]
async fn an_invite_runs_out_after_a_day() {
    let world = World::new().await;
    world.clock.pass(24 * 60 * 60 * 1_000);

    use sha2::Digest as _;
    let begin = wire::BeginEnrol {
        invite_hash: sha2::Sha256::digest(world.invited("Noor").secret).to_vec(),
    };
    assert_eq!(
        post(world.addr(), "/v1/enrol/begin", &begin).await.status,
        404
    );
}

#[tokio::test]
async fn a_responder_may_neither_invite_nor_see_devices() {
    let world = World::new().await;
    let noor = Phone::of(&world, "Noor", 1).await;

    let new = wire::NewInvite {
        name: "Kim".to_owned(),
        roles: vec![1],
        ..wire::NewInvite::default()
    };
    assert_eq!(noor.post("/v1/invites", &new).await.status, 404);
    let team: wire::Team = ok(noor.get("/v1/team").await);
    assert!(team.devices.is_empty() && !team.staff.is_empty());
}

#[tokio::test]
async fn a_revoked_phone_is_out_at_once_and_is_told_so() {
    let world = World::new().await;
    let alma = Phone::of(&world, "Alma", 1).await;
    let mut noor = Phone::of(&world, "Noor", 2).await;

    let device = wire::DeviceRef {
        device: noor.device.as_bytes().to_vec(),
    };
    assert_eq!(alma.post("/v1/devices/revoke", &device).await.status, 200);

    assert_eq!(noor.get("/v1/pack").await.status, 410);
    assert_eq!(noor.sync(&[]).await.farewell, Some(wire::Leaving::Revoked));
    assert_eq!(noor.ask_for_token().await.status, 410);
}

#[tokio::test]
async fn a_token_of_another_event_names_nobody_here() {
    let here = World::new().await;
    let there = World::new().await;
    let stranger = Phone::of(&there, "Alma", 1).await;
    let mut noor = Phone::of(&here, "Noor", 2).await;

    noor.token = stranger.token;

    assert_eq!(noor.get("/v1/pack").await.status, 401);
    assert_eq!(noor.sync(&[]).await.farewell, Some(wire::Leaving::SignIn));
}

#[tokio::test]
async fn a_token_ends_after_ten_minutes() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;

    world.clock.pass(10 * 60 * 1_000 + 30_000);
    assert_eq!(noor.get("/v1/pack").await.status, 401);

    noor.sign_in().await;
    assert_eq!(noor.get("/v1/pack").await.status, 200);
}

const DAY: u64 = 24 * 60 * 60 * 1_000;

/// The sample event ends two days after noon.
#[tokio::test]
async fn staff_are_out_three_days_after_the_event_and_the_chair_goes_on() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let mut alma = Phone::of(&world, "Alma", 2).await;
    let at = |passed: u64| world.clock.pass(passed);

    at(5 * DAY - 60_000);
    noor.sign_in().await;
    let (_, on_the_way_home) = noor.case("on the way home");
    let kept = noor.sync(std::slice::from_ref(&on_the_way_home)).await.kept;
    assert_eq!(
        kept,
        crate::phone::ids(std::slice::from_ref(&on_the_way_home))
    );

    at(60_000);
    let (_, late) = noor.case("too late");
    let refused = noor.sync(&[late]).await.refused;
    assert_eq!(
        refused.first().map(|(_, why)| *why),
        Some(wire::Reason::NotAllowed)
    );
    alma.sign_in().await;
    assert_eq!(alma.sync(&[]).await.envelopes, [on_the_way_home]);
}

#[tokio::test]
async fn a_stranger_who_guesses_links_keeps_out_nobody_who_has_one() {
    let world = World::new().await;
    let guess = |number: u32| {
        let mut hash = [7; 32];
        hash[..4].copy_from_slice(&number.to_be_bytes());
        wire::BeginEnrol {
            invite_hash: hash.to_vec(),
        }
    };
    let mut refused = Vec::new();
    for number in 0..=600 {
        let answer = post(world.addr(), "/v1/enrol/begin", &guess(number)).await;
        refused.push(problem(&answer));
    }
    assert_eq!(refused[0], "no_such_invite");
    assert_eq!(refused[600], "too_often", "it may guess on");

    Phone::of(&world, "Noor", 1).await;
}
