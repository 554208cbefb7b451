//! Table `transfers`: what waits for a person.
use chrono::{DateTime, Utc};
use contracts::ids::TransferId;
use db::{Conn, DbError};
use uuid::Uuid;

/// Notes that a person has seen to an emergency that nobody took over; false when there is none.
///
/// # Errors
/// When the database fails.
pub async fn clear(
    conn: &mut Conn,
    transfer_id: TransferId,
    by: &str,
    at: DateTime<Utc>,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update transfers set alarm_cleared_by = coalesce(alarm_cleared_by, $2), alarm_cleared_at = coalesce(alarm_cleared_at, $3)
         where transfer_id = $1 and direction = 'outgoing' and urgency = 'emergency' and state in ('refused', 'lapsed')",
        transfer_id.uuid(),
        by,
        at
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How many alarms wait for a person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Open {
    /// Emergencies that nobody took over and nobody has seen to.
    pub emergencies: i64,
    /// Cases that are ours and could not be registered.
    pub unregistered: i64,
}

/// How many there are.
///
/// # Errors
/// When the database fails.
pub async fn count(conn: &mut Conn) -> Result<Open, DbError> {
    let open = sqlx::query_as!(
        Open,
        r#"select (select count(*) from transfers where direction = 'outgoing' and urgency = 'emergency'
                       and state in ('refused', 'lapsed') and alarm_cleared_at is null) as "emergencies!",
                  (select count(*) from transfers where unregistered_since is not null) as "unregistered!""#
    )
    .fetch_one(conn)
    .await?;
    Ok(open)
}

/// When a case that could not be registered is tried again.
///
/// # Errors
/// When the database fails.
pub async fn again(conn: &mut Conn, transfer_id: TransferId, at: DateTime<Utc>) -> Result<(), DbError> {
    sqlx::query!(
        "update transfers set register_again_at = $2 where transfer_id = $1",
        transfer_id.uuid(),
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Cases that are to be registered again now, those that wait longest first.
///
/// # Errors
/// When the database fails.
pub async fn due(conn: &mut Conn, now: DateTime<Utc>, limit: i64) -> Result<Vec<Uuid>, DbError> {
    let ids = sqlx::query_scalar!(
        "select transfer_id from transfers where unregistered_since is not null and register_again_at <= $1
         order by register_again_at limit $2",
        now,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(ids)
}
