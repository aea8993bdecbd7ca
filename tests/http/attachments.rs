//! Photos and papers that belong to a case: how they come in, who gets them, and what is left of them.

use std::path::Path;
use std::time::Duration;

use prost::Message as _;
use safehall_core::DocumentId;
use safehall_server::commands::run_words;
use safehall_sync::attachment::{CHUNK, LARGEST};
use safehall_sync::wire::{self, Level, Restricted};
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::phone::{Phone, birth, ids, ok, problem};
use crate::photos::{BEGIN, CHUNK_CALL, Photo, READ};
use crate::reach::{erasure, exclusion, grant, lift, plain};
use crate::world::World;

const PART: usize = CHUNK as usize;

async fn keeps(phone: &mut Phone, envelope: wire::Envelope) {
    let round = phone.sync(std::slice::from_ref(&envelope)).await;
    assert_eq!(round.kept, ids(&[envelope]), "{:?}", round.refused);
}

/// How many rows there are that have to do with attachments.
fn rows(folder: &Path) -> i64 {
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
async fn a_case_holds_64_mebibytes_whether_they_are_sent_or_only_announced() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let alma = Phone::of(&world, "Alma", 2).await;
    let (case, first) = noor.case("many photos");
    let (other, second) = noor.case("few photos");
    assert_eq!(noor.sync(&[first, second]).await.refused, []);
    let announce = |case: DocumentId, number: u8, chunks: u32| wire::BlobBegin {
        document: case.as_bytes().to_vec(),
        sha256: vec![number; 32],
        size: chunks * CHUNK,
        chunk_hashes: vec![vec![0; 32]; chunks as usize],
    };
    for number in 0..6 {
        ok::<wire::BlobHas>(noor.post(BEGIN, &announce(case, number, 40)).await);
    }
    for phone in [&noor, &alma] {
        let answer = phone.post(BEGIN, &announce(case, 6, 17)).await;
        assert_eq!(problem(&answer), "case_full");
    }
    ok::<wire::BlobHas>(alma.post(BEGIN, &announce(case, 6, 16)).await);
    let one_more = alma.post(BEGIN, &announce(case, 7, 1)).await;
    assert_eq!(problem(&one_more), "case_full");
    // Asking again for what was begun takes no more room, and another case has its own.
    ok::<wire::BlobHas>(noor.post(BEGIN, &announce(case, 0, 40)).await);
    ok::<wire::BlobHas>(noor.post(BEGIN, &announce(other, 0, 40)).await);
}

#[tokio::test]
async fn a_device_that_only_announces_takes_no_room_from_the_others() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let alma = Phone::of(&world, "Alma", 2).await;
    let cases: Vec<_> = (0..3)
        .map(|_| noor.case("so much is still to come"))
        .collect();
    let births: Vec<_> = cases.iter().map(|(_, birth)| birth.clone()).collect();
    assert_eq!(noor.sync(&births).await.refused, []);
    let announce = |number: u8, chunks: u32| wire::BlobBegin {
        document: cases[usize::from(number) / 6].0.as_bytes().to_vec(),
        sha256: vec![number; 32],
        size: chunks * CHUNK,
        chunk_hashes: vec![vec![0; 32]; chunks as usize],
    };
    for number in 0..12 {
        ok::<wire::BlobHas>(noor.post(BEGIN, &announce(number, 40)).await);
    }
    let more = noor.post(BEGIN, &announce(12, 33)).await;
    assert_eq!(
        (more.status, problem(&more).as_str()),
        (429, "sends_too_much")
    );
    ok::<wire::BlobHas>(noor.post(BEGIN, &announce(12, 32)).await);
    ok::<wire::BlobHas>(alma.post(BEGIN, &announce(13, 33)).await);
}

#[tokio::test]
async fn a_device_sends_so_much_in_an_hour_and_goes_on_in_the_next() {
    let world = World::with(|config| {
        config.device_attachment_bytes_per_hour = 2 * u64::from(CHUNK);
    })
    .await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let alma = Phone::of(&world, "Alma", 2).await;
    let (case, first) = noor.case("much at once");
    keeps(&mut noor, first).await;
    let photo = Photo::of(11, 2 * PART + 1);
    ok::<wire::BlobHas>(noor.post(BEGIN, &photo.begin(case)).await);
    for number in [0, 1] {
        ok::<wire::BlobHas>(noor.post(CHUNK_CALL, &photo.chunk(case, number)).await);
    }
    let third = noor.post(CHUNK_CALL, &photo.chunk(case, 2)).await;
    assert_eq!(
        (third.status, problem(&third).as_str()),
        (429, "sends_too_much")
    );
    assert!(third.head("retry-after").is_some());
    // Words are not counted with it, and neither is anybody else.
    let (_, more) = noor.case("words go on");
    keeps(&mut noor, more).await;
    assert!(Photo::of(12, 5).send(&alma, case).await.complete);

    world.clock.pass(60 * 60 * 1_000);
    noor.sign_in().await;
    assert!(photo.send(&noor, case).await.complete);
}

#[tokio::test]
async fn photos_do_not_take_the_room_that_words_need() {
    let world = World::with(|config| config.attachment_bytes = 3 * u64::from(CHUNK)).await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let (case, first) = noor.case("a small disk");
    let (other, second) = noor.case("another");
    assert_eq!(noor.sync(&[first, second]).await.refused, []);
    assert!(Photo::of(13, 2 * PART).send(&noor, case).await.complete);
    let more = noor
        .post(BEGIN, &Photo::of(14, 2 * PART).begin(other))
        .await;
    assert_eq!((more.status, problem(&more).as_str()), (507, "no_room"));
    assert!(Photo::of(15, 9).send(&noor, other).await.complete);
    let (_, words) = noor.case("words still fit");
    keeps(&mut noor, words).await;
}

#[tokio::test]
async fn a_full_disk_keeps_no_part_of_a_photo_says_so_and_still_keeps_words() {
    let world = World::with(|config| config.max_pages = Some(90)).await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let alma = Phone::of(&world, "Alma", 2).await;
    let (case, first) = noor.case("The disk is full.");
    keeps(&mut noor, first).await;
    let photo = Photo::of(23, 2 * PART);
    ok::<wire::BlobHas>(noor.post(BEGIN, &photo.begin(case)).await);
    for number in [0, 1, 0] {
        let answer = noor.post(CHUNK_CALL, &photo.chunk(case, number)).await;
        assert_eq!(problem(&answer), "not_saved");
    }
    let has: wire::BlobHas = ok(noor.post(BEGIN, &photo.begin(case)).await);
    assert_eq!((has.have, has.complete), (vec![], false));
    assert_eq!(photo.got(&alma, case).await.unwrap_err(), "not_here_yet");
    let (_, words) = noor.case("words still fit");
    keeps(&mut noor, words).await;
}

/// The head and half of the body of a call with a part of a photo.
async fn half_a_part(world: &World, chunk: &wire::BlobChunk, token: &str) -> (TcpStream, Vec<u8>) {
    let mut body = chunk.encode_to_vec();
    let rest = body.split_off(body.len() / 2);
    let mut stream = TcpStream::connect(world.addr()).await.unwrap();
    let head = format!(
        "POST {CHUNK_CALL} HTTP/1.1\r\nhost: h\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\
         content-type: application/x-protobuf\r\ncontent-length: {}\r\n\r\n",
        body.len() + rest.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&body).await.unwrap();
    (stream, rest)
}

#[tokio::test]
async fn a_phone_with_one_bar_of_signal_gets_a_part_through_and_a_stranger_holds_nothing_open() {
    let world = World::with(|config| config.request_timeout = Duration::from_secs(1)).await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let (case, first) = noor.case("one bar");
    keeps(&mut noor, first).await;
    let photo = Photo::of(24, PART);
    ok::<wire::BlobHas>(noor.post(BEGIN, &photo.begin(case)).await);
    let chunk = photo.chunk(case, 0);

    let (mut slow, rest) = half_a_part(&world, &chunk, &noor.token).await;
    let (stranger, _) = half_a_part(&world, &chunk, "no.token.of.ours").await;
    let refused = crate::world::rest(stranger).await;
    assert_eq!(problem(&refused), "too_slow");
    // By now nobody else would be waited for.
    slow.write_all(&rest).await.unwrap();
    let has: wire::BlobHas = ok(crate::world::rest(slow).await);
    assert!(has.complete);

    // And not for ever.
    let other = Photo::of(25, PART);
    ok::<wire::BlobHas>(noor.post(BEGIN, &other.begin(case)).await);
    let (slow, _) = half_a_part(&world, &other.chunk(case, 0), &noor.token).await;
    assert_eq!(problem(&crate::world::rest(slow).await), "too_slow");
}

#[tokio::test]
async fn what_was_begun_and_not_gone_on_with_is_let_go_of_after_a_day() {
    let world = World::with(|config| config.rounds = Duration::from_millis(5)).await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let (case, first) = noor.case("The phone fell into the canal.");
    keeps(&mut noor, first).await;
    let (lost, whole) = (Photo::of(16, 2 * PART), Photo::of(17, 9));
    ok::<wire::BlobHas>(noor.post(BEGIN, &lost.begin(case)).await);
    ok::<wire::BlobHas>(noor.post(CHUNK_CALL, &lost.chunk(case, 0)).await);
    assert!(whole.send(&noor, case).await.complete);
    assert_eq!(rows(world.folder.path()), 4);

    world.clock.pass(24 * 60 * 60 * 1_000 + 1);
    let gone = async {
        while rows(world.folder.path()) != 2 {
            tokio::task::yield_now().await;
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(20), gone).await;
    assert!(in_time.is_ok(), "nobody let go of it");

    noor.sign_in().await;
    let late = noor.post(CHUNK_CALL, &lost.chunk(case, 1)).await;
    assert_eq!(problem(&late), "not_begun");
    assert!(lost.send(&noor, case).await.complete);
    assert!(whole.got(&noor, case).await.unwrap() == whole.bytes);
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
