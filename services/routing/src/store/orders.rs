//! Table `orders`.
use super::{json, read};
use crate::domain::order::{Order, OrderState};
use contracts::ids::OrderId;
use db::{Conn, DbError};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Which of these orders are known.
pub async fn known(conn: &mut Conn, ids: &[Uuid]) -> Result<HashSet<Uuid>, DbError> {
    let rows = sqlx::query_scalar!("select order_id from orders where order_id = any($1)", ids);
    Ok(rows.fetch_all(conn).await?.into_iter().collect())
}

/// Loads these orders, locked in the order of their ids.
pub async fn load_for_update(conn: &mut Conn, ids: &[Uuid]) -> Result<HashMap<Uuid, Order>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "select order_id, correlation_id, order_number, title, text, question, state, generation, bounces, amendment
         from orders where order_id = any($1) order by order_id for update",
        ids
    );
    rows.fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| Ok((row.order_id, row.order()?)))
        .collect()
}

/// Loads these orders, not locked.
pub async fn load(conn: &mut Conn, ids: &[Uuid]) -> Result<Vec<Order>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "select order_id, correlation_id, order_number, title, text, question, state, generation, bounces, amendment
         from orders where order_id = any($1) order by accepted_at, order_id",
        ids
    );
    rows.fetch_all(conn).await?.into_iter().map(Row::order).collect()
}

/// One order, for showing it.
pub async fn get(conn: &mut Conn, id: Uuid) -> Result<Option<Order>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select order_id, correlation_id, order_number, title, text, question, state, generation, bounces, amendment
         from orders where order_id = $1",
        id
    );
    row.fetch_optional(conn).await?.map(Row::order).transpose()
}

struct Row {
    order_id: Uuid,
    correlation_id: Uuid,
    order_number: String,
    title: String,
    text: String,
    question: serde_json::Value,
    state: String,
    generation: i32,
    bounces: i32,
    amendment: i32,
}

impl Row {
    fn order(self) -> Result<Order, DbError> {
        let state = OrderState::parse(&self.state)
            .ok_or_else(|| DbError::inconsistent("orders", "state", &self.order_id, &self.state))?;
        Ok(Order {
            order_id: OrderId(self.order_id),
            correlation_id: self.correlation_id,
            question: read(self.question, "orders", "question", &self.order_id)?,
            order_number: self.order_number,
            title: self.title,
            text: self.text,
            state,
            generation: self.generation,
            bounces: self.bounces,
            amendment: self.amendment,
        })
    }
}

fn column<T>(orders: &[Order], value: impl Fn(&Order) -> T) -> Vec<T> {
    orders.iter().map(value).collect()
}

/// Adds orders.
pub async fn insert(conn: &mut Conn, orders: &[Order]) -> Result<(), DbError> {
    if orders.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into orders (order_id, correlation_id, order_number, title, text, question, accepted_at, state, generation)
         select id, contact, number, title, body, question::json, accepted_at, state, generation
         from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::text[], $8::int[],
                     $9::uuid[])
              as n(id, number, title, body, question, accepted_at, state, generation, contact)",
        &column(orders, |order| order.order_id.uuid()),
        &column(orders, |order| order.order_number.clone()),
        &column(orders, |order| order.title.clone()),
        &column(orders, |order| order.text.clone()),
        &column(orders, |order| json(&order.question)),
        &column(orders, Order::accepted_at),
        &column(orders, |order| order.state.as_str().to_owned()),
        &column(orders, |order| order.generation),
        &column(orders, |order| order.correlation_id),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Saves what may change of orders.
pub async fn update(conn: &mut Conn, orders: &[Order]) -> Result<(), DbError> {
    if orders.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "update orders o set question = n.question::json, state = n.state, generation = n.generation,
                             bounces = n.bounces, amendment = n.amendment
         from unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::int[], $6::int[])
              as n(id, question, state, generation, bounces, amendment)
         where o.order_id = n.id",
        &column(orders, |order| order.order_id.uuid()),
        &column(orders, |order| json(&order.question)),
        &column(orders, |order| order.state.as_str().to_owned()),
        &column(orders, |order| order.generation),
        &column(orders, |order| order.bounces),
        &column(orders, |order| order.amendment),
    )
    .execute(conn)
    .await?;
    Ok(())
}
