//! The data folder: who can read it, and whether its keys open it.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::Findings;
use crate::secrets;
use crate::store::{self, Book, events};
use crate::vault::{Root, Vault};

/// The event, opened for reading.
pub(super) struct Open {
    pub(super) conn: Connection,
    pub(super) vault: Vault,
}

/// Whether others on this machine may read it.
pub(super) fn is_open(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|data| data.permissions().mode() & 0o077 != 0)
}

/// Adds what it finds; hands back the event if it can be read.
pub(super) fn look(findings: &mut Findings, data: &Path) -> Option<Open> {
    if !data.join(store::FILE).is_file() {
        findings.missing(
            "event",
            format!("There is no event in {}.", data.display()),
            "Make one with `safehall event new`, or correct --data.",
        );
        return None;
    }
    if data.join("demo").is_file() {
        findings.missing(
            "demo",
            "This is the pretend event of `safehall demo`: its folder is made anew each time.",
            "Make a real one with `safehall event new` in a folder of its own.",
        );
    }
    modes(findings, data);
    open(findings, data)
}

fn modes(findings: &mut Findings, data: &Path) {
    if is_open(data) {
        findings.missing(
            "folder-mode",
            "Others on this machine can look into the data folder.",
            format!("chmod 700 {}", data.display()),
        );
    } else {
        findings.good(
            "folder-mode",
            "Only its owner can look into the data folder.",
        );
    }
    let sealed = [secrets::FILE, "keyring.bin"].map(|name| data.join(name));
    let open: Vec<PathBuf> = sealed.into_iter().filter(|file| is_open(file)).collect();
    for file in open {
        findings.missing(
            "key-mode",
            format!("{} can be read by others on this machine.", name(&file)),
            format!("chmod 600 {}", file.display()),
        );
    }
}

fn open(findings: &mut Findings, data: &Path) -> Option<Open> {
    let secret = data.join(secrets::FILE);
    let root = match Root::read(&secret) {
        Ok(root) => root,
        Err(error) => {
            findings.missing(
                "secret",
                format!("The root secret cannot be used: {error}."),
                "Put it back from where you keep it. Without it nobody can read the cases, and there is no other way in.",
            );
            return None;
        }
    };
    findings.advice(
        "secret-beside-data",
        "The root secret lies beside the data: whoever takes this disk takes both.",
        "Keep the secret elsewhere, or have it typed at start: docs/OPERATING.md. At the least, encrypt the disk.",
    );
    let vault = match Vault::open_beside(data, root) {
        Ok(vault) => vault,
        Err(error) => {
            findings.missing(
                "keyring",
                format!("The keyring cannot be used: {error}."),
                "Put keyring.bin back from its own backup.",
            );
            return None;
        }
    };
    findings.good("keyring", "The root secret opens the keyring.");
    let conn = store::open_reader(data)
        .and_then(|conn| store::check(&conn).map(|()| conn))
        .and_then(|conn| events::find(&Book::new(&conn, &vault)).map(|event| event.map(|_| conn)));
    match conn {
        Ok(Some(conn)) => {
            findings.good("database", "The database is whole and opens.");
            Some(Open { conn, vault })
        }
        Ok(None) => {
            findings.missing(
                "database",
                "The database has no event in it.",
                "Restore a backup into a new folder.",
            );
            None
        }
        Err(error) => {
            findings.missing(
                "database",
                format!("The database cannot be used: {error}."),
                "Keep the folder as it is, and restore the last backup into a new one.",
            );
            None
        }
    }
}

fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
