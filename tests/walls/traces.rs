//! What the server never looks at cannot be written down by mistake, and what
//! is not built into it cannot be left open.

use crate::repository::{acting_lines, files_below, none};

/// Where a visit comes from and what it was made with.
const TRACES: [&str; 10] = [
    "USER_AGENT",
    "user-agent",
    "FORWARDED",
    "forwarded",
    "REFERER",
    "referer\"",
    "real-ip",
    "ConnectInfo",
    "peer_addr",
    "ACCEPT_LANGUAGE",
];

#[test]
fn nothing_in_the_server_asks_where_a_visit_comes_from_or_what_it_was_made_with() {
    let mut faults = Vec::new();
    for file in files_below("crates/server/src") {
        for (number, line) in acting_lines(&file) {
            for word in TRACES.iter().filter(|word| line.contains(**word)) {
                faults.push(format!("{}:{number}: {word}", file.path));
            }
            // Counted while a connection lasts, in memory, and nowhere else.
            let counts = file.path.ends_with("src/listen.rs");
            for word in ["IpAddr", "peer"]
                .iter()
                .filter(|word| !counts && line.contains(**word))
            {
                faults.push(format!("{}:{number}: {word}", file.path));
            }
        }
    }
    none("a trace of a visitor", &faults);
}

/// A door for tests is a door. What is tested is what is shipped: no line of the
/// server depends on how it was built, except its tests at the end of a file.
#[test]
fn the_server_that_is_tested_is_the_server_that_is_shipped() {
    let mut faults = Vec::new();
    for file in files_below("crates/server/src") {
        let is_tests = file.path.ends_with("tests.rs") || file.path.contains("/tests/");
        for (number, line) in acting_lines(&file).filter(|_| !is_tests) {
            let built_otherwise = ["debug_assertions", "cfg(feature", "cfg!(", "option_env!"]
                .iter()
                .any(|word| line.contains(word));
            let only_in_tests =
                line.contains("cfg(test)") && !line.trim().starts_with("#[cfg(test)]");
            if built_otherwise || only_in_tests {
                faults.push(format!("{}:{number}: {}", file.path, line.trim()));
            }
        }
    }
    none(
        "built in one way for tests and in another for people",
        &faults,
    );
}
