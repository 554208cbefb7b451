//! `GET /v1/units/{unit}/sub-unit-orders`: orders of the units below one.
use crate::ctx::Ctx;
use crate::usecases::list_sub_orders::list_sub_orders as list;
use crate::wire::{problem, unit_code};
use axum::extract::State;
use chrono::{DateTime, FixedOffset};
use contracts::ids::OrderId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Page, Path, Problem, Query, page};

/// Which orders are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SubOrdersQuery {
    /// `next` of the page before.
    after: Option<String>,
    /// Items on a page, 1 to 200.
    limit: Option<u32>,
}

/// An order of a unit below.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct SubOrderAnswer {
    order_id: Uuid,
    /// Its number, for people.
    order_number: String,
    /// The unit that leads.
    #[schema(example = "WY-01")]
    unit: String,
    /// assigned, signed, responded, replied, closed; revoked when nobody has it.
    #[schema(example = "signed")]
    state: String,
    /// Generation of the assignment.
    generation: i32,
    /// Rework round; 0 at first.
    rework: i32,
    /// ordinary, urgent or emergency.
    urgency: String,
    /// One line.
    title: String,
    /// When it was accepted.
    accepted_at: DateTime<FixedOffset>,
}

/// Orders that units below this one lead, newest first. This one reads them and acts on none; confidential ones are left out.
#[utoipa::path(
    get,
    path = "/v1/units/{unit}/sub-unit-orders",
    tag = "feed",
    params(("unit" = String, Path, description = "code of the unit above"), SubOrdersQuery),
    responses((status = 200, description = "a page", body = Page<SubOrderAnswer>))
)]
pub(super) async fn list_sub_orders(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(unit): Path<String>,
    Query(query): Query<SubOrdersQuery>,
) -> Result<Json<Page<SubOrderAnswer>>, Problem> {
    principal.require_unit(&unit)?;
    let unit = unit_code(unit)?;
    let limit = page::limit(query.limit)?;
    let after: Option<Uuid> = page::decode(query.after.as_deref(), "after")?;
    let rows = list(&ctx.db, &unit, after.map(OrderId), limit)
        .await
        .map_err(|error| problem::failed(&error))?;
    let page = Page::from_rows(rows, limit, |last| last.order_id);
    Ok(Json(page.map(|row| SubOrderAnswer {
        order_id: row.order_id,
        order_number: row.order_number,
        unit: row.lead,
        state: row.state,
        generation: row.generation,
        rework: row.rework,
        urgency: row.urgency,
        title: row.title,
        accepted_at: ctx.local(row.accepted_at),
    })))
}
