//! When callers may be called, how often, and how many rounds a unit gets. Made from the configuration.
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

/// The rules that a city sets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Policy {
    /// Local time of the city as seconds east of UTC.
    pub utc_offset_secs: i32,
    /// First moment of the calling hours, local.
    pub call_from: NaiveTime,
    /// End of the calling hours, local, exclusive.
    pub call_to: NaiveTime,
    /// Wait between two attempts.
    pub attempt_gap: TimeDelta,
    /// Attempts before a caller counts as unreachable.
    pub attempts_max: i32,
    /// Rework rounds before a "no" closes the order.
    pub rework_max: i32,
}

impl Policy {
    /// The first moment not before `from` at which a caller may be called.
    #[must_use]
    pub fn next_call(&self, from: DateTime<Utc>) -> DateTime<Utc> {
        let offset = TimeDelta::seconds(i64::from(self.utc_offset_secs));
        let local = from.naive_utc() + offset;
        let at = if local.time() < self.call_from {
            local.date().and_time(self.call_from)
        } else if local.time() < self.call_to {
            local
        } else {
            (local.date() + TimeDelta::days(1)).and_time(self.call_from)
        };
        (at - offset).and_utc()
    }

    /// When an unreached caller is called again.
    #[must_use]
    pub fn next_attempt(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.next_call(now + self.attempt_gap)
    }
}

/// The defaults, for tests of other rules.
#[cfg(test)]
pub(crate) fn policy_for_tests() -> Policy {
    Policy {
        utc_offset_secs: 28_800,
        call_from: NaiveTime::from_hms_opt(8, 0, 0).unwrap(),
        call_to: NaiveTime::from_hms_opt(21, 0, 0).unwrap(),
        attempt_gap: TimeDelta::minutes(120),
        attempts_max: 3,
        rework_max: 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_called_at_night() {
        for (from, expected) in [
            ("2026-03-02T07:59:59+08:00", "2026-03-02T08:00:00+08:00"),
            ("2026-03-02T08:00:00+08:00", "2026-03-02T08:00:00+08:00"),
            ("2026-03-02T20:59:59+08:00", "2026-03-02T20:59:59+08:00"),
            ("2026-03-02T21:00:00+08:00", "2026-03-03T08:00:00+08:00"),
            ("2026-12-31T23:30:00+08:00", "2027-01-01T08:00:00+08:00"),
        ] {
            let from: DateTime<Utc> = from.parse().unwrap();
            assert_eq!(
                policy_for_tests().next_call(from),
                expected.parse::<DateTime<Utc>>().unwrap(),
                "{from}"
            );
        }
        let late: DateTime<Utc> = "2026-03-02T19:30:00+08:00".parse().unwrap();
        assert_eq!(
            policy_for_tests().next_attempt(late),
            "2026-03-03T08:00:00+08:00".parse::<DateTime<Utc>>().unwrap()
        );
    }
}
