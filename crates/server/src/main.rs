//! The `safehall` command.
fn main() {}
