//! The English sentences.
use super::{duration, runs};
use crate::calendar::DayKind;
use crate::why::{SkipReason, Why};
use chrono::NaiveDate;
use contracts::terms::{LimitUnit, StartRule};

pub(super) fn sentences(why: &Why) -> Vec<String> {
    let mut told = vec![format!("{} {}.", limit(why), start(why))];
    if why.limit.start == StartRule::NextWorkingDay {
        told.push(format!(
            "The next working day begins at {}.",
            why.local(why.runs_from)
        ));
    }
    for extension in &why.extensions {
        let at = why.local(extension.granted_at);
        told.push(format!(
            "Extended by {} at {at}.",
            amount(extension.amount, why.limit.unit)
        ));
    }
    told.push(rule(why));
    let counted = runs(why.counted.iter().map(|day| (day.date, (&day.kind, day.secs))));
    if !counted.is_empty() {
        let days = counted
            .into_iter()
            .map(|(first, last, (kind, secs))| days(first, last, &remarks(kind, secs, first != last)));
        told.push(format!("Counted: {}.", days.collect::<Vec<_>>().join(", ")));
    }
    let skipped = runs(why.skipped.iter().map(|day| (day.date, reason(&day.reason))));
    if !skipped.is_empty() {
        let days = skipped
            .into_iter()
            .map(|(first, last, reason)| days(first, last, &[reason.to_owned()]));
        told.push(format!("Not counted: {}.", days.collect::<Vec<_>>().join(", ")));
    }
    for pause in &why.suspensions {
        told.push(format!(
            "Suspended from {} to {}.",
            why.local(pause.from),
            why.local(pause.to)
        ));
    }
    for year in &why.unlisted_years {
        told.push(format!(
            "There is no holiday list for {year}; only weekends were left out."
        ));
    }
    told.push(format!("Due at {}.", why.local_due()));
    told
}

fn limit(why: &Why) -> String {
    amount(why.limit.amount, why.limit.unit)
}

fn amount(amount: u32, unit: LimitUnit) -> String {
    let unit = match unit {
        LimitUnit::Hours => "hour",
        LimitUnit::CalendarDays => "calendar day",
        LimitUnit::WorkingDays => "working day",
        LimitUnit::WorkingHours => "working hour",
    };
    let plural = if amount == 1 { "" } else { "s" };
    format!("{amount} {unit}{plural}")
}

fn start(why: &Why) -> String {
    let at = why.local(why.start.at);
    match why.start.rule {
        StartRule::Acceptance => format!("from acceptance at {at}"),
        StartRule::Dispatch => format!("from dispatch at {at}"),
        StartRule::Signing => format!("from signing at {at}"),
        StartRule::NextWorkingDay => format!("from the working day after {at}"),
    }
}

fn rule(why: &Why) -> String {
    let calendar = &why.calendar.name;
    match why.limit.unit {
        LimitUnit::Hours => "Clock hours run on through nights, weekends and holidays.".to_owned(),
        LimitUnit::CalendarDays => "Calendar days run on through weekends and holidays.".to_owned(),
        LimitUnit::WorkingDays => format!("Working days are counted by the calendar {calendar}."),
        LimitUnit::WorkingHours => format!("Working hours are counted by the calendar {calendar}."),
    }
}

fn remarks(kind: &DayKind, secs: Option<i64>, several: bool) -> Vec<String> {
    let kind = match kind {
        DayKind::Workday => None,
        DayKind::MakeUp(name) => Some(format!("make-up workday for {name}")),
        DayKind::Weekend => Some("weekend, worked".to_owned()),
        DayKind::Holiday(name) => Some(format!("{name}, worked")),
    };
    let each = if several { " each" } else { "" };
    let secs = secs.map(|secs| duration(secs, [" h", " min", " s"], " ") + each);
    kind.into_iter().chain(secs).collect()
}

fn reason(reason: &SkipReason) -> &str {
    match reason {
        SkipReason::StartDay => "the day it starts",
        SkipReason::Weekend => "weekend",
        SkipReason::Holiday(name) => name,
        SkipReason::Closed => "no working hours",
        SkipReason::AfterHours => "after working hours",
        SkipReason::Suspended => "suspended",
    }
}

fn days(first: NaiveDate, last: NaiveDate, remarks: &[String]) -> String {
    let span = if first == last {
        first.to_string()
    } else {
        format!("{first} to {last}")
    };
    if remarks.is_empty() {
        span
    } else {
        format!("{span} ({})", remarks.join(", "))
    }
}
