//! Where Automerge meets the bytes of a phone: a process that may die.
//!
//! The serving process reads changes with our own bounded reader and shows them
//! to Automerge only here, in a child of the same program with little memory,
//! little time, no files and no network. A change that our rules let through
//! and that still hangs, exhausts or crashes it costs one child and nobody's
//! case; the next child is there in milliseconds.
//!
//! [`Workers`] keeps children warm and asks them, [`serve`] is what a child
//! does, and both speak the few words of `words.rs` over two pipes.

mod child;
mod hand;
mod pool;
mod words;

pub use child::{Confines, run, serve};
pub use pool::{Asked, Failure, Workers};

use std::path::PathBuf;
use std::time::Duration;

/// How children are started and held.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The `safehall` program; the child is its `admission-worker`.
    pub program: PathBuf,
    /// Bytes of memory that a child may map.
    pub memory: u64,
    /// Seconds of a processor that one question may take.
    pub cpu_seconds: u64,
    /// Until an answer must be there, whatever the child does meanwhile.
    pub wall: Duration,
    /// Children at once for those who never did harm.
    pub at_once: usize,
}
