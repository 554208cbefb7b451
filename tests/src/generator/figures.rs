//! Latencies: every single one is kept, so that percentiles are exact.
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Latencies by name. Cheap enough to record on every request.
#[derive(Default)]
pub struct Figures {
    taken: Mutex<BTreeMap<&'static str, Vec<u32>>>,
}

/// What became of one name.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Summary {
    /// How many.
    pub count: usize,
    /// Median in milliseconds.
    pub p50_ms: f64,
    /// 99th percentile in milliseconds.
    pub p99_ms: f64,
    /// The longest in milliseconds.
    pub max_ms: f64,
}

impl Figures {
    /// Records one.
    pub fn record(&self, name: &'static str, took: Duration) {
        let micros = u32::try_from(took.as_micros()).unwrap_or(u32::MAX);
        self.taken
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(name)
            .or_default()
            .push(micros);
    }

    /// Forgets what was recorded, and answers a summary of it.
    #[must_use]
    pub fn take(&self) -> BTreeMap<&'static str, Summary> {
        let taken = std::mem::take(&mut *self.taken.lock().unwrap_or_else(PoisonError::into_inner));
        taken
            .into_iter()
            .map(|(name, micros)| (name, Summary::of(micros)))
            .collect()
    }
}

impl Summary {
    fn of(mut micros: Vec<u32>) -> Self {
        micros.sort_unstable();
        let at = |share: f64| {
            let place = ((micros.len() as f64 - 1.0) * share).round().max(0.0) as usize;
            micros.get(place).map_or(0.0, |value| f64::from(*value) / 1_000.0)
        };
        Self {
            count: micros.len(),
            p50_ms: at(0.5),
            p99_ms: at(0.99),
            max_ms: at(1.0),
        }
    }
}
