//! What the operator decides, read once and checked as a whole.
//!
//! A file is overruled by the environment, the environment by flags. All
//! mistakes are reported together, each with what was expected; nothing else in
//! the program reads the environment.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::logging;
use crate::vault::RootSource;
use crate::worker::Spec;

/// How the server runs. Made by [`Config::read`], or by [`Config::for_tests`].
#[derive(Clone, Debug)]
pub struct Config {
    /// The folder with the event's data.
    pub data: PathBuf,
    /// Where the root secret is.
    pub root_secret: RootSource,
    /// What the server's own log tells, as a filter of `tracing`.
    pub log: String,
    /// Where to listen.
    pub listen: SocketAddr,
    /// What people type into the browser, for example `https://safehall.example.org`. Without it
    /// only this machine's own names are let in.
    pub origin: Option<String>,
    /// Certificate chain and private key, both PEM.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// Until the first byte of a connection, and until the head of a request is complete.
    pub head_timeout: Duration,
    /// Until a request's body is here, and then until it is answered.
    pub request_timeout: Duration,
    /// Connections at once.
    pub connections: usize,
    /// Connections at once from one address. A whole hall may be behind one, so
    /// this only keeps one machine from taking all the room.
    pub connections_per_address: usize,
    /// Requests at once; more are told to come back.
    pub requests: usize,
    /// Bytes of request bodies in memory at once, beside the first 4 KiB of each;
    /// more are told to come back.
    pub body_bytes: usize,
    /// Pieces of work that may wait for the disk.
    pub waiting_writes: usize,
    /// Changes that one device may send in an hour.
    pub device_changes_per_hour: u32,
    /// Bytes that one device may send in an hour.
    pub device_bytes_per_hour: u64,
    /// Bytes of attachments that one device may send in an hour.
    pub device_attachment_bytes_per_hour: u64,
    /// Bytes that all attachments of the event may take together. What is over it
    /// waits on the phones: photos must never take the room that words need.
    pub attachment_bytes: u64,
    /// The `safehall` program, which checks changes in processes of its own.
    pub worker_program: PathBuf,
    /// Such processes at once.
    pub workers: usize,
    /// Bytes of memory that each of them may map.
    pub worker_memory: u64,
    /// Seconds of a processor that one check may take.
    pub worker_cpu_seconds: u64,
    /// Until a check must be over.
    pub worker_wall: Duration,
    /// Until a live reader takes what it is sent; one that does not is hung up
    /// on and finds the rest when it comes back.
    pub slow_reader: Duration,
    /// How often grants are looked through for those that have run out.
    pub rounds: Duration,
    /// How long a stop may take before it stops anyway.
    pub stop_within: Duration,
    /// What one phone brings of another is answered after a whole number of these.
    pub carried_pace: Duration,
    /// The database's greatest size, in pages of 4 KiB. For tests of a full disk.
    pub max_pages: Option<u32>,
}

/// What was wrong with the configuration, all of it.
#[derive(Debug, Eq, PartialEq)]
pub struct Mistakes(pub Vec<String>);

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the configuration has {} mistake(s):", self.0.len())?;
        self.0
            .iter()
            .try_for_each(|mistake| write!(f, "\n  - {mistake}"))
    }
}

impl std::error::Error for Mistakes {}

/// Every name that is understood, in the file as written here, in the
/// environment in capitals behind `SAFEHALL_`.
const NAMES: &[&str] = &[
    "data",
    "root_secret",
    "listen",
    "origin",
    "tls_cert",
    "tls_key",
    "head_timeout_ms",
    "request_timeout_ms",
    "connections",
    "connections_per_address",
    "requests",
    "body_bytes",
    "waiting_writes",
    "device_changes_per_hour",
    "device_bytes_per_hour",
    "device_attachment_bytes_per_hour",
    "attachment_bytes",
    "workers",
    "worker_memory_bytes",
    "worker_cpu_seconds",
    "worker_wall_ms",
    "slow_reader_ms",
    "stop_within_ms",
];

/// All variables. One of somebody else's that is no text must not stop the server.
pub(crate) fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os().filter_map(|(name, value)| {
        let name = name.into_string().ok()?;
        Some((name, value.to_string_lossy().into_owned()))
    })
}

/// The folder that systemd puts a service's credentials into.
pub(crate) const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// Where a value came from, to say so when it is wrong.
struct Given {
    value: String,
    from: String,
}

impl Config {
    /// Puts file, environment and flags together and checks all of it.
    ///
    /// `environment` holds all variables; those without `SAFEHALL_` are not
    /// looked at. `flags` are by the names of the file.
    ///
    /// # Errors
    ///
    /// [`Mistakes`] with every mistake; nothing was done.
    pub fn read(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
        flags: impl IntoIterator<Item = (&'static str, String)>,
    ) -> Result<Self, Mistakes> {
        let mut mistakes = Vec::new();
        let mut given = BTreeMap::new();
        let mut credentials = None;
        let mut log = None;
        if let Some(path) = file {
            from_file(path, &mut given, &mut mistakes);
        }
        for (name, value) in environment {
            if name == CREDENTIALS {
                credentials = Some(PathBuf::from(value));
                continue;
            }
            let Some(rest) = name.strip_prefix("SAFEHALL_") else {
                continue;
            };
            let lower = rest.to_ascii_lowercase();
            match NAMES.iter().find(|known| **known == lower) {
                Some(known) => {
                    given.insert(*known, Given { value, from: name });
                }
                // This one belongs to the command line itself.
                None if rest == "CONFIG" => {}
                None if rest == "LOG" => match checked_log(&value) {
                    Ok(value) => log = Some(value),
                    Err(mistake) => mistakes.push(mistake),
                },
                None => mistakes.push(format!("{name}: no such setting")),
            }
        }
        for (name, value) in flags {
            given.insert(
                name,
                Given {
                    value,
                    from: format!("--{}", name.replace('_', "-")),
                },
            );
        }
        let mut config = Self::check(&given, credentials.as_deref(), &mut mistakes);
        config.log = log.unwrap_or(config.log);
        if mistakes.is_empty() {
            Ok(config)
        } else {
            Err(Mistakes(mistakes))
        }
    }

    fn check(
        given: &BTreeMap<&'static str, Given>,
        credentials: Option<&Path>,
        mistakes: &mut Vec<String>,
    ) -> Self {
        let defaults = Self::for_tests(PathBuf::new());
        let mut reader = Reader { given, mistakes };
        let data = reader.get("data", "a folder", |value| {
            (!value.is_empty()).then(|| PathBuf::from(value))
        });
        if data.is_none() && !given.contains_key("data") {
            reader.mistakes.push(
                "data: missing; expected the folder that `safehall event new` made".to_owned(),
            );
        }
        let root = reader.get(
            "root_secret",
            "file:PATH, passphrase, or credential:NAME in a systemd unit that loads it",
            |value| RootSource::read(value, credentials),
        );
        let listen = reader.get(
            "listen",
            "an address and a port such as 127.0.0.1:8080",
            |value| value.parse().ok(),
        );
        let origin = reader.get("origin", ORIGIN, checked_origin);
        let millis = |value: &str| {
            value
                .parse()
                .ok()
                .filter(|ms| (100..=600_000).contains(ms))
                .map(Duration::from_millis)
        };
        let count = |value: &str| {
            value
                .parse::<u32>()
                .ok()
                .filter(|count| (1..=100_000).contains(count))
        };
        let several = |value: &str| count(value).and_then(|count| usize::try_from(count).ok());
        let head = reader.get("head_timeout_ms", "100 to 600000", millis);
        let request = reader.get("request_timeout_ms", "100 to 600000", millis);
        let slow = reader.get("slow_reader_ms", "100 to 600000", millis);
        let stop = reader.get("stop_within_ms", "100 to 600000", millis);
        let connections = reader.get("connections", "1 to 100000", several);
        let from_one = reader.get("connections_per_address", "1 to 100000", several);
        let requests = reader.get("requests", "1 to 100000", several);
        let bodies = reader.get("body_bytes", "8388608 to 4294967295", |value| {
            let bytes: u32 = value.parse().ok()?;
            usize::try_from(bytes)
                .ok()
                .filter(|bytes| *bytes >= 8 << 20)
        });
        let waiting = reader.get("waiting_writes", "1 to 100000", several);
        let changes = reader.get("device_changes_per_hour", "1 to 100000", count);
        let bytes = reader.get("device_bytes_per_hour", "a number of bytes", |value| {
            value.parse().ok()
        });
        let attached = reader.get(
            "device_attachment_bytes_per_hour",
            "a number of bytes",
            |value| value.parse().ok(),
        );
        let attachments = reader.get("attachment_bytes", "a number of bytes", |value| {
            value.parse().ok()
        });
        let workers = reader.get("workers", "1 to 64", |value| {
            several(value).filter(|workers| *workers <= 64)
        });
        let memory = reader.get("worker_memory_bytes", "at least 33554432", |value| {
            value.parse().ok().filter(|bytes| *bytes >= 32 << 20)
        });
        let cpu = reader.get("worker_cpu_seconds", "1 to 60", |value| {
            count(value).filter(|seconds| *seconds <= 60).map(u64::from)
        });
        let wall = reader.get("worker_wall_ms", "100 to 600000", millis);
        let pem = |value: &str| (!value.is_empty()).then(|| PathBuf::from(value));
        let tls = match (
            reader.get("tls_cert", "a PEM file", pem),
            reader.get("tls_key", "a PEM file", pem),
        ) {
            (Some(cert), Some(key)) => Some((cert, key)),
            (None, None) => None,
            _ => {
                reader
                    .mistakes
                    .push("tls_cert, tls_key: one of them alone; expected both or none".to_owned());
                None
            }
        };
        Self {
            data: data.unwrap_or_default(),
            root_secret: root.unwrap_or_default(),
            log: defaults.log,
            listen: listen.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080))),
            origin,
            tls,
            head_timeout: head.unwrap_or(defaults.head_timeout),
            request_timeout: request.unwrap_or(defaults.request_timeout),
            connections: connections.unwrap_or(defaults.connections),
            connections_per_address: from_one.unwrap_or(defaults.connections_per_address),
            requests: requests.unwrap_or(defaults.requests),
            body_bytes: bodies.unwrap_or(defaults.body_bytes),
            waiting_writes: waiting.unwrap_or(defaults.waiting_writes),
            device_changes_per_hour: changes.unwrap_or(defaults.device_changes_per_hour),
            device_bytes_per_hour: bytes.unwrap_or(defaults.device_bytes_per_hour),
            device_attachment_bytes_per_hour: attached
                .unwrap_or(defaults.device_attachment_bytes_per_hour),
            attachment_bytes: attachments.unwrap_or(defaults.attachment_bytes),
            worker_program: defaults.worker_program,
            workers: workers.unwrap_or(defaults.workers),
            worker_memory: memory.unwrap_or(defaults.worker_memory),
            worker_cpu_seconds: cpu.unwrap_or(defaults.worker_cpu_seconds),
            worker_wall: wall.unwrap_or(defaults.worker_wall),
            slow_reader: slow.unwrap_or(defaults.slow_reader),
            rounds: defaults.rounds,
            stop_within: stop.unwrap_or(defaults.stop_within),
            carried_pace: Duration::from_secs(1),
            max_pages: None,
        }
    }

    /// The defaults, on a free port of this machine, over the event in `data`.
    pub fn for_tests(data: PathBuf) -> Self {
        Self {
            data,
            root_secret: RootSource::Folder,
            log: "info".to_owned(),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            origin: None,
            tls: None,
            head_timeout: Duration::from_secs(5),
            request_timeout: Duration::from_secs(15),
            connections: 1_024,
            connections_per_address: 256,
            requests: 256,
            body_bytes: 128 * 1024 * 1024,
            waiting_writes: 1_024,
            device_changes_per_hour: 500,
            device_bytes_per_hour: 20 * 1024 * 1024,
            device_attachment_bytes_per_hour: 128 * 1024 * 1024,
            attachment_bytes: 2 * 1024 * 1024 * 1024,
            worker_program: this_program(),
            workers: std::thread::available_parallelism().map_or(2, |many| many.get().clamp(2, 4)),
            worker_memory: 512 << 20,
            worker_cpu_seconds: 2,
            worker_wall: Duration::from_secs(5),
            slow_reader: Duration::from_secs(10),
            rounds: Duration::from_secs(10),
            stop_within: Duration::from_secs(10),
            carried_pace: Duration::from_millis(50),
            max_pages: None,
        }
    }
}

impl Config {
    pub(crate) fn worker(&self) -> Spec {
        Spec {
            program: self.worker_program.clone(),
            memory: self.worker_memory,
            cpu_seconds: self.worker_cpu_seconds,
            wall: self.worker_wall,
            at_once: self.workers,
        }
    }
}

/// The program that runs, also when its file was replaced meanwhile: the next
/// worker must speak as this server does. For a server inside a test, the
/// `safehall` that was built together with it.
fn this_program() -> PathBuf {
    let this = std::env::current_exe().unwrap_or_default();
    let folder = this.parent().unwrap_or(Path::new(""));
    if folder.ends_with("deps") {
        return folder.with_file_name("safehall");
    }
    let running = Path::new("/proc/self/exe");
    if running.exists() {
        running.to_owned()
    } else {
        this
    }
}

struct Reader<'a> {
    given: &'a BTreeMap<&'static str, Given>,
    mistakes: &'a mut Vec<String>,
}

impl Reader<'_> {
    fn get<T>(
        &mut self,
        name: &str,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let given = self.given.get(name)?;
        let parsed = parse(given.value.trim());
        if parsed.is_none() {
            self.mistakes
                .push(format!("{}: expected {expected}", given.from));
        }
        parsed
    }
}

/// What `SAFEHALL_LOG` asks for, for a command that has no other setting. None if it is not there.
pub(crate) fn log() -> Result<Option<String>, Mistakes> {
    environment()
        .find(|(name, _)| name == "SAFEHALL_LOG")
        .map(|(_, value)| checked_log(&value))
        .transpose()
        .map_err(|mistake| Mistakes(vec![mistake]))
}

fn checked_log(value: &str) -> Result<String, String> {
    let value = value.trim();
    match logging::filter(value) {
        Some(_) => Ok(value.to_owned()),
        None => Err(format!("SAFEHALL_LOG: expected {}", logging::FILTER)),
    }
}

const ORIGIN: &str = "https://NAME or http://NAME:PORT, without a path";

/// An origin on the command line of something that makes links, under the rules of the server's own.
pub(crate) fn origin(value: &str) -> Result<String, String> {
    checked_origin(value.trim()).ok_or_else(|| format!("expected {ORIGIN}"))
}

/// An origin as browsers say it: in small letters, and without the port that its scheme has anyway.
fn checked_origin(value: &str) -> Option<String> {
    let value = value.to_ascii_lowercase();
    let (host, usual) = match value.strip_prefix("https://") {
        Some(host) => (host, ":443"),
        None => (value.strip_prefix("http://")?, ":80"),
    };
    // It also stands in the policy that browsers are told.
    let plain = host.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '[')
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte));
    plain.then(|| value.strip_suffix(usual).unwrap_or(&value).to_owned())
}

fn from_file(path: &Path, given: &mut BTreeMap<&'static str, Given>, mistakes: &mut Vec<String>) {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            mistakes.push(format!("{}: could not be read: {error}", path.display()));
            return;
        }
    };
    let table: toml::Table = match text.parse() {
        Ok(table) => table,
        Err(error) => {
            mistakes.push(format!("{}: {error}", path.display()));
            return;
        }
    };
    for (name, value) in table {
        let value = match value {
            toml::Value::String(text) => text,
            toml::Value::Integer(number) => number.to_string(),
            _ => {
                mistakes.push(format!(
                    "{}: {name}: expected a text or a number",
                    path.display()
                ));
                continue;
            }
        };
        match NAMES.iter().find(|known| **known == name) {
            Some(known) => {
                given.insert(
                    *known,
                    Given {
                        value,
                        from: format!("{}: {name}", path.display()),
                    },
                );
            }
            None => mistakes.push(format!("{}: {name}: no such setting", path.display())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn a_flag_beats_the_environment_and_the_environment_beats_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("safehall.toml");
        std::fs::write(
            &file,
            "data = \"/file\"\nlisten = \"127.0.0.1:1\"\nconnections = 7\n",
        )
        .unwrap();

        let environment = [
            set("SAFEHALL_DATA", "/environment"),
            set("SAFEHALL_LISTEN", "127.0.0.1:2"),
            set("HOME", "/"),
        ];
        let config =
            Config::read(Some(&file), environment, [("data", "/flag".to_owned())]).unwrap();

        assert_eq!(config.data, PathBuf::from("/flag"));
        assert_eq!(config.listen.port(), 2);
        assert_eq!(config.connections, 7);
    }

    #[test]
    fn an_origin_is_kept_as_browsers_say_it() {
        for (typed, origin) in [
            ("https://Hall.Example", Some("https://hall.example")),
            ("HTTPS://hall.example:443", Some("https://hall.example")),
            (
                "https://hall.example:8443",
                Some("https://hall.example:8443"),
            ),
            ("http://[::1]:80", Some("http://[::1]")),
            ("http://hall.example:443", Some("http://hall.example:443")),
            ("https://hall.example/", None),
            ("https://hall.example;script-src", None),
            ("https://hall.example,https://other.example", None),
            ("https://*", None),
            ("https://:443", None),
        ] {
            assert_eq!(checked_origin(typed).as_deref(), origin, "{typed}");
        }
    }

    #[test]
    fn no_number_that_is_taken_stops_the_server_from_starting() {
        let most = [
            set("SAFEHALL_DATA", "/d"),
            set("SAFEHALL_BODY_BYTES", "4294967295"),
        ];
        let config = Config::read(None, most, []).unwrap();
        let room = tokio::sync::Semaphore::new(config.body_bytes);
        assert_eq!(room.available_permits(), config.body_bytes);

        let more = [
            set("SAFEHALL_DATA", "/d"),
            set("SAFEHALL_BODY_BYTES", "18446744073709551615"),
        ];
        assert_eq!(
            Config::read(None, more, []).unwrap_err().0,
            ["SAFEHALL_BODY_BYTES: expected 8388608 to 4294967295"]
        );
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        let environment = [
            set("SAFEHALL_LISTEN", "everywhere"),
            set("SAFEHALL_ORIGIN", "https://hall.example/app"),
            set("SAFEHALL_COLOUR", "red"),
            set("SAFEHALL_LOG", "loud"),
            set("SAFEHALL_TLS_CERT", "cert.pem"),
        ];
        let mistakes =
            Config::read(None, environment, [("connections", "0".to_owned())]).unwrap_err();

        assert_eq!(
            mistakes.0,
            [
                "SAFEHALL_COLOUR: no such setting",
                "SAFEHALL_LOG: expected off, error, warn, info, debug or trace, also for single parts, for example info or warn,safehall_server=debug",
                "data: missing; expected the folder that `safehall event new` made",
                "SAFEHALL_LISTEN: expected an address and a port such as 127.0.0.1:8080",
                "SAFEHALL_ORIGIN: expected https://NAME or http://NAME:PORT, without a path",
                "--connections: expected 1 to 100000",
                "tls_cert, tls_key: one of them alone; expected both or none",
            ]
        );
    }
}
