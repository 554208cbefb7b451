//! Table `amendments`, and the columns of `orders` that an amendment changes.
use super::rows::word;
use crate::domain::OrderId;
use crate::domain::amendment::{RecordedAmendment, Subject};
use crate::domain::place::Place;
use db::{Conn, DbError};
use std::collections::HashMap;
use uuid::Uuid;

/// What an order is about now.
#[derive(Clone, PartialEq, Debug)]
pub struct Current {
    /// Its number.
    pub order_number: String,
    /// True when it has ended.
    pub closed: bool,
    /// Newest amendment; 0 = none.
    pub amendment: i32,
    /// Of the contact it came from; `None` for an order of before this was kept.
    pub correlation_id: Option<Uuid>,
    /// What it is about.
    pub subject: Subject,
}

/// What these orders are about, locked until the transaction ends. Unknown ids are missing in the answer.
///
/// # Errors
/// When the database fails.
pub async fn subjects_for_update(
    conn: &mut Conn,
    order_ids: &[Uuid],
) -> Result<HashMap<OrderId, Current>, DbError> {
    let rows = sqlx::query!(
        r#"select o.order_id, o.order_number, o.state, o.amendment, o.correlation_id, coalesce(o.matter, c.matter) as matter,
               coalesce(o.urgency, c.urgency) as "urgency!", coalesce(o.facts, c.facts) as "facts!",
               case when o.own_place then o.division else c.division end as division,
               case when o.own_place then o.longitude else c.longitude end as longitude,
               case when o.own_place then o.latitude else c.latitude end as latitude,
               case when o.own_place then o.address else c.address end as address
           from orders o join complaints c on c.complaint_id = o.complaint_id
           where o.order_id = any($1) order by o.order_id for no key update of o"#,
        order_ids
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let id = row.order_id;
            let facts = serde_json::from_value(row.facts)
                .map_err(|error| DbError::inconsistent("orders", "facts", &id, &error))?;
            let subject = Subject {
                matter: row.matter,
                place: Place {
                    division: row.division,
                    longitude: row.longitude,
                    latitude: row.latitude,
                    address: row.address,
                },
                facts,
                urgency: word("orders", "urgency", &id, &row.urgency)?,
            };
            let current = Current {
                order_number: row.order_number,
                closed: row.state == "closed",
                amendment: row.amendment,
                correlation_id: row.correlation_id,
                subject,
            };
            Ok((id.into(), current))
        })
        .collect()
}

/// The amendment that a client made with this key.
///
/// # Errors
/// When the database fails.
pub async fn with_key(conn: &mut Conn, by: &str, key: &str) -> Result<Option<RecordedAmendment>, DbError> {
    let row = sqlx::query!(
        "select order_id, amendment, changed, before, after, reason, amended_by, amended_at, idempotency_key, request_hash
         from amendments where amended_by = $1 and idempotency_key = $2",
        by,
        key
    );
    let Some(row) = row.fetch_optional(conn).await? else {
        return Ok(None);
    };
    let id = row.order_id;
    let bad = |column: &'static str, error: &dyn std::fmt::Display| {
        DbError::inconsistent("amendments", column, &id, error)
    };
    Ok(Some(RecordedAmendment {
        order_id: id.into(),
        amendment: row.amendment,
        changed: row.changed,
        before: serde_json::from_value(row.before).map_err(|error| bad("before", &error))?,
        after: serde_json::from_value(row.after).map_err(|error| bad("after", &error))?,
        reason: row.reason,
        by: row.amended_by,
        at: row.amended_at,
        attempt: row.idempotency_key.zip(row.request_hash),
    }))
}

fn column<T>(rows: &[RecordedAmendment], value: impl Fn(&RecordedAmendment) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}

fn json<T: serde::Serialize>(value: &T) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// Writes amendments, and what they make of their orders; one per order.
///
/// # Errors
/// When the database fails.
pub async fn insert(conn: &mut Conn, rows: &[RecordedAmendment]) -> Result<(), DbError> {
    if rows.is_empty() {
        return Ok(());
    }
    let ids = column(rows, |row| row.order_id.uuid());
    let numbers = column(rows, |row| row.amendment);
    sqlx::query!(
        "insert into amendments (order_id, amendment, changed, before, after, reason, amended_by, amended_at, idempotency_key,
             request_hash)
         select order_id, amendment, string_to_array(changed, ' '), before, after, reason, amended_by, amended_at, key, hash
         from unnest($1::uuid[], $2::int[], $3::text[], $4::jsonb[], $5::jsonb[], $6::text[], $7::text[], $8::timestamptz[],
                 $9::text[], $10::bytea[])
             as n(order_id, amendment, changed, before, after, reason, amended_by, amended_at, key, hash)",
        &ids,
        &numbers,
        &column(rows, |row| row.changed.join(" ")),
        &column(rows, |row| json(&row.before)),
        &column(rows, |row| json(&row.after)),
        &column(rows, |row| row.reason.clone()),
        &column(rows, |row| row.by.clone()),
        &column(rows, |row| row.at),
        &column(rows, |row| row.attempt.as_ref().map(|(key, _)| key.clone())) as &[Option<String>],
        &column(rows, |row| row.attempt.as_ref().map(|(_, hash)| hash.clone())) as &[Option<Vec<u8>>],
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update orders o set amendment = n.amendment, matter = n.matter, urgency = n.urgency, facts = n.facts,
             own_place = true, division = n.division, longitude = n.longitude, latitude = n.latitude, address = n.address
         from unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::jsonb[], $6::text[], $7::float8[], $8::float8[],
                 $9::text[])
             as n(order_id, amendment, matter, urgency, facts, division, longitude, latitude, address)
         where o.order_id = n.order_id",
        &ids,
        &numbers,
        &column(rows, |row| row.after.matter.clone()) as &[Option<String>],
        &column(rows, |row| row.after.urgency.as_str().to_owned()),
        &column(rows, |row| json(&row.after.facts)),
        &column(rows, |row| row.after.place.division.clone()) as &[Option<String>],
        &column(rows, |row| row.after.place.longitude) as &[Option<f64>],
        &column(rows, |row| row.after.place.latitude) as &[Option<f64>],
        &column(rows, |row| row.after.place.address.clone()) as &[Option<String>],
    )
    .execute(conn)
    .await?;
    Ok(())
}
