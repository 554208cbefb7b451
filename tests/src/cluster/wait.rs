//! Waiting for facts, bounded: nothing here waits for a time to pass and hopes.
use anyhow::Context;
use std::future::Future;
use std::time::Duration;

/// How often a question is asked again.
const ASK_EVERY: Duration = Duration::from_millis(50);

/// Asks until there is an answer. A question that fails is asked again; the last failure is told at the deadline.
///
/// # Errors
/// When the deadline passes, with `what` was waited for.
pub async fn until<T, F, Fut>(what: &str, deadline: Duration, mut ask: F) -> anyhow::Result<T>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = anyhow::Result<Option<T>>>,
{
    let mut last = "it never failed, it only was not so".to_owned();
    let asking = async {
        let mut tick = tokio::time::interval(ASK_EVERY);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            match ask().await {
                Ok(Some(answer)) => return answer,
                Ok(None) => {}
                Err(error) => last = format!("{error:#}"),
            }
        }
    };
    let answered = tokio::time::timeout(deadline, asking).await;
    answered.with_context(|| format!("waited {} s until {what}; {last}", deadline.as_secs()))
}

/// The time between two requests of a machine that polls or retries.
pub async fn pause(time: Duration) {
    let mut tick = tokio::time::interval(time);
    tick.tick().await;
    tick.tick().await;
}
