//! POST /v1/exclusions/{exclusion_id}/review: the second person.
use super::list_exclusions::ExclusionView;
use super::{DECIDERS, note};
use crate::api::error;
use crate::api::verdict::Verdict;
use crate::ctx::Ctx;
use crate::usecases::review_exclusion::{Command, ReviewExclusion};
use axum::extract::State;
use contracts::cause::{Asked, Cause};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem};

/// The decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewForm {
    /// `granted`: it is left out. `denied`: it counts.
    pub verdict: Verdict,
    /// Why, without personal data.
    pub note: String,
}

/// Grants or denies an exclusion. Never granted by whoever asked for it, who may deny it, and so take it back.
#[utoipa::path(post, path = "/v1/exclusions/{exclusion_id}/review", tag = "exclusions", request_body = ReviewForm,
    params(("exclusion_id" = Uuid, Path, description = "The request")),
    responses((status = 200, body = ExclusionView), (status = 404, description = "No such request"),
        (status = 403, description = "`not_reviewer`: an auditor takes back only what they asked for"),
        (status = 409, description = "Decided before, or granted by whoever asked for it"),
        (status = 422, description = "`exclusion_share`: beyond a limit of the city, which is named")))]
pub async fn review_exclusion(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(exclusion_id): Path<Uuid>,
    Json(form): Json<ReviewForm>,
) -> Result<Json<ExclusionView>, Problem> {
    let actor = format!("agent:{}", principal.subject);
    let cause = Cause::asked_by(actor, telemetry::propagation::current_traceparent());
    let command = Command {
        exclusion_id,
        grant: form.verdict == Verdict::Granted,
        note: note("note", &form.note)?,
        reviews: DECIDERS.iter().any(|role| principal.has(*role)),
    };
    let work = ReviewExclusion(ctx.exclusion_rules().await.map_err(|e| error::db(&e))?);
    let row = ctx.db.execute(&work, Asked { cause, command }).await;
    let row = row.map_err(|e| error::exclusion_review(&e, ctx.offset()))?;
    Ok(Json(ExclusionView::of(&ctx, row)))
}
