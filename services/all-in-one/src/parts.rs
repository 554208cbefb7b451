//! The parts of the platform end together: when one ends, the others are told to, and it is said which one it was.
use anyhow::Context as _;
use futures::future::{BoxFuture, join_all};
use runtime::Stop;
use std::future::Future;

/// A part by name.
pub(crate) type Part<'a> = (String, BoxFuture<'a, anyhow::Result<()>>);

/// Makes a part.
pub(crate) fn part<'a>(
    name: impl Into<String>,
    run: impl Future<Output = anyhow::Result<()>> + Send + 'a,
) -> Part<'a> {
    (name.into(), Box::pin(run))
}

/// Watches all of them at the same time, until all have ended.
///
/// # Errors
/// That of the part that ended first, if nobody had asked it to.
pub(crate) async fn run(parts: Vec<Part<'_>>, stop: &Stop) -> anyhow::Result<()> {
    let watched = parts.into_iter().map(|(name, run)| async move {
        let ended = run.await;
        let asked = stop.token().is_cancelled();
        stop.stop();
        match ended {
            Err(error) => Err(error).with_context(|| format!("{name} failed, everything ends")),
            Ok(()) if !asked => Err(anyhow::anyhow!("{name} ended by itself, everything ends")),
            Ok(()) => Ok(()),
        }
        .inspect_err(|error| tracing::error!(error = %format!("{error:#}"), "a part ended"))
        .map_err(|error| (asked, error))
    });
    let mut failures: Vec<(bool, anyhow::Error)> = join_all(watched)
        .await
        .into_iter()
        .filter_map(Result::err)
        .collect();
    // What failed while it was stopping is told only when nothing else is to blame.
    failures.sort_by_key(|(asked, _)| *asked);
    failures
        .into_iter()
        .next()
        .map_or(Ok(()), |(_, error)| Err(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(name: &str, stop: &Stop) -> Part<'static> {
        let token = stop.token();
        part(name, async move {
            token.cancelled().await;
            Ok(())
        })
    }

    #[tokio::test]
    async fn a_part_that_dies_ends_all_and_is_named() {
        for (dead, problem) in [
            (
                part("routing", async { Err(anyhow::anyhow!("no database")) }),
                "no database",
            ),
            (part("routing", async { Ok(()) }), "ended by itself"),
        ] {
            let stop = Stop::new();
            // The dead one is not the first that is waited for.
            let parts = vec![waits("intake", &stop), dead, waits("callback", &stop)];
            let error = format!("{:#}", run(parts, &stop).await.unwrap_err());
            assert!(error.contains("routing") && error.contains(problem), "{error}");
            assert!(stop.token().is_cancelled());
        }
    }

    #[tokio::test]
    async fn parts_that_were_told_to_end_are_no_failure() {
        let stop = Stop::new();
        let parts = vec![waits("intake", &stop), waits("callback", &stop)];
        stop.stop();
        run(parts, &stop).await.unwrap();
    }
}
