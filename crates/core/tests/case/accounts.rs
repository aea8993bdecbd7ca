//! What somebody told, in all its versions.

use safehall_core::case::{RawCase, read};

use crate::build::{JONAS, NOOR, account, mark, report, strike};

#[test]
fn an_account_keeps_every_version_and_two_that_had_not_seen_each_other_both_stand() {
    let raw = RawCase {
        reports: vec![report(1, 0)],
        accounts: vec![
            account(10, NOOR, 1, "He followed", None),
            account(11, NOOR, 2, "He followed me", Some(10)),
            account(12, JONAS, 3, "He followed her", Some(10)),
        ],
        ..RawCase::default()
    };
    let words = read(raw).reports[0].words.clone().unwrap();
    assert_eq!(
        words
            .versions
            .iter()
            .map(|version| version.text.as_str())
            .collect::<Vec<_>>(),
        ["He followed me", "He followed her"]
    );
    assert_eq!(
        words
            .earlier
            .iter()
            .map(|version| version.text.as_str())
            .collect::<Vec<_>>(),
        ["He followed"]
    );
}

#[test]
fn reading_back_belongs_to_the_version_that_was_read_and_the_latest_word_on_it_counts() {
    let raw = RawCase {
        reports: vec![report(1, 0)],
        accounts: vec![
            account(10, NOOR, 1, "a", None),
            account(11, NOOR, 4, "b", Some(10)),
        ],
        marks: vec![
            mark(21, 3, 10, "read_back", Some("yes")),
            mark(20, 2, 10, "read_back", Some("no")),
            mark(22, 5, 11, "read_back", Some("perhaps")),
        ],
        ..RawCase::default()
    };
    let words = read(raw).reports[0].words.clone().unwrap();
    assert_eq!(words.earlier[0].read_back.as_deref(), Some("yes"));
    assert_eq!(words.versions[0].read_back, None);
}

#[test]
fn a_struck_version_is_no_version_and_brings_none_back() {
    let raw = RawCase {
        reports: vec![report(1, 0)],
        accounts: vec![
            account(10, NOOR, 1, "a", None),
            account(11, NOOR, 4, "b", Some(10)),
        ],
        strikes: vec![strike(8, NOOR, 9, 11)],
        ..RawCase::default()
    };
    let words = read(raw).reports[0].words.clone().unwrap();
    assert_eq!((words.versions.len(), words.earlier.len()), (0, 2));
}
