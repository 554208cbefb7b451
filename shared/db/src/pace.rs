//! Rounds of work that begin at least so far apart: the first after a pause begins at once, later ones gather.
//!
//! A round of statements costs nearly the same for one command as for twenty. Without a pace a busy worker takes
//! whatever has come in meanwhile, which is little, and spends the processor on rounds instead of on work.
use std::time::Duration;
use tokio::time::{Interval, MissedTickBehavior};

/// The beat of one worker.
#[derive(Debug)]
pub struct Pace(Option<Interval>);

impl Pace {
    /// Rounds at least `every` apart; zero means no pace at all. Must be called inside the runtime.
    #[must_use]
    pub fn new(every: Duration) -> Self {
        Self((!every.is_zero()).then(|| {
            let mut beat = tokio::time::interval(every);
            beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
            beat
        }))
    }

    /// Returns when the next round may begin: at once when the last one began long enough ago.
    pub async fn turn(&mut self) {
        if let Some(beat) = &mut self.0 {
            beat.tick().await;
        }
    }
}
