//! Waiting until something holds. No test depends on how fast a machine is.

use std::fmt::Debug;
use std::time::{Duration, Instant};

/// Longer than anything takes on a busy machine: what takes longer never comes.
pub const LONGEST: Duration = Duration::from_secs(90);
const SHORTEST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(200);

/// Waits until `check` gives a value. What it gives instead is shown when it takes too long.
pub async fn until<T, E: Debug>(what: &str, mut check: impl AsyncFnMut() -> Result<T, E>) -> T {
    let started = Instant::now();
    let mut pause = SHORTEST_PAUSE;
    loop {
        match check().await {
            Ok(value) => return value,
            Err(instead) => {
                assert!(started.elapsed() < LONGEST, "waited {LONGEST:?} for {what}, found {instead:#?}");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
}

/// Waits until nothing is left, for as long as it gets less. What is left is shown when it doesn't any more.
pub async fn until_nothing_is_left<T: Debug>(what: &str, mut left: impl AsyncFnMut() -> (u64, T)) {
    let (mut least, mut since) = (u64::MAX, Instant::now());
    loop {
        let (count, shown) = left().await;
        match count {
            0 => return,
            fewer if fewer < least => (least, since) = (fewer, Instant::now()),
            _ => assert!(since.elapsed() < LONGEST, "{what}: {least} are left, for {LONGEST:?}: {shown:#?}"),
        }
        tokio::time::sleep(LONGEST_PAUSE).await;
    }
}
