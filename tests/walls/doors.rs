//! Doors open one way: `server → sync → core`, `testkit → sync, core`, and in
//! the app `routes → ui, words, replica/api, incident`.

use std::collections::BTreeSet;

use crate::repository::{File, acting_lines, files_below, none, read};

/// Which of our own packages each package may depend on when it is shipped or
/// used as a library. What tests alone need is another matter.
const DOORS: [(&str, &[&str]); 5] = [
    ("crates/core", &[]),
    ("crates/sync", &["safehall-core"]),
    ("crates/server", &["safehall-core", "safehall-sync"]),
    ("crates/testkit", &["safehall-core", "safehall-sync"]),
    (
        "crates/xtask",
        &[
            "safehall-core",
            "safehall-sync",
            "safehall-server",
            "safehall-testkit",
        ],
    ),
];

/// Packages that act: time, chance, files, network, threads of their own.
const ACTING_PACKAGES: [&str; 14] = [
    "anyhow",
    "axum",
    "clap",
    "getrandom",
    "hyper",
    "jiff",
    "rand",
    "rand_chacha",
    "rusqlite",
    "rustls",
    "tokio",
    "tower",
    "tower-http",
    "tracing",
];

/// The same for what the standard library offers.
const ACTING_WORDS: [&str; 11] = [
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "SystemTime",
    "Instant::now",
    "new_v4(",
    "now_v7(",
    "println!",
    "HashMap",
];

fn own_dependencies(manifest: &str, table: &str) -> BTreeSet<String> {
    let manifest: toml::Table = read(manifest).parse().expect("a manifest is TOML");
    let dependencies = manifest.get(table).and_then(toml::Value::as_table);
    dependencies
        .into_iter()
        .flat_map(|table| table.keys().cloned())
        .collect()
}

#[test]
fn a_room_opens_only_the_doors_that_the_plan_gives_it() {
    let mut faults = Vec::new();
    for (room, may) in DOORS {
        let manifest = format!("{room}/Cargo.toml");
        for table in ["dependencies", "build-dependencies"] {
            for name in own_dependencies(&manifest, table) {
                if name.starts_with("safehall-") && !may.contains(&name.as_str()) {
                    faults.push(format!("{manifest}: [{table}] {name}"));
                }
            }
        }
    }
    none("a door that should be a wall", &faults);
}

#[test]
fn nothing_but_tests_and_chores_imports_the_server() {
    let mut faults = Vec::new();
    for room in ["crates/core", "crates/sync", "crates/testkit"] {
        let manifest = format!("{room}/Cargo.toml");
        for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
            if own_dependencies(&manifest, table).contains("safehall-server") {
                faults.push(format!("{manifest}: [{table}] safehall-server"));
            }
        }
    }
    none("the server is imported", &faults);
}

#[test]
fn what_decides_does_not_act() {
    let mut faults = Vec::new();
    for room in ["crates/core", "crates/sync"] {
        let manifest = format!("{room}/Cargo.toml");
        for name in own_dependencies(&manifest, "dependencies") {
            if ACTING_PACKAGES.contains(&name.as_str()) {
                faults.push(format!("{manifest}: {name}"));
            }
        }
        for file in files_below(&format!("{room}/src"))
            .iter()
            .filter(|file| !file.path.ends_with("/tests.rs"))
        {
            for (number, line) in acting_lines(file) {
                for word in ACTING_WORDS.iter().filter(|word| line.contains(**word)) {
                    faults.push(format!("{}:{number}: {word}", file.path));
                }
            }
        }
    }
    none("core and sync decide and never act", &faults);
}

#[test]
fn core_knows_neither_the_wire_nor_documents() {
    let dependencies = own_dependencies("crates/core/Cargo.toml", "dependencies");
    let faults: Vec<String> = ["serde", "serde_json", "prost", "automerge"]
        .into_iter()
        .filter(|name| dependencies.contains(*name))
        .map(str::to_owned)
        .collect();
    none("core depends on how things are written down", &faults);
}

/// What a file imports, static or on demand, with the folder of the app that
/// each import ends in: `$words` and `../words/en.ts` are both `src/words/…`.
fn imports(file: &File) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in file.text.lines().enumerate() {
        for opening in [
            "from '",
            "import '",
            "import('",
            "from \"",
            "import \"",
            "import(\"",
        ] {
            let mut rest = line;
            while let Some(at) = rest.find(opening) {
                let after = &rest[at + opening.len()..];
                let end = after.find(['\'', '"']).unwrap_or(after.len());
                found.push((number + 1, whole(&file.path, &after[..end])));
                rest = &after[end..];
            }
        }
    }
    found
}

fn whole(from: &str, import: &str) -> String {
    let import = import.split('?').next().unwrap_or(import);
    if let Some(alias) = import.strip_prefix('$') {
        return format!("app/src/{alias}");
    }
    if !import.starts_with('.') {
        return import.to_owned();
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for step in import.split('/') {
        match step {
            "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}

fn is_test(file: &File) -> bool {
    file.has_ending(&[".test.ts", ".spec.ts"]) || file.path.contains("/tests/")
}

fn app_faults(folder: &str, may: impl Fn(&str) -> bool) -> Vec<String> {
    let mut faults = Vec::new();
    for file in files_below(folder)
        .iter()
        .filter(|file| file.has_ending(&[".ts", ".svelte"]) && !is_test(file))
    {
        let lines: Vec<&str> = file.text.lines().collect();
        for (number, import) in imports(file) {
            // A type is a name for a shape; nothing of the other room is loaded.
            let is_shape = import == "app/src/replica/api.ts"
                && lines[number - 1].trim_start().starts_with("import type ");
            if !is_shape && !may(&import) {
                faults.push(format!("{}:{number}: {import}", file.path));
            }
        }
    }
    faults
}

#[test]
fn a_screen_knows_no_storage_no_network_and_no_automerge() {
    let faults = app_faults("app/src/routes", |import| {
        import.starts_with("svelte")
            || [
                "app/src/routes/",
                "app/src/ui/",
                "app/src/words",
                "app/src/incident/",
                "app/src/generated/",
            ]
            .iter()
            .any(|folder| import.starts_with(folder))
            || import == "app/src/replica/api.ts"
            || import == "app/src/bytes.ts"
            || import == "qr"
            || import == "qr/decode.js"
    });
    none("a screen imports what it must not know", &faults);
}

#[test]
fn the_rules_of_a_case_know_no_screen_and_no_phone() {
    let faults = app_faults("app/src/incident", |import| {
        ["app/src/incident/", "app/src/generated/", "proto/words/"]
            .iter()
            .any(|folder| import.starts_with(folder))
            || import == "app/src/bytes.ts"
    });
    none("app/src/incident imports what it must not know", &faults);

    let mut faults = Vec::new();
    for file in files_below("app/src/incident")
        .iter()
        .filter(|file| !is_test(file))
    {
        for (number, line) in acting_lines(file) {
            for word in [
                "Date.now",
                "new Date",
                "Date(",
                "window.",
                "document.",
                "navigator.",
                "indexedDB",
                "fetch(",
                "Math.random",
                "crypto.",
            ] {
                if reaches(line, word) {
                    faults.push(format!("{}:{number}: {word}", file.path));
                }
            }
        }
    }
    none("app/src/incident reaches outside", &faults);
}

/// Whether the line uses `word`; `document.` at the end of a sentence does not.
fn reaches(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let after = line[at + word.len()..].chars().next();
        !word.ends_with('.') || after.is_some_and(char::is_alphabetic)
    })
}

#[test]
fn the_replica_knows_no_screen() {
    let faults = app_faults("app/src/replica", |import| {
        !import.starts_with("app/src/")
            || [
                "app/src/replica/",
                "app/src/incident/",
                "app/src/generated/",
            ]
            .iter()
            .any(|folder| import.starts_with(folder))
            || import == "app/src/bytes.ts"
    });
    none("the replica imports a screen", &faults);

    let faults = app_faults("app/src/replica", |import| !import.starts_with("svelte"));
    none("the replica imports Svelte", &faults);
}

#[test]
fn an_import_is_followed_to_its_folder() {
    let file = File {
        path: "app/src/routes/phone/Home.svelte".to_owned(),
        text: "import { a } from '../../replica/line.ts';\nimport w from '$words';\nconst b = await import('@automerge/automerge');"
            .to_owned(),
    };

    let found: Vec<String> = imports(&file)
        .into_iter()
        .map(|(_, import)| import)
        .collect();

    assert_eq!(
        found,
        [
            "app/src/replica/line.ts",
            "app/src/words",
            "@automerge/automerge"
        ]
    );
}
