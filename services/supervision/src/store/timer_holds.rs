//! Table `timer_holds`: the storm brake.
use crate::store::calendar_moves;
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use uuid::Uuid;

/// One hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hold {
    /// The hold.
    pub hold_id: Uuid,
    /// Since when nothing fires.
    pub held_at: DateTime<Utc>,
    /// So many were due then.
    pub due: i32,
    /// When a person let them fire.
    pub released_at: Option<DateTime<Utc>>,
}

/// The newest hold.
///
/// # Errors
/// When the database fails.
pub async fn newest(conn: &mut Conn) -> Result<Option<Hold>, DbError> {
    let hold = sqlx::query_as!(
        Hold,
        "select hold_id, held_at, due, released_at from timer_holds order by held_at desc, hold_id desc limit 1"
    )
    .fetch_optional(conn)
    .await?;
    Ok(hold)
}

/// How many timers that fall due after `since` are due now and would fire (those of a calendar that is being moved do not),
/// and how many are armed: counted as far as it matters for whether those due are more than `percent` of them.
///
/// # Errors
/// When the database fails.
pub async fn count(
    conn: &mut Conn,
    since: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    percent: i64,
) -> Result<(i64, i64), DbError> {
    let moving = calendar_moves::open_codes(conn).await?;
    let due = sqlx::query_scalar!(
        r#"select count(*) as "due!" from clocks
           where fires_at <= $1 and ($2::timestamptz is null or fires_at > $2) and calendar <> all($3)"#,
        now,
        since,
        &moving
    )
    .fetch_one(&mut *conn)
    .await?;
    let armed = sqlx::query_scalar!(
        r#"select count(*) as "armed!" from (select 1 as one from clocks where fires_at is not null limit $1) as counted"#,
        due * 100 / percent.max(1) + 1
    )
    .fetch_one(conn)
    .await?;
    Ok((due, armed))
}

/// Holds all timers; a hold that is there already stays.
///
/// # Errors
/// When the database fails.
pub async fn hold(conn: &mut Conn, now: DateTime<Utc>, due: i64) -> Result<(), DbError> {
    sqlx::query!(
        "insert into timer_holds (hold_id, held_at, due) values ($1, $2, $3) on conflict do nothing",
        Uuid::now_v7(),
        now,
        i32::try_from(due).unwrap_or(i32::MAX)
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Releases the open hold; false when there is none.
///
/// # Errors
/// When the database fails.
pub async fn release(conn: &mut Conn, now: DateTime<Utc>, by: &str, reason: &str) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update timer_holds set released_at = $1, released_by = $2, reason = $3 where released_at is null",
        now,
        by,
        reason
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
