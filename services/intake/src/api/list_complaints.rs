//! `GET /v1/complaints`: pages of complaints, newest first.
use super::error;
use super::views::ComplaintSummary;
use crate::ctx::Ctx;
use crate::domain::{Channel, ComplaintId, Kind};
use crate::usecases::list_complaints::{Wanted, list_complaints as read};
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use web::{Json, Page, Problem, Query, page};

/// Which complaints are wanted.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListComplaints {
    /// `next` of the page before.
    after: Option<String>,
    /// Items on a page, 1 to 200.
    limit: Option<u32>,
    /// Only the one under this number of the sending system; `channel` says whose number it is.
    source_number: Option<String>,
    /// Only by this channel.
    #[param(value_type = Option<String>)]
    channel: Option<Channel>,
    /// Only of this kind.
    #[param(value_type = Option<String>)]
    kind: Option<Kind>,
}

/// A page of complaints, newest first. With `channel` and `source_number`, the one complaint that the sending system
/// knows by that number: its `complaint_number` leads to its progress.
#[utoipa::path(get, path = "/v1/complaints", params(ListComplaints), responses((status = 200, body = Page<ComplaintSummary>)))]
pub(super) async fn list_complaints(
    State(ctx): State<Ctx>,
    Query(wanted): Query<ListComplaints>,
) -> Result<Json<Page<ComplaintSummary>>, Problem> {
    let limit = page::limit(wanted.limit)?;
    let after: Option<ComplaintId> = page::decode(wanted.after.as_deref(), "after")?;
    let source_number = wanted.source_number.as_deref().map(str::trim);
    let source_number = source_number.filter(|number| !number.is_empty());
    if source_number.is_some() && wanted.channel.is_none() {
        return Err(error::channel_missing());
    }
    let wanted = Wanted {
        after,
        source_number: source_number.map(str::to_owned),
        channel: wanted.channel,
        kind: wanted.kind,
        limit,
    };
    let complaints = read(&ctx.db, wanted)
        .await
        .map_err(|problem| error::database(&problem))?;
    let page = Page::from_rows(complaints, limit, |last| last.complaint_id);
    Ok(Json(
        page.map(|complaint| ComplaintSummary::of(&complaint, ctx.offset)),
    ))
}
