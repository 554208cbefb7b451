//! Distances and steps on a [`Calendar`]: how much working time lies between, which working day is next.
//!
//! Surprise: the unit of time is the second; fractions of a second are cut off, so that sums are exact.
use crate::HORIZON_DAYS;
use crate::calendar::Calendar;
use crate::error::WorktimeError;
use crate::span::DAY_SECS;
use chrono::{DateTime, TimeDelta, Timelike, Utc};

impl Calendar {
    /// Working seconds from `a` to `b`; negative when `b` is before `a`. Walks day by day.
    #[must_use]
    pub fn working_secs_between(&self, a: DateTime<Utc>, b: DateTime<Utc>) -> i64 {
        if b < a {
            return -self.working_secs_between(b, a);
        }
        let (first, last) = (self.local(a), self.local(b));
        let days = first.date().iter_days().take_while(|date| *date <= last.date());
        days.map(|date| {
            let start = if date == first.date() {
                first.num_seconds_from_midnight()
            } else {
                0
            };
            let end = if date == last.date() {
                last.num_seconds_from_midnight()
            } else {
                DAY_SECS
            };
            let inside = |(from, to): (u32, u32)| i64::from(to.min(end).saturating_sub(from.max(start)));
            self.day_spans(date).into_iter().map(inside).sum::<i64>()
        })
        .sum()
    }

    /// The first working moment of the first working day after the local day of `at`: 次日起.
    ///
    /// # Errors
    /// When there is none within the horizon.
    pub fn next_working_day_start(&self, at: DateTime<Utc>) -> Result<DateTime<Utc>, WorktimeError> {
        let days = self
            .local(at)
            .date()
            .iter_days()
            .skip(1)
            .take(HORIZON_DAYS as usize);
        let mut starts = days
            .filter(|date| self.is_working_day(*date))
            .filter_map(|date| self.spans(date).first().copied());
        starts
            .next()
            .map(|(from, _)| from)
            .ok_or(WorktimeError::BeyondHorizon)
    }

    /// The first moment not before `at` that lies inside a working span.
    ///
    /// # Errors
    /// When there is none within the horizon.
    pub fn next_working_time(&self, at: DateTime<Utc>) -> Result<DateTime<Utc>, WorktimeError> {
        let days = self.local(at).date().iter_days().take(HORIZON_DAYS as usize);
        let mut spans = days.flat_map(|date| self.spans(date));
        spans
            .find(|(_, to)| *to > at)
            .map(|(from, _)| from.max(at))
            .ok_or(WorktimeError::BeyondHorizon)
    }

    /// The same local time `days` working days earlier; used for "yellow one working day before".
    /// Days off in between are passed over (platform default: the local time of day is kept).
    ///
    /// # Errors
    /// When there are not so many working days within the horizon.
    pub fn minus_working_days(&self, at: DateTime<Utc>, days: u32) -> Result<DateTime<Utc>, WorktimeError> {
        let Some(back) = days.checked_sub(1) else {
            return Ok(at);
        };
        let today = self.local(at).date();
        let earlier = (1..=HORIZON_DAYS).map_while(|n| today.checked_sub_signed(TimeDelta::days(n)));
        let day = earlier
            .filter(|date| self.is_working_day(*date))
            .nth(back as usize);
        let day = day.ok_or(WorktimeError::BeyondHorizon)?;
        at.checked_sub_signed(today - day)
            .ok_or(WorktimeError::BeyondHorizon)
    }
}

/// The moment without its fraction of a second.
pub(crate) fn whole_second(at: DateTime<Utc>) -> DateTime<Utc> {
    at.with_nanosecond(0).unwrap_or(at)
}
