//! Moments, and times as exactly as somebody could say.

/// A moment: milliseconds since 1970, UTC. A device's clock may be years off, and before 1970, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The moment `millis` later, or the last one there is.
    #[must_use]
    pub const fn plus(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to this moment; below zero when it is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// "Around ten" reaches this many milliseconds to each side.
const AROUND: i64 = 15 * 60 * 1000;

/// A time that a person could mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Then.
    At(Timestamp),
    /// About then, or from about the first to about the second.
    Around(Timestamp, Option<Timestamp>),
    /// Between the two.
    Between(Timestamp, Timestamp),
    /// Some time before.
    Before(Timestamp),
    /// Some time after.
    After(Timestamp),
    /// Several times, from and to as far as known.
    Repeated(Option<Timestamp>, Option<Timestamp>),
    /// Nobody could say.
    Unknown,
}

/// Why something is no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoTime {
    /// The kind is none of the seven.
    #[error("the kind of time is unknown")]
    UnknownKind,
    /// The kind needs a start.
    #[error("this kind of time needs a start")]
    FromMissing,
    /// The kind needs an end.
    #[error("this kind of time needs an end")]
    ToMissing,
    /// The kind has no start.
    #[error("this kind of time has no start")]
    FromNotUsed,
    /// The kind has no end.
    #[error("this kind of time has no end")]
    ToNotUsed,
    /// The start is later than the end.
    #[error("the start is later than the end")]
    Backwards,
}

impl When {
    /// Checks a time before it is written down.
    ///
    /// # Errors
    /// The first thing that is wrong with it: kind, then start, then end, then their order.
    pub fn parse(
        kind: &str,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
    ) -> Result<Self, NoTime> {
        let need_from = || from.ok_or(NoTime::FromMissing);
        let need_to = || to.ok_or(NoTime::ToMissing);
        let no_from = || {
            if from.is_none() {
                Ok(())
            } else {
                Err(NoTime::FromNotUsed)
            }
        };
        let no_to = || {
            if to.is_none() {
                Ok(())
            } else {
                Err(NoTime::ToNotUsed)
            }
        };
        let when = match kind {
            "at" => {
                let at = need_from()?;
                no_to()?;
                Self::At(at)
            }
            "around" => Self::Around(need_from()?, to),
            "between" => Self::Between(need_from()?, need_to()?),
            "before" => {
                no_from()?;
                Self::Before(need_to()?)
            }
            "after" => {
                let after = need_from()?;
                no_to()?;
                Self::After(after)
            }
            "repeated" => Self::Repeated(from, to),
            "unknown" => {
                no_from()?;
                no_to()?;
                Self::Unknown
            }
            _ => return Err(NoTime::UnknownKind),
        };
        match (from, to) {
            (Some(from), Some(to)) if from > to => Err(NoTime::Backwards),
            _ => Ok(when),
        }
    }

    /// The earliest and the latest moment it can mean; absent where there is no limit.
    #[must_use]
    pub fn bounds(self) -> (Option<Timestamp>, Option<Timestamp>) {
        match self {
            Self::At(at) => (Some(at), Some(at)),
            Self::Around(from, to) => (
                Some(from.plus(-AROUND)),
                Some(to.unwrap_or(from).plus(AROUND)),
            ),
            Self::Between(from, to) => (Some(from), Some(to)),
            Self::Before(to) => (None, Some(to)),
            Self::After(from) => (Some(from), None),
            Self::Repeated(from, to) => (from, to),
            Self::Unknown => (None, None),
        }
    }

    /// Milliseconds between two times, 0 when they overlap or touch. None when one of them says nothing about when.
    #[must_use]
    pub fn distance(self, other: Self) -> Option<i64> {
        let (a, b) = (self.bounds(), other.bounds());
        if a == (None, None) || b == (None, None) {
            return None;
        }
        let gap = |end: Option<Timestamp>, start: Option<Timestamp>| match (end, start) {
            (Some(end), Some(start)) => start.since(end).max(0),
            (None, _) | (_, None) => 0,
        };
        Some(gap(a.1, b.0).max(gap(b.1, a.0)))
    }
}
