//! POST /v1/exclusions/{exclusion_id}/review: the second person.
use super::list_exclusions::ExclusionView;
use super::note;
use crate::api::error;
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

/// What a reviewer can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is left out.
    Granted,
    /// It counts.
    Denied,
}

/// Grants or denies an exclusion; never by whoever asked for it.
#[utoipa::path(post, path = "/v1/exclusions/{exclusion_id}/review", tag = "exclusions", request_body = ReviewForm,
    params(("exclusion_id" = Uuid, Path, description = "The request")),
    responses((status = 200, body = ExclusionView), (status = 404, description = "No such request"),
        (status = 409, description = "Decided before, or asked for by the same person")))]
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
    };
    let row = ctx.db.execute(&ReviewExclusion, Asked { cause, command }).await;
    let row = row.map_err(|e| error::exclusion_review(&e))?;
    Ok(Json(ExclusionView::of(&ctx, row)))
}
