//! One lead alone lets in no lead, and no further phone of somebody else: with it
//! she could read what she may not know.

use safehall_core::StaffId;
use safehall_server::Clock as _;
use safehall_server::commands::run_words;
use safehall_sync::wire;
use safehall_sync::wire::enrol_status::State;

use crate::phone::{Phone, ok, problem};
use crate::world::World;

/// A device of somebody new who leads too, or a further one of somebody.
fn invite(whose: Option<StaffId>) -> wire::NewInvite {
    match whose {
        Some(staff) => wire::NewInvite {
            staff: staff.as_bytes().to_vec(),
            ..wire::NewInvite::default()
        },
        None => wire::NewInvite {
            name: "Kim".to_owned(),
            roles: vec![wire::Role::AlternateChair.into()],
            ..wire::NewInvite::default()
        },
    }
}

/// Whether the console of `lead` offers to compare the words of this device.
async fn is_offered(lead: &Phone, device: &Phone) -> bool {
    let team: wire::Team = ok(lead.get("/v1/team").await);
    let waiting = team
        .devices
        .iter()
        .find(|one| one.device == device.device.as_bytes())
        .unwrap();
    !waiting.another_lead
}

async fn confirms(lead: &Phone, device: &Phone) -> (u16, String) {
    let answer = lead.post("/v1/devices/confirm", &device.named()).await;
    (answer.status, problem(&answer))
}

fn refused() -> (u16, String) {
    (409, "another_lead".to_owned())
}

#[tokio::test]
async fn a_lead_or_a_further_phone_is_let_in_by_another_lead_than_the_one_who_invites() {
    let world = World::new().await;
    let [alma, tom, noor] = Phone::each(&world, ["Alma", "Tom", "Noor"]).await;

    for (seed, whose) in [(90, None), (91, Some(tom.staff)), (92, Some(noor.staff))] {
        let waits = alma.invites(&world, &invite(whose), seed).await;

        assert!(!is_offered(&alma, &waits).await);
        assert_eq!(confirms(&alma, &waits).await, refused());
        assert_eq!(waits.status().await, State::Pending);
        assert!(is_offered(&tom, &waits).await);
        assert_eq!(confirms(&tom, &waits).await.0, 200);
        assert_eq!(waits.status().await, State::Active);
    }
}

#[tokio::test]
async fn a_leads_own_further_phone_and_a_responders_first_need_no_second_lead() {
    let world = World::new().await;
    let [alma, _tom] = Phone::each(&world, ["Alma", "Tom"]).await;
    let noor = StaffId::from_bytes(world.invited("Noor").staff);

    for (seed, whose) in [(90, alma.staff), (91, noor)] {
        let waits = alma.invites(&world, &invite(Some(whose)), seed).await;

        assert!(is_offered(&alma, &waits).await);
        assert_eq!(confirms(&alma, &waits).await.0, 200);
    }
}

#[tokio::test]
async fn a_lead_who_was_sent_away_and_cut_off_still_leaves_nobody_alone() {
    let world = World::new().await;
    let alma = Phone::of(&world, "Alma", 1).await;
    // Let in, and cut off before it ever came back to ask.
    let tom = alma.invites(&world, &invite(None), 90).await;
    assert_eq!(confirms(&alma, &tom).await.0, 200);
    let cut = alma.post("/v1/devices/revoke", &tom.named()).await;
    assert_eq!(cut.status, 200);
    let ends = wire::StaffTerm {
        staff: tom.staff.as_bytes().to_vec(),
        until: world.clock.now(),
        ..wire::StaffTerm::default()
    };
    assert_eq!(alma.post("/v1/staff", &ends).await.status, 200);

    for (seed, whose) in [(91, None), (92, Some(tom.staff))] {
        let waits = alma.invites(&world, &invite(whose), seed).await;

        assert!(!is_offered(&alma, &waits).await);
        assert_eq!(confirms(&alma, &waits).await, refused());
    }
    // The terminal does not give her a way in for whose time has ended, and says so.
    let data = world.folder.path().to_str().unwrap();
    let words = |name| ["recover", "--data", data, "--name", name, "--role", "chair"];
    let ended = run_words(words("Kim")).unwrap_err().to_string();
    assert!(ended.contains("has ended"), "{ended}");
    assert!(run_words(words("Alma Reyes")).is_ok());
}

#[tokio::test]
async fn the_first_lead_lets_the_second_one_in() {
    let world = World::new().await;
    let alma = Phone::of(&world, "Alma", 1).await;

    let kim = alma.invites(&world, &invite(None), 90).await;

    assert!(is_offered(&alma, &kim).await);
    assert_eq!(confirms(&alma, &kim).await.0, 200);
}
