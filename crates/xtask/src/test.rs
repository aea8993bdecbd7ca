//! `cargo xtask test`: everything that must hold, in one run.

use std::{fs, path::Path};

use anyhow::{Context as _, bail};

use crate::{
    machine::{answers, built, cargo, chromium, install_packages, need_node, npm, root},
    step::Steps,
};

const HELP: &str = "\
Everything that must hold. Stops at the first step that does not, and says how
to see it again. Installs what is missing: npm packages exactly as locked, and
Debian's chromium when this machine lets it.

  cargo xtask test                  all of it
  cargo xtask test --only rust      format, lints, generated code, tests of the workspace
  cargo xtask test --only app       types, lints, tests and build of the app
  cargo xtask test --only browser   the journeys, in Chromium against the real server
";

/// The parts in the order in which they run: the server carries the built app
/// inside, so the app comes first.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Part {
    App,
    Rust,
    Browser,
}

pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let only = match arguments.as_slice() {
        [] => None,
        ["--help" | "-h"] => {
            print!("{HELP}");
            return Ok(());
        }
        ["--only", "app"] => Some(Part::App),
        ["--only", "rust"] => Some(Part::Rust),
        ["--only", "browser"] => Some(Part::Browser),
        _ => bail!("this is not a way to call it\n\n{HELP}"),
    };
    let wanted = |part| only.is_none_or(|only| only == part);

    let mut steps = Steps::begin();
    let held = parts(&mut steps, wanted);
    println!("\n{}", steps.took());
    if held.is_ok() {
        println!("{}", steps.summary());
        return Ok(());
    }
    held.map_err(|error| anyhow::anyhow!("{error:#}\n{}", steps.summary()))
}

fn parts(steps: &mut Steps, wanted: impl Fn(Part) -> bool) -> anyhow::Result<()> {
    need_node()?;
    if wanted(Part::Rust) {
        steps.run("format", &mut cargo(&["fmt", "--all", "--check"]))?;
    }
    install_packages(steps, "app")?;
    if wanted(Part::App) {
        generated_app_code_is_fresh(steps)?;
        steps.run("app: types", &mut npm("app", &["run", "--silent", "check"]))?;
        steps.run("app: lints", &mut npm("app", &["run", "--silent", "lint"]))?;
        steps.run("app: tests", &mut npm("app", &["run", "--silent", "test"]))?;
    }
    steps.run("app: build", &mut npm("app", &["run", "--silent", "build"]))?;
    if wanted(Part::Rust) {
        rust(steps)?;
    }
    if wanted(Part::Browser) {
        browser(steps)?;
    }
    Ok(())
}

/// One feature set throughout (the whole workspace, all targets, locked), so
/// that no dependency is compiled twice.
fn rust(steps: &mut Steps) -> anyhow::Result<()> {
    steps.run(
        "clippy",
        &mut cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--",
            "-D",
            "warnings",
        ]),
    )?;
    if answers("cargo", &["nextest", "--version"]) {
        steps.run(
            "tests of the workspace",
            &mut cargo(&[
                "nextest",
                "run",
                "--workspace",
                "--locked",
                "--no-fail-fast",
                "--status-level",
                "slow",
            ]),
        )?;
    } else {
        steps.run(
            "tests of the workspace",
            &mut cargo(&[
                "test",
                "--workspace",
                "--all-targets",
                "--locked",
                "--no-fail-fast",
                "--quiet",
            ]),
        )?;
    }
    steps.run(
        "examples in the documentation",
        &mut cargo(&["test", "--workspace", "--doc", "--locked", "--quiet"]),
    )
}

fn browser(steps: &mut Steps) -> anyhow::Result<()> {
    let chromium = chromium(steps)?;
    install_packages(steps, "tests/browser")?;
    steps.run(
        "the server for the browser",
        &mut cargo(&["build", "--workspace", "--all-targets", "--locked"]),
    )?;
    steps.run(
        "browser: types",
        &mut npm("tests/browser", &["run", "--silent", "check"]),
    )?;
    steps.run(
        "browser: journeys",
        npm("tests/browser", &["run", "--silent", "test"])
            .env("CHROMIUM", chromium)
            .env("SAFEHALL", built("safehall")?),
    )
}

fn generated_app_code_is_fresh(steps: &mut Steps) -> anyhow::Result<()> {
    let fresh = root().join("target/fresh");
    if fresh.exists() {
        fs::remove_dir_all(&fresh).context("could not clear target/fresh")?;
    }
    let mut generate = npm(
        "app",
        &["exec", "--offline", "--", "buf", "generate", "../proto"],
    );
    generate
        .args(["--template", "buf.gen.yaml", "--output"])
        .arg(&fresh);
    steps.run("app: generate the wire code", &mut generate)?;
    steps.work("app: generated code is fresh", || {
        same_files(
            &fresh.join("src/generated"),
            &root().join("app/src/generated"),
        )
    })
}

/// Every file below `fresh` is in `kept` with the same bytes, and no other is.
fn same_files(fresh: &Path, kept: &Path) -> anyhow::Result<()> {
    let (new, old) = (names_below(fresh)?, names_below(kept)?);
    if new != old {
        bail!(
            "{} does not hold the files that proto/ makes; run: cd app && npm run generate",
            kept.display()
        );
    }
    for name in new {
        if fs::read(fresh.join(&name))? != fs::read(kept.join(&name))? {
            bail!(
                "{} is stale; run: cd app && npm run generate",
                kept.join(&name).display()
            );
        }
    }
    Ok(())
}

fn names_below(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in
            fs::read_dir(&next).with_context(|| format!("could not read {}", next.display()))?
        {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                names.push(path.strip_prefix(folder)?.to_string_lossy().into_owned());
            }
        }
    }
    names.sort();
    Ok(names)
}
