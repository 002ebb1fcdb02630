//! Several futures of one task at once, without spawning.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

/// How many items one worker reads and writes at a time.
const AT_ONCE: usize = 16;

/// A future that is one of many.
pub(crate) type Work<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Runs all of them, some at a time, and gives what they gave, in their order.
pub(crate) async fn at_once<T>(work: Vec<Work<'_, T>>) -> Vec<T> {
    let mut results = Vec::with_capacity(work.len());
    let mut work = work.into_iter();
    loop {
        let batch: Vec<_> = work.by_ref().take(AT_ONCE).collect();
        if batch.is_empty() {
            return results;
        }
        results.extend(all(batch).await);
    }
}

async fn all<T>(batch: Vec<Work<'_, T>>) -> Vec<T> {
    let mut running: Vec<Running<'_, T>> = batch.into_iter().map(Running::Still).collect();
    poll_fn(|context| {
        let mut pending = false;
        for one in &mut running {
            if let Running::Still(future) = one {
                match future.as_mut().poll(context) {
                    Poll::Ready(result) => *one = Running::Done(result),
                    Poll::Pending => pending = true,
                }
            }
        }
        if pending { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    let done = |one| match one {
        Running::Done(result) => Some(result),
        Running::Still(_) => None,
    };
    running.into_iter().filter_map(done).collect()
}

enum Running<'a, T> {
    Still(Work<'a, T>),
    Done(T),
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
