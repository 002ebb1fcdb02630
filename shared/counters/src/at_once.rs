//! Several futures of one task at once, without spawning.

use std::pin::Pin;

use futures_util::future::join_all;

/// How many items one worker reads and writes at a time.
const AT_ONCE: usize = 16;

/// A future that is one of many.
pub(crate) type Work<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Runs all of them, some at a time, and gives what they gave, in their order.
pub(crate) async fn at_once<T>(work: Vec<Work<'_, T>>) -> Vec<T> {
    let mut results = Vec::with_capacity(work.len());
    let mut work = work.into_iter();
    while !work.as_slice().is_empty() {
        results.extend(join_all(work.by_ref().take(AT_ONCE)).await);
    }
    results
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn results_come_in_the_order_of_the_work() {
        let work = |n: usize| -> Work<'_, usize> {
            Box::pin(async move {
                for _ in 0..(40 - n) {
                    tokio::task::yield_now().await;
                }
                n
            })
        };
        assert_eq!(at_once((0..40).map(work).collect()).await, (0..40).collect::<Vec<_>>());
    }
}
