//! Hosts that run for real, as in a service, beside a test.
use bus::Host;
use tokio::task::{AbortHandle, JoinSet};
use tokio_util::sync::CancellationToken;

/// Hosts that run for real, side by side.
#[derive(Default)]
pub struct Running {
    tasks: JoinSet<()>,
    cancel: CancellationToken,
}

impl Running {
    /// Runs a host; aborting the handle ends it as a crash would, with its leases still standing.
    pub fn add(&mut self, host: Host) -> AbortHandle {
        let cancel = self.cancel.clone();
        self.tasks.spawn(async move { host.run(cancel).await })
    }

    pub async fn stop(mut self) {
        self.cancel.cancel();
        while self.tasks.join_next().await.is_some() {}
    }
}
