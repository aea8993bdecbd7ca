//! Time and chance, the two things that only this crate may take from outside.

use std::time::{SystemTime, UNIX_EPOCH};

/// Says what time it is. A test brings its own.
pub trait Clock: Send + Sync + 'static {
    /// Milliseconds since 1970, UTC.
    fn now(&self) -> u64;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the edge that hands time in"
    )]
    fn now(&self) -> u64 {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }
}

/// The machine has no randomness to give; nothing secret can be made.
#[derive(Debug, thiserror::Error)]
#[error("the machine gives no random bytes")]
pub struct NoChance;

/// Random bytes, good enough for keys.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], NoChance> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| NoChance)?;
    Ok(bytes)
}

/// A moment as SQLite stores it.
pub(crate) fn stored(moment: u64) -> i64 {
    i64::try_from(moment).unwrap_or(i64::MAX)
}

/// A stored moment as everybody else counts it.
pub(crate) fn counted(moment: i64) -> u64 {
    u64::try_from(moment).unwrap_or(0)
}
