//! One lead alone makes no lead, of nobody and of nobody else's phone: with it she
//! could read what she may not know.

use safehall_core::StaffId;
use safehall_server::Clock as _;
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
async fn a_lead_or_a_leads_phone_is_let_in_by_another_lead_than_the_one_who_invites() {
    let world = World::new().await;
    let [alma, tom] = Phone::each(&world, ["Alma", "Tom"]).await;

    for (seed, whose) in [(90, None), (91, Some(tom.staff))] {
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
async fn a_leads_own_further_phone_and_a_responders_need_no_second_lead() {
    let world = World::new().await;
    let [alma, _tom, noor] = Phone::each(&world, ["Alma", "Tom", "Noor"]).await;

    for (seed, whose) in [(90, alma.staff), (91, noor.staff)] {
        let waits = alma.invites(&world, &invite(Some(whose)), seed).await;

        assert!(is_offered(&alma, &waits).await);
        assert_eq!(confirms(&alma, &waits).await.0, 200);
    }
}

#[tokio::test]
async fn a_lead_who_was_sent_away_and_cut_off_still_leaves_nobody_alone() {
    let world = World::new().await;
    let [alma, mut tom] = Phone::each(&world, ["Alma", "Tom"]).await;
    tom.sync(&[]).await;
    let ends = wire::StaffTerm {
        staff: tom.staff.as_bytes().to_vec(),
        until: world.clock.now(),
        ..wire::StaffTerm::default()
    };
    assert_eq!(alma.post("/v1/staff", &ends).await.status, 200);
    let cut = alma.post("/v1/devices/revoke", &tom.named()).await;
    assert_eq!(cut.status, 200);

    let kim = alma.invites(&world, &invite(None), 90).await;

    assert!(!is_offered(&alma, &kim).await);
    assert_eq!(confirms(&alma, &kim).await, refused());
}

#[tokio::test]
async fn the_first_lead_lets_the_second_one_in() {
    let world = World::new().await;
    let alma = Phone::of(&world, "Alma", 1).await;

    let kim = alma.invites(&world, &invite(None), 90).await;

    assert!(is_offered(&alma, &kim).await);
    assert_eq!(confirms(&alma, &kim).await.0, 200);
}
