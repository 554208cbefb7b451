//! GET /v1/orders/{order_id}/decisions/{number}/replay: does a decision that named nobody still come out the same?
use super::views::ReplayView;
use crate::api::error;
use crate::ctx::Ctx;
use crate::usecases::replay_decision;
use axum::extract::State;
use contracts::ids::OrderId;
use uuid::Uuid;
use web::{Json, Path, Problem};

/// Asks the directory version that a decision cites the same question again, and compares every part.
#[utoipa::path(get, path = "/v1/orders/{order_id}/decisions/{number}/replay", tag = "assignments",
    operation_id = "replay_undecided",
    params(("order_id" = Uuid, Path, description = "The order"), ("number" = i64, Path, description = "As its decisions tell it")),
    responses((status = 200, body = ReplayView), (status = 404, description = "No such order or number")))]
pub async fn replay_undecided(
    State(ctx): State<Ctx>,
    Path((order_id, number)): Path<(Uuid, i64)>,
) -> Result<Json<ReplayView>, Problem> {
    let replayed = replay_decision::undecided(&ctx.db, &ctx.directories, OrderId(order_id), number).await;
    let replay = replayed.map_err(|error| error::db(&error))?.ok_or_else(|| {
        Problem::not_found("decision_unknown", "see the decisions of the order")
            .detail_zh("请参见该工单的各次决定")
    })?;
    Ok(Json(ReplayView {
        number: Some(number),
        ..ReplayView::new(order_id, replay)
    }))
}
