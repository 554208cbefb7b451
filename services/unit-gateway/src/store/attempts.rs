//! Table `delivery_attempts`: every push with its outcome, append-only.
use crate::domain::delivery::{Outcome, Push};
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use uuid::Uuid;

/// Writes pushes down.
pub async fn insert(conn: &mut Conn, pushes: &[&Push]) -> Result<(), DbError> {
    fn column<'a, T>(pushes: &[&'a Push], value: impl Fn(&'a Push) -> T) -> Vec<T> {
        pushes.iter().map(|push| value(push)).collect()
    }
    let outcomes = column(pushes, |push| match push.outcome {
        Outcome::Delivered => "delivered".to_owned(),
        Outcome::Failed { .. } => "failed".to_owned(),
    });
    let statuses: Vec<Option<i32>> = column(pushes, |push| match push.outcome {
        Outcome::Failed { status, .. } => status.map(i32::from),
        Outcome::Delivered => None,
    });
    let errors: Vec<Option<String>> = column(pushes, |push| match &push.outcome {
        Outcome::Failed { error, .. } => Some(error.clone()),
        Outcome::Delivered => None,
    });
    sqlx::query!(
        "insert into delivery_attempts (delivery_id, attempt, way, began_at, took_ms, outcome, status, error, unit)
         select * from unnest($1::uuid[], $2::integer[], $3::text[], $4::timestamptz[], $5::integer[], $6::text[],
                              $7::integer[], $8::text[], $9::text[])",
        &column(pushes, |push| push.delivery_id),
        &column(pushes, |push| push.attempt),
        &column(pushes, |push| push.way.to_string()),
        &column(pushes, |push| push.began_at),
        &column(pushes, |push| push.took_ms),
        &outcomes,
        &statuses as &[Option<i32>],
        &errors as &[Option<String>],
        &column(pushes, |push| push.unit.0.clone()),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One push as people see it.
#[derive(Debug)]
pub struct AttemptRow {
    /// Its place in the log.
    pub attempt_id: i64,
    /// The document, or the test call.
    pub delivery_id: Uuid,
    /// 1, 2, 3, …; 0 for a test call.
    pub attempt: i32,
    /// How.
    pub way: String,
    /// When it began.
    pub began_at: DateTime<Utc>,
    /// Until the answer or the failure.
    pub took_ms: i32,
    /// `delivered` or `failed`.
    pub outcome: String,
    /// HTTP status of a failed webhook.
    pub status: Option<i32>,
    /// Why it failed.
    pub error: Option<String>,
}

/// Pushes to a unit, oldest first, after a place in the log; of one document, if one is named.
pub async fn list(
    conn: &mut Conn,
    unit: &str,
    delivery_id: Option<Uuid>,
    after: i64,
    limit: i64,
) -> Result<Vec<AttemptRow>, DbError> {
    Ok(sqlx::query_as!(
        AttemptRow,
        "select attempt_id, delivery_id, attempt, way, began_at, took_ms, outcome, status, error from delivery_attempts
         where unit = $1 and attempt_id > $2 and ($3::uuid is null or delivery_id = $3) order by attempt_id limit $4",
        unit,
        after,
        delivery_id,
        limit
    )
    .fetch_all(conn)
    .await?)
}

/// Drops test calls of before a moment: they are of no document. Answers how many.
pub async fn drop_test_calls(conn: &mut Conn, before: DateTime<Utc>, limit: i64) -> Result<u64, DbError> {
    let done = sqlx::query!(
        "delete from delivery_attempts where attempt_id = any(array(
             select attempt_id from delivery_attempts where attempt = 0 and began_at < $1 order by began_at limit $2))",
        before,
        limit
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
