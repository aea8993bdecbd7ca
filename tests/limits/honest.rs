//! People who work on while others misbehave.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use safehall_sync::envelope::id_of;
use safehall_sync::wire::{Envelope, Push, Reason, frame};
use safehall_testkit::chance::Chance;

use crate::support::author::Case;
use crate::support::device::Device;
use crate::support::rig::Rig;

/// The chair and a responder, each let in with a device of her own.
pub(crate) fn alma_and_noor(rig: &Rig, chance: &Chance) -> (Device, Device) {
    let device_of = |name, own| {
        rig.device_of(name, &mut chance.branch(own))
            .expect("she enrols")
    };
    (device_of("Alma", "alma"), device_of("Noor", "noor"))
}

/// What became of a push.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    pub(crate) kept: usize,
    pub(crate) not_saved: usize,
    pub(crate) otherwise: Vec<Reason>,
}

/// One round with these changes. An error is an answer that never came.
pub(crate) fn push(device: &mut Device, envelopes: &[Envelope]) -> std::io::Result<Judged> {
    let push = Push {
        push_id: 1,
        envelopes: envelopes.to_vec(),
    };
    let mut judged = Judged::default();
    for frame in device.sync(vec![frame::Kind::Push(push)])? {
        match frame {
            frame::Kind::Kept(kept) => {
                for id in &kept.change_ids {
                    assert!(
                        envelopes
                            .iter()
                            .any(|envelope| id_of(envelope).as_bytes()[..] == id[..])
                    );
                }
                judged.kept += kept.change_ids.len();
            }
            frame::Kind::Refused(refused) => {
                for refusal in refused.refusals {
                    match refusal.reason() {
                        Reason::NotSaved => judged.not_saved += 1,
                        reason => judged.otherwise.push(reason),
                    }
                }
            }
            _ => {}
        }
    }
    Ok(judged)
}

/// Comes in anew for every round, as after every short loss of the Wi-Fi, writes
/// a note and reads. Returns how long each round took.
pub(crate) fn work(
    mut device: Device,
    at: SocketAddr,
    chance: &Chance,
    until: &AtomicBool,
) -> Vec<Duration> {
    let (mut case, first) = Case::open(&device, chance, "honest").expect("a case");
    let judged = push(&mut device, &[first]).expect("an answer");
    assert_eq!(judged.kept, 1, "{judged:?}");
    let mut took = Vec::new();
    while !until.load(Ordering::Relaxed) {
        let note = case.note(&device).expect("a note");
        device.reconnect_to(at);
        let begun = Instant::now();
        let judged = push(&mut device, &[note]).expect("an answer");
        took.push(begun.elapsed());
        assert_eq!(judged.kept, 1, "{judged:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
    took
}

/// The time that 99 of 100 stay below, and the longest.
pub(crate) fn p99(took: &mut [Duration]) -> (Duration, Duration) {
    took.sort_unstable();
    assert!(took.len() >= 100, "only {} rounds", took.len());
    (took[took.len() * 99 / 100], took[took.len() - 1])
}
