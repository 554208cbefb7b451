//! Cases that figures are counted from: read through the function `figure_cases`, one by one.
use crate::domain::figures::{Case, Span};
use db::DbError;
use futures::{Stream, StreamExt};
use serde_json::Value;
use sqlx::PgExecutor;
use sqlx::types::Json;
use std::pin::Pin;

/// Cases as they come.
pub type Cases<'c> = Pin<Box<dyn Stream<Item = Result<Case, DbError>> + Send + 'c>>;

/// All cases of a span, of one unit or of all, in no order.
pub fn of_span<'c>(db: impl PgExecutor<'c> + 'c, span: Span, unit: Option<&'c str>) -> Cases<'c> {
    let rows = sqlx::query_scalar!(
        r#"select body as "body!: Json<Case>" from figure_cases($1, $2, $3)"#,
        span.from,
        span.to,
        unit
    )
    .fetch(db);
    Box::pin(rows.map(|row| Ok(row?.0)))
}

/// The frozen cases of a revision, of one unit or of all, in no order.
pub fn of_revision<'c>(
    db: impl PgExecutor<'c> + 'c,
    period: &'c str,
    revision: i32,
    unit: Option<&'c str>,
) -> Cases<'c> {
    let rows = sqlx::query_scalar!(
        r#"select body from (
               select distinct on (order_id, generation) body from score_cases
               where period = $1 and revision <= $2 and ($3::text is null or unit = $3)
               order by order_id, generation, revision desc
           ) newest where body is not null"#,
        period,
        revision,
        unit
    )
    .fetch(db);
    Box::pin(rows.map(|row| read(row?)))
}

fn read(body: Option<Value>) -> Result<Case, DbError> {
    let body = body.unwrap_or_default();
    serde_json::from_value(body).map_err(|e| DbError::inconsistent("score_cases", "body", &"?", &e))
}
