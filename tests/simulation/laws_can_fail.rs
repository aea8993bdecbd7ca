//! A law that cannot fail proves nothing: each is broken on purpose, and
//! somebody has to notice.

use safehall_testkit::conference::play_sabotaged;
use safehall_testkit::laws::Broken;
use safehall_testkit::server::Sabotage;

/// Plays sabotaged conferences until one breaks this law.
fn notices(sabotage: Sabotage, law: impl Fn(&Broken) -> bool) -> bool {
    (1..300).any(|seed| play_sabotaged(seed, sabotage).is_err_and(|broken| law(&broken)))
}

#[test]
fn a_promise_before_the_disk_said_so_is_noticed() {
    assert!(notices(Sabotage::PromiseBeforeSave, |broken| matches!(
        broken,
        Broken::PromiseBroken { .. }
    )));
}

#[test]
fn a_change_that_is_lost_after_its_promise_is_noticed() {
    assert!(notices(Sabotage::LoseSome, |broken| matches!(
        broken,
        Broken::PromiseBroken { .. }
    )));
}

#[test]
fn a_document_told_to_somebody_who_may_not_read_it_is_noticed() {
    assert!(notices(Sabotage::TellEverybody, |broken| matches!(
        broken,
        Broken::HeldWithoutRight { .. }
    )));
}

#[test]
fn a_typed_word_in_a_printed_line_is_noticed() {
    assert!(notices(Sabotage::Chatter, |broken| matches!(
        broken,
        Broken::TypedWordsPrinted { .. }
    )));
}

#[test]
fn a_change_that_is_not_handed_out_is_noticed() {
    assert!(notices(Sabotage::HandOutLess, |broken| matches!(
        broken,
        Broken::CopiesDisagree { .. }
    )));
}

#[test]
fn a_case_that_reaches_somebody_excluded_is_noticed() {
    assert!(notices(Sabotage::TellExcluded, |broken| matches!(
        broken,
        Broken::ToldTheExcluded { .. }
    )));
}

#[test]
fn a_forget_that_says_that_there_is_a_case_is_noticed() {
    assert!(notices(Sabotage::BelieveNames, |broken| matches!(
        broken,
        Broken::ToldTheExcluded { .. }
    )));
}

#[test]
fn a_quarantine_that_leaks_is_noticed() {
    assert!(notices(Sabotage::HandOutAside, |broken| matches!(
        broken,
        Broken::QuarantineOpen { .. }
    )));
}

#[test]
fn a_hand_in_that_is_thrown_away_is_noticed() {
    assert!(notices(Sabotage::DropAside, |broken| matches!(
        broken,
        Broken::HandInLost { .. }
    )));
}

#[test]
fn a_change_that_rewrites_what_somebody_wrote_is_noticed() {
    assert!(notices(Sabotage::TakeAnything, |broken| matches!(
        broken,
        Broken::WordsChanged { .. }
    )));
}

#[test]
fn words_in_the_name_of_somebody_else_are_noticed() {
    assert!(notices(Sabotage::TakeAnyName, |broken| matches!(
        broken,
        Broken::WordsChanged { .. }
    )));
}
