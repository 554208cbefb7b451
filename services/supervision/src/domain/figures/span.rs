//! Periods: local days, weeks, months, quarters and years, and any span of days.
use chrono::{DateTime, Datelike, Days, FixedOffset, Months, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

/// A span of time; its end is not in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Span {
    /// Its start.
    pub from: DateTime<Utc>,
    /// The moment after its end.
    pub to: DateTime<Utc>,
}

impl Span {
    /// True when the moment is in it.
    #[must_use]
    pub fn has(self, at: DateTime<Utc>) -> bool {
        self.from <= at && at < self.to
    }
}

/// Local days, the last one not in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Period {
    /// First day.
    pub from: NaiveDate,
    /// The day after the last.
    pub to: NaiveDate,
    /// What it is a kind of.
    pub kind: PeriodKind,
}

/// Kinds of periods.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PeriodKind {
    /// 日
    Day,
    /// 周: from Monday.
    Week,
    /// 月
    Month,
    /// 季
    Quarter,
    /// 年
    Year,
    /// Any days: special reports.
    Special,
}

impl PeriodKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::Day,
        Self::Week,
        Self::Month,
        Self::Quarter,
        Self::Year,
        Self::Special,
    ];

    /// The word in the API.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
            Self::Special => "special",
        }
    }
}

impl Period {
    /// The period of a kind that a day lies in; `None` for special ones, which have no grid, and at the end of time.
    #[must_use]
    pub fn around(kind: PeriodKind, day: NaiveDate) -> Option<Self> {
        let back = |days: u32| day.checked_sub_days(Days::new(u64::from(days)));
        let from = match kind {
            PeriodKind::Day => Some(day),
            PeriodKind::Week => back(day.weekday().num_days_from_monday()),
            PeriodKind::Month => day.with_day(1),
            PeriodKind::Quarter => day
                .with_day(1)
                .and_then(|d| d.with_month((day.month0() / 3) * 3 + 1)),
            PeriodKind::Year => NaiveDate::from_ymd_opt(day.year(), 1, 1),
            PeriodKind::Special => None,
        }?;
        let to = shift(from, kind, 1)?;
        Some(Self { from, to, kind })
    }

    /// The one before: as long as this one.
    #[must_use]
    pub fn previous(self) -> Option<Self> {
        let from = if self.kind == PeriodKind::Special {
            let days = u64::try_from((self.to - self.from).num_days()).ok()?;
            self.from.checked_sub_days(Days::new(days))
        } else {
            shift(self.from, self.kind, -1)
        }?;
        Some(Self {
            from,
            to: self.from,
            ..self
        })
    }

    /// The same days a year before; of a week, the week 52 weeks before, so that weekdays meet weekdays.
    #[must_use]
    pub fn year_before(self) -> Option<Self> {
        let back = |day: NaiveDate| match self.kind {
            PeriodKind::Week => day.checked_sub_days(Days::new(364)),
            _ => day.checked_sub_months(Months::new(12)),
        };
        Some(Self {
            from: back(self.from)?,
            to: back(self.to)?,
            ..self
        })
    }

    /// The moments it spans in local time.
    #[must_use]
    pub fn span(self, offset: FixedOffset) -> Span {
        let moment = |day: NaiveDate| {
            let local = day.and_time(NaiveTime::MIN).and_local_timezone(offset);
            local.single().map_or(DateTime::<Utc>::MAX_UTC, |at| at.to_utc())
        };
        Span {
            from: moment(self.from),
            to: moment(self.to),
        }
    }

    /// `YYYY-MM` of a month.
    ///
    /// # Errors
    /// Gives the text back when it is none.
    pub fn month(text: &str) -> Result<Self, String> {
        let day = format!("{text}-01").parse().ok().filter(|_| text.len() == 7);
        day.and_then(|day| Self::around(PeriodKind::Month, day))
            .ok_or_else(|| text.to_owned())
    }
}

fn shift(day: NaiveDate, kind: PeriodKind, by: i32) -> Option<NaiveDate> {
    let months = match kind {
        PeriodKind::Month => 1,
        PeriodKind::Quarter => 3,
        PeriodKind::Year => 12,
        PeriodKind::Day | PeriodKind::Week | PeriodKind::Special => 0,
    };
    let days = match kind {
        PeriodKind::Week => 7,
        _ => 1,
    };
    match (months, by >= 0) {
        (0, true) => day.checked_add_days(Days::new(days)),
        (0, false) => day.checked_sub_days(Days::new(days)),
        (n, true) => day.checked_add_months(Months::new(n)),
        (n, false) => day.checked_sub_months(Months::new(n)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn around(kind: PeriodKind, at: &str) -> String {
        let period = Period::around(kind, day(at)).unwrap();
        let (before, year) = (period.previous().unwrap(), period.year_before().unwrap());
        format!(
            "{}..{} | {}..{} | {}..{}",
            period.from, period.to, before.from, before.to, year.from, year.to
        )
    }

    #[test]
    fn a_day_lies_in_one_period_of_each_kind() {
        for (kind, at, expected) in [
            (
                PeriodKind::Day,
                "2026-03-01",
                "2026-03-01..2026-03-02 | 2026-02-28..2026-03-01 | 2025-03-01..2025-03-02",
            ),
            (
                PeriodKind::Week,
                "2026-03-01",
                "2026-02-23..2026-03-02 | 2026-02-16..2026-02-23 | 2025-02-24..2025-03-03",
            ),
            (
                PeriodKind::Month,
                "2026-03-31",
                "2026-03-01..2026-04-01 | 2026-02-01..2026-03-01 | 2025-03-01..2025-04-01",
            ),
            (
                PeriodKind::Quarter,
                "2026-03-31",
                "2026-01-01..2026-04-01 | 2025-10-01..2026-01-01 | 2025-01-01..2025-04-01",
            ),
            (
                PeriodKind::Year,
                "2024-02-29",
                "2024-01-01..2025-01-01 | 2023-01-01..2024-01-01 | 2023-01-01..2024-01-01",
            ),
        ] {
            assert_eq!(around(kind, at), expected);
        }
    }

    #[test]
    fn a_special_period_is_compared_with_as_many_days_before() {
        let period = Period {
            from: day("2026-03-10"),
            to: day("2026-03-13"),
            kind: PeriodKind::Special,
        };
        assert_eq!(period.previous().unwrap().from, day("2026-03-07"));
        assert_eq!(Period::around(PeriodKind::Special, day("2026-03-10")), None);
    }

    #[test]
    fn days_are_local_and_the_end_is_outside() {
        let span = Period::month("2026-03")
            .unwrap()
            .span(FixedOffset::east_opt(28_800).unwrap());
        assert_eq!(span.from.to_rfc3339(), "2026-02-28T16:00:00+00:00");
        assert!(span.has(span.from) && !span.has(span.to));
        for bad in ["2026-13", "2026-3", "26-03", ""] {
            assert_eq!(Period::month(bad), Err(bad.to_owned()));
        }
    }
}
