//! A server that is killed in the middle of its work, again and again.
//!
//! `SAFEHALL_KILLS=N` kills it so many times instead of 200.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "all of it is test code: a helper that fails, fails its test"
)]

mod attachments;
mod erasing;
#[path = "../support/mod.rs"]
mod support;
mod workers;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use safehall_sync::envelope;
use safehall_sync::wire::{Envelope, Push, frame};
use safehall_testkit::chance::Chance;
use safehall_testkit::typed::CANARY;
use support::author::Case;
use support::device::Device;
use support::rig::Rig;

const DEVICES: usize = 4;

/// What one device wrote, and what it was told.
struct Writer {
    device: Device,
    case: Case,
    unsent: Vec<Envelope>,
    kept: BTreeSet<Vec<u8>>,
}

#[test]
fn nothing_that_was_promised_is_lost_however_often_the_server_is_killed() {
    let kills = std::env::var("SAFEHALL_KILLS")
        .ok()
        .and_then(|kills| kills.parse().ok())
        .unwrap_or(200);
    let chance = Chance::seeded(0x5afe);
    let mut moments = chance.branch("moments");
    let mut rig = Rig::start().expect("the server starts");
    let mut chair = rig
        .device_of("Alma", &mut chance.branch("chair"))
        .expect("the chair enrols");
    let writers: Vec<_> = (0..DEVICES)
        .map(|number| Arc::new(Mutex::new(Writer::join(&rig, &mut chair, &chance, number))))
        .collect();

    let promises = AtomicUsize::new(0);
    for kill in 0..kills {
        let stop = AtomicBool::new(false);
        let promised_before = promises.load(Ordering::Relaxed);
        thread::scope(|scope| {
            for writer in &writers {
                let (stop, promises) = (&stop, &promises);
                scope.spawn(move || writer.lock().unwrap().write_until(stop, promises));
            }
            // It is at work when somebody has been promised something since it started.
            while promises.load(Ordering::Relaxed) == promised_before {
                thread::yield_now();
            }
            thread::sleep(Duration::from_micros(moments.between(0..=40_000)));
            rig.kill().expect("the server can be killed");
            stop.store(true, Ordering::Relaxed);
        });
        assert_eq!(
            integrity(&rig),
            "ok",
            "the database is damaged after kill {kill}"
        );

        let at = rig.serve().expect("the server starts again");
        chair.reconnect_to(at);
        for writer in &writers {
            let mut writer = writer.lock().unwrap();
            writer.device.reconnect_to(at);
            // Tokens outlive a restart, but not ten minutes.
            if kill % 50 == 49 {
                writer.device.sign_in().expect("a device signs in");
            }
        }
        let on_disk = ids_on_disk(&rig);
        let promised: Vec<_> = writers
            .iter()
            .flat_map(|writer| writer.lock().unwrap().kept.clone())
            .collect();
        let lost = promised.iter().filter(|id| !on_disk.contains(*id)).count();
        assert_eq!(
            lost, 0,
            "{lost} promised changes are gone after kill {kill}"
        );
    }

    // And all of it is handed out to somebody who was never there.
    chair.sign_in().expect("the chair signs in");
    let handed_out = everything(&mut chair);
    let promised: BTreeSet<Vec<u8>> = writers
        .iter()
        .flat_map(|writer| writer.lock().unwrap().kept.clone())
        .collect();
    assert!(
        promised.is_subset(&handed_out),
        "some promised changes are not handed out"
    );
    assert!(
        !rig.log().contains(CANARY),
        "the server printed something that a person typed"
    );
    println!(
        "{kills} kills, {} changes promised, 0 lost, 0 damaged databases",
        promised.len()
    );
}

impl Writer {
    fn join(rig: &Rig, chair: &mut Device, chance: &Chance, number: usize) -> Self {
        let mut own = chance.branch(&format!("device {number}"));
        let device = rig
            .new_responder(chair, format!("Responder {number}"), &mut own)
            .expect("a responder enrols");
        let (case, first) = Case::open(&device, &own, "case").expect("a case can be written");
        Self {
            device,
            case,
            unsent: vec![first],
            kept: BTreeSet::new(),
        }
    }

    /// Writes and pushes for as long as somebody answers.
    fn write_until(&mut self, stop: &AtomicBool, promises: &AtomicUsize) {
        while !stop.load(Ordering::Relaxed) {
            while self.unsent.len() < 5 {
                self.unsent
                    .push(self.case.note(&self.device).expect("a note can be written"));
            }
            let push = Push {
                push_id: 1,
                envelopes: self.unsent.clone(),
            };
            let Ok(heard) = self.device.sync(vec![frame::Kind::Push(push)]) else {
                continue;
            };
            for frame in heard {
                match frame {
                    frame::Kind::Kept(kept) => {
                        promises.fetch_add(kept.change_ids.len(), Ordering::Relaxed);
                        self.kept.extend(kept.change_ids);
                    }
                    frame::Kind::Refused(refused) => {
                        panic!("an honest change was refused: {:?}", refused.refusals)
                    }
                    frame::Kind::Farewell(farewell) => panic!("the server hung up: {farewell:?}"),
                    _ => {}
                }
            }
            let kept = &self.kept;
            self.unsent
                .retain(|unsent| !kept.contains(envelope::id_of(unsent).as_bytes().as_slice()));
        }
    }
}

fn integrity(rig: &Rig) -> String {
    let database = rusqlite::Connection::open(rig.database()).unwrap();
    database
        .query_row("pragma integrity_check", [], |row| row.get(0))
        .unwrap()
}

fn ids_on_disk(rig: &Rig) -> BTreeSet<Vec<u8>> {
    let database = rusqlite::Connection::open(rig.database()).unwrap();
    let mut ids = database.prepare("select change_id from change").unwrap();
    ids.query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

fn everything(chair: &mut Device) -> BTreeSet<Vec<u8>> {
    let mut ids = BTreeSet::new();
    loop {
        let mut more = false;
        for frame in chair.sync(Vec::new()).expect("the chair is answered") {
            if let frame::Kind::Batch(batch) = frame {
                ids.extend(
                    batch
                        .envelopes
                        .iter()
                        .map(|envelope| envelope::id_of(envelope).as_bytes().to_vec()),
                );
                more = batch.more;
            }
        }
        if !more {
            return ids;
        }
    }
}
