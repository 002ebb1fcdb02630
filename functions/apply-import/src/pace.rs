//! How fast a process writes: the register is brought in beside people's work, not before it.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

/// Gives turns evenly.
#[derive(Debug)]
pub struct Pace {
    between: Duration,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    /// So many turns a second, one at least.
    pub fn new(per_second: u32) -> Self {
        Pace { between: Duration::from_secs(1) / per_second.max(1), next: Mutex::new(None) }
    }

    /// Waits for a turn.
    pub async fn turn(&self) {
        let mut next = self.next.lock().await;
        let now = Instant::now();
        let turn = next.filter(|next| *next > now).unwrap_or(now);
        *next = Some(turn + self.between);
        drop(next);
        sleep_until(turn).await;
    }
}
