//! The parts of a running service and the order in which they end: requests in flight finish first, then jobs and
//! tasks, and only then the shards with their last pass of the relay. What a late request commits is published, too.
use anyhow::Context as _;
use std::future::Future;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Everything that runs, by stage.
pub(crate) struct Stages {
    parts: JoinSet<anyhow::Result<&'static str>>,
    /// Cancelled when stopping begins.
    doors: CancellationToken,
    /// Cancelled when the doors are closed.
    work: CancellationToken,
    /// Cancelled when the work has ended.
    shards: CancellationToken,
    open_doors: TaskTracker,
    working: TaskTracker,
}

impl Stages {
    /// Nothing runs yet; `stop` begins the end.
    pub(crate) fn new(stop: CancellationToken) -> Self {
        Self {
            parts: JoinSet::new(),
            doors: stop,
            work: CancellationToken::new(),
            shards: CancellationToken::new(),
            open_doors: TaskTracker::new(),
            working: TaskTracker::new(),
        }
    }

    /// Ways in from outside: they end first.
    pub(crate) fn door<F, Fut>(&mut self, name: &'static str, run: F)
    where
        F: FnOnce(CancellationToken) -> Fut,
        Fut: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let run = self.open_doors.track_future(run(self.doors.clone()));
        spawn(&mut self.parts, name, run);
    }

    /// Jobs and tasks: they end when every door is closed.
    pub(crate) fn work<F, Fut>(&mut self, name: &'static str, run: F)
    where
        F: FnOnce(CancellationToken) -> Fut,
        Fut: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let run = self.working.track_future(run(self.work.clone()));
        spawn(&mut self.parts, name, run);
    }

    /// The shards, and what must answer until the very end.
    pub(crate) fn last<F, Fut>(&mut self, name: &'static str, run: F)
    where
        F: FnOnce(CancellationToken) -> Fut,
        Fut: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        spawn(&mut self.parts, name, run(self.shards.clone()));
    }

    /// Lets each stage end after the one before it, waiting at most `patience` for the work; answers all parts.
    pub(crate) fn run(mut self, patience: Duration) -> JoinSet<anyhow::Result<&'static str>> {
        let (doors, work, shards) = (self.doors, self.work, self.shards);
        let (open_doors, working) = (self.open_doors, self.working);
        self.parts.spawn(async move {
            doors.cancelled().await;
            open_doors.close();
            open_doors.wait().await;
            work.cancel();
            working.close();
            if tokio::time::timeout(patience, working.wait()).await.is_err() {
                tracing::warn!(
                    patience_secs = patience.as_secs(),
                    "jobs still run; the shards end without them"
                );
            }
            shards.cancel();
            Ok("stages")
        });
        self.parts
    }
}

fn spawn(
    parts: &mut JoinSet<anyhow::Result<&'static str>>,
    name: &'static str,
    work: impl Future<Output = anyhow::Result<()>> + Send + 'static,
) {
    parts.spawn(async move {
        work.await.context(name)?;
        Ok(name)
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};
    use tokio::sync::Notify;

    type Seen = Arc<Mutex<Vec<&'static str>>>;

    /// Ends when told, after noting it.
    async fn part(seen: Seen, name: &'static str, cancel: CancellationToken) -> anyhow::Result<()> {
        cancel.cancelled().await;
        // Whoever ends without being waited for would be seen before those that end earlier.
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        seen.lock().unwrap().push(name);
        Ok(())
    }

    #[tokio::test]
    async fn requests_finish_before_the_work_and_the_work_before_the_last_pass_of_the_relay() {
        let (stop, seen) = (CancellationToken::new(), Seen::default());
        let mut stages = Stages::new(stop.clone());
        stages.last("shards", |cancel| part(Arc::clone(&seen), "shards", cancel));
        stages.work("job", |cancel| part(Arc::clone(&seen), "job", cancel));
        let committed = Arc::new(Notify::new());
        let (request, note) = (Arc::clone(&committed), Arc::clone(&seen));
        stages.door("http", |cancel| async move {
            cancel.cancelled().await;
            request.notified().await;
            note.lock().unwrap().push("http");
            Ok(())
        });
        let parts = stages.run(Duration::from_secs(60));
        stop.cancel();
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        assert!(seen.lock().unwrap().is_empty(), "a request is still in flight");
        committed.notify_one();
        let ended = parts.join_all().await;
        assert!(ended.iter().all(Result::is_ok), "{ended:?}");
        assert_eq!(*seen.lock().unwrap(), ["http", "job", "shards"]);
    }

    #[tokio::test(start_paused = true)]
    async fn work_that_does_not_end_keeps_the_shards_only_so_long() {
        let (stop, seen) = (CancellationToken::new(), Seen::default());
        let mut stages = Stages::new(stop.clone());
        stages.work("job", |_| std::future::pending());
        stages.last("shards", |cancel| part(Arc::clone(&seen), "shards", cancel));
        let mut parts = stages.run(Duration::from_secs(5));
        stop.cancel();
        while seen.lock().unwrap().is_empty() {
            parts.join_next().await.unwrap().unwrap().unwrap();
        }
    }
}
