//! Which days are worked in public: Monday to Friday, without holidays, with make-up workdays 调休.
use crate::domain::codes::FastMap;
use chrono::{Datelike, NaiveDate};
use contracts::calendar::SpecialDayV1;

/// Days that differ from their weekday; true = off.
#[derive(Clone, Debug, Default)]
pub struct SpecialDays(FastMap<i32, bool>);

impl SpecialDays {
    /// The days of all years.
    #[must_use]
    pub fn new(days: &[SpecialDayV1]) -> Self {
        Self(
            days.iter()
                .map(|day| (day.date.num_days_from_ce(), day.off))
                .collect(),
        )
    }

    /// 工作日 or not.
    #[must_use]
    pub fn is_working(&self, date: NaiveDate) -> bool {
        self.0
            .get(&date.num_days_from_ce())
            .map_or_else(|| date.weekday().number_from_monday() <= 5, |off| !off)
    }
}
