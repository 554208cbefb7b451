//! POST /v1/directory/drafts/{draft_id}/publish: a draft becomes the version that decides.
use crate::api::error;
use crate::api::publish_directory::PublishView;
use crate::ctx::Ctx;
use crate::usecases::publish_draft::{self, Request};
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem};

/// How it is published.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishDraftForm {
    /// What changed, for people; the draft's own note when absent.
    #[serde(default)]
    pub note: String,
    /// Why it may be published although lint finds errors that the version before does not have. Kept with the version.
    pub override_reason: Option<String>,
}

/// Publishes a draft, all or nothing. Somebody who wrote none of it must do it, unless the settings say otherwise.
#[utoipa::path(post, path = "/v1/directory/drafts/{draft_id}/publish", tag = "directory", request_body = PublishDraftForm,
    params(("draft_id" = Uuid, Path, description = "The draft")),
    responses((status = 201, body = PublishView), (status = 200, body = PublishView, description = "Nothing new"),
        (status = 404, description = "No such draft"),
        (status = 409, description = "A second person is needed; or not open, edited meanwhile, or another version was published since"),
        (status = 422, description = "Lint found new errors: member `findings` lists them")))]
pub async fn publish_draft(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(draft_id): Path<Uuid>,
    Json(form): Json<PublishDraftForm>,
) -> Result<(StatusCode, Json<PublishView>), Problem> {
    let chars_max = ctx.config.reason_chars_max;
    let override_reason = match form.override_reason {
        None => None,
        Some(reason) => Some(
            error::checked_reason(&reason, chars_max).map_err(|problem| problem.field("override_reason"))?,
        ),
    };
    let request = Request {
        draft_id,
        by: format!("agent:{}", principal.subject),
        note: form.note.chars().take(chars_max).collect(),
        override_reason,
        alone: ctx.config.alone(),
        on: ctx.local(ctx.db.clock().now()).date_naive(),
    };
    let published = publish_draft::publish(&ctx.db, (&ctx.directories, &ctx.drafts), request).await;
    let published = published.map_err(|refused| super::error::publish_draft(&refused))?;
    let status = if published.unchanged {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    let view = PublishView {
        version: published.version,
        unchanged: published.unchanged,
    };
    Ok((status, Json(view)))
}
