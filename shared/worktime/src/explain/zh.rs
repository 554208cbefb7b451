//! 中文 sentences.
use super::{duration, runs};
use crate::calendar::DayKind;
use crate::why::{SkipReason, Why};
use chrono::NaiveDate;
use contracts::terms::{LimitUnit, StartRule};

pub(super) fn sentences(why: &Why) -> Vec<String> {
    let mut told = vec![format!("{}{}。", start(why), limit(why))];
    if why.limit.start == StartRule::NextWorkingDay {
        told.push(format!("下一个工作日自{}开始。", why.local(why.runs_from)));
    }
    for extension in &why.extensions {
        let at = why.local(extension.granted_at);
        told.push(format!(
            "{at}准予延期{}。",
            amount(extension.amount, why.limit.unit)
        ));
    }
    told.push(rule(why));
    let counted = runs(why.counted.iter().map(|day| (day.date, (&day.kind, day.secs))));
    if !counted.is_empty() {
        let days = counted
            .into_iter()
            .map(|(first, last, (kind, secs))| days(first, last, &remarks(kind, secs, first != last)));
        told.push(format!("计入：{}。", days.collect::<Vec<_>>().join("；")));
    }
    let skipped = runs(why.skipped.iter().map(|day| (day.date, reason(&day.reason))));
    if !skipped.is_empty() {
        let days = skipped
            .into_iter()
            .map(|(first, last, reason)| days(first, last, &[reason.to_owned()]));
        told.push(format!("不计入：{}。", days.collect::<Vec<_>>().join("；")));
    }
    for pause in &why.suspensions {
        told.push(format!(
            "{}至{}挂起。",
            why.local(pause.from),
            why.local(pause.to)
        ));
    }
    for year in &why.unlisted_years {
        told.push(format!("没有{year}年的节假日安排，仅扣除周末。"));
    }
    told.push(format!("到期时间：{}。", why.local_due()));
    told
}

fn limit(why: &Why) -> String {
    amount(why.limit.amount, why.limit.unit)
}

fn amount(amount: u32, unit: LimitUnit) -> String {
    let unit = match unit {
        LimitUnit::Hours => "小时",
        LimitUnit::CalendarDays => "个自然日",
        LimitUnit::WorkingDays => "个工作日",
        LimitUnit::WorkingHours => "个工作小时",
    };
    format!("{amount}{unit}")
}

fn start(why: &Why) -> String {
    let at = why.local(why.start.at);
    match why.start.rule {
        StartRule::Acceptance => format!("自受理（{at}）起"),
        StartRule::Dispatch => format!("自派单（{at}）起"),
        StartRule::Signing => format!("自签收（{at}）起"),
        StartRule::NextWorkingDay => format!("自{at}之后的下一个工作日起"),
    }
}

fn rule(why: &Why) -> String {
    let calendar = &why.calendar.name;
    match why.limit.unit {
        LimitUnit::Hours => "小时连续计算，不扣除夜间、周末和节假日。".to_owned(),
        LimitUnit::CalendarDays => "自然日连续计算，不扣除周末和节假日。".to_owned(),
        LimitUnit::WorkingDays => format!("工作日按“{calendar}”日历计算。"),
        LimitUnit::WorkingHours => format!("工作小时按“{calendar}”日历计算。"),
    }
}

fn remarks(kind: &DayKind, secs: Option<i64>, several: bool) -> Vec<String> {
    let kind = match kind {
        DayKind::Workday => None,
        DayKind::MakeUp(name) => Some(format!("{name}调休上班")),
        DayKind::Weekend => Some("周末值班".to_owned()),
        DayKind::Holiday(name) => Some(format!("{name}值班")),
    };
    let each = if several { "每日" } else { "" };
    let secs = secs.map(|secs| each.to_owned() + &duration(secs, ["小时", "分", "秒"], ""));
    kind.into_iter().chain(secs).collect()
}

fn reason(reason: &SkipReason) -> &str {
    match reason {
        SkipReason::StartDay => "起算当日",
        SkipReason::Weekend => "周末",
        SkipReason::Holiday(name) => name,
        SkipReason::Closed => "无上班时间",
        SkipReason::AfterHours => "已下班",
        SkipReason::Suspended => "挂起",
    }
}

fn days(first: NaiveDate, last: NaiveDate, remarks: &[String]) -> String {
    let span = if first == last {
        first.to_string()
    } else {
        format!("{first}至{last}")
    };
    if remarks.is_empty() {
        span
    } else {
        format!("{span}（{}）", remarks.join("，"))
    }
}
