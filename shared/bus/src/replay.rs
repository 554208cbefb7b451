//! A lost or wiped stream is rebuilt from the journal: published facts are put back into the outbox, and the
//! inboxes of the consumers make whatever they already know harmless.
//!
//! After a loss: provision the stream and replay every service, in any order. Each relay waits for the replay of its
//! own service, so no new fact about an order can arrive before its old ones.
use crate::BusError;
use chrono::{DateTime, Utc};
use sqlx::PgPool;

/// Queues every fact whose transaction began at or after `since` for publication again, in the old order. Answers
/// how many.
///
/// # Errors
/// When the database fails.
pub async fn since(pool: &PgPool, since: DateTime<Utc>) -> Result<u64, BusError> {
    let mut tx = pool.begin().await?;
    // A fortnight of facts takes longer than any statement of daily work may.
    sqlx::query("set local statement_timeout = 0")
        .execute(&mut *tx)
        .await?;
    // First, so that no relay marks a fact as published while it is queued again.
    sqlx::query("update stream_life set created_at = null")
        .execute(&mut *tx)
        .await?;
    let queued = sqlx::query(
        "insert into outbox (id, day, shard)
         select id, day, shard from journal where day >= ($1 at time zone 'utc')::date and recorded_at >= $1
         on conflict do nothing",
    )
    .bind(since)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(queued.rows_affected())
}
