//! Referrals and their records.
use super::{ReferralView, html, view};
use crate::api::error;
use crate::ctx::Ctx;
use crate::domain::referral::Record;
use crate::usecases::referrals;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_TYPE, ETAG};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use web::{Json, Page, Path, Problem, Query, page};

/// Which referrals.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// About one order.
    pub order_id: Option<Uuid>,
    /// Of one unit.
    pub unit: Option<String>,
    /// Cursor of the previous page.
    pub after: Option<String>,
    /// Items on the page, 1 to 200; 50 by default.
    pub limit: Option<u32>,
}

/// Referrals, the oldest first.
#[utoipa::path(get, path = "/v1/referrals", tag = "referrals", params(Wanted),
    responses((status = 200, body = Page<ReferralView>)))]
pub async fn list_referrals(
    State(ctx): State<Ctx>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Page<ReferralView>>, Problem> {
    let limit = page::limit(wanted.limit)?;
    let after: Option<(DateTime<Utc>, Uuid)> = page::decode(wanted.after.as_deref(), "after")?;
    let unit = wanted.unit.as_deref().filter(|unit| !unit.is_empty());
    let rows = referrals::list(&ctx.db, wanted.order_id, unit, after, limit + 1).await;
    let page = Page::from_rows(rows.map_err(|e| error::db(&e))?, limit, |row| {
        (row.made_at, row.referral_id)
    });
    Ok(Json(page.map(|row| view(&ctx, row))))
}

/// One referral.
#[utoipa::path(get, path = "/v1/referrals/{referral_id}", tag = "referrals",
    params(("referral_id" = Uuid, Path, description = "The referral")),
    responses((status = 200, body = ReferralView), (status = 404, description = "No such referral")))]
pub async fn get_referral(
    State(ctx): State<Ctx>,
    Path(referral_id): Path<Uuid>,
) -> Result<Json<ReferralView>, Problem> {
    let row = referrals::get(&ctx.db, referral_id).await;
    let row = row
        .map_err(|e| error::db(&e))?
        .ok_or_else(error::referral_unknown)?;
    Ok(Json(view(&ctx, row)))
}

/// The record as it was handed over: the very bytes of `record_sha256`, or, for `Accept: text/html`, a page to print.
#[utoipa::path(get, path = "/v1/referrals/{referral_id}/record", tag = "referrals",
    params(("referral_id" = Uuid, Path, description = "The referral")),
    responses((status = 200, description = "timeline, clocks with the reason of each due time, extensions, suspensions, consultations; no identity",
            content((Object = "application/json"), (String = "text/html"))),
        (status = 404, description = "No such referral")))]
pub async fn get_record(
    State(ctx): State<Ctx>,
    Path(referral_id): Path<Uuid>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let row = referrals::get(&ctx.db, referral_id).await;
    let row = row
        .map_err(|e| error::db(&e))?
        .ok_or_else(error::referral_unknown)?;
    let tag = format!("\"{}\"", row.record_sha256);
    let accepts = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    let (sort, body) = if accepts.is_some_and(|accepts| accepts.contains("text/html")) {
        let record: Record = serde_json::from_str(&row.record).map_err(|e| Problem::internal(&e))?;
        (
            "text/html; charset=utf-8",
            html::page(&record, &row.record_sha256),
        )
    } else {
        ("application/json", row.record)
    };
    let headers = [(CONTENT_TYPE, sort.to_owned()), (ETAG, tag)];
    Ok((headers, body).into_response())
}
