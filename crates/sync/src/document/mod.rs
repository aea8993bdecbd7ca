//! Documents: how they are born, written and read.

pub mod birth;
