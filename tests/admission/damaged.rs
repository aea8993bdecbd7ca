//! Honest changes with a fault in them. Each ends kept, refused or contained,
//! and a document with one in it that was kept can be read, saved and loaded.

use safehall_sync::document::birth::KINDS;
use safehall_testkit::chance::Chance;
use safehall_tests::full_or;

use super::hub::{Author, Hub, Phone};
use super::parts::Parts;
use super::play_all;

/// How many faults each history is given.
const FAULTS: u64 = 100;

#[test]
fn a_damaged_change_that_is_kept_can_be_read_saved_and_loaded() {
    let (histories, [kept, refused, contained]) =
        play_all("a_damaged_change_that_is_kept", full_or(10_000, 60), play);

    println!(
        "{} damaged changes to {histories} documents: {kept} kept and read again, {refused} refused, {contained} contained",
        histories * FAULTS
    );
    assert_eq!(kept + refused + contained, histories * FAULTS);
    assert!(kept > 0 && refused > 0, "the faults are of one kind only");
}

fn play(seed: u64) -> [u64; 3] {
    let mut chance = Chance::seeded(seed).branch("damaged");
    let kind = KINDS[chance.index(KINDS.len())];
    let mut hub = Hub::born(kind);
    let mut phones: Vec<Phone> = (0..2)
        .map(|_| {
            let author = Author::drawn(&mut chance);
            Phone::new(&hub, author, &mut chance)
        })
        .collect();
    for _ in 0..chance.between(1..=4) {
        let phone = &mut phones[chance.index(2)];
        if chance.one_in(2) {
            phone.read_all(&hub);
        }
        phone.write(kind, &mut chance);
        for change in std::mem::take(&mut phone.unsent) {
            hub.push(&phone.author, &change).expect("honest");
        }
    }
    let writer = &mut phones[chance.index(2)];
    writer.read_all(&hub);
    writer.write(kind, &mut chance);
    let author = writer.author;
    let honest = Parts::of(&writer.unsent[0]);
    assert!(honest.change() == writer.unsent[0], "not taken apart well");
    let other = Parts::of(&hub.log[chance.index(hub.log.len())].1);

    let mut counted = [0; 3];
    for _ in 0..FAULTS {
        let mut damaged = honest.clone();
        for _ in 0..chance.between(1..=3) {
            damaged.damage(&other, &mut chance);
        }
        let before = hub.contained;
        let kept = hub.push(&author, &damaged.change()).is_ok();
        if kept {
            hub.reads_after_a_save();
            hub.take_back();
            counted[0] += 1;
        } else if hub.contained > before {
            counted[2] += 1;
        } else {
            counted[1] += 1;
        }
    }
    // None of it left a trace.
    hub.push(&author, &honest.change())
        .expect("the honest one fits");
    counted
}
