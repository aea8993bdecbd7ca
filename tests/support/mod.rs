//! What the tests and benches against a real server share.

#![expect(dead_code, reason = "each of them uses a part")]

pub(crate) mod author;
pub(crate) mod device;
pub(crate) mod http;
pub(crate) mod photo;
pub(crate) mod rig;
