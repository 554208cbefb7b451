//! Table `orders`: insert a batch, follow their states, read those of a complaint.
use super::rows::StateRow;
use super::{open_orders, order_news, service_requests};
use crate::domain::complaint::{AcceptedComplaint, Demand};
use crate::domain::order::{Handling, OrderState, Reply, TrackedOrder};
use crate::domain::place::Place;
use crate::domain::progress::OrderProgress;
use crate::domain::{ComplaintId, OrderId};
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use std::collections::HashMap;
use uuid::Uuid;

/// An order about to be inserted.
#[derive(Debug)]
pub struct NewOrder<'a> {
    /// Its id.
    pub order_id: OrderId,
    /// Its number.
    pub order_number: String,
    /// 1, 2, 3, … inside the complaint.
    pub position: i16,
    /// What it is made from.
    pub complaint: &'a AcceptedComplaint,
    /// What it is about.
    pub demand: &'a Demand,
}

/// Inserts orders.
///
/// # Errors
/// When the database fails.
pub async fn insert(conn: &mut Conn, new: &[NewOrder<'_>]) -> Result<(), DbError> {
    fn column<'a, 'b, T>(new: &'b [NewOrder<'a>], value: impl Fn(&'b NewOrder<'a>) -> T) -> Vec<T> {
        new.iter().map(value).collect()
    }
    fn place<'b>(order: &'b NewOrder<'_>) -> Option<&'b Place> {
        order.demand.place.as_ref()
    }
    sqlx::query!(
        "insert into orders (order_id, order_number, complaint_id, position, title, text, matter, own_place, division,
             longitude, latitude, address, correlation_id)
         select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::smallint[], $5::text[], $6::text[], $7::text[],
             $8::bool[], $9::text[], $10::float8[], $11::float8[], $12::text[], $13::uuid[])",
        &column(new, |o| o.order_id.uuid()),
        &column(new, |o| o.order_number.as_str()) as &[&str],
        &column(new, |o| o.complaint.complaint_id.uuid()),
        &column(new, |o| o.position),
        &column(new, |o| o.demand.title.as_deref()) as &[Option<&str>],
        &column(new, |o| o.demand.text.as_deref()) as &[Option<&str>],
        &column(new, |o| o.demand.matter.as_deref()) as &[Option<&str>],
        &column(new, |o| place(o).is_some()),
        &column(new, |o| place(o).and_then(|p| p.division.as_deref())) as &[Option<&str>],
        &column(new, |o| place(o).and_then(|p| p.longitude)) as &[Option<f64>],
        &column(new, |o| place(o).and_then(|p| p.latitude)) as &[Option<f64>],
        &column(new, |o| place(o).and_then(|p| p.address.as_deref())) as &[Option<&str>],
        &column(new, |o| o.complaint.correlation_id),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The orders with their states, locked until the transaction ends. Unknown ids are missing in the answer.
///
/// # Errors
/// When the database fails.
pub async fn get_for_update(
    conn: &mut Conn,
    order_ids: &[OrderId],
) -> Result<HashMap<OrderId, (TrackedOrder, String)>, DbError> {
    let ids: Vec<Uuid> = order_ids.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query!(
        "select order_id, order_number, state, generation, rework, unit_code, unit_name, assigned_at, signed_at,
             responded_at, replied_at, reply_text, reply_solved, outcome, closed_at
         from orders where order_id = any($1) order by order_id for no key update",
        &ids
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let order_id = OrderId::from(row.order_id);
            let state = StateRow {
                order_id: row.order_id,
                state: row.state,
                generation: row.generation,
                rework: row.rework,
                unit_code: row.unit_code,
                unit_name: row.unit_name,
                assigned_at: row.assigned_at,
                signed_at: row.signed_at,
                responded_at: row.responded_at,
                replied_at: row.replied_at,
                reply_text: row.reply_text,
                reply_solved: row.reply_solved,
                outcome: row.outcome,
                closed_at: row.closed_at,
            };
            Ok((
                order_id,
                (
                    TrackedOrder {
                        order_id,
                        state: state.state()?,
                    },
                    row.order_number,
                ),
            ))
        })
        .collect()
}

/// Writes the states of locked orders. One that has ended is no longer looked for as a similar one.
///
/// # Errors
/// When the database fails.
pub async fn save_states(
    conn: &mut Conn,
    now: DateTime<Utc>,
    orders: &[&TrackedOrder],
) -> Result<(), DbError> {
    fn column<'a, T>(orders: &[&'a TrackedOrder], value: impl Fn(&'a OrderState) -> T) -> Vec<T> {
        orders.iter().map(|order| value(&order.state)).collect()
    }
    fn handled<'a, T>(orders: &[&'a TrackedOrder], value: impl Fn(&'a Handling) -> T) -> Vec<Option<T>> {
        column(orders, |state| state.handling().map(&value))
    }
    fn replied<'a, T>(orders: &[&'a TrackedOrder], value: impl Fn(&'a Reply) -> T) -> Vec<Option<T>> {
        column(orders, |state| state.reply().map(&value))
    }
    let ids: Vec<Uuid> = orders.iter().map(|order| order.order_id.uuid()).collect();
    sqlx::query!(
        "update orders o set state = n.state, generation = n.generation, rework = n.rework, unit_code = n.unit_code,
             unit_name = n.unit_name, assigned_at = n.assigned_at, signed_at = n.signed_at,
             responded_at = n.responded_at, replied_at = n.replied_at, reply_text = n.reply_text,
             reply_solved = n.reply_solved, outcome = n.outcome, closed_at = n.closed_at
         from unnest($1::uuid[], $2::text[], $3::int[], $4::int[], $5::text[], $6::text[], $7::timestamptz[],
                 $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::text[], $12::bool[], $13::text[],
                 $14::timestamptz[])
             as n(order_id, state, generation, rework, unit_code, unit_name, assigned_at, signed_at, responded_at,
                 replied_at, reply_text, reply_solved, outcome, closed_at)
         where o.order_id = n.order_id",
        &ids,
        &column(orders, OrderState::as_str) as &[&str],
        &column(orders, OrderState::generation),
        &column(orders, |state| state.handling().map_or(0, |handling| handling.rework)),
        &handled(orders, |h| h.unit_code.as_str()) as &[Option<&str>],
        &column(orders, |state| state.handling().and_then(|h| h.unit_name.as_deref())) as &[Option<&str>],
        &column(orders, |state| state.handling().and_then(|h| h.assigned_at)) as &[Option<DateTime<Utc>>],
        &column(orders, |state| state.handling().and_then(|h| h.signed_at)) as &[Option<DateTime<Utc>>],
        &column(orders, |state| state.handling().and_then(|h| h.responded_at)) as &[Option<DateTime<Utc>>],
        &replied(orders, |r| r.at) as &[Option<DateTime<Utc>>],
        &replied(orders, |r| r.text.as_str()) as &[Option<&str>],
        &replied(orders, |r| r.solved) as &[Option<bool>],
        &column(orders, |state| state.end().map(|(outcome, _)| outcome.as_str())) as &[Option<&str>],
        &column(orders, |state| state.end().map(|(_, at)| at)) as &[Option<DateTime<Utc>>],
    )
    .execute(&mut *conn)
    .await?;
    service_requests::touch(conn, now, &ids).await?;
    let ended = orders.iter().filter(|order| !order.state.is_open());
    let ended: Vec<Uuid> = ended.map(|order| order.order_id.uuid()).collect();
    open_orders::delete(conn, &ended).await
}

/// The orders of a complaint and the one it follows, in order.
///
/// # Errors
/// When the database fails.
pub async fn of_complaint(conn: &mut Conn, complaint_id: ComplaintId) -> Result<Vec<OrderProgress>, DbError> {
    let rows = sqlx::query!(
        r#"select o.order_id, o.order_number, coalesce(o.title, c.title) as "title!", o.complaint_id <> $1 as "followed!",
               o.state, o.generation, o.rework, o.unit_code, o.unit_name, o.assigned_at, o.signed_at, o.responded_at,
               o.replied_at, o.reply_text, o.reply_solved, o.outcome, o.closed_at
           from orders o join complaints c on c.complaint_id = o.complaint_id
           where o.complaint_id = $1 or o.order_id = (select f.order_id from followers f where f.complaint_id = $1)
           order by o.position"#,
        complaint_id.uuid()
    )
    .fetch_all(&mut *conn)
    .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.order_id).collect();
    let mut news = order_news::of_orders(conn, &ids).await?;
    rows.into_iter()
        .map(|row| {
            let state = StateRow {
                order_id: row.order_id,
                state: row.state,
                generation: row.generation,
                rework: row.rework,
                unit_code: row.unit_code,
                unit_name: row.unit_name,
                assigned_at: row.assigned_at,
                signed_at: row.signed_at,
                responded_at: row.responded_at,
                replied_at: row.replied_at,
                reply_text: row.reply_text,
                reply_solved: row.reply_solved,
                outcome: row.outcome,
                closed_at: row.closed_at,
            };
            Ok(OrderProgress {
                order_id: row.order_id.into(),
                order_number: row.order_number,
                title: row.title,
                followed: row.followed,
                state: state.state()?,
                news: news.remove(&row.order_id.into()).unwrap_or_default(),
            })
        })
        .collect()
}
