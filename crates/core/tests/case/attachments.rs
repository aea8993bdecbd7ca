//! What an attachment reads as. Its bytes are no part of the case.

use safehall_core::case::{Attachment, RawCase, read};

use super::build::{JONAS, MINUTE, NOOR, fact, id, ids, mark, strike};

fn attachment(number: u8, by: u8, minute: i64) -> Attachment {
    Attachment {
        fact: fact(number, by, minute),
        sha256: "0f".repeat(32),
        mime: "image/jpeg".into(),
        size: 2_411_724,
        caption: None,
        report: None,
        arrived: None,
    }
}

#[test]
fn an_attachment_arrived_when_somebody_first_said_so_and_not_before() {
    let raw = RawCase {
        attachments: vec![attachment(3, JONAS, 4), attachment(2, NOOR, 1)],
        marks: vec![
            mark(9, 8, 2, "arrived", None),
            mark(8, 6, 2, "arrived", None),
            mark(7, 5, 3, "done", None),
        ],
        ..RawCase::default()
    };
    let view = read(raw);
    assert_eq!(
        ids(view.attachments.iter().map(|each| &each.fact)),
        [id(2), id(3)]
    );
    let arrived = view.attachments[0].arrived.as_ref().expect("it came");
    assert_eq!((arrived.id, arrived.at.0), (id(8), 6 * MINUTE));
    assert!(view.attachments[1].arrived.is_none());
}

#[test]
fn a_struck_attachment_stays_and_a_struck_mark_says_nothing() {
    let raw = RawCase {
        attachments: vec![attachment(2, NOOR, 1)],
        marks: vec![mark(8, 6, 2, "arrived", None)],
        strikes: vec![strike(20, NOOR, 9, 2), strike(21, JONAS, 9, 8)],
        ..RawCase::default()
    };
    let view = read(raw);
    assert_eq!(view.attachments[0].fact.struck.len(), 1);
    assert!(view.attachments[0].arrived.is_none());
}

#[test]
fn a_hash_that_is_none_counts_as_unread() {
    for not in [
        "",
        "0f",
        &"0F".repeat(32),
        &"0g".repeat(32),
        &"0f".repeat(33),
    ] {
        let raw = RawCase {
            attachments: vec![Attachment {
                sha256: not.to_owned(),
                ..attachment(2, NOOR, 1)
            }],
            ..RawCase::default()
        };
        let view = read(raw);
        assert_eq!((view.attachments.len(), view.unread), (0, 1), "{not}");
    }
}
