//! Table `calendar_moves`: calendars that changed and whose running clocks still go by the old one.
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use sqlx::PgPool;
use uuid::Uuid;

/// A calendar that changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Move {
    /// Version that brought the change.
    pub directory_version: i64,
    /// The calendar.
    pub code: String,
    /// Every order up to this one has been moved.
    pub after_order: Uuid,
    /// Every order up to this one was looked at again.
    pub looked_after: Uuid,
}

/// Notes which calendars of a version differ from the newest before it.
///
/// # Errors
/// When the database fails.
pub async fn note(conn: &mut Conn, version: i64, now: DateTime<Utc>) -> Result<(), DbError> {
    sqlx::query!(
        "insert into calendar_moves (directory_version, code, noted_at)
         select new.directory_version, new.code, $2 from calendars new
         cross join lateral (select old.calendar from calendars old
                             where old.code = new.code and old.directory_version < new.directory_version
                             order by old.directory_version desc limit 1) as old
         where new.directory_version = $1 and old.calendar is distinct from new.calendar
         on conflict do nothing",
        version,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Codes of the calendars whose clocks are being moved.
///
/// # Errors
/// When the database fails.
pub async fn open_codes(conn: &mut Conn) -> Result<Vec<String>, DbError> {
    let codes = sqlx::query_scalar!("select distinct code from calendar_moves where done_at is null")
        .fetch_all(conn)
        .await?;
    Ok(codes)
}

/// Since when the oldest move that is not done waits.
///
/// # Errors
/// When the database fails.
pub async fn open_since(pool: &PgPool) -> Result<Option<DateTime<Utc>>, DbError> {
    let since = sqlx::query_scalar!("select min(noted_at) from calendar_moves where done_at is null")
        .fetch_one(pool)
        .await?;
    Ok(since)
}

/// The oldest move that is not done, locked; `None` when there is none or another replica works on it.
///
/// # Errors
/// When the database fails.
pub async fn lock_next(conn: &mut Conn) -> Result<Option<Move>, DbError> {
    let next = sqlx::query_as!(
        Move,
        "select directory_version, code, after_order, looked_after from calendar_moves where done_at is null
         order by directory_version, code limit 1 for update skip locked"
    )
    .fetch_optional(conn)
    .await?;
    Ok(next)
}

/// The next orders with clocks that wait and run by the calendar, late ones too: a breached one still moves what the ladder
/// does later.
///
/// # Errors
/// When the database fails.
pub async fn orders(conn: &mut Conn, of: &Move, limit: i64) -> Result<Vec<Uuid>, DbError> {
    let orders = sqlx::query_scalar!(
        "select distinct order_id from clocks
         where state in ('running', 'warned', 'breached') and calendar = $1 and order_id > $2 order by order_id limit $3",
        of.code,
        of.after_order,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(orders)
}

/// Notes how far it has come; `done_at` when that was the end.
///
/// # Errors
/// When the database fails.
pub async fn advance(conn: &mut Conn, of: &Move, done_at: Option<DateTime<Utc>>) -> Result<(), DbError> {
    sqlx::query!(
        "update calendar_moves set after_order = $3, done_at = $4,
                barrier = coalesce(barrier, pg_snapshot_xmax(pg_current_snapshot()))
         where directory_version = $1 and code = $2",
        of.directory_version,
        of.code,
        of.after_order,
        done_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A move that is done and was not checked, locked, when every transaction that may have begun before the change was known
/// has ended.
///
/// # Errors
/// When the database fails.
pub async fn lock_unchecked(conn: &mut Conn) -> Result<Option<Move>, DbError> {
    let next = sqlx::query_as!(
        Move,
        "select directory_version, code, after_order, looked_after from calendar_moves
         where checked_at is null and done_at is not null and barrier <= pg_snapshot_xmin(pg_current_snapshot())
         order by directory_version, code limit 1 for update skip locked"
    )
    .fetch_optional(conn)
    .await?;
    Ok(next)
}

/// The next orders with clocks that still wait by an older version of the calendar: such a transaction wrote them.
///
/// # Errors
/// When the database fails.
pub async fn stragglers(conn: &mut Conn, of: &Move, limit: i64) -> Result<Vec<Uuid>, DbError> {
    let orders = sqlx::query_scalar!(
        "select distinct order_id from clocks
         where state in ('running', 'warned', 'breached') and calendar = $1 and directory_version < $2 and order_id > $3
         order by order_id limit $4",
        of.code,
        of.directory_version,
        of.looked_after,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(orders)
}

/// Notes how far the second look has come; `checked_at` when that was the end, and nothing by the old calendar is left.
///
/// # Errors
/// When the database fails.
pub async fn checked(conn: &mut Conn, of: &Move, checked_at: Option<DateTime<Utc>>) -> Result<(), DbError> {
    sqlx::query!(
        "update calendar_moves set looked_after = $3, checked_at = $4 where directory_version = $1 and code = $2",
        of.directory_version,
        of.code,
        of.looked_after,
        checked_at
    )
    .execute(conn)
    .await?;
    Ok(())
}
