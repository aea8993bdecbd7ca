//! Something unmistakable is typed into every field that there is, and looked
//! for in every file afterwards, and in the log at its finest.

use std::time::Duration;

use safehall_server::commands::run_words;
use safehall_server::{Config, start};
use safehall_sync::document::Field;
use safehall_sync::wire::{self, Reason, Restricted};

use crate::phone::{Phone, birth, ids, ok, problem};
use crate::photos::{BEGIN, CHUNK_CALL, Photo};
use crate::watch::{Watch, hex, keep_private, look_through};
use crate::world::World;

/// Another one each time, and it never stands anywhere.
fn canary(field: &str) -> String {
    let words = format!("kanarie van {field}, geel");
    keep_private(&words);
    words
}

#[tokio::test]
async fn what_is_typed_into_any_field_stands_in_no_file_and_in_no_line_of_the_log() {
    let world = World::new().await;
    let folder = world.folder.path().to_owned();
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let mut jonas = Phone::of(&world, "Jonas", 2).await;
    let mut alma = Phone::of(&world, "Alma", 3).await;
    let pack: wire::Pack = ok(alma.get("/v1/pack").await);
    keep_private(&pack.name);
    for room in &pack.rooms {
        keep_private(&room.name);
    }
    for contact in pack.contacts {
        keep_private(&contact.name);
        keep_private(&contact.phone);
        keep_private(&contact.email);
    }
    // Staff.
    let mut kim = wire::NewInvite {
        name: canary("name"),
        badge_label: "kanarie badge geel".to_owned(),
        phone: "+31 20 555 01 99 77".to_owned(),
        roles: vec![1],
        ..wire::NewInvite::default()
    };
    keep_private(&kim.badge_label);
    keep_private(&kim.phone);
    let kim_phone = alma.lets_in(&world, &kim, 4).await;
    kim.name = canary("second name");
    let excluded = ok::<wire::Invite>(alma.post("/v1/invites", &kim).await).staff;
    // Testimony.
    let near = birth(Restricted::StaffUnidentified, &[kim_phone.staff]);
    let (case, mut document, first) = noor.case_born(&canary("case"), near);
    let place = canary("place");
    let set = noor.sets(case, &mut document, "place", &place);
    let (_, identity) = noor.identity(case, &canary("reporter"));
    let sent = noor.sync(&[first, set, identity]).await;
    assert_eq!(sent.refused, []);
    // A photo with words in it, one that is half here, and what is said below it.
    let (photo, half) = (Photo::of(5, 300_000), Photo::of(6, 300_000));
    assert!(photo.send(&noor, case).await.complete);
    assert!(photo.got(&alma, case).await.unwrap() == photo.bytes);
    ok::<wire::BlobHas>(noor.post(BEGIN, &half.begin(case)).await);
    ok::<wire::BlobHas>(noor.post(CHUNK_CALL, &half.chunk(case, 0)).await);
    let caption = canary("caption");
    let attached: [(&str, &[(&str, Field)]); 1] = [(
        "attachments",
        &[
            ("sha256", hex(&photo.sha256).as_str().into()),
            ("mime", "image/jpeg".into()),
            ("size", 300_000.into()),
            ("caption", caption.as_str().into()),
        ],
    )];
    let attached = noor.facts((wire::Kind::Case, case), &mut document, &attached, None);
    assert_eq!(noor.sync(&[attached]).await.refused, []);
    let (erased, second) = noor.case(&canary("erased case"));
    assert_eq!(noor.sync(&[second]).await.refused, []);
    alma.sync(&[]).await;
    // Decisions and their reasons.
    let exclude = wire::Exclusion {
        document: case.as_bytes().to_vec(),
        staff: excluded,
        ..wire::Exclusion::default()
    };
    let lift = wire::Exclusion {
        lift: true,
        reason: canary("reason to lift"),
        ..exclude.clone()
    };
    let clear = wire::Restriction {
        document: case.as_bytes().to_vec(),
        reason: canary("reason to clear"),
    };
    let erase = wire::Erasure {
        document: erased.as_bytes().to_vec(),
        reason: canary("reason to erase"),
    };
    for answer in [
        alma.post("/v1/exclusions", &exclude).await,
        alma.post("/v1/exclusions", &lift).await,
        alma.post("/v1/restrictions", &clear).await,
        alma.post("/v1/erasures", &erase).await,
    ] {
        assert_eq!(answer.status, 200, "{}", problem(&answer));
    }
    // What came too late, and what was never let in.
    let late = noor.note(case, &mut document, &canary("late note"), None);
    let device = wire::DeviceRef {
        device: noor.device.as_bytes().to_vec(),
    };
    assert_eq!(alma.post("/v1/devices/revoke", &device).await.status, 200);
    let carried = jonas.sync(std::slice::from_ref(&late)).await;
    assert_eq!(carried.refused, [(ids(&[late])[0], Reason::Quarantined)]);
    let guess = jonas.note(case, &mut document, &canary("guess"), None);
    assert_eq!(jonas.sync(&[guess]).await.refused.len(), 1);

    let lines = Watch::lines();
    let read = look_through(&folder);
    let safe = tempfile::tempdir().unwrap();
    let key = age::x25519::Identity::generate().to_public().to_string();
    let path = |name: &str| safe.path().join(name).to_str().unwrap().to_owned();
    run_words([
        "backup",
        "--data",
        folder.to_str().unwrap(),
        "--to",
        &path("data"),
        "--keyring",
        &path("keys"),
        "--recipient",
        &key,
    ])
    .unwrap();
    let kept_apart = look_through(safe.path());
    // A server that is started over it writes nothing of it down either.
    assert!(world.server.stop().await);
    look_through(&folder);
    let mut config = Config::for_tests(folder.clone());
    config.rounds = Duration::from_millis(100);
    let again = start(config, world.clock).await.unwrap();
    alma.moves_to(again.addr());
    alma.sync(&[]).await;
    look_through(&folder);
    again.stop().await;
    println!("{read} bytes of data, {kept_apart} of backups, {lines} lines of log: 0 found");
    assert!(read > 100_000 && kept_apart > 10_000 && lines > 30);
}
