//! From the text of a condition to clauses; the first fault is named with what was expected.
use super::{Clause, FACT_KEYS, Test};
use crate::domain::words::Chinese;
use chrono::NaiveDate;
use contracts::words::Kind;
use thiserror::Error;

pub(super) const TIME: &str = "时段";
pub(super) const SEASON: &str = "日期";
pub(super) const DAY_KIND: &str = "日类型";
pub(super) const KIND: &str = "诉求类型";

/// Clauses of one duty: their positions are counted in a byte.
const CLAUSES_MAX: usize = 255;

/// Why a text is no condition.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConditionError {
    /// A clause without `=` or `!=`.
    #[error("{0:?} is no clause: expected key=value or key!=value")]
    NoClause(String),
    /// More clauses than a duty is read with.
    #[error("{0} clauses: expected at most 255")]
    TooMany(usize),
    /// A key that the grammar does not have.
    #[error(
        "unknown key {0:?}: expected one of 时段, 日期, 日类型, 诉求类型, 地名, 场所类型, 主体, 工地监管, 物业平台, 供热方式, 权属, 成因"
    )]
    UnknownKey(String),
    /// A value that does not fit its key.
    #[error("{value:?} does not fit {key}: expected {expected}")]
    BadValue {
        /// The key.
        key: &'static str,
        /// The value.
        value: String,
        /// What fits.
        expected: &'static str,
    },
}

/// Reads a condition; the empty text has no clauses and always holds.
///
/// # Errors
/// Names the first clause, key or value that does not fit the grammar.
pub fn parse(text: &str) -> Result<Vec<Clause>, ConditionError> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let count = text.split(';').count();
    if count > CLAUSES_MAX {
        return Err(ConditionError::TooMany(count));
    }
    text.split(';').map(|part| clause(part.trim())).collect()
}

fn clause(text: &str) -> Result<Clause, ConditionError> {
    let (key, values) = text
        .split_once('=')
        .ok_or_else(|| ConditionError::NoClause(text.to_owned()))?;
    let (key, negated) = key.strip_suffix('!').map_or((key, false), |key| (key, true));
    let values: Vec<&str> = values.split('|').map(str::trim).collect();
    let test = test(key.trim(), &values)?;
    Ok(Clause {
        negated,
        test,
        text: text.to_owned(),
    })
}

fn test(key: &str, values: &[&str]) -> Result<Test, ConditionError> {
    Ok(match key {
        TIME => Test::TimeOfDay(each(TIME, values, "HH:MM-HH:MM", time_span)?),
        SEASON => Test::Season(each(SEASON, values, "MM-DD~MM-DD", season)?),
        DAY_KIND => Test::WorkingDay(each(DAY_KIND, values, "工作日 or 非工作日", working_day)?),
        KIND => Test::Kind(each(KIND, values, "a kind such as 投诉", Kind::from_chinese)?),
        _ => {
            let known = FACT_KEYS.iter().position(|known| *known == key);
            let position = known.ok_or_else(|| ConditionError::UnknownKey(key.to_owned()))?;
            let plain = |value: &str| (!value.is_empty() && !value.contains('=')).then(|| value.to_owned());
            Test::Fact(position, each(FACT_KEYS[position], values, "a value", plain)?)
        }
    })
}

fn each<T>(
    key: &'static str,
    values: &[&str],
    expected: &'static str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, ConditionError> {
    let bad = |value: &str| ConditionError::BadValue {
        key,
        value: value.to_owned(),
        expected,
    };
    values
        .iter()
        .map(|value| read(value).ok_or_else(|| bad(value)))
        .collect()
}

/// `HH:MM` as the minute of the day; `24:00` is the end of the day.
#[must_use]
pub fn time_of_day(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute) = (two_digits(hour)?, two_digits(minute)?);
    let at = hour * 60 + minute;
    (minute < 60 && at <= 24 * 60).then_some(at)
}

fn two_digits(text: &str) -> Option<u16> {
    (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

fn time_span(text: &str) -> Option<(u16, u16)> {
    let (from, to) = text.split_once('-')?;
    Some((
        time_of_day(from).filter(|from| *from < 24 * 60)?,
        time_of_day(to)?,
    ))
}

fn season(text: &str) -> Option<((u32, u32), (u32, u32))> {
    let (from, to) = text.split_once('~')?;
    Some((month_day(from)?, month_day(to)?))
}

/// 29 February is a day of the year: checked in a leap year.
fn month_day(text: &str) -> Option<(u32, u32)> {
    let (month, day) = text.split_once('-')?;
    let (month, day) = (u32::from(two_digits(month)?), u32::from(two_digits(day)?));
    NaiveDate::from_ymd_opt(2024, month, day).map(|_| (month, day))
}

fn working_day(text: &str) -> Option<bool> {
    match text {
        "工作日" => Some(true),
        "非工作日" => Some(false),
        _ => None,
    }
}
