//! From the directory's `CalendarV1` to a [`Calendar`] that can be computed with; the first fault is named.
use crate::calendar::Calendar;
use crate::error::{CalendarError, Problem};
use crate::span::{DAY_SECS, Season, Span};
use chrono::{FixedOffset, NaiveDate, NaiveTime, Timelike};
use contracts::calendar::{CalendarV1, WorkSpanV1};

type Fault = (String, Problem);

impl TryFrom<&CalendarV1> for Calendar {
    type Error = CalendarError;

    /// # Errors
    /// When a field cannot be right: see [`Problem`].
    fn try_from(data: &CalendarV1) -> Result<Self, CalendarError> {
        parse(data).map_err(|(field, problem)| CalendarError {
            code: data.code.clone(),
            field,
            problem,
        })
    }
}

fn parse(data: &CalendarV1) -> Result<Calendar, Fault> {
    if data.code.is_empty() {
        return Err(("code".to_owned(), Problem::Empty));
    }
    if FixedOffset::east_opt(data.utc_offset_secs).is_none() {
        return Err((
            "utc_offset_secs".to_owned(),
            Problem::NoOffset(data.utc_offset_secs),
        ));
    }
    if data.hours.is_empty() {
        return Err(("hours".to_owned(), Problem::Empty));
    }
    let mut spans: Vec<Span> = Vec::with_capacity(data.hours.len());
    for (index, hours) in data.hours.iter().enumerate() {
        let parsed = span(hours).map_err(|(field, problem)| (format!("hours[{index}].{field}"), problem))?;
        if let Some(other) = spans.iter().position(|before| before.overlaps(&parsed)) {
            return Err((
                format!("hours[{index}]"),
                Problem::Overlaps(format!("hours[{other}]")),
            ));
        }
        spans.push(parsed);
    }
    for (index, pair) in data.days.windows(2).enumerate() {
        if pair[1].date <= pair[0].date {
            return Err((format!("days[{}].date", index + 1), Problem::NotSorted));
        }
    }
    Ok(Calendar::new(data, spans))
}

fn span(hours: &WorkSpanV1) -> Result<Span, Fault> {
    if hours.weekdays.is_empty() {
        return Err(("weekdays".to_owned(), Problem::Empty));
    }
    let mut weekdays = [false; 7];
    for day in &hours.weekdays {
        match day {
            1..=7 => weekdays[usize::from(day - 1)] = true,
            _ => return Err(("weekdays".to_owned(), Problem::NoWeekday(*day))),
        }
    }
    let from = secs(hours.from).map_err(|problem| ("from".to_owned(), problem))?;
    let to = match secs(hours.to).map_err(|problem| ("to".to_owned(), problem))? {
        0 => DAY_SECS,
        to => to,
    };
    if to <= from {
        return Err(("to".to_owned(), Problem::NotAfterFrom));
    }
    let season = season(hours)?;
    Ok(Span {
        weekdays,
        from,
        to,
        season,
        on_holidays: hours.on_holidays,
    })
}

fn secs(time: NaiveTime) -> Result<u32, Problem> {
    if time.nanosecond() == 0 {
        Ok(time.num_seconds_from_midnight())
    } else {
        Err(Problem::Fraction)
    }
}

fn season(hours: &WorkSpanV1) -> Result<Option<Season>, Fault> {
    match (hours.season_from, hours.season_to) {
        (None, None) => Ok(None),
        (Some(from), Some(to)) => {
            day_of_year(from).map_err(|problem| ("season_from".to_owned(), problem))?;
            day_of_year(to).map_err(|problem| ("season_to".to_owned(), problem))?;
            Ok(Some(Season { from, to }))
        }
        (Some(_), None) => Err(("season_to".to_owned(), Problem::HalfSeason)),
        (None, Some(_)) => Err(("season_from".to_owned(), Problem::HalfSeason)),
    }
}

/// 29 February is a day of the year: checked in a leap year.
fn day_of_year((month, day): (u32, u32)) -> Result<(), Problem> {
    NaiveDate::from_ymd_opt(2024, month, day)
        .map(|_| ())
        .ok_or(Problem::NoDayOfYear(month, day))
}
