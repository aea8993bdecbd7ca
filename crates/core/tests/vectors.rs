//! The rules that the app decides, too: both are held to the files in `proto/vectors`.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of tests fails the test that called it"
)]

use std::collections::BTreeSet;

use safehall_core::badge::{Likeness, likeness, normalise};
use safehall_core::due::{Next, Progress, due, sort_inbox};
use safehall_core::pack::Targets;
use safehall_core::time::{NoTime, When};
use safehall_core::{DocumentId, Timestamp, code_name, drill_name, four_words};
use serde_json::{Value, json};

fn cases(text: &str) -> (Value, Vec<Value>) {
    let file: Value = serde_json::from_str(text).unwrap();
    let cases = file["cases"].as_array().unwrap().clone();
    let names: BTreeSet<&str> = cases
        .iter()
        .map(|case| case["name"].as_str().unwrap())
        .collect();
    assert!(
        cases.len() >= 12 && names.len() == cases.len(),
        "at least 12 cases, each with its own name"
    );
    (file, cases)
}

fn text<'a>(case: &'a Value, key: &str) -> &'a str {
    case[key].as_str().unwrap()
}

fn moment(case: &Value, key: &str) -> Option<Timestamp> {
    case.get(key)
        .map(|value| Timestamp(value.as_i64().unwrap()))
}

#[test]
fn code_names_are_as_the_vectors_say() {
    for case in cases(include_str!("../../../proto/vectors/code_name.json")).1 {
        let document: DocumentId = text(&case, "document").parse().unwrap();
        assert_eq!(
            code_name(&document),
            text(&case, "code_name"),
            "{}",
            case["name"]
        );
    }
}

#[test]
fn drills_are_named_as_the_vectors_say_and_never_like_a_real_case() {
    for case in cases(include_str!("../../../proto/vectors/drill_name.json")).1 {
        let document: DocumentId = text(&case, "document").parse().unwrap();
        let name = drill_name(&document);
        assert_eq!(name, text(&case, "drill_name"), "{}", case["name"]);
        assert_ne!(name, code_name(&document), "{}", case["name"]);
    }
}

#[test]
fn four_words_are_as_the_vectors_say() {
    for case in cases(include_str!("../../../proto/vectors/words.json")).1 {
        let prefix = u64::from_str_radix(text(&case, "digest_prefix"), 16)
            .unwrap()
            .to_be_bytes();
        assert_eq!(
            json!(four_words(prefix[3..].try_into().unwrap())),
            case["words"],
            "{}",
            case["name"]
        );
    }
}

#[test]
fn badges_are_alike_as_the_vectors_say() {
    for case in cases(include_str!("../../../proto/vectors/badge.json")).1 {
        let (a, b) = (text(&case, "a"), text(&case, "b"));
        let expected = match text(&case, "likeness") {
            "same" => Likeness::Same,
            "look_alike" => Likeness::LookAlike,
            "one_character" => Likeness::OneCharacter,
            other => {
                assert_eq!(other, "different");
                Likeness::Different
            }
        };
        assert_eq!(normalise(a), text(&case, "normalised"), "{}", case["name"]);
        assert_eq!(
            (likeness(a, b), likeness(b, a)),
            (expected, expected),
            "{}",
            case["name"]
        );
    }
}

fn when(time: &Value) -> Result<When, NoTime> {
    When::parse(text(time, "kind"), moment(time, "from"), moment(time, "to"))
}

fn refusal(refused: NoTime) -> &'static str {
    match refused {
        NoTime::UnknownKind => "unknown_kind",
        NoTime::FromMissing => "from_missing",
        NoTime::ToMissing => "to_missing",
        NoTime::FromNotUsed => "from_not_used",
        NoTime::ToNotUsed => "to_not_used",
        NoTime::Backwards => "backwards",
    }
}

#[test]
fn times_are_refused_bounded_and_apart_as_the_vectors_say() {
    for case in cases(include_str!("../../../proto/vectors/time.json")).1 {
        let said = when(&case["time"]);
        if let Some(refused) = case.get("refused") {
            assert_eq!(
                json!(said.map_err(refusal).unwrap_err()),
                *refused,
                "{}",
                case["name"]
            );
        } else if let Some(other) = case.get("other") {
            let (a, b) = (said.unwrap(), when(other).unwrap());
            assert_eq!(
                json!([a.distance(b), b.distance(a)]),
                json!([case["distance"], case["distance"]]),
                "{}",
                case["name"]
            );
        } else {
            let expected = (
                moment(&case["bounds"], "from"),
                moment(&case["bounds"], "to"),
            );
            assert_eq!(said.unwrap().bounds(), expected, "{}", case["name"]);
        }
    }
}

fn targets(targets: &Value) -> Targets {
    let minutes = |key: &str| u32::try_from(targets[key].as_u64().unwrap()).unwrap();
    Targets {
        chair_told: minutes("chair_told"),
        chair_told_alert: minutes("chair_told_alert"),
        meeting: minutes("meeting"),
        follow_up: minutes("follow_up"),
    }
}

fn progress(case: &Value) -> Progress {
    Progress {
        reported_at: moment(case, "reported_at").unwrap(),
        chair_knows: moment(case, "chair_knows"),
        met: moment(case, "met"),
        followed_up: moment(case, "followed_up"),
    }
}

#[test]
fn cases_are_due_and_ordered_as_the_vectors_say() {
    let (file, cases) = cases(include_str!("../../../proto/vectors/due.json"));
    for case in cases {
        let targets = targets(case.get("targets").unwrap_or(&file["targets"]));
        let now = moment(&case, "now").unwrap();
        if let Some(inbox) = case.get("inbox") {
            let mut rows: Vec<_> = inbox
                .as_array()
                .unwrap()
                .iter()
                .map(|row| (text(row, "case").parse().unwrap(), progress(row)))
                .collect();
            sort_inbox(&mut rows, &targets, now);
            let order: Vec<String> = rows.iter().map(|(id, _)| id.to_string()).collect();
            assert_eq!(json!(order), case["order"], "{}", case["name"]);
            continue;
        }
        let due = due(&progress(&case), &targets, now);
        let next = match due.next {
            Next::TellChair => "tell_chair",
            Next::Meet => "meet",
            Next::FollowUp => "follow_up",
            Next::Nothing => "nothing",
        };
        let mut said = json!({ "next": next, "overdue_by": due.overdue_by, "alert": due.alert });
        if let Some(at) = due.at {
            said["at"] = json!(at.0);
        }
        assert_eq!(said, case["due"], "{}", case["name"]);
    }
}
