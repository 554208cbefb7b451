//! Table `undecided_decisions`, append-only.
use super::{json, read};
use crate::domain::assignment::Waiting;
use crate::domain::order::OrderState;
use crate::domain::undecided::UndecidedDecision;
use contracts::ids::OrderId;
use db::{Conn, DbError};
use uuid::Uuid;

/// Adds decisions.
pub async fn insert(conn: &mut Conn, rows: &[&UndecidedDecision]) -> Result<(), DbError> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into undecided_decisions (order_id, decided_at, state, reason, question, bounces, candidates, explanation,
                                          directory_version)
         select id, decided_at, state, reason, question::json, bounces, candidates::json, explanation::json, version
         from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::int[], $7::text[], $8::text[],
                     $9::bigint[])
              as n(id, decided_at, state, reason, question, bounces, candidates, explanation, version)",
        &column(rows, |row| row.waiting.order_id.uuid()),
        &column(rows, |row| row.waiting.entered_at),
        &column(rows, |row| row.state.as_str().to_owned()),
        &column(rows, |row| row.waiting.reason.clone()),
        &column(rows, |row| json(&row.question)),
        &column(rows, |row| row.bounces),
        &column(rows, |row| json(&row.waiting.candidates)),
        &column(rows, |row| json(&row.waiting.explanation)),
        &column(rows, |row| row.waiting.directory_version),
    )
    .execute(conn)
    .await?;
    Ok(())
}

fn column<T>(rows: &[&UndecidedDecision], value: impl Fn(&UndecidedDecision) -> T) -> Vec<T> {
    rows.iter().copied().map(value).collect()
}

/// Decisions about an order with their numbers, newest first.
pub async fn of_order(
    conn: &mut Conn,
    order_id: Uuid,
    limit: i64,
) -> Result<Vec<(i64, UndecidedDecision)>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "select number, order_id, decided_at, state, reason, question, bounces, candidates, explanation, directory_version
         from undecided_decisions where order_id = $1 order by number desc limit $2",
        order_id,
        limit
    );
    rows.fetch_all(conn)
        .await?
        .into_iter()
        .map(Row::decision)
        .collect()
}

/// One decision about an order.
pub async fn get(conn: &mut Conn, order_id: Uuid, number: i64) -> Result<Option<UndecidedDecision>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select number, order_id, decided_at, state, reason, question, bounces, candidates, explanation, directory_version
         from undecided_decisions where order_id = $1 and number = $2",
        order_id,
        number
    );
    let found = row.fetch_optional(conn).await?.map(Row::decision).transpose()?;
    Ok(found.map(|(_, decision)| decision))
}

struct Row {
    number: i64,
    order_id: Uuid,
    decided_at: chrono::DateTime<chrono::Utc>,
    state: String,
    reason: String,
    question: serde_json::Value,
    bounces: i32,
    candidates: serde_json::Value,
    explanation: serde_json::Value,
    directory_version: i64,
}

impl Row {
    fn decision(self) -> Result<(i64, UndecidedDecision), DbError> {
        const TABLE: &str = "undecided_decisions";
        let id = self.number;
        let state = OrderState::parse(&self.state)
            .ok_or_else(|| DbError::inconsistent(TABLE, "state", &id, &self.state))?;
        let decision = UndecidedDecision {
            state,
            question: read(self.question, TABLE, "question", &id)?,
            bounces: self.bounces,
            waiting: Waiting {
                order_id: OrderId(self.order_id),
                reason: self.reason,
                candidates: read(self.candidates, TABLE, "candidates", &id)?,
                explanation: read(self.explanation, TABLE, "explanation", &id)?,
                directory_version: self.directory_version,
                entered_at: self.decided_at,
            },
        };
        Ok((id, decision))
    }
}
