//! What a device is promised, and when.

use super::*;

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
