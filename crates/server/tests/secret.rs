//! The root secret as an operator meets it: where it is, and what happens
//! without it.

#![expect(
    clippy::unwrap_used,
    reason = "all of it is test code: a helper that fails, fails its test"
)]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

const PACK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../events/sample.toml");
const PASSPHRASE: &str = "a cup was thrown in the foyer";

fn safehall(words: &[&str], typed: &str) -> Output {
    let mut child = begin(words, typed);
    child.stdin.take();
    child.wait_with_output().unwrap()
}

fn begin(words: &[&str], typed: &str) -> Child {
    let mut child = Command::new(env!("CARGO_BIN_EXE_safehall"))
        .args(words)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may not want to hear it.
    let _ = writeln!(child.stdin.as_mut().unwrap(), "{typed}");
    child
}

fn made(data: &Path, root: &str, typed: &str) {
    let data = data.to_str().unwrap();
    let said = safehall(
        &[
            "event",
            "new",
            "--from",
            PACK,
            "--data",
            data,
            "--root-secret",
            root,
        ],
        typed,
    );
    assert!(
        said.status.success(),
        "{}",
        String::from_utf8_lossy(&said.stderr)
    );
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read(path).unwrap())
        })
        .collect()
}

/// Every way to use the folder says this, and leaves it byte for byte as it was.
fn refused(data: &Path, root: &str, typed: &str, why: &str) {
    let before = files(data);
    let at = data.to_str().unwrap();
    for words in [
        vec!["serve", "--listen", "127.0.0.1:0", "--data", at],
        vec!["cases", "list", "--data", at],
        vec!["invite", "--name", "Kim", "--role", "chair", "--data", at],
    ] {
        let words = [words, vec!["--root-secret", root]].concat();
        let said = safehall(&words, typed);
        let told = String::from_utf8(said.stderr).unwrap();
        assert_eq!(said.status.code(), Some(1), "{told}");
        assert!(told.contains(why), "{words:?}: {told}");
        assert!(
            !told.contains("panicked") && !told.contains(PASSPHRASE),
            "{told}"
        );
        assert!(files(data) == before, "{words:?} wrote something");
    }
}

fn chmod(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn without_the_right_secret_nothing_starts_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let (data, secret) = (folder.path().join("data"), folder.path().join("secret.key"));
    let root = format!("file:{}", secret.display());
    made(&data, &root, "");
    assert!(
        !files(&data).contains_key("secret.key"),
        "it was to be elsewhere"
    );
    let wrong = folder.path().join("wrong.key");
    fs::write(&wrong, [7; 32]).unwrap();
    chmod(&wrong, 0o600);
    let short = folder.path().join("short.key");
    fs::write(&short, [7; 31]).unwrap();
    chmod(&short, 0o600);

    let wrong = format!("file:{}", wrong.display());
    refused(
        &data,
        &wrong,
        "",
        "the root secret does not open keyring.bin",
    );
    let short = format!("file:{}", short.display());
    refused(&data, &short, "", "must be 32 bytes long");
    refused(&data, "file:/nowhere/secret.key", "", "could not be read");
    chmod(&secret, 0o644);
    refused(&data, &root, "", "can be read by others");
    chmod(&secret, 0o600);

    let keyring = data.join("keyring.bin");
    let whole = fs::read(&keyring).unwrap();
    fs::write(&keyring, &whole[..whole.len() - 1]).unwrap();
    refused(&data, &root, "", "keyring.bin is damaged");
    fs::remove_file(&keyring).unwrap();
    refused(&data, &root, "", "keyring.bin is missing");
    let other = folder.path().join("other");
    made(&other, &root, "");
    fs::copy(other.join("keyring.bin"), &keyring).unwrap();
    let said = safehall(
        &[
            "cases",
            "list",
            "--data",
            data.to_str().unwrap(),
            "--root-secret",
            &root,
        ],
        "",
    );
    assert!(String::from_utf8_lossy(&said.stderr).contains("belongs to another event"));

    fs::write(&keyring, &whole).unwrap();
    let said = safehall(
        &[
            "cases",
            "list",
            "--data",
            data.to_str().unwrap(),
            "--root-secret",
            &root,
        ],
        "",
    );
    assert_eq!(said.stdout, b"No case yet.\n");
}

#[test]
fn a_passphrase_is_in_no_file_and_opens_by_being_typed() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let at = data.to_str().unwrap();
    let short = safehall(
        &[
            "event",
            "new",
            "--from",
            PACK,
            "--data",
            at,
            "--root-secret",
            "passphrase",
        ],
        "too short",
    );
    assert!(String::from_utf8_lossy(&short.stderr).contains("12 letters or more"));
    fs::remove_dir_all(&data).unwrap();
    made(&data, "passphrase", PASSPHRASE);
    for (name, bytes) in files(&data) {
        let found = bytes
            .windows(PASSPHRASE.len())
            .any(|part| part == PASSPHRASE.as_bytes());
        assert!(!found && name != "secret.key", "{name}");
    }

    refused(
        &data,
        "passphrase",
        "a cup was thrown in the hall",
        "does not open keyring.bin",
    );
    refused(&data, "passphrase", "", "the passphrase is missing");
    let said = safehall(
        &["cases", "list", "--data", at, "--root-secret", "passphrase"],
        PASSPHRASE,
    );
    assert_eq!(said.stdout, b"No case yet.\n");
}

#[cfg(target_os = "linux")]
#[test]
fn a_serving_process_leaves_no_core_dump() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    made(
        &data,
        &format!("file:{}", folder.path().join("s.key").display()),
        "",
    );
    let root = format!("file:{}", folder.path().join("s.key").display());
    let at = data.to_str().unwrap();
    let mut serving = begin(
        &[
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--data",
            at,
            "--root-secret",
            &root,
        ],
        "",
    );
    let mut lines = BufReader::new(serving.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().starts_with("Safehall is at"));

    let limits = fs::read_to_string(format!("/proc/{}/limits", serving.id())).unwrap();
    serving.kill().unwrap();
    serving.wait().unwrap();

    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .unwrap();
    assert_eq!(
        core.split_whitespace().collect::<Vec<_>>()[4..6],
        ["0", "0"],
        "{core}"
    );
}
