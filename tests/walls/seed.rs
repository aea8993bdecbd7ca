//! `docs/PROCEDURE.md` says for each sentence of the procedure where it lives and
//! which test shows it. No sentence is left out, and what is named is there.

use crate::repository::{holds, none, quoted, read, root};

/// How many sentences there are, from the first to the last.
const SENTENCES: usize = 113;

struct Row<'a> {
    sentence: &'a str,
    asks: &'a str,
    lives: &'a str,
    shown: &'a str,
}

fn rows(page: &str) -> Vec<Row<'_>> {
    page.lines()
        .filter(|line| line.starts_with("| S"))
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let [sentence, asks, lives, shown] = cells[..] else {
                panic!("four cells in a row: {line}");
            };
            Row {
                sentence,
                asks,
                lives,
                shown,
            }
        })
        .collect()
}

/// What is wrong with where a row says that its sentence lives.
fn misplaced(row: &Row<'_>) -> Vec<String> {
    let files = quoted(row.lives);
    let elsewhere = row.lives.starts_with("As S");
    let mut faults: Vec<String> = files
        .iter()
        .filter(|path| !root().join(path).exists())
        .map(|path| format!("{}: there is no {path}", row.sentence))
        .collect();
    if files.is_empty() && !elsewhere {
        faults.push(format!("{}: names no place", row.sentence));
    }
    if row.asks.is_empty() {
        faults.push(format!("{}: asks nothing", row.sentence));
    }
    faults
}

/// What is wrong with the tests that a row names, each behind its file.
fn unshown(row: &Row<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    let mut named = 0;
    let mut file: Option<(&str, String)> = None;
    for word in quoted(row.shown) {
        if word.ends_with(".rs") || word.ends_with(".ts") {
            if !root().join(word).is_file() {
                faults.push(format!("{}: there is no {word}", row.sentence));
                break;
            }
            file = Some((word, read(word)));
            continue;
        }
        named += 1;
        match &file {
            Some((_, text)) if holds(text, word) => {}
            Some((path, _)) => faults.push(format!("{}: {path} has no test {word}", row.sentence)),
            None => faults.push(format!("{}: names no file for {word}", row.sentence)),
        }
    }
    if named == 0 {
        faults.push(format!("{}: names no test", row.sentence));
    }
    faults
}

#[test]
fn every_sentence_of_the_procedure_has_one_row_in_order() {
    let page = read("docs/PROCEDURE.md");
    let found: Vec<String> = rows(&page)
        .iter()
        .map(|row| row.sentence.to_owned())
        .collect();
    let all: Vec<String> = (1..=SENTENCES).map(|number| format!("S{number}")).collect();
    assert_eq!(found, all);
}

#[test]
fn every_sentence_names_a_place_and_a_test_that_are_there() {
    let page = read("docs/PROCEDURE.md");
    let faults: Vec<String> = rows(&page)
        .iter()
        .flat_map(|row| [misplaced(row), unshown(row)].concat())
        .collect();
    none("docs/PROCEDURE.md", &faults);
}
