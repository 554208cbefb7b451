//! `GET /v1/units/{unit}/attempts?delivery_id=`: every push to a unit with its outcome.
use crate::ctx::Ctx;
use crate::usecases::list_deliveries::list_attempts as list;
use crate::wire::{problem, unit_code};
use axum::extract::State;
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Json, Page, Path, Problem, Query, page};

/// Which ones.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AttemptsQuery {
    /// Of one document.
    #[serde(default)]
    delivery_id: Option<Uuid>,
    /// `next` of the page before.
    #[serde(default)]
    after: Option<String>,
    /// 1 to 200; 50 when absent.
    #[serde(default)]
    limit: Option<u32>,
}

/// One push.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct AttemptAnswer {
    /// The document, or the test call.
    delivery_id: Uuid,
    /// 1, 2, 3, …; begins anew when the unit's way is changed. 0 for a test call.
    attempt: i32,
    /// nats or webhook.
    way: String,
    /// When it began.
    began_at: DateTime<FixedOffset>,
    /// Until the answer or the failure, in milliseconds.
    took_ms: i32,
    /// delivered or failed.
    outcome: String,
    /// HTTP status of a failure, when there was an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<i32>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// Every push to a unit, oldest first. Pushes of the same moment are written down side by side: one may take its place
/// a moment after a later one was read. Who copies the log reads its last minute again.
#[utoipa::path(
    get,
    path = "/v1/units/{unit}/attempts",
    tag = "access",
    params(
        ("unit" = String, Path, description = "code of the unit"),
        ("delivery_id" = Option<Uuid>, Query, description = "of one document"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "1 to 200; 50 when absent"),
    ),
    responses((status = 200, description = "a page of pushes", body = Page<AttemptAnswer>))
)]
pub(super) async fn list_attempts(
    State(ctx): State<Ctx>,
    Path(unit): Path<String>,
    Query(query): Query<AttemptsQuery>,
) -> Result<Json<Page<AttemptAnswer>>, Problem> {
    let unit = unit_code(unit)?;
    let limit = page::limit(query.limit)?;
    let after: Option<i64> = page::decode(query.after.as_deref(), "after")?;
    let rows = list(
        &ctx.db,
        &unit,
        query.delivery_id,
        after.unwrap_or_default(),
        limit,
    )
    .await
    .map_err(|error| problem::failed(&error))?;
    let page = Page::from_rows(rows, limit, |row| row.attempt_id);
    Ok(Json(page.map(|row| AttemptAnswer {
        delivery_id: row.delivery_id,
        attempt: row.attempt,
        way: row.way,
        began_at: ctx.local(row.began_at),
        took_ms: row.took_ms,
        outcome: row.outcome,
        status: row.status,
        error: row.error,
    })))
}
