//! What must hold across rooms. See the test files beside this folder.

/// How many cases a test takes: all of them for `cargo xtask prove`, a share
/// of a few seconds otherwise.
#[must_use]
pub fn full_or(all: u64, share: u64) -> u64 {
    if is_long() { all } else { share }
}

/// Whether all cases are asked for.
#[must_use]
pub fn is_long() -> bool {
    std::env::var_os("SAFEHALL_LONG").is_some()
}
