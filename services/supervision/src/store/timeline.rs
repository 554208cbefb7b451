//! Table `timeline`. Append-only.
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use sqlx::PgPool;
use uuid::Uuid;

/// One event as it is kept.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// The envelope's id.
    pub event_id: Uuid,
    /// The line it stands in.
    pub key: Uuid,
    /// Who published it.
    pub service: String,
    /// Its number in (service, key).
    pub sequence: i64,
    /// Its type with its version.
    pub event_type: String,
    /// When it became true.
    pub occurred_at: DateTime<Utc>,
    /// Who did it.
    pub actor: String,
    /// The contact it came from.
    pub correlation_id: Uuid,
    /// What led to it.
    pub causation_id: Option<Uuid>,
    /// The payload as published, JSON.
    pub data: String,
}

/// Appends the entries; one that is there already is left as it is.
///
/// # Errors
/// When the database fails.
pub async fn append(conn: &mut Conn, now: DateTime<Utc>, entries: &[&Entry]) -> Result<(), DbError> {
    if entries.is_empty() {
        return Ok(());
    }
    fn column<T>(entries: &[&Entry], value: impl Fn(&Entry) -> T) -> Vec<T> {
        entries.iter().map(|entry| value(entry)).collect()
    }
    sqlx::query!(
        "insert into timeline (event_id, key, service, sequence, event_type, occurred_at, recorded_at, actor,
                               correlation_id, causation_id, summary)
         select event_id, key, service, sequence, event_type, occurred_at, $11, actor, correlation_id, causation_id,
                summary::jsonb
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::text[], $6::timestamptz[], $7::text[],
                     $8::uuid[], $9::uuid[], $10::text[])
             with ordinality as t(event_id, key, service, sequence, event_type, occurred_at, actor, correlation_id,
                                  causation_id, summary, n)
         order by n
         on conflict (event_id) do nothing",
        &column(entries, |e| e.event_id),
        &column(entries, |e| e.key),
        &column(entries, |e| e.service.clone()),
        &column(entries, |e| e.sequence),
        &column(entries, |e| e.event_type.clone()),
        &column(entries, |e| e.occurred_at),
        &column(entries, |e| e.actor.clone()),
        &column(entries, |e| e.correlation_id),
        &column(entries, |e| e.causation_id) as &[Option<Uuid>],
        &column(entries, |e| e.data.clone()),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One entry as people read it.
#[derive(Clone, PartialEq, Debug)]
pub struct Shown {
    /// The envelope's id.
    pub event_id: Uuid,
    /// Of the order's own line; else of its complaint's.
    pub own: bool,
    /// Order of arrival.
    pub position: i64,
    /// Who published it.
    pub service: String,
    /// Its number in its service's line.
    pub sequence: i64,
    /// Its type with its version.
    pub event_type: String,
    /// When it became true.
    pub occurred_at: DateTime<Utc>,
    /// When it arrived.
    pub recorded_at: DateTime<Utc>,
    /// Who did it.
    pub actor: String,
    /// The contact it came from.
    pub correlation_id: Uuid,
    /// What led to it.
    pub causation_id: Option<Uuid>,
    /// The payload.
    pub summary: serde_json::Value,
}

/// Position in a timeline: time, whether it is of the order's own line, arrival.
pub type Position = (DateTime<Utc>, bool, i64);

/// Entries of an order's line and of its complaint's after a position, by time. Registration makes facts of both
/// at one moment: the complaint's come first, then it goes by arrival.
///
/// # Errors
/// When the database fails.
pub async fn read(
    pool: &PgPool,
    order_id: Uuid,
    complaint_id: Option<Uuid>,
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<Shown>, DbError> {
    let keys: Vec<Uuid> = complaint_id.into_iter().chain([order_id]).collect();
    let (at, own, position) = after.map_or((None, None, None), |(at, own, n)| (Some(at), Some(own), Some(n)));
    let rows = sqlx::query_as!(
        Shown,
        r#"select event_id, key = $2 as "own!", position, service, sequence, event_type, occurred_at, recorded_at, actor,
                  correlation_id, causation_id, summary
           from timeline
           where key = any($1)
             and ($3::timestamptz is null or (occurred_at, key = $2, position) > ($3, $4::boolean, $5::bigint))
           order by occurred_at, key = $2, position limit $6"#,
        &keys,
        order_id,
        at,
        own,
        position,
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}
