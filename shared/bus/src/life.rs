//! Which life of the stream this service publishes into: when the stream was created.
//!
//! A stream that was lost and made anew has lost facts. Until `replay` has queued them again, the relay publishes
//! nothing into it: a new fact about an order would arrive before its old ones.
use crate::BusError;
use async_nats::jetstream;
use chrono::{DateTime, Utc};
use sqlx::PgPool;

/// The creation time of a stream, as PostgreSQL keeps it.
pub(crate) type Life = DateTime<Utc>;

/// The life of a stream that was just looked at.
///
/// # Errors
/// When its creation time cannot be kept.
pub(crate) fn of(stream: &jetstream::stream::Stream) -> Result<Life, BusError> {
    let info = stream.cached_info();
    let micros = i64::try_from(info.created.unix_timestamp_nanos() / 1_000).ok();
    micros
        .and_then(DateTime::from_timestamp_micros)
        .ok_or_else(|| BusError::NotFound(format!("stream {} has no usable creation time", info.config.name)))
}

/// Looks at the stream; the first life that is seen after a replay, or ever, is adopted.
///
/// # Errors
/// [`BusError::NewLife`] when it is another one than was published into so far; [`BusError::Nats`] when there is
/// none.
pub(crate) async fn verify(
    pool: &PgPool,
    jetstream: &jetstream::Context,
    stream: &str,
) -> Result<Life, BusError> {
    let found = jetstream
        .get_stream(stream)
        .await
        .map_err(BusError::nats(format!("stream {stream}")))?;
    let created = of(&found)?;
    let adopted =
        sqlx::query("update stream_life set created_at = $1 where created_at is null or created_at = $1")
            .bind(created)
            .execute(pool)
            .await?;
    if adopted.rows_affected() == 0 {
        return Err(BusError::NewLife {
            stream: stream.to_owned(),
            created,
        });
    }
    Ok(created)
}

/// Deletes outbox rows that the stream acknowledged, unless a replay came in between: then they must go out again.
/// Answers how many.
///
/// # Errors
/// When the database fails.
pub(crate) async fn mark(pool: &PgPool, life: Life, acknowledged: &[i64]) -> Result<usize, BusError> {
    // The row lock makes a replay wait, or makes this wait for the replay and find another life.
    let marked = sqlx::query(
        "with life as (select created_at from stream_life where created_at = $2 for share)
         delete from outbox using life where id = any($1)",
    )
    .bind(acknowledged)
    .bind(life)
    .execute(pool)
    .await?;
    Ok(usize::try_from(marked.rows_affected()).unwrap_or(usize::MAX))
}
