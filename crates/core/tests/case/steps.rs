//! What was done first, and what came of it.

use safehall_core::case::{RawCase, Step, StepMark, read};

use crate::build::{NOOR, fact};

#[test]
fn an_offer_without_an_answer_stands_beside_the_answer_that_comes_later() {
    let mark = |number, minute, result: &str| StepMark {
        fact: fact(number, NOOR, minute),
        step: "IR2".into(),
        result: result.into(),
        note: None,
    };
    let case = read(RawCase {
        steps: vec![mark(2, 8, "done"), mark(1, 1, "offered")],
        ..RawCase::default()
    });
    let results = |step: &Step| {
        step.marks
            .iter()
            .map(|mark| mark.result.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        case.steps.iter().map(results).collect::<Vec<_>>(),
        [["offered", "done"]]
    );
    assert_eq!(case.unread, 0);
}
