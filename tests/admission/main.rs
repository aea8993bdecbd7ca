//! What admission promises, on histories by chance: it takes everything that
//! honest phones write, and nothing that touches what somebody else wrote.
//!
//! History number N is the same for ever; `SAFEHALL_SEEDS=N` (or `a..b`) plays
//! those alone.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "all of it is test code: a helper that fails, fails its test"
)]

mod caches;
mod damaged;
mod flips;
mod honest;
mod hostile;
mod hub;
mod parts;
mod pen;
mod shapes;

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// Plays each of the seeds on all cores, and adds up what they count.
fn play_all<const N: usize>(
    test: &str,
    usual: u64,
    play: impl Fn(u64) -> [u64; N] + Sync,
) -> (u64, [u64; N]) {
    let seeds = match std::env::var("SAFEHALL_SEEDS") {
        Ok(wanted) => read(&wanted).expect("SAFEHALL_SEEDS is a number or a..b"),
        Err(_) => 0..usual,
    };
    let (next, sum) = (AtomicU64::new(seeds.start), Mutex::new([0; N]));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        break;
                    }
                    let played = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| play(seed)));
                    let counted = played.unwrap_or_else(|panic| {
                        eprintln!("seed {seed}: SAFEHALL_SEEDS={seed} cargo test -p safehall-tests --test admission {test}");
                        std::panic::resume_unwind(panic)
                    });
                    let mut sum = sum.lock().unwrap();
                    for (all, one) in sum.iter_mut().zip(counted) {
                        *all += one;
                    }
                }
            });
        }
    });
    (seeds.end - seeds.start, sum.into_inner().unwrap())
}

fn read(wanted: &str) -> Option<Range<u64>> {
    match wanted.split_once("..") {
        Some((first, end)) => Some(first.parse().ok()?..end.parse().ok()?),
        None => wanted.parse().ok().map(|seed: u64| seed..seed + 1),
    }
}
