//! Ordered shutdown: the first signal drains, the second ends now.
use tokio_util::sync::CancellationToken;

/// Tells everything to stop. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    token: CancellationToken,
}

impl Stop {
    /// A stop nobody has asked for yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Cancelled once stopping begins.
    #[must_use]
    pub fn token(&self) -> CancellationToken {
        self.token.clone()
    }

    /// Begins stopping.
    pub fn stop(&self) {
        self.token.cancel();
    }

    /// Waits for SIGTERM or SIGINT and begins stopping; a second signal ends the process at once.
    ///
    /// # Errors
    /// When the signal handlers cannot be installed.
    pub async fn on_signals(&self) -> std::io::Result<()> {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            () = self.token.cancelled() => {}
        }
        tracing::info!("stopping");
        self.token.cancel();
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::warn!("second signal, ending now");
        std::process::exit(130)
    }
}
