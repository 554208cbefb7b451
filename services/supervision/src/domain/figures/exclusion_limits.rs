//! What the city allows of exclusions 剔除: how late one may be asked for, and how many of a unit's orders it may concern.
use super::{Period, PeriodKind, Span};
use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The limits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExclusionLimits {
    /// Asked for at the latest so many days after the order ended or its last limit passed, whichever is later; absent =
    /// whenever.
    #[serde(default)]
    pub days_max: Option<u32>,
    /// At most so many percent of the orders that a unit was given in a month; absent = as many as there are.
    #[serde(default)]
    pub share_percent_max: Option<u8>,
    /// So many of a unit in a month may be left out whatever share they are.
    #[serde(default)]
    pub share_free: u32,
    /// A request that has waited so many hours waits too long: the desk says so. Not of the figures, so that it is not kept with
    /// those of a closed period.
    #[serde(default = "one_day", skip_serializing)]
    pub review_hours: u32,
}

const fn one_day() -> u32 {
    24
}

impl Default for ExclusionLimits {
    fn default() -> Self {
        Self {
            days_max: None,
            share_percent_max: None,
            share_free: 0,
            review_hours: one_day(),
        }
    }
}

/// The orders of a unit in the month in which it was given the one that is asked about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Share {
    /// The unit.
    pub unit: String,
    /// The month, `YYYY-MM`.
    pub month: String,
    /// How many it was given.
    pub dispatched: u64,
    /// How many of the others are left out, or may be.
    pub excluded: u64,
}

/// The limit that forbids it.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum OverLimit {
    /// Asked for too late.
    #[error(
        "an exclusion is asked for at most {days} days after the order's end or its last limit: until {until}"
    )]
    TooLate {
        /// `days_max`
        days: u32,
        /// The last moment.
        until: DateTime<Utc>,
    },
    /// Too many of one unit.
    #[error("at most {percent} % of the orders that {} was given in {} may be left out: {} of {} are", share.unit, share.month, share.excluded, share.dispatched)]
    TooMany {
        /// `share_percent_max`
        percent: u8,
        /// As it stands.
        share: Share,
    },
}

impl ExclusionLimits {
    /// Whether it is asked for in time, of an order that ended then; `None` = it goes on.
    ///
    /// # Errors
    /// The limit.
    pub fn in_time(&self, ended_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<(), OverLimit> {
        let Some((days, ended_at)) = self.days_max.zip(ended_at) else {
            return Ok(());
        };
        let until = ended_at + TimeDelta::days(i64::from(days));
        if now > until {
            return Err(OverLimit::TooLate { days, until });
        }
        Ok(())
    }

    /// Whether one more order of the unit may be left out.
    ///
    /// # Errors
    /// The limit.
    pub fn one_more(&self, share: &Share) -> Result<(), OverLimit> {
        let Some(percent) = self.share_percent_max else {
            return Ok(());
        };
        let excluded = share.excluded + 1;
        let fits = excluded * 100 <= share.dispatched * u64::from(percent);
        if fits || excluded <= u64::from(self.share_free) {
            return Ok(());
        }
        Err(OverLimit::TooMany {
            percent,
            share: share.clone(),
        })
    }
}

/// The local month that a moment lies in: its name `YYYY-MM`, and the time that it spans.
#[must_use]
pub fn month_of(at: DateTime<Utc>, offset: FixedOffset) -> Option<(String, Span)> {
    let day = at.with_timezone(&offset).date_naive();
    let month = Period::around(PeriodKind::Month, day)?;
    Some((day.format("%Y-%m").to_string(), month.span(offset)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn it_is_asked_for_until_so_many_days_after_the_end() {
        let limits = ExclusionLimits {
            days_max: Some(10),
            ..ExclusionLimits::default()
        };
        let ended = Some(at("2026-03-01T00:00:00Z"));
        assert_eq!(limits.in_time(ended, at("2026-03-11T00:00:00Z")), Ok(()));
        let late = limits.in_time(ended, at("2026-03-11T00:00:01Z"));
        let until = at("2026-03-11T00:00:00Z");
        assert_eq!(late, Err(OverLimit::TooLate { days: 10, until }));
        assert_eq!(
            limits.in_time(None, at("2027-03-11T00:00:00Z")),
            Ok(()),
            "it goes on"
        );
        let none = ExclusionLimits::default();
        assert_eq!(none.in_time(ended, at("2027-03-11T00:00:00Z")), Ok(()));
    }

    #[test]
    fn so_many_of_a_unit_and_a_few_whatever_their_share() {
        let limits = ExclusionLimits {
            share_percent_max: Some(10),
            share_free: 2,
            ..ExclusionLimits::default()
        };
        let share = |excluded, dispatched| Share {
            unit: "U-1".to_owned(),
            month: "2026-03".to_owned(),
            dispatched,
            excluded,
        };
        for (excluded, dispatched, may) in [
            (0, 1, true),
            (1, 3, true),
            (2, 29, false),
            (2, 30, true),
            (3, 30, false),
            (3, 40, true),
        ] {
            let verdict = limits.one_more(&share(excluded, dispatched));
            assert_eq!(verdict.is_ok(), may, "{excluded} of {dispatched}: {verdict:?}");
        }
        let over = limits.one_more(&share(3, 30)).unwrap_err().to_string();
        assert!(
            over.contains("10 %") && over.contains("U-1") && over.contains("2026-03"),
            "{over}"
        );
        assert_eq!(ExclusionLimits::default().one_more(&share(9, 9)), Ok(()));
    }

    #[test]
    fn months_are_local() {
        let east = FixedOffset::east_opt(28_800).unwrap();
        let (name, span) = month_of(at("2026-02-28T16:00:00Z"), east).unwrap();
        assert_eq!(
            (name.as_str(), span.from),
            ("2026-03", at("2026-02-28T16:00:00Z"))
        );
    }
}
