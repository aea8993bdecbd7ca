//! `cargo xtask screenshots`: every screen as a picture.

use anyhow::bail;

use crate::{
    machine::{built, cargo, chromium, install_packages, need_node, npm, root},
    step::Steps,
};

const HELP: &str = "\
Plays every story in Chromium against the real server and takes a picture of
each place where one of them stops: in English and German, light and dark, at
390x844 (phone) and 1280x800 (console), and each printed page as paper. Takes
about half an hour.

  cargo xtask screenshots           into target/screenshots
";

pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    match arguments {
        [] => {}
        [help] if help == "--help" || help == "-h" => {
            print!("{HELP}");
            return Ok(());
        }
        _ => bail!("screenshots takes nothing\n\n{HELP}"),
    }
    need_node()?;
    let mut steps = Steps::begin();
    let chromium = chromium(&mut steps)?;
    install_packages(&mut steps, "app")?;
    install_packages(&mut steps, "tests/browser")?;
    steps.run("the app", &mut npm("app", &["run", "--silent", "build"]))?;
    steps.run(
        "the server",
        &mut cargo(&["build", "--locked", "--package", "safehall-server"]),
    )?;
    let into = root().join("target/screenshots");
    steps.run(
        "pictures",
        npm("tests/browser", &["run", "--silent", "screenshots"])
            .env("CHROMIUM", chromium)
            .env("SAFEHALL", built("safehall")?)
            .env("SCREENSHOTS", &into),
    )?;
    println!("{}", into.display());
    Ok(())
}
