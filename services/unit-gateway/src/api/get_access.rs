//! `GET /v1/units/{unit}/access`: how a unit is reached.
use super::shapes::AccessAnswer;
use crate::ctx::Ctx;
use crate::usecases::get_access::{failing_ways, get_access as get};
use crate::wire::{problem, unit_code};
use axum::extract::State;
use web::{Json, Path, Problem};

/// How a unit is reached; 404 means that nothing is registered and it pulls.
#[utoipa::path(
    get,
    path = "/v1/units/{unit}/access",
    tag = "access",
    params(("unit" = String, Path, description = "code of the unit")),
    responses(
        (status = 200, description = "how it is reached", body = AccessAnswer),
        (status = 404, description = "`access_unknown`: nothing is registered, the unit pulls"),
    )
)]
pub(super) async fn get_access(
    State(ctx): State<Ctx>,
    Path(unit): Path<String>,
) -> Result<Json<AccessAnswer>, Problem> {
    let unit = unit_code(unit)?;
    let row = get(&ctx.db, &unit)
        .await
        .map_err(|error| problem::failed(&error))?;
    let row = row.ok_or_else(|| {
        Problem::not_found("access_unknown", "nothing is registered, the unit pulls")
            .detail_zh("未登记接入方式，该单位以拉取方式接收")
    })?;
    let failing = failing_ways(&ctx.db, std::slice::from_ref(&row)).await;
    let failing = failing.map_err(|error| problem::failed(&error))?;
    Ok(Json(AccessAnswer::of(&ctx, row, &failing)))
}
