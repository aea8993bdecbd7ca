//! Each thing we build on has its line in `docs/DEPENDENCIES.md`, and each line
//! there is about something that we build on.

use std::collections::BTreeSet;

use crate::repository::{none, read};

/// The names in the first column of the page's tables.
fn listed() -> BTreeSet<String> {
    let page = read("docs/DEPENDENCIES.md");
    let names: BTreeSet<String> = page
        .lines()
        .filter_map(|line| {
            line.strip_prefix("| `")?
                .split('`')
                .next()
                .map(str::to_owned)
        })
        .collect();
    assert!(!names.is_empty(), "docs/DEPENDENCIES.md lists nothing");
    names
}

fn used() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let workspace: toml::Table = read("Cargo.toml").parse().expect("a manifest is TOML");
    let crates = workspace["workspace"]["dependencies"]
        .as_table()
        .expect("a table");
    names.extend(
        crates
            .keys()
            .filter(|name| !name.starts_with("safehall-"))
            .cloned(),
    );

    for package in ["app/package.json", "tests/browser/package.json"] {
        let package: serde_json::Value =
            serde_json::from_str(&read(package)).expect("package.json is JSON");
        for table in ["dependencies", "devDependencies"] {
            if let Some(table) = package[table].as_object() {
                names.extend(table.keys().cloned());
            }
        }
    }
    names
}

#[test]
fn every_dependency_says_why_it_is_here() {
    let listed = listed();
    let faults: Vec<String> = used().difference(&listed).cloned().collect();
    none("no line in docs/DEPENDENCIES.md for", &faults);
}

#[test]
fn no_line_outlives_its_dependency() {
    let used = used();
    let faults: Vec<String> = listed().difference(&used).cloned().collect();
    none("docs/DEPENDENCIES.md has a line, but nothing uses", &faults);
}

#[test]
fn a_package_takes_its_versions_from_the_workspace() {
    let mut faults = Vec::new();
    for room in [
        "crates/core",
        "crates/sync",
        "crates/server",
        "crates/testkit",
        "crates/xtask",
        "tests",
    ] {
        let manifest: toml::Table = read(&format!("{room}/Cargo.toml"))
            .parse()
            .expect("a manifest is TOML");
        for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
            for (name, value) in manifest
                .get(table)
                .and_then(toml::Value::as_table)
                .into_iter()
                .flatten()
            {
                if value.get("workspace").and_then(toml::Value::as_bool) != Some(true) {
                    faults.push(format!("{room}: {name}"));
                }
            }
        }
    }
    none("a version of its own", &faults);
}

#[test]
fn npm_packages_are_exact_or_held_by_the_lock() {
    let mut faults = Vec::new();
    for folder in ["app", "tests/browser"] {
        let lock: serde_json::Value =
            serde_json::from_str(&read(&format!("{folder}/package-lock.json")))
                .expect("a lock is JSON");
        for (path, package) in lock["packages"]
            .as_object()
            .expect("packages")
            .iter()
            .filter(|(path, _)| !path.is_empty())
        {
            if package["integrity"].as_str().is_none()
                && package["link"].as_bool() != Some(true)
                && package["inBundle"].as_bool() != Some(true)
            {
                faults.push(format!("{folder}: {path}"));
            }
        }
    }
    none("a package without a hash in its lock", &faults);
}
