//! A pack that changes while the event goes on.

use std::fs;
use std::path::Path;

use safehall_server::commands::run_words;
use safehall_sync::frame;
use safehall_sync::wire::frame::Kind as Frame;
use safehall_sync::wire::{self, Restricted};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use crate::phone::{Phone, birth, ok};
use crate::world::{PROTOBUF, World, call};

/// The sample at the dates of the story, as a file with what lies beside it.
fn on_disk(change: impl Fn(&str) -> String) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let events = Path::new(env!("CARGO_MANIFEST_DIR")).join("../events");
    for name in ["all-systems-go-policy.md", "seed-1.de.toml"] {
        fs::copy(events.join(name), folder.path().join(name)).unwrap();
    }
    let text = fs::read_to_string(events.join("sample.toml")).unwrap();
    let first = text.find("[[talks]]").unwrap();
    let behind = text.find("[policy]").unwrap();
    let text = format!("{}{}", &text[..first], &text[behind..])
        .replace("2026-09-29T09:00:00+02:00", "2026-09-20T14:13:20Z")
        .replace("2026-09-30T19:00:00+02:00", "2026-09-23T14:13:20Z");
    let pack = folder.path().join("pack.toml");
    fs::write(&pack, change(&text)).unwrap();
    let path = pack.to_str().unwrap().to_owned();
    (folder, path)
}

fn later_policy(text: &str) -> String {
    assert!(text.contains("version = \"2018-02-27\""));
    text.replace("version = \"2018-02-27\"", "version = \"2026-09-21\"")
        .replace("name = \"Terrace\"", "name = \"Roof terrace\"")
}

fn update(world: &World, pack: &str) -> Result<(), String> {
    let data = world.folder.path().to_str().unwrap();
    let words = ["event", "update", "--from", pack, "--data", data];
    run_words(words).map_err(|error| format!("{error:#}"))
}

async fn pack_of(phone: &Phone) -> wire::Pack {
    ok(phone.get("/v1/pack").await)
}

/// What the server says about its pack when a phone greets it.
async fn told_at_the_door(world: &World, phone: &Phone) -> Vec<u8> {
    let body = frame::encode_sequence([phone.hello()]);
    let answer = call(world.addr(), "POST", "/v1/sync", &[PROTOBUF], &body).await;
    let first = frame::sequence(answer.body.into()).next().unwrap().unwrap();
    match first {
        Frame::Welcome(welcome) => welcome.pack_hash,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_changed_pack_reaches_phones_beside_a_serving_server_and_cases_keep_their_policy() {
    let world = World::new().await;
    let mut alma = Phone::of(&world, "Alma", 1).await;
    let mut noor = Phone::of(&world, "Noor", 2).await;
    let (_, _, first) = noor.case_born("He waited.", birth(Restricted::None, &[]));
    let kept = first.clone();
    assert_eq!(noor.sync(&[first]).await.refused, []);
    let before = pack_of(&noor).await;
    let hash = told_at_the_door(&world, &noor).await;
    let (_folder, pack) = on_disk(later_policy);

    update(&world, &pack).unwrap();

    let after = pack_of(&noor).await;
    let version = |pack: &wire::Pack| pack.policy.clone().unwrap_or_default().version;
    assert_eq!(
        (version(&before).as_str(), version(&after).as_str()),
        ("2018-02-27", "2026-09-21")
    );
    assert!(
        after
            .rooms
            .iter()
            .any(|room| room.id == "terrace" && room.name == "Roof terrace")
    );
    assert_eq!(after.event, before.event);
    let fresh = told_at_the_door(&world, &noor).await;
    assert_ne!(fresh, hash);
    let body = noor.get("/v1/pack").await.body;
    assert_eq!(fresh, Sha256::digest(&body).to_vec());
    // The case is as it was, byte for byte: with the policy that its phone wrote into it.
    let received = alma.sync(&[]).await.envelopes;
    assert_eq!(received, [kept]);
    let page: wire::LedgerPage = ok(alma.post("/v1/ledger", &wire::LedgerAsk::default()).await);
    let noted: Vec<&str> = page
        .entries
        .iter()
        .filter(|entry| entry.what == "pack_changed")
        .map(|entry| entry.detail.as_str())
        .collect();
    assert_eq!(noted, ["2026-09-21"]);

    // The same pack once more is no change.
    update(&world, &pack).unwrap();
    assert_eq!(told_at_the_door(&world, &noor).await, fresh);
}

#[tokio::test]
async fn what_rights_were_worked_out_from_stays_and_a_wrong_pack_changes_nothing() {
    let world = World::new().await;
    let noor = Phone::of(&world, "Noor", 2).await;
    let hash = told_at_the_door(&world, &noor).await;
    let longer = |text: &str| text.replace("2026-09-23T14:13:20Z", "2026-09-24T14:13:20Z");
    let elsewhere = |text: &str| text.replace("Europe/Berlin", "Europe/Paris");
    let practice = |text: &str| text.replace("[venue]", "drill = true\n\n[venue]");
    let wrong = |text: &str| text.replace("who = \"chair\"", "who = \"anyone\"");
    let dates = "dates and time zone of an event cannot be changed, and nothing was changed";
    let drill =
        "practice cannot become a real event, nor a real event practice, and nothing was changed";
    type Change<'c> = &'c dyn Fn(&str) -> String;
    let cases: [(Change<'_>, &str); 4] = [
        (&longer, dates),
        (&elsewhere, dates),
        (&practice, drill),
        (&wrong, "steps.who"),
    ];
    for (change, said) in cases {
        let (_folder, pack) = on_disk(change);
        let error = update(&world, &pack).unwrap_err();
        assert!(error.contains(said), "{error}");
        assert_eq!(told_at_the_door(&world, &noor).await, hash);
    }
}
