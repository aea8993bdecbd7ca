//! What must hold of keys and of what is sealed with them.

use std::collections::{BTreeSet, HashSet};
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use proptest::prelude::*;

use super::*;

const CASE: Key = Key::Document([7; 16]);

fn vault() -> (tempfile::TempDir, Vault) {
    let folder = tempfile::tempdir().unwrap();
    let vault = pretend(folder.path());
    (folder, vault)
}

fn root_of(folder: &tempfile::TempDir) -> Root {
    Root::read(&folder.path().join("secret.key")).unwrap()
}

#[test]
fn a_row_opens_where_it_was_sealed_and_nowhere_else() {
    let (_folder, vault) = vault();
    let here = Place::new("change", &[b"ab", b"c"]);
    let sealed = vault.seal(CASE, &here, b"words").unwrap();

    assert_eq!(vault.unseal(CASE, &here, &sealed).unwrap(), b"words");
    let elsewhere = [
        Place::new("change", &[b"a", b"bc"]),
        Place::new("change", &[b"ab"]),
        Place::new("ledger", &[b"ab", b"c"]),
    ];
    for place in elsewhere {
        let refused = vault.unseal(CASE, &place, &sealed);
        assert!(matches!(refused, Err(StoreError::Sealed(_))));
    }
    for other in [Key::Event, Key::Ledger([7; 16])] {
        vault.seal(other, &here, b"").unwrap();
        let refused = vault.unseal(other, &here, &sealed);
        assert!(matches!(refused, Err(StoreError::Sealed("change"))));
    }
}

#[test]
fn a_name_is_the_same_each_time_tells_nothing_and_goes_with_its_key() {
    let (_folder, vault) = vault();
    let other = Key::Document([8; 16]);
    let place = Place::new("attachment", &[b"case"]);
    assert!(matches!(
        vault.name(CASE, &place, b"photo"),
        Err(StoreError::NoKey)
    ));
    for key in [CASE, other] {
        vault.seal(key, &place, b"").unwrap();
    }
    vault.settle().unwrap();

    let name = vault.name(CASE, &place, b"photo").unwrap();

    assert_eq!(vault.name(CASE, &place, b"photo").unwrap(), name);
    let others = [
        vault.name(CASE, &place, b"phot").unwrap(),
        vault
            .name(CASE, &Place::new("attachment", &[b"cas", b"e"]), b"photo")
            .unwrap(),
        vault
            .name(CASE, &Place::new("change", &[b"case"]), b"photo")
            .unwrap(),
        vault.name(other, &place, b"photo").unwrap(),
    ];
    assert!(!others.contains(&name));
    vault.destroy(&[[7; 16]]).unwrap();
    assert!(matches!(
        vault.name(CASE, &place, b"photo"),
        Err(StoreError::Erased)
    ));
}

#[test]
fn a_key_outlives_the_process_once_it_was_settled_and_not_before() {
    let (folder, vault) = vault();
    let place = Place::new("change", &[b"1"]);
    let sealed = vault.seal(CASE, &place, b"words").unwrap();
    let early = Vault::open_beside(folder.path(), root_of(&folder)).unwrap();
    assert!(matches!(
        early.unseal(CASE, &place, &sealed),
        Err(StoreError::NoKey)
    ));

    vault.settle().unwrap();

    // Who opened it before finds what was added since.
    assert_eq!(early.unseal(CASE, &place, &sealed).unwrap(), b"words");
    drop(vault);
    let again = Vault::open(folder.path(), root_of(&folder)).unwrap();
    assert_eq!(again.unseal(CASE, &place, &sealed).unwrap(), b"words");
}

#[test]
fn a_key_made_for_nothing_is_forgotten_and_one_beside_the_server_is_never_made() {
    let (folder, vault) = vault();
    let place = Place::new("change", &[b"1"]);
    let mark = vault.mark();
    vault.seal(CASE, &place, b"words").unwrap();

    vault.forget_since(mark);

    assert!(!vault.has(CASE));
    let beside = Vault::open_beside(folder.path(), root_of(&folder)).unwrap();
    assert!(matches!(
        beside.seal(CASE, &place, b"words"),
        Err(StoreError::NoKey)
    ));
    beside.seal(Key::Event, &place, b"words").unwrap();
}

#[test]
fn what_a_crash_cut_off_is_passed_over_and_written_over() {
    let (folder, vault) = vault();
    let place = Place::new("change", &[b"1"]);
    let file = folder.path().join(keyring::FILE);
    let whole = std::fs::read(&file).unwrap();
    for torn in [1, 88, 89, 100, 178] {
        std::fs::write(&file, [whole.as_slice(), &vec![0; torn]].concat()).unwrap();
        let vault = Vault::open(folder.path(), root_of(&folder)).unwrap();
        let sealed = vault.seal(CASE, &place, b"words").unwrap();
        vault.settle().unwrap();

        let again = Vault::open(folder.path(), root_of(&folder)).unwrap();

        assert_eq!(again.unseal(CASE, &place, &sealed).unwrap(), b"words");
    }
    drop(vault);
}

#[test]
fn every_byte_of_a_keyring_counts() {
    let (folder, vault) = vault();
    drop(vault);
    let file = folder.path().join(keyring::FILE);
    let whole = std::fs::read(&file).unwrap();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        std::fs::write(&file, &bytes).unwrap();
        assert!(
            Vault::fits(folder.path(), &root_of(&folder)).is_err(),
            "byte {at}"
        );
        std::fs::write(&file, &whole[..at]).unwrap();
        assert!(
            Vault::fits(folder.path(), &root_of(&folder)).is_err(),
            "cut at {at}"
        );
    }
    std::fs::write(&file, &whole).unwrap();
    let other = Root::make(&folder.path().join("other.key")).unwrap();
    let refused = Vault::fits(folder.path(), &other);
    assert!(matches!(refused, Err(VaultError::WrongSecret)));
}

/// How often, if everything is counted out, and how often otherwise.
fn times(long: usize, short: usize) -> usize {
    if std::env::var_os("SAFEHALL_LONG").is_some() {
        long
    } else {
        short
    }
}

#[test]
fn what_is_destroyed_stays_destroyed_and_nothing_else_is() {
    let (folder, vault) = vault();
    let place = Place::new("change", &[b"1"]);
    let other = Key::Document([8; 16]);
    let gone = vault.seal(CASE, &place, b"words").unwrap();
    let ledger = vault.seal(Key::Ledger([7; 16]), &place, b"words").unwrap();
    let stays = vault.seal(other, &place, b"words").unwrap();
    vault.settle().unwrap();
    let old = std::fs::read(folder.path().join(keyring::FILE)).unwrap();
    let held = std::fs::File::open(folder.path().join(keyring::FILE)).unwrap();

    vault.destroy(&[[7; 16]]).unwrap();
    vault.destroy(&[[7; 16]]).unwrap();

    let again = Vault::open(folder.path(), root_of(&folder)).unwrap();
    for vault in [&vault, &again] {
        let erased =
            |key, row: &[u8]| matches!(vault.unseal(key, &place, row), Err(StoreError::Erased));
        assert!(erased(CASE, &gone) && erased(Key::Ledger([7; 16]), &ledger));
        assert!(matches!(
            vault.seal(CASE, &place, b"new"),
            Err(StoreError::Erased)
        ));
        assert_eq!(vault.unseal(other, &place, &stays).unwrap(), b"words");
        assert!(vault.is_erased(&[7; 16]).unwrap() && !vault.is_erased(&[8; 16]).unwrap());
        assert_eq!(vault.ring().generation, 2);
    }
    // The old file's bytes are gone, also for whoever still had it open, and
    // nothing of it stands in the new one but what says that it is a keyring.
    let mut left = Vec::new();
    std::io::Read::read_to_end(&mut { held }, &mut left).unwrap();
    assert!(left.iter().all(|byte| *byte == 0) && left.len() == old.len());
    let new = std::fs::read(folder.path().join(keyring::FILE)).unwrap();
    let salt = &old[40..72];
    assert!(!new.windows(32).any(|bytes| bytes == salt));
    for record in old[116..].chunks(16) {
        assert!(!new.windows(record.len()).any(|bytes| bytes == record));
    }
}

#[test]
fn keys_that_are_not_settled_yet_outlive_a_destruction() {
    let (folder, vault) = vault();
    let place = Place::new("change", &[b"1"]);
    vault.seal(CASE, &place, b"words").unwrap();
    vault.settle().unwrap();
    let other = Key::Document([8; 16]);
    let stays = vault.seal(other, &place, b"words").unwrap();

    vault.destroy(&[[7; 16]]).unwrap();
    vault.settle().unwrap();

    let again = Vault::open(folder.path(), root_of(&folder)).unwrap();
    assert_eq!(again.unseal(other, &place, &stays).unwrap(), b"words");
}

const CHILD: &str = "SAFEHALL_TEST_DESTROYS_IN";
const KEYS: u8 = 40;

fn numbered(number: u8) -> [u8; 16] {
    [number; 16]
}

/// The other half of the test below, in a process of its own: destroys one key
/// after the other and says so. Alone it does nothing, and there is nothing in
/// that to fail.
#[test]
fn destroys_when_told_to() {
    let Some(folder) = std::env::var_os(CHILD).map(PathBuf::from) else {
        return;
    };
    let root = Root::read(&folder.join("secret.key")).unwrap();
    let vault = Vault::open(&folder, root).unwrap();
    for number in 0..KEYS {
        vault.destroy(&[numbered(number)]).unwrap();
        println!("destroyed {number}");
    }
    loop {
        std::thread::park();
    }
}

#[test]
fn a_keyring_that_is_killed_while_it_is_replaced_is_the_old_one_or_the_new_one() {
    let trials = times(1_000, 12);
    let (folder, vault) = vault();
    let place = Place::new("change", &[b"1"]);
    for number in 0..KEYS {
        vault
            .seal(Key::Document(numbered(number)), &place, b"words")
            .unwrap();
    }
    vault.settle().unwrap();
    drop(vault);
    let whole = std::fs::read(folder.path().join(keyring::FILE)).unwrap();
    let (mut generations, mut unfinished) = (BTreeSet::new(), 0);
    for trial in 0..trials {
        std::fs::write(folder.path().join(keyring::FILE), &whole).unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "vault::tests::destroys_when_told_to",
                "--nocapture",
            ])
            .env(CHILD, folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // Some generations later; from there on every moment is as good as another.
        let number = trial % 30;
        let begun = lines.find(|line| {
            let line = line.as_ref().unwrap();
            line.ends_with(&format!("destroyed {number}"))
        });
        assert!(begun.is_some(), "it never came to {number}");
        let moment = Duration::from_micros(u64::try_from(trial * 997 % 4_000).unwrap());
        std::thread::sleep(moment);
        child.kill().unwrap();
        child.wait().unwrap();
        let promised = lines
            .map_while(Result::ok)
            .filter_map(|line| line.rsplit_once("destroyed ")?.1.parse::<u8>().ok())
            .last()
            .unwrap_or(u8::try_from(number).unwrap());

        let vault = Vault::open(folder.path(), root_of(&folder)).unwrap();
        let gone = u8::try_from(vault.ring().generation - 1).unwrap();
        assert!(gone > promised, "what was promised destroyed is back");
        for number in 0..KEYS {
            let key = Key::Document(numbered(number));
            assert_eq!(
                vault.has(key),
                number >= gone,
                "trial {trial}, key {number}"
            );
            assert_eq!(vault.is_erased(&numbered(number)).unwrap(), number < gone);
        }
        unfinished += usize::from(folder.path().join(keyring::NEXT).exists());
        generations.insert(gone);
    }
    println!(
        "{trials} kills, {} generations met, {unfinished} while the next file was being written, 0 other files",
        generations.len()
    );
}

#[test]
fn no_nonce_is_used_twice_over_restarts_and_restores() {
    let seals = times(1_000_000, 7_000);
    let (folder, vault) = vault();
    drop(vault);
    let mut nonces = HashSet::with_capacity(seals);
    let place = Place::new("change", &[b"1"]);
    let (restarts, restores) = (50, 20);
    let mut folders = vec![folder];
    for life in 0..restarts + restores {
        if life >= restarts {
            // A restored folder goes on from the same bytes as the one before.
            let next = tempfile::tempdir().unwrap();
            let from = folders.last().unwrap();
            for name in ["secret.key", keyring::FILE] {
                std::fs::copy(from.path().join(name), next.path().join(name)).unwrap();
            }
            folders.push(next);
        }
        let folder = folders.last().unwrap();
        let vault = Vault::open(folder.path(), root_of(folder)).unwrap();
        for _ in 0..seals.div_ceil(restarts + restores) {
            let sealed = vault.seal(Key::Event, &place, b"words").unwrap();
            assert!(nonces.insert(<[u8; 24]>::try_from(&sealed[1..25]).unwrap()));
        }
    }
    println!(
        "{} seals over {restarts} restarts and {restores} restores, 0 nonces twice",
        nonces.len()
    );
    assert!(nonces.len() >= seals);
}

/// What somebody with the disk does to a row.
#[derive(Clone, Debug)]
enum Deed {
    /// Puts it into another place.
    Move { table: usize, ids: [u8; 2], key: u8 },
    /// Cuts it off.
    Cut(usize),
    /// Turns a bit.
    Turn(usize),
    /// Puts one row's words behind another's nonce.
    Splice(usize),
    /// Adds to it.
    Grow(Vec<u8>),
}

const TABLES: [&str; 3] = ["change", "document", "ledger"];

fn deeds() -> impl Strategy<Value = Deed> {
    prop_oneof![
        (0..3_usize, any::<[bool; 2]>(), 0..4_u8).prop_map(|(table, ids, key)| Deed::Move {
            table,
            ids: ids.map(u8::from),
            key
        }),
        any::<usize>().prop_map(Deed::Cut),
        any::<usize>().prop_map(Deed::Turn),
        any::<usize>().prop_map(Deed::Splice),
        proptest::collection::vec(any::<u8>(), 1..40).prop_map(Deed::Grow),
    ]
}

fn key_of(number: u8) -> Key {
    match number {
        0 => Key::Event,
        1 => Key::Ledger([7; 16]),
        other => Key::Document([other; 16]),
    }
}

#[test]
fn a_row_that_was_moved_cut_or_changed_opens_nowhere() {
    let cases = u32::try_from(times(100_000, 1_000)).unwrap();
    let (_folder, vault) = vault();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let row = (
        0..3_usize,
        any::<[bool; 2]>(),
        0..4_u8,
        proptest::collection::vec(any::<u8>(), 0..600),
    );
    let opened = std::cell::Cell::new(0_u32);
    runner
        .run(&(row, deeds()), |((table, ids, key, words), deed)| {
            let ids = ids.map(u8::from);
            let here: [&[u8]; 2] = [&[ids[0]], &[ids[1]]];
            let place = Place::new(TABLES[table], &here);
            let sealed = vault.seal(key_of(key), &place, &words).unwrap();
            prop_assert!(vault.unseal(key_of(key), &place, &sealed).unwrap() == words);
            let mut done = sealed.clone();
            let mut put = (table, ids, key);
            match deed {
                Deed::Move { table, ids, key } => put = (table, ids, key),
                Deed::Cut(at) => done.truncate(at % sealed.len()),
                Deed::Turn(at) => done[at / 8 % sealed.len()] ^= 1 << (at % 8),
                Deed::Splice(at) => {
                    let other = vault.seal(key_of(key), &place, &words).unwrap();
                    let at = 25 + at % (sealed.len() - 25);
                    done = [&sealed[..at], &other[at..]].concat();
                }
                Deed::Grow(more) => done.extend(more),
            }
            if put == (table, ids, key) && done == sealed {
                opened.set(opened.get() + 1);
                return Ok(());
            }
            let (table, ids, key) = put;
            let there: [&[u8]; 2] = [&[ids[0]], &[ids[1]]];
            // There is a key in that place already, as there would be.
            vault.seal(key_of(key), &place, b"").unwrap();
            let refused = vault.unseal(key_of(key), &Place::new(TABLES[table], &there), &done);
            prop_assert!(matches!(refused, Err(StoreError::Sealed(_))));
            Ok(())
        })
        .unwrap();
    println!(
        "{} rows moved, cut or changed, 0 opened",
        cases - opened.get()
    );
}
