//! Exactly-once effect: an event id enters the inbox in the transaction of its effect, or was there before.
use crate::Incoming;
use db::{Conn, DbError};
use std::collections::HashSet;
use uuid::Uuid;

/// Takes charge of the events; answers the ids that are new.
pub(crate) async fn take(conn: &mut Conn, events: &[Incoming]) -> Result<HashSet<Uuid>, DbError> {
    let mut entries: Vec<_> = events
        .iter()
        .map(|e| (e.envelope.occurred_at.date_naive(), e.envelope.id.uuid()))
        .collect();
    entries.sort_unstable();
    entries.dedup();
    let (days, ids): (Vec<_>, Vec<_>) = entries.into_iter().unzip();
    let taken: Vec<Uuid> = sqlx::query_scalar(
        "insert into inbox (day, event_id) select day, event_id from unnest($1::date[], $2::uuid[]) as t(day, event_id)
         on conflict do nothing returning event_id",
    )
    .bind(&days)
    .bind(&ids)
    .fetch_all(conn)
    .await?;
    Ok(taken.into_iter().collect())
}
