//! GET /v1/orders/{order_id}/assignments/{generation}/replay: does a stored assignment still come out the same?
use super::views::ReplayView;
use crate::api::error;
use crate::ctx::Ctx;
use crate::usecases::{read_orders, replay_decision};
use axum::extract::State;
use contracts::ids::OrderId;
use uuid::Uuid;
use web::{Json, Path, Problem};

/// Asks the directory version that an assignment cites the same question again, and compares every part. Of what a person
/// decided, it compares what the rules said beside it.
#[utoipa::path(get, path = "/v1/orders/{order_id}/assignments/{generation}/replay", tag = "assignments",
    params(("order_id" = Uuid, Path, description = "The order"), ("generation" = i32, Path, description = "1, 2, 3, …")),
    responses((status = 200, body = ReplayView), (status = 404, description = "No such order or generation")))]
pub async fn replay_assignment(
    State(ctx): State<Ctx>,
    Path((order_id, generation)): Path<(Uuid, i32)>,
) -> Result<Json<ReplayView>, Problem> {
    let found = read_orders::order(&ctx.db, OrderId(order_id)).await;
    let found = found
        .map_err(|error| error::db(&error))?
        .ok_or_else(error::order_unknown)?;
    let mut assignments = found.assignments.iter();
    let assignment = assignments.find(|assignment| assignment.generation == generation);
    let assignment = assignment.ok_or_else(|| {
        Problem::not_found("assignment_unknown", "see the history of the assignment")
            .detail_zh("请参见派单历史")
    })?;
    let replayed = replay_decision::assignment(&ctx.db, &ctx.directories, &found.order, assignment).await;
    let replay = replayed.map_err(|error| error::db(&error))?;
    Ok(Json(ReplayView {
        generation: Some(generation),
        ..ReplayView::new(order_id, replay)
    }))
}
