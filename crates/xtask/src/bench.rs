//! `cargo xtask bench`: what it costs, as counts and as ratios of one run.

use std::path::PathBuf;

use anyhow::Context as _;

use crate::{
    machine::{built, cargo, chromium, install_packages, need_node, npm},
    step::Steps,
};

const HELP: &str = "\
Measures round trips, bytes, fsyncs, time and memory, optimised, beside a floor
of the same bytes in the same run. Then the app in Chromium: the bytes of its
first load, and how soon it opens without a server on a slow phone. A count over
its limit fails the run; a time is only shown.

  cargo xtask bench                 all of them
  cargo xtask bench reconnect       those whose name holds the word
  cargo xtask bench app             only the app in Chromium
";

/// The name of what is measured in Chromium.
const APP: &str = "app";

pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    if matches!(arguments.first().map(String::as_str), Some("--help" | "-h")) {
        print!("{HELP}");
        return Ok(());
    }
    let mut steps = Steps::begin();
    let app = arguments.is_empty() || arguments.iter().any(|word| APP.contains(word.as_str()));
    if app {
        // The server carries the built app inside, so the app comes first.
        need_node()?;
        install_packages(&mut steps, "app")?;
        steps.run("the app", &mut npm("app", &["run", "--silent", "build"]))?;
    }
    // The server under measure is the real command, optimised.
    steps.run(
        "the server, optimised",
        &mut cargo(&["build", "--release", "--locked", "-p", "safehall-server"]),
    )?;
    let figures = ["-p", "safehall-tests", "--bench", "figures"];
    let mut command = cargo(&["bench", "--locked"]);
    command.args(figures).arg("--").args(arguments);
    steps.run("benches", &mut command)?;
    if !app {
        println!("The app was not measured in Chromium: its name is “{APP}”.");
        return Ok(());
    }
    let chromium = chromium(&mut steps)?;
    install_packages(&mut steps, "tests/browser")?;
    steps.run(
        "the app in Chromium",
        npm("tests/browser", &["run", "--silent", "bench"])
            .env("CHROMIUM", chromium)
            .env("SAFEHALL", optimised("safehall")?),
    )
}

/// Where cargo puts what it builds with `--release`: beside the folder of this
/// very program, which is not built so.
fn optimised(program: &str) -> anyhow::Result<PathBuf> {
    let here = built(program)?;
    let (target, name) = here
        .ancestors()
        .nth(2)
        .zip(here.file_name())
        .context("could not find where cargo builds")?;
    Ok(target.join("release").join(name))
}
