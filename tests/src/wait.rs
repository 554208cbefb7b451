//! Waiting for a fact of a platform that runs by itself: ask again and again, but not for ever.
use crate::cluster;
use std::time::Duration;

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
    let found = cluster::until(what, PATIENCE, || {
        let looking = look();
        async { Ok(looking.await) }
    });
    found.await.unwrap_or_else(|error| panic!("{error:#}"))
}
