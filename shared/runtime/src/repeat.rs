//! Runs a job for as long as the service does: a run that fails or panics is logged, counted and followed by the next.
use crate::Job;
use crate::job::Woken;
use db::Pace;
use futures::FutureExt as _;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use telemetry::Metrics;
use tokio_util::sync::CancellationToken;

/// Counts what went wrong: (job, `failed` or `panicked`).
pub(crate) type Count = Arc<dyn Fn(&'static str, &'static str) + Send + Sync>;

/// `job_failures_total{job,kind}`; made once per service.
pub(crate) fn failures(metrics: &Metrics) -> Count {
    let counter = metrics.counter(
        "job_failures_total",
        "Runs of a job that failed or panicked.",
        &["job", "kind"],
    );
    Arc::new(move |job, kind| counter.with_label_values(&[job, kind]).inc())
}

/// Only the process's end ends a job.
pub(crate) async fn repeat(job: Job, failures: Count, cancel: CancellationToken) -> anyhow::Result<()> {
    let pause = Duration::from_millis(job.every_ms);
    let mut woken = job.woken.clone();
    let mut pace = Pace::new(woken.as_ref().map_or(Duration::ZERO, |woken| woken.gather));
    while !cancel.is_cancelled() {
        pace.turn().await;
        if let Some(woken) = &mut woken {
            // What is committed from here on ends the wait below, whether this run sees it or not.
            woken.by.mark_unchanged();
        }
        // What a run leaves half done is undone with its transaction; the next one begins from the database.
        let run = AssertUnwindSafe(async { job.run().await }).catch_unwind().await;
        let found = match run {
            Ok(Ok(found)) => found,
            Ok(Err(error)) => {
                tracing::warn!(job = job.name, error = %format!("{error:#}"), "job failed");
                failures(job.name, "failed");
                0
            }
            Err(panic) => {
                tracing::error!(
                    job = job.name,
                    panic = message(&*panic),
                    "job panicked, it goes on"
                );
                failures(job.name, "panicked");
                0
            }
        };
        if found == 0 {
            tokio::select! {
                () = cancel.cancelled() => {}
                () = tokio::time::sleep(pause) => {}
                () = changed(&mut woken) => {}
            }
        }
    }
    Ok(())
}

/// Returns after a commit; never for a job that only time wakes.
async fn changed(woken: &mut Option<Woken>) {
    if let Some(woken) = woken
        && woken.by.changed().await.is_ok()
    {
        return;
    }
    std::future::pending::<()>().await;
}

fn message(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a message")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test(start_paused = true)]
    async fn a_job_that_panics_or_fails_runs_again_and_is_counted() {
        let metrics = Metrics::new("repeating");
        let (runs, cancel) = (Arc::new(AtomicUsize::new(0)), CancellationToken::new());
        let (counted, end) = (Arc::clone(&runs), cancel.clone());
        let job = Job::new("sweep_floor", 10, move || {
            let (run, end) = (counted.fetch_add(1, Ordering::SeqCst), end.clone());
            async move {
                match run {
                    0 => panic!("the broom broke"),
                    1 => anyhow::bail!("no floor"),
                    _ => end.cancel(),
                }
                Ok(0)
            }
        });
        repeat(job, failures(&metrics), cancel).await.unwrap();
        assert_eq!(runs.load(Ordering::SeqCst), 3);
        let figures = metrics.render();
        for kind in ["failed", "panicked"] {
            let line = figures.lines().find(|line| {
                line.starts_with("job_failures_total") && line.contains(&format!("kind=\"{kind}\""))
            });
            assert!(line.is_some_and(|line| line.ends_with(" 1")), "{kind}: {figures}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_commit_ends_the_wait_of_a_job_and_what_comes_together_shares_a_run() {
        let (commits, cancel) = (tokio::sync::watch::Sender::new(0_u64), CancellationToken::new());
        let (ran, mut runs) = tokio::sync::mpsc::unbounded_channel();
        let job = Job::new("carry", 60_000, move || {
            let ran = ran.clone();
            async move {
                ran.send(tokio::time::Instant::now())?;
                Ok(0)
            }
        })
        .woken_by(commits.subscribe(), 10);
        let metrics = Metrics::new("woken");
        let watching = async {
            let first = runs.recv().await.unwrap();
            commits.send_modify(|n| *n += 1);
            commits.send_modify(|n| *n += 1);
            let second = runs.recv().await.unwrap();
            assert_eq!(
                second - first,
                Duration::from_millis(10),
                "woken, but not before its beat"
            );
            let third = runs.recv().await.unwrap();
            assert_eq!(
                third - second,
                Duration::from_secs(60),
                "two commits together, one run"
            );
            cancel.cancel();
        };
        let (run, ()) = tokio::join!(repeat(job, failures(&metrics), cancel.clone()), watching);
        run.unwrap();
    }
}
