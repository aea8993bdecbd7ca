//! What a case reads as: plain values, whatever document format they came from.
//!
//! [`RawCase`] is what a reader found; [`read`] turns it into the [`CaseView`] that `docs/DOCUMENTS.md` describes.

mod raw;
mod read;
mod view;

pub use raw::{Mark, RawAccount, RawCase, RawReport, RawStrike};
pub use read::read;
pub use view::{
    Account, AccountVersion, Answer, Attachment, Aware, CaseView, ChairKnows, Danger, Entry, Fact,
    Marked, Opened, Party, PartyVersion, Police, PoliceState, Report, Step, StepMark, Strike,
    Support, Task, Time,
};
