//! Thousands of pretend conferences, and a few told as stories.
//!
//! `SAFEHALL_SEEDS=a..b` (or one number) plays those seeds instead of the usual
//! ones. A seed that ever failed is a line in `tests/seeds.txt`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "all of it is test code: a helper that fails, fails its test"
)]

mod laws_can_fail;
mod stories;
mod weather;
