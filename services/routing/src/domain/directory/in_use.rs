//! The directory in use. Whoever decides never waits for whoever publishes: not for a lock, and not for the old
//! version to be taken apart.
use super::Directory;
use arc_swap::ArcSwapOption;
use std::sync::Arc;

/// The version that decides now; none before the first publication.
#[derive(Debug, Default)]
pub struct InUse(ArcSwapOption<Directory>);

impl InUse {
    /// The version that decides now.
    #[must_use]
    pub fn get(&self) -> Option<Arc<Directory>> {
        self.0.load_full()
    }

    /// Puts the next version in its place and answers the old one. To drop that is work (a hundred thousand rows):
    /// do it where nobody waits.
    #[must_use = "dropping an old version takes its time: do it where nobody waits"]
    pub fn replace(&self, next: Option<Arc<Directory>>) -> Option<Arc<Directory>> {
        self.0.swap(next)
    }
}
