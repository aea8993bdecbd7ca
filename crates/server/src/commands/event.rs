//! `safehall event new`: a data folder out of an event pack.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use prost::Message as _;
use safehall_core::access::{Role, Roles};
use safehall_core::pack::{self, Pack};
use sha2::{Digest as _, Sha256};

use super::Data;
use super::packed::to_wire;
use crate::clock::{self, Clock as _, SystemClock, counted};
use crate::ledger::What;
use crate::secrets;
use crate::store::ledger::{Entry, note};
use crate::store::{self, Book, events, staff};
use crate::vault::{KEYRING, RootSource, Vault};

#[derive(Subcommand)]
pub(super) enum Event {
    /// Make a data folder from an event pack. A wrong pack is refused with every mistake.
    #[command(
        after_help = "Example:\n  safehall event new --from events/all-systems-go.toml --data ./data"
    )]
    New(New),
    /// Put a changed pack in the place of the one before, also while the event goes on.
    Update(super::update::Update),
    /// Say whether the event takes reports, or let it before a second lead is here.
    Open(super::opens::Open),
}

#[derive(Args)]
pub(super) struct New {
    /// The event pack, a TOML file.
    #[arg(long, value_name = "PACK")]
    from: PathBuf,
    #[command(flatten)]
    data: Data,
}

impl New {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let pack = read(&self.from)?;
        let source = self.data.root.source()?;
        let made = make(&self.data.data, &source, &pack, SystemClock.now())?;
        println!(
            "Made the event in {}: {} people on the team.",
            self.data.data.display(),
            made.len()
        );
        println!(
            "Next: safehall invite --data {} --name NAME --role chair",
            self.data.data.display()
        );
        println!("It takes reports once two leads have let in a phone each.");
        Ok(())
    }
}

/// Reads and checks a pack.
pub(super) fn read(path: &Path) -> anyhow::Result<Pack> {
    let text =
        fs::read_to_string(path).with_context(|| format!("could not read {}", path.display()))?;
    let folder = path.parent().unwrap_or(Path::new(".")).to_owned();
    checked(&text, &path.display().to_string(), |name| {
        fs::read_to_string(folder.join(name)).ok()
    })
}

/// Checks the text of a pack; `beside` gives the files next to it.
pub(super) fn checked(
    text: &str,
    name: &str,
    beside: impl Fn(&str) -> Option<String>,
) -> anyhow::Result<Pack> {
    match pack::parse(text, beside) {
        Ok(parsed) => {
            for warning in &parsed.warnings {
                eprintln!("{name}: {warning}");
            }
            fits(to_wire(&parsed.pack, &[0; 16]).encoded_len())?;
            Ok(parsed.pack)
        }
        Err(mistakes) => {
            let lines: String = mistakes
                .iter()
                .map(|mistake| format!("\n  {name}: {mistake}"))
                .collect();
            anyhow::bail!(
                "the event pack has {} mistake(s), and nothing was made:{lines}",
                mistakes.len()
            )
        }
    }
}

/// The most bytes of a pack, as `pack.proto` says.
const LARGEST: usize = 262_144;
/// What the running server adds to it: a key, its signature, and what says how long they are.
const ADDED: usize = 65 + 64 + 2 * 3;

/// Each part of a pack has its own limit; together, and as devices get them, they have one more.
fn fits(encoded: usize) -> anyhow::Result<()> {
    anyhow::ensure!(
        encoded + ADDED <= LARGEST,
        "the event pack is {encoded} bytes as phones get it, and nothing was made; at most {} bytes (256 KiB): shorten \
         its texts, or leave a language out",
        LARGEST - ADDED
    );
    Ok(())
}

/// Makes the folder, the keys, the database, the event and its staff.
pub(super) fn make(
    folder: &Path,
    source: &RootSource,
    pack: &Pack,
    now: u64,
) -> anyhow::Result<Vec<staff::Member>> {
    fs::create_dir_all(folder).with_context(|| format!("could not make {}", folder.display()))?;
    let beside = ["-wal", "-shm"].map(|end| format!("{}{end}", store::FILE));
    let files = [store::FILE, KEYRING, secrets::FILE]
        .into_iter()
        .chain(beside.iter().map(String::as_str))
        .map(|name| folder.join(name));
    // Keys without a database, too: they may be the only ones that open its backups.
    if let Some(there) = files.clone().find(|file| file.exists()) {
        anyhow::bail!(
            "{} holds an event already, or a part of one ({}); it was left alone",
            folder.display(),
            there.display()
        );
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    }
    let made = fill(folder, source, pack, now);
    if made.is_err() {
        // Whoever tries again finds no event that nobody can use. All of these are ours:
        // there was none of them a moment ago. What could not even be made is not there.
        for file in files {
            let _ = fs::remove_file(file);
        }
    }
    made
}

fn fill(
    folder: &Path,
    source: &RootSource,
    pack: &Pack,
    now: u64,
) -> anyhow::Result<Vec<staff::Member>> {
    let id = clock::random()?;
    let encoded = to_wire(pack, &id).encode_to_vec();
    // First of all: most mistakes are made here.
    let root = source.new_root(folder, &id)?;
    let mut conn = store::open_database(folder)?;
    let vault = Vault::make(folder, root, &id)?;
    let tx = conn.transaction()?;
    let book = Book::new(&tx, &vault);
    let event = events::Event {
        id,
        name: pack.name.clone(),
        pack_hash: Sha256::digest(&encoded).into(),
        pack: encoded,
        time_zone: pack.time_zone.clone(),
        starts_at: counted(pack.starts_at.0),
        ends_at: counted(pack.ends_at.0),
        epoch: clock::random()?,
    };
    events::insert(&book, &event, now)?;
    let mut team = Vec::new();
    for line in &pack.staff {
        let member = staff::Member {
            id: clock::random()?,
            name: line.name.clone(),
            badge_label: line.badge_label.clone(),
            phone: line.phone.clone(),
            device_letter: line.device.clone(),
            roles: numbers(&line.roles),
        };
        staff::insert(&book, &member, now)?;
        team.push(member);
    }
    note(&book, &Entry::of(What::EventMade), now)?;
    tx.commit()?;
    Ok(team)
}

fn numbers(roles: &Roles) -> Vec<i32> {
    roles
        .iter()
        .map(|role| match role {
            Role::Responder => 1,
            Role::Chair => 2,
            Role::AlternateChair => 3,
            Role::EventManager => 4,
            Role::Announcer => 5,
            Role::Admin => 6,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use safehall_sync::wire;

    use super::*;

    #[test]
    fn a_pack_with_what_the_server_adds_is_as_big_as_the_wire_says_and_no_byte_bigger() {
        let added = wire::Pack {
            carry_key: vec![1; 65],
            carry_signature: vec![1; 64],
            ..wire::Pack::default()
        };
        assert_eq!(added.encoded_len(), ADDED);
        assert!(fits(LARGEST - ADDED).is_ok());
        let refused = fits(LARGEST - ADDED + 1).unwrap_err().to_string();
        assert!(
            refused.contains("262010 bytes") && refused.contains("at most 262009 bytes"),
            "{refused}"
        );
    }
}
