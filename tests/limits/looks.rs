//! A phone that has much to say about what it let go of.

use safehall_sync::wire::{self, frame};
use safehall_testkit::chance::Chance;

use crate::honest::{alma_and_noor, push};
use crate::support::author::Case;
use crate::support::rig::Rig;

#[test]
fn a_phone_that_lets_go_of_thousands_in_one_call_costs_one_flush_and_each_that_it_had_is_noted() {
    const MADE_UP: usize = 3_000;
    let chance = Chance::seeded(0xd0);
    let rig = Rig::start().unwrap();
    let (mut alma, mut noor) = alma_and_noor(&rig, &chance);
    let mut cases = Vec::new();
    for name in ["first", "second", "third"] {
        let (case, born) = Case::open(&noor, &chance, name).expect("a case");
        assert_eq!(push(&mut noor, &[born]).unwrap().kept, 1);
        cases.push(case);
    }
    alma.sync(Vec::new()).unwrap();
    rig.flushes_of(3).unwrap();

    let mut names = chance.branch("names");
    let dropped = |document: Vec<u8>| {
        frame::Kind::Dropped(wire::Dropped {
            documents: vec![document],
        })
    };
    let mut says: Vec<_> = (0..MADE_UP)
        .map(|_| dropped(names.bytes::<16>().to_vec()))
        .collect();
    says.insert(1_000, dropped(cases[0].id.as_bytes().to_vec()));
    says.insert(
        2_000,
        frame::Kind::Opened(wire::Opened {
            document: cases[1].id.as_bytes().to_vec(),
            at: 1,
        }),
    );
    says.push(dropped(cases[0].id.as_bytes().to_vec()));
    says.push(dropped(cases[1].id.as_bytes().to_vec()));
    let heard = alma.sync(says).unwrap();

    assert!(
        !heard
            .iter()
            .any(|frame| matches!(frame, frame::Kind::Farewell(_))),
        "{heard:?}"
    );
    let database = rusqlite::Connection::open(rig.database()).unwrap();
    let mut ask = database
        .prepare("select what from ledger where what in ('opened', 'dropped') order by number")
        .unwrap();
    let noted: Vec<String> = ask
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(noted, ["dropped", "opened", "dropped"]);
    let note = cases[2].note(&noor).unwrap();
    assert_eq!(push(&mut noor, &[note]).unwrap().kept, 1);
    rig.flushes_of(4).unwrap();
    let flushes = rig.log().matches("one flush to disk").count();
    println!("{flushes} flushes, enrolment and all");
    assert!(flushes < 100, "{flushes}");
}
