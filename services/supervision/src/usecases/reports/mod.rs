//! Reports: one period beside the one before and the one a year before, as tables.
mod gather;
mod notice;

use crate::domain::figures::{Names, Period, ScoresPolicy, Span};
use crate::domain::reports::{self, Changes, LateOrder, Table};
use crate::store::reading::Readings;
use crate::store::report_counts;
use chrono::{DateTime, FixedOffset, Utc};
use db::{Conn, DbError};

pub use notice::notice;

/// Most late orders in a report.
const LATE_MAX: i64 = 500;

/// Names of the tables of a report, in their order.
pub const TABLES: [&str; 9] = [
    "summary",
    "units",
    "idle_units",
    "districts",
    "kinds",
    "channels",
    "matters",
    "hard_matters",
    "late",
];

/// What a report is made with.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// Names and levels.
    pub names: &'a Names,
    /// The rules.
    pub policy: &'a ScoresPolicy,
    /// Local time of the city.
    pub offset: FixedOffset,
}

/// The tables of a report that are wanted. `as_of`: later facts are left out.
///
/// # Errors
/// When the database fails.
pub async fn report(
    readings: &Readings,
    setting: Setting<'_>,
    period: Period,
    as_of: DateTime<Utc>,
    wanted: &[&str],
) -> Result<Vec<Table>, DbError> {
    let span = period.span(setting.offset);
    let mut reading = readings.begin().await?;
    let conn = &mut *reading;
    let now = gather::numbers(conn, setting, Some(period), as_of).await?;
    let previous = gather::numbers(conn, setting, period.previous(), as_of).await?;
    let year = gather::numbers(conn, setting, period.year_before(), as_of).await?;
    let changes = Changes {
        now: &now,
        previous: &previous,
        year: &year,
    };
    let mut tables = Vec::with_capacity(wanted.len());
    for name in wanted {
        tables.push(match *name {
            "units" => reports::units(changes),
            "idle_units" => reports::idle_units(&now, &valid(setting.names, period)),
            "districts" => reports::districts(changes, setting.names),
            "kinds" => reports::kinds(changes),
            "channels" => reports::channels(changes),
            "matters" => reports::matters(changes, setting.names),
            "hard_matters" => reports::hard_matters(&now, setting.names),
            "late" => late(conn, setting, span, as_of).await?,
            _ => reports::summary(changes),
        });
    }
    Ok(tables)
}

/// Units valid on the last day of a period: (code, name, level).
fn valid(names: &Names, period: Period) -> Vec<(String, String, String)> {
    let last = period.to.pred_opt().unwrap_or(period.from);
    let units = names.units_on(last);
    units
        .map(|unit| (unit.code.clone(), unit.name.clone(), unit.level.clone()))
        .collect()
}

async fn late(
    conn: &mut Conn,
    setting: Setting<'_>,
    span: Span,
    as_of: DateTime<Utc>,
) -> Result<Table, DbError> {
    let moment = as_of.min(span.to);
    let (rows, all) = report_counts::late(conn, span, (moment, as_of), LATE_MAX).await?;
    let order = |row: report_counts::LateRow| LateOrder {
        order_number: row.order_number.unwrap_or_default(),
        clock: row.clock,
        unit: row.unit,
        matter: row.matter,
        due_at: row
            .due_at
            .with_timezone(&setting.offset)
            .format("%Y-%m-%d %H:%M")
            .to_string(),
        late_hours: (moment - row.due_at).num_hours(),
    };
    let listed: Vec<LateOrder> = rows.into_iter().map(order).collect();
    let more = usize::try_from(all).unwrap_or(0).saturating_sub(listed.len());
    Ok(reports::late_orders(&listed, more))
}
