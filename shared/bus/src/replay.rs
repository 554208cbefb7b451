//! A lost or wiped stream is rebuilt from the journal: published facts are put back into the outbox, and the
//! inboxes of the consumers make whatever they already know harmless.
use crate::BusError;
use chrono::{DateTime, Utc};
use sqlx::PgPool;

/// Queues every fact recorded at or after `since` for publication again, in the old order. Answers how many.
///
/// # Errors
/// When the database fails.
pub async fn since(pool: &PgPool, since: DateTime<Utc>) -> Result<u64, BusError> {
    let queued = sqlx::query(
        "insert into outbox (id, day, shard)
         select id, day, shard from journal where day >= ($1 at time zone 'utc')::date and recorded_at >= $1
         on conflict do nothing",
    )
    .bind(since)
    .execute(pool)
    .await?;
    Ok(queued.rows_affected())
}
