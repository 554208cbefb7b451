//! Commands over NATS per unit and second, as the public port limits its callers: one unit's flood is not the others' wait.
use contracts::ids::UnitCode;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Units remembered at once; beyond it those that have been quiet are forgotten.
const UNITS_MAX: usize = 10_000;
/// A bucket that nobody has taken from for so long is full again.
const QUIET_SECS: f64 = 2.0;

/// A bucket of commands for each unit: so many a second, with a burst of one second's worth.
pub(super) struct Rates {
    per_second: f64,
    units: Mutex<HashMap<UnitCode, Bucket>>,
}

struct Bucket {
    commands: f64,
    filled_at: Instant,
}

impl Rates {
    /// Zero means no limit.
    pub(super) fn new(per_second_max: u32) -> Self {
        Self {
            per_second: f64::from(per_second_max),
            units: Mutex::default(),
        }
    }

    /// Takes one command of a unit, or says after how many seconds there will be one.
    pub(super) fn take(&self, unit: &UnitCode, now: Instant) -> Result<(), u64> {
        if self.per_second == 0.0 {
            return Ok(());
        }
        let mut units = self.units.lock().unwrap_or_else(PoisonError::into_inner);
        if units.len() >= UNITS_MAX && !units.contains_key(unit) {
            units.retain(|_, bucket| (now - bucket.filled_at).as_secs_f64() < QUIET_SECS);
            if units.len() >= UNITS_MAX {
                return Err(1);
            }
        }
        let bucket = units.entry(unit.clone()).or_insert(Bucket {
            commands: self.per_second,
            filled_at: now,
        });
        let gained = (now - bucket.filled_at).as_secs_f64() * self.per_second;
        bucket.commands = (bucket.commands + gained).min(self.per_second);
        bucket.filled_at = now;
        if bucket.commands < 1.0 {
            return Err(1);
        }
        bucket.commands -= 1.0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Rates, UNITS_MAX};
    use std::time::{Duration, Instant};

    #[test]
    fn a_unit_has_a_burst_and_then_the_rate_and_others_have_theirs() {
        let (rates, now) = (Rates::new(2), Instant::now());
        let take =
            |unit: &str, later_ms: u64| rates.take(&unit.into(), now + Duration::from_millis(later_ms));
        assert_eq!(
            [take("A", 0), take("A", 0), take("A", 0)],
            [Ok(()), Ok(()), Err(1)]
        );
        assert_eq!(take("B", 0), Ok(()));
        assert_eq!([take("A", 500), take("A", 500)], [Ok(()), Err(1)]);
        let later = [take("A", 60_000), take("A", 60_000), take("A", 60_000)];
        assert_eq!(later, [Ok(()), Ok(()), Err(1)]);
    }

    #[test]
    fn memory_is_bounded_and_zero_means_no_limit() {
        let (rates, now) = (Rates::new(1), Instant::now());
        for unit in 0..UNITS_MAX {
            rates.take(&unit.to_string().as_str().into(), now).unwrap();
        }
        assert_eq!(rates.take(&"one more".into(), now), Err(1));
        assert_eq!(
            rates.take(&"one more".into(), now + Duration::from_secs(3)),
            Ok(())
        );
        let free = Rates::new(0);
        assert!((0..1000).all(|_| free.take(&"A".into(), now).is_ok()));
    }
}
