//! Many at once, and those who take more than their share.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use safehall_server::commands::sample_event;
use safehall_server::{Clock, Config, start};
use safehall_sync::frame;
use safehall_sync::wire;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message as Socket;

use crate::phone::{Phone, ids, problem};
use crate::world::{NOON, PROTOBUF, World, call, rest};

/// A call whose head is there and whose body is not.
pub(crate) async fn half_a_call(addr: SocketAddr) -> TcpStream {
    announces(addr, 100).await
}

/// A call whose body of this length is still to come.
async fn announces(addr: SocketAddr, length: usize) -> TcpStream {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    let head = format!(
        "POST /v1/sync HTTP/1.1\r\nhost: {addr}\r\nconnection: close\r\n\
         content-type: application/x-protobuf\r\ncontent-length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

/// The Wi-Fi is back and everybody's phone sends at once, five times over.
///
/// Server and crowd on threads of their own, as in life: many calls are under
/// way at any moment, and nobody's turn depends on another's.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_crowd_that_comes_back_again_and_again_is_kept_whole_and_nobody_is_left_waiting() {
    const PHONES: u64 = 40;
    const ROUNDS: usize = 5;
    const PATIENCE: Duration = Duration::from_secs(30);
    let world = World::with(|config| {
        config.device_changes_per_hour = 100_000;
    })
    .await;
    let mut alma = Phone::of(&world, "Alma", 1).await;
    let mut phones = Vec::new();
    for seed in 0..PHONES {
        let new = wire::NewInvite {
            staff: world.invited("Noor").staff.to_vec(),
            ..wire::NewInvite::default()
        };
        phones.push(alma.lets_in(&world, &new, 100 + seed).await);
    }

    let mut slowest = Duration::ZERO;
    let mut written = BTreeSet::new();
    for _ in 0..ROUNDS {
        let back = Instant::now();
        let mut round = tokio::task::JoinSet::new();
        for mut phone in phones.drain(..) {
            round.spawn(async move {
                let push: Vec<_> = (0..3).map(|_| phone.case("note").1).collect();
                let begun = Instant::now();
                let answer = phone.sync(&push).await;
                let kept: BTreeSet<_> = answer.kept.into_iter().collect();
                assert_eq!(kept, ids(&push).into_iter().collect());
                (phone, begun.elapsed(), kept)
            });
        }
        for (phone, took, kept) in round.join_all().await {
            slowest = slowest.max(took);
            written.extend(kept);
            phones.push(phone);
        }
        assert!(back.elapsed() < PATIENCE, "{:?}", back.elapsed());
    }

    let stats = world.server.stats();
    println!(
        "slowest call {slowest:?}, slowest flush {:?}, {} flushes",
        stats.longest_flush(),
        stats.commits()
    );
    assert_eq!(stats.changes(), PHONES * 3 * ROUNDS as u64);

    let mut chair = BTreeSet::new();
    loop {
        let fresh = ids(&alma.sync(&[]).await.envelopes);
        if fresh.is_empty() {
            break;
        }
        chair.extend(fresh);
    }
    assert_eq!(chair, written, "the chair has all of it");
}

/// Keeps whoever asks for the time waiting while it is shut, and counts them.
#[derive(Default)]
struct Gate {
    is_shut: Mutex<bool>,
    opened: Condvar,
    asked: AtomicUsize,
}

impl Gate {
    fn shut(&self, is_shut: bool) {
        *self.is_shut.lock().unwrap() = is_shut;
        self.opened.notify_all();
    }
}

impl Clock for Gate {
    fn now(&self) -> u64 {
        self.asked.fetch_add(1, Ordering::SeqCst);
        // Who waits here may be the runtime's only thread that listens to the
        // sockets: it says that it waits, so that another one takes its place.
        tokio::task::block_in_place(|| {
            let is_shut = self.is_shut.lock().unwrap();
            drop(self.opened.wait_while(is_shut, |shut| *shut).unwrap());
        });
        NOON
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn more_calls_than_there_is_room_for_are_told_to_come_back() {
    let folder = tempfile::tempdir().unwrap();
    sample_event(folder.path(), NOON).unwrap();
    let mut config = Config::for_tests(folder.path().to_owned());
    config.requests = 1;
    config.rounds = Duration::from_secs(1_000);
    let gate = Arc::new(Gate::default());
    let server = start(config, gate.clone()).await.unwrap();
    let addr = server.addr();
    // Bodies that drip are nobody's turn.
    let mut dripping = Vec::new();
    for _ in 0..10 {
        dripping.push(half_a_call(addr).await);
    }
    assert_eq!(
        call(addr, "POST", "/v1/sync", &[PROTOBUF], b"")
            .await
            .status,
        200
    );
    let alone = call(addr, "POST", "/v1/auth/token", &[PROTOBUF], b"").await;

    gate.shut(true);
    let asked = gate.asked.load(Ordering::SeqCst);
    let inside =
        tokio::spawn(async move { call(addr, "POST", "/v1/sync", &[PROTOBUF], b"").await });
    while gate.asked.load(Ordering::SeqCst) == asked {
        tokio::task::yield_now().await;
    }
    // The server's own round may be who asked: until the call has the turn,
    // another one is answered as if it were alone.
    let shed = loop {
        let other = call(addr, "POST", "/v1/auth/token", &[PROTOBUF], b"").await;
        if other.status != alone.status {
            break other;
        }
    };
    gate.shut(false);

    assert_eq!((shed.status, problem(&shed).as_str()), (503, "busy"));
    assert_eq!(shed.head("retry-after"), Some("2"));
    assert_eq!(inside.await.unwrap().status, 200);
    assert_eq!(
        call(addr, "POST", "/v1/sync", &[PROTOBUF], b"")
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn bodies_share_one_room_in_memory_and_leave_it_as_they_go() {
    let world = World::with(|config| config.body_bytes = 150).await;
    // What every body may have beside the room.
    const SMALL: usize = 4_096;
    let big = vec![0; SMALL + 100];
    let mut first = announces(world.addr(), big.len()).await;
    first.write_all(&big[1..]).await.unwrap();

    // The first has sent all but one byte; no second fits beside it.
    let full = loop {
        let answer = call(world.addr(), "POST", "/v1/sync", &[PROTOBUF], &big).await;
        if answer.status != 200 {
            break answer;
        }
    };
    assert_eq!((full.status, problem(&full).as_str()), (503, "busy"));
    // Whoever stalls with much keeps out nobody who says little.
    let small = vec![0; SMALL];
    let little = call(world.addr(), "POST", "/v1/sync", &[PROTOBUF], &small).await;
    assert_eq!(little.status, 200);
    first.write_all(&[0]).await.unwrap();
    assert_eq!(rest(first).await.status, 200);

    let after = call(world.addr(), "POST", "/v1/sync", &[PROTOBUF], &big).await;
    assert_eq!(after.status, 200);
}

#[tokio::test]
async fn one_address_takes_only_its_share_of_the_room_and_gets_it_back() {
    let world = World::with(|config| config.connections_per_address = 2).await;
    let first = half_a_call(world.addr()).await;
    let _second = half_a_call(world.addr()).await;

    let mut third = TcpStream::connect(world.addr()).await.unwrap();
    let mut nothing = Vec::new();
    let hung_up = third.read_to_end(&mut nothing).await;
    assert!(matches!(hung_up, Ok(0) | Err(_)));

    drop(first);
    let patience = Duration::from_secs(10);
    let back = tokio::time::timeout(patience, async {
        loop {
            let mut again = TcpStream::connect(world.addr()).await.unwrap();
            let head = "GET /healthz HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n";
            let _ = again.write_all(head.as_bytes()).await;
            let mut answer = Vec::new();
            let _ = again.read_to_end(&mut answer).await;
            if answer.starts_with(b"HTTP/1.1 200") {
                break;
            }
        }
    });
    assert!(back.await.is_ok(), "the place was never given back");
}

#[tokio::test]
async fn a_live_reader_that_does_not_read_is_hung_up_on_and_holds_up_nobody() {
    let world = World::with(|config| {
        // Over long before the last of the pushes below, each of them on the disk.
        config.slow_reader = Duration::from_millis(20);
        config.device_bytes_per_hour = 1 << 30;
        config.device_changes_per_hour = 10_000;
    })
    .await;
    let alma = Phone::of(&world, "Alma", 1).await;
    let mut noor = Phone::of(&world, "Noor", 2).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(8_192).unwrap();
    let stream = socket.connect(world.addr()).await.unwrap();
    let url = format!("ws://{}/v1/live", world.addr());
    let (mut line, _) = tokio_tungstenite::client_async(url, stream).await.unwrap();
    line.send(Socket::Binary(frame::encode(alma.hello())))
        .await
        .unwrap();

    // More than the system's own buffers take on the way.
    let text = "x".repeat(32_000);
    let mut sent = 0;
    for _ in 0..50 {
        let push: Vec<_> = (0..8).map(|_| noor.case(&text).1).collect();
        sent += push
            .iter()
            .map(|envelope| envelope.body.len())
            .sum::<usize>();
        assert_eq!(noor.sync(&push).await.kept.len(), 8);
    }
    let mut stream = line.into_inner();
    let mut received = Vec::new();
    let ended =
        tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut received)).await;
    assert!(ended.is_ok(), "the line is still there");
    assert!(
        received.len() < sent,
        "{} of {sent} bytes arrived",
        received.len()
    );
}

#[tokio::test]
async fn a_device_with_too_many_lines_loses_its_oldest_and_takes_nobody_elses() {
    let world = World::new().await;
    let noor = Phone::of(&world, "Noor", 1).await;
    let jonas = Phone::of(&world, "Jonas", 2).await;
    let url = format!("ws://{}/v1/live", world.addr());
    let mut lines = Vec::new();
    for hello in [jonas.hello(), noor.hello(), noor.hello(), noor.hello()] {
        let (mut line, _) = tokio_tungstenite::connect_async(&url).await.unwrap();
        line.send(Socket::Binary(frame::encode(hello)))
            .await
            .unwrap();
        // It is known by now whose line it is.
        assert!(matches!(line.next().await, Some(Ok(Socket::Binary(_)))));
        lines.push(line);
    }
    let mut newest = lines.split_off(2);
    let mut oldest = lines.pop().unwrap();
    newest.push(lines.pop().unwrap());

    while let Some(Ok(_frame)) = oldest.next().await {}

    for line in &mut newest {
        line.send(Socket::Ping(Bytes::new())).await.unwrap();
        while !matches!(line.next().await.unwrap().unwrap(), Socket::Pong(_)) {}
    }
}

#[tokio::test]
async fn an_invite_that_is_tried_again_and_again_is_put_off_and_nobody_elses() {
    let world = World::new().await;
    use sha2::Digest as _;
    let begin = |name: &str| wire::BeginEnrol {
        invite_hash: sha2::Sha256::digest(world.invited(name).secret).to_vec(),
    };
    for _ in 0..10 {
        let asked = crate::phone::post(world.addr(), "/v1/enrol/begin", &begin("Noor")).await;
        assert_eq!(asked.status, 200);
    }

    let put_off = crate::phone::post(world.addr(), "/v1/enrol/begin", &begin("Noor")).await;
    let other = crate::phone::post(world.addr(), "/v1/enrol/begin", &begin("Jonas")).await;

    assert_eq!(
        (put_off.status, problem(&put_off).as_str()),
        (429, "too_often")
    );
    assert_eq!(put_off.head("retry-after"), Some("60"));
    assert_eq!(other.status, 200);
    world.clock.pass(60_000);
    let later = crate::phone::post(world.addr(), "/v1/enrol/begin", &begin("Noor")).await;
    assert_eq!(later.status, 200);
}

#[tokio::test]
async fn false_proofs_in_a_phones_name_do_not_keep_it_out() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    for _ in 0..60 {
        let false_proof = wire::TokenAsk {
            device: noor.device.as_bytes().to_vec(),
            challenge: vec![0; 32],
            signature: vec![0; 64],
        };
        let refused = crate::phone::post(world.addr(), "/v1/auth/token", &false_proof).await;
        assert_eq!(problem(&refused), "bad_proof");
    }

    noor.sign_in().await;
    assert_eq!(noor.get("/v1/pack").await.status, 200);
    assert_eq!(
        rest_of_tokens(&noor).await,
        28,
        "30 a minute, and 2 are used"
    );
}

async fn rest_of_tokens(phone: &Phone) -> usize {
    let mut got = 0;
    while phone.ask_for_token().await.status == 200 {
        got += 1;
    }
    got
}

#[tokio::test]
async fn a_body_that_comes_late_but_in_time_is_taken() {
    let world = World::new().await;
    let mut slow = half_a_call(world.addr()).await;
    slow.write_all(&[0; 100]).await.unwrap();
    assert_eq!(rest(slow).await.status, 200);
}
