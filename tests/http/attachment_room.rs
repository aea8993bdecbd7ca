//! How much room photos and papers may take, and how long a part of one may take.

use std::time::Duration;

use prost::Message as _;
use safehall_core::DocumentId;
use safehall_sync::attachment::CHUNK;
use safehall_sync::wire;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::attachments::{PART, keeps, rows};
use crate::phone::{Phone, ok, problem};
use crate::photos::{BEGIN, CHUNK_CALL, Photo};
use crate::world::World;

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
