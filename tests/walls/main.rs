//! The walls between the rooms, and the order of the house. Each test reads
//! the repository's own files; `docs/ARCHITECTURE.md` says in prose what is
//! held here.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "everything here runs only as a test"
)]

mod dependencies;
mod doors;
mod house;
mod repository;
mod seed;
mod threats;
mod traces;
