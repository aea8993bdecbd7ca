//! What happens next, and when.

use std::collections::BTreeMap;

use crate::clock::Millis;

/// Events in the order of their time; two at one time in the order in which
/// they were planned.
#[derive(Clone)]
pub struct Schedule<E> {
    now: Millis,
    planned: u64,
    events: BTreeMap<(Millis, u64), E>,
}

impl<E> Schedule<E> {
    /// An empty one that begins at `now`.
    #[must_use]
    pub fn starting_at(now: Millis) -> Self {
        Self {
            now,
            planned: 0,
            events: BTreeMap::new(),
        }
    }

    /// True time.
    #[must_use]
    pub fn now(&self) -> Millis {
        self.now
    }

    /// Plans an event; what should have happened already happens next.
    pub fn at(&mut self, when: Millis, event: E) {
        self.planned += 1;
        self.events
            .insert((when.max(self.now), self.planned), event);
    }

    /// The next event that happens until `end`, which is then the time; without
    /// one it becomes `end`.
    pub fn next_until(&mut self, end: Millis) -> Option<E> {
        match self.events.first_entry() {
            Some(first) if first.key().0 <= end => {
                self.now = first.key().0;
                Some(first.remove())
            }
            _ => {
                self.now = self.now.max(end);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_happen_in_order_and_time_never_runs_backwards() {
        let mut schedule = Schedule::starting_at(100);
        schedule.at(300, "later");
        schedule.at(200, "first");
        schedule.at(200, "second");
        schedule.at(50, "overdue");

        let happened: Vec<_> = std::iter::from_fn(|| schedule.next_until(250)).collect();

        assert_eq!(happened, ["overdue", "first", "second"]);
        assert_eq!(schedule.now(), 250);
        assert_eq!(schedule.next_until(400), Some("later"));
    }
}
