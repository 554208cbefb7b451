//! Tables of closed periods: `score_closings`, `score_revisions`, `score_lines`.
use crate::domain::figures::{Figure, Span, Tally};
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use serde_json::Value;
use sqlx::types::Json;
use std::collections::BTreeMap;

/// A closing, or a correction, that somebody asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClosingRow {
    /// `YYYY-MM`
    pub period: String,
    /// Who.
    pub requested_by: String,
    /// When.
    pub requested_at: DateTime<Utc>,
    /// Why.
    pub reason: String,
}

/// A revision of a closed period.
#[derive(Clone, PartialEq, Debug)]
pub struct RevisionRow {
    /// `YYYY-MM`
    pub period: String,
    /// 1 = the closing.
    pub revision: i32,
    /// Its first moment.
    pub span_from: DateTime<Utc>,
    /// The moment after its last.
    pub span_to: DateTime<Utc>,
    /// Facts up to here were known.
    pub known_at: DateTime<Utc>,
    /// Policy `scores` as applied.
    pub policy: Value,
    /// Cases in this revision.
    pub cases: i64,
    /// Who.
    pub closed_by: String,
    /// Why.
    pub reason: String,
}

impl RevisionRow {
    /// The span of the period.
    #[must_use]
    pub const fn span(&self) -> Span {
        Span {
            from: self.span_from,
            to: self.span_to,
        }
    }
}

/// What a unit got.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LineRow {
    /// The unit.
    pub unit: String,
    /// Its name.
    pub name: String,
    /// Whom it is ranked with.
    pub peer_group: String,
    /// Among its peers; `None` = too few orders.
    pub rank: Option<i32>,
    /// Score.
    pub hundredths: Option<i64>,
    /// Before deductions and bonuses.
    pub base_hundredths: Option<i64>,
    /// Below zero.
    pub deducted_hundredths: i64,
    /// Sum of bonuses.
    pub bonus_hundredths: i64,
    /// Countings that exclusions left out.
    pub excluded: i64,
    /// Rates.
    pub tallies: BTreeMap<Figure, Tally>,
}

/// Asks for a closing; false when one waits already.
///
/// # Errors
/// When the database fails.
pub async fn request(conn: &mut Conn, row: &ClosingRow) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "insert into score_closings (period, requested_by, requested_at, reason) values ($1, $2, $3, $4)
         on conflict (period) do nothing",
        row.period,
        row.requested_by,
        row.requested_at,
        row.reason
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Takes the oldest closing that waits; another replica's is passed over.
///
/// # Errors
/// When the database fails.
pub async fn take(conn: &mut Conn) -> Result<Option<ClosingRow>, DbError> {
    let row = sqlx::query_as!(
        ClosingRow,
        "delete from score_closings where period = (
             select period from score_closings order by requested_at, period limit 1 for update skip locked)
         returning period, requested_by, requested_at, reason"
    )
    .fetch_optional(conn)
    .await?;
    Ok(row)
}

/// True when a closing waits.
///
/// # Errors
/// When the database fails.
pub async fn waits(conn: &mut Conn, period: &str) -> Result<bool, DbError> {
    let waits = sqlx::query_scalar!(
        r#"select exists (select 1 from score_closings where period = $1) as "waits!""#,
        period
    )
    .fetch_one(conn)
    .await?;
    Ok(waits)
}

/// Revisions of a period, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn revisions(conn: &mut Conn, period: &str) -> Result<Vec<RevisionRow>, DbError> {
    let rows = sqlx::query_as!(
        RevisionRow,
        "select period, revision, span_from, span_to, known_at, policy, cases, closed_by, reason
         from score_revisions where period = $1 order by revision desc",
        period
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Writes a revision with its lines.
///
/// # Errors
/// When the database fails.
pub async fn insert(conn: &mut Conn, row: &RevisionRow, lines: &[LineRow]) -> Result<(), DbError> {
    sqlx::query!(
        "insert into score_revisions (period, revision, span_from, span_to, known_at, policy, cases, closed_by, reason)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        row.period,
        row.revision,
        row.span_from,
        row.span_to,
        row.known_at,
        row.policy,
        row.cases,
        row.closed_by,
        row.reason
    )
    .execute(&mut *conn)
    .await?;
    fn column<T>(lines: &[LineRow], value: impl Fn(&LineRow) -> T) -> Vec<T> {
        lines.iter().map(value).collect()
    }
    let tallies: Vec<Json<&BTreeMap<Figure, Tally>>> = lines.iter().map(|line| Json(&line.tallies)).collect();
    sqlx::query!(
        "insert into score_lines (period, revision, unit, name, peer_group, rank, hundredths, base_hundredths,
                                  deducted_hundredths, bonus_hundredths, excluded, tallies)
         select $1, $2, * from unnest($3::text[], $4::text[], $5::text[], $6::integer[], $7::bigint[], $8::bigint[],
                                      $9::bigint[], $10::bigint[], $11::bigint[], $12::jsonb[])",
        row.period,
        row.revision,
        &column(lines, |l| l.unit.clone()),
        &column(lines, |l| l.name.clone()),
        &column(lines, |l| l.peer_group.clone()),
        &column(lines, |l| l.rank) as &[Option<i32>],
        &column(lines, |l| l.hundredths) as &[Option<i64>],
        &column(lines, |l| l.base_hundredths) as &[Option<i64>],
        &column(lines, |l| l.deducted_hundredths),
        &column(lines, |l| l.bonus_hundredths),
        &column(lines, |l| l.excluded),
        &tallies as &[Json<&BTreeMap<Figure, Tally>>]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Lines of a revision, by unit.
///
/// # Errors
/// When the database fails.
pub async fn lines(conn: &mut Conn, period: &str, revision: i32) -> Result<Vec<LineRow>, DbError> {
    let rows = sqlx::query!(
        r#"select unit, name, peer_group, rank, hundredths, base_hundredths, deducted_hundredths, bonus_hundredths,
                  excluded, tallies as "tallies: Json<BTreeMap<Figure, Tally>>"
           from score_lines where period = $1 and revision = $2 order by unit"#,
        period,
        revision
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| LineRow {
            unit: row.unit,
            name: row.name,
            peer_group: row.peer_group,
            rank: row.rank,
            hundredths: row.hundredths,
            base_hundredths: row.base_hundredths,
            deducted_hundredths: row.deducted_hundredths,
            bonus_hundredths: row.bonus_hundredths,
            excluded: row.excluded,
            tallies: row.tallies.0,
        })
        .collect())
}
