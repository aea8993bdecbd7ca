//! Answers that leave at a moment which does not depend on what was done for them.
//!
//! Two calls that are answered alike may have been different work: to look up what
//! is not there, or what one may not see. A few microseconds tell them apart to
//! whoever asks ten thousand times.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// The pace of "there is nothing here". Many times what such an answer costs, and
/// nothing that a person would notice.
pub(super) const REFUSAL: Duration = Duration::from_millis(10);

/// Waits until a whole number of paces has passed since `came`, at least one.
pub(super) async fn keep(came: Instant, pace: Duration) {
    sleep_until(next(came, came.elapsed(), pace)).await;
}

fn next(came: Instant, took: Duration, pace: Duration) -> Instant {
    let paces = took.as_nanos() / pace.as_nanos().max(1) + 1;
    came + pace * u32::try_from(paces).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_took_less_than_a_pace_leaves_at_its_end_and_what_took_more_at_the_next() {
        let came = Instant::now();
        let at = |micros| next(came, Duration::from_micros(micros), REFUSAL) - came;
        for micros in [0, 1, 300, 9_999] {
            assert_eq!(at(micros), REFUSAL);
        }
        assert_eq!(at(10_000), REFUSAL * 2);
        assert_eq!(at(1_000_001), REFUSAL * 101);
    }
}
