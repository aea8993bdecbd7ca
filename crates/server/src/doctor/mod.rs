//! What is missing before a deployment may hold real cases, all of it at once.
//!
//! Each part looks at one side of it and adds what it found: [`web`] at how
//! phones get here, [`folder`] at files and keys, [`machine`] at the machine
//! below, [`event`] at the people and dates. Nothing is changed. Nothing that is
//! found says more than its name and a sentence, so that it can be sent to
//! somebody who helps.

mod event;
mod folder;
mod machine;
mod web;

use std::path::Path;

use serde::Serialize;

use crate::config::{Config, Mistakes};
use crate::store::attachments;
use crate::vault::RootSource;
pub(crate) use machine::Machine;

/// How much it matters.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    /// Nobody's case belongs on this server yet.
    Missing,
    /// It works; somebody should know.
    Advice,
    /// Looked at, and as it should be.
    Good,
}

/// One thing that was looked at.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Finding {
    pub(crate) level: Level,
    /// For programs: never changes.
    pub(crate) name: &'static str,
    /// What is so, in a sentence.
    pub(crate) say: String,
    /// What to do about it; empty if nothing.
    #[serde(rename = "do")]
    pub(crate) todo: String,
}

/// Everything that was found so far.
#[derive(Debug, Default)]
pub(crate) struct Findings(pub(crate) Vec<Finding>);

impl Findings {
    fn good(&mut self, name: &'static str, say: impl Into<String>) {
        self.add(Level::Good, name, say, "");
    }

    fn advice(&mut self, name: &'static str, say: impl Into<String>, todo: impl Into<String>) {
        self.add(Level::Advice, name, say, todo);
    }

    fn missing(&mut self, name: &'static str, say: impl Into<String>, todo: impl Into<String>) {
        self.add(Level::Missing, name, say, todo);
    }

    fn add(
        &mut self,
        level: Level,
        name: &'static str,
        say: impl Into<String>,
        todo: impl Into<String>,
    ) {
        self.0.push(Finding {
            level,
            name,
            say: say.into(),
            todo: todo.into(),
        });
    }
}

/// Looks at everything. `data` is where the event is, also if the rest of the
/// configuration is wrong.
pub(crate) fn examine(
    config: Result<Config, Mistakes>,
    data: Option<&Path>,
    backup: Option<&Path>,
    machine: &Machine,
    now: u64,
) -> Findings {
    let mut findings = Findings::default();
    match &config {
        Ok(config) => web::look(&mut findings, config, machine),
        Err(Mistakes(mistakes)) => {
            for mistake in mistakes {
                findings.missing("configuration", mistake.clone(), "Correct this setting.");
            }
        }
    }
    let data = config
        .as_ref()
        .ok()
        .map(|config| config.data.as_path())
        .or(data);
    let source = config
        .as_ref()
        .map_or(&RootSource::Folder, |config| &config.root_secret);
    if let Some(data) = data {
        let mut photos = config.as_ref().map_or(0, |config| config.attachment_bytes);
        if let Some(open) = folder::look(&mut findings, data, source) {
            event::look(&mut findings, &open, now);
            // A folder that an older release served has none yet.
            let taken = attachments::bytes(&open.conn).unwrap_or_default();
            photos = photos.saturating_sub(taken);
        }
        folder::backup(&mut findings, backup, now);
        machine::look_at_room(&mut findings, data, photos);
    }
    machine::look(&mut findings, machine, config.as_ref().ok());
    findings.0.sort_by_key(|finding| finding.level);
    findings
}
