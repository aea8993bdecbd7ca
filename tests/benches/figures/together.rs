//! What happens while everybody is there: one flush for many, and one thumb
//! that the chair sees move.

use std::io;
use std::net::SocketAddr;
use std::thread;

use futures_util::{SinkExt as _, StreamExt as _};
use safehall_sync::frame;
use safehall_sync::wire::frame::Kind;
use safehall_sync::wire::{Envelope, Push};
use safehall_testkit::chance::Chance;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

use crate::floor;
use crate::reconnect::push_all;
use crate::support::author::Case;
use crate::support::device::Device;
use crate::support::rig::Rig;
use crate::table::{Limit, Table};

const DEVICES: usize = 100;
const CHANGES: usize = 4;
/// Fewer than the frames that one live line may carry in ten seconds.
const ROUNDS: usize = 180;

/// How many changes share one flush when a hundred devices push at once.
pub(crate) fn group_commit(table: &mut Table) -> Result<(), String> {
    let flushes = push_together().map_err(|error| error.to_string())?;
    let all = (DEVICES * CHANGES) as f64;
    table.count(
        "100 devices push 4 changes at once: flushes",
        flushes,
        "",
        Limit::AtMost(all / 8.0),
    );
    table.count(
        "  changes in one flush, rounded down",
        (DEVICES * CHANGES) as u64 / flushes.max(1),
        "",
        Limit::AtLeast(8.0),
    );
    Ok(())
}

fn push_together() -> io::Result<u64> {
    let chance = Chance::seeded(8);
    let rig = Rig::start()?;
    let mut chair = rig.device_of("Alma", &mut chance.branch("chair"))?;
    let mut phones = Vec::new();
    for number in 0..DEVICES {
        let mut own = chance.branch(&format!("device {number}"));
        let device = rig.new_responder(&mut chair, format!("Responder {number}"), &mut own)?;
        let (mut case, birth) = open(&device, &own)?;
        let mut written = vec![birth];
        for _ in 1..CHANGES {
            written.push(note(&mut case, &device)?);
        }
        phones.push((device, written));
    }
    thread::scope(|scope| {
        let pushing: Vec<_> = phones
            .iter_mut()
            .map(|(device, written)| scope.spawn(move || push_all(device, written)))
            .collect();
        pushing.into_iter().try_for_each(|one| {
            one.join()
                .map_err(|_| io::Error::other("a device failed"))?
        })
    })?;
    rig.flushes_of((DEVICES * CHANGES) as u64)
}

/// From the push on one live line to the change on another, on a machine that
/// does nothing else.
pub(crate) fn thumb_to_chair(table: &mut Table) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let mut took = runtime
        .block_on(push_and_see())
        .map_err(|error| error.to_string())?;
    took.sort_by(f64::total_cmp);
    let at = |percent: usize| took.get((took.len() * percent).div_ceil(100).saturating_sub(1));
    for (name, percent) in [
        ("live: from thumb to chair, p50", 50),
        ("live: from thumb to chair, p99", 99),
    ] {
        let millis = at(percent).copied().ok_or("no round was measured")?;
        table.measure(name, millis, "ms", Limit::AtMost(50.0));
    }
    Ok(())
}

async fn push_and_see() -> io::Result<Vec<f64>> {
    let chance = Chance::seeded(300);
    let rig = Rig::start()?;
    let mut chair = rig.device_of("Alma", &mut chance.branch("chair"))?;
    let device = rig.new_responder(&mut chair, "Noor".to_owned(), &mut chance.branch("device"))?;
    let (mut case, birth) = open(&device, &chance)?;
    let mut thumb = line(rig.at(), &device).await?;
    let mut seen = line(rig.at(), &chair).await?;
    // Not measured: both lines greet, and the case is born.
    push_one(&mut thumb, &mut seen, birth).await?;
    let mut took = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let change = note(&mut case, &device)?;
        took.push(push_one(&mut thumb, &mut seen, change).await?);
    }
    Ok(took)
}

type Line = WebSocketStream<TcpStream>;

async fn line(at: SocketAddr, device: &Device) -> io::Result<Line> {
    let stream = TcpStream::connect(at).await?;
    stream.set_nodelay(true)?;
    let (mut line, _) = tokio_tungstenite::client_async(format!("ws://{at}/v1/live"), stream)
        .await
        .map_err(io::Error::other)?;
    say(&mut line, Kind::Hello(device.hello())).await?;
    Ok(line)
}

/// How long it took until the other side had it, in milliseconds.
async fn push_one(thumb: &mut Line, seen: &mut Line, change: Envelope) -> io::Result<f64> {
    let body = change.body.clone();
    let push = Kind::Push(Push {
        push_id: 1,
        envelopes: vec![change],
    });
    let begun = floor::now();
    say(thumb, push).await?;
    hear(
        seen,
        |kind| matches!(kind, Kind::Batch(batch) if batch.envelopes.iter().any(|one| one.body == body)),
    )
    .await?;
    let took = begun.elapsed();
    hear(thumb, |kind| matches!(kind, Kind::Kept(_))).await?;
    Ok(took.as_secs_f64() * 1_000.0)
}

async fn say(line: &mut Line, kind: Kind) -> io::Result<()> {
    line.send(Message::Binary(frame::encode(kind)))
        .await
        .map_err(io::Error::other)
}

async fn hear(line: &mut Line, wanted: impl Fn(&Kind) -> bool) -> io::Result<()> {
    while let Some(message) = line.next().await {
        if let Message::Binary(bytes) = message.map_err(io::Error::other)? {
            let kind = frame::decode(bytes).map_err(io::Error::other)?;
            if wanted(&kind) {
                return Ok(());
            }
        }
    }
    Err(io::Error::other("the live line ended"))
}

fn open(device: &Device, chance: &Chance) -> io::Result<(Case, Envelope)> {
    Case::open(device, chance, "case").ok_or_else(|| io::Error::other("a case was not written"))
}

fn note(case: &mut Case, device: &Device) -> io::Result<Envelope> {
    case.note(device)
        .ok_or_else(|| io::Error::other("a note was not written"))
}
