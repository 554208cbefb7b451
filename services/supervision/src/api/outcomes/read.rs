//! GET /v1/outcomes, GET /v1/outcomes/{outcome_id}.
use super::error;
use super::views::{OutcomeView, view};
use crate::api::error as problems;
use crate::ctx::Ctx;
use crate::usecases::outcomes::OutcomeState;
use crate::usecases::outcomes::read::{self, Filter};
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use web::{Json, Page, Path, Problem, Query, page};

/// Which outcomes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Of one order.
    pub order_id: Option<Uuid>,
    /// To be carried out by one unit.
    pub unit: Option<String>,
    /// `open`, `carried_out`, `dropped`.
    pub state: Option<String>,
    /// `true` = open ones with a part that should have been carried out by now.
    pub late: Option<bool>,
    /// Cursor of the previous page.
    pub after: Option<String>,
    /// Items on the page, 1 to 200; 50 by default.
    pub limit: Option<u32>,
}

/// Coordination outcomes, the oldest first.
#[utoipa::path(get, path = "/v1/outcomes", tag = "outcomes", params(Wanted),
    responses((status = 200, body = Page<OutcomeView>), (status = 422, description = "No such state")))]
pub async fn list_outcomes(
    State(ctx): State<Ctx>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Page<OutcomeView>>, Problem> {
    let limit = page::limit(wanted.limit)?;
    let after: Option<(DateTime<Utc>, Uuid)> = page::decode(wanted.after.as_deref(), "after")?;
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let state = given(wanted.state).map(|word| {
        let unknown = || {
            problems::field(
                "state",
                "must be open, carried_out or dropped",
                "须为 open、carried_out 或 dropped",
            )
        };
        OutcomeState::parse(&word).ok_or_else(unknown)
    });
    let filter = Filter {
        order_id: wanted.order_id,
        unit: given(wanted.unit),
        state: state.transpose()?,
        due_before: wanted.late.unwrap_or(false).then(|| ctx.db.clock().now()),
    };
    let rows = read::list(&ctx.db, &filter, after, limit + 1).await;
    let page = Page::from_rows(rows.map_err(|e| problems::db(&e))?, limit, |row| {
        (row.recorded_at, row.outcome_id)
    });
    Ok(Json(page.map(|row| view(&ctx, row))))
}

/// One outcome with its parts.
#[utoipa::path(get, path = "/v1/outcomes/{outcome_id}", tag = "outcomes",
    params(("outcome_id" = Uuid, Path, description = "The outcome")),
    responses((status = 200, body = OutcomeView), (status = 404, description = "No such outcome")))]
pub async fn get_outcome(
    State(ctx): State<Ctx>,
    Path(outcome_id): Path<Uuid>,
) -> Result<Json<OutcomeView>, Problem> {
    let found = error::found(read::get(&ctx.db, outcome_id).await)?;
    Ok(Json(view(&ctx, found)))
}
