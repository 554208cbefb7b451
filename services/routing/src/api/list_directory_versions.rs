//! GET /v1/directory/versions: what was published, newest first.
use crate::api::error;
use crate::ctx::Ctx;
use crate::usecases::read_directory::{self, Version};
use axum::extract::State;
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Json, Page, Problem, Query, page};

/// Which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Cursor of the previous page.
    pub after: Option<String>,
    /// Only the version that decided at this moment (RFC 3339).
    pub at: Option<DateTime<FixedOffset>>,
    /// Items on the page, 1 to 200; 50 by default.
    pub limit: Option<u32>,
}

/// One version.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionView {
    /// 1, 2, 3, …; the newest decides.
    pub version: i64,
    /// SHA-256 of its content.
    pub content_hash: String,
    /// When.
    pub published_at: DateTime<FixedOffset>,
    /// By whom.
    pub published_by: String,
    /// What changed.
    pub note: String,
    /// The draft it was; absent for a pack published as it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draft_id: Option<Uuid>,
    /// Everyone who wrote some of the draft.
    pub drafted_by: Vec<String>,
    /// Why it was published although lint found errors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub override_reason: Option<String>,
}

impl VersionView {
    pub(super) fn new(ctx: &Ctx, version: Version) -> Self {
        Self {
            version: version.version,
            content_hash: version.content_hash,
            published_at: ctx.local(version.published_at),
            published_by: version.published_by,
            note: version.note,
            draft_id: version.draft_id,
            drafted_by: version.drafted_by,
            override_reason: version.override_reason,
        }
    }
}

/// Published versions, newest first; with `at`, only the one that decided then.
#[utoipa::path(get, path = "/v1/directory/versions", tag = "directory", params(Filter),
    responses((status = 200, body = Page<VersionView>)))]
pub async fn list_directory_versions(
    State(ctx): State<Ctx>,
    Query(filter): Query<Filter>,
) -> Result<Json<Page<VersionView>>, Problem> {
    if let Some(at) = filter.at {
        let found = read_directory::in_force(&ctx.db, at.into()).await;
        let found = found.map_err(|error| error::db(&error))?;
        let rows = match found {
            Some(version) => read_directory::versions(&ctx.db, Some(version + 1), 1).await,
            None => Ok(Vec::new()),
        };
        let page = Page::from_rows(rows.map_err(|error| error::db(&error))?, 1, |row| row.version);
        return Ok(Json(page.map(|row| VersionView::new(&ctx, row))));
    }
    let limit = page::limit(filter.limit)?;
    let before: Option<i64> = page::decode(filter.after.as_deref(), "after")?;
    let rows = read_directory::versions(&ctx.db, before, i64::from(limit) + 1).await;
    let page = Page::from_rows(rows.map_err(|error| error::db(&error))?, limit, |row| row.version);
    Ok(Json(page.map(|row| VersionView::new(&ctx, row))))
}
