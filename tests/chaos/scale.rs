//! How big a storm is.
use std::time::Duration;

/// Figures of one storm.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    /// Lifecycles.
    pub orders: usize,
    /// Lifecycles at the same time.
    pub in_flight_max: usize,
    /// How often every victim is killed.
    pub rounds: usize,
    /// Orders that nobody handles, so that their clocks run out.
    pub sleepers: usize,
    /// How long one step of a lifecycle may take, kills included.
    pub patience: Duration,
}

/// `HOTLINE_CHAOS=long` asks for the storm of `make chaos`.
#[expect(
    clippy::disallowed_methods,
    reason = "chooses how long a test runs; no service reads it"
)]
pub fn asked_for() -> Scale {
    if std::env::var("HOTLINE_CHAOS").is_ok_and(|value| value == "long") {
        Scale {
            orders: 2_400,
            in_flight_max: 96,
            rounds: 2,
            sleepers: 60,
            patience: Duration::from_secs(240),
        }
    } else {
        Scale {
            orders: 160,
            in_flight_max: 32,
            rounds: 1,
            sleepers: 12,
            patience: Duration::from_secs(90),
        }
    }
}
