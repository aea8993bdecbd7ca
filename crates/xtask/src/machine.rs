//! What this machine has, and how to get what it lacks.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, bail};

use crate::step::Steps;

/// The root of the repository, wherever the chore was started.
pub(crate) fn root() -> PathBuf {
    let here = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.ancestors()
        .nth(2)
        .map_or_else(|| here.clone(), Path::to_path_buf)
}

/// Where cargo puts what it builds: beside this very program.
pub(crate) fn built(program: &str) -> anyhow::Result<PathBuf> {
    let this = env::current_exe().context("could not find this program's own place")?;
    Ok(this
        .with_file_name(program)
        .with_extension(env::consts::EXE_EXTENSION))
}

/// Cargo, as the one that started this chore.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    command
}

/// npm in one of the folders that have a `package.json`.
pub(crate) fn npm(folder: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.args(arguments).current_dir(root().join(folder));
    command
}

/// Whether a program answers to `--version`.
pub(crate) fn answers(program: &str, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Fails with what to install unless Node can build the app.
pub(crate) fn need_node() -> anyhow::Result<()> {
    let said = Command::new("node")
        .arg("--version")
        .stdin(Stdio::null())
        .output();
    let version = said
        .map(|said| String::from_utf8_lossy(&said.stdout).trim().to_owned())
        .unwrap_or_default();
    let mut numbers = version
        .trim_start_matches('v')
        .split('.')
        .map(|number| number.parse::<u32>().unwrap_or(0));
    let (major, minor) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if (major, minor) >= (20, 19) {
        return Ok(());
    }
    if version.is_empty() {
        bail!("Node is not installed. Building the app needs Node 20.19 or newer, with npm.");
    }
    bail!("Node here is {version}. Building the app needs Node 20.19 or newer.");
}

/// Installs the packages of one folder exactly as locked, unless they are
/// there already. Packages run no scripts of their own.
pub(crate) fn install_packages(steps: &mut Steps, folder: &str) -> anyhow::Result<()> {
    let lock = fs::read(root().join(folder).join("package-lock.json"))
        .with_context(|| format!("{folder}/package-lock.json is not there"))?;
    let installed = root()
        .join(folder)
        .join("node_modules/.installed-from-lock");
    if fs::read(&installed).is_ok_and(|earlier| earlier == lock) {
        return Ok(());
    }
    steps.run(
        &format!("packages of {folder}"),
        &mut npm(
            folder,
            &["ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        ),
    )?;
    fs::write(&installed, lock).context("could not note what was installed")
}

/// The browser for tests and pictures: `CHROMIUM` if set, else Debian's. With
/// it comes libfaketime, which sets the clock of the server in a journey. What
/// is absent is installed when this is a Debian where we may.
pub(crate) fn chromium(steps: &mut Steps) -> anyhow::Result<OsString> {
    const BY_HAND: &str = "Chromium or libfaketime is not installed. On Debian: apt-get install chromium libfaketime. \
         Chromium elsewhere: CHROMIUM=/path/to/it. libfaketime elsewhere: FAKETIME_LIBRARY=/path/to/libfaketimeMT.so.1.";
    if let (Some(chromium), true) = (find_chromium(), has_faketime()) {
        return Ok(chromium);
    }
    if !answers("apt-get", &["--version"]) {
        bail!(BY_HAND);
    }
    let apt = |arguments: &[&str]| {
        let mut command = if answers("sudo", &["-n", "true"]) {
            let mut sudo = Command::new("sudo");
            sudo.args(["-n", "apt-get"]);
            sudo
        } else {
            Command::new("apt-get")
        };
        command
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    let install = ["install", "-q", "-y", "--no-install-recommends"];
    steps
        .run("package lists of this machine", &mut apt(&["update", "-q"]))
        .context(BY_HAND)?;
    steps
        .run(
            "chromium and libfaketime",
            apt(&install).args(["chromium", "libfaketime"]),
        )
        .context(BY_HAND)?;
    find_chromium().context(BY_HAND)
}

fn find_chromium() -> Option<OsString> {
    let named = env::var_os("CHROMIUM");
    let usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].map(OsString::from);
    named
        .into_iter()
        .chain(usual)
        .find(|path| Path::new(path).is_file())
}

fn has_faketime() -> bool {
    let named = env::var_os("FAKETIME_LIBRARY").map(PathBuf::from);
    let folders = fs::read_dir("/usr/lib")
        .into_iter()
        .flatten()
        .flatten()
        .map(|folder| folder.path());
    let usual = folders.map(|folder| folder.join("faketime/libfaketimeMT.so.1"));
    named
        .into_iter()
        .chain(usual)
        .any(|library| library.is_file())
}
