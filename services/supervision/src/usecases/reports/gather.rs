//! Counts one period, once for all tables.
use super::Setting;
use crate::domain::figures::{Case, Counted, Period, count};
use crate::domain::reports::{Counts, Numbers};
use crate::store::cases::Cases;
use crate::store::report_counts;
use chrono::{DateTime, Utc};
use db::{Conn, DbError};

/// Everything a report needs of a period; nothing of none.
pub(super) async fn numbers(
    conn: &mut Conn,
    setting: Setting<'_>,
    period: Option<Period>,
    as_of: DateTime<Utc>,
) -> Result<Numbers, DbError> {
    let Some(period) = period else {
        return Ok(Numbers::default());
    };
    let span = period.span(setting.offset);
    let mut numbers = Numbers {
        counts: counts(conn, setting, period, as_of).await?,
        ..Numbers::default()
    };
    let policy = setting.policy;
    let cases = Cases::of_span(conn, span, None).await?;
    cases
        .each(conn, |case| {
            let case = case.known_at(as_of);
            let counted = count(&case, span, as_of, policy.basically_percent);
            if !counted.is_empty() {
                let district = setting.names.area(&case.divisions, &policy.area_levels);
                add(&mut numbers, &case, district.as_deref(), &counted);
            }
        })
        .await?;
    Ok(numbers)
}

/// What is counted of a case, for the city and for each table that it stands in.
fn add(numbers: &mut Numbers, case: &Case, district: Option<&str>, counted: &[Counted]) {
    for one in counted {
        numbers.city.add(one);
        if let Some(unit) = &case.unit {
            let (name, figures) = numbers.units.entry(unit.clone()).or_default();
            if name.is_empty() {
                name.clone_from(case.unit_name.as_ref().unwrap_or(unit));
            }
            figures.add(one);
        }
        if let Some(district) = district {
            numbers.districts.entry(district.to_owned()).or_default().add(one);
        }
        if let Some(matter) = &case.matter {
            numbers.matters.entry(matter.clone()).or_default().add(one);
        }
    }
}

async fn counts(
    conn: &mut Conn,
    setting: Setting<'_>,
    period: Period,
    as_of: DateTime<Utc>,
) -> Result<Counts, DbError> {
    let span = period.span(setting.offset);
    let mut counts = Counts::default();
    for (channel, disposition, count) in report_counts::contacts(conn, span, as_of).await? {
        let count = u64::try_from(count).unwrap_or(0);
        counts.received += count;
        *counts.channels.entry(channel).or_default() += count;
        match disposition.as_str() {
            "answered" => counts.answered += count,
            "declined" => counts.declined += count,
            _ => {}
        }
    }
    for (kind, matter, count) in report_counts::orders(conn, span, as_of).await? {
        let count = u64::try_from(count).unwrap_or(0);
        counts.orders += count;
        *counts.kinds.entry(kind).or_default() += count;
        *counts.matters.entry(matter).or_default() += count;
    }
    Ok(counts)
}
