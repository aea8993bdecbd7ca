//! Clocks of pretend phones: set wrong by years, and set again.

/// True time as the pretend world knows it: milliseconds since 1970, UTC.
pub type Millis = u64;

/// When every pretend conference begins: a Thursday morning in 2027.
pub const DOORS_OPEN: Millis = 1_802_500_000_000;

/// A phone's clock.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    off_by: i64,
}

impl Clock {
    /// A clock that is wrong by this many milliseconds; negative is slow.
    #[must_use]
    pub const fn off_by(millis: i64) -> Self {
        Self { off_by: millis }
    }

    /// What the clock shows at a true moment; never before 1970.
    #[must_use]
    pub fn shows(self, now: Millis) -> Millis {
        now.saturating_add_signed(self.off_by)
    }

    /// Somebody sets the clock, or the network does.
    pub fn jump(&mut self, millis: i64) {
        self.off_by = self.off_by.saturating_add(millis);
    }
}

/// Hours in milliseconds.
#[must_use]
pub const fn hours(hours: u64) -> Millis {
    hours * 3_600_000
}

/// Years in milliseconds, for clocks that are off by some.
#[must_use]
pub const fn years(years: i64) -> i64 {
    years * 365 * 86_400_000
}
