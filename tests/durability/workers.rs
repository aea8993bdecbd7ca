//! The processes that check changes are killed, stopped and starved of memory,
//! again and again, while others write.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use safehall_sync::envelope;
use safehall_sync::wire::{Envelope, Push, Reason, frame};
use safehall_testkit::chance::Chance;
use safehall_tests::{full_or, is_long};

use super::ids_on_disk;
use super::support::author::Case;
use super::support::device::Device;
use super::support::rig::Rig;

const HONEST: usize = 4;

#[test]
fn whatever_becomes_of_the_workers_the_server_stays_and_honest_phones_are_answered_in_time() {
    let trials = full_or(1_000, 60);
    let chance = Chance::seeded(0xdead);
    let mut rig = Rig::prepared().unwrap();
    // A worker that is stopped is given up sooner than it would be by itself. On
    // a busy machine a share of the trials must not give up on those that work.
    let patience = full_or(200, 1_000);
    rig.settings = vec![("SAFEHALL_WORKER_WALL_MS", patience.to_string())];
    rig.serve().unwrap();
    let server = rig.pid();
    let mut chair = rig.device_of("Alma", &mut chance.branch("chair")).unwrap();
    let mut join = |name: String| {
        let mut own = chance.branch(&name);
        rig.new_responder(&mut chair, name, &mut own).unwrap()
    };
    let writers: Vec<Device> = (0..HONEST)
        .map(|number| join(format!("Writer {number}")))
        .collect();

    let (stop, waited) = (AtomicBool::new(false), Mutex::new(Vec::new()));
    let (counted, heard) = thread::scope(|scope| {
        let honest: Vec<_> = writers
            .into_iter()
            .map(|device| {
                let (stop, waited, chance) = (&stop, &waited, &chance);
                scope.spawn(move || write(device, chance, stop, waited))
            })
            .collect();
        let counted = harm(server, trials, &mut chance.branch("harm"));
        stop.store(true, Ordering::Relaxed);
        let heard: Vec<BTreeSet<_>> = honest.into_iter().map(|one| one.join().unwrap()).collect();
        (counted, heard)
    });

    let mut waited = waited.into_inner().unwrap();
    waited.sort();
    let p99 = waited[waited.len() * 99 / 100];
    println!(
        "{} workers killed, {} stopped, {} without memory; {} honest pushes, p99 {p99:?}, slowest {:?}",
        counted[0],
        counted[1],
        counted[2],
        waited.len(),
        waited[waited.len() - 1],
    );
    assert_eq!(rig.pid(), server);
    assert!(
        fs::metadata(format!("/proc/{server}")).is_ok(),
        "the server is gone"
    );
    assert_eq!(
        rig.log().matches("takes calls").count(),
        1,
        "it was started again"
    );
    let on_disk = ids_on_disk(&rig);
    let promised = heard.into_iter().flatten().collect();
    assert!(on_disk.is_superset(&promised), "a promise was lost");
    if is_long() {
        assert!(p99 < Duration::from_millis(500), "{p99:?}");
    }
}

/// Kills workers, stops them, or takes all further memory from them, while they
/// have work for everybody. Says how many of each.
fn harm(server: u32, trials: u64, chance: &mut Chance) -> [u64; 3] {
    let mut done = [0; 3];
    while done.iter().sum::<u64>() < trials {
        let workers = workers_of(server);
        if !workers.is_empty() {
            let victim = workers[chance.index(workers.len())].to_string();
            let which = chance.index(3);
            let (command, how) = [
                ("kill", &["-KILL"][..]),
                ("kill", &["-STOP"]),
                ("prlimit", &["--as=1", "--pid"]),
            ][which];
            let done_to = Command::new(command).args(how).arg(&victim).output();
            // It may have ended by itself meanwhile.
            done[which] += u64::from(done_to.unwrap().status.success());
        }
        thread::sleep(Duration::from_millis(chance.between(5..=60)));
    }
    done
}

/// The server's children, but for those that look for the change that kills:
/// a change is set aside when two of them die of it.
fn workers_of(server: u32) -> Vec<u32> {
    let mut workers = Vec::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let Some(pid) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
        else {
            continue;
        };
        // Whatever ends meanwhile is none any more.
        let read = |file: &str| fs::read(format!("/proc/{pid}/{file}")).unwrap_or_default();
        let stat = String::from_utf8_lossy(&read("stat")).into_owned();
        let parent = stat
            .rsplit(") ")
            .next()
            .and_then(|rest| rest.split(' ').nth(1));
        let words = String::from_utf8_lossy(&read("cmdline")).into_owned();
        if parent == Some(&server.to_string())
            && words.contains("admission-worker")
            && !words.contains("last-in-line")
        {
            workers.push(pid);
        }
    }
    workers
}

/// Writes until it is told to stop. Gives the changes that were promised.
fn write(
    mut device: Device,
    chance: &Chance,
    stop: &AtomicBool,
    waited: &Mutex<Vec<Duration>>,
) -> BTreeSet<Vec<u8>> {
    let own = chance.branch(&format!("case of {:?}", device.id));
    let (mut case, mut next) = Case::open(&device, &own, "case").unwrap();
    let mut promised = BTreeSet::new();
    for count in 1.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let begun = now();
        // A child that could not be started is no verdict: it is sent once more.
        while !is_kept(&mut device, &next) {}
        waited.lock().unwrap().push(begun.elapsed());
        promised.insert(envelope::id_of(&next).as_bytes().to_vec());
        if count % 200 == 0 {
            device.sign_in().unwrap();
            (case, next) = Case::open(&device, &own, &format!("case {count}")).unwrap();
        } else {
            next = case.note(&device).unwrap();
        }
    }
    promised
}

/// Whether the server kept a change; else it could not say, and nothing else.
fn is_kept(device: &mut Device, envelope: &Envelope) -> bool {
    let push = Push {
        push_id: 1,
        envelopes: vec![envelope.clone()],
    };
    let id = envelope::id_of(envelope).as_bytes().to_vec();
    let frames = device.sync(vec![frame::Kind::Push(push)]).unwrap();
    for frame in &frames {
        match frame {
            frame::Kind::Kept(kept) if kept.change_ids.contains(&id) => return true,
            frame::Kind::Refused(refused) => {
                for refusal in &refused.refusals {
                    assert_eq!(refusal.reason(), Reason::NotSaved, "of an honest change");
                }
                return false;
            }
            _ => {}
        }
    }
    panic!("it was not answered")
}

#[expect(clippy::disallowed_methods, reason = "it measures real time")]
fn now() -> Instant {
    Instant::now()
}
