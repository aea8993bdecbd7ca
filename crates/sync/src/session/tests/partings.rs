//! How a line is kept, and how it ends.

use super::*;

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
