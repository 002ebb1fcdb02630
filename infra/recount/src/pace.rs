//! Not faster than asked for.

use std::time::Duration;

use tokio::time::Instant;

/// Spreads work over time.
#[derive(Debug)]
pub(crate) struct Pace {
    per_second: u32,
    next: Instant,
}

impl Pace {
    pub(crate) fn new(per_second: u32) -> Self {
        Pace { per_second, next: Instant::now() }
    }

    /// Waits until the time has passed that so much work may take.
    pub(crate) async fn after(&mut self, work: usize) {
        tokio::time::sleep_until(self.due(work, Instant::now())).await;
    }

    /// Time that was lost isn't made up for by a burst.
    fn due(&mut self, work: usize, now: Instant) -> Instant {
        let work = u32::try_from(work).unwrap_or(u32::MAX);
        let time = Duration::from_secs_f64(f64::from(work) / f64::from(self.per_second));
        self.next = self.next.max(now.checked_sub(time).unwrap_or(now)) + time;
        self.next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_spread_and_lost_time_is_not_made_up_for() {
        let mut pace = Pace::new(100);
        let began = pace.next;
        let at = |seconds| began + Duration::from_secs(seconds);
        assert_eq!(pace.due(200, at(0)), at(2), "two seconds' worth of work");
        assert_eq!(pace.due(100, at(2)), at(3));
        assert_eq!(pace.due(100, at(60)), at(60), "it took longer than it had to");
        assert_eq!(pace.due(100, at(60)), at(61));
    }
}
