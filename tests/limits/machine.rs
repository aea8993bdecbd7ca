//! The machine refuses: no room, no handles, no writing. Nothing is promised
//! that is not kept, and all is well again without a restart.

use std::io::{self, Read as _};
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use safehall_sync::envelope::id_of;
use safehall_sync::wire::{Envelope, frame};
use safehall_testkit::chance::Chance;

use crate::honest::{Judged, push};
use crate::support::author::Case;
use crate::support::device::Device;
use crate::support::rig::Rig;
use crate::{is_long, of};

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// Changes a limit of the running server.
fn limit(rig: &Rig, what: &str) {
    let pid = rig.pid().to_string();
    let set = Command::new("prlimit").args(["--pid", &pid, what]).status();
    assert!(set.expect("prlimit, of util-linux").success());
}

/// Everything that the server hands out to this device.
fn everything(device: &mut Device) -> Vec<Vec<u8>> {
    let mut ids = Vec::new();
    loop {
        let mut more = false;
        for frame in device.sync(Vec::new()).expect("an answer") {
            if let frame::Kind::Batch(batch) = frame {
                ids.extend(
                    batch
                        .envelopes
                        .iter()
                        .map(|envelope| id_of(envelope).as_bytes().to_vec()),
                );
                more = batch.more;
            }
        }
        if !more {
            return ids;
        }
    }
}

/// Somebody who writes on until nothing is kept any more.
struct Writer {
    device: Device,
    case: Case,
    promised: Vec<Envelope>,
    unsent: Vec<Envelope>,
}

impl Writer {
    fn begin(rig: &Rig, chance: &Chance) -> Self {
        let device = rig
            .device_of("Noor", &mut chance.branch("noor"))
            .expect("she enrols");
        let (case, first) = Case::open(&device, chance, "case").expect("a case");
        Self {
            device,
            case,
            promised: Vec::new(),
            unsent: vec![first],
        }
    }

    fn round(&mut self) -> Judged {
        let judged = match push(&mut self.device, &self.unsent) {
            Ok(judged) => judged,
            Err(error) if is_nobody_there(&error) => return Judged::default(),
            Err(error) => panic!("{error}"),
        };
        assert!(judged.otherwise.is_empty(), "{judged:?}");
        if judged.kept == self.unsent.len() {
            self.promised.append(&mut self.unsent);
        } else {
            assert_eq!(
                judged.kept, 0,
                "a push of one document is kept whole or not at all"
            );
        }
        judged
    }

    fn until_nothing_is_kept(&mut self) {
        let text = "x".repeat(20_000);
        for _ in 0..600 {
            if self.unsent.is_empty() {
                // Documents have a greatest size of their own.
                if self.promised.len() % 60 == 59 {
                    let name = format!("case {}", self.promised.len());
                    let chance = Chance::seeded(self.promised.len() as u64);
                    let (case, first) = Case::open(&self.device, &chance, &name).expect("a case");
                    self.case = case;
                    self.unsent.push(first);
                } else {
                    self.unsent
                        .push(self.case.says(&self.device, &text).expect("a note"));
                }
            }
            if self.round().kept == 0 {
                return;
            }
        }
        panic!("the disk never became full");
    }

    /// Hands back the chair's device, which read all of it.
    fn all_is_there(&self, rig: &Rig, chance: &Chance) -> Device {
        let mut alma = rig
            .device_of("Alma", &mut chance.branch("alma"))
            .expect("she enrols");
        self.is_all_with(&mut alma);
        alma
    }

    fn is_all_with(&self, reader: &mut Device) {
        reader.cursor.clear();
        let there = everything(reader);
        for promised in &self.promised {
            let id = id_of(promised);
            assert!(
                there.iter().any(|there| there[..] == id.as_bytes()[..]),
                "a promise was not kept"
            );
        }
        println!(
            "{} changes promised, all of them there",
            self.promised.len()
        );
    }
}

/// Hung up on before an answer: nothing was promised, and the phone tries again.
fn is_nobody_there(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionReset, UnexpectedEof};
    matches!(error.kind(), UnexpectedEof | ConnectionReset | BrokenPipe)
}

const READY: (u16, &str) = (200, "ready\n");
const FULL: (u16, &str) = (503, "cannot write\n");

/// It lives, and says this of itself to machines that watch it.
fn is_alive_and(rig: &Rig, (status, says): (u16, &str)) {
    let mut line = crate::support::http::Line::connect(rig.at()).expect("a connection");
    assert_eq!(line.get("/healthz", None).expect("an answer").status, 200);
    let answer = line.get("/readyz", None).expect("an answer");
    let said = String::from_utf8_lossy(&answer.body);
    assert_eq!((answer.status, &*said), (status, says));
}

/// No file may grow past a few megabytes: what a full disk says, without one.
#[test]
fn a_full_disk_promises_nothing_and_all_goes_on_once_there_is_room() {
    let mut rig = Rig::prepared().expect("an event");
    let script = r#"trap "" XFSZ; exec prlimit --fsize=4000000:unlimited "$@""#;
    rig.within = words(&["sh", "-c", script, "sh"]);
    rig.serve().expect("the server starts");
    let chance = Chance::seeded(0xd15c);
    let mut noor = Writer::begin(&rig, &chance);

    noor.until_nothing_is_kept();
    let before = noor.promised.len();
    for _ in 0..5 {
        assert_eq!(noor.round().kept, 0);
    }
    is_alive_and(&rig, FULL);

    limit(&rig, "--fsize=unlimited:unlimited");
    assert_eq!(noor.round().kept, 1, "there is room again");
    is_alive_and(&rig, READY);
    assert_eq!(noor.promised.len(), before + 1);
    let mut alma = noor.all_is_there(&rig, &chance);

    // A disk that takes nothing at all any more, not even over what is there.
    limit(&rig, "--fsize=1:unlimited");
    let note = noor.case.note(&noor.device).expect("a note");
    noor.unsent.push(note);
    for _ in 0..3 {
        assert_eq!(noor.round().kept, 0);
    }
    is_alive_and(&rig, FULL);
    limit(&rig, "--fsize=unlimited:unlimited");
    assert_eq!(noor.round().kept, 1);

    rig.kill().expect("it can be killed");
    let at = rig.serve().expect("and starts again");
    alma.reconnect_to(at);
    noor.is_all_with(&mut alma);
}

#[test]
fn without_file_handles_nobody_new_comes_in_nothing_false_is_said_and_it_passes() {
    let mut rig = Rig::prepared().expect("an event");
    rig.within = words(&["prlimit", "--nofile=64:4096"]);
    rig.serve().expect("the server starts");
    let chance = Chance::seeded(0xfd);
    let mut noor = Writer::begin(&rig, &chance);
    assert_eq!(noor.round().kept, 1);

    for _ in 0..of(3, 1) {
        let crowd: Vec<TcpStream> = (0..120)
            .map(|_| TcpStream::connect(rig.at()).expect("a place in the queue"))
            .collect();
        rig.said("could not accept a connection", 1)
            .expect("the handles run out");
        // She is in already. Whatever she hears now is true.
        for _ in 0..20 {
            let note = noor.case.note(&noor.device).expect("a note");
            noor.unsent.push(note);
            noor.round();
        }
        drop(crowd);
    }

    let begun = Instant::now();
    while !noor.unsent.is_empty() {
        noor.round();
        assert!(begun.elapsed() < Duration::from_secs(20), "it did not pass");
    }
    is_alive_and(&rig, READY);
    noor.all_is_there(&rig, &chance);
}

/// A file system of a few megabytes, really full; and one that is read-only.
/// Needs `unshare` and the right to mount in a name space of one's own, so it
/// is part of the long proofs only.
#[test]
fn a_real_disk_that_is_full_or_read_only_is_told_apart_from_one_that_works() {
    if !is_long() {
        println!("only with SAFEHALL_LONG: mounts a file system");
        return;
    }
    let mut rig = Rig::prepared().expect("an event");
    let script = r#"
        data=$0; cp -a "$data" "$data.kept"
        mount -t tmpfs -o size=4m,mode=700 none "$data"
        cp -a "$data.kept/." "$data/"; rm -r "$data.kept"
        exec "$@""#;
    let data = rig.folder.path().display().to_string();
    rig.within = words(&[
        "unshare",
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        script,
        &data,
    ]);
    rig.serve().expect("the server starts");
    let chance = Chance::seeded(0xd15c);
    let mut noor = Writer::begin(&rig, &chance);

    noor.until_nothing_is_kept();
    is_alive_and(&rig, FULL);
    let pid = rig.pid().to_string();
    let grow = Command::new("nsenter")
        .args([
            "--preserve-credentials",
            "--user",
            "--mount",
            "--target",
            &pid,
        ])
        .args(["mount", "-o", "remount,size=64m", &data])
        .status();
    assert!(grow.expect("nsenter, of util-linux").success());
    assert_eq!(noor.round().kept, 1, "there is room again");
    is_alive_and(&rig, READY);
    noor.all_is_there(&rig, &chance);

    let mut rig = Rig::prepared().expect("an event");
    let script = r#"mount --bind "$0" "$0"; mount -o remount,bind,ro "$0"; exec "$@""#;
    let data = rig.folder.path().display().to_string();
    rig.within = words(&[
        "unshare",
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        script,
        &data,
    ]);
    let refused = rig
        .serve()
        .expect_err("it cannot keep anything there")
        .to_string();
    println!("{refused}");
    assert!(refused.contains("safehall: "), "{refused}");
    assert!(!refused.contains("panicked"), "{refused}");
    let mut whole = Vec::new();
    let file = std::fs::File::open(rig.database()).expect("still there");
    file.take(16).read_to_end(&mut whole).expect("readable");
    assert_eq!(whole, b"SQLite format 3\0");
}
