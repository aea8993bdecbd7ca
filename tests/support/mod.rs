//! What the tests and benches against a real server share.

#![expect(dead_code, reason = "each of them uses a part")]

pub mod author;
pub mod device;
pub mod http;
pub mod rig;
