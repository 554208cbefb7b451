//! `GET /v1/complaints/{complaint_id}/identity/accesses`: who looked, oldest first.
use super::error;
use super::views::local;
use crate::ctx::Ctx;
use crate::domain::ComplaintId;
use crate::domain::reveal::Access;
use crate::usecases::list_identity_accesses::list_identity_accesses as read;
use axum::extract::State;
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Json, Page, Path, Problem, Query, page};

/// Which looks are wanted.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListIdentityAccesses {
    /// `next` of the page before.
    after: Option<String>,
    /// Items on a page, 1 to 200.
    limit: Option<u32>,
}

/// One look.
#[derive(Serialize, ToSchema)]
pub(super) struct AccessBody {
    /// Subject of the token.
    looked_by: String,
    /// Roles of the token.
    roles: Vec<String>,
    /// name, phone, words.
    field: &'static str,
    /// callback, contact, emergency, transfer, supervision, correction.
    purpose: &'static str,
    /// Phone numbers masked.
    reason: String,
    /// shown, refused, absent, unreadable.
    outcome: &'static str,
    looked_at: DateTime<FixedOffset>,
}

impl AccessBody {
    fn of(access: Access, offset: FixedOffset) -> Self {
        Self {
            looked_by: access.looked_by,
            roles: access.roles,
            field: access.field.as_str(),
            purpose: access.purpose.as_str(),
            reason: access.reason,
            outcome: access.outcome.as_str(),
            looked_at: local(access.looked_at, offset),
        }
    }
}

/// A page of the looks at one complaint's identity, refused ones included, oldest first.
#[utoipa::path(
    get, path = "/v1/complaints/{complaint_id}/identity/accesses",
    params(("complaint_id" = Uuid, Path), ListIdentityAccesses),
    responses((status = 200, body = Page<AccessBody>))
)]
pub(super) async fn list_identity_accesses(
    State(ctx): State<Ctx>,
    Path(complaint_id): Path<ComplaintId>,
    Query(wanted): Query<ListIdentityAccesses>,
) -> Result<Json<Page<AccessBody>>, Problem> {
    let limit = page::limit(wanted.limit)?;
    let after: Option<i64> = page::decode(wanted.after.as_deref(), "after")?;
    let accesses = read(&ctx.db, complaint_id, after, limit)
        .await
        .map_err(|problem| error::database(&problem))?;
    let page = Page::from_rows(accesses, limit, |last| last.access_id);
    Ok(Json(page.map(|access| AccessBody::of(access, ctx.offset))))
}
