//! What Safehall costs: counts, and times as ratios of one run.
//!
//! `cargo xtask bench`, or `cargo bench -p safehall-tests --bench figures --
//! WORD` for those whose name holds the word. A count over its limit fails the
//! run; a time never does.

mod admission;
mod floor;
mod reconnect;
mod sealing;
mod sizes;
mod suggestions;
#[path = "../../support/mod.rs"]
mod support;
mod table;
mod together;

use std::process::ExitCode;

use table::Table;

type Bench = fn(&mut Table) -> Result<(), String>;

const BENCHES: [(&str, Bench); 8] = [
    ("reconnect", reconnect::nothing_new),
    ("storm", reconnect::storm),
    ("group", together::group_commit),
    ("live", together::thumb_to_chair),
    ("sealing", sealing::measure),
    ("admission", admission::trial),
    ("suggestions", suggestions::measure),
    ("sizes", sizes::measure),
];

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    if !arguments.iter().any(|argument| argument == "--bench") {
        // `cargo test --all-targets` starts benches too; measuring is not testing.
        return ExitCode::SUCCESS;
    }
    arguments.retain(|argument| !argument.starts_with("--"));

    let mut table = Table::default();
    let mut failed = false;
    for (name, measure) in BENCHES {
        if !arguments.is_empty() && !arguments.iter().any(|word| name.contains(word.as_str())) {
            continue;
        }
        eprintln!("measuring {name} …");
        if let Err(why) = measure(&mut table) {
            eprintln!("{name} could not be measured: {why}");
            failed = true;
        }
    }
    println!("\n{table}");
    if failed || !table.counts_hold() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
