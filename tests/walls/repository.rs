//! The files of the repository, as the walls read them.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Folders that hold what is built or installed, not what is written.
const NOT_OURS: [&str; 8] = [
    ".git",
    "target",
    "node_modules",
    "dist",
    "data",
    "test-results",
    "playwright-report",
    "proptest-regressions",
];

/// One file: its path from the root with `/` between, and its text.
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    /// Whether nobody wrote this file by hand.
    pub(crate) fn is_made(&self) -> bool {
        self.path.contains("/generated/")
            || self.path.ends_with(".lock")
            || self.path.ends_with("package-lock.json")
            || self.path.ends_with(".snap")
    }

    pub(crate) fn has_ending(&self, endings: &[&str]) -> bool {
        endings.iter().any(|ending| self.path.ends_with(ending))
    }
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests is a folder of the root")
        .to_path_buf()
}

/// All text files below a folder of the repository, in order of their paths.
/// Never empty: a wall around nothing would hold whatever happens.
pub(crate) fn files_below(folder: &str) -> Vec<File> {
    let root = root();
    let mut files = Vec::new();
    let mut folders = vec![root.join(folder)];
    while let Some(next) = folders.pop() {
        for entry in
            fs::read_dir(&next).unwrap_or_else(|error| panic!("{}: {error}", next.display()))
        {
            let path = entry.expect("a folder that can be listed").path();
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default();
            if NOT_OURS.contains(&name.as_str()) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                let inside = path.strip_prefix(&root).expect("below the root");
                files.push(File {
                    path: inside.to_string_lossy().replace('\\', "/"),
                    text,
                });
            }
        }
    }
    assert!(!files.is_empty(), "there is nothing in {folder}");
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Fails with all faults at once.
pub(crate) fn none(what: &str, faults: &[String]) {
    assert!(faults.is_empty(), "{what}:\n  {}", faults.join("\n  "));
}

/// The text without what it only says in comments and in `#[cfg(test)]`
/// modules at the end of the file.
pub(crate) fn acting_lines(file: &File) -> impl Iterator<Item = (usize, &str)> {
    file.text
        .lines()
        .enumerate()
        .map(|(number, line)| (number + 1, line))
        .take_while(|(_, line)| line.trim() != "#[cfg(test)]")
        .filter(|(_, line)| {
            !line.trim_start().starts_with("//") && !line.trim_start().starts_with('*')
        })
}

/// The words between backticks in a line.
pub(crate) fn quoted(line: &str) -> Vec<&str> {
    line.split('`').skip(1).step_by(2).collect()
}

/// Whether `text` holds a test of this name: a Rust function, or the words of a
/// test in TypeScript. A name that ends in `…` is the beginning of the words.
pub(crate) fn holds(text: &str, name: &str) -> bool {
    match name.strip_suffix('…') {
        Some(begun) => ['\'', '`']
            .iter()
            .any(|mark| text.contains(&format!("{mark}{begun}"))),
        None => {
            text.contains(&format!("fn {name}("))
                || ['\'', '`']
                    .iter()
                    .any(|mark| text.contains(&format!("{mark}{name}{mark}")))
        }
    }
}
