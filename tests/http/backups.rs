//! Copies of the data, what opens them, and what no copy brings back.

use std::fs;
use std::path::{Path, PathBuf};

use age::secrecy::ExposeSecret as _;
use safehall_core::DocumentId;
use safehall_server::commands::{cases_words, run_words};
use safehall_server::{Config, start};
use safehall_sync::envelope::Body;
use safehall_sync::wire::{self, Reason};
use tempfile::TempDir;

use crate::carried;
use crate::phone::{Phone, ids, ok};
use crate::photos::Photo;
use crate::watch;
use crate::world::{Folder, World};

/// A place for backups of one server, a key that opens them, and one that does not.
struct Safe {
    folder: TempDir,
    recipient: String,
    /// What is backed up, and its root secret.
    data: PathBuf,
    root: String,
}

impl Safe {
    fn of(world: &World) -> Self {
        let data = world.folder.path().to_owned();
        let folder = tempfile::tempdir().unwrap();
        let [key, other] = [(), ()].map(|()| age::x25519::Identity::generate());
        for (name, key) in [("key.txt", &key), ("other.txt", &other)] {
            let text = format!("# made for a test\n{}\n", key.to_string().expose_secret());
            fs::write(folder.path().join(name), text).unwrap();
        }
        Self {
            folder,
            recipient: key.to_public().to_string(),
            root: data.join("secret.key").to_str().unwrap().to_owned(),
            data,
        }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    /// Writes `NAME.data` and `NAME.keys`.
    fn backup(&self, name: &str) {
        run_words([
            "backup",
            "--data",
            self.data.to_str().unwrap(),
            "--to",
            &self.path(&format!("{name}.data")),
            "--keyring",
            &self.path(&format!("{name}.keys")),
            "--recipient",
            &self.recipient,
        ])
        .unwrap();
    }

    /// Into a new folder, from what was backed up under these two names.
    fn restore(&self, data: &str, keys: &str) -> anyhow::Result<PathBuf> {
        let [data, keys] = [format!("{data}.data"), format!("{keys}.keys")];
        self.restore_with(&data, &keys, "key.txt", &self.root)
    }

    fn restore_with(
        &self,
        data: &str,
        keys: &str,
        key: &str,
        root: &str,
    ) -> anyhow::Result<PathBuf> {
        let to = self.path(&format!("restored-{data}-{keys}-{key}"));
        run_words([
            "restore",
            "--from",
            &self.path(data),
            "--keyring",
            &self.path(keys),
            "--identity",
            &self.path(key),
            "--root-secret",
            &format!("file:{root}"),
            "--data",
            &to,
            "--verify",
        ])
        .inspect_err(|_| assert!(!Path::new(&to).exists(), "half a folder was left"))?;
        Ok(to.into())
    }
}

fn list(folder: &Path) -> String {
    cases_words(["cases", "list", "--data", folder.to_str().unwrap()]).unwrap()
}

fn short(document: DocumentId) -> String {
    document.to_string()[..8].to_owned()
}

fn attached(folder: &Path) -> i64 {
    let database = rusqlite::Connection::open(folder.join("safehall.db")).unwrap();
    let count =
        "select (select count(*) from attachment) + (select count(*) from attachment_chunk)";
    database.query_row(count, [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn no_older_backup_brings_an_erased_case_back_and_every_one_brings_the_others() {
    let world = World::new().await;
    let safe = Safe::of(&world);
    let [mut noor, mut alma] = Phone::each(&world, ["Noor", "Alma"]).await;
    let (gone, first) = noor.case("He followed her to the tram.");
    let (stays, second) = noor.case("A cup was thrown in the foyer.");
    noor.sync(&[first.clone(), second.clone()]).await;
    safe.backup("monday");
    let photo = Photo::of(1, 300_000);
    assert!(photo.send(&noor, gone).await.complete);
    let (late, third) = noor.case("Somebody shouted in the hall.");
    noor.sync(std::slice::from_ref(&third)).await;
    alma.sync(&[]).await;
    safe.backup("tuesday");

    let erasure = wire::Erasure {
        document: gone.as_bytes().to_vec(),
        reason: "asked for it".to_owned(),
    };
    let _: wire::ErasureReceipt = ok(alma.post("/v1/erasures", &erasure).await);
    safe.backup("today");
    assert!(world.server.stop().await);
    let read = watch::look_through(safe.folder.path());
    assert!(read > 4_096, "{read} bytes of backups");

    let mut restored = Vec::new();
    for (backup, others) in [("monday", vec![stays]), ("tuesday", vec![stays, late])] {
        let folder = safe.restore(backup, "today").unwrap();
        let cases = list(&folder);
        assert!(!cases.contains(&short(gone)), "{cases}");
        for other in others {
            assert!(cases.contains(&short(other)), "{backup}: {cases}");
        }
        assert_eq!(attached(&folder), 0, "{backup}");
        watch::look_through(&folder);
        restored.push(folder);
    }
    // A keyring that was kept too long still opens it: hence the seven days.
    let old = safe.restore("monday", "monday").unwrap();
    assert!(list(&old).contains(&short(gone)));

    // Phones offer what they hold to a restored server, and what was erased is refused again.
    let server = start(Config::for_tests(restored.swap_remove(0)), world.clock)
        .await
        .unwrap();
    noor.moves_to(server.addr());
    noor.sync(&[]).await;
    let round = noor
        .sync(&[first.clone(), second.clone(), third.clone()])
        .await;
    let mut others = ids(&[second, third]);
    others.sort();
    assert_eq!(round.kept, others, "answers are in the order of ids");
    assert_eq!(round.refused, [(ids(&[first])[0], Reason::Forgotten)]);
    server.stop().await;
}

#[tokio::test]
async fn a_restored_server_opens_what_was_sealed_before_and_knows_what_who_brought() {
    let world = World::new().await;
    let safe = Safe::of(&world);
    let [mut noor, mut jonas] = Phone::each(&world, ["Noor", "Jonas"]).await;
    let key = carried::key(&noor).await;
    let [before, after] = ["Before the copy.", "After it."].map(|text| noor.case(text).1);
    let seals = |one| carried::From::phone(&noor).seals(&key, std::slice::from_ref(one));
    let parcels = [&before, &after].map(seals);
    let answer = jonas.post("/v1/carried", &parcels[0]).await;
    assert_eq!(answer.status, 200);
    safe.backup("today");
    assert!(world.server.stop().await);

    let folder = safe.restore("today", "today").unwrap();

    let server = start(Config::for_tests(folder), world.clock).await.unwrap();
    for phone in [&mut noor, &mut jonas] {
        phone.moves_to(server.addr());
    }
    assert_eq!(jonas.post("/v1/carried", &parcels[1]).await.status, 200);
    let own = noor.sync(&[before, after]).await;
    assert_eq!((own.kept.len(), own.earlier.len()), (2, 2));
    assert!(own.earlier.iter().all(|earlier| earlier.via == "J1"));
    server.stop().await;
}

#[tokio::test]
async fn a_restored_folder_is_the_same_log_under_another_name() {
    let world = World::new().await;
    let safe = Safe::of(&world);
    let [mut noor, mut alma] = Phone::each(&world, ["Noor", "Alma"]).await;
    let cases: Vec<_> = (0..20)
        .map(|number| noor.case(&format!("note number {number}")).1)
        .collect();
    noor.sync(&cases).await;
    assert_eq!(alma.sync(&[]).await.envelopes, cases);
    let with_photo = Body::parse(&cases[0]).unwrap().document;
    let (photo, later) = (Photo::of(1, 600_000), Photo::of(2, 9));
    assert!(photo.send(&noor, with_photo).await.complete);
    safe.backup("today");
    assert!(later.send(&noor, with_photo).await.complete);
    let jonas = world.invited("Jonas");
    assert!(world.server.stop().await);

    let folder = safe.restore("today", "today").unwrap();

    let server = start(Config::for_tests(folder), world.clock).await.unwrap();
    alma.moves_to(server.addr());
    // Her cursor is of another life of the log: she gets all of it, byte for byte.
    assert_eq!(alma.sync(&[]).await.envelopes, cases);
    assert!(photo.got(&alma, with_photo).await.unwrap() == photo.bytes);
    // What came after the copy was made is not in it, and nobody says that it is.
    let lost = later.got(&alma, with_photo).await;
    assert_eq!(lost.unwrap_err(), "not_here_yet");
    noor.moves_to(server.addr());
    assert!(later.send(&noor, with_photo).await.complete);
    // A way in that was open then is not open now.
    let begin = wire::BeginEnrol {
        invite_hash: <sha2::Sha256 as sha2::Digest>::digest(jonas.secret).to_vec(),
    };
    let answer = crate::phone::post(server.addr(), "/v1/enrol/begin", &begin).await;
    assert_eq!(answer.status, 404);
    server.stop().await;
}

#[tokio::test]
async fn a_photo_that_is_damaged_in_the_backup_is_found_when_it_is_verified() {
    let world = World::new().await;
    let safe = Safe::of(&world);
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let (case, first) = noor.case("with a photo");
    noor.sync(&[first]).await;
    let photo = Photo::of(1, 600_000);
    assert!(photo.send(&noor, case).await.complete);
    assert!(world.server.stop().await);
    safe.backup("whole");
    let database = rusqlite::Connection::open(safe.data.join("safehall.db")).unwrap();
    for (name, damage) in [
        (
            "swapped",
            "update attachment_chunk set sealed = (select sealed from attachment_chunk where place = 0) where place = 1",
        ),
        ("cut", "delete from attachment_chunk where place = 2"),
    ] {
        assert_eq!(database.execute(damage, []).unwrap(), 1);
        safe.backup(name);
    }

    safe.restore("whole", "whole").unwrap();
    for name in ["swapped", "cut"] {
        let error = safe.restore(name, name).unwrap_err();
        assert!(
            format!("{error:#}").contains("could not read what is attached to"),
            "{error:#}"
        );
    }
}

/// An event that was copied before its first case and after it, and is not served any more.
struct Copied {
    /// It is there as long as this.
    _folder: Folder,
    safe: Safe,
}

impl Copied {
    async fn before_and_after_a_case() -> Self {
        let world = World::new().await;
        let safe = Safe::of(&world);
        let mut noor = Phone::of(&world, "Noor", 1).await;
        safe.backup("monday");
        let (_, envelope) = noor.case("note");
        noor.sync(&[envelope]).await;
        safe.backup("today");
        assert!(world.server.stop().await);
        Self {
            _folder: world.folder,
            safe,
        }
    }
}

#[tokio::test]
async fn a_folder_that_was_there_is_empty_again_when_nothing_could_be_restored() {
    let Copied { _folder, safe } = Copied::before_and_after_a_case().await;
    let to = safe.path("a-disk");
    fs::create_dir(&to).unwrap();

    let refused = run_words([
        "restore",
        "--from",
        &safe.path("today.data"),
        "--keyring",
        &safe.path("monday.keys"),
        "--identity",
        &safe.path("key.txt"),
        "--root-secret",
        &format!("file:{}", safe.root),
        "--data",
        &to,
    ])
    .unwrap_err();

    let said = format!("{refused:#}");
    assert!(said.contains("older than the database"), "{said}");
    assert_eq!(fs::read_dir(&to).unwrap().count(), 0);
}

#[tokio::test]
async fn a_changed_backup_a_wrong_key_and_old_keys_are_refused_by_name() {
    let Copied { _folder, safe } = Copied::before_and_after_a_case().await;
    let (data, root) = (safe.data.as_path(), safe.root.as_str());
    let whole = fs::read(safe.path("today.data")).unwrap();
    let mut turned = whole.clone();
    let middle = turned.len() / 2;
    turned[middle] ^= 1;
    fs::write(safe.path("turned.data"), turned).unwrap();
    fs::write(safe.path("cut.data"), &whole[..whole.len() - 1]).unwrap();
    let [wrong, nowhere] = ["wrong.key", "nowhere"].map(|name| safe.path(name));
    fs::write(&wrong, [7; 32]).unwrap();
    fs::set_permissions(&wrong, fs::metadata(root).unwrap().permissions()).unwrap();

    let refused = [
        ("turned.data", "today.keys", "key.txt", root, "was changed"),
        ("cut.data", "today.keys", "key.txt", root, "was changed"),
        (
            "today.data",
            "today.keys",
            "other.txt",
            root,
            "somebody else's key",
        ),
        (
            "today.keys",
            "today.keys",
            "key.txt",
            root,
            "another kind of file",
        ),
        (
            "today.data",
            "monday.keys",
            "key.txt",
            root,
            "lacks the keys of 1 document",
        ),
        (
            "today.data",
            "today.keys",
            "key.txt",
            wrong.as_str(),
            "root secret does not open",
        ),
        (
            "today.data",
            "today.keys",
            "key.txt",
            &nowhere,
            "could not be read",
        ),
    ];
    for (from, keys, key, root, said) in refused {
        let error = safe.restore_with(from, keys, key, root).unwrap_err();
        assert!(format!("{error:#}").contains(said), "{from}: {error:#}");
    }
    // It writes over nothing.
    let full = run_words([
        "restore",
        "--from",
        &safe.path("today.data"),
        "--keyring",
        &safe.path("today.keys"),
        "--identity",
        &safe.path("key.txt"),
        "--root-secret",
        &format!("file:{root}"),
        "--data",
        data.to_str().unwrap(),
    ]);
    assert!(full.unwrap_err().to_string().contains("is not empty"));
    let twice = run_words([
        "backup",
        "--data",
        data.to_str().unwrap(),
        "--to",
        &safe.path("today.data"),
        "--recipient",
        &safe.recipient,
    ]);
    assert!(twice.is_err());
    assert_eq!(fs::read(safe.path("today.data")).unwrap(), whole);
}

async fn revoke(lead: &Phone, phone: &Phone) {
    let revoked = lead.post("/v1/devices/revoke", &phone.named()).await;
    assert_eq!(revoked.status, 200);
}

async fn decide(lead: &Phone, change: &wire::Envelope, admit: bool) {
    let verdict = wire::QuarantineVerdict {
        change_id: ids(std::slice::from_ref(change))[0].as_bytes().to_vec(),
        admit,
    };
    assert_eq!(lead.post("/v1/quarantine", &verdict).await.status, 200);
}

async fn erase(lead: &Phone, case: DocumentId) {
    let erasure = wire::Erasure {
        document: case.as_bytes().to_vec(),
        reason: "asked for it".to_owned(),
    };
    let _: wire::ErasureReceipt = ok(lead.post("/v1/erasures", &erasure).await);
}

#[tokio::test]
async fn what_waited_in_a_backup_and_was_erased_since_hides_nothing_else_that_waits() {
    let world = World::new().await;
    let safe = Safe::of(&world);
    let [mut alma, mut noor] = Phone::each(&world, ["Alma", "Noor"]).await;
    let (gone, first) = noor.case("He followed her to the tram.");
    let (_, second) = noor.case("A cup was thrown in the foyer.");
    revoke(&alma, &noor).await;
    alma.sync(&[first.clone(), second]).await;
    safe.backup("monday");
    decide(&alma, &first, true).await;
    erase(&alma, gone).await;
    safe.backup("today");
    assert!(world.server.stop().await);

    let folder = safe.restore("monday", "today").unwrap();

    let server = start(Config::for_tests(folder), world.clock).await.unwrap();
    alma.moves_to(server.addr());
    let answer = alma.get("/v1/quarantine").await;
    assert_eq!(answer.status, 200, "{}", crate::phone::problem(&answer));
    let lines = ok::<wire::Quarantine>(answer).lines;
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].preview, "A cup was thrown in the foyer.");
    server.stop().await;
}

#[tokio::test]
async fn a_name_that_waited_in_a_backup_does_not_come_back_after_its_case_was_erased() {
    let world = World::new().await;
    let safe = Safe::of(&world);
    let [mut alma, mut noor] = Phone::each(&world, ["Alma", "Noor"]).await;
    let (case, first) = noor.case("He followed her to the tram.");
    noor.sync(&[first]).await;
    let (_, name) = noor.identity(case, "Marta of the third row");
    revoke(&alma, &noor).await;
    alma.sync(std::slice::from_ref(&name)).await;
    safe.backup("monday");
    decide(&alma, &name, false).await;
    erase(&alma, case).await;
    safe.backup("today");
    assert!(world.server.stop().await);

    let folder = safe.restore("monday", "today").unwrap();

    let database = rusqlite::Connection::open(folder.join("safehall.db")).unwrap();
    let count = "select (select count(*) from quarantine) + (select count(*) from document)";
    let rows: i64 = database.query_row(count, [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 0);
}

#[tokio::test]
async fn a_phone_that_shows_what_was_erased_forgets_it_also_if_the_backup_never_knew_of_it() {
    let world = World::new().await;
    let safe = Safe::of(&world);
    let [mut alma, mut noor] = Phone::each(&world, ["Alma", "Noor"]).await;
    safe.backup("monday");
    let (case, first) = noor.case("He followed her to the tram.");
    noor.sync(std::slice::from_ref(&first)).await;
    assert_eq!(alma.sync(&[]).await.envelopes.len(), 1);
    erase(&alma, case).await;
    safe.backup("today");
    assert!(world.server.stop().await);
    let folder = safe.restore("monday", "today").unwrap();
    let server = start(Config::for_tests(folder), world.clock).await.unwrap();
    for phone in [&mut alma, &mut noor] {
        phone.moves_to(server.addr());
    }

    // What somebody else signed nobody makes up: she has it.
    let shown = alma.sync(std::slice::from_ref(&first)).await;
    let own = noor.sync(std::slice::from_ref(&first)).await;

    let id = ids(&[first])[0];
    assert_eq!(shown.refused, [(id, Reason::Forgotten)]);
    assert_eq!(own.refused, [(id, Reason::NotAllowed)]);
    server.stop().await;
}
