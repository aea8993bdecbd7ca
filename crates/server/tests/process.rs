//! The program as an operator meets it: started, signalled, refused.

#![expect(clippy::unwrap_used, reason = "in a story, what must not fail ends it")]

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Output, Stdio};
use std::sync::Arc;

use safehall_server::commands::sample_event;
use safehall_server::{Clock as _, SystemClock};
use tempfile::TempDir;

/// A data folder with the sample event in it.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    sample_event(folder.path(), SystemClock.now()).unwrap();
    folder
}

fn serve(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_safehall"));
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .env_remove("SAFEHALL_LOG")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

struct Serving {
    child: Child,
    addr: SocketAddr,
    log: BufReader<ChildStderr>,
}

impl Serving {
    /// Waits until it takes calls: its log says where.
    fn begin(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let line = line_with(&mut log, "takes calls");
        let (_, address) = line.rsplit_once("address=").unwrap();
        let addr = address.trim().parse().unwrap();
        Self { child, addr, log }
    }

    fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        let sent = Command::new("sh").args(["-c", &kill]).status().unwrap();
        assert!(sent.success());
    }

    /// How it ended, and what it said last.
    fn end(mut self) -> (Option<i32>, String) {
        let mut rest = String::new();
        self.log.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap().code(), rest)
    }

    /// A call that never sends what it announced: it holds a polite stop up.
    fn hanging_call(&self) -> TcpStream {
        let mut stream = TcpStream::connect(self.addr).unwrap();
        let head = "POST /v1/sync HTTP/1.1\r\nhost: h\r\ncontent-type: application/x-protobuf\r\n\
                    content-length: 9\r\nexpect: 100-continue\r\n\r\n";
        stream.write_all(head.as_bytes()).unwrap();
        // It has begun: the server asks for the body.
        let mut asked = [0; 12];
        stream.read_exact(&mut asked).unwrap();
        assert_eq!(&asked, b"HTTP/1.1 100");
        stream
    }
}

fn line_with(log: &mut impl BufRead, words: &str) -> String {
    let mut all = String::new();
    loop {
        let mut line = String::new();
        assert!(log.read_line(&mut line).unwrap() > 0, "it ended: {all}");
        if line.contains(words) {
            return line;
        }
        all.push_str(&line);
    }
}

fn refused(mut command: Command) -> String {
    let Output { status, stderr, .. } = command.output().unwrap();
    let said = String::from_utf8(stderr).unwrap();
    assert_eq!(status.code(), Some(1), "{said}");
    said
}

#[test]
fn one_signal_stops_in_order() {
    for signal in ["TERM", "INT"] {
        let data = folder();
        let serving = Serving::begin(serve(data.path()));

        serving.signal(signal);

        let (code, said) = serving.end();
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains("finishes what was begun"));
    }
}

#[test]
fn a_second_signal_stops_at_once_and_says_that_nothing_promised_is_lost() {
    let data = folder();
    let mut serving = Serving::begin(serve(data.path()));
    let _hanging = serving.hanging_call();

    serving.signal("TERM");
    line_with(&mut serving.log, "finishes what was begun");
    serving.signal("TERM");

    let (code, said) = serving.end();
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("stopped at once, as told; what was promised is on disk"));
}

#[test]
fn a_stop_that_takes_too_long_ends_anyway() {
    let data = folder();
    let mut command = serve(data.path());
    command.env("SAFEHALL_STOP_WITHIN_MS", "300");
    let serving = Serving::begin(command);
    let _hanging = serving.hanging_call();

    serving.signal("TERM");

    let (code, said) = serving.end();
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("could not stop in order in time; what was promised is on disk"));
}

#[test]
fn a_folder_has_one_server_and_a_killed_one_leaves_no_lock_behind() {
    let data = folder();
    let serving = Serving::begin(serve(data.path()));
    assert!(refused(serve(data.path())).contains("another safehall serves this folder already"));

    serving.signal("KILL");
    serving.end();

    let again = Serving::begin(serve(data.path()));
    again.signal("TERM");
    assert_eq!(again.end().0, Some(0));
}

/// How `safehall health` ends, and what it says.
fn health(url: &str) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = Command::new(env!("CARGO_BIN_EXE_safehall"))
        .args(["health", "--url", url])
        .output()
        .unwrap();
    (status.code(), String::from_utf8(stderr).unwrap())
}

/// Signals are on their way for a moment. A process that was stopped is `T`.
fn until_stopped(pid: u32) {
    let is_stopped = || {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
        stat.rsplit_once(") ").unwrap().1.starts_with('T')
    };
    while !is_stopped() {
        std::thread::yield_now();
    }
}

#[test]
fn a_server_that_takes_reports_is_well_and_one_that_hangs_or_is_gone_is_not() {
    let data = folder();
    let serving = Serving::begin(serve(data.path()));
    let (addr, well) = (serving.addr, (Some(0), String::new()));
    let url = format!("http://{addr}/readyz");
    assert_eq!(health(&url), well);
    assert_eq!(
        health(&format!("http://localhost:{}/readyz", addr.port())),
        well
    );

    serving.signal("STOP");
    until_stopped(serving.child.id());
    let (code, said) = health(&url);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("no answer in time"), "{said}");
    serving.signal("CONT");
    assert_eq!(health(&url), well);

    serving.signal("KILL");
    serving.end();
    let (code, said) = health(&url);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("nobody answers"), "{said}");
}

#[test]
fn something_else_at_the_address_of_the_server_is_not_well() {
    let data = folder();
    let files = tempfile::tempdir().unwrap();
    certificate(files.path());
    let secure = Serving::begin(serve_tls(data.path(), files.path()));
    let (code, said) = health(&format!("http://{}/readyz", secure.addr));
    assert_eq!(code, Some(1), "{said}");
    secure.signal("TERM");
    assert_eq!(secure.end().0, Some(0));

    for (answer, expected) in [
        (
            "HTTP/1.1 503 Service Unavailable\r\n\r\n",
            "the server says 503\n",
        ),
        (
            "HTTP/1.1 503 Service Unavailable\r\n\r\ncannot write\n",
            "the server says 503: cannot write\n",
        ),
        (
            "HTTP/1.1 404 Not Found\r\n\r\n<h1>Another program</h1>\n",
            "the server says 404\n",
        ),
        ("HTTP/1.1 302 Found\r\n\r\n", "the server says 302"),
        ("SSH-2.0-OpenSSH_9.2\r\n", "this is not HTTP"),
        ("", "this is not HTTP"),
    ] {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/readyz", listener.local_addr().unwrap());
        let other = std::thread::spawn(move || {
            let (mut line, _) = listener.accept().unwrap();
            // All that it asks, so that hanging up is no reset.
            let mut asked = BufReader::new(line.try_clone().unwrap());
            line_with(&mut asked, "Connection: close");
            line_with(&mut asked, "\r\n");
            line.write_all(answer.as_bytes()).unwrap();
        });
        let (code, said) = health(&url);
        other.join().unwrap();
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains(expected), "{said}");
    }
    let (code, said) = health("https://127.0.0.1:1/readyz");
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("expected http://ADDRESS:PORT/PATH"), "{said}");
}

#[test]
fn an_address_that_another_program_has_is_named_with_what_to_do() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let data = folder();
    let mut command = Command::new(env!("CARGO_BIN_EXE_safehall"));
    command
        .args(["serve", "--listen", &address.to_string(), "--data"])
        .arg(data.path());

    let said = refused(command);

    assert!(
        said.contains(&format!("could not listen at {address}")),
        "{said}"
    );
    assert!(said.contains("choose another port"), "{said}");
}

#[test]
fn a_log_that_cannot_be_is_refused_together_with_everything_else() {
    let data = folder();
    let mut both = serve(data.path());
    both.env("SAFEHALL_LOG", "loud")
        .env("SAFEHALL_WORKERS", "many");
    let said = refused(both);
    assert!(said.contains("has 2 mistake(s)"), "{said}");
    assert!(
        said.contains("SAFEHALL_LOG: expected off, error, warn"),
        "{said}"
    );

    let place = tempfile::tempdir().unwrap();
    let mut demo = Command::new(env!("CARGO_BIN_EXE_safehall"));
    demo.args(["demo", "--port", "0", "--data"])
        .arg(place.path().join("demo"))
        .env("SAFEHALL_LOG", "loud");
    let said = refused(demo);
    assert!(said.contains("for example info"), "{said}");
    assert!(!place.path().join("demo").exists());
}

#[test]
fn a_second_demo_leaves_the_one_that_runs_alone() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("demo");
    let demo = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_safehall"));
        command
            .args(["demo", "--port", "0", "--data"])
            .arg(&data)
            .env_remove("SAFEHALL_LOG")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        command
    };
    let running = Serving::begin(demo());
    let before = std::fs::read(data.join("keyring.bin")).unwrap();

    assert!(refused(demo()).contains("another safehall serves this folder already"));
    assert_eq!(std::fs::read(data.join("keyring.bin")).unwrap(), before);

    running.signal("TERM");
    assert_eq!(running.end().0, Some(0));
}

#[test]
fn the_first_line_of_help_says_what_it_is_for() {
    let Output { stdout, .. } = Command::new(env!("CARGO_BIN_EXE_safehall"))
        .arg("--help")
        .output()
        .unwrap();
    let said = String::from_utf8(stdout).unwrap();
    assert!(said.starts_with("The code-of-conduct incident log for conference staff"));
}

#[test]
fn a_folder_that_cannot_be_served_is_refused_in_plain_words() {
    let empty = tempfile::tempdir().unwrap();
    assert!(refused(serve(empty.path())).contains("there is no event in this folder"));

    let mut odd = serve(empty.path());
    odd.env("NO_TEXT", OsStr::from_bytes(b"caf\xe9"));
    assert!(refused(odd).contains("there is no event in this folder"));

    let newer = folder();
    let conn = rusqlite::Connection::open(newer.path().join("safehall.db")).unwrap();
    conn.pragma_update(None, "user_version", 99).unwrap();
    drop(conn);
    let said = refused(serve(newer.path()));
    assert!(said.contains("the database is at step 99"), "{said}");
    assert!(said.contains("use the newer safehall"), "{said}");

    let damaged = folder();
    std::fs::write(damaged.path().join("safehall.db"), vec![7; 9_000]).unwrap();
    let said = refused(serve(damaged.path()));
    assert!(said.contains("the database is damaged"), "{said}");
    assert!(
        !said.contains("panicked") && said.lines().count() == 1,
        "{said}"
    );
}

/// A certificate for `localhost` and its key, as files; and the certificate, to trust it.
fn certificate(folder: &Path) -> rustls::pki_types::CertificateDer<'static> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(folder.join("cert.pem"), made.cert.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    made.cert.der().clone()
}

fn serve_tls(data: &Path, files: &Path) -> Command {
    let mut command = serve(data);
    command
        .arg("--tls-cert")
        .arg(files.join("cert.pem"))
        .arg("--tls-key")
        .arg(files.join("key.pem"));
    command
}

#[test]
fn with_a_certificate_calls_are_taken_over_tls_and_in_no_other_way() {
    let data = folder();
    let files = tempfile::tempdir().unwrap();
    let trusted = certificate(files.path());
    let serving = Serving::begin(serve_tls(data.path(), files.path()));

    let mut roots = rustls::RootCertStore::empty();
    roots.add(trusted).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = "localhost".try_into().unwrap();
    let connection = rustls::ClientConnection::new(Arc::new(config), name).unwrap();
    let stream = TcpStream::connect(serving.addr).unwrap();
    let mut secure = rustls::StreamOwned::new(connection, stream);
    let call = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    secure.write_all(call).unwrap();
    let mut answer = [0; 12];
    secure.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");

    let mut plain = TcpStream::connect(serving.addr).unwrap();
    plain.write_all(call).unwrap();
    let mut answer = Vec::new();
    // It may hang up rudely; what counts is what it said before.
    let _ = plain.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP"), "it spoke without TLS");

    drop(secure);
    serving.signal("TERM");
    assert_eq!(serving.end().0, Some(0));
}

#[test]
fn a_certificate_that_cannot_be_used_is_refused_before_anybody_comes_in() {
    let data = folder();
    let files = tempfile::tempdir().unwrap();
    certificate(files.path());
    std::fs::write(files.path().join("key.pem"), "not a key").unwrap();

    let said = refused(serve_tls(data.path(), files.path()));

    assert!(
        said.contains("the certificate or its key cannot be used"),
        "{said}"
    );
}

/// What a browser opens a conversation with: a client hello whose newest version
/// is `minor` of TLS 1, and in which nothing else is old.
fn hello(minor: u8) -> Vec<u8> {
    let suites = [0xc0, 0x2b, 0xc0, 0x2f];
    let extensions = [
        [0, 10, 0, 4, 0, 2, 0, 23].as_slice(),
        &[0, 11, 0, 2, 1, 0],
        &[0, 13, 0, 4, 0, 2, 4, 3],
    ]
    .concat();
    let mut hello = vec![3, minor];
    hello.extend_from_slice(&[7; 32]);
    hello.push(0);
    hello.extend_from_slice(&[0, 4]);
    hello.extend_from_slice(&suites);
    hello.extend_from_slice(&[1, 0, 0, u8::try_from(extensions.len()).unwrap()]);
    hello.extend_from_slice(&extensions);
    let length = |bytes: usize| u16::try_from(bytes).unwrap().to_be_bytes();
    let mut record = vec![22, 3, minor];
    record.extend_from_slice(&length(hello.len() + 4));
    record.extend_from_slice(&[1, 0]);
    record.extend_from_slice(&length(hello.len()));
    record.extend_from_slice(&hello);
    record
}

#[test]
fn tls_older_than_1_2_is_no_tls() {
    let data = folder();
    let files = tempfile::tempdir().unwrap();
    let trusted = certificate(files.path());
    let serving = Serving::begin(serve_tls(data.path(), files.path()));

    let answer = |minor| {
        let mut stream = TcpStream::connect(serving.addr).unwrap();
        stream.write_all(&hello(minor)).unwrap();
        let mut answer = [0; 7];
        stream.read_exact(&mut answer).unwrap();
        answer
    };
    for minor in [1, 2] {
        // An alert, fatal: protocol version.
        assert_eq!(
            answer(minor),
            [21, 3, 3, 0, 2, 2, 70],
            "TLS 1.{}",
            minor - 1
        );
    }
    assert_eq!(answer(3)[0], 22, "the same hello for TLS 1.2 is taken");
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(trusted.clone()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[version])
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = "localhost".try_into().unwrap();
        let mut connection = rustls::ClientConnection::new(Arc::new(config), name).unwrap();
        let mut stream = TcpStream::connect(serving.addr).unwrap();
        while connection.is_handshaking() {
            connection.complete_io(&mut stream).unwrap();
        }
        assert_eq!(connection.protocol_version(), Some(version.version));
    }

    serving.signal("TERM");
    assert_eq!(serving.end().0, Some(0));
}
