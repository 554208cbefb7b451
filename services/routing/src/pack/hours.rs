//! `work_hours.csv` and `holidays/<year>.json`: the calendars.
use super::cells::Cells;
use super::references::References;
use super::table::Table;
use super::{Expected, Faults, Files};
use chrono::{NaiveDate, NaiveTime};
use contracts::calendar::{CalendarV1, SpecialDayV1, WorkSpanV1};
use serde::Deserialize;
use std::collections::BTreeMap;

const COLUMNS: &[&str] = &[
    "代码",
    "名称",
    "星期",
    "开始",
    "结束",
    "季节起",
    "季节止",
    "节假日适用",
];
/// The calendar of the city's total clock: that of its offices. Without one of this name, the first of the file.
const CITY: &str = "正常";

/// What the two kinds of files give.
pub(super) struct Calendars {
    pub calendars: Vec<CalendarV1>,
    pub city: String,
    pub days: Vec<SpecialDayV1>,
}

pub(super) fn read(
    files: &Files,
    utc_offset_secs: i32,
    known: &mut References,
    faults: &mut Faults,
) -> Calendars {
    let days = holidays(files, faults);
    let mut calendars: BTreeMap<String, CalendarV1> = BTreeMap::new();
    let mut first = None;
    for cells in Table::read(files, "work_hours.csv", COLUMNS, faults).rows() {
        let code = cells.filled("代码", faults);
        let span = span(&cells, faults);
        first.get_or_insert_with(|| code.clone());
        let calendar = calendars.entry(code.clone()).or_insert_with(|| CalendarV1 {
            name: code.clone(),
            code,
            utc_offset_secs,
            hours: Vec::new(),
            days: days.clone(),
        });
        calendar.hours.push(span);
        if let Err(error) = worktime::Calendar::try_from(&*calendar) {
            let rule = Expected::Rule(
                "hours that make a calendar: no overlap, end after beginning",
                "时段不得重叠，结束晚于开始",
            );
            faults.add(
                "work_hours.csv",
                Some(cells.line()),
                None,
                &error.to_string(),
                &rule,
            );
        }
    }
    known.calendars = calendars.keys().cloned().collect();
    let city = if calendars.contains_key(CITY) {
        CITY.to_owned()
    } else {
        first.unwrap_or_default()
    };
    Calendars {
        calendars: calendars.into_values().collect(),
        city,
        days,
    }
}

fn span(cells: &Cells<'_>, faults: &mut Faults) -> WorkSpanV1 {
    let midnight = NaiveTime::MIN;
    let mut read = |column, value: Option<NaiveTime>| {
        value.unwrap_or_else(|| {
            cells.fault(column, &Expected::Rule("a time HH:MM", "时间 HH:MM"), faults);
            midnight
        })
    };
    let from = read("开始", time(cells.text("开始")));
    let to = read(
        "结束",
        if cells.text("结束") == "24:00" {
            Some(midnight)
        } else {
            time(cells.text("结束"))
        },
    );
    let season = (season(cells, "季节起", faults), season(cells, "季节止", faults));
    let all_year = season == (Some((1, 1)), Some((12, 31)));
    let (season_from, season_to) = if all_year { (None, None) } else { season };
    WorkSpanV1 {
        weekdays: weekdays(cells, faults),
        from,
        to,
        season_from,
        season_to,
        on_holidays: cells.yes("节假日适用", faults),
    }
}

fn time(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M")
        .ok()
        .filter(|_| text.len() == 5)
}

fn season(cells: &Cells<'_>, column: &'static str, faults: &mut Faults) -> Option<(u32, u32)> {
    let text = cells.text(column);
    if text.is_empty() {
        return None;
    }
    let day = text
        .split_once('-')
        .and_then(|(month, day)| Some((month.parse().ok()?, day.parse().ok()?)));
    let day =
        day.filter(|(month, day)| text.len() == 5 && NaiveDate::from_ymd_opt(2024, *month, *day).is_some());
    if day.is_none() {
        cells.fault(
            column,
            &Expected::Rule("a day of the year MM-DD", "日期 MM-DD"),
            faults,
        );
    }
    day
}

/// `1-5`, `6`, or a list of such joined by `;`.
fn weekdays(cells: &Cells<'_>, faults: &mut Faults) -> Vec<u8> {
    let one = |part: &str| part.parse::<u8>().ok().filter(|day| (1..=7).contains(day));
    let span = |part: &str| match part.split_once('-') {
        Some((from, to)) => Some((one(from)?, one(to)?)).filter(|(from, to)| from <= to),
        None => one(part).map(|day| (day, day)),
    };
    let mut days: Vec<u8> = Vec::new();
    for part in cells.text("星期").split(';') {
        match span(part.trim()) {
            Some((from, to)) => days.extend(from..=to),
            None => cells.fault(
                "星期",
                &Expected::Rule("weekdays such as 1-5 or 6;7", "星期，如 1-5 或 6;7"),
                faults,
            ),
        }
    }
    days.sort_unstable();
    days.dedup();
    days
}

#[derive(Deserialize)]
struct Year {
    days: Vec<HolidayDay>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HolidayDay {
    name: String,
    date: NaiveDate,
    #[serde(rename = "isOffDay")]
    is_off_day: bool,
}

/// The days of all years; a year's December days may stand in the next year's file, but not differently.
fn holidays(files: &Files, faults: &mut Faults) -> Vec<SpecialDayV1> {
    let mut days: BTreeMap<NaiveDate, SpecialDayV1> = BTreeMap::new();
    for (file, text) in files.holidays() {
        let year: Year = match serde_json::from_str(text) {
            Ok(year) => year,
            Err(error) => {
                let shape = Expected::Json("{\"days\": [{\"name\", \"date\", \"isOffDay\"}]}");
                let line = u64::try_from(error.line()).ok();
                faults.add(file, line, None, &error.to_string(), &shape);
                continue;
            }
        };
        for HolidayDay {
            name,
            date,
            is_off_day,
        } in year.days
        {
            let day = SpecialDayV1 {
                date,
                name,
                off: is_off_day,
            };
            if days.get(&date).is_some_and(|known| known.off != day.off) {
                let rule = Expected::Rule("each day once, or alike", "同一天不得既休又班");
                faults.add(file, None, Some("date"), &date.to_string(), &rule);
            }
            days.entry(date).or_insert(day);
        }
    }
    days.into_values().collect()
}
