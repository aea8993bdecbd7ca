//! A real server as its own process, on a real folder.

use std::io::{self, BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use safehall_server::commands::{Invited, sample_event};
use safehall_sync::wire::{self, Role};
use safehall_testkit::chance::Chance;
use tempfile::TempDir;

use super::device::Device;

/// The sample event in a folder of its own, with or without a server on it.
pub(crate) struct Rig {
    pub(crate) folder: TempDir,
    pub(crate) invited: Vec<Invited>,
    server: Option<Served>,
    log: Arc<Log>,
    /// Words in front of the server's own command: a machine that gives it less.
    pub(crate) within: Vec<String>,
    /// Settings beside those that every rig has.
    pub(crate) settings: Vec<(&'static str, String)>,
}

/// What the servers of a rig print, and who waits for it.
#[derive(Default)]
struct Log {
    printed: Mutex<Vec<u8>>,
    more: Condvar,
}

impl Log {
    fn text(&self) -> String {
        self.printed
            .lock()
            .map(|printed| String::from_utf8_lossy(&printed).into_owned())
            .unwrap_or_default()
    }
}

/// A server that has printed nothing for so long will not say what is waited for.
const SILENCE: Duration = Duration::from_secs(60);

struct Served {
    child: Child,
    at: SocketAddr,
}

impl Rig {
    /// Makes the sample event and starts a server on it.
    pub(crate) fn start() -> io::Result<Self> {
        let mut rig = Self::prepared()?;
        rig.serve()?;
        Ok(rig)
    }

    /// Makes the sample event; no server runs yet.
    pub(crate) fn prepared() -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let invited = sample_event(folder.path(), now_millis()).map_err(io::Error::other)?;
        Ok(Self {
            folder,
            invited,
            server: None,
            log: Arc::default(),
            within: Vec::new(),
            settings: Vec::new(),
        })
    }

    /// Starts the server again.
    pub(crate) fn serve(&mut self) -> io::Result<SocketAddr> {
        let binary = binary()?;
        let mut command = match self.within.split_first() {
            None => Command::new(binary),
            Some((first, rest)) => {
                let mut command = Command::new(first);
                command.args(rest).arg(binary);
                command
            }
        };
        let mut child = command
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(self.folder.path())
            .env_clear()
            .env("SAFEHALL_LOG", "debug")
            .env("SAFEHALL_DEVICE_CHANGES_PER_HOUR", "100000")
            .env("SAFEHALL_DEVICE_BYTES_PER_HOUR", "1000000000")
            .envs(self.settings.iter().map(|(name, value)| (*name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let log = Arc::clone(&self.log);
        let errors = child.stderr.take();
        thread::spawn(move || collect(errors, &log));
        let mut lines = BufReader::new(child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?);
        let mut line = String::new();
        let at = loop {
            line.clear();
            if lines.read_line(&mut line)? == 0 {
                let said = self.log.text();
                return Err(io::Error::other(format!(
                    "the server did not start: {said}"
                )));
            }
            if let Some(address) = line.trim().rsplit("//").next()
                && let Ok(port) = address
                    .rsplit(':')
                    .next()
                    .unwrap_or_default()
                    .parse::<u16>()
            {
                break SocketAddr::from(([127, 0, 0, 1], port));
            }
        };
        let log = Arc::clone(&self.log);
        thread::spawn(move || collect(Some(lines), &log));
        self.server = Some(Served { child, at });
        Ok(at)
    }

    pub(crate) fn at(&self) -> SocketAddr {
        self.server
            .as_ref()
            .map_or(SocketAddr::from(([127, 0, 0, 1], 1)), |server| server.at)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.server.as_ref().map_or(0, |server| server.child.id())
    }

    /// Kills the server as the kernel kills: nothing of it runs any more.
    pub(crate) fn kill(&mut self) -> io::Result<()> {
        if let Some(mut server) = self.server.take() {
            server.child.kill()?;
            server.child.wait()?;
        }
        Ok(())
    }

    /// Everything that all servers of this rig printed so far.
    pub(crate) fn log(&self) -> String {
        self.log.text()
    }

    /// Reads the log line by line until `look` has what it looks for. What the
    /// server prints comes through a pipe, a moment later.
    fn once<T>(&self, mut look: impl FnMut(&str) -> Option<T>) -> io::Result<T> {
        let gone = || io::Error::other("the log is gone");
        let mut read = 0;
        let mut printed = self.log.printed.lock().map_err(|_| gone())?;
        loop {
            while let Some(length) = printed[read..].iter().position(|byte| *byte == b'\n') {
                let line = String::from_utf8_lossy(&printed[read..read + length]);
                read += length + 1;
                if let Some(found) = look(&line) {
                    return Ok(found);
                }
            }
            let more = self.log.more.wait_timeout(printed, SILENCE);
            let (grown, waited) = more.map_err(|_| gone())?;
            if waited.timed_out() {
                return Err(io::Error::other("the server does not say so"));
            }
            printed = grown;
        }
    }

    /// Waits until the servers said these words in so many lines.
    pub(crate) fn said(&self, words: &str, times: usize) -> io::Result<()> {
        let mut said = 0;
        self.once(|line| {
            said += usize::from(line.contains(words));
            (said >= times).then_some(())
        })
    }

    /// How many flushes to disk the server needed for `changes`, which it has
    /// kept already.
    pub(crate) fn flushes_of(&self, changes: u64) -> io::Result<u64> {
        let (mut flushes, mut kept) = (0, 0);
        self.once(|line| {
            let count = line
                .contains("one flush to disk")
                .then(|| line.rsplit("changes=").next()?.trim().parse::<u64>().ok());
            if let Some(count @ 1..) = count.flatten() {
                (flushes, kept) = (flushes + 1, kept + count);
            }
            (kept >= changes).then_some(flushes)
        })
    }

    /// How many microseconds all transactions with changes took so far, and how
    /// many of them went into sealing and into putting new keys on the disk.
    pub(crate) fn sealing(&self) -> (u64, u64) {
        let log = self.log();
        let field = |line: &str, name: &str| -> Option<u64> {
            let (_, rest) = line.split_once(name)?;
            rest.split_whitespace().next()?.parse().ok()
        };
        log.lines()
            .filter(|line| line.contains("one flush to disk") && !line.contains("changes=0"))
            .filter_map(|line| Some((field(line, "whole=")?, field(line, "sealing=")?)))
            .fold((0, 0), |(whole, sealing), (more, of)| {
                (whole + more, sealing + of)
            })
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("safehall.db")
    }

    /// A device of somebody in the sample event, by the beginning of the name.
    pub(crate) fn device_of(&self, name: &str, chance: &mut Chance) -> io::Result<Device> {
        let invited = self
            .invited
            .iter()
            .find(|invited| invited.name.starts_with(name));
        let invited =
            invited.ok_or_else(|| io::Error::other(format!("the sample event has no {name}")))?;
        let mut device = Device::enrol(self.at(), &invited.secret, chance)?;
        device.sign_in()?;
        Ok(device)
    }

    /// A device of a new responder, let in by the chair.
    pub(crate) fn new_responder(
        &self,
        chair: &mut Device,
        name: String,
        chance: &mut Chance,
    ) -> io::Result<Device> {
        let asked = wire::NewInvite {
            name,
            roles: vec![Role::Responder.into()],
            ..wire::NewInvite::default()
        };
        self.let_in(chair, &asked, chance)
    }

    /// One more device of the chair, let in by her first.
    pub(crate) fn another_of(&self, chair: &mut Device, chance: &mut Chance) -> io::Result<Device> {
        let asked = wire::NewInvite {
            staff: chair.staff.as_bytes().to_vec(),
            ..wire::NewInvite::default()
        };
        self.let_in(chair, &asked, chance)
    }

    fn let_in(
        &self,
        chair: &mut Device,
        asked: &wire::NewInvite,
        chance: &mut Chance,
    ) -> io::Result<Device> {
        let invite: wire::Invite = chair.call("/v1/invites", asked)?;
        let mut device = Device::enrol(self.at(), &invite.secret, chance)?;
        if !device.active {
            let confirm = wire::DeviceRef {
                device: device.id.as_bytes().to_vec(),
            };
            let _: wire::Empty = chair.call("/v1/devices/confirm", &confirm)?;
        }
        device.sign_in()?;
        Ok(device)
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        // A server that is gone already is as good as killed.
        let _ = self.kill();
    }
}

fn collect(from: Option<impl Read>, into: &Log) {
    let Some(mut from) = from else { return };
    let mut chunk = [0; 4096];
    while let Ok(count @ 1..) = from.read(&mut chunk) {
        if let Ok(mut printed) = into.printed.lock() {
            printed.extend_from_slice(&chunk[..count]);
            into.more.notify_all();
        }
    }
}

/// The `safehall` command that was built together with this test: `SAFEHALL`,
/// or beside it in the target folder.
pub(crate) fn binary() -> io::Result<PathBuf> {
    if let Some(named) = std::env::var_os("SAFEHALL") {
        return Ok(named.into());
    }
    let this = std::env::current_exe()?;
    let beside = this
        .parent()
        .and_then(Path::parent)
        .map(|folder| folder.join("safehall"));
    beside.filter(|path| path.is_file()).ok_or_else(|| {
        io::Error::other(
            "there is no safehall beside the tests; build it: cargo build -p safehall-server",
        )
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "a real server lives in real time"
)]
pub(crate) fn now_millis() -> u64 {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
