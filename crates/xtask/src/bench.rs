//! `cargo xtask bench`: what it costs, as counts and as ratios of one run.

use crate::{machine::cargo, step::Steps};

const HELP: &str = "\
Measures round trips, bytes, fsyncs, time and memory, optimised, beside a floor
of the same bytes in the same run.

  cargo xtask bench                 all of them
  cargo xtask bench reconnect       those whose name holds the word
";

pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    if matches!(arguments.first().map(String::as_str), Some("--help" | "-h")) {
        print!("{HELP}");
        return Ok(());
    }
    let mut steps = Steps::begin();
    // The server under measure is the real command, optimised.
    steps.run(
        "the server, optimised",
        &mut cargo(&["build", "--release", "--locked", "-p", "safehall-server"]),
    )?;
    let figures = ["-p", "safehall-tests", "--bench", "figures"];
    let mut command = cargo(&["bench", "--locked"]);
    command.args(figures).arg("--").args(arguments);
    steps.run("benches", &mut command)
}
