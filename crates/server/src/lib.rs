//! The only crate that acts: HTTP, the store, keys, commands.
//!
//! `core` and `sync` decide; this crate carries it out. [`start`] runs a server
//! inside the calling program, [`commands`] is what the `safehall` command does.

mod attempts;
mod carry;
mod challenges;
mod clock;
pub mod commands;
mod config;
mod confine;
mod cursor;
mod doctor;
mod erasing;
mod hex;
mod http;
mod keep;
mod ledger;
mod listen;
mod live;
pub mod logging;
mod namings;
mod patterns;
mod reading;
mod running;
mod secrets;
mod signet;
mod state;
mod store;
mod talk;
mod tokens;
mod vault;
pub mod worker;

pub use clock::{Clock, NoChance, SystemClock};
pub use config::{Config, Mistakes};
pub use http::{Call, calls};
pub use running::{Running, StartError, start};
pub use secrets::SecretError;
pub use store::{Stats, StoreError};
pub use vault::{RootSource, VaultError};
