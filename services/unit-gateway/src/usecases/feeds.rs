//! Units that wait at the end of their feed. Pulling with a wait is as quick as a push, and an idle unit costs nothing.
//!
//! Whoever wants to wait joins before it reads the feed, so that no document falls between reading and waiting.
use crate::ctx::Ctx;
use crate::store::documents;
use contracts::ids::UnitCode;
use db::DbError;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// Who waits. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Feeds {
    waiting: Arc<Mutex<HashMap<String, Unit>>>,
    waiting_max: usize,
}

#[derive(Debug)]
struct Unit {
    last_seq: watch::Sender<i64>,
    pulls: usize,
}

/// One pull that waits, or is about to.
#[derive(Debug)]
pub struct Waiting {
    feeds: Feeds,
    unit: String,
    last_seq: watch::Receiver<i64>,
}

impl Feeds {
    /// Feeds at which at most so many pulls wait.
    #[must_use]
    pub fn new(waiting_max: usize) -> Self {
        Self {
            waiting: Arc::default(),
            waiting_max,
        }
    }

    /// Takes a place at the unit's feed; `None` when too many wait already.
    #[must_use]
    pub fn join(&self, unit: &UnitCode) -> Option<Waiting> {
        let mut waiting = self.lock();
        if waiting.values().map(|unit| unit.pulls).sum::<usize>() >= self.waiting_max {
            return None;
        }
        let place = waiting.entry(unit.0.clone()).or_insert_with(|| Unit {
            last_seq: watch::Sender::new(0),
            pulls: 0,
        });
        place.pulls += 1;
        Some(Waiting {
            feeds: self.clone(),
            unit: unit.0.clone(),
            last_seq: place.last_seq.subscribe(),
        })
    }

    fn units(&self) -> Vec<String> {
        self.lock().keys().cloned().collect()
    }

    fn reached(&self, unit: &str, last_seq: i64) {
        if let Some(unit) = self.lock().get(unit) {
            unit.last_seq.send_if_modified(|known| {
                let more = *known < last_seq;
                *known = last_seq.max(*known);
                more
            });
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Unit>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    /// Returns when the feed has something after the cursor, or after `at_most`.
    pub async fn beyond(mut self, cursor: i64, at_most: Duration) {
        let more = self.last_seq.wait_for(|last_seq| *last_seq > cursor);
        // Whether it came or the time is over: the caller looks again.
        drop(tokio::time::timeout(at_most, more).await);
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut waiting = self.feeds.lock();
        if let Some(unit) = waiting.get_mut(&self.unit) {
            unit.pulls -= 1;
            if unit.pulls == 0 {
                waiting.remove(&self.unit);
            }
        }
    }
}

/// Tells those who wait what the database has for them by now.
///
/// # Errors
/// When the database fails.
pub async fn look(ctx: &Ctx) -> Result<(), DbError> {
    let units = ctx.feeds.units();
    if !units.is_empty() {
        for (unit, last_seq) in documents::last_seqs(ctx.db.pool(), &units).await? {
            ctx.feeds.reached(&unit, last_seq);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_place_is_kept_until_the_document_comes_or_the_time_is_over() {
        let (feeds, unit) = (Feeds::new(2), UnitCode::from("SJ-WATER"));
        let (first, second) = (feeds.join(&unit).unwrap(), feeds.join(&unit).unwrap());
        assert!(feeds.join(&UnitCode::from("SJ-GAS")).is_none(), "too many wait");
        feeds.reached("SJ-WATER", 7);
        let began = tokio::time::Instant::now();
        first.beyond(6, Duration::from_secs(5)).await;
        assert_eq!(began.elapsed(), Duration::ZERO);
        second.beyond(7, Duration::from_secs(5)).await;
        assert_eq!(began.elapsed(), Duration::from_secs(5));
        assert!(feeds.units().is_empty(), "whoever has gone is forgotten");
    }
}
