//! Table `deliveries`: what was handed to the stream of the units, which is not to say that the unit has read it, is sent
//! again.
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use uuid::Uuid;

/// Whose documents, and how they go.
#[derive(Clone, Copy, Debug)]
pub struct Resend<'a> {
    /// The units.
    pub units: &'a [String],
    /// The way they take; `None` = NATS again.
    pub way: Option<&'a str>,
    /// As other messages than before: the stream is still there and would drop them.
    pub anew: bool,
    /// Orders that ended before this are left out, and what was told before this of orders that were never assigned.
    pub ended_after: DateTime<Utc>,
    /// Of everything: of every order the newest document (and the newest of those that tell of it a unit which does not have
    /// it), what asks for a signature, and answers against which the unit may still appeal.
    pub all: bool,
    /// And every document from this moment on.
    pub since: Option<DateTime<Utc>>,
}

impl<'a> Resend<'a> {
    /// Everything, on NATS once more; `anew` as in the field.
    #[must_use]
    pub const fn on_nats(units: &'a [String], ended_after: DateTime<Utc>, anew: bool) -> Self {
        Self {
            units,
            way: None,
            anew,
            ended_after,
            all: true,
            since: None,
        }
    }
}

/// Makes due what was handed over on NATS. Answers how many documents.
pub async fn resend(conn: &mut Conn, now: DateTime<Utc>, what: Resend<'_>) -> Result<u64, DbError> {
    let done = sqlx::query!(
        "with newest as (
           select distinct on (c.unit, c.order_id, c.generation = 0) c.delivery_id
           from documents c left join handlings h on h.order_id = c.order_id
           where $4 and c.unit = any($2)
             and case when h.order_id is null then c.created_at > $3 else h.ended_at is null or h.ended_at > $3 end
           order by c.unit, c.order_id, c.generation = 0, c.seq desc),
         contestable as (
           select c.delivery_id from documents c join answers a on a.order_id = c.order_id and a.unit = c.unit
           where $4 and c.unit = any($2) and c.notice = 'answer' and a.appeal_until >= $1),
         unsigned as (
           select c.delivery_id from documents c join handlings h on h.order_id = c.order_id
           where $4 and c.unit = any($2) and c.notice in ('assigned', 'reworked')
             and h.state = 'assigned' and h.generation = c.generation and h.rework = c.rework),
         late as (select c.delivery_id from documents c where c.unit = any($2) and c.created_at >= $5),
         mine as (
           select d.delivery_id from deliveries d
           where d.way = 'nats' and d.state = 'delivered'
             and d.delivery_id in (select delivery_id from newest union select delivery_id from unsigned
                                   union select delivery_id from contestable union select delivery_id from late)
           order by d.delivery_id for update of d)
         update deliveries as d set state = 'waiting', next_attempt_at = $1, leased_until = null,
             way = coalesce($6, d.way), attempts = case when $6::text is null then d.attempts else 0 end,
             sent_again = d.sent_again + $7
         from mine where d.delivery_id = mine.delivery_id",
        now,
        what.units,
        what.ended_after,
        what.all,
        what.since,
        what.way,
        i32::from(what.anew)
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// Documents that just went into the stream although their unit is no longer reached on NATS take its present way, which is held
/// ([`super::unit_access::hold`]).
pub async fn redirect_astray(conn: &mut Conn, now: DateTime<Utc>, ids: &[Uuid]) -> Result<(), DbError> {
    if ids.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "with astray as (
           select d.delivery_id, case when not a.active then 'rest' when a.fallen_back then a.fallback else a.way end as way
           from deliveries d join unit_access a on a.unit = d.unit
           where d.delivery_id = any($1) and d.way = 'nats'
             and (not a.active or case when a.fallen_back then a.fallback else a.way end <> 'nats')
           order by d.delivery_id for update of d)
         update deliveries as d set way = s.way, state = 'waiting', next_attempt_at = $2, leased_until = null, attempts = 0
         from astray s where d.delivery_id = s.delivery_id",
        ids,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}
