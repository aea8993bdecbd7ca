//! `docs/THREATS.md` names tests; each of them is there. A defence that nothing
//! shows says so in its own words.

use crate::repository::{holds, none, quoted, read, root};

/// How many threats the page has, first to last.
const THREATS: usize = 28;
const NOTHING: &str = "Shown by no test yet.";

#[test]
fn every_test_that_the_threat_list_names_is_there() {
    let page = read("docs/THREATS.md");
    let mut faults = Vec::new();
    let mut named = 0;
    for (number, line) in page.lines().enumerate() {
        let Some(item) = line.strip_prefix("- ") else {
            continue;
        };
        let words = quoted(item);
        let [path, names @ ..] = words.as_slice() else {
            faults.push(format!("line {}: names no file", number + 1));
            continue;
        };
        if !root().join(path).is_file() {
            faults.push(format!("line {}: there is no {path}", number + 1));
            continue;
        }
        let text = read(path);
        if names.is_empty() {
            faults.push(format!("line {}: names no test of {path}", number + 1));
        }
        for name in names.iter().filter(|name| !holds(&text, name)) {
            faults.push(format!("line {}: {path} has no test {name}", number + 1));
        }
        named += names.len();
    }
    none("docs/THREATS.md", &faults);
    assert!(named >= THREATS, "only {named} tests are named");
}

#[test]
fn every_threat_has_a_defence_a_rest_and_a_test_or_says_that_it_has_none() {
    let page = read("docs/THREATS.md");
    let mut faults = Vec::new();
    for number in 1..=THREATS {
        let heading = format!("\n## T{number} · ");
        let Some((_, rest)) = page.split_once(&heading) else {
            faults.push(format!("T{number} is missing"));
            continue;
        };
        let part = rest.split("\n## ").next().unwrap_or(rest);
        for word in ["In the way: ", "Left: "] {
            if !part.contains(word) {
                faults.push(format!("T{number} does not say: {word}"));
            }
        }
        if !part.contains("\n- `") && !part.contains(NOTHING) {
            faults.push(format!("T{number} names no test"));
        }
    }
    none("docs/THREATS.md", &faults);
}
