//! Photos and papers that belong to a case: how they come in, who gets them, and what is left of them.

use std::path::Path;

use safehall_core::DocumentId;
use safehall_server::commands::run_words;
use safehall_sync::attachment::{CHUNK, LARGEST};
use safehall_sync::wire::{self, Level, Restricted};
use sha2::{Digest as _, Sha256};

use crate::phone::{Phone, birth, ids, ok, problem};
use crate::photos::{BEGIN, CHUNK_CALL, Photo, READ};
use crate::reach::{erasure, exclusion, grant, lift, plain};
use crate::world::World;

pub(crate) const PART: usize = CHUNK as usize;

pub(crate) async fn keeps(phone: &mut Phone, envelope: wire::Envelope) {
    let round = phone.sync(std::slice::from_ref(&envelope)).await;
    assert_eq!(round.kept, ids(&[envelope]), "{:?}", round.refused);
}

/// How many rows there are that have to do with attachments.
pub(crate) fn rows(folder: &Path) -> i64 {
    let database = rusqlite::Connection::open(folder.join("safehall.db")).unwrap();
    let count = "select (select count(*) from attachment) + (select count(*) from attachment_chunk)
                 + (select count(*) from attachment_reader)";
    database.query_row(count, [], |row| row.get(0)).unwrap()
}

fn stands_in(folder: &Path, bytes: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        path.is_file()
            && std::fs::read(path)
                .unwrap()
                .windows(bytes.len())
                .any(|part| part == bytes)
    })
}

#[tokio::test]
async fn a_photo_comes_in_by_parts_and_whoever_receives_the_case_gets_it_whole() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let alma = Phone::of(&world, "Alma", 2).await;
    let jonas = Phone::of(&world, "Jonas", 3).await;
    let (case, first) = noor.case("She wrote it down herself.");
    keeps(&mut noor, first).await;
    let photo = Photo::of(1, 2 * PART + 77);
    let small = Photo::of(2, 1);

    let has = photo.send(&noor, case).await;

    assert_eq!((has.have, has.complete), (vec![0, 1, 2], true));
    assert!(small.send(&noor, case).await.complete);
    assert!(photo.got(&alma, case).await.unwrap() == photo.bytes);
    assert!(photo.got(&noor, case).await.unwrap() == photo.bytes);
    assert!(small.got(&alma, case).await.unwrap() == small.bytes);
    assert_eq!(photo.got(&jonas, case).await.unwrap_err(), "not_found");
    let given = grant(case, jonas.staff, Level::Read);
    assert_eq!(alma.post("/v1/grants", &given).await.status, 200);
    assert!(photo.got(&jonas, case).await.unwrap() == photo.bytes);
    let there_is_none = alma.post(READ, &photo.read(case, 3)).await;
    assert_eq!(problem(&there_is_none), "invalid");
    // Sent again it is here already, and nothing of it is looked at.
    let mut wrong = photo.chunk(case, 1);
    wrong.bytes = vec![0; 9].into();
    assert!(ok::<wire::BlobHas>(noor.post(CHUNK_CALL, &wrong).await).complete);
    assert!(photo.send(&noor, case).await.complete);
    assert!(photo.got(&alma, case).await.unwrap() == photo.bytes);
    // Nothing of it lies on the disk as it is, nor the hash by which one could look for it.
    assert!(!stands_in(world.folder.path(), &photo.sha256));
    assert!(!stands_in(
        world.folder.path(),
        &photo.bytes[PART..PART + 64]
    ));
}

#[tokio::test]
async fn after_the_network_went_away_only_what_is_missing_is_sent_again() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let alma = Phone::of(&world, "Alma", 2).await;
    let (case, first) = noor.case("On the train.");
    keeps(&mut noor, first).await;
    let photo = Photo::of(3, 4 * PART);

    let has: wire::BlobHas = ok(noor.post(BEGIN, &photo.begin(case)).await);
    assert_eq!((has.have, has.complete), (vec![], false));
    for number in [2, 0, 2] {
        ok::<wire::BlobHas>(noor.post(CHUNK_CALL, &photo.chunk(case, number)).await);
    }
    assert_eq!(photo.got(&alma, case).await.unwrap_err(), "not_here_yet");
    let World {
        server,
        folder,
        clock,
        ..
    } = world;
    assert!(server.stop().await);
    let config = safehall_server::Config::for_tests(folder.path().to_owned());
    let server = safehall_server::start(config, clock).await.unwrap();
    let (mut noor, mut alma) = (noor, alma);
    noor.moves_to(server.addr());
    alma.moves_to(server.addr());

    let has: wire::BlobHas = ok(noor.post(BEGIN, &photo.begin(case)).await);
    assert_eq!((has.have, has.complete), (vec![0, 2], false));
    let has: wire::BlobHas = ok(noor.post(CHUNK_CALL, &photo.chunk(case, 3)).await);
    assert_eq!((has.have, has.complete), (vec![0, 2, 3], false));
    assert_eq!(photo.got(&alma, case).await.unwrap_err(), "not_here_yet");
    let has: wire::BlobHas = ok(noor.post(CHUNK_CALL, &photo.chunk(case, 1)).await);
    assert!(has.complete);
    assert!(photo.got(&alma, case).await.unwrap() == photo.bytes);
    server.stop().await;
}

#[tokio::test]
async fn what_is_not_what_was_announced_is_refused_by_name_and_leaves_nothing_to_read() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let alma = Phone::of(&world, "Alma", 2).await;
    let (case, first) = noor.case("A paper.");
    keeps(&mut noor, first).await;
    let photo = Photo::of(4, PART + 5);

    let unannounced = noor.post(CHUNK_CALL, &photo.chunk(case, 0)).await;
    assert_eq!(problem(&unannounced), "not_begun");
    ok::<wire::BlobHas>(noor.post(BEGIN, &photo.begin(case)).await);
    let mut flipped = photo.chunk(case, 0);
    let mut bytes = flipped.bytes.to_vec();
    bytes[17] ^= 1;
    flipped.bytes = bytes.into();
    let mut elsewhere = photo.chunk(case, 1);
    elsewhere.number = 0;
    let mut beyond = photo.chunk(case, 1);
    beyond.number = 2;
    for wrong in [&flipped, &elsewhere, &beyond] {
        let answer = noor.post(CHUNK_CALL, wrong).await;
        assert_eq!(problem(&answer), "wrong_chunk");
    }
    let has: wire::BlobHas = ok(noor.post(BEGIN, &photo.begin(case)).await);
    assert_eq!((has.have, has.complete), (vec![], false));

    // Every part fits, and the whole is another one than it is called.
    let mut other = Photo::of(5, 2 * PART);
    other.sha256 = Sha256::digest("something else").into();
    ok::<wire::BlobHas>(noor.post(BEGIN, &other.begin(case)).await);
    ok::<wire::BlobHas>(noor.post(CHUNK_CALL, &other.chunk(case, 0)).await);
    let last = noor.post(CHUNK_CALL, &other.chunk(case, 1)).await;
    assert_eq!(problem(&last), "wrong_whole");
    for phone in [&alma, &noor] {
        assert_eq!(other.got(phone, case).await.unwrap_err(), "not_here_yet");
    }
    // One was begun, and nothing of the other is left.
    assert_eq!(rows(world.folder.path()), 1);

    // Told anew with other parts, what was told before is forgotten.
    ok::<wire::BlobHas>(noor.post(CHUNK_CALL, &photo.chunk(case, 0)).await);
    let mut retold = photo.begin(case);
    retold.chunk_hashes[1] = vec![0; 32];
    let has: wire::BlobHas = ok(noor.post(BEGIN, &retold).await);
    assert_eq!((has.have, has.complete), (vec![], false));
    assert!(photo.send(&noor, case).await.complete);
    assert!(photo.got(&alma, case).await.unwrap() == photo.bytes);
}

#[tokio::test]
async fn what_is_told_by_halves_or_is_too_large_is_not_begun() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let (case, first) = noor.case("A film.");
    keeps(&mut noor, first).await;
    let whole = Photo::of(6, PART + 5).begin(case);
    let wrong: [fn(&mut wire::BlobBegin); 5] = [
        |begin| begin.size = 0,
        |begin| begin.size = LARGEST + 1,
        |begin| begin.chunk_hashes.truncate(1),
        |begin| begin.chunk_hashes[1].truncate(31),
        |begin| begin.sha256.truncate(31),
    ];
    for change in wrong {
        let mut begin = whole.clone();
        change(&mut begin);
        assert_eq!(problem(&noor.post(BEGIN, &begin).await), "invalid");
    }
    let large = wire::BlobChunk {
        bytes: vec![0; PART + 8_192].into(),
        ..Photo::of(6, PART + 5).chunk(case, 0)
    };
    assert_eq!(problem(&noor.post(CHUNK_CALL, &large).await), "too_big");
    assert_eq!(rows(world.folder.path()), 0);
}

#[tokio::test]
async fn whoever_is_kept_away_hears_what_is_said_of_a_case_that_is_not_there() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let mut alma = Phone::of(&world, "Alma", 2).await;
    let jonas = Phone::of(&world, "Jonas", 3).await;
    let (not_granted, first) = noor.case("not granted");
    let (kept_away, _, second) =
        noor.case_born("kept away", birth(Restricted::StaffNamed, &[jonas.staff]));
    let (erased, third) = noor.case("erased");
    let (unborn, _) = noor.case("not sent yet");
    let (name, identity) = noor.identity(not_granted, "Marta of the third row");
    assert_eq!(
        noor.sync(&[first, second, third, identity]).await.refused,
        []
    );
    let photo = Photo::of(7, PART + 1);
    for case in [not_granted, kept_away, erased] {
        assert!(photo.send(&noor, case).await.complete);
    }
    assert_eq!(
        alma.post("/v1/erasures", &erasure(erased)).await.status,
        200
    );
    let never = DocumentId::from_bytes(alma.new_id());

    let mut heard = Vec::new();
    for case in [never, not_granted, kept_away, erased, unborn, name] {
        for (place, answer) in photo.asked(&jonas, case).await.iter().enumerate() {
            assert_eq!(problem(answer), "not_found", "{place}");
            heard.push((plain(answer), answer.received));
        }
    }
    assert!(heard.windows(2).all(|two| two[0] == two[1]));
    // The author of an erased case hears the same, and nothing is attached to a name.
    for (phone, case) in [(&noor, erased), (&noor, name), (&alma, name)] {
        for answer in photo.asked(phone, case).await {
            assert_eq!(plain(&answer), heard[0].0);
        }
    }
}

#[tokio::test]
async fn whoever_is_kept_away_half_way_sends_nothing_more_and_goes_on_once_they_are_let_near() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let alma = Phone::of(&world, "Alma", 2).await;
    let (case, first) = noor.case("half way");
    keeps(&mut noor, first).await;
    let photo = Photo::of(8, 2 * PART);
    ok::<wire::BlobHas>(noor.post(BEGIN, &photo.begin(case)).await);
    ok::<wire::BlobHas>(noor.post(CHUNK_CALL, &photo.chunk(case, 0)).await);

    let away = exclusion(case, noor.staff);
    assert_eq!(alma.post("/v1/exclusions", &away).await.status, 200);
    for answer in photo.asked(&noor, case).await {
        assert_eq!(problem(&answer), "not_found");
    }
    assert_eq!(photo.got(&alma, case).await.unwrap_err(), "not_here_yet");

    let back = lift(case, noor.staff);
    assert_eq!(alma.post("/v1/exclusions", &back).await.status, 200);
    let has: wire::BlobHas = ok(noor.post(BEGIN, &photo.begin(case)).await);
    assert_eq!(has.have, [0]);
    assert!(photo.send(&noor, case).await.complete);
    assert!(photo.got(&alma, case).await.unwrap() == photo.bytes);
}

#[tokio::test]
async fn who_reads_only_what_they_wrote_gets_only_what_they_sent_and_learns_of_nothing_else() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let alma = Phone::of(&world, "Alma", 2).await;
    let jonas = Phone::of(&world, "Jonas", 3).await;
    let near = birth(Restricted::StaffNamed, &[jonas.staff]);
    let (case, _, first) = noor.case_born("about staff", near);
    keeps(&mut noor, first).await;
    let (hers, almas) = (Photo::of(9, PART), Photo::of(10, PART + 9));
    assert!(hers.send(&noor, case).await.complete);
    assert!(almas.send(&alma, case).await.complete);

    assert!(hers.got(&noor, case).await.unwrap() == hers.bytes);
    assert_eq!(almas.got(&noor, case).await.unwrap_err(), "not_here_yet");
    // She has the same picture by chance. That somebody sent it already is not for her to know.
    let has: wire::BlobHas = ok(noor.post(BEGIN, &almas.begin(case)).await);
    assert_eq!((has.have, has.complete), (vec![], false));
    assert!(almas.send(&noor, case).await.complete);
    assert!(almas.got(&noor, case).await.unwrap() == almas.bytes);
    assert!(almas.got(&alma, case).await.unwrap() == almas.bytes);
}

#[tokio::test]
async fn the_ledger_of_the_case_says_what_came_and_once_who_got_it() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let alma = Phone::of(&world, "Alma", 2).await;
    let jonas = Phone::of(&world, "Jonas", 3).await;
    let (case, first) = noor.case("a photo");
    keeps(&mut noor, first).await;
    let photo = Photo::of(18, PART + 3);
    photo.send(&noor, case).await;
    photo.send(&noor, case).await;
    for _ in 0..2 {
        photo.got(&alma, case).await.unwrap();
        photo.got(&jonas, case).await.unwrap_err();
    }

    let ask = wire::LedgerAsk {
        document: case.as_bytes().to_vec(),
        ..wire::LedgerAsk::default()
    };
    let page: wire::LedgerPage = ok(alma.post("/v1/ledger", &ask).await);
    let told: Vec<_> = page
        .entries
        .iter()
        .filter(|entry| entry.what.starts_with("attachment_"))
        .map(|entry| (entry.what.as_str(), entry.staff.as_slice()))
        .collect();
    assert_eq!(
        told,
        [
            ("attachment_read", alma.staff.as_bytes().as_slice()),
            ("attachment_came", noor.staff.as_bytes().as_slice())
        ]
    );
    let came = page
        .entries
        .iter()
        .find(|entry| entry.what == "attachment_came")
        .unwrap();
    assert_eq!(came.detail, crate::watch::hex(&photo.sha256));
    assert_eq!(came.device, noor.device.as_bytes());
    let data = world.folder.path().to_str().unwrap();
    run_words(["audit", "verify", "--data", data]).unwrap();
    run_words(["audit", "show", "--data", data]).unwrap();
}

#[tokio::test]
async fn an_erased_case_takes_its_photos_along_also_half_sent_ones_and_leaves_others_alone() {
    let world = World::new().await;
    let folder = world.folder.path().to_owned();
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let alma = Phone::of(&world, "Alma", 2).await;
    let (case, first) = noor.case("to be erased");
    let (other, second) = noor.case("stays");
    assert_eq!(noor.sync(&[first, second]).await.refused, []);
    let (photo, half) = (Photo::of(19, 2 * PART), Photo::of(20, 2 * PART));
    photo.send(&noor, case).await;
    photo.send(&noor, other).await;
    photo.got(&alma, case).await.unwrap();
    ok::<wire::BlobHas>(noor.post(BEGIN, &half.begin(case)).await);
    ok::<wire::BlobHas>(noor.post(CHUNK_CALL, &half.chunk(case, 0)).await);
    let sealed: Vec<Vec<u8>> = {
        let database = rusqlite::Connection::open(folder.join("safehall.db")).unwrap();
        let mut ask = database
            .prepare("select sealed from attachment_chunk where document_id = ?1")
            .unwrap();
        let rows = ask.query_map([case.as_bytes()], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    assert_eq!(sealed.len(), 3);
    assert!(sealed.iter().all(|row| stands_in(&folder, &row[..64])));

    ok::<wire::ErasureReceipt>(alma.post("/v1/erasures", &erasure(case)).await);

    assert!(!sealed.iter().any(|row| stands_in(&folder, &row[..64])));
    assert_eq!(rows(&folder), 3, "one attachment with two chunks");
    assert!(photo.got(&alma, other).await.unwrap() == photo.bytes);
    assert_eq!(photo.got(&alma, case).await.unwrap_err(), "not_found");
}

#[tokio::test]
async fn an_export_at_the_terminal_has_the_photos_as_they_came() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let (case, first) = noor.case("with a photo");
    let (plain, second) = noor.case("without");
    assert_eq!(noor.sync(&[first, second]).await.refused, []);
    let alma = Phone::of(&world, "Alma", 2).await;
    let (photo, half) = (Photo::of(21, PART + 8), Photo::of(22, 2 * PART));
    for phone in [&noor, &alma] {
        assert!(photo.send(phone, case).await.complete);
    }
    ok::<wire::BlobHas>(noor.post(BEGIN, &half.begin(case)).await);
    ok::<wire::BlobHas>(noor.post(CHUNK_CALL, &half.chunk(case, 1)).await);

    let out = tempfile::tempdir().unwrap();
    run_words([
        "export",
        "--data",
        world.folder.path().to_str().unwrap(),
        "--automerge",
        out.path().to_str().unwrap(),
    ])
    .unwrap();

    let photos = out.path().join("attachments");
    let of_case = photos.join(case.to_string());
    let file = of_case.join(crate::watch::hex(&photo.sha256));
    assert!(std::fs::read(file).unwrap() == photo.bytes);
    assert_eq!(std::fs::read_dir(of_case).unwrap().count(), 1);
    assert!(!photos.join(plain.to_string()).exists());
    assert!(out.path().join(format!("{case}.automerge")).is_file());
}
