//! Conversations that nobody would have thought of.

use proptest::prelude::*;

use super::*;

fn any_input() -> impl Strategy<Value = Input> {
    let contents = proptest::collection::vec(0_u8..6, 1..4);
    prop_oneof![
        4 => (0_u32..4, contents.clone()).prop_map(|(push_id, contents)| push(push_id, &contents)),
        4 => (0_u32..4, contents.clone()).prop_map(|(push_id, kept)| Input::Judged {
            push_id,
            kept: kept.into_iter().map(id).collect(),
            refused: vec![(id(0), Reason::Malformed)],
            received_at: NOON,
            earlier: Vec::new(),
        }),
        1 => (0_u32..4).prop_map(|push_id| Input::NotSaved { push_id }),
        2 => (contents, any::<bool>()).prop_map(|(contents, more)| page(&contents, more)),
        1 => Just(page(&[], false)),
        2 => Just(Input::News),
        1 => Just(Input::Frame(hello())),
        1 => Just(signed_in()),
        1 => Just(Input::Frame(Kind::Ping(Ping {}))),
        1 => Just(Input::TimePassed),
        1 => Just(Input::End),
        1 => Just(Input::Unreadable(FrameError::Truncated)),
    ]
}

proptest! {
    #[test]
    fn whatever_happens_nothing_is_promised_that_was_not_said_to_be_on_disk(
        live in any::<bool>(),
        inputs in proptest::collection::vec((0_i64..20_000, any_input()), 0..60),
    ) {
        let transport = if live { Transport::Live } else { Transport::Call };
        let mut session = talking(transport);
        let mut now = NOON;
        let mut on_disk = BTreeSet::new();
        let mut closed = false;
        for (later, input) in inputs {
            now = now.plus(later);
            if let Input::Judged { kept, .. } = &input {
                on_disk.extend(kept.iter().copied());
            }
            session.handle(now, input);
            for output in drain(&mut session) {
                prop_assert!(!closed, "spoke after hanging up");
                closed = output == Output::Close;
                if let Output::Send(kind) = output {
                    if let Kind::Kept(kept) = &kind {
                        for id in &kept.change_ids {
                            let id = ChangeId::try_from(id.as_slice()).expect("an id");
                            prop_assert!(on_disk.contains(&id), "promised too early");
                        }
                    }
                    prop_assert!(frame::decode(frame::encode(kind)).is_ok(), "sent what nobody can read");
                }
            }
        }
        if !live {
            prop_assert_eq!(session.poll_timeout(), None);
        }
    }
}
