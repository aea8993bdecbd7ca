//! A call: one round of asking and answering.

use super::*;

#[test]
fn a_call_is_answered_with_welcome_then_promises_then_what_is_new() {
    let mut session = Session::new(NOON, Transport::Call);
    session.handle(NOON, Input::Frame(hello()));
    session.handle(NOON, push(1, &[1]));
    session.handle(NOON, push(2, &[2]));
    session.handle(NOON, Input::End);
    assert_eq!(
        drain(&mut session),
        [Output::CheckToken {
            token: AccessToken("t".into()),
            sealed: 0
        }]
    );

    session.handle(NOON, signed_in());
    for push_id in [1, 2] {
        let content = u8::try_from(push_id).expect("small");
        session.handle(NOON, judged(push_id, vec![id(content)]));
    }
    session.handle(NOON, page(&[8], false));

    let outputs = drain(&mut session);
    let [
        Output::NoteDevice { unsent: 2, .. },
        Output::Send(Kind::Welcome(_)),
        Output::Judge { push_id: 1, .. },
        Output::Judge { push_id: 2, .. },
        Output::Send(Kind::Kept(_)),
        Output::Send(Kind::Kept(_)),
        Output::ReadLog { cursor, .. },
        Output::Send(Kind::Batch(batch)),
        Output::Close,
    ] = &outputs[..]
    else {
        panic!("{outputs:?}")
    };
    assert_eq!(cursor, &[9; 40]);
    assert_eq!((batch.envelopes.len(), batch.more), (1, false));
}

#[test]
fn a_call_with_nothing_new_still_brings_a_cursor() {
    let mut session = talking(Transport::Call);
    session.handle(NOON, Input::End);
    session.handle(NOON, page(&[], false));

    let frames = sent(&mut session);
    let [Kind::Batch(batch)] = &frames[..] else {
        panic!("{frames:?}")
    };
    assert!(batch.envelopes.is_empty() && !batch.more);
    assert_eq!(batch.cursor, [7; 40]);
}

#[test]
fn a_long_call_stops_at_its_budget_and_says_that_there_is_more() {
    let mut session = talking(Transport::Call);
    session.handle(NOON, Input::End);
    let big = Envelope {
        body: vec![1; 250_000].into(),
        signature: vec![0; 64].into(),
    };

    let mut batches = 0;
    loop {
        let changes = vec![(big.clone(), NOON)];
        session.handle(
            NOON,
            Input::Page(Page {
                changes,
                cursor: vec![7],
                more: true,
                ..Page::default()
            }),
        );
        batches += 1;
        let outputs = drain(&mut session);
        assert!(
            outputs
                .iter()
                .any(|output| matches!(output, Output::Send(Kind::Batch(batch)) if batch.more))
        );
        if outputs.last() == Some(&Output::Close) {
            break;
        }
    }
    assert_eq!(batches, 5, "1 MiB of 250 kB changes");
}

#[test]
fn coming_back_with_nothing_new_costs_a_few_hundred_bytes() {
    let long_token = Kind::Hello(Hello {
        token: "t".repeat(420),
        cursor: vec![9; 56],
        pack_hash: vec![1; 32],
        app_version: "0.1.0".into(),
        epoch: EPOCH.to_vec(),
        protocol: 1,
        unsent: 0,
        sealed: 0,
    });
    let up = frame::encode_sequence([long_token]).len();
    let mut session = talking(Transport::Call);
    session.handle(NOON, Input::End);
    session.handle(
        NOON,
        Input::Page(Page {
            cursor: vec![7; 56],
            ..Page::default()
        }),
    );
    let welcome = Kind::Welcome(wire::Welcome {
        epoch: EPOCH.to_vec(),
        server_time: 1_790_000_000_000,
        pack_hash: vec![1; 32],
        ping_seconds: 10,
        checkpoint: None,
        covers: Vec::new(),
    });
    let down = frame::encode_sequence([welcome].into_iter().chain(sent(&mut session))).len();

    assert!(up <= 560 && down <= 140, "{up} up, {down} down");
}
