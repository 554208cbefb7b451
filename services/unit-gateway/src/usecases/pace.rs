//! How often a sender looks for work: at every poll while some unit uses its way, else only now and then.
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Until a change that another replica made is noticed.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What one sender knows of its way.
#[derive(Debug, Default)]
pub struct Pace(Mutex<Option<Look>>);

#[derive(Clone, Copy, Debug)]
struct Look {
    at: Instant,
    used: bool,
}

impl Pace {
    /// True when it is time to look whether the way is used; then there may be work, too.
    #[must_use]
    pub fn must_look(&self, now: Instant) -> bool {
        self.last()
            .is_none_or(|look| now.duration_since(look.at) >= LOOK_EVERY)
    }

    /// Notes what a look has shown.
    pub fn looked(&self, at: Instant, used: bool) {
        *self.last() = Some(Look { at, used });
    }

    /// True when some unit used the way at the last look.
    #[must_use]
    pub fn is_used(&self) -> bool {
        self.last().is_some_and(|look| look.used)
    }

    /// Looks at the next poll: a unit's way was changed here.
    pub fn forget(&self) {
        *self.last() = None;
    }

    fn last(&self) -> MutexGuard<'_, Option<Look>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One for each way that is pushed.
#[derive(Debug, Default)]
pub struct Paces {
    /// Of `jobs::deliver_nats`.
    pub nats: Pace,
    /// Of `jobs::deliver_webhooks`.
    pub webhook: Pace,
}

impl Paces {
    /// Both look at the next poll.
    pub fn forget(&self) {
        self.nats.forget();
        self.webhook.forget();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_that_nobody_uses_is_looked_at_once_a_second_and_after_a_change() {
        let (pace, start) = (Pace::default(), Instant::now());
        assert!(pace.must_look(start));
        pace.looked(start, false);
        let polls = (1..=1_000).map(|ms| start + Duration::from_millis(ms));
        let looks = polls.filter(|now| pace.must_look(*now)).count();
        assert_eq!((looks, pace.is_used()), (1, false));
        pace.forget();
        assert!(pace.must_look(start));
        pace.looked(start, true);
        assert!(pace.is_used() && !pace.must_look(start));
    }
}
