//! Table `order_contents`.
use crate::domain::order::{Correction, OrderContent};
use chrono::{DateTime, Utc};
use contracts::directory::PlaceV1;
use contracts::ids::{MatterCode, OrderId};
use contracts::unit_documents::UnitSupplementV1;
use db::{Conn, DbError};
use sqlx::types::Json;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Stores contents and answers which are new; one that is known stays as it was.
pub async fn insert(conn: &mut Conn, contents: &[&OrderContent]) -> Result<HashSet<OrderId>, DbError> {
    fn column<'a, T>(contents: &[&'a OrderContent], value: impl Fn(&'a OrderContent) -> T) -> Vec<T> {
        contents.iter().map(|content| value(content)).collect()
    }
    let matters: Vec<Option<String>> = column(contents, |c| c.matter.as_ref().map(|matter| matter.0.clone()));
    let places: Vec<serde_json::Value> =
        column(contents, |c| serde_json::to_value(&c.place).unwrap_or_default());
    let new = sqlx::query_scalar!(
        "insert into order_contents (order_id, order_number, kind, urgency, title, body, matter, place, confidential, accepted_at)
         select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                              $8::jsonb[], $9::boolean[], $10::timestamptz[])
         on conflict (order_id) do nothing
         returning order_id",
        &column(contents, |c| c.order_id.uuid()),
        &column(contents, |c| c.order_number.clone()),
        &column(contents, |c| c.kind.to_string()),
        &column(contents, |c| c.urgency.to_string()),
        &column(contents, |c| c.title.clone()),
        &column(contents, |c| c.text.clone()),
        &matters as &[Option<String>],
        &places,
        &column(contents, |c| c.confidential),
        &column(contents, |c| c.accepted_at),
    )
    .fetch_all(conn)
    .await?;
    Ok(new.into_iter().map(OrderId).collect())
}

/// Writes what amendments made of contents.
pub async fn correct(conn: &mut Conn, corrections: &[&Correction]) -> Result<(), DbError> {
    fn column<'a, T>(corrections: &[&'a Correction], value: impl Fn(&'a Correction) -> T) -> Vec<T> {
        corrections.iter().map(|correction| value(correction)).collect()
    }
    let places: Vec<serde_json::Value> = column(corrections, |c| {
        serde_json::to_value(&c.place).unwrap_or_default()
    });
    sqlx::query!(
        "update order_contents o set matter = n.matter, place = n.place, urgency = n.urgency
         from unnest($1::uuid[], $2::text[], $3::jsonb[], $4::text[]) as n(order_id, matter, place, urgency)
         where o.order_id = n.order_id",
        &column(corrections, |c| c.order_id.uuid()),
        &column(corrections, |c| c.matter.as_ref().map(|matter| matter.0.clone())) as &[Option<String>],
        &places,
        &column(corrections, |c| c.urgency.to_string()),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Contents of the given orders; unknown ones are absent.
pub async fn load(conn: &mut Conn, order_ids: &[Uuid]) -> Result<HashMap<OrderId, OrderContent>, DbError> {
    let rows = sqlx::query!(
        r#"select order_id, order_number, kind, urgency, title, body, matter, place as "place: Json<PlaceV1>",
                  confidential, accepted_at, supplements as "supplements: Json<Vec<UnitSupplementV1>>"
           from order_contents where order_id = any($1)"#,
        order_ids
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let order_id = OrderId(row.order_id);
            let bad = |column: &'static str, problem: &dyn std::fmt::Display| {
                DbError::inconsistent("order_contents", column, &order_id, problem)
            };
            let content = OrderContent {
                order_id,
                order_number: row.order_number,
                kind: row.kind.parse().map_err(|error| bad("kind", &error))?,
                urgency: row.urgency.parse().map_err(|error| bad("urgency", &error))?,
                title: row.title,
                text: row.body,
                matter: row.matter.map(MatterCode),
                place: row.place.0,
                confidential: row.confidential,
                accepted_at: row.accepted_at,
                supplements: row.supplements.0,
            };
            Ok((order_id, content))
        })
        .collect()
}

/// Writes everything that callers added to these orders; the orders were locked before it was read.
pub async fn put_supplements(
    conn: &mut Conn,
    rows: &[(OrderId, &[UnitSupplementV1])],
) -> Result<(), DbError> {
    let ids: Vec<Uuid> = rows.iter().map(|(order_id, _)| order_id.uuid()).collect();
    let supplements: Vec<serde_json::Value> = rows
        .iter()
        .map(|(_, supplements)| serde_json::to_value(supplements).unwrap_or_default())
        .collect();
    sqlx::query!(
        "update order_contents o set supplements = n.supplements
         from unnest($1::uuid[], $2::jsonb[]) as n(order_id, supplements) where o.order_id = n.order_id",
        &ids,
        &supplements,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The first `count` supplements of an order, oldest first.
pub async fn first_supplements(
    conn: &mut Conn,
    order_id: OrderId,
    count: usize,
) -> Result<Vec<UnitSupplementV1>, DbError> {
    let row = sqlx::query_scalar!(
        r#"select supplements as "supplements: Json<Vec<UnitSupplementV1>>" from order_contents where order_id = $1"#,
        order_id.uuid()
    )
    .fetch_optional(conn)
    .await?;
    let mut supplements = row.map(|supplements| supplements.0).unwrap_or_default();
    supplements.truncate(count);
    Ok(supplements)
}

/// Locks contents until the end of the transaction.
pub async fn lock(conn: &mut Conn, order_ids: &[Uuid]) -> Result<(), DbError> {
    sqlx::query!(
        "select order_id from order_contents where order_id = any($1) order by order_id for no key update",
        order_ids
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// Marks orders as withdrawn, each with its time; what is marked stays as it is.
pub async fn withdraw(conn: &mut Conn, ended: &[(OrderId, DateTime<Utc>)]) -> Result<(), DbError> {
    let (ids, times): (Vec<Uuid>, Vec<DateTime<Utc>>) = ended.iter().map(|(id, at)| (id.uuid(), *at)).unzip();
    sqlx::query!(
        "update order_contents o set withdrawn_at = n.at
         from unnest($1::uuid[], $2::timestamptz[]) as n(order_id, at)
         where o.order_id = n.order_id and o.withdrawn_at is null",
        &ids,
        &times,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Which of these orders were withdrawn.
pub async fn withdrawn(conn: &mut Conn, order_ids: &[Uuid]) -> Result<HashSet<OrderId>, DbError> {
    let rows = sqlx::query_scalar!(
        "select order_id from order_contents where order_id = any($1) and withdrawn_at is not null",
        order_ids
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(OrderId).collect())
}
