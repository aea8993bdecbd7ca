//! Who was given what: noted, shown to those who may know, and to nobody else.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use futures_util::SinkExt as _;
use safehall_core::DocumentId;
use safehall_server::commands::{audit_words, run_words};
use safehall_sync::frame;
use safehall_sync::wire::frame::Kind as Frame;
use safehall_sync::wire::{self, LedgerEntry, Restricted};
use sha2::{Digest as _, Sha256};
use tokio_tungstenite::tungstenite::Message as Socket;

use crate::known::{line, until};
use crate::phone::{Phone, birth, ok, problem};
use crate::world::{NOON, World};

async fn kim(world: &World, alma: &Phone) -> Phone {
    let alternate = wire::NewInvite {
        name: "Kim".to_owned(),
        roles: vec![wire::Role::AlternateChair.into()],
        ..wire::NewInvite::default()
    };
    alma.lets_in(world, &alternate, 90).await
}

async fn page(lead: &Phone, ask: &wire::LedgerAsk) -> wire::LedgerPage {
    ok(lead.post("/v1/ledger", ask).await)
}

fn of_case(document: DocumentId) -> wire::LedgerAsk {
    wire::LedgerAsk {
        document: document.as_bytes().to_vec(),
        ..wire::LedgerAsk::default()
    }
}

fn of_device(phone: &Phone) -> wire::LedgerAsk {
    wire::LedgerAsk {
        device: phone.device.as_bytes().to_vec(),
        ..wire::LedgerAsk::default()
    }
}

/// Oldest first.
fn codes(page: &wire::LedgerPage) -> Vec<&str> {
    page.entries
        .iter()
        .rev()
        .map(|entry| entry.what.as_str())
        .collect()
}

fn the_one<'a>(page: &'a wire::LedgerPage, what: &str) -> &'a LedgerEntry {
    let mut found = page.entries.iter().filter(|entry| entry.what == what);
    let one = found.next().unwrap_or_else(|| panic!("no {what}"));
    assert!(found.next().is_none(), "more than one {what}");
    one
}

async fn says(phone: &Phone, world: &World, said: Frame) {
    let mut line = line(world, phone).await;
    until(&mut line, |frame| matches!(frame, Frame::Batch(_))).await;
    for frame in [said, Frame::Ping(wire::Ping {})] {
        line.send(Socket::Binary(frame::encode(frame)))
            .await
            .unwrap();
    }
    // Frames are heard in order: what was said before the ping is on disk.
    until(&mut line, |frame| matches!(frame, Frame::Pong(_))).await;
}

fn opened(document: DocumentId) -> Frame {
    Frame::Opened(wire::Opened {
        document: document.as_bytes().to_vec(),
        at: NOON - 77,
    })
}

fn dropped(document: DocumentId) -> Frame {
    Frame::Dropped(wire::Dropped {
        documents: vec![document.as_bytes().to_vec()],
    })
}

#[tokio::test]
async fn a_lead_sees_who_was_given_a_case_who_opened_it_and_who_was_let_in() {
    let world = World::new().await;
    let mut alma = Phone::of(&world, "Alma", 1).await;
    let mut noor = Phone::of(&world, "Noor", 2).await;
    let jonas = Phone::of(&world, "Jonas", 3).await;
    kim(&world, &alma).await;
    let (document, mut case, first) = noor.case_born("He waited.", birth(Restricted::None, &[]));
    let second = noor.note(document, &mut case, "And again.", None);
    noor.sync(&[first, second]).await;
    alma.sync(&[]).await;
    // It is there already; nothing is noted twice.
    alma.cursor.clear();
    alma.sync(&[]).await;
    says(&alma, &world, opened(document)).await;
    let grant = wire::Grant {
        document: document.as_bytes().to_vec(),
        staff: jonas.staff.as_bytes().to_vec(),
        level: wire::Level::Read.into(),
        until: 0,
    };
    assert_eq!(alma.post("/v1/grants", &grant).await.status, 200);

    let seen = page(&alma, &of_case(document)).await;

    assert_eq!(
        codes(&seen),
        [
            "document_made",
            "changes_kept",
            "delivered",
            "opened",
            "granted",
            "case_ledger_read"
        ]
    );
    let numbers: Vec<u64> = seen.entries.iter().map(|entry| entry.number).collect();
    assert_eq!(numbers, [6, 5, 4, 3, 2, 1]);
    assert!(!seen.more);
    let kept = the_one(&seen, "changes_kept");
    assert_eq!((kept.detail.as_str(), kept.at), ("2", NOON));
    assert_eq!(kept.device, noor.device.as_bytes());
    assert_eq!(kept.document, document.as_bytes());
    let delivered = the_one(&seen, "delivered");
    assert_eq!(delivered.device, alma.device.as_bytes());
    assert_eq!(delivered.staff, alma.staff.as_bytes());
    assert_eq!(the_one(&seen, "opened").device_at, NOON - 77);
    assert_eq!(the_one(&seen, "granted").person, jonas.staff.as_bytes());
    // Read again in the same hour, it is noted once.
    let again = page(&alma, &of_case(document)).await;
    assert_eq!(again.entries, seen.entries);
    // Older ones are asked for by the number of the oldest.
    let older = wire::LedgerAsk {
        before: 3,
        ..of_case(document)
    };
    assert_eq!(
        codes(&page(&alma, &older).await),
        ["document_made", "changes_kept"]
    );
}

#[tokio::test]
async fn a_responder_reads_no_ledger_and_a_lead_none_of_a_case_that_she_is_kept_from() {
    let world = World::new().await;
    let alma = Phone::of(&world, "Alma", 1).await;
    let mut noor = Phone::of(&world, "Noor", 2).await;
    let mut kim = kim(&world, &alma).await;
    let (hidden, _, first) =
        noor.case_born("It was the chair.", birth(Restricted::ChairNamed, &[]));
    noor.sync(&[first]).await;
    kim.sync(&[]).await;

    let responder = noor.post("/v1/ledger", &of_case(hidden)).await;
    let known = alma.post("/v1/ledger", &of_case(hidden)).await;
    let unknown = alma
        .post("/v1/ledger", &of_case(DocumentId::from_bytes([9; 16])))
        .await;

    assert_eq!(
        (responder.status, known.status, unknown.status),
        (404, 404, 404)
    );
    assert_eq!(known.body.len(), unknown.body.len());
    // What Noor's phone was given tells her nothing of it either; Kim sees both.
    let device = page(&alma, &of_device(&noor)).await;
    assert!(
        device
            .entries
            .iter()
            .all(|entry| entry.what.starts_with("device_")),
        "{:?}",
        codes(&device)
    );
    let kims = page(&kim, &of_device(&kim)).await;
    assert_eq!(the_one(&kims, "delivered").document, hidden.as_bytes());
    // It was begun on Noor's phone, which was never given it.
    let noors = page(&kim, &of_device(&noor)).await;
    assert_eq!(the_one(&noors, "document_made").document, hidden.as_bytes());
    assert!(!codes(&noors).contains(&"delivered"));
    assert!(page(&kim, &of_case(hidden)).await.entries.len() >= 3);
    // Her having asked in vain left nothing behind.
    let reads = page(&kim, &of_case(hidden)).await;
    assert_eq!(
        the_one(&reads, "case_ledger_read").staff,
        kim.staff.as_bytes()
    );
}

/// What the chair gets of the ledger while this happens.
async fn as_the_chair_sees(hidden: bool) -> (Vec<(u64, u64, String)>, Vec<String>, Vec<u64>) {
    let world = World::with(|config| config.rounds = Duration::from_millis(5)).await;
    let mut alma = Phone::of(&world, "Alma", 1).await;
    let mut noor = Phone::of(&world, "Noor", 2).await;
    let mut kim = kim(&world, &alma).await;
    let mut sizes = Vec::new();
    for _ in 0..3 {
        if hidden {
            let (document, _, change) =
                noor.case_born("It was the chair.", birth(Restricted::ChairNamed, &[]));
            noor.sync(&[change]).await;
            kim.sync(&[]).await;
            says(&kim, &world, opened(document)).await;
        } else {
            noor.sync(&[]).await;
            kim.sync(&[]).await;
        }
        world.clock.pass(5 * 60 * 1_000);
        for phone in [&mut alma, &mut noor, &mut kim] {
            phone.sign_in().await;
        }
        // Until the rounds came by: one more seal.
        let before = sizes.last().copied().unwrap_or(1);
        let size = loop {
            let size = alma.checkpoint(0).await.0.unwrap().size;
            if size > before {
                break size;
            }
            tokio::task::yield_now().await;
        };
        sizes.push(size);
        alma.sync(&[]).await;
    }
    let event = page(&alma, &wire::LedgerAsk::default()).await;
    let device = page(&alma, &of_device(&noor)).await;
    let events = event
        .entries
        .iter()
        .map(|entry| (entry.number, entry.at, entry.what.clone()))
        .collect();
    let devices = device
        .entries
        .iter()
        .map(|entry| entry.what.clone())
        .collect();
    (events, devices, sizes)
}

#[tokio::test]
async fn the_ledger_tells_a_chair_the_same_with_and_without_a_case_about_her() {
    assert_eq!(
        as_the_chair_sees(true).await,
        as_the_chair_sees(false).await
    );
}

#[tokio::test]
async fn nobody_gets_a_name_without_it_being_noted_and_a_document_that_left_is_noted_anew() {
    let world = World::new().await;
    let mut alma = Phone::of(&world, "Alma", 1).await;
    let mut noor = Phone::of(&world, "Noor", 2).await;
    let mut kim = kim(&world, &alma).await;
    let (case, first) = noor.case("Followed.");
    let (identity, name) = noor.identity(case, "Lena M.");
    noor.sync(&[first, name]).await;

    let got: Vec<usize> = [alma.sync(&[]).await, kim.sync(&[]).await]
        .iter()
        .map(|round| round.envelopes.len())
        .collect();

    assert_eq!(got, [2, 2]);
    let given = |seen: &wire::LedgerPage, document: DocumentId| -> BTreeSet<Vec<u8>> {
        let delivered = seen
            .entries
            .iter()
            .filter(|entry| entry.what == "delivered");
        delivered
            .filter(|entry| entry.document == document.as_bytes())
            .map(|entry| entry.device.clone())
            .collect()
    };
    let seen = page(&alma, &of_case(case)).await;
    let both = BTreeSet::from([alma.device, kim.device].map(|id| id.as_bytes().to_vec()));
    assert_eq!(given(&seen, identity), both);
    assert_eq!(given(&seen, case), both);

    says(&kim, &world, dropped(identity)).await;
    says(&kim, &world, dropped(identity)).await;
    kim.cursor.clear();
    kim.sync(&[]).await;
    let seen = page(&alma, &of_case(case)).await;
    the_one(&seen, "dropped");
    let to_kim = seen.entries.iter().filter(|entry| {
        entry.what == "delivered"
            && entry.document == identity.as_bytes()
            && entry.device == kim.device.as_bytes()
    });
    assert_eq!(to_kim.count(), 2);
    // What a device never had, it cannot say that it opened.
    says(&noor, &world, opened(DocumentId::from_bytes([7; 16]))).await;
    let noors = page(&alma, &of_device(&noor)).await;
    assert!(!codes(&noors).contains(&"opened"));
}

#[tokio::test]
async fn a_lead_gets_seals_that_go_on_from_the_one_she_keeps_and_a_responder_none() {
    let world = World::with(|config| config.rounds = Duration::from_millis(5)).await;
    let mut alma = Phone::of(&world, "Alma", 1).await;
    let noor = Phone::of(&world, "Noor", 2).await;
    assert_eq!(noor.checkpoint(0).await, (None, vec![]));
    let (first, covers) = alma.checkpoint(0).await;
    let first = first.unwrap();
    assert_eq!((first.size, covers.len()), (1, 0));

    let mut last = first.clone();
    while last.size < 4 {
        world.clock.pass(5 * 60 * 1_000);
        alma.sign_in().await;
        let before = last.size;
        while last.size == before {
            last = alma.checkpoint(0).await.0.unwrap();
        }
    }
    alma.sync(&[]).await;
    let (shown, covers) = alma.checkpoint(1).await;

    assert_eq!(shown, Some(last.clone()));
    let mut head = first.head.clone();
    for (at, cover) in covers.iter().enumerate() {
        let size = u64::try_from(at).unwrap() + 2;
        head = Sha256::new()
            .chain_update(b"safehall/seal/v1\0")
            .chain_update(size.to_be_bytes())
            .chain_update(&head)
            .chain_update(cover)
            .finalize()
            .to_vec();
    }
    assert_eq!(head, last.head);
    let said = [
        b"safehall/checkpoint/v1\0".as_slice(),
        alma.event.as_bytes(),
        &last.size.to_be_bytes(),
        &last.head,
    ]
    .concat();
    let key = UnparsedPublicKey::new(&ED25519, &alma.server_key);
    assert!(key.verify(&said, &last.signature).is_ok());
    // A device that knows more than the server gets what there is, and sees for itself.
    assert_eq!(alma.checkpoint(9).await, (Some(last), vec![]));
}

#[tokio::test]
async fn the_terminal_checks_the_ledger_and_names_the_first_entry_that_does_not_hold() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 2).await;
    for text in ["one", "two", "three"] {
        let (_, change) = noor.case(text);
        noor.sync(&[change]).await;
    }
    let data = world.folder.path().to_str().unwrap().to_owned();
    let good = audit_words(["audit", "verify", "--data", &data]).unwrap();
    assert!(good.starts_with("The ledger holds: "), "{good}");
    let kept = good.lines().last().unwrap().to_owned();
    assert!(world.server.stop().await);
    let file = world.folder.path().join("kept.txt");
    std::fs::write(&file, &kept).unwrap();
    let checkpoint = file.to_str().unwrap();
    audit_words([
        "audit",
        "verify",
        "--data",
        &data,
        "--checkpoint",
        checkpoint,
    ])
    .unwrap();
    let shown = audit_words(["audit", "show", "--data", &data]).unwrap();
    assert!(shown.contains("server_started  by the server\n"), "{shown}");
    assert!(
        shown.contains("changes_kept  by Noor Haddad on N1"),
        "{shown}"
    );
    assert!(!shown.contains("three"), "no word of a case is in it");

    // Somebody with the disk and any SQLite.
    let theirs = rusqlite::Connection::open(world.folder.path().join("safehall.db")).unwrap();
    theirs
        .execute_batch(
            "drop trigger ledger_is_never_changed;
             update ledger set at = at + 1 where number = 5;",
        )
        .unwrap();
    let bad = audit_words(["audit", "verify", "--data", &data]).unwrap_err();
    assert_eq!(
        bad.to_string(),
        "the ledger does not hold: entry 5 was changed"
    );
    theirs
        .execute_batch("update ledger set at = at - 1 where number = 5")
        .unwrap();
    audit_words(["audit", "verify", "--data", &data]).unwrap();
    std::fs::write(&file, format!("1 {}", "ab".repeat(32))).unwrap();
    let other = audit_words([
        "audit",
        "verify",
        "--data",
        &data,
        "--checkpoint",
        checkpoint,
    ])
    .unwrap_err();
    assert!(
        other
            .to_string()
            .contains("seal 1 is not the one that was kept"),
        "{other}"
    );
}

#[tokio::test]
async fn a_way_in_for_a_lead_from_the_terminal_is_told_to_everybody() {
    let world = World::new().await;
    let alma = Phone::of(&world, "Alma", 1).await;
    let noor = Phone::of(&world, "Noor", 2).await;
    let data = world.folder.path().to_str().unwrap();
    for words in [
        ["--staff", "Alma Reyes", "--origin", "http://h"],
        ["--name", "Eve", "--role", "chair"],
    ] {
        let [a, b, c, d] = words;
        let refused = run_words(["invite", "--data", data, a, b, c, d]).unwrap_err();
        assert!(
            refused.to_string().contains("safehall recover"),
            "{refused}"
        );
    }
    run_words([
        "invite",
        "--data",
        data,
        "--name",
        "Lena",
        "--role",
        "responder",
    ])
    .unwrap();
    let team: wire::Team = ok(noor.get("/v1/team").await);
    assert!(team.recoveries.is_empty());

    run_words([
        "recover",
        "--data",
        data,
        "--name",
        "Eve",
        "--new",
        "--role",
        "alternate-chair",
    ])
    .unwrap();
    run_words([
        "recover",
        "--data",
        data,
        "--name",
        "Alma Reyes",
        "--role",
        "chair",
    ])
    .unwrap();

    for nobody in ["Noor Haddad", "Alma Reyess"] {
        let refused = run_words([
            "recover", "--data", data, "--name", nobody, "--role", "chair",
        ]);
        assert!(refused.unwrap_err().to_string().contains("no lead"));
    }
    for phone in [&alma, &noor] {
        let team: wire::Team = ok(phone.get("/v1/team").await);
        assert_eq!(team.recoveries.len(), 2);
    }
    let seen = page(&alma, &wire::LedgerAsk::default()).await;
    let recovered = seen
        .entries
        .iter()
        .filter(|entry| entry.what == "lead_recovered");
    let persons: Vec<_> = recovered.map(|entry| entry.person.clone()).collect();
    assert_eq!(persons.len(), 2);
    assert!(persons.contains(&alma.staff.as_bytes().to_vec()));
    audit_words(["audit", "verify", "--data", data]).unwrap();
}

#[tokio::test]
async fn nobody_reads_the_ledger_while_that_cannot_be_noted() {
    let world = World::new().await;
    let mut alma = Phone::of(&world, "Alma", 1).await;
    let (case, envelope) = alma.case("note");
    alma.sync(&[envelope]).await;
    let database = rusqlite::Connection::open(world.folder.path().join("safehall.db")).unwrap();
    database
        .execute_batch(
            "create trigger full_disk before insert on ledger
             begin select raise(abort, 'a full disk on purpose'); end",
        )
        .unwrap();

    for _ in 0..2 {
        let answer = alma.post("/v1/ledger", &of_case(case)).await;
        assert_eq!(problem(&answer), "not_saved");
    }
    database.execute_batch("drop trigger full_disk").unwrap();

    let read = page(&alma, &of_case(case)).await;
    the_one(&read, "case_ledger_read");
}
