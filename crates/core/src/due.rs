//! What waits, and what waits longest.

use std::cmp::Reverse;

use crate::pack::Targets;
use crate::{DocumentId, Timestamp};

const MINUTE: i64 = 60 * 1000;

/// What is known about one case's progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// When it was first told.
    pub reported_at: Timestamp,
    /// Since when the chair knows.
    pub chair_knows: Option<Timestamp>,
    /// When the chair met about it.
    pub met: Option<Timestamp>,
    /// When whoever told it heard how it went on, or since when nobody is to be told.
    pub followed_up: Option<Timestamp>,
}

/// The next thing that should happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Next {
    /// Somebody has to tell the chair.
    TellChair,
    /// The chair has to meet.
    Meet,
    /// Whoever told it has to hear that something was done.
    FollowUp,
    /// Nothing has a time of its own.
    Nothing,
}

/// The next thing and its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// What.
    pub next: Next,
    /// Until when. Absent: the event has no target for it.
    pub at: Option<Timestamp>,
    /// Milliseconds past that time; 0 until it has passed.
    pub overdue_by: i64,
    /// The chair does not know, and it has taken so long that everybody should hear of it.
    pub alert: bool,
}

/// What is due next. A target of 0 minutes is no target. A meeting counts as knowing.
#[must_use]
pub fn due(progress: &Progress, targets: &Targets, now: Timestamp) -> Due {
    let target = |minutes: u32| {
        (minutes > 0).then(|| progress.reported_at.plus(i64::from(minutes) * MINUTE))
    };
    let (next, at) = match (progress.chair_knows, progress.met) {
        (_, Some(_)) if progress.followed_up.is_some() => (Next::Nothing, None),
        (_, Some(_)) => (Next::FollowUp, target(targets.follow_up)),
        (None, None) => (Next::TellChair, target(targets.chair_told)),
        (Some(_), None) => (Next::Meet, target(targets.meeting)),
    };
    let alert = next == Next::TellChair
        && target(targets.chair_told_alert).is_some_and(|alert| now >= alert);
    Due {
        next,
        at,
        overdue_by: at.map_or(0, |at| now.since(at).max(0)),
        alert,
    }
}

/// Sorts an inbox: what is overdue before what is not; within each, what the chair does not know yet comes first, since
/// nobody acts on a case that nobody has opened; then what is overdue longest, due soonest, reported earliest. The id
/// decides between equals, so that every screen shows the same order.
pub fn sort_inbox(cases: &mut [(DocumentId, Progress)], targets: &Targets, now: Timestamp) {
    cases.sort_by_key(|(id, progress)| {
        let due = due(progress, targets, now);
        (
            due.overdue_by == 0,
            due.next != Next::TellChair,
            Reverse(due.overdue_by),
            due.at.is_none(),
            due.at,
            progress.reported_at,
            *id,
        )
    });
}
