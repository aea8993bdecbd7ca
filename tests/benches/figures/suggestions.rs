//! How long it takes to find out which of many cases belong together.

use std::collections::BTreeSet;

use safehall_core::suggest::{Compared, Traits, suggest};
use safehall_core::{DocumentId, StaffId, Timestamp};
use safehall_testkit::chance::Chance;

use crate::table::{Limit, Table};

/// Far more than any event of this kind has ever had.
const CASES: usize = 500;
const ROUNDS: usize = 20;
const MINUTE: i64 = 60 * 1_000;
/// From nine to seven on two days.
const OPEN: u64 = 10 * 60;
const DAY: i64 = 24 * 60 * MINUTE;

const NAMES: [&str; 12] = [
    "Sam Ivers",
    "Dana Okafor",
    "Lea Winter",
    "Ben Amara",
    "Kim Thorn",
    "Robin Blume",
    "Chris Vale",
    "Alex Moor",
    "Jo Hart",
    "Toni Falk",
    "Uli Stern",
    "Max Roth",
];
const LOOKS: [&str; 6] = [
    "tall, grey hoodie",
    "short hair, keynote lanyard",
    "red jacket, beard, backpack",
    "tall, grey hoodie, keynote lanyard",
    "blue shirt, glasses",
    "black coat, green scarf, hat",
];
const CATEGORIES: [&str; 5] = [
    "following",
    "stalking",
    "insult_or_put_down",
    "photography",
    "something_else",
];

pub(crate) fn measure(table: &mut Table) -> Result<(), String> {
    let mut chance = Chance::seeded(85);
    let cases: Vec<Compared> = (0..CASES).map(|_| case(&mut chance)).collect();
    let mut best = f64::INFINITY;
    let mut found = 0;
    for _ in 0..ROUNDS {
        let begun = crate::floor::now();
        found = suggest(&cases, &[]).len();
        best = best.min(begun.elapsed().as_secs_f64() * 1_000.0);
    }
    if found == 0 {
        return Err("nothing was suggested: these cases are not as they are told".to_owned());
    }
    table.measure("suggestions for 500 cases", best, "ms", Limit::AtMost(50.0));
    Ok(())
}

fn case(chance: &mut Chance) -> Compared {
    let day = i64::try_from(chance.between(0..=1)).unwrap_or_default();
    let minute = i64::try_from(chance.between(0..=OPEN)).unwrap_or_default();
    let at = Timestamp(day * DAY + minute * MINUTE);
    let one = |chance: &mut Chance, list: &[&'static str]| list[chance.index(list.len())];
    let badge = chance
        .one_in(2)
        .then(|| format!("{:04}", chance.between(1..=700)));
    let name = chance.one_in(4).then(|| one(chance, &NAMES));
    let look = chance.one_in(2).then(|| one(chance, &LOOKS));
    let other = one(chance, &NAMES);
    let teller = one(chance, &NAMES);
    Compared {
        document: DocumentId::from_bytes(chance.bytes()),
        opened: at.plus(20 * MINUTE),
        takers: BTreeSet::from([(
            StaffId::from_bytes([u8::try_from(chance.between(1..=12)).unwrap_or(1); 16]),
            at.plus(20 * MINUTE),
        )]),
        reported: vec![Traits::of(badge.as_deref(), name, look)],
        others: vec![Traits::of(None, None, Some(other))],
        sealed: vec![Traits::of(None, Some(teller), None)],
        times: vec![(at.plus(-10 * MINUTE), at.plus(10 * MINUTE))],
        places: BTreeSet::from([format!("room {}", chance.between(1..=12))]),
        categories: BTreeSet::from([one(chance, &CATEGORIES).to_owned()]),
        persons: BTreeSet::new(),
    }
}
