//! Every call and every frame, by everybody who could make it, about every kind
//! of case: what comes of it stands in `tests/matrix.txt`, cell by cell.
//!
//! The calls are read from the server's own table and the frames from the wire,
//! so what is new and has no cells here fails; so does a cell that nothing asks
//! about.

mod frames;
mod rows;
mod stage;

use std::collections::{BTreeMap, BTreeSet};

use rows::{ROWS, Row, same_refusals};
use stage::{Caller, Case, Stage};

/// What was expected, and what came: for each call or frame, by whom, in the order of the cases.
type Cells = BTreeMap<String, BTreeMap<&'static str, Vec<String>>>;

const TABLE: &str = include_str!("../../matrix.txt");

/// In place of all callers.
const EVERYBODY: &str = "everybody";

/// `## name`, then lines of `callers: words`. One word stands for all cases.
fn expected() -> Cells {
    let mut cells = Cells::new();
    let mut name = String::new();
    for line in TABLE.lines().filter(|line| !line.trim().is_empty()) {
        if let Some(title) = line.strip_prefix("## ") {
            title.clone_into(&mut name);
            let fresh = cells.insert(name.clone(), BTreeMap::new()).is_none();
            assert!(fresh, "{name} stands twice in the table");
        } else if let (Some(lines), Some((callers, words))) =
            (cells.get_mut(&name), line.split_once(": "))
        {
            let everybody: Vec<_> = Caller::ALL.iter().map(|caller| caller.word()).collect();
            let callers = match callers {
                EVERYBODY => everybody,
                callers => callers.split_whitespace().collect(),
            };
            for word in callers {
                let caller = Caller::ALL.iter().find(|caller| caller.word() == word);
                let caller = caller.unwrap_or_else(|| panic!("nobody is a {word}"));
                let words = words.split_whitespace().map(str::to_owned).collect();
                let fresh = lines.insert(caller.word(), words);
                assert!(fresh.is_none(), "{name} has two lines for {word}");
            }
        }
    }
    cells
}

/// As the table writes it.
fn print(cells: &Cells) -> String {
    let mut text = String::new();
    for (name, callers) in cells {
        text.push_str(&format!("## {name}\n"));
        let mut lines: Vec<(Vec<&str>, String)> = Vec::new();
        for caller in Caller::ALL {
            let Some(words) = callers.get(caller.word()) else {
                continue;
            };
            let words = words.join(" ");
            match lines.iter_mut().find(|(_, known)| *known == words) {
                Some((callers, _)) => callers.push(caller.word()),
                None => lines.push((vec![caller.word()], words)),
            }
        }
        for (callers, words) in lines {
            let callers = if callers.len() == Caller::ALL.len() {
                EVERYBODY.to_owned()
            } else {
                callers.join(" ")
            };
            text.push_str(&format!("{callers}: {words}\n"));
        }
        text.push('\n');
    }
    text
}

fn put(cells: &mut Cells, name: &str, caller: Caller, word: String) {
    let callers = cells.entry(name.to_owned()).or_default();
    callers.entry(caller.word()).or_default().push(word);
}

/// One word instead of seven where all are the same.
fn shorten(cells: &mut Cells) {
    for words in cells.values_mut().flat_map(BTreeMap::values_mut) {
        if words.windows(2).all(|two| two[0] == two[1]) {
            words.truncate(1);
        }
    }
}

#[test]
fn every_call_of_the_server_has_a_row() {
    let served: BTreeSet<_> = safehall_server::calls()
        .into_iter()
        .map(|call| (call.method, call.path))
        .collect();
    let asked: BTreeSet<_> = ROWS.iter().map(Row::call).collect();
    let missing: Vec<_> = served.difference(&asked).collect();
    assert!(missing.is_empty(), "no cells for {missing:?}");
    let in_the_source: BTreeSet<_> = crate::heads::addresses().into_iter().collect();
    let paths = served.iter().map(|(_, path)| (*path).to_owned()).collect();
    assert_eq!(in_the_source, paths, "a route is served beside the table");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_gets_what_the_table_says_and_nothing_else() {
    let mut stage = Stage::set().await;
    let mut came = Cells::new();
    let mut count = 0;

    // First who hears what: everything else writes.
    for caller in Caller::ALL {
        let heard = frames::first_visit(&stage, *caller).await;
        for case in Case::ALL {
            let id = stage.about(*caller, *case);
            let word = match frames::word(&heard).as_str() {
                "nothing" => frames::share(&heard, &stage, id).to_owned(),
                farewell => farewell.to_owned(),
            };
            put(&mut came, "what a Batch brings", *caller, word);
            count += 1;
        }
    }

    let mut refusals = BTreeMap::new();
    let served = ROWS.iter().filter(|row| stage::is_served(row.call().1));
    for row in served {
        for caller in Caller::ALL {
            for case in frames::columns(row.about_a_case) {
                let id = stage.about(*caller, *case);
                let answer = row.ask(&mut stage, *caller, *case).await;
                same_refusals(&mut refusals, row, &answer);
                put(&mut came, row.name, *caller, Row::word(&answer, id));
                count += 1;
            }
        }
    }

    for caller in Caller::ALL {
        for case in Case::ALL {
            let id = stage.about(*caller, *case);
            let note = frames::note(&mut stage, *caller, id);
            for (name, frame) in frames::all(note, id) {
                if !frames::columns(frames::is_about_a_case(name)).contains(case) {
                    continue;
                }
                let heard = frames::call(&stage, *caller, frame).await;
                let title = format!("frame {name}, in a call");
                put(&mut came, &title, *caller, frames::word(&heard));
                count += 1;
            }
        }
    }
    for caller in Caller::ALL {
        let id = stage.about(*caller, Case::Other);
        let note = frames::note(&mut stage, *caller, id);
        for (name, frame) in frames::all(note, id) {
            let heard = frames::live(&stage, *caller, frame).await;
            let title = format!("frame {name}, on a line");
            put(&mut came, &title, *caller, frames::word(&heard));
            count += 1;
        }
    }

    shorten(&mut came);
    println!("{count} cells");
    let mut said = expected();
    said.retain(|name, _| {
        let row = ROWS.iter().find(|row| row.name == name);
        row.is_none_or(|row| stage::is_served(row.call().1))
    });
    if came != said {
        let wrong: Cells = came
            .iter()
            .filter(|(name, callers)| said.get(*name) != Some(*callers))
            .map(|(name, callers)| (name.clone(), callers.clone()))
            .collect();
        let lost: Vec<_> = said
            .keys()
            .filter(|name| !came.contains_key(*name))
            .collect();
        panic!(
            "not what the table says:\n\n{}\nasked by nobody: {lost:?}",
            print(&wrong)
        );
    }
}
