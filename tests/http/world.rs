//! A server with the sample event, a clock that stands still, and a plain HTTP client.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use safehall_server::commands::{Invited, sample_event};
use safehall_server::{Clock, Config, Running, start};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::watch::{self, Watch, keep_private};

pub(crate) const NOON: u64 = 1_790_000_000_000;

/// Stands still until it is told otherwise.
pub(crate) struct StillClock(AtomicU64);

impl Clock for StillClock {
    fn now(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

impl StillClock {
    pub(crate) const fn at(now: u64) -> Self {
        Self(AtomicU64::new(now))
    }

    pub(crate) fn back(&self, millis: u64) {
        self.0.fetch_sub(millis, Ordering::SeqCst);
    }

    pub(crate) fn pass(&self, millis: u64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

/// The data of a story. At its end nothing that anybody typed stands in it,
/// whatever files there are.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            watch::look_through(self.path());
        }
    }
}

pub(crate) struct World {
    pub(crate) folder: Folder,
    pub(crate) clock: Arc<StillClock>,
    pub(crate) server: Running,
    invited: Vec<Invited>,
    _watch: Watch,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let watch = Watch::begin();
        let folder = Folder(tempfile::tempdir().unwrap());
        let clock = Arc::new(StillClock(AtomicU64::new(NOON)));
        let invited = sample_event(folder.path(), NOON).unwrap();
        for person in &invited {
            keep_private(&person.name);
        }
        let mut config = Config::for_tests(folder.path().to_owned());
        change(&mut config);
        let server = start(config, clock.clone())
            .await
            .expect("the server starts, if `cargo build -p safehall-server` was run");
        Self {
            folder,
            clock,
            server,
            invited,
            _watch: watch,
        }
    }

    /// As a real event is before a second lead has come.
    pub(crate) fn close_again(&self) {
        let database = rusqlite::Connection::open(self.folder.path().join("safehall.db")).unwrap();
        let changed = database.execute("update event set opened_at = null", []);
        assert_eq!(changed.unwrap(), 1);
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.server.addr()
    }

    pub(crate) fn invited(&self, name: &str) -> Invited {
        self.invited
            .iter()
            .find(|person| person.name.starts_with(name))
            .unwrap()
            .clone()
    }
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) heads: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// Bytes on the wire, heads included.
    pub(crate) sent: usize,
    pub(crate) received: usize,
}

impl Answer {
    pub(crate) fn head(&self, name: &str) -> Option<&str> {
        self.heads
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// One call on a connection of its own.
pub(crate) async fn call(
    addr: SocketAddr,
    method: &str,
    path: &str,
    heads: &[(&str, &str)],
    body: &[u8],
) -> Answer {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    let mut request = format!("{method} {path} HTTP/1.1\r\nhost: {addr}\r\nconnection: close\r\n");
    for (name, value) in heads {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
    let mut bytes = request.into_bytes();
    bytes.extend_from_slice(body);
    // The server may answer and hang up before a body that is too big was sent.
    let _ = stream.write_all(&bytes).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    parse(&answer, bytes.len())
}

/// The answer to a call that was begun by hand.
pub(crate) async fn rest(mut stream: TcpStream) -> Answer {
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    parse(&answer, 0)
}

pub(crate) fn parse(answer: &[u8], sent: usize) -> Answer {
    let end = answer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .expect("an answer with heads");
    let text = std::str::from_utf8(&answer[..end]).unwrap();
    let mut lines = text.split("\r\n");
    let status = lines
        .next()
        .unwrap()
        .split(' ')
        .nth(1)
        .unwrap()
        .parse()
        .unwrap();
    let heads = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    Answer {
        status,
        heads,
        body: answer[end + 4..].to_vec(),
        sent,
        received: answer.len(),
    }
}

pub(crate) const PROTOBUF: (&str, &str) = ("content-type", "application/x-protobuf");
