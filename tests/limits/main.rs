//! A real server on a machine that gives out: of room on the disk, of file
//! handles, of patience with those who say nothing and those who do not read.
//!
//! Each takes a share of its guests by default, and all of them when
//! `SAFEHALL_LONG` is set.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "all of it is test code, about a server in real time"
)]

#[path = "../support/mod.rs"]
mod support;

mod honest;
mod looks;
mod machine;
mod photos;
mod readers;
mod slow;

use safehall_tests::is_long;

/// The full number, or the share of it that is taken by default.
pub(crate) fn of(full: usize, share: usize) -> usize {
    if is_long() { full } else { share }
}
