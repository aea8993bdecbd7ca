//! What a live device is told, and in which order.

use super::*;

#[test]
fn news_that_the_device_may_not_see_leaves_no_trace_on_the_line() {
    let mut session = idle();

    session.handle(NOON, Input::News);
    assert!(matches!(&drain(&mut session)[..], [Output::ReadLog { .. }]));
    session.handle(NOON, page(&[], false));

    assert_eq!(drain(&mut session), []);
}

#[test]
fn news_while_a_page_is_on_its_way_is_not_forgotten() {
    let mut session = idle();
    session.handle(NOON, Input::News);
    session.handle(NOON, Input::News);
    session.handle(NOON, Input::News);
    drain(&mut session);

    session.handle(NOON, page(&[4], false));

    let outputs = drain(&mut session);
    assert!(
        matches!(&outputs[..], [Output::Send(Kind::Batch(_)), Output::ReadLog { cursor, .. }] if cursor == &[7; 40]),
        "{outputs:?}"
    );
}

#[test]
fn a_document_to_forget_is_named_before_anything_new() {
    let mut session = idle();
    session.handle(NOON, Input::News);
    drain(&mut session);

    let document = DocumentId::from_bytes([6; 16]);
    session.handle(
        NOON,
        Input::Page(Page {
            forget: vec![document],
            changes: vec![(note(1), NOON)],
            cursor: vec![1],
            more: false,
        }),
    );

    assert!(matches!(
        &sent(&mut session)[..],
        [Kind::Forget(_), Kind::Batch(_)]
    ));
}

#[test]
fn a_cursor_of_another_life_of_the_log_is_not_used() {
    let mut session = Session::new(NOON, Transport::Live);
    session.handle(NOON, Input::Frame(hello()));
    session.handle(
        NOON,
        Input::SignedIn {
            epoch: [6; 16],
            pack_hash: Vec::new(),
            sealed: None,
        },
    );

    let outputs = drain(&mut session);
    assert!(matches!(outputs.last(), Some(Output::ReadLog { cursor, .. }) if cursor.is_empty()));
}

#[test]
fn a_page_that_does_not_fit_is_split_and_moves_the_cursor_last() {
    let mut session = idle();
    session.handle(NOON, Input::News);
    drain(&mut session);
    let big = Envelope {
        body: vec![1; 200_000].into(),
        signature: vec![0; 64].into(),
    };
    let changes = vec![(big.clone(), NOON), (big, NOON)];

    session.handle(
        NOON,
        Input::Page(Page {
            changes,
            cursor: vec![8],
            ..Page::default()
        }),
    );

    let frames = sent(&mut session);
    let [Kind::Batch(first), Kind::Batch(second)] = &frames[..] else {
        panic!("two")
    };
    assert_eq!(
        (first.cursor.as_slice(), first.more),
        ([7; 40].as_slice(), true)
    );
    assert_eq!(
        (second.cursor.as_slice(), second.more),
        ([8].as_slice(), false)
    );
    assert!(
        frames
            .into_iter()
            .all(|kind| frame::decode(frame::encode(kind)).is_ok())
    );
}
