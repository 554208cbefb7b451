//! Cases that figures are counted from: read through the function `figure_cases`, one by one.
use crate::domain::figures::{Case, Span};
use db::DbError;
use futures::{Stream, StreamExt};
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

/// The frozen cases of a revision, of one unit or of all, in no order. Those of units: the city's own part scores nobody.
pub fn of_revision<'c>(
    db: impl PgExecutor<'c> + 'c,
    period: &'c str,
    revision: i32,
    unit: Option<&'c str>,
) -> Cases<'c> {
    let rows = sqlx::query_scalar!(
        r#"select c.body as "body!: Json<Case>" from score_cases c
           where c.period = $1 and c.revision <= $2 and ($3::text is null or c.unit = $3)
             and c.generation > 0 and c.body is not null
             and not exists (select from score_cases l
                             where l.period = $1 and l.order_id = c.order_id and l.generation = c.generation
                               and l.revision > c.revision and l.revision <= $2)"#,
        period,
        revision,
        unit
    )
    .fetch(db);
    Box::pin(rows.map(|row| Ok(row?.0)))
}
