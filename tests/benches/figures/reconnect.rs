//! Coming back with nothing new, and a storm of everybody at once.

use std::fs;
use std::io;
use std::thread;
use std::time::Duration;

use safehall_sync::envelope;
use safehall_sync::wire::{Envelope, Push, frame};
use safehall_testkit::chance::Chance;

use crate::floor::{self, grouped_sqlite, plain_file};
use crate::support::author::Case;
use crate::support::device::Device;
use crate::support::http::Traffic;
use crate::support::rig::Rig;
use crate::table::{Limit, Table};

const DEVICES: usize = 100;
const CASES: usize = 5;
const CHANGES: usize = 20;

/// Round trips and bytes of a device that has missed nothing, heads included.
pub(crate) fn nothing_new(table: &mut Table) -> Result<(), String> {
    let few = idle_return(50).map_err(|error| error.to_string())?;
    let many = idle_return(1_000).map_err(|error| error.to_string())?;
    for (documents, traffic) in [(50, few), (1_000, many)] {
        let name = |what| format!("nothing new at {documents} documents: {what}");
        table.count(
            name("round trips"),
            traffic.round_trips,
            "",
            Limit::AtMost(1.0),
        );
        table.count(name("up"), traffic.up, "bytes", Limit::AtMost(1_024.0));
        table.count(name("down"), traffic.down, "bytes", Limit::AtMost(1_024.0));
    }
    let apart = few.up.abs_diff(many.up) + few.down.abs_diff(many.down);
    table.count(
        "nothing new: 1,000 documents cost more than 50 by",
        apart,
        "bytes",
        Limit::AtMost(0.0),
    );
    Ok(())
}

fn idle_return(documents: usize) -> io::Result<Traffic> {
    let chance = Chance::seeded(50);
    let rig = Rig::start()?;
    let mut chair = rig.device_of("Alma", &mut chance.branch("chair"))?;
    let mut device =
        rig.new_responder(&mut chair, "Noor".to_owned(), &mut chance.branch("device"))?;
    let births: Vec<Envelope> = (0..documents)
        .filter_map(|number| {
            Case::open(&device, &chance, &format!("case {number}")).map(|(_, birth)| birth)
        })
        .collect();
    push_all(&mut device, &births)?;
    read_all(&mut device)?;
    let before = device.traffic();
    device.sync(Vec::new())?;
    let after = device.traffic();
    Ok(Traffic {
        up: after.up - before.up,
        down: after.down - before.down,
        round_trips: after.round_trips - before.round_trips,
    })
}

/// Everybody comes back at once with a day's writing.
pub(crate) fn storm(table: &mut Table) -> Result<(), String> {
    let measured = come_back_at_once(table);
    measured.map_err(|error| error.to_string())
}

fn come_back_at_once(table: &mut Table) -> io::Result<()> {
    let chance = Chance::seeded(100);
    let rig = Rig::start()?;
    let mut chair = rig.device_of("Alma", &mut chance.branch("chair"))?;
    let mut phones = Vec::new();
    for number in 0..DEVICES {
        let mut own = chance.branch(&format!("device {number}"));
        let device = rig.new_responder(&mut chair, format!("Responder {number}"), &mut own)?;
        let written = a_days_writing(&device, &own)
            .ok_or_else(|| io::Error::other("a case could not be written"))?;
        phones.push((device, written));
    }
    let bytes: Vec<Vec<Vec<u8>>> = phones
        .iter()
        .map(|(_, written)| written.iter().map(prost::Message::encode_to_vec).collect())
        .collect();

    // Writing all of that takes longer than the server keeps a silent connection.
    for device in phones.iter_mut().map(|(device, _)| device) {
        comes_back(device, &rig)?;
    }
    comes_back(&mut chair, &rig)?;

    let busy_before = processor_time(rig.pid())?;
    let begun = floor::now();
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
    let kept = begun.elapsed();
    let arrived = read_all(&mut chair)?;
    let observed = begun.elapsed();
    let busy = processor_time(rig.pid())?.saturating_sub(busy_before);
    let memory = peak_memory(rig.pid())?;
    let signatures = check_signatures(&phones)?;

    let folder = tempfile::tempdir()?;
    let file = plain_file(folder.path(), &bytes)?;
    let sqlite = grouped_sqlite(folder.path(), &bytes)?;
    let all = (DEVICES * CASES * CHANGES) as u64;
    table.count(
        "storm: changes that the chair has",
        arrived as u64,
        "",
        Limit::AtLeast(all as f64),
    );
    seconds(table, "storm: until all were promised", kept);
    seconds(table, "storm: until the chair has all", observed);
    seconds(table, "  CPU of the server, all cores together", busy);
    seconds(table, "  CPU of checking as many signatures", signatures);
    seconds(
        table,
        "  the same bytes appended to a file: promised",
        file.kept,
    );
    seconds(
        table,
        "  the same bytes appended to a file: read",
        file.observed,
    );
    seconds(
        table,
        "  the same bytes in grouped SQLite: promised",
        sqlite.kept,
    );
    seconds(
        table,
        "  the same bytes in grouped SQLite: read",
        sqlite.observed,
    );
    table.count(
        "storm: fsyncs of the server",
        rig.flushes_of(all)?,
        "",
        Limit::None,
    );
    table.count("  fsyncs of the file", file.fsyncs, "", Limit::None);
    table.count("  fsyncs of grouped SQLite", sqlite.fsyncs, "", Limit::None);
    let times = observed.as_secs_f64() / sqlite.observed.as_secs_f64();
    table.measure(
        "storm beside grouped SQLite",
        times,
        "x",
        Limit::AtMost(4.0),
    );
    table.measure(
        "storm: peak memory of the server",
        memory,
        "MiB",
        Limit::AtMost(64.0),
    );
    Ok(())
}

fn comes_back(device: &mut Device, rig: &Rig) -> io::Result<()> {
    device.reconnect_to(rig.at());
    device.sign_in()
}

fn a_days_writing(device: &Device, chance: &Chance) -> Option<Vec<Envelope>> {
    let mut written = Vec::new();
    for number in 0..CASES {
        let (mut case, birth) = Case::open(device, chance, &format!("case {number}"))?;
        written.push(birth);
        for _ in 1..CHANGES {
            written.push(case.note(device)?);
        }
    }
    Some(written)
}

pub(crate) fn push_all(device: &mut Device, written: &[Envelope]) -> io::Result<()> {
    for chunk in written.chunks(250) {
        let push = Push {
            push_id: 1,
            envelopes: chunk.to_vec(),
        };
        let heard = device.sync(vec![frame::Kind::Push(push)])?;
        let kept: usize = heard
            .iter()
            .map(|frame| {
                if let frame::Kind::Kept(kept) = frame {
                    kept.change_ids.len()
                } else {
                    0
                }
            })
            .sum();
        if kept != chunk.len() {
            return Err(io::Error::other(format!(
                "{kept} of {} changes were kept",
                chunk.len()
            )));
        }
    }
    Ok(())
}

fn read_all(device: &mut Device) -> io::Result<usize> {
    let mut arrived = 0;
    loop {
        let mut more = false;
        for frame in device.sync(Vec::new())? {
            if let frame::Kind::Batch(batch) = frame {
                arrived += batch.envelopes.len();
                more = batch.more;
            }
        }
        if !more {
            return Ok(arrived);
        }
    }
}

fn seconds(table: &mut Table, name: &str, time: Duration) {
    table.measure(name, time.as_secs_f64(), "s", Limit::None);
}

/// What checking the signatures of all these takes, by the time of a thousand.
fn check_signatures(phones: &[(Device, Vec<Envelope>)]) -> io::Result<Duration> {
    const CHECKED: u32 = 1_000;
    let all: usize = phones.iter().map(|(_, written)| written.len()).sum();
    let all = u32::try_from(all).map_err(io::Error::other)?;
    let signed = phones
        .iter()
        .flat_map(|(device, written)| written.iter().map(move |envelope| (device, envelope)));
    let begun = floor::now();
    for (device, envelope) in signed.take(CHECKED as usize) {
        envelope::verify(envelope, &device.key.public()).map_err(io::Error::other)?;
    }
    Ok(begun.elapsed() * all / CHECKED.min(all))
}

/// How long the server's threads were at work since it started.
fn processor_time(pid: u32) -> io::Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // After the name, which ends with the last `)`: fields 14 and 15 are in user and kernel mode.
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks: Vec<u64> = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse().ok())
        .collect();
    let [user, kernel] = ticks[..] else {
        return Err(io::Error::other("the kernel does not tell the CPU time"));
    };
    // Linux counts here in hundredths of a second on every machine.
    Ok(Duration::from_millis((user + kernel) * 10))
}

/// The most memory that the server ever had, in MiB.
fn peak_memory(pid: u32) -> io::Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib: f64 = line
        .and_then(|line| line.trim().split(' ').next())
        .and_then(|kib| kib.parse().ok())
        .ok_or_else(|| io::Error::other("the kernel does not tell the peak"))?;
    Ok(kib / 1_024.0)
}
