//! GET /v1/orders/{order_id}/assignments/{generation}/replay: does a stored decision still come out the same?
use crate::api::error;
use crate::ctx::Ctx;
use crate::usecases::read_orders::{self, Replayed};
use axum::extract::State;
use contracts::ids::OrderId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Json, Path, Problem};

/// What the rules say today.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReplayView {
    /// The order.
    pub order_id: Uuid,
    /// The generation.
    pub generation: i32,
    /// Version of the directory that was asked again.
    pub directory_version: i64,
    /// `same`, `differs`, `by_dispatcher` (no rule to ask) or `version_missing`.
    pub result: &'static str,
}

/// Asks the directory version that an assignment cites the same question again, and compares every part.
#[utoipa::path(get, path = "/v1/orders/{order_id}/assignments/{generation}/replay", tag = "assignments",
    params(("order_id" = Uuid, Path, description = "The order"), ("generation" = i32, Path, description = "1, 2, 3, …")),
    responses((status = 200, body = ReplayView), (status = 404, description = "No such order or generation")))]
pub async fn replay_assignment(
    State(ctx): State<Ctx>,
    Path((order_id, generation)): Path<(Uuid, i32)>,
) -> Result<Json<ReplayView>, Problem> {
    let found = read_orders::order(&ctx.db, OrderId(order_id))
        .await
        .map_err(|error| error::db(&error))?;
    let found = found.ok_or_else(error::order_unknown)?;
    let assignment = found
        .assignments
        .iter()
        .find(|assignment| assignment.generation == generation);
    let assignment = assignment.ok_or_else(|| {
        Problem::not_found("assignment_unknown", "see the history of the assignment")
            .detail_zh("请参见派单历史")
    })?;
    let replayed = read_orders::replay(&ctx.db, &ctx.directories, &found.order, assignment).await;
    let result = match replayed.map_err(|error| error::db(&error))? {
        Replayed::Same => "same",
        Replayed::Differs => "differs",
        Replayed::ByDispatcher => "by_dispatcher",
        Replayed::VersionMissing => "version_missing",
    };
    Ok(Json(ReplayView {
        order_id,
        generation,
        directory_version: assignment.directory_version,
        result,
    }))
}
