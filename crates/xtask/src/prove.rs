//! `cargo xtask prove`: what takes too long to run with every change.

use anyhow::{Context as _, bail};

use crate::{
    machine::cargo,
    step::{Steps, Tally},
};

/// One test that by default takes a short share of its cases, and all of them
/// when [`LONG`] is set.
struct Proof {
    name: &'static str,
    /// One sentence: what holds if it passes.
    shows: &'static str,
    /// What `cargo test --release --locked` gets: the package, the test program
    /// and, behind `--`, which tests of it.
    tests: &'static [&'static str],
}

/// Tests look for it, and take the full number if it is there.
const LONG: &str = "SAFEHALL_LONG";

/// In the order in which they run.
const PROOFS: &[Proof] = &[
    Proof {
        name: "durability",
        shows: "200 times the server is killed at work, 200 times while it erases and 200 times while a photo comes in: what it promised holds",
        tests: &["-p", "safehall-tests", "--test", "durability", "--", "kill"],
    },
    Proof {
        name: "workers",
        shows: "1,000 times a process that checks changes is killed, stopped or left without memory: honest phones wait under 500 ms",
        tests: &[
            "-p",
            "safehall-tests",
            "--test",
            "durability",
            "--",
            "--nocapture",
            "workers",
        ],
    },
    Proof {
        name: "simulation",
        shows: "2,000 pretend conferences with hostile phones in all weathers, and none breaks a law",
        tests: &["-p", "safehall-tests", "--test", "simulation"],
    },
    Proof {
        name: "fuzz-frames",
        shows: "10,000,000 damaged frames, envelopes and calls: none panics, takes memory or gets past a limit",
        tests: &["-p", "safehall-tests", "--test", "fuzzing"],
    },
    Proof {
        name: "limits",
        shows: "1,000 silent guests, 500 readers that do not read, a full disk, no handles, photos without an end: nobody honest waits",
        tests: &[
            "-p",
            "safehall-tests",
            "--test",
            "limits",
            "--",
            "--test-threads",
            "1",
        ],
    },
    Proof {
        name: "admission-honest",
        shows: "100,000 histories of one to six honest phones: not one change is refused",
        tests: &[
            "-p",
            "safehall-tests",
            "--test",
            "admission",
            "--",
            "honest",
        ],
    },
    Proof {
        name: "admission-hostile",
        shows: "100,000 hostile sequences of changes: what somebody else wrote stays as it was in all",
        tests: &[
            "-p",
            "safehall-tests",
            "--test",
            "admission",
            "--",
            "hostile",
        ],
    },
    Proof {
        name: "admission-damaged",
        shows: "1,000,000 changes with faults: each kept, refused or contained, and what is kept loads and reads",
        tests: &[
            "-p",
            "safehall-tests",
            "--test",
            "admission",
            "--",
            "damaged",
        ],
    },
    Proof {
        name: "admission-flips",
        shows: "every bit of 200 envelopes flipped: none is accepted",
        tests: &["-p", "safehall-tests", "--test", "admission", "--", "flip"],
    },
    Proof {
        name: "ledger",
        shows: "10,000 tamperings of a ledger of 10,000 entries, each found at its first entry; 100,000 entries verified",
        tests: &[
            "-p",
            "safehall-server",
            "--lib",
            "--",
            "--nocapture",
            "tampering",
        ],
    },
    Proof {
        name: "vault-kills",
        shows: "1,000 kills while the keyring is replaced: it is the old one or the new one",
        tests: &["-p", "safehall-server", "--lib", "--", "killed_while"],
    },
    Proof {
        name: "vault-rows",
        shows: "100,000 sealed rows moved, cut or changed: none opens",
        tests: &["-p", "safehall-server", "--lib", "--", "moved_cut"],
    },
    Proof {
        name: "vault-nonces",
        shows: "1,000,000 seals over 50 restarts and 20 restores: no nonce twice",
        tests: &["-p", "safehall-server", "--lib", "--", "no_nonce"],
    },
    Proof {
        name: "access-rules",
        shows: "1,000,000 decisions are those of the table, and 1,000,000 excluded people are told no",
        tests: &["-p", "safehall-core", "--test", "access"],
    },
    Proof {
        name: "two-worlds",
        shows: "1,000 stories for each of 3 excluded people: the same bytes with and without the case",
        tests: &[
            "-p",
            "safehall-tests",
            "--test",
            "http",
            "--",
            "two_worlds",
            "--test-threads",
            "1",
        ],
    },
    Proof {
        name: "one-answer",
        shows: "10,000 calls each: not granted, excluded, erased and never there take the same time",
        tests: &[
            "-p",
            "safehall-tests",
            "--test",
            "http",
            "--",
            "one_answer",
            "--test-threads",
            "1",
        ],
    },
];

fn help() -> String {
    use std::fmt::Write as _;

    let mut help = String::from(
        "\
The long proofs, optimised and with their full number of cases; a short share of
each is in `cargo xtask test`. Stops at the first that does not hold.

  cargo xtask prove                 all of them
  cargo xtask prove --list          their names, and what each shows
  cargo xtask prove durability      those whose name holds the word

",
    );
    for Proof { name, shows, .. } in PROOFS {
        let _ = writeln!(help, "  {name:<18} {shows}");
    }
    help
}

pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    if let [only] = arguments
        && matches!(only.as_str(), "--help" | "-h" | "--list")
    {
        print!("{}", help());
        return Ok(());
    }
    let wanted = wanted(arguments)?;

    let mut steps = Steps::begin();
    steps.run(
        "the server, optimised",
        &mut cargo(&["build", "--release", "--locked", "-p", "safehall-server"]),
    )?;
    for (number, proof) in wanted.iter().enumerate() {
        let title = format!("{} of {}: {}", number + 1, wanted.len(), proof.name);
        println!("   {}", proof.shows);
        let before = steps.tally();
        steps.run(&title, command(proof).env(LONG, "1"))?;
        something_was_tested(proof, before, steps.tally())?;
    }
    println!("\n{}\n{}", steps.took(), steps.summary());
    Ok(())
}

/// Those whose names hold one of the words; without words, all.
fn wanted(words: &[String]) -> anyhow::Result<Vec<&'static Proof>> {
    for word in words {
        if !PROOFS
            .iter()
            .any(|proof| proof.name.contains(word.as_str()))
        {
            bail!("there is no proof called {word}\n\n{}", help());
        }
    }
    let is_wanted = |proof: &&Proof| {
        words.is_empty() || words.iter().any(|word| proof.name.contains(word.as_str()))
    };
    Ok(PROOFS.iter().filter(is_wanted).collect())
}

fn command(proof: &Proof) -> std::process::Command {
    let mut command = cargo(&["test", "--release", "--locked"]);
    let split = proof.tests.iter().position(|word| *word == "--");
    let (program, tests) = proof.tests.split_at(split.unwrap_or(proof.tests.len()));
    command.args(program).args(["--", "--nocapture"]);
    command.args(tests.iter().skip(1));
    command
}

/// A name that no test has any more would prove nothing, quietly.
fn something_was_tested(proof: &Proof, before: Tally, after: Tally) -> anyhow::Result<()> {
    let passed = after.passed.checked_sub(before.passed);
    passed
        .filter(|passed| *passed > 0)
        .map(|_| ())
        .with_context(|| format!("“{}” names no test", proof.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_chooses_the_proofs_whose_names_hold_it() {
        let names = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(ToString::to_string).collect();
            wanted(&words).map(|chosen| chosen.iter().map(|proof| proof.name).collect::<Vec<_>>())
        };

        assert_eq!(names(&["durab"]).expect("one"), ["durability"]);
        assert_eq!(names(&[]).expect("all").len(), PROOFS.len());
        assert!(names(&["durability", "no such proof"]).is_err());
    }

    #[test]
    fn what_stands_behind_the_dashes_goes_to_the_test_program() {
        let proof = Proof {
            name: "",
            shows: "",
            tests: &["-p", "some-package", "--", "one_test"],
        };
        let command = command(&proof);
        let words: Vec<_> = command
            .get_args()
            .filter_map(|word| word.to_str())
            .collect();

        assert_eq!(
            words[3..],
            ["-p", "some-package", "--", "--nocapture", "one_test"]
        );
    }

    #[test]
    fn a_proof_without_a_test_is_none() {
        let tally = |passed| Tally { passed, failed: 0 };

        assert!(something_was_tested(&PROOFS[0], tally(3), tally(4)).is_ok());
        assert!(something_was_tested(&PROOFS[0], tally(3), tally(3)).is_err());
    }
}
