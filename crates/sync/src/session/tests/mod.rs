//! Conversations, played without a network.

mod chance;

use super::*;
use crate::envelope;
use crate::frame;
use crate::wire::{Hello, Opened, Ping, Pong, Push};

const NOON: Timestamp = Timestamp(43_200_000);
const EPOCH: [u8; 16] = [5; 16];

fn hello() -> Kind {
    Kind::Hello(Hello {
        protocol: 1,
        token: "t".into(),
        epoch: EPOCH.to_vec(),
        cursor: vec![9; 40],
        app_version: "1".into(),
        unsent: 2,
        pack_hash: Vec::new(),
        sealed: 0,
    })
}

fn note(content: u8) -> Envelope {
    Envelope {
        body: vec![content; 10].into(),
        signature: vec![0; 64].into(),
    }
}

fn id(content: u8) -> ChangeId {
    envelope::id_of(&note(content))
}

fn push(push_id: u32, contents: &[u8]) -> Input {
    Input::Frame(Kind::Push(Push {
        push_id,
        envelopes: contents.iter().copied().map(note).collect(),
    }))
}

fn signed_in() -> Input {
    Input::SignedIn {
        epoch: EPOCH,
        pack_hash: vec![3; 32],
        sealed: None,
    }
}

fn page(contents: &[u8], more: bool) -> Input {
    let changes = contents
        .iter()
        .map(|content| (note(*content), NOON))
        .collect();
    Input::Page(Page {
        forget: Vec::new(),
        changes,
        cursor: vec![7; 40],
        more,
    })
}

fn drain(session: &mut Session) -> Vec<Output> {
    std::iter::from_fn(|| session.poll_output()).collect()
}

fn sent(session: &mut Session) -> Vec<Kind> {
    drain(session)
        .into_iter()
        .filter_map(|output| match output {
            Output::Send(frame) => Some(frame),
            _ => None,
        })
        .collect()
}

fn talking(transport: Transport) -> Session {
    let mut session = Session::new(NOON, transport);
    session.handle(NOON, Input::Frame(hello()));
    session.handle(NOON, signed_in());
    drain(&mut session);
    session
}

/// Live, and told that there is nothing new.
fn idle() -> Session {
    let mut session = talking(Transport::Live);
    session.handle(NOON, page(&[], false));
    drain(&mut session);
    session
}

fn farewell(session: &mut Session) -> Option<(Leaving, u32)> {
    let outputs = drain(session);
    assert_eq!(outputs.last(), Some(&Output::Close));
    outputs.iter().find_map(|output| match output {
        Output::Send(Kind::Farewell(farewell)) => {
            Some((farewell.reason(), farewell.retry_after_seconds))
        }
        _ => None,
    })
}

#[test]
fn a_change_is_promised_only_once_it_is_on_disk() {
    let mut session = idle();

    session.handle(NOON, push(1, &[1, 2]));
    assert_eq!(
        drain(&mut session),
        [Output::Judge {
            push_id: 1,
            envelopes: vec![note(1), note(2)]
        }]
    );

    session.handle(
        NOON,
        Input::Judged {
            push_id: 1,
            kept: vec![id(1)],
            refused: vec![(id(2), Reason::TooBig)],
            received_at: NOON,
            earlier: Vec::new(),
        },
    );
    let frames = sent(&mut session);
    let [Kind::Kept(kept), Kind::Refused(refused)] = &frames[..] else {
        panic!("one promise, one refusal")
    };
    assert_eq!(kept.change_ids, [id(1).as_bytes().to_vec()]);
    assert_eq!(refused.refusals[0].reason(), Reason::TooBig);
}

#[test]
fn a_full_disk_leaves_the_change_with_the_device() {
    let mut session = idle();
    session.handle(NOON, push(1, &[1]));
    drain(&mut session);

    session.handle(NOON, Input::NotSaved { push_id: 1 });

    let frames = sent(&mut session);
    let [Kind::Refused(refused)] = &frames[..] else {
        panic!("told")
    };
    assert_eq!(refused.refusals[0].reason(), Reason::NotSaved);
}

fn judged(push_id: u32, kept: Vec<ChangeId>) -> Input {
    Input::Judged {
        push_id,
        kept,
        refused: Vec::new(),
        received_at: NOON,
        earlier: Vec::new(),
    }
}

/// As if N1 had brought it before.
fn carried(change: ChangeId) -> wire::Earlier {
    wire::Earlier {
        change_id: change.as_bytes().to_vec(),
        received_at: 1,
        via: "N1".to_owned(),
    }
}

#[test]
fn what_was_not_pushed_is_not_promised_and_what_was_not_judged_is_not_saved() {
    let mut session = idle();
    session.handle(NOON, push(1, &[1, 2]));
    drain(&mut session);

    session.handle(
        NOON,
        Input::Judged {
            push_id: 1,
            kept: vec![id(1), id(9)],
            refused: Vec::new(),
            received_at: NOON,
            earlier: [id(1), id(2), id(9)].map(carried).to_vec(),
        },
    );

    let frames = sent(&mut session);
    let [Kind::Kept(kept), Kind::Refused(refused)] = &frames[..] else {
        panic!("both")
    };
    assert_eq!(kept.change_ids, [id(1).as_bytes().to_vec()]);
    assert_eq!(kept.earlier, [carried(id(1))]);
    assert_eq!(refused.refusals[0].change_id, id(2).as_bytes());
    assert_eq!(refused.refusals[0].reason(), Reason::NotSaved);
}

#[test]
fn the_same_change_twice_in_a_push_is_one_change() {
    let mut session = idle();

    session.handle(NOON, push(1, &[1, 1, 1]));

    assert_eq!(
        drain(&mut session),
        [Output::Judge {
            push_id: 1,
            envelopes: vec![note(1)]
        }]
    );
}

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

#[test]
fn silence_ends_a_live_connection_and_pings_keep_it() {
    let mut session = idle();
    for _ in 0..5 {
        let now = session.poll_timeout().expect("a ping is due");
        session.handle(now, Input::TimePassed);
        assert_eq!(sent(&mut session), [Kind::Ping(Ping {})]);
        session.handle(now, Input::Frame(Kind::Pong(Pong {})));
    }
    for _ in 0..2 {
        let now = session.poll_timeout().expect("a ping is due");
        session.handle(now, Input::TimePassed);
        drain(&mut session);
    }
    let now = session.poll_timeout().expect("the end of patience");
    session.handle(now, Input::TimePassed);

    assert_eq!(farewell(&mut session), Some((Leaving::SaidNothing, 0)));
}

#[test]
fn each_fault_has_its_own_farewell() {
    let old = Kind::Hello(Hello::default());
    let new = Kind::Hello(Hello {
        protocol: 2,
        ..Default::default()
    });
    let greeted: [(Input, Leaving); 3] = [
        (Input::Frame(old), Leaving::TooOld),
        (Input::Frame(new), Leaving::UnknownFrame),
        (Input::Frame(Kind::Ping(Ping {})), Leaving::OutOfTurn),
    ];
    for (input, leaving) in greeted {
        let mut session = Session::new(NOON, Transport::Live);
        session.handle(NOON, input);
        assert_eq!(
            farewell(&mut session).map(|(reason, _)| reason),
            Some(leaving)
        );
    }
    let talked: [(Input, Leaving); 8] = [
        (Input::Frame(hello()), Leaving::OutOfTurn),
        (
            Input::Frame(Kind::Kept(wire::Kept::default())),
            Leaving::OutOfTurn,
        ),
        (
            Input::Unreadable(FrameError::Unknown),
            Leaving::UnknownFrame,
        ),
        (Input::Unreadable(FrameError::TooBig), Leaving::TooBig),
        (Input::Unreadable(FrameError::WebPage), Leaving::Unreadable),
        (Input::Revoked, Leaving::Revoked),
        (
            Input::GoingDown {
                retry_after_seconds: 7,
            },
            Leaving::GoingDown,
        ),
        (Input::NotRead, Leaving::GoingDown),
    ];
    for (input, leaving) in talked {
        let mut session = idle();
        session.handle(NOON, input);
        assert_eq!(
            farewell(&mut session).map(|(reason, _)| reason),
            Some(leaving)
        );
        session.handle(NOON, push(1, &[1]));
        assert_eq!(session.poll_output(), None, "spoke after hanging up");
    }
}

#[test]
fn who_says_nothing_is_not_waited_for() {
    let mut session = Session::new(NOON, Transport::Live);
    session.handle(NOON.plus(HELLO_MILLIS - 1), Input::TimePassed);
    assert_eq!(session.poll_output(), None);

    session.handle(
        session.poll_timeout().expect("a deadline"),
        Input::TimePassed,
    );

    assert_eq!(farewell(&mut session), Some((Leaving::SaidNothing, 0)));
}

#[test]
fn a_bad_token_is_told_apart_from_a_revoked_device() {
    for (revoked, leaving) in [(false, Leaving::SignIn), (true, Leaving::Revoked)] {
        let mut session = Session::new(NOON, Transport::Live);
        session.handle(NOON, Input::Frame(hello()));
        session.handle(NOON, Input::SignInFailed { revoked });
        assert_eq!(farewell(&mut session), Some((leaving, 0)));
    }
}

#[test]
fn too_many_frames_or_pushes_at_once_are_too_fast() {
    let mut session = idle();
    for push_id in 0..=u32::try_from(PUSHES_AT_ONCE).expect("small") {
        session.handle(NOON, push(push_id, &[1]));
    }
    assert_eq!(
        farewell(&mut session),
        Some((Leaving::TooFast, TOO_FAST_SECONDS))
    );

    let mut session = idle();
    for _ in 0..=FRAMES_IN_TEN_SECONDS {
        session.handle(NOON, Input::Frame(Kind::Ping(Ping {})));
    }
    assert_eq!(
        farewell(&mut session),
        Some((Leaving::TooFast, TOO_FAST_SECONDS))
    );
}

#[test]
fn goodbye_waits_for_the_answers_that_are_owed() {
    let mut session = idle();
    session.handle(NOON, push(1, &[1]));
    session.handle(NOON, Input::Frame(Kind::Goodbye(wire::Goodbye {})));
    assert!(!drain(&mut session).contains(&Output::Close));

    session.handle(NOON, judged(1, vec![id(1)]));

    assert!(matches!(
        &drain(&mut session)[..],
        [Output::Send(Kind::Kept(_)), Output::Close]
    ));
}

#[test]
fn a_device_whose_clock_is_wrong_by_years_is_answered_like_any_other() {
    for at in [0, u64::MAX, 4_102_444_800_000] {
        let mut session = idle();
        session.handle(
            NOON,
            Input::Frame(Kind::Opened(Opened {
                document: vec![1; 16],
                at,
            })),
        );
        assert!(matches!(
            &drain(&mut session)[..],
            [Output::NoteOpened { .. }]
        ));
    }
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
