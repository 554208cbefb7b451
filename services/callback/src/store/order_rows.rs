//! Table `orders`.
use crate::domain::{Assignment, Case, Order, OrderState, Registration};
use contracts::ids::{ComplaintId, MatterCode, OrderId, OutcomeId, UnitCode};
use contracts::words::Urgency;
use db::{Conn, DbError};
use serde_json::json;
use std::str::FromStr;
use uuid::Uuid;

fn word<T: FromStr>(text: &str, column: &'static str, order_id: Uuid) -> Result<T, DbError>
where
    T::Err: std::fmt::Display,
{
    text.parse()
        .map_err(|error| DbError::inconsistent("orders", column, &order_id, &error))
}

/// Locks and loads the orders that exist.
pub(super) async fn lock(conn: &mut Conn, orders: &[Uuid]) -> Result<Vec<Order>, DbError> {
    let rows = sqlx::query!(
        "select order_id, correlation_id, complaint_id, order_number, caller, confidential, channel, kind, urgency, title, matter, facts,
                lead_unit, generation, rework, state, outcome, closed_at, outcome_id, held_outcome, held_at, other_number, amendment,
                routed_urgency
         from orders where order_id = any($1) order by order_id for update",
        orders
    )
    .fetch_all(conn)
    .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let id = row.order_id;
        let missing = |column| DbError::inconsistent("orders", column, &id, &"must not be null here");
        let routed = row.routed_urgency.map(|text| word(&text, "routed_urgency", id));
        let routed: Option<Urgency> = routed.transpose()?;
        // Until the order is registered, the matter is that of its assignment.
        let assigned_matter = row.matter.clone().filter(|_| row.complaint_id.is_none());
        let registration = match row.complaint_id {
            None => None,
            Some(complaint_id) => Some(Registration {
                complaint_id: ComplaintId(complaint_id),
                order_number: row.order_number.ok_or_else(|| missing("order_number"))?,
                caller: row.caller,
                other_number: row.other_number,
                confidential: row.confidential,
                channel: word(&row.channel.ok_or_else(|| missing("channel"))?, "channel", id)?,
                kind: word(&row.kind.ok_or_else(|| missing("kind"))?, "kind", id)?,
                urgency: word(&row.urgency, "urgency", id)?,
                routed,
                title: row.title.unwrap_or_default(),
                matter: row.matter.map(MatterCode),
                facts: serde_json::from_value(row.facts)
                    .map_err(|error| DbError::inconsistent("orders", "facts", &id, &error))?,
            }),
        };
        let state = match row.state.as_str() {
            "open" => OrderState::Open,
            "calling_back" => OrderState::CallingBack,
            "held" => OrderState::Held {
                outcome: word(
                    &row.held_outcome.ok_or_else(|| missing("held_outcome"))?,
                    "held_outcome",
                    id,
                )?,
                at: row.held_at.ok_or_else(|| missing("held_at"))?,
            },
            _ => OrderState::Closed {
                outcome: word(&row.outcome.ok_or_else(|| missing("outcome"))?, "outcome", id)?,
                at: row.closed_at.ok_or_else(|| missing("closed_at"))?,
            },
        };
        found.push(Order {
            order_id: OrderId(id),
            correlation_id: row.correlation_id,
            registration,
            amendment: row.amendment,
            assignment: row.lead_unit.map(|unit| Assignment {
                unit: UnitCode(unit),
                generation: row.generation,
                matter: assigned_matter.map(MatterCode),
                urgency: routed,
            }),
            rework: row.rework,
            held_by: row.outcome_id.map(OutcomeId),
            state,
        });
    }
    Ok(found)
}

/// One column of all rows.
fn column<T>(cases: &[&Case], value: impl Fn(&Order) -> T) -> Vec<T> {
    cases.iter().map(|case| value(&case.order)).collect()
}

/// One column that the registration fills.
fn registered<T>(cases: &[&Case], value: impl Fn(&Registration) -> T) -> Vec<Option<T>> {
    column(cases, |order| order.registration.as_ref().map(&value))
}

/// Of an order that is not registered yet, that of its assignment.
fn matter(order: &Order) -> Option<String> {
    let assigned = order.assignment.as_ref().and_then(|a| a.matter.as_ref());
    let matter = match &order.registration {
        Some(registration) => registration.matter.as_ref(),
        None => assigned,
    };
    matter.map(|matter| matter.0.clone())
}

/// Of an order that is not registered yet, the word that stands in the table until then.
fn urgency(order: &Order) -> String {
    let registered = order.registration.as_ref().map(|r| r.urgency);
    registered.unwrap_or(Urgency::Ordinary).as_str().to_owned()
}

/// Inserts or updates.
pub(super) async fn upsert(conn: &mut Conn, cases: &[&Case]) -> Result<(), DbError> {
    if cases.is_empty() {
        return Ok(());
    }
    let end = |order: &Order| match order.state {
        OrderState::Closed { outcome, at } => Some((outcome.as_str().to_owned(), at)),
        OrderState::Open | OrderState::CallingBack | OrderState::Held { .. } => None,
    };
    let held = |order: &Order| match order.state {
        OrderState::Held { outcome, at } => Some((outcome.as_str().to_owned(), at)),
        OrderState::Open | OrderState::CallingBack | OrderState::Closed { .. } => None,
    };
    sqlx::query!(
        "insert into orders (order_id, complaint_id, order_number, caller, confidential, channel, kind, title, matter, facts,
                             lead_unit, generation, rework, state, outcome, closed_at, correlation_id,
                             outcome_id, held_outcome, held_at, other_number, amendment, urgency, routed_urgency)
         select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::boolean[], $6::text[], $7::text[],
                              $8::text[], $9::text[], $10::jsonb[], $11::text[], $12::integer[], $13::integer[],
                              $14::text[], $15::text[], $16::timestamptz[], $17::uuid[], $18::uuid[], $19::text[],
                              $20::timestamptz[], $21::boolean[], $22::integer[], $23::text[], $24::text[])
         on conflict (order_id) do update set
             complaint_id = excluded.complaint_id, order_number = excluded.order_number, caller = excluded.caller,
             confidential = excluded.confidential, channel = excluded.channel, kind = excluded.kind,
             title = excluded.title, matter = excluded.matter, facts = excluded.facts,
             lead_unit = excluded.lead_unit, generation = excluded.generation, rework = excluded.rework,
             state = excluded.state, outcome = excluded.outcome, closed_at = excluded.closed_at,
             correlation_id = excluded.correlation_id, outcome_id = excluded.outcome_id,
             held_outcome = excluded.held_outcome, held_at = excluded.held_at, other_number = excluded.other_number,
             amendment = excluded.amendment, urgency = excluded.urgency, routed_urgency = excluded.routed_urgency",
        &column(cases, |order| order.order_id.uuid()),
        &registered(cases, |r| r.complaint_id.uuid()) as &[Option<Uuid>],
        &registered(cases, |r| r.order_number.clone()) as &[Option<String>],
        &column(cases, |order| order.registration.as_ref().and_then(|r| r.caller)) as &[Option<Uuid>],
        &column(cases, |order| order.registration.as_ref().is_some_and(|r| r.confidential)),
        &registered(cases, |r| r.channel.as_str().to_owned()) as &[Option<String>],
        &registered(cases, |r| r.kind.as_str().to_owned()) as &[Option<String>],
        &registered(cases, |r| r.title.clone()) as &[Option<String>],
        &column(cases, matter) as &[Option<String>],
        &column(cases, |order| order.registration.as_ref().map_or_else(|| json!({}), |r| json!(r.facts))),
        &column(cases, |order| order.assignment.as_ref().map(|a| a.unit.0.clone())) as &[Option<String>],
        &column(cases, |order| order.assignment.as_ref().map_or(0, |a| a.generation)),
        &column(cases, |order| order.rework),
        &column(cases, |order| order.state.word().to_owned()),
        &column(cases, |order| end(order).map(|(outcome, _)| outcome)) as &[Option<String>],
        &column(cases, |order| end(order).map(|(_, at)| at)) as &[Option<chrono::DateTime<chrono::Utc>>],
        &column(cases, |order| order.correlation_id) as &[Option<Uuid>],
        &column(cases, |order| order.held_by.map(OutcomeId::uuid)) as &[Option<Uuid>],
        &column(cases, |order| held(order).map(|(outcome, _)| outcome)) as &[Option<String>],
        &column(cases, |order| held(order).map(|(_, at)| at)) as &[Option<chrono::DateTime<chrono::Utc>>],
        &column(cases, |order| order.registration.as_ref().is_some_and(|r| r.other_number)),
        &column(cases, |order| order.amendment),
        &column(cases, urgency),
        &column(cases, |order| order.assignment.as_ref().and_then(|a| a.urgency).map(|u| u.as_str().to_owned()))
            as &[Option<String>],
    )
    .execute(conn)
    .await?;
    Ok(())
}
