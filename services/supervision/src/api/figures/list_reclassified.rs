//! GET /v1/reclassified: orders whose matter, place, facts or urgency were changed after dispatch, and the time won.
use super::period::span;
use crate::api::error;
use crate::ctx::Ctx;
use crate::usecases::list_reclassified::{self, Position, gained};
use axum::extract::State;
use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Json, Page, Problem, Query, page};

/// Which corrections.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReclassifiedQuery {
    /// First day, local.
    pub from: NaiveDate,
    /// Last day, local.
    pub to: NaiveDate,
    /// Cursor of the previous page.
    pub after: Option<String>,
    /// Items on the page, 1 to 200; 50 by default.
    pub limit: Option<u32>,
}

/// A correction after dispatch.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReclassifiedView {
    /// The order.
    pub order_id: Uuid,
    /// Its number.
    pub order_number: Option<String>,
    /// When it was changed.
    pub at: DateTime<FixedOffset>,
    /// By whom.
    pub actor: String,
    /// What: `matter`, `place`, `facts`, `urgency`.
    #[schema(value_type = Vec<String>)]
    pub changed: Option<serde_json::Value>,
    /// Urgency as registered.
    pub urgency_at_first: Option<String>,
    /// Urgency after this change.
    pub urgency_after: Option<String>,
    /// Unit before.
    pub unit_before: Option<String>,
    /// Unit of the assignment that followed; absent when the one before stands.
    pub unit_after: Option<String>,
    /// Limit of the reply before.
    pub due_before: Option<DateTime<FixedOffset>>,
    /// Limit of the reply of the assignment that followed.
    pub due_after: Option<DateTime<FixedOffset>>,
    /// Minutes that the reply is due later; below zero: earlier; absent: the clock runs on.
    pub gained_minutes: Option<i64>,
    /// Later, and for the same unit: somebody has to look.
    pub same_unit_gained: bool,
}

/// Corrections of the classification after dispatch, by time.
#[utoipa::path(get, path = "/v1/reclassified", tag = "figures", params(ReclassifiedQuery),
    responses((status = 200, body = Page<ReclassifiedView>)))]
pub async fn list_reclassified(
    State(ctx): State<Ctx>,
    Query(query): Query<ReclassifiedQuery>,
) -> Result<Json<Page<ReclassifiedView>>, Problem> {
    let limit = page::limit(query.limit)?;
    let after: Option<Position> = page::decode(query.after.as_deref(), "after")?;
    let span = span(&ctx, query.from, query.to)?;
    let rows = list_reclassified::list_reclassified(&ctx.db, span, after, limit + 1).await;
    let page = Page::from_rows(rows.map_err(|e| error::db(&e))?, limit, |row| {
        (row.at, row.event_id)
    });
    Ok(Json(page.map(|row| {
        let gained = gained(&row);
        ReclassifiedView {
            gained_minutes: gained.map(|gained| gained.num_minutes()),
            same_unit_gained: gained.is_some_and(|gained| gained > TimeDelta::zero())
                && row.unit_before == row.unit_after,
            order_id: row.order_id,
            order_number: row.order_number,
            at: ctx.local(row.at),
            actor: row.actor,
            changed: row.changed,
            urgency_at_first: row.urgency_at_first,
            urgency_after: row.urgency_after,
            unit_before: row.unit_before,
            unit_after: row.unit_after,
            due_before: row.due_before.map(|at| ctx.local(at)),
            due_after: row.due_after.map(|at| ctx.local(at)),
        }
    })))
}
