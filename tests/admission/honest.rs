//! Whatever honest phones write, in whatever order it arrives, is taken.

use safehall_sync::document::{birth, collections};
use safehall_testkit::chance::Chance;

use super::hub::{Author, Hub, Phone};
use super::play_all;

const ALL: u64 = 100_000;
const SHARE: u64 = 80;

#[test]
fn no_honest_history_is_refused() {
    let usual = safehall_tests::full_or(ALL, SHARE);

    let (histories, [changes, merges]) = play_all("honest", usual, play);

    println!("{histories} honest histories, {changes} changes, {merges} of them merges, 0 refused");
    assert!(
        histories < SHARE || (changes > histories * 5 && merges > histories / 2),
        "nobody wrote beside anybody else"
    );
}

/// One to six phones write, read, push and start again by chance.
fn play(seed: u64) -> [u64; 2] {
    let mut chance = Chance::seeded(seed).branch("honest");
    let kind = birth::KINDS[if chance.one_in(3) {
        chance.index(birth::KINDS.len())
    } else {
        0
    }];
    let mut hub = Hub::born(kind);
    let count = chance.between(1..=6);
    let mut phones: Vec<Phone> = (0..count)
        .map(|_| {
            let author = Author::drawn(&mut chance);
            Phone::new(&hub, author, &mut chance)
        })
        .collect();

    for _ in 0..chance.between(8..=40) {
        let who = chance.index(phones.len());
        let phone = &mut phones[who];
        match chance.between(0..=10) {
            0..=3 => phone.write(kind, &mut chance),
            4..=6 => {
                let place = chance.index(hub.log.len() + 1);
                let all = chance.one_in(2);
                phone.read_to(&hub, if all { hub.log.len() } else { place });
            }
            7 => phone.pen.restart(phone.author.device, &mut chance),
            _ => {
                let some = chance.index(phone.unsent.len() + 1);
                push(&mut hub, phone, some);
            }
        }
    }
    for phone in &mut phones {
        let all = phone.unsent.len();
        push(&mut hub, phone, all);
    }

    let read = hub.reads_after_a_save();
    let heads = hub.document().heads();
    for phone in &mut phones {
        phone.read_all(&hub);
        assert_eq!(phone.pen.heads(), heads, "a phone has another document");
        assert!(
            collections(phone.pen.automerge()) == read,
            "a phone reads otherwise"
        );
    }
    let merges = hub.log.iter().filter(|(_, change)| {
        automerge::Change::try_from(change.as_slice())
            .unwrap()
            .deps()
            .len()
            > 1
    });
    [hub.log.len() as u64, merges.count() as u64]
}

fn push(hub: &mut Hub, phone: &mut Phone, count: usize) {
    for change in phone.unsent.drain(..count) {
        if let Err(reason) = hub.push(&phone.author, &change) {
            panic!("an honest change was refused: {reason:?}");
        }
    }
}
