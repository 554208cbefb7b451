//! Work that time causes, and long-running work, as the runtime sees it.
use futures::future::BoxFuture;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Finds what is due and does it, again and again. Every replica runs every job; rows are claimed in SQL.
#[derive(Clone)]
pub struct Job {
    /// `verb_noun`, as in the file name.
    pub name: &'static str,
    /// Wait after a run that found nothing; a run that found something is followed by the next at once.
    pub every_ms: u64,
    pub(crate) woken: Option<Woken>,
    run: Arc<dyn Fn() -> BoxFuture<'static, anyhow::Result<usize>> + Send + Sync>,
}

/// What ends the wait of a job early.
#[derive(Clone)]
pub(crate) struct Woken {
    /// Changes with what it waits for: `Db::committed` or `Db::applied`.
    pub(crate) by: watch::Receiver<u64>,
    /// Runs begin at least this far apart, so that what comes together is done together.
    pub(crate) gather: Duration,
}

impl Job {
    /// A job whose `run` answers how much it did.
    pub fn new<F, Fut>(name: &'static str, every_ms: u64, run: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = anyhow::Result<usize>> + Send + 'static,
    {
        Self {
            name,
            every_ms,
            woken: None,
            run: Arc::new(move || Box::pin(run())),
        }
    }

    /// The same, run again as soon as this process commits something ([`db::Db::committed`], [`db::Db::applied`]), at least `gather_ms` after
    /// the run before began. What other processes commit is found after `every_ms`.
    #[must_use]
    pub fn woken_by(self, by: watch::Receiver<u64>, gather_ms: u64) -> Self {
        let gather = Duration::from_millis(gather_ms);
        Self {
            woken: Some(Woken { by, gather }),
            ..self
        }
    }

    /// Runs once; answers how much it did.
    ///
    /// # Errors
    /// As the job itself.
    pub async fn run(&self) -> anyhow::Result<usize> {
        (self.run)().await
    }
}

/// Runs until cancelled. Ending by itself is a failure of the service.
pub struct Task {
    /// For the log.
    pub name: &'static str,
    run: Box<dyn FnOnce(CancellationToken) -> BoxFuture<'static, anyhow::Result<()>> + Send>,
}

impl Task {
    /// A task that must end soon after its token is cancelled, and not before.
    pub fn new<F, Fut>(name: &'static str, run: F) -> Self
    where
        F: FnOnce(CancellationToken) -> Fut + Send + 'static,
        Fut: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        Self {
            name,
            run: Box::new(move |cancel| Box::pin(run(cancel))),
        }
    }

    /// Starts it.
    #[must_use]
    pub fn run(self, cancel: CancellationToken) -> BoxFuture<'static, anyhow::Result<()>> {
        (self.run)(cancel)
    }
}
