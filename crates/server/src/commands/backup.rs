//! `safehall backup`: a copy that can lie in other hands.

use std::fs::{self, File};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};

use age::x25519::Recipient;
use anyhow::Context as _;
use clap::Args;
use rusqlite::TransactionBehavior;
use zeroize::Zeroizing;

use crate::clock::{Clock as _, SystemClock};
use crate::store;
use crate::store::ledger::note_backup;
use crate::vault::KEYRING;

#[derive(Args)]
#[command(after_help = "Example:\n  \
    safehall backup --data ./data --to data.age --recipient age1...\n  \
    safehall backup --data ./data --to data.age --keyring keyring.age --recipient age1... --recipient age1...\n\n\
    It may run beside `safehall serve`. Keep the two files apart, and keyrings no longer than 7 days: an erased\n\
    case is gone for good once no keyring is left that knows it. The root secret is in neither file.")]
pub(super) struct Backup {
    /// The folder with the event's data.
    #[arg(long, value_name = "DIR", env = "SAFEHALL_DATA")]
    data: PathBuf,
    /// The file to write the database into. It must not exist.
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// The file to write the keys into, for another place. It must not exist.
    #[arg(long, value_name = "FILE")]
    keyring: Option<PathBuf>,
    /// Who can open the files: an age public key. May be given several times.
    #[arg(long, value_name = "age1...", required = true)]
    recipient: Vec<String>,
}

/// What the two kinds of file begin with, inside.
pub(super) const DATA: &[u8; 16] = b"safehall data 1\n";
pub(super) const KEYS: &[u8; 16] = b"safehall ring 1\n";

impl Backup {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let recipients = self
            .recipient
            .iter()
            .map(|text| {
                text.parse::<Recipient>().map_err(|_| {
                    anyhow::anyhow!("--recipient: expected an age public key, age1...")
                })
            })
            .collect::<Result<Vec<_>, _>>()?;
        anyhow::ensure!(
            self.data.join(store::FILE).is_file(),
            "there is no event in {}",
            self.data.display()
        );
        // Noted before the copy is made, so that the copy knows of itself.
        let mut conn = store::open_database(&self.data)?;
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        note_backup(&tx, SystemClock.now())?;
        tx.commit()?;
        drop(conn);
        let copy = self.data.join(COPY);
        let sealed = store::copy(&self.data, &copy)
            .map_err(anyhow::Error::from)
            .and_then(|()| Ok(seal(&mut File::open(&copy)?, DATA, &recipients, &self.to)?));
        let gone = match fs::remove_file(&copy) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            gone => gone,
        };
        sealed.with_context(|| format!("could not write {}", self.to.display()))?;
        gone?;
        println!("Wrote the data to {}.", self.to.display());
        // After the data: every key that a row in the copy needs is in it.
        if let Some(keyring) = &self.keyring {
            let keys = unchanged(&self.data.join(KEYRING))?;
            seal(&mut keys.as_slice(), KEYS, &recipients, keyring)
                .with_context(|| format!("could not write {}", keyring.display()))?;
            println!(
                "Wrote the keys to {}: keep them apart from the data, and no longer than 7 days.",
                keyring.display()
            );
        }
        Ok(())
    }
}

/// The copy before it is sealed; its rows are sealed anyway.
const COPY: &str = "backup.part";

/// Encrypts what `from` gives into a new file.
fn seal(
    from: &mut impl Read,
    kind: &[u8; 16],
    recipients: &[Recipient],
    to: &Path,
) -> io::Result<()> {
    let encryptor =
        age::Encryptor::with_recipients(recipients.iter().map(|one| one as &dyn age::Recipient))
            .map_err(io::Error::other)?;
    let file = new_file(to)?;
    let written = (|| {
        let mut out = encryptor.wrap_output(&file)?;
        out.write_all(kind)?;
        io::copy(from, &mut out)?;
        out.finish()?;
        file.sync_all()?;
        settle(to)
    })();
    if written.is_err() {
        // Half a backup is none.
        fs::remove_file(to)?;
    }
    written
}

/// The keys as they stand. A server beside this writes over a keyring that it has
/// put another in the place of: what was read while it did so would open nothing.
fn unchanged(keyring: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    let read = || fs::read(keyring).map(Zeroizing::new);
    let mut keys = read()?;
    loop {
        let again = read()?;
        if again == keys {
            return Ok(keys);
        }
        keys = again;
    }
}

/// Brings the name of a new file to the disk, too.
pub(super) fn settle(file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|folder| *folder != Path::new(""));
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// A folder for its owner only, unless it is there already.
pub(super) fn new_folder(path: &Path) -> io::Result<()> {
    own_folder().recursive(true).create(path)
}

/// Makes folders for their owner only.
pub(super) fn own_folder() -> fs::DirBuilder {
    let mut folder = fs::DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        folder.mode(0o700);
    }
    folder
}

/// A file that is not there yet, for its owner only.
pub(super) fn new_file(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}
