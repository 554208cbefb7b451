//! POST /v1/directory/versions: a pack becomes the version that decides, in one step. Where two people are needed, a draft
//! is the way, and this is only for the first version.
use crate::api::drafts::create_draft::{FileForm, files};
use crate::api::error;
use crate::api::uploads::UploadPlace;
use crate::ctx::Ctx;
use crate::usecases::publish_directory::{self, Command};
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use web::auth::Principal;
use web::{Json, Problem};

/// A pack.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishForm {
    /// File name → content: `divisions.csv`, `duties.csv`, …, `holidays/2026.json`.
    pub pack: BTreeMap<String, FileForm>,
    /// What changed, for people.
    #[serde(default)]
    pub note: String,
}

/// The version that decides now.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublishView {
    /// 1, 2, 3, …
    pub version: i64,
    /// True when the newest version had the same content already: nothing was changed.
    pub unchanged: bool,
}

/// Checks a whole pack and publishes it, all or nothing. Only a few packs are read at the same time: 503 `uploads_busy` says when to come
/// again.
#[utoipa::path(post, path = "/v1/directory/versions", tag = "directory", request_body = PublishForm,
    responses((status = 201, body = PublishView), (status = 200, body = PublishView, description = "Nothing new"),
        (status = 409, description = "Something is published already, and two people are needed"),
        (status = 422, description = "The pack has faults: member `faults` lists file, line, column, value and what was expected")))]
pub async fn publish_directory(
    State(ctx): State<Ctx>,
    principal: Principal,
    place: UploadPlace,
    Json(form): Json<PublishForm>,
) -> Result<(StatusCode, Json<PublishView>), Problem> {
    let by = format!("agent:{}", principal.subject);
    let note: String = form.note.chars().take(ctx.config.reason_chars_max).collect();
    let pack = files(form.pack)?;
    let checked = publish_directory::check(pack, ctx.config.utc_offset_secs, place.clone()).await;
    let command = Command {
        content: checked.map_err(|error| error::publish(&error))?,
        by,
        note,
        alone: ctx.config.alone(),
    };
    let published = publish_directory::publish(&ctx.db, command).await;
    let published = published.map_err(|error| error::publish(&error))?;
    let status = if published.unchanged {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    Ok((
        status,
        Json(PublishView {
            version: published.version,
            unchanged: published.unchanged,
        }),
    ))
}
