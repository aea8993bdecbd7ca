//! Packs that are too big for a phone.

mod event;

use event::{GERMAN, SAMPLE};
use safehall_core::pack::{Found, Mistake, parse};

fn beside(name: &str) -> Option<String> {
    event::beside(name, GERMAN)
}

fn said(mistakes: &[Mistake]) -> Vec<String> {
    mistakes.iter().map(ToString::to_string).collect()
}

#[test]
fn a_pack_too_large_for_a_phone_is_refused_with_its_size_and_with_all_other_mistakes() {
    let wrong = SAMPLE.replacen("id = \"", "id = \"No! ", 1);
    let text = format!("{wrong}# {}", "x".repeat(80 * 1024));
    let long = |name: &str| beside(name).map(|text| text + &"y".repeat(80 * 1024));
    let mistakes = parse(&text, long).expect_err("too large");
    let policy = beside("all-systems-go-policy.md").map_or(0, |policy| policy.len()) + 80 * 1024;
    let said = said(&mistakes);
    assert_eq!(
        said[0],
        format!(
            "line 1: found {} bytes; expected at most 81920 bytes (80 KiB), the files beside it not counted",
            text.len()
        )
    );
    assert!(
        said.iter().any(|line| line.contains("event.id")),
        "{said:?}"
    );
    assert!(
        said.iter().any(|line| line.ends_with(&format!(
            "policy.file: found {policy} bytes; expected at most 81920 bytes (80 KiB) of text"
        ))),
        "{said:?}"
    );
    let german = GERMAN.len() + 80 * 1024;
    assert!(
        said.iter().any(|line| line.contains(&format!(
            "translations.de: found {german} bytes; expected at most 81920 bytes"
        ))),
        "{said:?}"
    );
    assert_eq!(said.len(), 4, "{said:?}");
}

#[test]
fn what_is_far_too_large_is_not_read_and_its_size_is_said() {
    let text = format!("{SAMPLE}# {}", "x".repeat(4 * 1024 * 1024));
    let mistakes = parse(&text, beside).expect_err("too large");
    assert_eq!(mistakes.len(), 1);
    assert_eq!(mistakes[0].found, Found::Bytes(text.len()));
}

/// Whom to call, so often that no code to scan holds them.
fn contacts(count: usize, to: &str) -> String {
    let one = |number: usize| {
        format!(
            "\n[[contacts]]\nname = \"{number} {}\"\nrole = \"Chair\"\nphone = \"+49 30 23125 1\"\nvisible_to = \"{to}\"\n",
            "n".repeat(80)
        )
    };
    (0..count).map(one).collect()
}

#[test]
fn more_people_to_call_than_fit_into_one_code_are_refused_and_as_many_for_the_team_are_not() {
    let many = format!("{SAMPLE}{}", contacts(30, "attendees"));
    let mistakes = parse(&many, beside).expect_err("too many");
    let keys: Vec<&str> = mistakes.iter().map(|one| one.key.as_str()).collect();
    assert_eq!(keys, ["contacts", "translations.de"]);
    // Thirty lines of a name, a role and a number, and what the sample has. "Leitung" is two letters more than "Chair".
    for (mistake, line) in mistakes.iter().zip([108, 110]) {
        let Found::Bytes(bytes) = mistake.found else {
            panic!("{mistake}");
        };
        assert!((30 * line..30 * line + 400).contains(&bytes), "{mistake}");
        assert!(
            mistake.expected.starts_with("at most 2331 bytes"),
            "{mistake}"
        );
    }
    assert!(parse(&format!("{SAMPLE}{}", contacts(30, "staff")), beside).is_ok());
    assert!(parse(&format!("{SAMPLE}{}", contacts(15, "attendees")), beside).is_ok());
}
