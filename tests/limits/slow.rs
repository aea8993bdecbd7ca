//! Guests who hold the door open and say nothing, or one letter at a time.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use safehall_testkit::chance::Chance;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpSocket;
use tokio::task::JoinSet;

use crate::honest::{p99, work};
use crate::support::rig::Rig;
use crate::{is_long, of};

/// The ways of saying nothing.
#[derive(Clone, Copy, Debug)]
enum Way {
    Silent,
    HalfAHead,
    DripsItsHead,
    /// Waits almost as long as it may before the first letter.
    LateThenDrips,
    /// Asked once, and then never again.
    SilentAfterACall,
    DripsItsBody,
}

const WAYS: [Way; 6] = [
    Way::Silent,
    Way::HalfAHead,
    Way::DripsItsHead,
    Way::LateThenDrips,
    Way::SilentAfterACall,
    Way::DripsItsBody,
];

/// From the first to the last moment of a connection, and the way it was used.
async fn hold(at: SocketAddr, from: String, way: Way) -> (Way, Duration) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(from.parse().unwrap()).unwrap();
    let mut stream = socket.connect(at).await.unwrap();
    let begun = Instant::now();
    let (first, drip, call) = match way {
        Way::Silent => ("", "", ""),
        Way::HalfAHead => ("GET / HTTP/1.1\r\nhost: h\r\n", "", ""),
        Way::DripsItsHead => ("GET / HTTP/1.1\r\nx-slow: ", "a", ""),
        Way::LateThenDrips => ("", "G", ""),
        Way::SilentAfterACall => ("", "", "GET /healthz HTTP/1.1\r\nhost: h\r\n\r\n"),
        Way::DripsItsBody => (
            "POST /v1/sync HTTP/1.1\r\nhost: h\r\ncontent-type: application/x-protobuf\r\n\
             content-length: 100000\r\n\r\n",
            "a",
            "",
        ),
    };
    // Whatever goes wrong from here on is how it ends.
    let _ = stream.write_all(format!("{first}{call}").as_bytes()).await;
    if matches!(way, Way::LateThenDrips) {
        tokio::time::sleep(Duration::from_secs(4)).await;
    }
    let (mut reader, mut writer) = stream.into_split();
    let drips = tokio::spawn(async move {
        while !drip.is_empty() && writer.write_all(drip.as_bytes()).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(400)).await;
        }
        // Hold the other half open, too.
        std::future::pending::<()>().await;
        drop(writer);
    });
    let mut nothing = Vec::new();
    let _ = reader.read_to_end(&mut nothing).await;
    drips.abort();
    (way, begun.elapsed())
}

#[test]
fn whoever_says_nothing_is_gone_in_ten_seconds_and_nobody_waits_for_them() {
    let guests = of(1_000, 240);
    let rig = Rig::start().expect("the server starts");
    let chance = Chance::seeded(0x510);
    let noor = rig
        .device_of("Noor", &mut chance.branch("noor"))
        .expect("she enrols");
    let at = rig.at();
    let done = AtomicBool::new(false);

    let (mut gone, mut took) = std::thread::scope(|scope| {
        let honest = scope.spawn(|| work(noor, at, &chance, &done));
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let gone = runtime.block_on(async {
            let mut holding = JoinSet::new();
            for guest in 0..guests {
                // A few machines in the hall; no more from each than one address may have.
                let from = format!("127.0.1.{}:0", guest % 8 + 1);
                holding.spawn(hold(at, from, WAYS[guest % WAYS.len()]));
            }
            holding.join_all().await
        });
        done.store(true, Ordering::Relaxed);
        (gone, honest.join().unwrap())
    });

    gone.sort_by_key(|(_, after)| *after);
    for way in WAYS {
        let last = gone
            .iter()
            .rev()
            .find(|(of, _)| std::mem::discriminant(of) == std::mem::discriminant(&way));
        println!(
            "{way:?}: the last of them was gone after {:?}",
            last.unwrap().1
        );
    }
    let (p99, longest) = p99(&mut took);
    println!(
        "{guests} guests; meanwhile {} honest rounds, each on a new connection: p99 {p99:?}, longest {longest:?}",
        took.len()
    );
    let slack = Duration::from_millis(500);
    for (way, after) in &gone {
        // A body has its own patience, which a phone with one bar of signal needs.
        let most = match way {
            Way::DripsItsBody => Duration::from_secs(15),
            _ => Duration::from_secs(10),
        };
        assert!(*after < most + slack, "{way:?} was there for {after:?}");
    }
    let most = Duration::from_millis(if is_long() { 300 } else { 3_000 });
    assert!(p99 < most, "{p99:?}");
    println!("SHOWN: all gone in time, honest p99 below {most:?}");
}
