//! Steps: one command after the other, each with its time, until one fails.

use std::{
    io::{BufRead as _, BufReader, Read},
    process::{Command, Stdio},
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};

/// The steps of one chore so far.
pub(crate) struct Steps {
    started: Instant,
    tally: Tally,
}

/// Tests counted from what the test programs say at their end.
#[derive(Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Steps {
    #[expect(clippy::disallowed_methods, reason = "a chore may look at the clock")]
    pub(crate) fn begin() -> Self {
        Self {
            started: Instant::now(),
            tally: Tally::default(),
        }
    }

    /// Runs one command to its end and passes on what it says. Fails with a
    /// sentence when the command does.
    #[expect(clippy::disallowed_methods, reason = "a chore may look at the clock")]
    pub(crate) fn run(&mut self, title: &str, command: &mut Command) -> anyhow::Result<()> {
        println!("── {title}");
        let started = Instant::now();
        let mut child = command
            .env("CARGO_TERM_COLOR", "never")
            .env("NO_COLOR", "1")
            .env_remove("FORCE_COLOR")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| {
                format!(
                    "Stopped at “{title}”: {} could not be started",
                    command.get_program().display()
                )
            })?;

        let tally = Mutex::new(Tally::default());
        thread::scope(|scope| {
            let out = child.stdout.take();
            let err = child.stderr.take();
            scope.spawn(|| pass_on(out, &tally));
            scope.spawn(|| pass_on(err, &tally));
        });
        let status = child.wait()?;
        let counted = tally.into_inner().unwrap_or_default();
        self.tally.passed += counted.passed;
        self.tally.failed += counted.failed;

        if !status.success() {
            bail!(
                "Stopped at “{title}”: {status}. To see it again:\n  {}",
                shown(command)
            );
        }
        println!("   {title}: {}", seconds(started.elapsed()));
        Ok(())
    }

    /// Does something that is not a command, as a step.
    #[expect(clippy::disallowed_methods, reason = "a chore may look at the clock")]
    pub(crate) fn work(
        &mut self,
        title: &str,
        work: impl FnOnce() -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        println!("── {title}");
        let started = Instant::now();
        work().with_context(|| format!("Stopped at “{title}”"))?;
        println!("   {title}: {}", seconds(started.elapsed()));
        Ok(())
    }

    /// What was counted so far.
    pub(crate) fn tally(&self) -> Tally {
        self.tally
    }

    /// The last line of a test run.
    pub(crate) fn summary(&self) -> String {
        let Tally { passed, failed } = self.tally;
        format!("{passed} passed, {failed} failed")
    }

    /// How long all of it took.
    pub(crate) fn took(&self) -> String {
        seconds(self.started.elapsed())
    }
}

fn pass_on(from: Option<impl Read>, tally: &Mutex<Tally>) {
    let Some(from) = from else { return };
    for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        if let (Some((passed, failed)), Ok(mut tally)) = (counts(&line), tally.lock()) {
            tally.passed += passed;
            tally.failed += failed;
        }
    }
}

/// How many tests passed and failed, if this is the line in which cargo,
/// nextest, vitest or Playwright says so.
fn counts(whole: &str) -> Option<(u64, u64)> {
    let line = whole.trim();
    let words: Vec<&str> = line
        .split([' ', ',', ';', '|', '\t'])
        .filter(|word| !word.is_empty())
        .collect();
    let before = |name: &str| {
        let at = words.iter().position(|word| *word == name)?;
        words.get(at.checked_sub(1)?)?.parse().ok()
    };
    let of_playwright = words.len() <= 3
        && words
            .first()
            .is_some_and(|word| word.parse::<u64>().is_ok())
        && (words.get(1) == Some(&"failed") && words.len() == 2
            || words.get(1) == Some(&"passed")
                && words.get(2).is_some_and(|word| word.starts_with('(')));
    // Further to the right, nextest repeats what one test that failed had printed.
    let of_others = whole.starts_with("test result:")
        || line.starts_with("Summary [")
        || line.starts_with("Tests ") && line.ends_with(')');
    (of_playwright || of_others)
        .then(|| (before("passed").unwrap_or(0), before("failed").unwrap_or(0)))
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

fn shown(command: &Command) -> String {
    let folder = command
        .get_current_dir()
        .map(|folder| format!("cd {} && ", folder.display()))
        .unwrap_or_default();
    let words: Vec<_> = command
        .get_args()
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    format!(
        "{folder}{} {}",
        command.get_program().display(),
        words.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::counts;

    #[test]
    fn the_last_line_of_each_test_program_is_counted() {
        assert_eq!(
            counts("test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured"),
            Some((12, 0))
        );
        assert_eq!(
            counts("     Summary [   4.201s] 40 tests run: 39 passed, 1 failed, 0 skipped"),
            Some((39, 1))
        );
        assert_eq!(
            counts("      Tests  1 failed | 11 passed (12)"),
            Some((11, 1))
        );
        assert_eq!(counts("  7 passed (1.3m)"), Some((7, 0)));
        assert_eq!(counts("  2 failed"), Some((0, 2)));
    }

    #[test]
    fn other_lines_count_nothing() {
        assert_eq!(counts("3 passed the desk"), None);
        assert_eq!(
            counts("    test result: FAILED. 0 passed; 1 failed; 0 ignored"),
            None
        );
        assert_eq!(counts("   Compiling safehall-core"), None);
        assert_eq!(counts(" Test Files  3 passed (3)"), None);
    }
}
