//! A law that cannot fail proves nothing: each is broken on purpose, and
//! somebody has to notice.

use safehall_testkit::conference::play_sabotaged;
use safehall_testkit::laws::Broken;
use safehall_testkit::server::Sabotage;

/// Plays sabotaged conferences until one is found out.
fn found_out(sabotage: Sabotage) -> Broken {
    (1..300)
        .find_map(|seed| play_sabotaged(seed, sabotage).err())
        .expect("300 conferences and nobody noticed")
}

#[test]
fn a_promise_before_the_disk_said_so_is_noticed() {
    assert!(matches!(
        found_out(Sabotage::PromiseBeforeSave),
        Broken::PromiseBroken { .. }
    ));
}

#[test]
fn a_change_that_is_lost_after_its_promise_is_noticed() {
    assert!(matches!(
        found_out(Sabotage::LoseSome),
        Broken::PromiseBroken { .. }
    ));
}

#[test]
fn a_document_told_to_somebody_who_may_not_read_it_is_noticed() {
    assert!(matches!(
        found_out(Sabotage::TellEverybody),
        Broken::HeldWithoutRight { .. }
    ));
}

#[test]
fn a_typed_word_in_a_printed_line_is_noticed() {
    assert!(matches!(
        found_out(Sabotage::Chatter),
        Broken::TypedWordsPrinted { .. }
    ));
}

#[test]
fn a_change_that_is_not_handed_out_is_noticed() {
    assert!(matches!(
        found_out(Sabotage::HandOutLess),
        Broken::CopiesDisagree { .. }
    ));
}
