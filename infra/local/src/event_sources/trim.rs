//! Deletes stream records that every consumer is past.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::dynamodb::Streams;
use crate::plan::StreamMapping;
use crate::state::{State, StateError};

const INTERVAL: Duration = Duration::from_secs(2);

pub(crate) struct Trimmer {
    pub(crate) mappings: Vec<StreamMapping>,
    pub(crate) streams: Streams,
    pub(crate) state: Arc<State>,
}

impl Trimmer {
    pub(crate) async fn run(self, mut stop: watch::Receiver<bool>) {
        loop {
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                () = tokio::time::sleep(INTERVAL) => {}
            }
            if let Err(error) = self.trim().await {
                tracing::warn!(%error, "stream records could not be trimmed");
            }
        }
    }

    async fn trim(&self) -> Result<(), StateError> {
        for mapping in &self.mappings {
            let consumers = self.mappings.iter().filter(|other| other.table == mapping.table);
            let positions: Vec<_> =
                consumers.map(|consumer| self.state.checkpoint(&consumer.id)).collect::<Result<_, _>>()?;
            // One that has not begun holds everything back.
            let Some(passed) = positions.into_iter().min().flatten() else {
                continue;
            };
            while self.streams.trim(&mapping.table, passed)? > 0 {
                tokio::task::yield_now().await;
            }
        }
        Ok(())
    }
}
