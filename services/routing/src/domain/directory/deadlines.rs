//! 时限: the row that fits an assignment, and the terms made of it.
use super::{BuildError, Unit};
use crate::domain::snapshot::DeadlineRow;
use crate::domain::words::UnitLevel;
use contracts::terms::{ExtensionTermsV1, StartRule, TermsV1};
use contracts::words::{Kind, Urgency};

/// All rows, highest priority first.
#[derive(Clone, Debug)]
pub struct Deadlines {
    rows: Vec<DeadlineRow>,
}

/// What a row is looked up by. An unknown kind or urgency fits only rows that take any.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// 时限类别 of the matter.
    pub class: Option<&'a str>,
    /// 诉求类型
    pub kind: Option<Kind>,
    /// 紧急程度
    pub urgency: Option<Urgency>,
    /// 单位级别 of the lead.
    pub level: UnitLevel,
}

impl Deadlines {
    /// Sorts the rows; of equal priority, the first code counts.
    ///
    /// # Errors
    /// When no row fits everything: then some assignment would have no terms.
    pub fn new(mut rows: Vec<DeadlineRow>) -> Result<Self, BuildError> {
        rows.sort_by(|a, b| b.priority.cmp(&a.priority).then_with(|| a.code.cmp(&b.code)));
        let fits_all = |row: &DeadlineRow| {
            row.class.is_none() && row.kind.is_none() && row.urgency.is_none() && row.level.is_none()
        };
        if !rows.iter().any(fits_all) {
            return Err(BuildError::new("deadlines", "*", "no row fits everything"));
        }
        Ok(Self { rows })
    }

    /// The row of a code.
    #[must_use]
    pub fn row(&self, code: &str) -> Option<&DeadlineRow> {
        self.rows.iter().find(|row| row.code == code)
    }

    /// The row that counts.
    ///
    /// # Panics
    /// Never: [`Deadlines::new`] saw a row that fits everything.
    #[must_use]
    pub fn find(&self, asked: Asked<'_>) -> &DeadlineRow {
        let fits = |row: &&DeadlineRow| {
            row.class
                .as_deref()
                .is_none_or(|class| asked.class == Some(class))
                && row.kind.is_none_or(|kind| asked.kind == Some(kind))
                && row.urgency.is_none_or(|urgency| asked.urgency == Some(urgency))
                && row.level.is_none_or(|level| level == asked.level)
        };
        self.rows.iter().find(fits).expect("one row fits everything")
    }
}

/// The terms of an assignment to `unit` by `row`. The unit's clocks run from dispatch, the finish limit from what
/// the row says, and the city's promise is the finish limit counted from acceptance.
#[must_use]
pub fn terms(row: &DeadlineRow, unit: &Unit, city_calendar: &str, urgency: Option<Urgency>) -> TermsV1 {
    let may_return = unit.row.may_return && row.returns_max > 0;
    TermsV1 {
        rule: row.code.clone(),
        calendar: unit.row.calendar.clone(),
        city_calendar: city_calendar.to_owned(),
        sign: row.sign.from(StartRule::Dispatch),
        respond: row.respond.from(StartRule::Dispatch),
        finish: row.finish.from(row.start),
        total: row.finish.from(StartRule::Acceptance),
        return_window: may_return.then(|| row.return_window.from(StartRule::Dispatch)),
        extension: Some(ExtensionTermsV1 {
            times_max: row.extensions_max,
            each_max: row.extension_max,
            sum_max: row.extension_sum_max,
            unit: row.extension_unit,
        }),
        urgency,
    }
}
