//! A pretend conference: phones, Wi-Fi, disks and clocks from one seed.

pub mod chance;
pub mod clock;
pub mod disk;
pub mod keys;
pub mod wifi;
