//! Waiting until something holds. No test depends on how fast a machine is.

use std::fmt::Debug;
use std::time::{Duration, Instant};

/// Longer than anything takes on a busy machine: what takes longer never comes.
pub const LONGEST: Duration = Duration::from_secs(90);
const PAUSE: Duration = Duration::from_millis(25);

/// Waits until `check` gives a value. What it gives instead is shown when it takes too long.
pub async fn until<T, E: Debug>(what: &str, mut check: impl AsyncFnMut() -> Result<T, E>) -> T {
    let started = Instant::now();
    loop {
        match check().await {
            Ok(value) => return value,
            Err(instead) => {
                assert!(started.elapsed() < LONGEST, "waited {LONGEST:?} for {what}, found {instead:#?}");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}
