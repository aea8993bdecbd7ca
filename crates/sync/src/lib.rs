//! Documents, signed changes, admission and sessions.
//!
//! Nothing in here reads a clock, draws a random number, waits or writes: time,
//! chance and bytes come in as arguments, and what should be done about them
//! goes out as values. The server and the pretend conference act on them.

pub mod admission;
pub mod attachment;
pub mod carried;
pub mod document;
pub mod envelope;
pub mod frame;
pub mod handin;
pub mod ids;
pub mod session;
pub mod signing;
pub mod trial;
pub mod wire;
