//! A pretend conference: phones, Wi-Fi, disks and clocks from one seed.

pub mod chance;
pub mod clock;
pub mod conference;
mod decisions;
pub mod disk;
pub mod keys;
pub mod laws;
pub mod phone;
pub mod schedule;
pub mod server;
pub mod story;
pub mod typed;
pub mod wifi;
pub mod world;
