//! Stories over real HTTP: a real server in this process, a real database in a
//! folder of its own, and phones that know no more than the protocol.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "in a story, what must not fail ends it"
)]

mod commands;
mod doors;
mod enrolment;
mod phone;
mod stopping;
mod words;
mod world;
