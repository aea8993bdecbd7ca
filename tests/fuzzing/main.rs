//! Bytes that nobody would send: honest ones, damaged with a plan.
//!
//! Execution number N is the same bytes for ever. `SAFEHALL_SEEDS=N` (or
//! `a..b`) runs those alone.

#![expect(
    clippy::expect_used,
    reason = "all of it is test code: a helper that fails, fails its test"
)]

mod damage;
mod honest;
mod laws;
mod tree;

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use safehall_testkit::chance::Chance;

use honest::{Kind, Sample};

/// The full number, for `cargo xtask prove fuzz`.
const LONG: u64 = 10_000_000;
const SHORT: u64 = 30_000;

#[test]
fn no_bytes_on_the_wire_break_a_law() {
    let executions = match std::env::var("SAFEHALL_SEEDS") {
        Ok(wanted) => read(&wanted).expect("SAFEHALL_SEEDS is a number or a..b"),
        Err(_) => 0..safehall_tests::full_or(LONG, SHORT),
    };
    let corpus = honest::corpus();
    let (next, accepted) = (AtomicU64::new(executions.start), AtomicU64::new(0));

    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= executions.end {
                        break;
                    }
                    if execute(&corpus, number) {
                        accepted.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });

    let count = executions.end - executions.start;
    let accepted = accepted.into_inner();
    println!("{count} executions, {accepted} of them accepted, 0 findings");
    assert!(
        count < SHORT || (count / 50..count / 50 * 49).contains(&accepted),
        "nearly all or nearly none is accepted: the damage proves nothing"
    );
}

/// Whether the bytes were accepted.
fn execute(corpus: &[Sample], number: u64) -> bool {
    let mut chance = Chance::seeded(number);
    let sample = chance.pick(corpus).expect("there are samples");
    let bytes = damage::damaged(&mut chance, sample, corpus);
    let held = std::panic::catch_unwind(|| laws::hold(sample.kind, &bytes));
    held.unwrap_or_else(|panic| {
        eprintln!(
            "execution {number} broke a law: {:?}, {} bytes, {}\n  again: SAFEHALL_SEEDS={number} cargo test -p safehall-tests --test fuzzing wire",
            sample.kind,
            bytes.len(),
            hex(&bytes[..bytes.len().min(400)])
        );
        std::panic::resume_unwind(panic)
    })
}

#[test]
fn every_honest_message_is_accepted_and_comes_out_as_it_went_in() {
    for sample in honest::corpus() {
        assert!(laws::hold(sample.kind, &sample.bytes), "{:?}", sample.kind);
        assert_eq!(
            tree::write(&sample.tree),
            sample.bytes,
            "the tree of {:?} is not what it was made from",
            sample.kind
        );
    }
}

#[test]
fn two_bytes_that_announce_much_take_little() {
    let repeated = |field: u8, times: usize| [field << 3 | 2, 0].repeat(times);
    let mut many = vec![
        (Kind::Frame, repeated(3, 10_000)),
        (Kind::HandIn, repeated(4, 10_000)),
        (Kind::Bundle, repeated(1, 10_000)),
    ];
    // The excluded, in the birth, in the body, in the envelope; envelopes in a push.
    let birth = tree::bytes_field(6, repeated(3, 10_000));
    let body = tree::bytes_field(1, tree::write(&[birth]));
    many.push((Kind::Envelope, tree::write(&[body])));
    let push = tree::bytes_field(3, repeated(2, 10_000));
    many.push((Kind::Frame, tree::write(&[push])));

    for (kind, bytes) in many {
        assert!(!laws::hold(kind, &bytes), "{kind:?}");
    }
}

#[test]
fn memory_beyond_what_is_allowed_is_noticed() {
    let greedy = std::panic::catch_unwind(|| {
        laws::within_memory(10, || {
            std::hint::black_box(vec![0_u8; laws::ROOM as usize + 1_000]);
        });
    });

    assert!(greedy.is_err());
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read(wanted: &str) -> Option<Range<u64>> {
    match wanted.split_once("..") {
        Some((first, end)) => Some(first.parse().ok()?..end.parse().ok()?),
        None => wanted.parse().ok().map(|seed: u64| seed..seed + 1),
    }
}
