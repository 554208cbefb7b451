//! Parked events, for a person: list, show, replay, skip. While one is parked, its line waits behind it.
use crate::BusError;
use crate::feed::Delivery;
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::{PgPool, Row};
use uuid::Uuid;

/// One parked event.
#[derive(Clone, Debug, Serialize)]
pub struct DeadLetter {
    /// What the command line names it by.
    pub dead_letter_id: Uuid,
    /// The event; unknown when its body cannot be read.
    pub event_id: Option<Uuid>,
    /// The line it blocks.
    pub key: Option<Uuid>,
    /// Event type, or the NATS subject of an unreadable message.
    pub subject: String,
    /// The message.
    pub body: String,
    /// Tries before it was parked.
    pub attempts: i32,
    /// Why the last one failed.
    pub reason: String,
    /// When it was parked.
    pub parked_at: DateTime<Utc>,
    /// `parked`, `replayed` or `skipped`.
    pub state: String,
    /// When somebody replayed or skipped it.
    pub resolved_at: Option<DateTime<Utc>>,
    /// Who did.
    pub resolved_by: Option<String>,
    /// Why it was skipped.
    pub note: Option<String>,
    /// How many later events of the line wait behind it.
    pub holds_back: i64,
}

const SELECT: &str = "
select dead_letter_id, event_id, key, subject, body, attempts, reason, parked_at, state, resolved_at, resolved_by, note,
       (select count(*) from held_messages h where h.key = d.key) as holds_back
from dead_letters d where ($1::uuid is null and state = 'parked') or dead_letter_id = $1
order by parked_at, dead_letter_id limit 500";

/// The parked ones, oldest first; at most 500.
///
/// # Errors
/// When the database fails.
pub async fn list(pool: &PgPool) -> Result<Vec<DeadLetter>, BusError> {
    fetch(pool, None).await
}

/// One, in any state.
///
/// # Errors
/// [`BusError::NotFound`] when there is none with that id.
pub async fn show(pool: &PgPool, id: Uuid) -> Result<DeadLetter, BusError> {
    fetch(pool, Some(id))
        .await?
        .pop()
        .ok_or_else(|| BusError::NotFound(format!("no dead letter {id}")))
}

async fn fetch(pool: &PgPool, id: Option<Uuid>) -> Result<Vec<DeadLetter>, BusError> {
    let rows = sqlx::query(SELECT).bind(id).fetch_all(pool).await?;
    rows.iter()
        .map(|row| {
            Ok(DeadLetter {
                dead_letter_id: row.try_get("dead_letter_id")?,
                event_id: row.try_get("event_id")?,
                key: row.try_get("key")?,
                subject: row.try_get("subject")?,
                body: row.try_get("body")?,
                attempts: row.try_get("attempts")?,
                reason: row.try_get("reason")?,
                parked_at: row.try_get("parked_at")?,
                state: row.try_get("state")?,
                resolved_at: row.try_get("resolved_at")?,
                resolved_by: row.try_get("resolved_by")?,
                note: row.try_get("note")?,
                holds_back: row.try_get("holds_back")?,
            })
        })
        .collect()
}

/// Puts one back at the head of its line, to be tried at once.
///
/// # Errors
/// [`BusError::NotFound`] when it is not parked or its body cannot be read (then it can only be skipped).
pub async fn replay(pool: &PgPool, id: Uuid, by: &str) -> Result<(), BusError> {
    // Before everything that waits behind it: the later it is put back, the smaller its position.
    let replayed = sqlx::query(
        "with letter as (
             update dead_letters set state = 'replayed', resolved_at = now(), resolved_by = $2
             where dead_letter_id = $1 and state = 'parked' and event_id is not null and key is not null
             returning event_id, key, shard, subject, body
         )
         insert into held_messages (position, event_id, key, shard, event_type, envelope, next_attempt_at)
         overriding system value
         select -nextval(pg_get_serial_sequence('held_messages', 'position')),
                event_id, key, shard, subject, body, now() from letter",
    )
    .bind(id)
    .bind(by)
    .execute(pool)
    .await?;
    if replayed.rows_affected() == 0 {
        return Err(BusError::NotFound(format!(
            "dead letter {id} is not parked, or its body cannot be read"
        )));
    }
    Ok(())
}

/// Gives one up: its effect never happens, its line goes on.
///
/// # Errors
/// [`BusError::NotFound`] when it is not parked.
pub async fn skip(pool: &PgPool, id: Uuid, by: &str, note: &str) -> Result<(), BusError> {
    let skipped = sqlx::query(
        "update dead_letters set state = 'skipped', resolved_at = now(), resolved_by = $2, note = $3
         where dead_letter_id = $1 and state = 'parked'",
    )
    .bind(id)
    .bind(by)
    .bind(note)
    .execute(pool)
    .await?;
    if skipped.rows_affected() == 0 {
        return Err(BusError::NotFound(format!("dead letter {id} is not parked")));
    }
    Ok(())
}

/// Parks a message whose body is no envelope. Its line, which its header names, waits; without a header it blocks
/// nothing. A repeat is parked once.
///
/// # Errors
/// When the database fails.
pub(crate) async fn park_unreadable(
    pool: &PgPool,
    delivery: &Delivery,
    reason: &str,
) -> Result<(), BusError> {
    tracing::error!(
        subject = delivery.subject,
        reason,
        "unreadable message parked in dead_letters"
    );
    sqlx::query(
        "insert into dead_letters (key, shard, subject, body, attempts, reason)
         select $1, $2, $3, $4, 1, $5
         where not exists (select 1 from dead_letters where shard = $2 and event_id is null and subject = $3 and body = $4)",
    )
    .bind(delivery.key)
    .bind(delivery.shard.number())
    .bind(&delivery.subject)
    .bind(String::from_utf8_lossy(&delivery.body).replace('\0', "\u{fffd}"))
    .bind(reason.replace('\0', "\u{fffd}"))
    .execute(pool)
    .await?;
    Ok(())
}
