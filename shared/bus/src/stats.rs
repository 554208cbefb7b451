//! The figures an operator watches: outbox age, dead letters, held lines.
use crate::BusError;
use sqlx::PgPool;

/// What waits in the platform's tables.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Backlog {
    /// Age of the oldest unpublished fact; 0 when none.
    pub outbox_oldest_secs: f64,
    /// Unpublished facts.
    pub outbox_rows: i64,
    /// Events that failed or wait behind one.
    pub held_messages: i64,
    /// Parked events.
    pub dead_letters: i64,
}

/// Reads the backlog.
///
/// # Errors
/// When the database fails.
pub async fn backlog(pool: &PgPool) -> Result<Backlog, BusError> {
    let (outbox_oldest_secs, outbox_rows, held_messages, dead_letters): (f64, i64, i64, i64) =
        sqlx::query_as(
            "select coalesce((select extract(epoch from now() - j.recorded_at)::float8 from outbox o
                          join journal j on j.day = o.day and j.id = o.id order by o.id limit 1), 0),
                (select count(*) from outbox),
                (select count(*) from held_messages),
                (select count(*) from dead_letters where state = 'parked')",
        )
        .fetch_one(pool)
        .await?;
    Ok(Backlog {
        outbox_oldest_secs,
        outbox_rows,
        held_messages,
        dead_letters,
    })
}
