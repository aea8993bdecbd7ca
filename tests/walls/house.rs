//! The order of the house: short files, finished work, nothing of one machine,
//! migrations that stay as they are.

use sha2::{Digest as _, Sha256};

use crate::repository::{files_below, none, read, root};

/// One idea, one file. Past this a reader loses the thread.
const LONGEST: usize = 600;

const WRITTEN: [&str; 12] = [
    ".rs", ".ts", ".js", ".mjs", ".svelte", ".css", ".html", ".sql", ".proto", ".sh", ".toml",
    ".md",
];

#[test]
fn no_file_is_longer_than_a_reader_can_hold() {
    let faults: Vec<String> = files_below("")
        .iter()
        .filter(|file| {
            file.has_ending(&WRITTEN) && !file.is_made() && !file.path.starts_with("events/")
        })
        .map(|file| (file.path.clone(), file.text.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST)
        .map(|(path, lines)| format!("{path}: {lines} lines"))
        .collect();
    none("longer than 600 lines", &faults);
}

#[test]
fn nothing_says_that_it_is_unfinished() {
    // Put together here, so that this file does not name itself.
    let words = ["TO", "FIX", "XX", "HA"]
        .iter()
        .zip(["DO", "ME", "X", "CK"])
        .map(|(a, b)| format!("{a}{b}"));
    let macros = ["todo!", "unimplemented!"].map(|name| format!("{name}("));
    let words: Vec<String> = words.chain(macros).collect();
    let mut faults = Vec::new();
    for file in files_below("")
        .iter()
        .filter(|file| file.has_ending(&WRITTEN) && !file.is_made())
    {
        for (number, line) in file.text.lines().enumerate() {
            let is_said = |word: &str| {
                holds_word(line, word)
                    && !(word.ends_with('(') && line.trim_start().starts_with("//"))
            };
            for word in words.iter().filter(|word| is_said(word)) {
                if file.path != "tests/walls/house.rs" {
                    faults.push(format!("{}:{}: {word}", file.path, number + 1));
                }
            }
        }
    }
    none("unfinished by its own words", &faults);
}

fn holds_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
            && (word.ends_with('(') || !after.is_some_and(|c| c.is_alphanumeric() || c == '_'))
    })
}

#[test]
fn no_test_is_switched_off() {
    let words = [
        ["#[ig", "nore"].concat(),
        [".sk", "ip("].concat(),
        [".on", "ly("].concat(),
        ["test.fix", "me"].concat(),
        ["waitFor", "Timeout("].concat(),
    ];
    let mut faults = Vec::new();
    for file in files_below("")
        .iter()
        .filter(|file| file.has_ending(&[".rs", ".ts"]) && !file.is_made())
    {
        let is_test = file.path.starts_with("tests/")
            || file.text.contains("#[test]")
            || file.has_ending(&[".test.ts", ".spec.ts"]);
        for (number, line) in file.text.lines().enumerate() {
            let iterates = line.contains(").skip(")
                || line.trim_start().starts_with(".skip(")
                || file.path.ends_with(".rs");
            for word in words
                .iter()
                .filter(|word| is_test && line.contains(word.as_str()))
            {
                if !(word.contains("sk") && iterates) {
                    faults.push(format!("{}:{}: {word}", file.path, number + 1));
                }
            }
        }
    }
    none("a test that does not test", &faults);
}

#[test]
fn no_file_speaks_of_one_machine() {
    let places = [
        "/wo\u{72}k/",
        "/ro\u{6f}t/",
        "/ho\u{6d}e/",
        "C:\\\\Use\u{72}s",
    ]
    .map(str::to_owned);
    let mut faults = Vec::new();
    for file in files_below("") {
        for (number, line) in file.text.lines().enumerate() {
            for place in places.iter().filter(|place| line.contains(place.as_str())) {
                faults.push(format!("{}:{}: {place}", file.path, number + 1));
            }
        }
    }
    none("a path of one machine", &faults);
}

#[test]
fn locks_name_no_registry_of_ones_own() {
    let mut faults = Vec::new();
    for lock in [
        "app/package-lock.json",
        "tests/browser/package-lock.json",
        "Cargo.lock",
    ] {
        for (number, line) in read(lock).lines().enumerate() {
            let names_one = line.contains("\"resolved\"") || line.starts_with("source = ");
            let foreign = names_one
                && ![
                    "https://registry.npmjs.org/",
                    "https://github.com/rust-lang/crates.io-index",
                ]
                .iter()
                .any(|known| line.contains(known));
            if foreign {
                faults.push(format!("{lock}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    none("a registry that others do not have", &faults);
}

/// A migration that has run somewhere can never change: the database it made
/// would differ from the one that the file describes. `migrations/pinned.txt`
/// holds the hash of each; a new migration adds its line.
#[test]
fn a_migration_stays_as_it_was_when_it_was_pinned() {
    let pinned = read("migrations/pinned.txt");
    let mut lines = Vec::new();
    for file in files_below("migrations")
        .iter()
        .filter(|file| file.path.ends_with(".sql"))
    {
        let hash = Sha256::digest(&file.text)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>();
        lines.push(format!(
            "{hash}  {}",
            file.path.trim_start_matches("migrations/")
        ));
    }

    assert_eq!(
        pinned.lines().collect::<Vec<_>>(),
        lines,
        "migrations/pinned.txt is the output of: cd migrations && sha256sum *.sql"
    );
}

#[test]
fn the_papers_of_the_house_are_there() {
    let papers = [
        "README.md",
        "LICENSE-MIT",
        "LICENSE-APACHE",
        "SECURITY.md",
        "Dockerfile",
        "docker-compose.yml",
        "deploy/Caddyfile",
        "docs/ARCHITECTURE.md",
        "docs/DEPENDENCIES.md",
        "docs/DOCUMENTS.md",
        "docs/OPERATING.md",
        ".ci/run",
    ];
    let faults: Vec<String> = papers
        .into_iter()
        .filter(|paper| !root().join(paper).is_file())
        .map(str::to_owned)
        .collect();
    none("missing", &faults);
}
