//! The data folder: who can read it, and whether its keys open it.

use std::fs;
use std::io::{self, BufRead as _};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::Findings;
use crate::secrets;
use crate::store::{self, Book, events};
use crate::vault::{KEYRING, RootSource, Vault};

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
pub(super) fn look(findings: &mut Findings, data: &Path, source: &RootSource) -> Option<Open> {
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
    open(findings, data, source)
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
    let sealed = [secrets::FILE, KEYRING].map(|name| data.join(name));
    let open: Vec<PathBuf> = sealed.into_iter().filter(|file| is_open(file)).collect();
    for file in open {
        findings.missing(
            "key-mode",
            format!("{} can be read by others on this machine.", name(&file)),
            format!("chmod 600 {}", file.display()),
        );
    }
}

fn open(findings: &mut Findings, data: &Path, source: &RootSource) -> Option<Open> {
    let id = match store::sealed(data)
        .map_err(|error| error.to_string())
        .and_then(|()| Vault::event_in(data).map_err(|error| error.to_string()))
    {
        Ok(id) => id,
        Err(error) => {
            findings.missing(
                "keyring",
                format!("The keyring cannot be used: {error}."),
                "Put keyring.bin back from its own backup.",
            );
            return None;
        }
    };
    let root = match source.root(data, &id) {
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
    if *source == RootSource::Folder {
        findings.advice(
            "secret-beside-data",
            "The root secret lies beside the data: whoever takes this disk takes both.",
            "Keep it elsewhere, or have it typed at start: root_secret, in docs/KEYS.md. At the least, encrypt the disk.",
        );
    } else {
        findings.good(
            "secret-beside-data",
            "The root secret is not in the data folder.",
        );
    }
    let vault = match Vault::open_beside(data, root) {
        Ok(vault) => vault,
        Err(error) => {
            findings.missing(
                "keyring",
                format!("The keyring cannot be used: {error}."),
                "Put keyring.bin back from its own backup, or use the root secret that belongs to it.",
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

/// The newest copy, if somebody said where it is: how old, and for how many.
pub(super) fn backup(findings: &mut Findings, newest: Option<&Path>, now: u64) {
    let Some(file) = newest else {
        findings.advice(
            "backup",
            "Nobody said where the newest backup is.",
            "safehall backup --help; then name the file here with --backup.",
        );
        return;
    };
    let (age, recipients) = match read_backup(file, now) {
        Ok(read) => read,
        Err(error) => {
            findings.missing(
                "backup",
                format!("{} is no backup that can be read: {error}.", name(file)),
                "Make one now: safehall backup --help",
            );
            return;
        }
    };
    if age > DAY_AND_A_HALF {
        findings.missing(
            "backup",
            format!("The newest backup is {} hours old.", age / HOUR),
            "Make one now, and let the machine make one each day.",
        );
    } else {
        findings.good(
            "backup",
            format!("The newest backup is {} hours old.", age / HOUR),
        );
    }
    if recipients < 2 {
        findings.missing(
            "backup-recipients",
            "Only one person can open the backup.",
            "Give --recipient twice: a key that is lost must not be the only one.",
        );
    }
}

const HOUR: u64 = 60 * 60 * 1_000;
const DAY_AND_A_HALF: u64 = 36 * HOUR;

/// How old a backup is, in milliseconds, and how many keys open it: its head is
/// in clear, a line for each.
fn read_backup(path: &Path, now: u64) -> io::Result<(u64, usize)> {
    let file = fs::File::open(path)?;
    let made = file.metadata()?.modified()?;
    let made = made
        .duration_since(std::time::UNIX_EPOCH)
        .map_err(io::Error::other)?;
    let made = u64::try_from(made.as_millis()).unwrap_or_default();
    let mut recipients = 0;
    let mut is_age = false;
    for line in io::BufReader::new(file).split(b'\n').take(200) {
        let line = line?;
        is_age |= line == b"age-encryption.org/v1";
        recipients += usize::from(line.starts_with(b"-> X25519 "));
        if line.starts_with(b"---") {
            break;
        }
    }
    if is_age {
        Ok((now.saturating_sub(made), recipients))
    } else {
        Err(io::Error::other("it is not encrypted with age"))
    }
}
