//! What comes too late, or twice, waits for a lead's word.

use safehall_sync::ids::{ChangeId, DocumentId};
use safehall_sync::wire::quarantine_line::Cause;
use safehall_sync::wire::{self, Envelope, Reason, Restricted};

use crate::phone::{Phone, birth, ids, ok, post, problem};
use crate::reach::exclusion;
use crate::world::{Answer, World};

/// What waits, as this phone is shown it.
async fn waiting(phone: &Phone) -> Vec<wire::QuarantineLine> {
    ok::<wire::Quarantine>(phone.get("/v1/quarantine").await).lines
}

async fn decide(phone: &Phone, change: &Envelope, admit: bool) -> Answer {
    let verdict = wire::QuarantineVerdict {
        change_id: ids(std::slice::from_ref(change))[0].as_bytes().to_vec(),
        admit,
    };
    phone.post("/v1/quarantine", &verdict).await
}

async fn revoke(lead: &Phone, phone: &Phone) {
    let revoked = lead.post("/v1/devices/revoke", &phone.named()).await;
    assert_eq!(revoked.status, 200);
}

/// Answers name changes in the order of their ids.
fn in_order(mut ids: Vec<ChangeId>) -> Vec<ChangeId> {
    ids.sort();
    ids
}

fn all_for(envelopes: &[Envelope], reason: Reason) -> Vec<(ChangeId, Reason)> {
    in_order(ids(envelopes))
        .into_iter()
        .map(|id| (id, reason))
        .collect()
}

#[tokio::test]
async fn late_words_of_a_lost_phone_wait_until_a_lead_takes_them_in() {
    let world = World::new().await;
    let [mut alma, mut noor, mut jonas] = Phone::each(&world, ["Alma", "Noor", "Jonas"]).await;
    let (id, mut case, first) = noor.case_born("Early.", birth(Restricted::None, &[]));
    noor.sync(&[first]).await;
    alma.sync(&[]).await;
    let late = [
        noor.note(id, &mut case, "Late, in the hall.", None),
        noor.note(id, &mut case, "Later still.", None),
    ];
    revoke(&alma, &noor).await;

    // Another phone carries them; it could be the lead's, after a restore.
    let carried = jonas.sync(&late).await;

    assert_eq!(carried.refused, all_for(&late, Reason::Quarantined));
    assert!(alma.sync(&[]).await.envelopes.is_empty(), "handed out");
    let lines = waiting(&alma).await;
    assert_eq!(lines.len(), 2);
    assert!(lines[0].cause() == Cause::Revoked);
    assert_eq!(lines[0].staff, noor.staff.as_bytes());
    assert_eq!(lines[0].preview, "Late, in the hall.");
    assert_eq!(jonas.get("/v1/quarantine").await.status, 404);
    assert_eq!(decide(&jonas, &late[0], true).await.status, 404);
    // The second builds on the first.
    let too_early = decide(&alma, &late[1], true).await;
    assert_eq!(
        (too_early.status, problem(&too_early).as_str()),
        (409, "does_not_fit")
    );

    for change in &late {
        assert_eq!(decide(&alma, change, true).await.status, 200);
    }

    assert_eq!(alma.sync(&[]).await.envelopes, late);
    assert!(waiting(&alma).await.is_empty());
    assert_eq!(jonas.sync(&late).await.kept, in_order(ids(&late)));
    assert_eq!(decide(&alma, &late[0], true).await.status, 404);
}

#[tokio::test]
async fn a_lead_hands_back_after_a_restore_what_somebody_wrote_who_was_revoked_since() {
    let world = World::new().await;
    let [mut alma, mut noor] = Phone::each(&world, ["Alma", "Noor"]).await;
    // The log that came from the backup does not have it; the lead's phone does.
    let (_, lost) = noor.case("It was in the log once.");
    revoke(&alma, &noor).await;

    let back = alma.sync(std::slice::from_ref(&lost)).await;

    assert_eq!(
        back.refused,
        all_for(std::slice::from_ref(&lost), Reason::Quarantined)
    );
    assert_eq!(waiting(&alma).await.len(), 1);
    assert_eq!(decide(&alma, &lost, true).await.status, 200);
    let mut second = alma
        .lets_in(
            &world,
            &wire::NewInvite {
                staff: alma.staff.as_bytes().to_vec(),
                ..wire::NewInvite::default()
            },
            9,
        )
        .await;
    assert_eq!(second.sync(&[]).await.envelopes, [lost]);
}

#[tokio::test]
async fn a_lead_hands_back_after_a_restore_what_a_colleague_wrote_whose_access_the_backup_does_not_know()
 {
    let world = World::new().await;
    let [mut alma, mut noor, mut jonas, mut rui] =
        Phone::each(&world, ["Alma", "Noor", "Jonas", "Rui"]).await;
    let (document, mut case, first) = noor.case_born("first", birth(Restricted::None, &[]));
    noor.sync(std::slice::from_ref(&first)).await;
    // In the log's last life Jonas and Rui were let in, and Rui was kept away from it later.
    let his = jonas.note(document, &mut case, "He was near her again.", None);
    let theirs = rui.note(document, &mut case, "I was not there.", None);
    let away = exclusion(document, rui.staff);
    assert_eq!(alma.post("/v1/exclusions", &away).await.status, 200);

    let alone = jonas.sync(std::slice::from_ref(&his)).await;
    let back = alma.sync(&[his.clone(), theirs.clone()]).await;

    assert_eq!(
        alone.refused,
        all_for(std::slice::from_ref(&his), Reason::NotAllowed)
    );
    assert_eq!(back.kept, ids(std::slice::from_ref(&his)));
    assert_eq!(back.refused, all_for(&[theirs], Reason::NotAllowed));
    assert_eq!(noor.sync(&[]).await.envelopes, [his]);
}

#[tokio::test]
async fn what_a_lead_threw_away_stays_away() {
    let world = World::new().await;
    let [mut alma, mut noor] = Phone::each(&world, ["Alma", "Noor"]).await;
    let (_, late) = noor.case("Spite.");
    revoke(&alma, &noor).await;
    alma.sync(std::slice::from_ref(&late)).await;

    assert_eq!(decide(&alma, &late, false).await.status, 200);

    assert!(waiting(&alma).await.is_empty());
    assert_eq!(decide(&alma, &late, true).await.status, 404);
    let again = alma.sync(std::slice::from_ref(&late)).await;
    assert_eq!(again.refused, all_for(&[late], Reason::Quarantined));
    assert!(waiting(&alma).await.is_empty(), "it lies there again");
}

#[tokio::test]
async fn a_lost_phone_hands_in_its_last_words_and_says_that_it_is_empty() {
    let world = World::new().await;
    let [alma, mut noor, mut jonas] = Phone::each(&world, ["Alma", "Noor", "Jonas"]).await;
    // Nobody here knows the case: not even its first change arrived.
    let (id, mut case, first) = noor.case_born("In a dead spot.", birth(Restricted::None, &[]));
    let own = [first, noor.note(id, &mut case, "And then.", None)];
    let (_, carried) = jonas.case("Somebody else's.");
    revoke(&alma, &noor).await;
    let all = [own.to_vec(), vec![carried.clone()]].concat();

    let answer = post(world.addr(), "/v1/handin", &noor.hand_in(&all, false).await).await;
    // It is not empty yet: what it still has may be the only copy.
    assert_eq!(clears(&answer), None);
    let handed: wire::HandedIn = ok(answer);

    let own_ids: Vec<_> = ids(&own).iter().map(|id| id.as_bytes().to_vec()).collect();
    assert_eq!(handed.change_ids, own_ids);
    assert_eq!(handed.refusals.len(), 1);
    assert_eq!(handed.refusals[0].reason(), Reason::WrongDevice);
    assert_eq!(handed.wipe_order.len(), 64);
    assert_eq!(waiting(&alma).await.len(), 2);
    // Once more: a lost answer costs nothing.
    let again: wire::HandedIn =
        ok(post(world.addr(), "/v1/handin", &noor.hand_in(&own, false).await).await);
    assert_eq!(again.change_ids, own_ids);
    assert_eq!(waiting(&alma).await.len(), 2);
    // The device's own account of its end.
    let last = post(world.addr(), "/v1/handin", &noor.hand_in(&[], true).await).await;
    assert_eq!(clears(&last), Some("\"storage\""));
    let _: wire::HandedIn = ok(last);
    let team: wire::Team = ok(alma.get("/v1/team").await);
    let lost = team
        .devices
        .iter()
        .find(|device| device.device == noor.device.as_bytes())
        .unwrap();
    assert!(lost.revoked_at > 0 && lost.wiped_at > 0);
    for change in &own {
        assert_eq!(decide(&alma, change, true).await.status, 200);
    }
}

#[tokio::test]
async fn a_name_goes_where_its_case_lies_also_in_a_later_hand_in() {
    let world = World::new().await;
    let [alma, mut noor] = Phone::each(&world, ["Alma", "Noor"]).await;
    let (id, _, first) = noor.case_born("In a dead spot.", birth(Restricted::None, &[]));
    let (_, name) = noor.identity(id, "Robin Blume");
    let (_, nowhere) = noor.identity(DocumentId::from_bytes([7; 16]), "Kim Thorn");
    revoke(&alma, &noor).await;
    let own = [first, name];

    for change in &own {
        let only = noor.hand_in(std::slice::from_ref(change), false).await;
        let handed: wire::HandedIn = ok(post(world.addr(), "/v1/handin", &only).await);
        assert!(handed.refusals.is_empty(), "the phone could never end this");
    }

    // Nobody decides about a name before there is its case.
    for change in &own {
        assert_eq!(waiting(&alma).await.len(), 1);
        assert_eq!(decide(&alma, change, true).await.status, 200);
    }
    assert!(waiting(&alma).await.is_empty());
    // Whose case lies nowhere is still told to wait for it.
    let lone = noor.hand_in(&[nowhere], false).await;
    let handed: wire::HandedIn = ok(post(world.addr(), "/v1/handin", &lone).await);
    assert_eq!(handed.refusals[0].reason(), Reason::Held);
}

#[tokio::test]
async fn only_a_lost_phone_may_hand_in_and_everybody_else_hears_the_same() {
    let world = World::new().await;
    let [alma, noor, jonas] = Phone::each(&world, ["Alma", "Noor", "Jonas"]).await;
    let still_active = noor.hand_in(&[], true).await;
    let refused = post(world.addr(), "/v1/handin", &still_active).await;
    let expected = (refused.status, problem(&refused));
    assert_eq!(expected, (401, "bad_proof".to_owned()));
    revoke(&alma, &noor).await;

    let mut unknown = noor.hand_in(&[], true).await;
    unknown.device = vec![7; 16];
    let mut others_proof = jonas.hand_in(&[], true).await;
    others_proof.device = noor.device.as_bytes().to_vec();
    let mut tampered = noor.hand_in(&[], false).await;
    tampered.wiped = true;
    let used = noor.hand_in(&[], true).await;
    assert_eq!(post(world.addr(), "/v1/handin", &used).await.status, 200);

    for stranger in [unknown, others_proof, tampered, used] {
        let refused = post(world.addr(), "/v1/handin", &stranger).await;
        assert_eq!((refused.status, problem(&refused)), expected);
        assert_eq!(clears(&refused), None);
    }
}

/// What the browser is told to throw away.
fn clears(answer: &Answer) -> Option<&str> {
    let name = "clear-site-data";
    let found = answer.heads.iter().find(|(head, _)| head == name);
    found.map(|(_, value)| value.as_str())
}

#[tokio::test]
async fn whoever_was_kept_away_meanwhile_waits_and_whoever_never_could_see_it_learns_nothing() {
    let world = World::new().await;
    let [mut alma, mut noor, mut jonas] = Phone::each(&world, ["Alma", "Noor", "Jonas"]).await;
    let (id, mut case, first) = noor.case_born("Early.", birth(Restricted::None, &[]));
    let mut copy = case.clone();
    noor.sync(&[first]).await;
    alma.sync(&[]).await;
    let exclusion = |staff: &Phone| wire::Exclusion {
        document: id.as_bytes().to_vec(),
        staff: staff.staff.as_bytes().to_vec(),
        ..wire::Exclusion::default()
    };
    for person in [&noor, &jonas] {
        let excluded = alma.post("/v1/exclusions", &exclusion(person)).await;
        assert_eq!(excluded.status, 200);
    }
    let late = [noor.note(id, &mut case, "Late.", None)];
    let guessed = [jonas.note(id, &mut copy, "Guessed.", None)];

    assert_eq!(
        noor.sync(&late).await.refused,
        all_for(&late, Reason::Quarantined)
    );
    assert_eq!(
        jonas.sync(&guessed).await.refused,
        all_for(&guessed, Reason::NotAllowed)
    );

    let lines = waiting(&alma).await;
    assert_eq!(lines.len(), 1);
    assert!(lines[0].cause() == Cause::Excluded);
    assert_eq!(decide(&alma, &late[0], true).await.status, 200);
    assert_eq!(alma.sync(&[]).await.envelopes, late);
}

#[tokio::test]
async fn a_lead_who_is_kept_away_is_not_shown_what_waits() {
    let world = World::new().await;
    let [alma, mut noor, mut jonas] = Phone::each(&world, ["Alma", "Noor", "Jonas"]).await;
    let kim = wire::NewInvite {
        name: "Kim".to_owned(),
        roles: vec![wire::Role::AlternateChair.into()],
        ..wire::NewInvite::default()
    };
    let kim = alma.lets_in(&world, &kim, 9).await;
    // Unknown here, and about the chair: its own birth says so.
    let (id, mut case, first) = noor.case_born("The chair.", birth(Restricted::ChairNamed, &[]));
    let late = [first, noor.note(id, &mut case, "Again.", None)];
    revoke(&alma, &noor).await;
    jonas.sync(&late).await;

    assert!(waiting(&alma).await.is_empty());
    assert_eq!(decide(&alma, &late[0], false).await.status, 404);

    assert_eq!(waiting(&kim).await.len(), 2);
    for change in &late {
        assert_eq!(decide(&kim, change, true).await.status, 200);
    }
}

/// A hundred times: the second is caught, what came with it is kept, and the
/// device writes on only when a lead has decided.
#[tokio::test]
async fn of_two_changes_under_one_number_the_second_is_caught_and_holds_up_nobody() {
    let world = World::with(|config| config.device_changes_per_hour = 10_000).await;
    let [mut alma, mut noor, mut jonas] = Phone::each(&world, ["Alma", "Noor", "Jonas"]).await;
    for round in 0..100 {
        let (id, mut case, first) = noor.case_born("A case.", birth(Restricted::None, &[]));
        noor.sync(std::slice::from_ref(&first)).await;
        let [phone, copy] = noor.two_under_one_number(id, &case);
        let mate = noor.note(id, &mut case, "Beside it.", None);
        let (_, foreign) = jonas.case("Somebody else's.");
        let push = [phone.clone(), copy.clone(), mate.clone(), foreign.clone()];

        // In one push, or the copy a day later.
        let (kept, refused) = if round % 2 == 0 {
            let answer = noor.sync(&push).await;
            (answer.kept, answer.refused)
        } else {
            let early = noor.sync(&push[..1]).await;
            let late = noor.sync(&push[1..]).await;
            assert!(early.refused.is_empty());
            ([early.kept, late.kept].concat(), late.refused)
        };

        assert_eq!(
            in_order(kept),
            in_order(ids(&[phone, mate, foreign])),
            "round {round}"
        );
        let copy = [copy];
        assert_eq!(refused, all_for(&copy, Reason::Quarantined));
        let frozen = [noor.note(id, &mut case, "Frozen.", None)];
        // It builds on what is kept, but nothing of this device is, now.
        assert_eq!(
            noor.sync(&frozen).await.refused,
            all_for(&frozen, Reason::Quarantined)
        );
        let lines = waiting(&alma).await;
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|line| line.cause() == Cause::Equivocation));
        assert_eq!(decide(&alma, &copy[0], true).await.status, 200);
        assert_eq!(decide(&alma, &frozen[0], true).await.status, 200);
        let on = [noor.note(id, &mut case, "It writes on.", None)];
        assert_eq!(noor.sync(&on).await.kept, ids(&on));
    }
    alma.sync(&[]).await;
}

#[tokio::test]
async fn a_phone_whose_words_nobody_confirmed_says_nothing_in_its_owners_name() {
    let world = World::new().await;
    let [mut alma, noor] = Phone::each(&world, ["Alma", "Noor"]).await;
    // Somebody else was faster with Noor's link, and the words were not the same.
    let further = wire::NewInvite {
        staff: noor.staff.as_bytes().to_vec(),
        ..wire::NewInvite::default()
    };
    let mut thief = alma.invites(&world, &further, 9).await;
    revoke(&alma, &thief).await;
    let (_, forged) = thief.case("Noor never wrote this.");

    let only = [forged];
    let handed: wire::HandedIn = ok(post(
        world.addr(),
        "/v1/handin",
        &thief.hand_in(&only, false).await,
    )
    .await);
    let shown = alma.sync(&only).await;

    assert_eq!(handed.refusals[0].reason(), Reason::NotAllowed);
    assert_eq!(shown.refused, all_for(&only, Reason::NotAllowed));
    assert!(waiting(&alma).await.is_empty(), "it waits as hers");
}
