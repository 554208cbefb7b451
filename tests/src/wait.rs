//! Waiting for a fact of a platform that runs by itself: ask again and again, but not for ever.
use std::time::Duration;

const ASK_EVERY: Duration = Duration::from_millis(50);
/// Generous: a machine may build something else meanwhile.
const PATIENCE: Duration = Duration::from_secs(90);

/// What `look` finds, as soon as it finds something.
///
/// # Panics
/// Naming `what`, when it has not been found in time.
pub async fn until<T, Fut>(what: &str, mut look: impl FnMut() -> Fut) -> T
where
    Fut: Future<Output = Option<T>>,
{
    let mut tick = tokio::time::interval(ASK_EVERY);
    let looking = async {
        loop {
            tick.tick().await;
            if let Some(found) = look().await {
                return found;
            }
        }
    };
    tokio::time::timeout(PATIENCE, looking)
        .await
        .unwrap_or_else(|_| panic!("{what}: not within {} s", PATIENCE.as_secs()))
}
