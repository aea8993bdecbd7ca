//! Reads along in the server's log, at its finest, during every story: nothing
//! that is private may ever stand in it.

use std::io;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use aho_corasick::AhoCorasick;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt as _;

/// So much of the log is gathered before it is read: looking for every private
/// word in every single line would take longer than the stories themselves.
const GATHERED: usize = 8 << 20;

static PRIVATE: Mutex<Vec<String>> = Mutex::new(Vec::new());
static LOG: Mutex<Log> = Mutex::new(Log {
    unread: Vec::new(),
    lines: 0,
    found: None,
});
static ONCE: Once = Once::new();

struct Log {
    unread: Vec<u8>,
    lines: u64,
    found: Option<String>,
}

/// Reads along from now on. Complains at the end of the story.
pub(crate) struct Watch;

impl Watch {
    pub(crate) fn begin() -> Self {
        ONCE.call_once(|| {
            safehall_server::logging::to(|| Reading, EnvFilter::new("trace")).init();
            keep_private("127.0.0.1");
        });
        Self
    }

    pub(crate) fn lines() -> u64 {
        held(&LOG).lines
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut log = held(&LOG);
        read(&mut log);
        if let Some(line) = log.found.clone()
            && !std::thread::panicking()
        {
            drop(log);
            panic!("something private stands in the log: {line}");
        }
    }
}

/// From now on this may not stand in the log, neither as it is nor in hex.
/// Short words are left out: they stand in our own sentences. Of long ones the
/// beginning is looked for.
pub(crate) fn keep_private(words: &str) {
    if words.len() >= 8 {
        let beginning: String = words.chars().take(64).collect();
        let in_hex = hex(beginning.as_bytes());
        held(&PRIVATE).extend([beginning, in_hex]);
    }
}

/// Looks through every file in `folder` and below it. Says how many bytes.
pub(crate) fn look_through(folder: &Path) -> usize {
    let private = held(&PRIVATE).clone();
    let search = AhoCorasick::new(&private).unwrap();
    let (mut folders, mut bytes) = (vec![folder.to_owned()], 0);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let file = std::fs::read(&path).unwrap();
            bytes += file.len();
            if let Some(found) = search.find(&file) {
                let words = &private[found.pattern()];
                panic!("{words} stands in {}", path.display());
            }
        }
    }
    bytes
}

/// Looks for what is private in the lines that were not read yet.
fn read(log: &mut Log) {
    let search = AhoCorasick::new(held(&PRIVATE).iter()).unwrap();
    if let Some(found) = search.find(&log.unread) {
        let line = log
            .unread
            .split_inclusive(|byte| *byte == b'\n')
            .scan(0, |end, line| {
                *end += line.len();
                Some((*end, line))
            })
            .find(|(end, _)| *end > found.start());
        log.found = line.map(|(_, line)| String::from_utf8_lossy(line).into_owned());
    }
    log.unread.clear();
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

struct Reading;

impl io::Write for Reading {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut log = held(&LOG);
        log.lines += 1;
        log.unread.extend_from_slice(bytes);
        if log.unread.len() > GATHERED {
            read(&mut log);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
