//! Which days are worked in public: Monday to Friday, without holidays, with make-up workdays 调休.
use crate::domain::codes::FastMap;
use chrono::{Datelike, NaiveDate};
use contracts::calendar::SpecialDayV1;
use std::collections::BTreeSet;

/// Days that differ from their weekday; true = off. With the years of which any is known.
#[derive(Clone, Debug, Default)]
pub struct SpecialDays {
    off: FastMap<i32, bool>,
    years: BTreeSet<i32>,
}

impl SpecialDays {
    /// The days of all years.
    #[must_use]
    pub fn new(days: &[SpecialDayV1]) -> Self {
        Self {
            off: days
                .iter()
                .map(|day| (day.date.num_days_from_ce(), day.off))
                .collect(),
            years: days.iter().map(|day| day.date.year()).collect(),
        }
    }

    /// 工作日 or not.
    #[must_use]
    pub fn is_working(&self, date: NaiveDate) -> bool {
        self.off
            .get(&date.num_days_from_ce())
            .map_or_else(|| date.weekday().number_from_monday() <= 5, |off| !off)
    }

    /// Whether the days of a year are here: a year without any was never entered.
    #[must_use]
    pub fn lists(&self, year: i32) -> bool {
        self.years.contains(&year)
    }
}
