//! What a changed calendar does to a due time that was told already: the new one, and the days that moved it.
//!
//! Called by supervision when a published directory brings other holidays or other hours of a unit.
use crate::calendar::{Calendar, DayKind};
use crate::due::{Due, due_changed};
use crate::error::WorktimeError;
use crate::explain::Lang;
use crate::why::{SkipReason, Suspension, Why};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a day was for the limit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayStatus {
    /// It used up some of the limit: so many working seconds, or one day when `None`.
    Counted(DayKind, Option<i64>),
    /// It did not.
    Skipped(SkipReason),
    /// The limit was over before.
    After,
}

/// A day that means something else now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ChangedDay {
    /// The local day.
    pub date: NaiveDate,
    /// By the calendar of before.
    pub before: DayStatus,
    /// By the calendar of now.
    pub after: DayStatus,
}

/// A due time by another calendar.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Recomputed {
    /// The reason of before.
    pub before: Why,
    /// The due time now, with its reason.
    pub due: Due,
    /// Days that mean something else now, in order; empty when nothing moved.
    pub changed: Vec<ChangedDay>,
}

/// The due time of a stored reason by another calendar: the same limit, start and extensions. All suspensions must be
/// given, because a reason keeps only those that mattered for its own due time.
///
/// # Errors
/// As [`due_changed`].
pub fn recompute(
    before: &Why,
    calendar: &Calendar,
    suspensions: &[Suspension],
) -> Result<Recomputed, WorktimeError> {
    let due = due_changed(
        calendar,
        &before.limit,
        before.start.at,
        &before.extensions,
        suspensions,
    )?;
    let (old, new) = (days(before), days(&due.explanation));
    let dates: std::collections::BTreeSet<NaiveDate> = old.keys().chain(new.keys()).copied().collect();
    let status =
        |days: &BTreeMap<NaiveDate, DayStatus>, date| days.get(date).cloned().unwrap_or(DayStatus::After);
    let changed = dates
        .iter()
        .map(|date| ChangedDay {
            date: *date,
            before: status(&old, date),
            after: status(&new, date),
        })
        .filter(|day| day.before != day.after)
        .collect();
    Ok(Recomputed {
        before: before.clone(),
        due,
        changed,
    })
}

fn days(why: &Why) -> BTreeMap<NaiveDate, DayStatus> {
    let counted = why
        .counted
        .iter()
        .map(|day| (day.date, DayStatus::Counted(day.kind.clone(), day.secs)));
    let skipped = why
        .skipped
        .iter()
        .map(|day| (day.date, DayStatus::Skipped(day.reason.clone())));
    counted.chain(skipped).collect()
}

impl Recomputed {
    /// Whether the due time is another one.
    #[must_use]
    pub fn moved(&self) -> bool {
        self.before.due != self.due.at
    }

    /// What moved it, then the new reason in full; times are local to the new calendar.
    #[must_use]
    pub fn sentences(&self, lang: Lang) -> Vec<String> {
        let (before, now) = (&self.before, &self.due.explanation);
        let (old, new) = (now.local(before.due), now.local(now.due));
        let mut told = vec![match (lang, self.moved()) {
            (Lang::En, true) => format!("The calendar has changed: due at {new} instead of {old}."),
            (Lang::En, false) => format!("The calendar has changed; it stays due at {new}."),
            (Lang::Zh, true) => format!("工作日历已变更：到期时间由{old}改为{new}。"),
            (Lang::Zh, false) => format!("工作日历已变更，到期时间仍为{new}。"),
        }];
        let turned = self
            .changed
            .iter()
            .filter(|day| day.before != DayStatus::After && day.after != DayStatus::After);
        told.extend(turned.map(|day| match lang {
            Lang::En => format!(
                "{}: {} before, {} now.",
                day.date,
                day.before.en(),
                day.after.en()
            ),
            Lang::Zh => format!("{}：原{}，现{}。", day.date, day.before.zh(), day.after.zh()),
        }));
        told.extend(now.sentences(lang));
        told
    }
}

impl DayStatus {
    fn en(&self) -> String {
        match self {
            Self::Counted(..) => "counted".to_owned(),
            Self::Skipped(SkipReason::Holiday(name)) => format!("not counted ({name})"),
            Self::Skipped(_) => "not counted".to_owned(),
            Self::After => "after the end".to_owned(),
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::Counted(DayKind::MakeUp(name), _) => format!("计入（{name}调休上班）"),
            Self::Counted(..) => "计入".to_owned(),
            Self::Skipped(SkipReason::Holiday(name)) => format!("不计入（{name}）"),
            Self::Skipped(_) => "不计入".to_owned(),
            Self::After => "已过期限".to_owned(),
        }
    }
}
