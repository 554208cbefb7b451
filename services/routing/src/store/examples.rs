//! Table `examples`.
use super::read;
use crate::domain::decide::Question;
use crate::domain::text::Example;
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use uuid::Uuid;

/// An order whose matter a person gave or confirmed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExampleRow {
    /// The order.
    pub order_id: Uuid,
    /// Entry of the catalogue.
    pub matter: String,
    /// `given` or `dispatcher`.
    pub source: &'static str,
    /// When.
    pub learned_at: DateTime<Utc>,
}

/// Adds examples; what a person says later about the same order takes the place of the earlier.
pub async fn insert(conn: &mut Conn, rows: &[ExampleRow]) -> Result<(), DbError> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into examples (order_id, matter, source, learned_at)
         select id, matter, source, learned_at
         from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[]) as n(id, matter, source, learned_at)
         on conflict (order_id) do update
         set matter = excluded.matter, source = excluded.source, learned_at = excluded.learned_at",
        &rows.iter().map(|row| row.order_id).collect::<Vec<_>>(),
        &rows.iter().map(|row| row.matter.clone()).collect::<Vec<_>>(),
        &rows.iter().map(|row| row.source.to_owned()).collect::<Vec<_>>(),
        &rows.iter().map(|row| row.learned_at).collect::<Vec<_>>(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// When the newest example was learned; `None` when there is none.
pub async fn newest_at(conn: &mut Conn) -> Result<Option<DateTime<Utc>>, DbError> {
    Ok(sqlx::query_scalar!("select max(learned_at) from examples")
        .fetch_one(conn)
        .await?)
}

/// The newest examples, oldest first.
pub async fn newest(conn: &mut Conn, limit: i64) -> Result<Vec<Example>, DbError> {
    let rows = sqlx::query!(
        "select e.order_id, e.matter, o.title, o.text, o.question
         from (select order_id, matter, learned_at from examples order by learned_at desc, order_id limit $1) e
         join orders o on o.order_id = e.order_id
         order by e.learned_at, e.order_id desc",
        limit
    );
    let rows = rows.fetch_all(conn).await?;
    rows.into_iter()
        .map(|row| {
            let question: Question = read(row.question, "orders", "question", &row.order_id)?;
            Ok(Example {
                title: row.title,
                text: row.text,
                entry: Some(row.matter),
                kind: question.kind,
                answered: false,
                event: row.order_id.to_string(),
            })
        })
        .collect()
}
