//! Table `deliveries`: due ones are claimed with a lease, so that no two senders have the same document in hand.
//!
//! Claims run many times a second, mostly for nothing. So they leave the planner no choice that costs more when much
//! waits elsewhere: `offset 0` keeps it from joining every waiting row to find the few that stand behind another one,
//! and `|| ''` from reading everything that a unit (or everybody) has not acknowledged.
use crate::domain::delivery::{Claimed, Notice, Target, UnknownWord};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::ids::{OrderId, UnitCode};
use db::{Conn, DbError};
use sqlx::PgPool;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;

/// Takes due documents for NATS until `lease` ends. A document waits for the earlier ones of its order and unit.
pub async fn nats(
    pool: &PgPool,
    now: DateTime<Utc>,
    lease: TimeDelta,
    limit: i64,
) -> Result<Vec<Claimed>, DbError> {
    let rows = sqlx::query_as!(
        ClaimedRow,
        r#"with due as (
             select d.delivery_id from deliveries d
             where d.way = 'nats' and d.state = 'waiting' and d.next_attempt_at <= $1
               and (d.leased_until is null or d.leased_until <= $1)
               and not exists (select 1 from deliveries e where e.order_id = d.order_id and e.unit || '' = d.unit
                               and e.seq < d.seq and e.state = 'waiting' offset 0)
             order by d.next_attempt_at limit $3
             for update of d skip locked)
           update deliveries as d
           set attempts = d.attempts + 1, leased_until = $2
           from due, documents c
           where d.delivery_id = due.delivery_id and c.unit = d.unit and c.seq = d.seq
           returning d.delivery_id, d.order_id, d.unit, c.notice, c.document, c.traceparent,
                     d.attempts, d.sent_again, null::text as endpoint, null::bytea as secret, null::bytea as old_secret,
                     null::boolean as private_target, false as "trial!""#,
        now,
        now + lease,
        limit
    )
    .fetch_all(pool)
    .await?;
    sendable(pool, rows).await
}

/// A claimed document with what is needed to send it.
pub(super) struct ClaimedRow {
    pub(super) delivery_id: Uuid,
    pub(super) order_id: Uuid,
    pub(super) unit: String,
    pub(super) notice: String,
    pub(super) document: String,
    pub(super) traceparent: Option<String>,
    pub(super) attempts: i32,
    pub(super) sent_again: i32,
    pub(super) endpoint: Option<String>,
    pub(super) secret: Option<Vec<u8>>,
    pub(super) old_secret: Option<Vec<u8>>,
    pub(super) private_target: Option<bool>,
    pub(super) trial: bool,
}

impl ClaimedRow {
    fn claimed(self, notice: Notice) -> Claimed {
        let unit = UnitCode(self.unit);
        let target = self.endpoint.zip(self.secret).map(|(endpoint, secret)| Target {
            unit: unit.clone(),
            endpoint,
            private: self.private_target.unwrap_or_default(),
            sealed_secrets: std::iter::once(secret).chain(self.old_secret).collect(),
        });
        Claimed {
            delivery_id: self.delivery_id,
            order_id: OrderId(self.order_id),
            unit,
            notice,
            document: self.document,
            traceparent: self.traceparent,
            attempt: self.attempts,
            sent_again: self.sent_again,
            target,
            trial: self.trial,
        }
    }
}

/// Kinds of documents of which the log has said that this release does not know them.
static UNKNOWN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// What this replica can send of what it has claimed. While a release is rolled out, newer replicas queue documents of kinds
/// that this one does not know: they keep their lease, so that it looks at something else meanwhile, and their try does not
/// count; whoever knows them sends them when the lease has ended.
pub(super) async fn sendable(pool: &PgPool, rows: Vec<ClaimedRow>) -> Result<Vec<Claimed>, DbError> {
    let (mut claimed, mut unknown) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in rows {
        match row.notice.parse() {
            Ok(notice) => claimed.push(row.claimed(notice)),
            Err(UnknownWord(notice)) => {
                if UNKNOWN
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .insert(notice.clone())
                {
                    tracing::warn!(notice, delivery.id = %row.delivery_id, "documents of this kind are left to a newer replica");
                }
                unknown.push((row.delivery_id, row.attempts));
            }
        }
    }
    if !unknown.is_empty() {
        uncount(pool, &unknown, true).await?;
    }
    Ok(claimed)
}

/// Gives documents back that were claimed and not sent: as if they had not been claimed.
pub async fn give_back(pool: &PgPool, claimed: &[Claimed]) -> Result<(), DbError> {
    let tries: Vec<(Uuid, i32)> = claimed
        .iter()
        .map(|claimed| (claimed.delivery_id, claimed.attempt))
        .collect();
    uncount(pool, &tries, false).await
}

/// Tries that were not made do not count; the rows are locked by id, so that nobody waits in a circle.
async fn uncount(pool: &PgPool, tries: &[(Uuid, i32)], keep_lease: bool) -> Result<(), DbError> {
    let (ids, attempts): (Vec<Uuid>, Vec<i32>) = tries.iter().copied().unzip();
    sqlx::query!(
        "with mine as (
           select d.delivery_id from deliveries d
           join unnest($1::uuid[], $2::integer[]) as g(delivery_id, attempt) on g.delivery_id = d.delivery_id
           where d.state || '' = 'waiting' and d.leased_until is not null and d.attempts = g.attempt
           order by d.delivery_id for update of d)
         update deliveries d set leased_until = case when $3 then d.leased_until end, attempts = d.attempts - 1
         from mine where d.delivery_id = mine.delivery_id",
        &ids,
        &attempts,
        keep_lease
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Gives everything that units do not have yet, and nobody is sending now, their present ways, due now.
pub async fn redirect(conn: &mut Conn, now: DateTime<Utc>, ways: &[(String, String)]) -> Result<(), DbError> {
    if ways.is_empty() {
        return Ok(());
    }
    let (units, ways): (Vec<String>, Vec<String>) = ways.iter().cloned().unzip();
    sqlx::query!(
        "with mine as (
           select d.delivery_id, g.way from unnest($1::text[], $2::text[]) as g(unit, way)
           join deliveries d on d.unit = g.unit
           where d.state <> 'delivered' and (d.leased_until is null or d.leased_until <= $3)
           order by d.delivery_id for update of d)
         update deliveries d
         set way = mine.way, state = 'waiting', next_attempt_at = $3, leased_until = null, attempts = 0
         from mine where d.delivery_id = mine.delivery_id",
        &units,
        &ways,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives what waits for the webhook of units that have fallen back their other way, due now.
pub async fn redirect_fallen(conn: &mut Conn, now: DateTime<Utc>, units: &[String]) -> Result<(), DbError> {
    if units.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "with mine as (
           select d.delivery_id, a.fallback from deliveries d join unit_access a on a.unit = d.unit
           where a.fallen_back and d.unit = any($1) and d.way = 'webhook' and d.state <> 'delivered'
             and (d.leased_until is null or d.leased_until <= $2)
           order by d.delivery_id for update of d)
         update deliveries d
         set way = mine.fallback, state = 'waiting', next_attempt_at = $2, leased_until = null, attempts = 0
         from mine where d.delivery_id = mine.delivery_id",
        units,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The place in the feed before the first of the documents that [`replay`] means; `None` when there is none, or the unit
/// does not pull.
pub async fn pulled_after(
    conn: &mut Conn,
    unit: &str,
    delivery_id: Option<Uuid>,
) -> Result<Option<i64>, DbError> {
    let first = sqlx::query_scalar!(
        "select min(d.seq) from deliveries d
         where d.unit = $1 and case when $2::uuid is null then d.state <> 'delivered' else d.delivery_id = $2 end
           and not exists (select 1 from unit_access a where a.unit = d.unit and a.active
                           and case when a.fallen_back then a.fallback else a.way end <> 'rest')",
        unit,
        delivery_id
    )
    .fetch_one(conn)
    .await?;
    Ok(first.map(|seq| seq - 1))
}

/// Sends documents of a unit again, on its present way, as soon as possible: one of them, or all that it does not have.
/// Answers how many; none when the unit pulls.
pub async fn replay(
    conn: &mut Conn,
    now: DateTime<Utc>,
    unit: &str,
    delivery_id: Option<Uuid>,
) -> Result<u64, DbError> {
    let done = sqlx::query!(
        "with mine as (
           select d.delivery_id, case when a.fallen_back then a.fallback else a.way end as way
           from deliveries d join unit_access a on a.unit = d.unit
           where d.unit = $1 and a.active
             and case when a.fallen_back then a.fallback else a.way end <> 'rest' and (d.leased_until is null or d.leased_until <= $2)
             and case when $3::uuid is null then d.state <> 'delivered' else d.delivery_id = $3 end
           order by d.delivery_id for update of d)
         update deliveries as d set state = 'waiting', next_attempt_at = $2, leased_until = null, attempts = 0,
             way = mine.way, sent_again = d.sent_again + 1
         from mine where d.delivery_id = mine.delivery_id",
        unit,
        now,
        delivery_id
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
