//! `cargo xtask demo`: a sample event on this machine, to try everything out.

use std::process::Command;

use anyhow::{Context as _, bail};

use crate::{
    machine::{built, cargo, install_packages, need_node, npm},
    step::Steps,
};

const HELP: &str = "\
Builds the app and the server, starts a sample event on this machine and prints
a link for each of two responders and the chair. Open each link in its own
browser profile (or private window): each is one phone. Ctrl-C stops it.

  cargo xtask demo
  cargo xtask demo -- --help        what else the server's own demo command takes
";

pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    if matches!(arguments.first().map(String::as_str), Some("--help" | "-h")) {
        print!("{HELP}");
        return Ok(());
    }
    let for_server = match arguments.split_first() {
        None => &[],
        Some((dashes, rest)) if dashes == "--" => rest,
        Some((other, _)) => bail!("the demo does not know {other}\n\n{HELP}"),
    };

    need_node()?;
    let mut steps = Steps::begin();
    install_packages(&mut steps, "app")?;
    steps.run("the app", &mut npm("app", &["run", "--silent", "build"]))?;
    steps.run(
        "the server (a few minutes the first time)",
        &mut cargo(&["build", "--locked", "--package", "safehall-server"]),
    )?;
    println!("Ready after {}.\n", steps.took());
    become_it(
        Command::new(built("safehall")?)
            .arg("demo")
            .args(for_server),
    )
}

/// Turns this process into the server, so that Ctrl-C reaches it directly.
#[cfg(unix)]
fn become_it(server: &mut Command) -> anyhow::Result<()> {
    use std::os::unix::process::CommandExt as _;
    Err(server.exec()).context("the server could not be started")
}

#[cfg(not(unix))]
fn become_it(server: &mut Command) -> anyhow::Result<()> {
    let status = server.status().context("the server could not be started")?;
    if !status.success() {
        bail!("the server stopped: {status}");
    }
    Ok(())
}
