//! The line of a failed event: it and everything later about the same order wait in the database, all other
//! orders pass. The first of a line is tried again with growing waits and parked when that is useless.
//!
//! While a line is being tried, the first event of *each publisher* in it is: what the failed one waits for may
//! stand behind it, because the order between publishers is lost when each replays its journal into a new stream.
//! The order of one publisher's facts is never given up, and a parked event stops its whole line.
use crate::handler::Handlers;
use crate::{BusConfig, BusError, Incoming, Verdict, apply, lease};
use contracts::shard::Shard;
use db::{Conn, Db, DbError};
use sqlx::Row;
use std::collections::BTreeMap;

/// Why an event is not done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Failure {
    /// An earlier event of its line is not done.
    Behind,
    /// It failed and may succeed later.
    Retry(String),
    /// It failed for good.
    Dead(String),
}

impl Failure {
    pub(crate) fn of(verdict: Verdict) -> Option<Self> {
        match verdict {
            Verdict::Done => None,
            Verdict::Retry(reason) => Some(Self::Retry(storable(&reason))),
            Verdict::Dead(reason) => Some(Self::Dead(storable(&reason))),
        }
    }
}

/// A reason may quote what came in; one character of it no table can hold.
fn storable(reason: &str) -> String {
    reason.replace('\0', "\u{fffd}")
}

/// Writes the failures of a batch down, in order of arrival.
pub(crate) async fn keep(
    conn: &mut Conn,
    config: &BusConfig,
    events: &[&Incoming],
    failures: BTreeMap<usize, Failure>,
) -> Result<(), DbError> {
    let mut waiting = Vec::with_capacity(failures.len());
    for (position, failure) in failures {
        let event = events[position];
        match failure {
            Failure::Dead(reason) => park(conn, event, 1, &reason).await?,
            Failure::Retry(reason) if config.attempts_max <= 1 => park(conn, event, 1, &reason).await?,
            Failure::Retry(reason) => waiting.push((event, Some(reason))),
            Failure::Behind => waiting.push((event, None)),
        }
    }
    if waiting.is_empty() {
        return Ok(());
    }
    hold(conn, config, &waiting).await
}

const HOLD: &str = "
insert into held_messages (event_id, key, shard, event_type, envelope, reason, attempts, next_attempt_at)
select event_id, key, shard, event_type, envelope, reason, (reason is not null)::integer,
       clock_timestamp() + (case when reason is null then 0 else $7 end) * interval '1 ms'
from unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::text[], $5::text[], $6::text[])
     with ordinality as t(event_id, key, shard, event_type, envelope, reason, n)
order by n";

/// One with a reason has failed once, one without waits behind another.
async fn hold(
    conn: &mut Conn,
    config: &BusConfig,
    waiting: &[(&Incoming, Option<String>)],
) -> Result<(), DbError> {
    fn column<'a, T>(
        waiting: &[(&'a Incoming, Option<String>)],
        value: impl Fn(&'a Incoming) -> T,
    ) -> Vec<T> {
        waiting.iter().map(|(event, _)| value(event)).collect()
    }
    let reasons: Vec<Option<&str>> = waiting.iter().map(|(_, reason)| reason.as_deref()).collect();
    sqlx::query(HOLD)
        .bind(column(waiting, |event| event.envelope.id.uuid()))
        .bind(column(waiting, Incoming::key))
        .bind(column(waiting, |event| event.shard.number()))
        .bind(column(waiting, |event| event.envelope.event_type.as_str()))
        .bind(column(waiting, |event| event.body.as_str()))
        .bind(reasons)
        .bind(i64::try_from(config.retry_first_ms).unwrap_or(i64::MAX))
        .execute(conn)
        .await?;
    Ok(())
}

async fn park(conn: &mut Conn, event: &Incoming, attempts: i32, reason: &str) -> Result<(), DbError> {
    event.span.in_scope(|| {
        tracing::error!(event.id = %event.envelope.id, event.kind = %event.envelope.event_type, order.key = %event.key(), reason, "event parked in dead_letters, its line waits");
    });
    sqlx::query(
        "insert into dead_letters (event_id, key, shard, subject, body, attempts, reason)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(event.envelope.id.uuid())
    .bind(event.key())
    .bind(event.shard.number())
    .bind(&event.envelope.event_type)
    .bind(&event.body)
    .bind(attempts)
    .bind(reason)
    .execute(conn)
    .await?;
    Ok(())
}

/// Tries the first of each waiting line whose time has come (or of every line, when `force`d). Answers how many
/// took effect.
///
/// # Errors
/// When the database fails.
pub async fn retry(
    db: &Db,
    handlers: &Handlers,
    config: &BusConfig,
    replica: &str,
    leases: &BTreeMap<Shard, i64>,
    force: bool,
) -> Result<usize, BusError> {
    let shards: Vec<i16> = leases.keys().map(|shard| shard.number()).collect();
    let due: Vec<(i64, i16)> = sqlx::query_as(
        "select position, shard from (
             select distinct on (key, split_part(event_type, '.', 1)) position, shard, key, next_attempt_at
             from held_messages where shard = any($1)
             order by key, split_part(event_type, '.', 1), position
         ) as first
         where ($2 or next_attempt_at <= clock_timestamp())
           and not exists (select 1 from dead_letters d where d.key = first.key and d.state = 'parked')
         order by position limit 256",
    )
    .bind(&shards)
    .bind(force)
    .fetch_all(db.pool())
    .await?;
    let mut done = 0;
    for (position, number) in due {
        let shard = Shard::from_number(number)
            .ok_or_else(|| DbError::inconsistent("held_messages", "shard", &position, &number))?;
        let Some(epoch) = leases.get(&shard) else { continue };
        let place = Place {
            position,
            shard,
            epoch: *epoch,
        };
        match retry_one(db, handlers, config, replica, place).await {
            Ok(took_effect) => done += usize::from(took_effect),
            // Lost a race: that line's turn comes again, and the others need not wait for it.
            Err(BusError::Db(error)) if error.is_conflict() => {
                tracing::debug!(position, %error, "held event lost a race");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

/// Where a held event stands, and under which lease it is tried.
struct Place {
    position: i64,
    shard: Shard,
    epoch: i64,
}

async fn retry_one(
    db: &Db,
    handlers: &Handlers,
    config: &BusConfig,
    replica: &str,
    Place {
        position,
        shard,
        epoch,
    }: Place,
) -> Result<bool, BusError> {
    let mut tx = lease::begin_fenced(db.pool(), &[shard]).await?;
    // Not when its line was stopped since the list of what is due was made.
    let row = sqlx::query(
        "select envelope, attempts from held_messages h
         where position = $1 and not exists (select 1 from dead_letters d where d.key = h.key and d.state = 'parked')
         for update of h skip locked",
    )
    .bind(position)
    .fetch_optional(&mut *tx)
    .await?;
    let Some(row) = row else { return Ok(false) };
    if !lease::holds(&mut tx, replica, shard, epoch).await? {
        tx.rollback().await?;
        return Ok(false);
    }
    let body: String = row.try_get("envelope")?;
    let attempts: i32 = row.try_get::<i32, _>("attempts")? + 1;
    let event = Incoming::read(shard, body.as_bytes())
        .map_err(|error| DbError::inconsistent("held_messages", "envelope", &position, &error))?;
    let failure = match handlers.position(&event.envelope.event_type) {
        Some(handler) => apply::single(&mut tx, handlers, handler, db.clock().now(), &event).await?,
        None => None,
    };
    let done = failure.is_none();
    match failure {
        None => remove(&mut tx, position).await?,
        Some(Failure::Retry(reason)) if attempts < config.attempts_max => {
            postpone(&mut tx, config, position, attempts, &reason).await?;
        }
        Some(Failure::Retry(reason) | Failure::Dead(reason)) => {
            remove(&mut tx, position).await?;
            park(&mut tx, &event, attempts, &reason).await?;
        }
        // Never: a single event has none before it.
        Some(Failure::Behind) => return Ok(false),
    }
    tx.commit().await?;
    db.tell_applied();
    Ok(done)
}

async fn postpone(
    conn: &mut Conn,
    config: &BusConfig,
    position: i64,
    attempts: i32,
    reason: &str,
) -> Result<(), DbError> {
    let doublings = u32::try_from(attempts - 1).unwrap_or(0).min(16);
    let wait_ms = config
        .retry_first_ms
        .saturating_mul(1 << doublings)
        .min(config.retry_max_ms);
    sqlx::query(
        "update held_messages set attempts = $2, reason = $3, next_attempt_at = clock_timestamp() + $4 * interval '1 ms'
         where position = $1",
    )
    .bind(position)
    .bind(attempts)
    .bind(reason)
    .bind(i64::try_from(wait_ms).unwrap_or(i64::MAX))
    .execute(conn)
    .await?;
    Ok(())
}

async fn remove(conn: &mut Conn, position: i64) -> Result<(), DbError> {
    sqlx::query("delete from held_messages where position = $1")
        .bind(position)
        .execute(conn)
        .await?;
    Ok(())
}
