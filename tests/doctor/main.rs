//! `safehall doctor` before deployments that are broken in one way each, and
//! before one that is whole.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "all of it is test code: a helper that fails, fails its test"
)]

#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use safehall_server::commands::{run_words, sample_event};
use safehall_sync::wire::{Push, frame};
use safehall_testkit::chance::Chance;
use support::author::Case;
use support::rig::{Rig, binary, now_millis};
use tempfile::TempDir;

/// How somebody asks for a doctor: the folder, the flags, the environment.
struct Visit {
    folder: TempDir,
    flags: Vec<String>,
    env: BTreeMap<&'static str, String>,
    within: Vec<String>,
}

impl Visit {
    fn set(&mut self, flag: &str, value: &str) {
        self.flags
            .retain(|given| !given.starts_with(&format!("{flag}=")));
        self.flags.push(format!("{flag}={value}"));
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn mode(&self, name: &str, mode: u32) {
        fs::set_permissions(self.file(name), fs::Permissions::from_mode(mode)).unwrap();
    }

    fn sql(&self, words: &str) {
        let database = rusqlite::Connection::open(self.file("safehall.db")).unwrap();
        database.execute_batch(words).unwrap();
    }

    /// The names of what was found, by level, and whether it ended with 0.
    fn found(&self) -> (BTreeMap<String, Vec<String>>, bool) {
        let program = binary().unwrap();
        let mut words = self.within.clone();
        words.push(program.display().to_string());
        let mut command = Command::new(&words[0]);
        command
            .args(&words[1..])
            .args(["doctor", "--json", "--data"])
            .arg(self.folder.path());
        let said = command
            .args(&self.flags)
            .env_clear()
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
            .envs(&self.env)
            .output()
            .unwrap();
        let text = String::from_utf8(said.stdout).unwrap();
        let findings: Vec<serde_json::Value> = serde_json::from_str(&text)
            .unwrap_or_else(|_| panic!("{text}{}", String::from_utf8_lossy(&said.stderr)));
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for finding in findings {
            let word = |name: &str| finding[name].as_str().unwrap().to_owned();
            assert!(word("level") == "good" || !word("say").is_empty());
            found.entry(word("level")).or_default().push(word("name"));
        }
        (found, said.status.success())
    }
}

/// Copies of folders that were made once.
struct Folders {
    /// Two leads with a device each, and one case.
    whole: TempDir,
    /// The same before the second lead came.
    one_lead: TempDir,
}

fn copy(from: &Path) -> TempDir {
    let to = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let copied = to.path().join(entry.file_name());
        fs::copy(entry.path(), copied).unwrap();
    }
    fs::set_permissions(to.path(), fs::Permissions::from_mode(0o700)).unwrap();
    to
}

impl Folders {
    fn make() -> Self {
        let chance = Chance::seeded(0xd0c);
        let mut rig = Rig::start().unwrap();
        let mut alma = rig.device_of("Alma", &mut chance.branch("alma")).unwrap();
        rig.kill().unwrap();
        let one_lead = copy(rig.folder.path());
        let at = rig.serve().unwrap();
        alma.reconnect_to(at);
        let _tom = rig.device_of("Tom", &mut chance.branch("tom")).unwrap();
        let (_, first) = Case::open(&alma, &chance, "case").unwrap();
        let push = Push {
            push_id: 1,
            envelopes: vec![first],
        };
        let heard = alma.sync(vec![frame::Kind::Push(push)]).unwrap();
        assert!(
            heard
                .iter()
                .any(|frame| matches!(frame, frame::Kind::Kept(_)))
        );
        rig.kill().unwrap();
        Self {
            whole: copy(rig.folder.path()),
            one_lead,
        }
    }

    /// As it should be asked for: behind a proxy on this machine.
    fn visit(&self) -> Visit {
        over(copy(self.whole.path()))
    }
}

fn over(folder: TempDir) -> Visit {
    let mut visit = Visit {
        folder,
        flags: Vec::new(),
        env: BTreeMap::from([("SAFEHALL_CONNECTIONS_PER_ADDRESS", "1024".to_owned())]),
        within: vec!["prlimit".to_owned(), "--nofile=4096:4096".to_owned()],
    };
    visit.set("--origin", "https://safehall.example.org");
    visit
}

/// An event out of the sample's pack with something changed in it.
fn of_pack(change: impl Fn(&str) -> String) -> Visit {
    let packs = tempfile::tempdir().unwrap();
    let events = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .join("events");
    for entry in fs::read_dir(events).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), packs.path().join(entry.file_name())).unwrap();
    }
    let pack = packs.path().join("sample.toml");
    let text = fs::read_to_string(&pack).unwrap();
    let changed = change(&text);
    assert_ne!(text, changed, "the pack was not changed");
    fs::write(&pack, changed).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (pack.to_str().unwrap(), folder.path().to_str().unwrap());
    run_words(["event", "new", "--from", from, "--data", to]).unwrap();
    over(folder)
}

/// What a machine that runs tests may lack is not what is looked for here.
const OF_THE_MACHINE: [&str; 3] = ["swap", "disk", "superuser"];

fn missing(found: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let names = found.get("missing").cloned().unwrap_or_default();
    names
        .into_iter()
        .filter(|name| !OF_THE_MACHINE.contains(&name.as_str()))
        .collect()
}

/// A backup with so many recipients; its body does not matter here.
fn age_file(visit: &mut Visit, recipients: usize) -> PathBuf {
    let file = visit.file("backup.age");
    let line = "-> X25519 TEiF0ypqr+bpvcqXNyCVJpL7OuwPdVwPL7KQEbFDOCc\nEmECAEcKN+n/Vs9SbWiV+Hu0r+E8R77DdWYyd83nw7U\n";
    fs::write(
        &file,
        format!(
            "age-encryption.org/v1\n{}--- mark\n",
            line.repeat(recipients)
        ),
    )
    .unwrap();
    let named = file.display().to_string();
    visit.set("--backup", &named);
    file
}

type Break = (&'static str, &'static str, Box<dyn Fn(&mut Visit)>);

fn breaks() -> Vec<Break> {
    fn broken(what: &'static str, name: &'static str, how: impl Fn(&mut Visit) + 'static) -> Break {
        (what, name, Box::new(how))
    }
    vec![
        broken("a folder with no event", "event", |visit| {
            visit.folder = tempfile::tempdir().unwrap()
        }),
        broken(
            "a folder that others can look into",
            "folder-mode",
            |visit| visit.mode("", 0o755),
        ),
        broken("a keyring that others can read", "key-mode", |visit| {
            visit.mode("keyring.bin", 0o644)
        }),
        broken("no root secret", "secret", |visit| {
            fs::remove_file(visit.file("secret.key")).unwrap()
        }),
        broken("half a root secret", "secret", |visit| {
            fs::write(visit.file("secret.key"), [7; 31]).unwrap()
        }),
        broken("a root secret that others can read", "secret", |visit| {
            visit.mode("secret.key", 0o644)
        }),
        broken("another event's root secret", "keyring", |visit| {
            fs::write(visit.file("secret.key"), [7; 32]).unwrap()
        }),
        broken("no keyring", "keyring", |visit| {
            fs::remove_file(visit.file("keyring.bin")).unwrap()
        }),
        broken("a damaged keyring", "keyring", |visit| {
            let mut bytes = fs::read(visit.file("keyring.bin")).unwrap();
            bytes[40] ^= 1;
            fs::write(visit.file("keyring.bin"), bytes).unwrap();
        }),
        broken("a damaged database", "database", |visit| {
            let mut bytes = fs::read(visit.file("safehall.db")).unwrap();
            bytes[8_192..16_384].fill(0xa5);
            fs::write(visit.file("safehall.db"), bytes).unwrap();
            let _ = fs::remove_file(visit.file("safehall.db-wal"));
            let _ = fs::remove_file(visit.file("safehall.db-shm"));
        }),
        broken("no origin", "origin", |visit| visit.flags.clear()),
        broken(
            "an origin that only this machine knows",
            "origin",
            |visit| {
                visit.set("--origin", "http://localhost:8080");
            },
        ),
        broken("an origin without TLS", "origin-https", |visit| {
            visit.set("--origin", "http://safehall.example.org");
        }),
        broken("a certificate that is none", "tls", |visit| {
            fs::write(visit.file("cert.pem"), "nothing").unwrap();
            let cert = visit.file("cert.pem").display().to_string();
            visit.set("--tls-cert", &cert);
            visit.set("--tls-key", &cert);
        }),
        broken(
            "a private key that others can read",
            "tls-key-mode",
            |visit| {
                let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
                fs::write(visit.file("cert.pem"), made.cert.pem()).unwrap();
                fs::write(visit.file("key.pem"), made.signing_key.serialize_pem()).unwrap();
                visit.mode("key.pem", 0o640);
                let file = |name| visit.file(name).display().to_string();
                let (cert, key) = (file("cert.pem"), file("key.pem"));
                visit.set("--tls-cert", &cert);
                visit.set("--tls-key", &key);
            },
        ),
        broken(
            "a proxy that is taken for one guest",
            "proxy-address",
            |visit| visit.env.clear(),
        ),
        broken("a setting that does not exist", "configuration", |visit| {
            visit.env.insert("SAFEHALL_COLOUR", "red".to_owned());
        }),
        broken("the pretend event", "demo", |visit| {
            fs::write(visit.file("demo"), "").unwrap()
        }),
        broken("a clock that is behind", "clock", |visit| {
            visit.sql(&format!(
                "update change set received_at = {}",
                now_millis() + 3_600_000
            ));
        }),
        broken("a backup that is a week old", "backup", |visit| {
            let file = age_file(visit, 2);
            let touched = Command::new("touch")
                .args(["-d", "7 days ago"])
                .arg(&file)
                .status();
            assert!(touched.unwrap().success());
        }),
        broken("a backup that anybody can read", "backup", |visit| {
            let file = age_file(visit, 2);
            fs::write(file, "SQLite format 3").unwrap();
        }),
        broken(
            "a backup for one person alone",
            "backup-recipients",
            |visit| {
                age_file(visit, 1);
            },
        ),
        broken(
            "a root secret that is not where it was said to be",
            "secret",
            |visit| {
                visit.set("--root-secret", "file:/nowhere/secret.key");
            },
        ),
        broken("too few file handles", "file-handles", |visit| {
            visit.within[1] = "--nofile=256:4096".to_owned();
        }),
    ]
}

#[test]
fn each_broken_deployment_is_found_and_a_whole_one_is_not() {
    let folders = Folders::make();
    let (found, ended_well) = folders.visit().found();
    assert_eq!(missing(&found), Vec::<String>::new());
    let of_machine = found.contains_key("missing");
    assert_eq!(ended_well, !of_machine);

    let mut detected = 0;
    for (what, name, how) in breaks() {
        let mut visit = folders.visit();
        how(&mut visit);
        let (found, ended_well) = visit.found();
        assert!(
            missing(&found).iter().any(|found| found == name),
            "{what}: {found:?}"
        );
        assert!(!ended_well, "{what}");
        detected += 1;
    }

    // In a container it is meant that way, and only said.
    let mut plain = folders.visit();
    plain.set("--listen", "0.0.0.0:8080");
    let plain = plain.found().0;
    let mut said = plain.iter().filter(|(level, _)| *level != "good");
    assert!(
        said.any(|(_, names)| names.contains(&"plain-http".to_owned())),
        "{plain:?}"
    );

    let one_lead = over(copy(folders.one_lead.path())).found().0;
    assert_eq!(missing(&one_lead), ["leads"]);
    let no_second = of_pack(|pack| pack.replace(", \"alternate_chair\"", ""))
        .found()
        .0;
    assert!(
        missing(&no_second).contains(&"second-lead".to_owned()),
        "{no_second:?}"
    );
    let nobody_outside = of_pack(|pack| pack.replace("outside = true", "outside = false"))
        .found()
        .0;
    assert!(
        missing(&nobody_outside).contains(&"outside-contact".to_owned()),
        "{nobody_outside:?}"
    );
    let over_now = tempfile::tempdir().unwrap();
    let long_ago = now_millis() - 60 * 24 * 60 * 60 * 1_000;
    sample_event(over_now.path(), long_ago).unwrap();
    let past = over(over_now).found().0;
    assert!(missing(&past).contains(&"dates".to_owned()), "{past:?}");
    detected += 5;
    println!("{detected} broken deployments, {detected} detected");
    assert!(detected >= 15);
}

#[test]
fn everything_is_said_at_once_and_what_is_only_advice_fails_nothing() {
    let folders = Folders::make();
    let mut visit = folders.visit();
    visit.mode("", 0o755);
    visit.mode("keyring.bin", 0o604);
    age_file(&mut visit, 2);
    visit.set("--origin", "http://safehall.example.org");
    visit
        .env
        .insert("SAFEHALL_LOG", "safehall=trace".to_owned());

    let (found, _) = visit.found();

    let mut names = missing(&found);
    names.sort();
    assert_eq!(names, ["folder-mode", "key-mode", "origin-https"]);
    let advice = &found["advice"];
    assert!(advice.contains(&"log-level".to_owned()), "{advice:?}");
    assert!(
        advice.contains(&"secret-beside-data".to_owned()),
        "{advice:?}"
    );
    assert!(found["good"].contains(&"backup".to_owned()), "{found:?}");

    // Moved away, it is no longer beside the data.
    let elsewhere = tempfile::tempdir().unwrap();
    let secret = elsewhere.path().join("secret.key");
    fs::copy(visit.file("secret.key"), &secret).unwrap();
    fs::remove_file(visit.file("secret.key")).unwrap();
    visit.set("--root-secret", &format!("file:{}", secret.display()));
    let found = visit.found().0;
    for name in ["secret-beside-data", "database"] {
        assert!(found["good"].contains(&name.to_owned()), "{found:?}");
    }
}
