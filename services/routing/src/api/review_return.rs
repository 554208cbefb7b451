//! POST /v1/returns/{return_id}/review: a dispatcher's verdict on a return request.
use super::views::UnitView;
use crate::api::error;
use crate::ctx::Ctx;
use crate::usecases::review_return::{Command, ReviewReturn};
use axum::extract::State;
use contracts::cause::{Asked, Cause};
use contracts::ids::ReturnId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem};

/// The verdict.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewForm {
    /// `upheld`: the order is not this unit's. `rejected`: it stays.
    pub verdict: Verdict,
    /// Why; the unit reads it.
    pub reason: String,
}

/// What a reviewer can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The order is not this unit's.
    Upheld,
    /// The order stays.
    Rejected,
}

/// What follows.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewView {
    /// The request.
    pub return_id: Uuid,
    /// The order.
    pub order_id: Uuid,
    /// `assigned`; `undecided`: it waits for a dispatcher; `disputed`: for a ruling.
    pub state: &'static str,
    /// Generation now.
    pub generation: i32,
    /// 主办 now; null while nobody could be named.
    pub lead: Option<UnitView>,
}

/// Upheld: the order is decided again without that unit. Rejected: it stays, and the unit is told why.
#[utoipa::path(post, path = "/v1/returns/{return_id}/review", tag = "returns",
    params(("return_id" = Uuid, Path, description = "The request")), request_body = ReviewForm,
    responses((status = 200, body = ReviewView), (status = 404, description = "No such request"),
        (status = 409, description = "Reviewed before, or its assignment is over"), (status = 422, description = "No reason")))]
pub async fn review_return(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(return_id): Path<Uuid>,
    Json(form): Json<ReviewForm>,
) -> Result<Json<ReviewView>, Problem> {
    let by = format!("agent:{}", principal.subject);
    let cause = Cause::asked_by(by.clone(), telemetry::propagation::current_traceparent());
    let command = Command {
        return_id: ReturnId(return_id),
        upheld: form.verdict == Verdict::Upheld,
        reason: error::checked_reason(&form.reason, ctx.config.reason_chars_max)?,
        by,
    };
    let work = ReviewReturn {
        directories: ctx.directories.clone(),
    };
    let reviewed = ctx
        .db
        .execute(&work, Asked { cause, command })
        .await
        .map_err(|error| error::review(&error))?;
    Ok(Json(ReviewView {
        return_id,
        order_id: reviewed.order.order_id.uuid(),
        state: reviewed.order.state.as_str(),
        generation: reviewed.order.generation,
        lead: reviewed.lead.as_ref().map(UnitView::from),
    }))
}
