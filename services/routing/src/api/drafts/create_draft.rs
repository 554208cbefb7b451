//! POST /v1/directory/drafts: a draft begins with a pack, or as the newest version.
use super::DraftView;
use crate::api::error;
use crate::api::uploads::UploadPlace;
use crate::ctx::Ctx;
use crate::pack::Files;
use crate::usecases::create_draft::{Command, CreateDraft, Created};
use crate::usecases::publish_directory;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use contracts::cause::{Asked, Cause};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{IdempotencyKey, Json, Problem};

/// What the draft begins with.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftForm {
    /// File name → content: `duties.csv`, `派单目录.xlsx`, `boundaries.geojson`, `holidays/2026.json`, … Absent: the newest
    /// version, to be edited row by row.
    pub pack: Option<BTreeMap<String, FileForm>>,
    /// What it is for.
    #[serde(default)]
    pub note: String,
}

/// A file: its text, or its bytes in base64 (workbooks, and text in another encoding than UTF-8).
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(untagged)]
pub enum FileForm {
    /// Text.
    Text(String),
    /// Bytes.
    Bytes {
        /// The bytes in base64.
        base64: String,
    },
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedView {
    /// The draft; null when the pack is the version that decides already.
    pub draft_id: Option<Uuid>,
    /// True when the pack is the version that decides already: there is nothing to draft.
    pub unchanged: bool,
    /// That version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// The draft.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draft: Option<DraftView>,
}

/// Begins a draft. A pack is checked whole, all or nothing; the same pack again is the same draft.
/// Only a few packs are read at the same time: 503 `uploads_busy` says when to come again.
#[utoipa::path(post, path = "/v1/directory/drafts", tag = "directory", request_body = DraftForm,
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 128 visible ASCII characters, best a fresh UUID")),
    responses((status = 201, body = CreatedView), (status = 200, body = CreatedView, description = "Known already, or nothing new"),
        (status = 409, description = "No pack was given and no directory has been published"),
        (status = 422, description = "The pack has faults: member `faults` lists file, line, column, value and what was expected")))]
pub async fn create_draft(
    State(ctx): State<Ctx>,
    principal: Principal,
    place: UploadPlace,
    key: Option<IdempotencyKey>,
    Json(form): Json<DraftForm>,
) -> Result<Response, Problem> {
    let attempt = key.map(|IdempotencyKey(key)| (key, web::idempotency::request_hash(&form).to_vec()));
    let import = match form.pack {
        None => None,
        Some(pack) => {
            let checked =
                publish_directory::check(files(pack)?, ctx.config.utc_offset_secs, place.clone()).await;
            Some(checked.map_err(|error| error::publish(&error))?)
        }
    };
    let by = format!("agent:{}", principal.subject);
    let cause = Cause::asked_by(by.clone(), telemetry::propagation::current_traceparent());
    let command = Command {
        draft_id: Uuid::now_v7(),
        import,
        note: form.note.chars().take(ctx.config.reason_chars_max).collect(),
        by,
        attempt,
    };
    let created = ctx.db.execute(&CreateDraft, Asked { cause, command }).await;
    let (status, draft) = match created.map_err(|refused| super::error::create_draft(&refused))? {
        Created::New(draft) => (StatusCode::CREATED, draft),
        Created::Known(draft) => (StatusCode::OK, draft),
        Created::Unchanged(version) => {
            let view = CreatedView {
                draft_id: None,
                unchanged: true,
                version: Some(version),
                draft: None,
            };
            return Ok((StatusCode::OK, Json(view)).into_response());
        }
    };
    let location = format!("/v1/directory/drafts/{}", draft.draft_id);
    let view = CreatedView {
        draft_id: Some(draft.draft_id),
        unchanged: false,
        version: None,
        draft: Some(DraftView::new(&ctx, draft)),
    };
    Ok((status, [(header::LOCATION, location)], Json(view)).into_response())
}

pub(in crate::api) fn files(pack: BTreeMap<String, FileForm>) -> Result<Files, Problem> {
    let mut files = Files::default();
    for (name, file) in pack {
        let bytes = match file {
            FileForm::Text(text) => text.into_bytes(),
            FileForm::Bytes { base64 } => STANDARD.decode(&base64).map_err(|_| {
                Problem::unprocessable("file_invalid", format!("{name} is not base64"))
                    .detail_zh(format!("{name} 不是 base64"))
                    .field(format!("pack.{name}"))
            })?,
        };
        files.add(&name, bytes);
    }
    Ok(files)
}
