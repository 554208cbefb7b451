//! Table `assignments`.
use super::{json, read};
use crate::domain::assignment::Assignment;
use contracts::directory::UnitRef;
use contracts::ids::OrderId;
use db::{Conn, DbError};
use std::collections::HashMap;
use uuid::Uuid;

/// Every assignment of an order, newest first.
pub async fn of_order(conn: &mut Conn, order_id: Uuid) -> Result<Vec<Assignment>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "select order_id, generation, lead, lead_name, co_handlers, divisions, duties, terms, question,
                directory_version, explanation, decided_by, decided_at, bounces, return_right
         from assignments where order_id = $1 order by generation desc",
        order_id
    );
    rows.fetch_all(conn)
        .await?
        .into_iter()
        .map(Row::assignment)
        .collect()
}

/// The newest assignment of each of these orders.
pub async fn newest(conn: &mut Conn, ids: &[Uuid]) -> Result<HashMap<Uuid, Assignment>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "select a.order_id, a.generation, a.lead, a.lead_name, a.co_handlers, a.divisions, a.duties, a.terms, a.question,
                a.directory_version, a.explanation, a.decided_by, a.decided_at, a.bounces, a.return_right
         from orders o join assignments a on a.order_id = o.order_id and a.generation = o.generation
         where o.order_id = any($1)",
        ids
    );
    rows.fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| Ok((row.order_id, row.assignment()?)))
        .collect()
}

struct Row {
    order_id: Uuid,
    generation: i32,
    lead: String,
    lead_name: String,
    co_handlers: serde_json::Value,
    divisions: Vec<String>,
    duties: Vec<String>,
    terms: serde_json::Value,
    question: serde_json::Value,
    directory_version: i64,
    explanation: serde_json::Value,
    decided_by: String,
    decided_at: chrono::DateTime<chrono::Utc>,
    bounces: i32,
    return_right: Option<serde_json::Value>,
}

impl Row {
    fn assignment(self) -> Result<Assignment, DbError> {
        const TABLE: &str = "assignments";
        let id = self.order_id;
        Ok(Assignment {
            order_id: OrderId(id),
            generation: self.generation,
            lead: UnitRef {
                code: self.lead.into(),
                name: self.lead_name,
            },
            co_handlers: read(self.co_handlers, TABLE, "co_handlers", &id)?,
            divisions: self.divisions.into_iter().map(Into::into).collect(),
            duties: self.duties.into_iter().map(Into::into).collect(),
            terms: read(self.terms, TABLE, "terms", &id)?,
            return_right: match self.return_right {
                Some(right) => read(right, TABLE, "return_right", &id)?,
                None => None,
            },
            bounces: self.bounces,
            question: read(self.question, TABLE, "question", &id)?,
            directory_version: self.directory_version,
            explanation: read(self.explanation, TABLE, "explanation", &id)?,
            decided_by: self.decided_by,
            decided_at: self.decided_at,
        })
    }
}

fn column<T>(rows: &[Assignment], value: impl Fn(&Assignment) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}

/// A list of codes as one JSON text, because arrays of arrays cannot be unnested.
fn codes<C: AsRef<str>>(codes: &[C]) -> String {
    json(&codes.iter().map(AsRef::as_ref).collect::<Vec<_>>())
}

/// Adds assignments.
pub async fn insert(conn: &mut Conn, rows: &[Assignment]) -> Result<(), DbError> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into assignments (order_id, generation, lead, lead_name, co_handlers, divisions, duties, terms, question,
                                  directory_version, explanation, decided_by, decided_at, bounces, return_right)
         select id, generation, lead, lead_name, co_handlers::json,
                array(select json_array_elements_text(divisions::json)), array(select json_array_elements_text(duties::json)),
                terms::json, question::json, version, explanation::json, decided_by, decided_at, bounces, return_right::json
         from unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                     $9::text[], $10::bigint[], $11::text[], $12::text[], $13::timestamptz[], $14::int[], $15::text[])
              as n(id, generation, lead, lead_name, co_handlers, divisions, duties, terms, question, version,
                   explanation, decided_by, decided_at, bounces, return_right)",
        &column(rows, |row| row.order_id.uuid()),
        &column(rows, |row| row.generation),
        &column(rows, |row| row.lead.code.0.clone()),
        &column(rows, |row| row.lead.name.clone()),
        &column(rows, |row| json(&row.co_handlers)),
        &column(rows, |row| codes(&row.divisions)),
        &column(rows, |row| codes(&row.duties)),
        &column(rows, |row| json(&row.terms)),
        &column(rows, |row| json(&row.question)),
        &column(rows, |row| row.directory_version),
        &column(rows, |row| json(&row.explanation)),
        &column(rows, |row| row.decided_by.clone()),
        &column(rows, |row| row.decided_at),
        &column(rows, |row| row.bounces),
        &column(rows, |row| row.return_right.as_ref().map(json)) as &[Option<String>],
    )
    .execute(conn)
    .await?;
    Ok(())
}
