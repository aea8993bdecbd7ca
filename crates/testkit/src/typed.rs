//! What people in the pretend conference type, and whether any of it was heard
//! where it should not be.

use std::fmt::{Debug, Display};

use crate::chance::Chance;

/// In every text that anybody types. Nothing else in the world contains it.
pub const CANARY: &str = "zwitscher";

const STORIES: [&str; 8] = [
    "Shouting at the desk",
    "He left by the north door",
    "She asked for a lift home",
    "Somebody took pictures and did not stop",
    "They were followed to the tram",
    "Heard it from a volunteer in the kitchen",
    "Says it happened on the stairs, around noon",
    "Wants nobody told, not yet",
];

/// A text that somebody types: words and a canary of its own.
pub fn words(chance: &mut Chance) -> String {
    let story = STORIES[chance.index(STORIES.len())];
    let mark = u32::from_le_bytes(chance.bytes());
    format!("{story} {CANARY}{mark:08x}")
}

/// Everything that could end up in a log: errors, decisions, outputs, as they
/// print themselves.
#[derive(Clone, Default)]
pub struct Overheard {
    leaks: Vec<String>,
    heard: u64,
}

impl Overheard {
    /// Prints a value as a log line would.
    pub fn debug(&mut self, value: &impl Debug) {
        self.line(&format!("{value:?}"));
    }

    /// Prints an error as a log line would.
    pub fn display(&mut self, value: &impl Display) {
        self.line(&value.to_string());
    }

    /// A line that was logged.
    pub fn line(&mut self, line: &str) {
        self.heard += 1;
        if line.contains(CANARY) {
            self.leaks.push(line.to_owned());
        }
    }

    /// The lines that hold something typed.
    #[must_use]
    pub fn leaks(&self) -> &[String] {
        &self.leaks
    }

    /// How many lines were looked at.
    #[must_use]
    pub fn heard(&self) -> u64 {
        self.heard
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_with_something_typed_in_it_is_a_leak() {
        let mut overheard = Overheard::default();
        let typed = words(&mut Chance::seeded(1));

        overheard.line("kept 3 changes");
        overheard.debug(&Some(typed));

        assert_eq!(overheard.leaks().len(), 1);
        assert_eq!(overheard.heard(), 2);
    }
}
