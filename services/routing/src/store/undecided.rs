//! Table `undecided`.
use super::{json, read};
use crate::domain::assignment::Waiting;
use crate::domain::undecided::UndecidedRecord;
use chrono::{DateTime, Utc};
use contracts::ids::OrderId;
use db::{Conn, DbError};
use uuid::Uuid;

fn column<T>(rows: &[UndecidedRecord], value: impl Fn(&UndecidedRecord) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}

/// Adds them, numbered in the order in which they are given.
pub async fn insert(conn: &mut Conn, rows: &[UndecidedRecord]) -> Result<(), DbError> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into undecided (order_id, number, reason, candidates, question, bounces, directory_version, explanation,
                                decided_at)
         select id,
                (select coalesce(max(u.number), 0) from undecided u where u.order_id = n.id)
                    + row_number() over (partition by id order by position),
                reason, candidates::json, question::json, bounces, version, explanation::json, decided_at
         from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::int[], $6::bigint[], $7::text[], $8::timestamptz[])
              with ordinality
              as n(id, reason, candidates, question, bounces, version, explanation, decided_at, position)",
        &column(rows, |row| row.waiting.order_id.uuid()),
        &column(rows, |row| row.waiting.reason.clone()),
        &column(rows, |row| json(&row.waiting.candidates)),
        &column(rows, |row| json(&row.question)),
        &column(rows, |row| row.bounces),
        &column(rows, |row| row.waiting.directory_version),
        &column(rows, |row| json(&row.waiting.explanation)),
        &column(rows, |row| row.waiting.entered_at),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Every time nobody could be named for an order, newest first.
pub async fn of_order(conn: &mut Conn, order_id: Uuid) -> Result<Vec<UndecidedRecord>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "select number, reason, candidates, question, bounces, directory_version, explanation, decided_at
         from undecided where order_id = $1 order by number desc",
        order_id
    );
    let rows = rows.fetch_all(conn).await?.into_iter();
    rows.map(|row| row.undecided(order_id)).collect()
}

struct Row {
    number: i32,
    reason: String,
    candidates: serde_json::Value,
    question: serde_json::Value,
    bounces: i32,
    directory_version: i64,
    explanation: serde_json::Value,
    decided_at: DateTime<Utc>,
}

impl Row {
    fn undecided(self, id: Uuid) -> Result<UndecidedRecord, DbError> {
        const TABLE: &str = "undecided";
        Ok(UndecidedRecord {
            number: self.number,
            waiting: Waiting {
                order_id: OrderId(id),
                reason: self.reason,
                candidates: read(self.candidates, TABLE, "candidates", &id)?,
                explanation: read(self.explanation, TABLE, "explanation", &id)?,
                directory_version: self.directory_version,
                entered_at: self.decided_at,
            },
            question: read(self.question, TABLE, "question", &id)?,
            bounces: self.bounces,
        })
    }
}
