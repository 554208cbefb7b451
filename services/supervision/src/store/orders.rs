//! Table `orders`: loaded under a lock, saved with one statement. Reading rows is in `order_read`.
use crate::domain::{Assignment, Order, Pushes, Registration};
use crate::store::order_read;
use chrono::{DateTime, Utc};
use contracts::ids::{OrderId, SupervisionId};
use db::{Conn, DbError};
use serde_json::Value;
use uuid::Uuid;

pub use order_read::{get, lock, lock_ladder, lock_unarmed};

fn column<T>(orders: &[&Order], value: impl Fn(&Order) -> T) -> Vec<T> {
    orders.iter().map(|order| value(order)).collect()
}

/// A column that registration fills.
fn registered<T>(orders: &[&Order], value: impl Fn(&Registration) -> T) -> Vec<Option<T>> {
    column(orders, |order| order.registration.as_ref().map(&value))
}

/// A column that the assignment fills.
fn assigned<T>(orders: &[&Order], value: impl Fn(&Assignment) -> T) -> Vec<Option<T>> {
    column(orders, |order| order.assignment.as_ref().map(&value))
}

/// A column that both fill; the assignment knows better.
fn routed<T>(
    orders: &[&Order],
    by_assignment: impl Fn(&Assignment) -> Option<T>,
    by_registration: impl Fn(&Registration) -> Option<T>,
) -> Vec<Option<T>> {
    column(orders, |order| {
        let routed = order.assignment.as_ref().and_then(&by_assignment);
        routed.or_else(|| order.registration.as_ref().and_then(&by_registration))
    })
}

fn order_numbers(orders: &[&Order]) -> Vec<Option<String>> {
    routed(
        orders,
        |a| Some(a.order_number.clone()),
        |r| Some(r.order_number.clone()),
    )
}

fn matters(orders: &[&Order]) -> Vec<Option<String>> {
    routed(orders, |a| a.matter.clone(), |r| r.matter.clone())
}

fn divisions(orders: &[&Order]) -> Vec<Option<String>> {
    routed(orders, |a| a.division.clone(), |r| r.division.clone())
}

fn confidential(orders: &[&Order]) -> Vec<bool> {
    column(orders, |o| {
        o.registration.as_ref().is_some_and(|r| r.confidential)
    })
}

fn undecided_sequences(orders: &[&Order]) -> Vec<i64> {
    column(orders, |o| {
        o.undecided.as_ref().map_or(0, |(sequence, _)| *sequence)
    })
}

fn undecided_reasons(orders: &[&Order]) -> Vec<Option<String>> {
    column(orders, |o| o.undecided.as_ref().map(|(_, reason)| reason.clone()))
}

fn acts(orders: &[&Order]) -> Vec<Option<String>> {
    column(orders, |o| {
        o.handling.acted.map(|(acted, _)| acted.word().to_owned())
    })
}

fn outcomes(orders: &[&Order]) -> Vec<Option<String>> {
    column(orders, |o| {
        o.closed.map(|(outcome, _)| outcome.as_str().to_owned())
    })
}

fn rework_limits(orders: &[&Order]) -> Vec<Option<Value>> {
    column(orders, |o| {
        o.rework.and_then(|rework| rework.limit).as_ref().map(json)
    })
}

fn callers(orders: &[&Order]) -> Vec<Option<Uuid>> {
    column(orders, |o| o.registration.as_ref().and_then(|r| r.caller))
}

fn pushes(orders: &[&Order]) -> Vec<Option<Value>> {
    column(orders, |o| {
        (o.pushes != Pushes::default()).then(|| json(&o.pushes))
    })
}

fn json<T: serde::Serialize>(value: &T) -> Value {
    serde_json::to_value(value).expect("terms, unit references and pushes are plain data")
}

/// Inserts or updates.
///
/// # Errors
/// When the database fails.
pub async fn upsert(conn: &mut Conn, orders: &[&Order]) -> Result<(), DbError> {
    if orders.is_empty() {
        return Ok(());
    }
    type Time = DateTime<Utc>;
    sqlx::query_file!(
        "src/store/upsert_orders.sql",
        &column(orders, |o| o.order_id.uuid()),
        &column(orders, |o| o.correlation_id) as &[Option<Uuid>],
        &order_numbers(orders) as &[Option<String>],
        &registered(orders, |r| r.complaint_id.uuid()) as &[Option<Uuid>],
        &registered(orders, |r| r.complaint_number.clone()) as &[Option<String>],
        &registered(orders, |r| r.title.clone()) as &[Option<String>],
        &matters(orders) as &[Option<String>],
        &divisions(orders) as &[Option<String>],
        &registered(orders, |r| r.kind.as_str().to_owned()) as &[Option<String>],
        &registered(orders, |r| r.urgency.as_str().to_owned()) as &[Option<String>],
        &registered(orders, |r| r.channel.as_str().to_owned()) as &[Option<String>],
        &confidential(orders),
        &column(orders, Order::accepted_at) as &[Option<Time>],
        &column(orders, Order::generation),
        &assigned(orders, |a| a.lead.code.0.clone()) as &[Option<String>],
        &assigned(orders, |a| a.lead.name.clone()) as &[Option<String>],
        &assigned(orders, |a| json(&a.co_handlers)) as &[Option<Value>],
        &assigned(orders, |a| json(&a.terms)) as &[Option<Value>],
        &assigned(orders, |a| a.directory_version) as &[Option<i64>],
        &assigned(orders, |a| a.assigned_at) as &[Option<Time>],
        &column(orders, |o| o.assignment.as_ref().map_or(0, |a| a.sequence)),
        &undecided_sequences(orders),
        &undecided_reasons(orders) as &[Option<String>],
        &column(orders, |o| o.ended_generation),
        &column(orders, |o| o.handling.generation),
        &column(orders, |o| o.handling.signed_at) as &[Option<Time>],
        &column(orders, |o| o.handling.responded_at) as &[Option<Time>],
        &acts(orders) as &[Option<String>],
        &column(orders, |o| o.handling.acted.map_or(0, |(_, sequence)| sequence)),
        &column(orders, |o| o.rework.map_or(0, |rework| rework.generation)),
        &column(orders, |o| o.rework.map_or(0, |rework| rework.round)),
        &column(orders, |o| o.rework.map(|rework| rework.at)) as &[Option<Time>],
        &column(orders, |o| o.replied.map_or(0, |reply| reply.generation)),
        &column(orders, |o| o.replied.map_or(0, |reply| reply.rework)),
        &column(orders, |o| o.replied.map(|reply| reply.at)) as &[Option<Time>],
        &column(orders, |o| o.replied.map_or(0, |reply| reply.sequence)),
        &column(orders, |o| o.replied.is_some_and(|reply| reply.contacted)),
        &column(orders, |o| o.called.map(|(rework, _)| rework)) as &[Option<i32>],
        &column(orders, |o| o.called.map(|(_, at)| at)) as &[Option<Time>],
        &outcomes(orders) as &[Option<String>],
        &column(orders, |o| o.closed.map(|(_, at)| at)) as &[Option<Time>],
        &column(orders, |o| o.state().word().to_owned()),
        &column(orders, |o| o.next_limit.map(|(_, due)| due)) as &[Option<Time>],
        &column(orders, |o| o.next_limit.map(|(warn, _)| warn)) as &[Option<Time>],
        &column(orders, |o| o.unarmed),
        &column(orders, |o| o.disputed),
        &rework_limits(orders) as &[Option<Value>],
        &column(orders, |o| o.level),
        &callers(orders) as &[Option<Uuid>],
        &column(orders, |o| o.heard.map_or(0, |heard| heard.generation)),
        &column(orders, |o| o.heard.map(|heard| heard.at)) as &[Option<Time>],
        &pushes(orders) as &[Option<Value>],
        &column(orders, |o| o.supervision.map(SupervisionId::uuid)) as &[Option<Uuid>],
        &column(orders, |o| o.ladder_at) as &[Option<Time>],
        &column(orders, |o| o.registration.as_ref().and_then(|r| r.due_by)) as &[Option<Time>],
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The ids, for SQL.
#[must_use]
pub fn ids(orders: &[OrderId]) -> Vec<Uuid> {
    orders.iter().map(|id| id.uuid()).collect()
}
