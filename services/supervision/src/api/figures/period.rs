//! Days and months in query strings.
use crate::ctx::Ctx;
use crate::domain::figures::{Period, PeriodKind, Span};
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use web::Problem;

/// A span longer than this is no figure but an archive.
const DAYS_MAX: i64 = 1_100;
/// RFC 3339 has years of four digits.
const YEAR_MAX: i32 = 9_999;

/// Something about a field is wrong.
pub(in crate::api) fn bad(field: &str, en: impl Into<String>, zh: impl Into<String>) -> Problem {
    Problem::bad_request("invalid_field", en.into())
        .detail_zh(zh.into())
        .field(field)
}

/// The days from `from` up to `to`, both in it.
pub(in crate::api) fn days(from: NaiveDate, to: NaiveDate) -> Result<Period, Problem> {
    // The day after the last is shown, too.
    let is_shown = |until: &NaiveDate| *until > from && until.year() <= YEAR_MAX;
    let until = to.succ_opt().filter(is_shown);
    let Some(until) = until.filter(|until| (*until - from).num_days() <= DAYS_MAX) else {
        return Err(bad(
            "to",
            format!("to is a day from `from` on, at most {DAYS_MAX} days later"),
            format!("to 不得早于 from，且跨度不超过 {DAYS_MAX} 天"),
        ));
    };
    Ok(Period {
        from,
        to: until,
        kind: PeriodKind::Special,
    })
}

/// The same as moments.
pub(in crate::api) fn span(ctx: &Ctx, from: NaiveDate, to: NaiveDate) -> Result<Span, Problem> {
    Ok(days(from, to)?.span(ctx.offset()))
}

/// `YYYY-MM`.
pub(in crate::api) fn month(text: &str) -> Result<Period, Problem> {
    Period::month(text).map_err(|_| bad("period", "a month is YYYY-MM", "月份格式为 YYYY-MM"))
}

/// As of when: now when nothing is said.
pub(in crate::api) fn as_of(ctx: &Ctx, wanted: Option<DateTime<Utc>>) -> DateTime<Utc> {
    wanted.unwrap_or_else(|| ctx.db.clock().now())
}

/// A value that was given; an empty one is as good as none.
pub(in crate::api) fn given(value: Option<String>) -> Option<String> {
    value.filter(|value| !value.is_empty())
}
