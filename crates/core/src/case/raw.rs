//! What a reader hands over: every element it understood, in any order.

use std::collections::BTreeMap;

use super::view::{
    Answer, Attachment, Aware, Entry, Fact, Opened, PartyVersion, StepMark, Strike, Support, Task,
};
use crate::Timestamp;
use crate::secret::redacted_debug;

/// The elements of one case document. `struck`, `told`, `done` and `arrived` are empty in here: [`super::read()`] finds them out.
///
/// Two elements may have the same id, when two devices chose it; the same element must not come twice.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct RawCase {
    /// Collection `opened`.
    pub opened: Vec<Opened>,
    /// Collection `reports`.
    pub reports: Vec<RawReport>,
    /// Collection `accounts`.
    pub accounts: Vec<RawAccount>,
    /// Collection `answers`.
    pub answers: Vec<Answer>,
    /// Collection `parties`.
    pub parties: Vec<PartyVersion>,
    /// Collection `entries`.
    pub entries: Vec<Entry>,
    /// Collection `steps`.
    pub steps: Vec<StepMark>,
    /// Collection `support`.
    pub support: Vec<Support>,
    /// Collection `aware`.
    pub aware: Vec<Aware>,
    /// Collection `tasks`.
    pub tasks: Vec<Task>,
    /// Collection `attachments`.
    pub attachments: Vec<Attachment>,
    /// Collection `marks`.
    pub marks: Vec<Mark>,
    /// Collection `strikes`.
    pub strikes: Vec<RawStrike>,
    /// For each field all the values that stand in the document side by side: ids of entries.
    pub registers: BTreeMap<String, Vec<String>>,
    /// Elements that the reader could not understand.
    pub unread: u64,
}

/// Element of `reports`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RawReport {
    /// Who, where, when.
    pub fact: Fact,
    /// When it was told.
    pub reported_at: Timestamp,
}

/// Element of `accounts`.
#[derive(Clone, PartialEq, Eq)]
pub struct RawAccount {
    /// Who, where, when.
    pub fact: Fact,
    /// Id of the report.
    pub report: String,
    /// `words` or `seen`.
    pub part: String,
    /// The words.
    pub text: String,
    /// Ids of the versions it takes the place of, separated by one space.
    pub replaces: Option<String>,
}

/// Element of `marks`.
#[derive(Clone, PartialEq, Eq)]
pub struct Mark {
    /// Who, where, when.
    pub fact: Fact,
    /// Id of the marked element.
    pub target: String,
    /// `read_back`, `embargo_told`, `told`, `done` or `arrived`.
    pub mark: String,
    /// Of `read_back`: `yes`, `no` or `not_possible`. Of `told` and `done`: how.
    pub value: Option<String>,
}

/// Element of `strikes`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RawStrike {
    /// Id of the struck element.
    pub target: String,
    /// What the struck element carries from now on.
    pub strike: Strike,
}

redacted_debug!(RawAccount: fact);
redacted_debug!(Mark: fact);
