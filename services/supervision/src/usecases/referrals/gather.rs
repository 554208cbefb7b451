//! The record of an order: what supervision knows of it, read at one moment.
use super::supervised::supervised;
use crate::domain::referral::{
    About, Decided, Extended, Happened, Limit, Met, Record, Suspended, part, without_identity,
};
use crate::domain::{Clock, Order, sentences};
use crate::store::requests::RequestFilter;
use crate::store::{self, consultations, extensions, suspensions, timeline};
use crate::usecases::CalendarShelf;
use chrono::{DateTime, FixedOffset, Utc};
use contracts::ids::OrderId;
use db::{Db, DbError};
use uuid::Uuid;
use worktime::Lang;

/// Most entries of each list of a record; an order with more of anything is no order.
pub(super) const ENTRIES_MAX: i64 = 10_000;

/// What the referral says.
#[derive(Clone, Debug)]
pub struct Said {
    /// Number of its document.
    pub number: String,
    /// Whose conduct.
    pub unit: String,
    /// To whom.
    pub to: String,
    /// Why.
    pub reason: String,
    /// The supervision order that led to it.
    pub supervision_id: Option<Uuid>,
}

/// The record, and the contact the order came from; `None` when nothing is known of the order.
///
/// # Errors
/// When the database fails.
pub async fn gather(
    db: &Db,
    shelf: &CalendarShelf,
    order_id: OrderId,
    said: Said,
    offset: FixedOffset,
) -> Result<Option<(Record, Option<Uuid>)>, DbError> {
    let Some(order) = store::orders::get(db.pool(), order_id).await? else {
        return Ok(None);
    };
    let local = |at: DateTime<Utc>| at.with_timezone(&offset);
    let correlation = order.correlation_id;
    let record = Record {
        number: said.number,
        made_at: local(db.clock().now()),
        unit: said.unit,
        to: said.to,
        reason: said.reason,
        supervision_id: said.supervision_id,
        timeline: happened(db, &order, local).await?,
        clocks: limits(db, shelf, &order, local).await?,
        extensions: extended(db, order_id, local).await?,
        suspensions: suspended(db, order_id, local).await?,
        consultations: met(db, order_id, local).await?,
        supervision: supervised(db, order_id, local).await?,
        order: about(&order, local),
    };
    Ok(Some((record, correlation)))
}

fn about(order: &Order, local: impl Fn(DateTime<Utc>) -> DateTime<FixedOffset>) -> About {
    let registration = order.registration.as_ref();
    About {
        order_id: order.order_id.uuid(),
        order_number: registration.map(|r| r.order_number.clone()),
        complaint_number: registration.map(|r| r.complaint_number.clone()),
        title: registration.map(|r| r.title.clone()),
        kind: registration.map(|r| r.kind.as_str().to_owned()),
        urgency: order.urgency().map(|urgency| urgency.as_str().to_owned()),
        state: order.state().word().to_owned(),
        responsible: order.lead_unit().map(|unit| unit.0.clone()),
        assignments: order.generation(),
        level: order.level,
        accepted_at: order.accepted_at().map(&local),
        closed_at: order.closed.map(|(_, at)| local(at)),
    }
}

async fn happened(
    db: &Db,
    order: &Order,
    local: impl Fn(DateTime<Utc>) -> DateTime<FixedOffset>,
) -> Result<Vec<Happened>, DbError> {
    let complaint = order.registration.as_ref().map(|r| r.complaint_id.uuid());
    let rows = timeline::read(db.pool(), order.order_id.uuid(), complaint, None, ENTRIES_MAX).await?;
    let entries = rows.into_iter().map(|row| Happened {
        event_id: row.event_id,
        part: part(&row.event_type),
        event: row.event_type,
        occurred_at: local(row.occurred_at),
        actor: row.actor,
        facts: without_identity(row.summary),
    });
    Ok(entries.collect())
}

async fn limits(
    db: &Db,
    shelf: &CalendarShelf,
    order: &Order,
    local: impl Fn(DateTime<Utc>) -> DateTime<FixedOffset>,
) -> Result<Vec<Limit>, DbError> {
    let clocks = store::clocks::read(db.pool(), order.order_id).await?;
    let mut conn = db.pool().acquire().await?;
    let calendars = shelf.look(&mut conn).await?;
    let limit = |clock: Clock| Limit {
        explanation: sentences(&clock, &calendars, order.cited(&clock), Lang::Zh),
        clock: clock.name.as_str().to_owned(),
        generation: clock.generation,
        rework: clock.rework,
        started_at: local(clock.basis.started_at),
        due_at: local(clock.due_at),
        state: clock.state.word().to_owned(),
        breached_at: clock.breached_at.map(&local),
    };
    Ok(clocks.into_iter().map(limit).collect())
}

async fn extended(
    db: &Db,
    order_id: OrderId,
    local: impl Fn(DateTime<Utc>) -> DateTime<FixedOffset>,
) -> Result<Vec<Extended>, DbError> {
    let filter = RequestFilter {
        order_id: Some(order_id.uuid()),
        ..RequestFilter::default()
    };
    let rows = extensions::list(db.pool(), &filter, None, ENTRIES_MAX).await?;
    let requests = rows.into_iter().map(|row| Extended {
        unit: row.unit,
        clock: row.clock,
        amount: row.amount,
        amount_unit: row.amount_unit,
        reason: row.reason,
        requested_at: local(row.requested_at),
        state: row.state,
        granted_amount: row.granted_amount,
        review_reason: row.review_reason,
    });
    Ok(requests.collect())
}

async fn suspended(
    db: &Db,
    order_id: OrderId,
    local: impl Fn(DateTime<Utc>) -> DateTime<FixedOffset>,
) -> Result<Vec<Suspended>, DbError> {
    let rows = suspensions::list(db.pool(), None, Some(order_id.uuid()), None, ENTRIES_MAX).await?;
    let times = rows.into_iter().map(|row| Suspended {
        unit: row.unit,
        reason: row.reason,
        suspended_at: local(row.suspended_at),
        until: local(row.until),
        resumed_at: row.resumed_at.map(&local),
    });
    Ok(times.collect())
}

async fn met(
    db: &Db,
    order_id: OrderId,
    local: impl Fn(DateTime<Utc>) -> DateTime<FixedOffset>,
) -> Result<Vec<Met>, DbError> {
    let order_id = order_id.uuid();
    let rows = consultations::list(db.pool(), None, Some(order_id), None, ENTRIES_MAX).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.consultation_id).collect();
    let rulings = consultations::rulings(db.pool(), &ids).await?;
    let meetings = rows.into_iter().map(|row| {
        let own = rulings
            .iter()
            .filter(|ruling| ruling.consultation_id == row.consultation_id && ruling.order_id == order_id);
        let decided = own.map(|ruling| Decided {
            lead: ruling.lead.clone(),
            co_handlers: ruling.co_handlers.clone(),
            basis: ruling.basis.clone(),
            valid_from: ruling.valid_from,
            made_at: local(ruling.made_at),
            refused: ruling.refusal_reason.clone(),
        });
        Met {
            rulings: decided.collect(),
            consultation_id: row.consultation_id,
            state: row.state,
            question: row.question,
            meets_at: local(row.meets_at),
            on_site: row.on_site,
            units: row.units,
            came: row.came,
            minutes: row.minutes,
            end_reason: row.end_reason,
        }
    });
    Ok(meetings.collect())
}
