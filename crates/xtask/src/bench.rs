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
    let mut command = cargo(&["bench", "--workspace", "--locked", "--benches", "--"]);
    command.args(arguments);
    Steps::begin().run("benches", &mut command)
}
