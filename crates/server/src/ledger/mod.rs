//! The ledger: what is noted in it, how its entries hold together, and how one
//! sees that they do. The rows are in [`store::ledger`](crate::store::ledger).
//!
//! `docs/LEDGER.md` tells what each code means and who may read it.

pub(crate) mod chain;
mod once;
#[cfg(test)]
mod tampering;
pub(crate) mod verify;
mod what;

pub(crate) use once::{Counted, Once};
pub(crate) use what::{For, What};
