//! Reads along in the server's log, at its finest, during every story: nothing
//! that is private may ever stand in it.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::{Mutex, Once, PoisonError};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt as _;

static PRIVATE: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
static FOUND: Mutex<Option<String>> = Mutex::new(None);
static LINES: Mutex<u64> = Mutex::new(0);
static ONCE: Once = Once::new();

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
        *LINES.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let found = FOUND.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(line) = found
            && !std::thread::panicking()
        {
            panic!("something private stands in the log: {line}");
        }
    }
}

/// From now on this may not stand in the log, neither as it is nor in hex.
/// Short words are left out: they stand in our own sentences.
pub(crate) fn keep_private(words: &str) {
    if words.len() >= 8 {
        let mut private = PRIVATE.lock().unwrap_or_else(PoisonError::into_inner);
        private.insert(words.to_owned());
        private.insert(hex(words.as_bytes()));
    }
}

/// Looks through every file in `folder` and below it. Says how many bytes.
pub(crate) fn look_through(folder: &Path) -> usize {
    let private = PRIVATE
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
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
            for words in &private {
                let found = file
                    .windows(words.len())
                    .any(|part| part == words.as_bytes());
                assert!(!found, "{words} stands in {}", path.display());
            }
        }
    }
    bytes
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

struct Reading;

impl io::Write for Reading {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let line = String::from_utf8_lossy(bytes);
        *LINES.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        let private = PRIVATE.lock().unwrap_or_else(PoisonError::into_inner);
        if private.iter().any(|words| line.contains(words.as_str())) {
            *FOUND.lock().unwrap_or_else(PoisonError::into_inner) = Some(line.into_owned());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
