//! The directory in use. Whoever decides never waits for whoever publishes: not for a lock, and not for an old
//! version to be taken apart.
use super::Directory;
use arc_swap::ArcSwapOption;
use std::sync::{Arc, Mutex, PoisonError};

/// The version that decides now, none before the first publication; and the one before it, because somebody may
/// still be deciding by that and should not be the one who has to take it apart.
#[derive(Debug, Default)]
pub struct InUse {
    now: ArcSwapOption<Directory>,
    before: Mutex<Option<Arc<Directory>>>,
}

impl InUse {
    /// The version that decides now.
    #[must_use]
    pub fn get(&self) -> Option<Arc<Directory>> {
        self.now.load_full()
    }

    /// Puts the next version in its place and answers the one that nobody decides by any more. To drop that is work
    /// (a hundred thousand rows): do it where nobody waits.
    #[must_use = "dropping an old version takes its time: do it where nobody waits"]
    pub fn replace(&self, next: Option<Arc<Directory>>) -> Option<Arc<Directory>> {
        let mut before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *before, self.now.swap(next))
    }
}
