//! When a failed push is tried again: a schedule of waits, stretched by chance so that units that failed together
//! do not come back together.
use chrono::TimeDelta;

/// Up to this share is added to each wait.
const JITTER: f64 = 0.2;

/// The wait after `attempt` (1, 2, 3, …) failed; `None` when the schedule is used up. `chance` is in 0..1.
#[must_use]
pub fn wait_after(attempt: i32, schedule_secs: &[u64], chance: f64) -> Option<TimeDelta> {
    let index = usize::try_from(attempt.max(1) - 1).ok()?;
    let secs = i64::try_from(*schedule_secs.get(index)?).ok()?;
    let base_ms = TimeDelta::try_seconds(secs)?.num_milliseconds();
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "milliseconds of days fit"
    )]
    let extra_ms = (base_ms as f64 * JITTER * chance.clamp(0.0, 1.0)) as i64;
    TimeDelta::try_milliseconds(base_ms + extra_ms)
}

/// The wait when the schedule is used up and the order is still open: the longest, again and again.
#[must_use]
pub fn longest(schedule_secs: &[u64], chance: f64) -> TimeDelta {
    let last = i32::try_from(schedule_secs.len()).unwrap_or(i32::MAX);
    wait_after(last, schedule_secs, chance).unwrap_or(TimeDelta::hours(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_follow_the_schedule_and_end_with_it() {
        let schedule = [1, 30, 600];
        let waits: Vec<Option<i64>> = (1..=4)
            .map(|attempt| wait_after(attempt, &schedule, 0.0).map(|wait| wait.num_seconds()))
            .collect();
        assert_eq!(waits, [Some(1), Some(30), Some(600), None]);
        assert_eq!(wait_after(2, &schedule, 1.0).unwrap().num_seconds(), 36);
        assert_eq!(wait_after(1, &[], 0.5), None);
        assert_eq!(longest(&schedule, 0.0).num_seconds(), 600);
        assert_eq!(longest(&[], 0.0).num_hours(), 1);
    }
}
