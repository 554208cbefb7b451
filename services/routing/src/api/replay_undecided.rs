//! GET /v1/orders/{order_id}/undecided/{number}/replay: could still nobody be named, for the same reasons?
use super::replay_assignment::word;
use crate::api::error;
use crate::ctx::Ctx;
use crate::usecases::read_orders;
use axum::extract::State;
use contracts::ids::OrderId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Json, Path, Problem};

/// What the rules say today.
#[derive(Debug, Serialize, ToSchema)]
pub struct UndecidedReplayView {
    /// The order.
    pub order_id: Uuid,
    /// Which time it was.
    pub number: i32,
    /// Version of the directory that was asked again.
    pub directory_version: i64,
    /// `same`, `differs` or `version_missing`.
    pub result: &'static str,
}

/// Asks the directory version that could name nobody the same question again, and compares explanation and candidates.
#[utoipa::path(get, path = "/v1/orders/{order_id}/undecided/{number}/replay", tag = "assignments",
    params(("order_id" = Uuid, Path, description = "The order"), ("number" = i32, Path, description = "1, 2, 3, …")),
    responses((status = 200, body = UndecidedReplayView), (status = 404, description = "No such order or number")))]
pub async fn replay_undecided(
    State(ctx): State<Ctx>,
    Path((order_id, number)): Path<(Uuid, i32)>,
) -> Result<Json<UndecidedReplayView>, Problem> {
    let found = read_orders::order(&ctx.db, OrderId(order_id))
        .await
        .map_err(|error| error::db(&error))?;
    let found = found.ok_or_else(error::order_unknown)?;
    let undecided = found.undecided.iter().find(|one| one.number == number);
    let undecided = undecided.ok_or_else(|| {
        Problem::not_found("undecided_unknown", "see `undecided` of the assignment")
            .detail_zh("请参见派单中的 undecided")
    })?;
    let replayed = read_orders::replay_undecided(&ctx.db, &ctx.directories, &found.order, undecided).await;
    Ok(Json(UndecidedReplayView {
        order_id,
        number,
        directory_version: undecided.waiting.directory_version,
        result: word(replayed.map_err(|error| error::db(&error))?),
    }))
}
