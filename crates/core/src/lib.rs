//! What a case is, what the procedure asks for, and who may do what.
//!
//! Everything here decides and never acts: no clock, no chance, no files, no network, no document format. Time and ids
//! come in as arguments, and a decision goes out as a value.

pub mod access;
pub mod badge;
pub mod case;
pub mod due;
mod fold;
pub mod id;
pub mod name;
pub mod pack;
mod secret;
pub mod suggest;
pub mod time;

pub use id::{ChangeId, DeviceId, DocumentId, EventId, FactId, StaffId};
pub use name::{code_name, drill_name, four_words};
pub use time::Timestamp;
