//! Live readers that ask for everything and take nothing.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::SinkExt as _;
use safehall_sync::frame;
use safehall_sync::wire::frame::Kind as Frame;
use safehall_testkit::chance::Chance;
use safehall_tests::is_long;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpSocket;
use tokio_tungstenite::tungstenite::Message as Socket;

use crate::honest::{alma_and_noor, p99, push, work};
use crate::of;
use crate::support::author::Case;
use crate::support::rig::Rig;

const MIB: u64 = 1 << 20;

/// Resident memory of a process in bytes: the line of `/proc` by this name.
fn memory(pid: u32, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("a living process");
    let line = status
        .lines()
        .find(|line| line.starts_with(name))
        .expect("a line");
    let kib = line
        .split_whitespace()
        .nth(1)
        .and_then(|kib| kib.parse::<u64>().ok());
    kib.expect("a number") * 1_024
}

#[test]
fn five_hundred_readers_that_never_read_cost_little_and_are_hung_up_on() {
    let readers = of(500, 100);
    let mut rig = Rig::prepared().expect("an event");
    rig.settings
        .push(("SAFEHALL_CONNECTIONS_PER_ADDRESS", "1000".to_owned()));
    let at = rig.serve().expect("the server starts");
    let chance = Chance::seeded(0x51);
    let (mut alma, mut noor) = alma_and_noor(&rig, &chance);
    // More for each of them than the system's own buffers take on the way.
    let words = "x".repeat(30_000);
    let mut written = 0;
    for number in 0..of(40, 20) {
        let (mut case, first) = Case::open(&noor, &chance, &format!("case {number}")).unwrap();
        let notes = (0..8).map(|_| case.says(&noor, &words).unwrap());
        let envelopes: Vec<_> = std::iter::once(first).chain(notes).collect();
        written += envelopes
            .iter()
            .map(|envelope| envelope.body.len())
            .sum::<usize>();
        let judged = push(&mut noor, &envelopes).expect("an answer");
        assert_eq!(judged.kept, envelopes.len(), "{judged:?}");
    }
    // Each device may have two lines.
    let devices = (0..readers / 2).map(|number| {
        let mut own = chance.branch(&format!("reader {number}"));
        rig.another_of(&mut alma, &mut own).expect("it enrols")
    });
    let hellos: Vec<_> = devices.map(|device| device.hello()).collect();
    let jonas = rig
        .device_of("Jonas", &mut chance.branch("jonas"))
        .expect("he enrols");
    let before = memory(rig.pid(), "VmHWM");
    let done = AtomicBool::new(false);

    let (gone, mut took) = std::thread::scope(|scope| {
        let honest = scope.spawn(|| work(jonas, at, &chance, &done));
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let gone = runtime.block_on(async {
            let mut lines = Vec::new();
            for hello in hellos.iter().chain(&hellos) {
                let socket = TcpSocket::new_v4().unwrap();
                socket.set_recv_buffer_size(4_096).unwrap();
                let stream = socket.connect(at).await.unwrap();
                let url = format!("ws://{at}/v1/live");
                let (mut line, _) = tokio_tungstenite::client_async(url, stream).await.unwrap();
                let hello = frame::encode(Frame::Hello(hello.clone()));
                line.send(Socket::Binary(hello)).await.unwrap();
                lines.push(line);
            }
            let all = rig.said("hung up on a line that does not read", readers);
            all.expect("the server loses its patience with each of them");
            let mut gone = 0;
            let begun = Instant::now();
            for line in lines {
                let mut stream = line.into_inner();
                let mut received = vec![0; 64 * 1_024];
                let mut total = 0;
                while let Ok(count @ 1..) = stream.read(&mut received).await {
                    total += count;
                }
                gone += usize::from(total < written);
            }
            assert!(begun.elapsed() < Duration::from_secs(60));
            gone
        });
        done.store(true, Ordering::Relaxed);
        (gone, honest.join().unwrap())
    });

    let peak = memory(rig.pid(), "VmHWM");
    let (p99, longest) = p99(&mut took);
    println!(
        "{readers} readers that do not read, {} MiB for each: server {} MiB before, {} MiB at its peak; \
         {gone} hung up on; {} honest rounds meanwhile, p99 {p99:?}, longest {longest:?}",
        written as u64 / MIB,
        before / MIB,
        peak / MIB,
        took.len()
    );
    assert_eq!(
        gone, readers,
        "each was hung up on before it had everything"
    );
    assert!(peak < 200 * MIB, "{} MiB", peak / MIB);
    if is_long() {
        assert!(p99 < Duration::from_secs(2), "{p99:?}");
    }
}
