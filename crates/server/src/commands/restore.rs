//! `safehall restore`: a data folder out of a backup.

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write as _};
use std::path::{Path, PathBuf};

use age::x25519::Identity;
use anyhow::Context as _;
use clap::Args;
use sha2::{Digest as _, Sha256};

use super::Root;
use super::backup::{DATA, KEYS, new_file, settle};
use crate::clock::{self, Clock as _, SystemClock};
use crate::ledger::What;
use crate::reading;
use crate::secrets;
use crate::store::ledger::{Entry, note};
use crate::store::{self, Book, attachments, erasure, events, log};
use crate::vault::{KEYRING, RootSource, Vault};

#[derive(Args)]
#[command(after_help = "Example:\n  \
    safehall restore --from data.age --keyring keyring.age --identity key.txt --root-secret file:secret.key \\\n    \
    --data ./restored --verify\n\n\
    Phones offer everything that they still hold once the restored folder is served. What leads decided since\n\
    the backup is not in it: look through devices, grants and exclusions, above all for lost phones.")]
pub(super) struct Restore {
    /// The backup of the data.
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// The newest keys there are: a backup of them, or a keyring.bin.
    #[arg(long, value_name = "FILE")]
    keyring: PathBuf,
    /// The file with the age secret key that opens the backups.
    #[arg(long, value_name = "FILE")]
    identity: PathBuf,
    /// The folder to make. It must be empty or not exist.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    #[command(flatten)]
    root: Root,
    /// Open every change, rebuild every document, and hold every attachment against its hash.
    #[arg(long)]
    verify: bool,
}

impl Restore {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let was_there = match fs::read_dir(&self.data) {
            Ok(mut entries) => {
                anyhow::ensure!(
                    entries.next().is_none(),
                    "{} is not empty, and was left alone",
                    self.data.display()
                );
                true
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(error.into()),
        };
        let source = self.root.source()?;
        anyhow::ensure!(
            source != RootSource::Folder,
            "--root-secret: the root secret is in no backup; say where it is, for example file:secret.key"
        );
        fs::create_dir_all(&self.data)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&self.data, fs::Permissions::from_mode(0o700))?;
        }
        self.restore(&source).map_err(|cause| {
            // A folder that looks restored and is not would be served by somebody.
            match self.empty(was_there) {
                Ok(()) => cause,
                Err(left) => cause.context(format!(
                    "nothing was restored, and {} could not be emptied ({left}): do not serve it",
                    self.data.display()
                )),
            }
        })
    }

    /// A folder that was there stays: it may be where a disk is mounted.
    fn empty(&self, was_there: bool) -> io::Result<()> {
        if !was_there {
            return fs::remove_dir_all(&self.data);
        }
        for entry in fs::read_dir(&self.data)? {
            let path = entry?.path();
            if path.is_dir() {
                fs::remove_dir_all(path)?;
            } else {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }

    fn restore(&self, source: &RootSource) -> anyhow::Result<()> {
        let identities = identities(&self.identity)?;
        open(&self.from, DATA, &identities, &self.data.join(store::FILE))?;
        self.take_keyring(&identities)?;
        let root = source.root(&self.data, &Vault::event_in(&self.data)?)?;
        if let RootSource::File(path) = source {
            // So that the folder is served as the old one was.
            let secret = zeroize::Zeroizing::new(fs::read(path)?);
            whole(&self.data.join(secrets::FILE), &secret)?;
        }
        let vault = Vault::open(&self.data, root)?;
        let mut conn = store::open_whole(&self.data, &vault)?;
        let gone = erasure::finish(&mut conn, &vault, SystemClock.now())?;
        let tx = conn.transaction()?;
        let book = Book::new(&tx, &vault);
        let epoch = clock::random()?;
        events::begin_again(&book, &epoch)?;
        note(&book, &Entry::of(What::Restored), SystemClock.now())?;
        let documents = log::documents(&book)?.len();
        let mut said = format!(
            "Restored {documents} document(s) into {}",
            self.data.display()
        );
        if gone > 0 {
            said.push_str(&format!("; {gone} that were erased since stay erased"));
        }
        if self.verify {
            let (changes, photos) = verify(&book)?;
            said.push_str(&format!(
                ". All {changes} change(s) open, all documents read, and all {photos} attachment(s) are what they were"
            ));
        }
        tx.commit()?;
        conn.close().map_err(|(_, error)| error)?;
        settle(&self.data.join(store::FILE))?;
        settle(&self.data)?; // made anew, it has a name that is on no disk yet
        println!("{said}.");
        println!(
            "Look through devices, grants and exclusions: what was decided since the backup is not in it."
        );
        Ok(())
    }

    fn take_keyring(&self, identities: &[Identity]) -> anyhow::Result<()> {
        let to = self.data.join(KEYRING);
        let mut begin = [0; 16];
        File::open(&self.keyring)
            .and_then(|mut file| file.read_exact(&mut begin))
            .with_context(|| format!("could not read {}", self.keyring.display()))?;
        if begin.starts_with(b"age-encryption") {
            return open(&self.keyring, KEYS, identities, &to);
        }
        let keys = zeroize::Zeroizing::new(fs::read(&self.keyring)?);
        Ok(whole(&to, &keys)?)
    }
}

/// A new file that is on the disk, all of it.
fn whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = new_file(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn identities(path: &Path) -> anyhow::Result<Vec<Identity>> {
    let text = zeroize::Zeroizing::new(
        fs::read_to_string(path).with_context(|| format!("could not read {}", path.display()))?,
    );
    let identities = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.parse().map_err(anyhow::Error::msg))
        .collect::<Result<Vec<Identity>, _>>()
        .with_context(|| format!("{} is not an age secret key", path.display()))?;
    anyhow::ensure!(!identities.is_empty(), "{} holds no key", path.display());
    Ok(identities)
}

/// Decrypts a backup into a new file. Either all of it is as it was written, or
/// this fails.
fn open(from: &Path, kind: &[u8; 16], identities: &[Identity], to: &Path) -> anyhow::Result<()> {
    let file = File::open(from).with_context(|| format!("could not read {}", from.display()))?;
    let refused = || {
        format!(
            "{} was changed, or is for somebody else's key",
            from.display()
        )
    };
    let decryptor = age::Decryptor::new_buffered(BufReader::new(file)).with_context(refused)?;
    let mut inside = decryptor
        .decrypt(identities.iter().map(|one| one as &dyn age::Identity))
        .with_context(refused)?;
    let mut begin = [0; 16];
    inside.read_exact(&mut begin).with_context(refused)?;
    anyhow::ensure!(begin == *kind, "{} is another kind of file", from.display());
    let mut out = new_file(to)?;
    io::copy(&mut inside, &mut out).with_context(refused)?;
    out.sync_all()?;
    Ok(())
}

/// Opens everything. Says how many changes and how many attachments there are.
fn verify(conn: &Book<'_>) -> anyhow::Result<(usize, usize)> {
    let (mut changes, mut photos) = (0, 0);
    for log::Listed { id, kind } in log::documents(conn)? {
        let name = crate::hex::encode(&id);
        let (_, found, damaged) = reading::rebuild(conn, &id, kind)
            .with_context(|| format!("could not read document {name}"))?;
        anyhow::ensure!(
            damaged == 0,
            "document {name}: {damaged} change(s) cannot be read"
        );
        changes += found;
        attachments::each::<anyhow::Error>(conn, &id, |sha256, bytes| {
            anyhow::ensure!(
                Sha256::digest(bytes).as_slice() == sha256,
                "it is not what it was"
            );
            photos += 1;
            Ok(())
        })
        .with_context(|| format!("could not read what is attached to {name}"))?;
    }
    Ok((changes, photos))
}
