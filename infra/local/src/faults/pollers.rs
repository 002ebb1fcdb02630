//! Pollers of streams that can be ended like any other process.

use std::sync::Arc;

use tokio::sync::watch;

use super::layer::Faults;
use crate::event_sources::StreamPoller;

/// Runs a poller until told to stop. Each time the layer ends the pollers, it is gone on the spot, and another
/// one begins where the last checkpoint stands; what it had under way goes on, as the cloud's would.
pub(crate) async fn mortal(poller: StreamPoller, faults: Option<Arc<Faults>>, stop: watch::Receiver<bool>) {
    let Some(faults) = faults else { return poller.run(stop).await };
    let mut deaths = faults.deaths();
    loop {
        tokio::select! {
            () = poller.run(stop.clone()) => return,
            // The layer lives as long as this does.
            _ = deaths.changed() => {}
        }
    }
}
