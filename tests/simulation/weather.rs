//! Random weather over random conferences.

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use safehall_testkit::conference::{Tally, play};
use safehall_testkit::laws::Broken;

const USUAL: Range<u64> = 1..2_001;
const KEPT: &str = include_str!("../seeds.txt");

#[test]
fn no_law_is_broken_in_any_weather() {
    let seeds = seeds();
    let played = play_all(&seeds);

    let broken: Vec<_> = played
        .iter()
        .filter_map(|(seed, result)| Some((seed, result.as_ref().err()?)))
        .collect();
    for (seed, law) in &broken {
        eprintln!(
            "seed {seed}: {law}\n  again: SAFEHALL_SEEDS={seed} cargo test -p safehall-tests --test simulation weather\n  \
             for ever: a line with {seed} in tests/seeds.txt"
        );
    }
    assert!(
        broken.is_empty(),
        "{} of {} seeds broke a law",
        broken.len(),
        seeds.len()
    );

    let tallies = || played.iter().filter_map(|(_, result)| result.as_ref().ok());
    let changes: usize = tallies().map(|tally| tally.changes).sum();
    let disputes: usize = tallies().map(|tally| tally.disputes).sum();
    let harm: usize = tallies().map(|tally| tally.harm).sum();
    let aside: usize = tallies().map(|tally| tally.aside).sum();
    println!(
        "{} conferences, {changes} changes kept, {disputes} disputes, \
         {harm} envelopes that mean harm, {aside} changes set aside, 0 broken laws",
        seeds.len()
    );
    assert!(
        changes > seeds.len() * 3,
        "nobody wrote anything: the conferences prove nothing"
    );
    assert!(
        seeds.len() < 100 || harm > seeds.len() && aside > 0,
        "nobody meant harm: the conferences prove nothing"
    );
}

#[test]
fn one_seed_is_one_conference() {
    assert_eq!(play(7), play(7));
}

fn play_all(seeds: &[u64]) -> Vec<(u64, Result<Tally, Broken>)> {
    let next = AtomicUsize::new(0);
    let played = Mutex::new(Vec::new());
    let threads = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(seed) = seeds.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = std::panic::catch_unwind(|| play(*seed));
                    let result = result.unwrap_or_else(|panic| {
                        eprintln!("seed {seed} panicked: SAFEHALL_SEEDS={seed} plays it again");
                        std::panic::resume_unwind(panic)
                    });
                    played.lock().unwrap().push((*seed, result));
                }
            });
        }
    });
    let mut played = played.into_inner().unwrap();
    played.sort_by_key(|(seed, _)| *seed);
    played
}

fn seeds() -> Vec<u64> {
    match std::env::var("SAFEHALL_SEEDS") {
        Ok(wanted) => read(&wanted)
            .unwrap_or_else(|| panic!("SAFEHALL_SEEDS is a number or a..b, not {wanted}"))
            .collect(),
        Err(_) => kept().chain(USUAL).collect(),
    }
}

fn read(wanted: &str) -> Option<Range<u64>> {
    match wanted.split_once("..") {
        Some((first, end)) => Some(first.parse().ok()?..end.parse().ok()?),
        None => wanted.parse().ok().map(|seed: u64| seed..seed + 1),
    }
}

fn kept() -> impl Iterator<Item = u64> {
    let lines = KEPT
        .lines()
        .map(|line| line.split('#').next().unwrap_or("").trim());
    lines
        .filter(|line| !line.is_empty())
        .map(|line| line.parse().expect("a line of tests/seeds.txt is a number"))
}
