//! A case is erased: for everybody, everywhere, and for good.

use std::fs;
use std::path::Path;
use std::time::Duration;

use safehall_core::DocumentId;
use safehall_server::{Config, start};
use safehall_sync::document::Document;
use safehall_sync::envelope::Body;
use safehall_sync::wire::{self, Envelope, Kind, Reason, Restricted};
use tokio::time::Instant;

use crate::phone::{Phone, birth, ids, ok, post, problem};
use crate::watch::keep_private;
use crate::world::World;

fn erasure(document: DocumentId) -> wire::Erasure {
    let reason = "The reporter asked for it on Sunday.";
    keep_private(reason);
    wire::Erasure {
        document: document.as_bytes().to_vec(),
        reason: reason.to_owned(),
    }
}

fn grant(document: DocumentId, to: &Phone) -> wire::Grant {
    wire::Grant {
        document: document.as_bytes().to_vec(),
        staff: to.staff.as_bytes().to_vec(),
        level: wire::Level::Write.into(),
        until: 0,
    }
}

/// What lies in the database for a document, sealed.
fn sealed(folder: &Path, document: DocumentId) -> Vec<Vec<u8>> {
    let conn = rusqlite::Connection::open(folder.join("safehall.db")).unwrap();
    let mut ask = conn
        .prepare("select sealed from change where document_id = ?1 union all select sealed from document where document_id = ?1")
        .unwrap();
    ask.query_map([document.as_bytes()], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

/// Whether these bytes stand in any file.
fn anywhere(folder: &Path, bytes: &[u8]) -> bool {
    fs::read_dir(folder).unwrap().any(|entry| {
        let file = fs::read(entry.unwrap().path()).unwrap();
        file.windows(bytes.len()).any(|part| part == bytes)
    })
}

#[tokio::test]
async fn an_erased_case_leaves_every_phone_and_every_file_and_nothing_else_does() {
    let world = World::new().await;
    let folder = world.folder.path().to_owned();
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let mut jonas = Phone::of(&world, "Jonas", 2).await;
    let mut alma = Phone::of(&world, "Alma", 3).await;
    let (case, mut hers, first) =
        noor.case_born("He followed her to the tram.", birth(Restricted::None, &[]));
    let (name, identity) = noor.identity(case, "Marta of the third row");
    let (other, stays) = noor.case("A cup was thrown in the foyer.");
    assert_eq!(
        noor.sync(&[first, identity, stays.clone()]).await.refused,
        []
    );
    assert_eq!(
        alma.post("/v1/grants", &grant(case, &jonas)).await.status,
        200
    );
    for phone in [&mut noor, &mut jonas, &mut alma] {
        phone.sync(&[]).await;
    }
    let rows: Vec<_> = [case, name]
        .into_iter()
        .flat_map(|id| sealed(&folder, id))
        .collect();
    assert_eq!(rows.len(), 4);
    assert!(rows.iter().all(|row| anywhere(&folder, row)));

    let receipt: wire::ErasureReceipt = ok(alma.post("/v1/erasures", &erasure(case)).await);

    assert_eq!((receipt.documents, receipt.changes), (2, 2));
    let mut holders: Vec<_> = [&noor, &jonas, &alma]
        .map(|phone| phone.device.as_bytes().to_vec())
        .into();
    holders.sort();
    assert_eq!(receipt.devices, holders);
    assert!(
        !rows.iter().any(|row| anywhere(&folder, row)),
        "a row lies on"
    );
    assert!(sealed(&folder, case).is_empty() && sealed(&folder, name).is_empty());
    assert_eq!(sealed(&folder, other).len(), 2);
    // What was written meanwhile is refused, and the phone knows what to do.
    let late = noor.note(case, &mut hers, "And back again.", None);
    let round = noor.sync(std::slice::from_ref(&late)).await;
    assert_eq!(round.refused, [(ids(&[late])[0], Reason::Forgotten)]);
    assert!(round.forget.contains(&case.as_bytes().to_vec()));
    for phone in [&mut jonas, &mut alma] {
        let round = phone.sync(&[]).await;
        assert!(round.forget.contains(&case.as_bytes().to_vec()));
        assert!(round.envelopes.is_empty());
        phone.dropped(round.forget).await;
    }
    let again = alma.post("/v1/erasures", &erasure(case)).await;
    let never = alma
        .post("/v1/erasures", &erasure(DocumentId::from_bytes([9; 16])))
        .await;
    assert_eq!((again.status, problem(&again)), (404, problem(&never)));

    // And after a restart.
    assert!(world.server.stop().await);
    let config = Config::for_tests(folder.clone());
    let server = start(config, world.clock).await.unwrap();
    for phone in [&mut noor, &mut jonas, &mut alma] {
        phone.moves_to(server.addr());
    }
    assert!(
        jonas.sync(&[]).await.forget.is_empty(),
        "it said that it dropped it"
    );
    let forget = noor.sync(&[]).await.forget;
    assert!(
        forget.contains(&case.as_bytes().to_vec()),
        "nobody heard that it dropped it"
    );
    let change = Body::parse(&stays).unwrap().change;
    let (mut read, _) = Document::rebuild(Kind::Case, [change.as_ref()]).unwrap();
    let more = alma.note(other, &mut read, "It was cleaned up.", None);
    assert_eq!(
        alma.sync(std::slice::from_ref(&more)).await.kept,
        ids(std::slice::from_ref(&more))
    );
    assert_eq!(noor.sync(&[]).await.envelopes, [more]);
    server.stop().await;
}

#[tokio::test]
async fn only_a_lead_who_may_receive_a_case_erases_it() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let alma = Phone::of(&world, "Alma", 2).await;
    let (case, _, first) = noor.case_born("note", birth(Restricted::None, &[alma.staff]));
    let (plain, second) = noor.case("note");
    // Excluding the only lead leaves nobody: such a case stays on the phone.
    let round = noor.sync(&[first, second]).await;
    let held = round.refused.len();

    for (phone, document) in [(&noor, plain), (&noor, case), (&alma, case)] {
        let answer = phone.post("/v1/erasures", &erasure(document)).await;
        assert_eq!(answer.status, 404, "{}", problem(&answer));
    }
    for reason in [String::new(), "x".repeat(301)] {
        let asked = wire::Erasure {
            reason,
            ..erasure(plain)
        };
        assert_eq!(alma.post("/v1/erasures", &asked).await.status, 422);
    }
    assert_eq!(sealed(world.folder.path(), plain).len(), 2);
    assert!(held <= 1);
}

#[tokio::test]
async fn a_stranger_learns_nothing_from_offering_what_was_erased() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let mut jonas = Phone::of(&world, "Jonas", 2).await;
    let alma = Phone::of(&world, "Alma", 3).await;
    let (case, first) = noor.case("note");
    noor.sync(&[first]).await;
    let _: wire::ErasureReceipt = ok(alma.post("/v1/erasures", &erasure(case)).await);

    let mut guess = Document::born(Kind::Case).unwrap();
    let about = |document, jonas: &mut Phone, guess: &mut Document| -> Envelope {
        jonas.note(document, guess, "guess", None)
    };
    let erased = about(case, &mut jonas, &mut guess);
    let nothing = about(DocumentId::from_bytes([9; 16]), &mut jonas, &mut guess);
    let round = jonas.sync(&[erased, nothing]).await;

    let reasons: Vec<_> = round.refused.iter().map(|(_, reason)| *reason).collect();
    assert_eq!(reasons, [Reason::NotAllowed; 2]);
    assert!(round.forget.is_empty());
    // Nor with another phone of their own, which signs whatever they like.
    let further = wire::NewInvite {
        staff: jonas.staff.as_bytes().to_vec(),
        ..wire::NewInvite::default()
    };
    let mut further = alma.lets_in(&world, &further, 9).await;
    let mut own = Document::born(Kind::Case).unwrap();
    let round = further.sync(&[about(case, &mut jonas, &mut own)]).await;
    assert_eq!(round.refused[0].1, Reason::NotAllowed);
    // Not even as a birth is it let in again.
    let birth = jonas.note(
        case,
        &mut guess,
        "again",
        Some(birth(Restricted::None, &[])),
    );
    let round = jonas.sync(&[birth]).await;
    assert_eq!(round.refused[0].1, Reason::NotAllowed);
}

#[tokio::test]
async fn a_backup_that_takes_its_time_holds_up_nobody_after_an_erasure() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let alma = Phone::of(&world, "Alma", 2).await;
    let (case, first) = noor.case("A cup was thrown in the foyer.");
    noor.sync(&[first]).await;
    // As a copy of the database does, for as long as it takes.
    let reader = rusqlite::Connection::open(world.folder.path().join("safehall.db")).unwrap();
    reader
        .execute_batch("begin; select count(*) from change")
        .unwrap();
    let (_, second) = noor.case("Another one was.");

    let begun = Instant::now();
    assert_eq!(alma.post("/v1/erasures", &erasure(case)).await.status, 200);
    assert_eq!(noor.sync(&[second]).await.kept.len(), 1);

    assert!(
        begun.elapsed() < Duration::from_secs(4),
        "they waited for the reader"
    );
}

/// How many rows lie in a table.
fn rows(folder: &Path, table: &str) -> i64 {
    let conn = rusqlite::Connection::open(folder.join("safehall.db")).unwrap();
    let count = format!("select count(*) from {table}");
    conn.query_row(&count, [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn a_name_that_waits_for_a_lead_goes_with_its_case() {
    let world = World::new().await;
    let [alma, mut noor] = Phone::each(&world, ["Alma", "Noor"]).await;
    let (case, first) = noor.case("He followed her to the tram.");
    noor.sync(&[first]).await;
    let (_, name) = noor.identity(case, "Marta of the third row");
    let revoked = alma.post("/v1/devices/revoke", &noor.named()).await;
    assert_eq!(revoked.status, 200);
    let only = [name];
    let handed = post(
        world.addr(),
        "/v1/handin",
        &noor.hand_in(&only, false).await,
    )
    .await;
    assert_eq!(ok::<wire::HandedIn>(handed).change_ids.len(), 1);
    assert_eq!(rows(world.folder.path(), "quarantine"), 1);

    let receipt: wire::ErasureReceipt = ok(alma.post("/v1/erasures", &erasure(case)).await);

    assert_eq!(receipt.documents, 2);
    assert_eq!(rows(world.folder.path(), "quarantine"), 0, "it lies on");
    // The phone that still has it hears what to do.
    let again = post(
        world.addr(),
        "/v1/handin",
        &noor.hand_in(&only, false).await,
    )
    .await;
    let refusals = ok::<wire::HandedIn>(again).refusals;
    assert_eq!(refusals[0].reason(), Reason::Forgotten);
}

#[tokio::test]
async fn nobody_has_a_case_erased_by_saying_that_it_belongs_to_another_one() {
    let world = World::new().await;
    let [mut alma, mut noor] = Phone::each(&world, ["Alma", "Noor"]).await;
    let (case, told) = noor.case("She says that it was Noor.");
    let (own, first) = noor.case("Something else.");
    noor.sync(&[told.clone(), first]).await;
    let away = wire::Exclusion {
        document: case.as_bytes().to_vec(),
        staff: noor.staff.as_bytes().to_vec(),
        ..wire::Exclusion::default()
    };
    assert_eq!(alma.post("/v1/exclusions", &away).await.status, 200);
    let lie = noor.name_called(case, own);
    assert_eq!(noor.sync(&[lie]).await.refused.len(), 1);
    assert_eq!(rows(world.folder.path(), "quarantine"), 0, "no lead asked");

    let receipt: wire::ErasureReceipt = ok(alma.post("/v1/erasures", &erasure(own)).await);

    assert_eq!(receipt.documents, 1);
    assert_eq!(alma.sync(&[]).await.envelopes, [told]);
}

#[tokio::test]
async fn a_name_that_comes_while_its_case_is_erased_does_not_stay() {
    let world = World::new().await;
    let [mut alma, mut noor] = Phone::each(&world, ["Alma", "Noor"]).await;
    let mut cases = Vec::new();
    for _ in 0..100 {
        let (case, first) = noor.case("note");
        noor.sync(&[first]).await;
        cases.push((case, noor.identity(case, "Marta of the third row").1));
    }
    let revoked = alma.post("/v1/devices/revoke", &noor.named()).await;
    assert_eq!(revoked.status, 200);

    for (case, name) in cases {
        let handed = noor.hand_in(&[name], false).await;
        let (asked, here) = (erasure(case), world.addr());
        let (erased, handed) = tokio::join!(
            alma.post("/v1/erasures", &asked),
            post(here, "/v1/handin", &handed)
        );
        assert_eq!((erased.status, handed.status), (200, 200));
        assert_eq!(rows(world.folder.path(), "quarantine"), 0, "it lies on");
        // Neither of them tries too often.
        world.clock.pass(60_000);
        alma.sign_in().await;
    }
}
