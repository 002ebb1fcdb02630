//! When visits start.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// When visits start: at a rate that nobody's slowness changes, or each as soon as somebody is free.
#[derive(Debug)]
pub struct Pace {
    began: Instant,
    /// Visits a second; none for as fast as possible.
    rate: Option<f64>,
    visits: u64,
    next: AtomicU64,
    stopped: AtomicBool,
}

impl Pace {
    /// `visits` visits from now on, at `rate` a second or as fast as possible.
    pub fn new(visits: u64, rate: Option<f64>) -> Self {
        Pace {
            began: Instant::now(),
            rate: rate.filter(|rate| *rate > 0.0),
            visits,
            next: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
        }
    }

    /// Waits for the next visit's turn, and gives its place and when it was to start. Who comes late for it
    /// starts late, but the visit's time counts from then: that somebody waited is part of what is measured.
    pub async fn next(&self) -> Option<(u64, Instant)> {
        let place = self.next.fetch_add(1, Ordering::Relaxed);
        if place >= self.visits || self.is_stopped() {
            return None;
        }
        let Some(intended) = self.intended(place) else { return Some((place, Instant::now())) };
        tokio::time::sleep_until(intended.into()).await;
        (!self.is_stopped()).then_some((place, intended))
    }

    fn intended(&self, place: u64) -> Option<Instant> {
        self.rate.map(|rate| self.began + Duration::from_secs_f64(place as f64 / rate))
    }

    /// No further visit starts; those under way go on.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_intended_starts_do_not_depend_on_when_anybody_came_for_them() {
        let pace = Pace::new(10, Some(4.0));
        assert_eq!(pace.intended(0), Some(pace.began));
        assert_eq!(pace.intended(8), Some(pace.began + Duration::from_secs(2)));
        assert_eq!(Pace::new(10, None).intended(8), None);
    }

    #[tokio::test]
    async fn no_more_visits_start_than_were_asked_for_and_none_after_a_stop() {
        let pace = Pace::new(2, None);
        assert!(pace.next().await.is_some() && pace.next().await.is_some() && pace.next().await.is_none());
        let stopped = Pace::new(2, Some(1000.0));
        stopped.stop();
        assert!(stopped.next().await.is_none());
    }
}
