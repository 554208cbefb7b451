//! `GET /v1/unit-access`: every unit with a registered way, or those that are not reached.
use super::shapes::AccessAnswer;
use crate::ctx::Ctx;
use crate::usecases::get_access::{failing_ways, list_access as list};
use crate::wire::problem;
use axum::extract::State;
use serde::Deserialize;
use web::{Json, Page, Problem, Query, page};

/// From where, and how many.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AccessQuery {
    /// `next` of the page before.
    #[serde(default)]
    after: Option<String>,
    /// 1 to 200; 50 when absent.
    #[serde(default)]
    limit: Option<u32>,
    /// True: only units that are not reached. False when absent.
    #[serde(default)]
    failing: bool,
}

/// Units with a registered way, by code. All others pull. Those that people were told are not reached say so in `failing`.
#[utoipa::path(
    get,
    path = "/v1/unit-access",
    tag = "access",
    params(
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "1 to 200; 50 when absent"),
        ("failing" = Option<bool>, Query, description = "true: only units that are not reached; false when absent"),
    ),
    responses((status = 200, description = "a page of units", body = Page<AccessAnswer>))
)]
pub(super) async fn list_access(
    State(ctx): State<Ctx>,
    Query(query): Query<AccessQuery>,
) -> Result<Json<Page<AccessAnswer>>, Problem> {
    let limit = page::limit(query.limit)?;
    let after: Option<String> = page::decode(query.after.as_deref(), "after")?;
    let rows = list(&ctx.db, &after.unwrap_or_default(), limit, query.failing)
        .await
        .map_err(|error| problem::failed(&error))?;
    let page = Page::from_rows(rows, limit, |row| row.unit.clone());
    let failing = failing_ways(&ctx.db, &page.items).await;
    let failing = failing.map_err(|error| problem::failed(&error))?;
    Ok(Json(page.map(|row| AccessAnswer::of(&ctx, row, &failing))))
}
