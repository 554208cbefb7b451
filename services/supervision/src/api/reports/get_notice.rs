//! GET /v1/notices/{period}: the monthly notice, best and worst named, with proposals for referral.
use super::views::{ReportView, answer, form};
use crate::api::error;
use crate::api::figures::period::{as_of, month};
use crate::ctx::Ctx;
use crate::usecases::reports::{Setting, notice};
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::IntoParams;
use web::{Lang, Path, Problem, Query};

/// In which form.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NoticeQuery {
    /// Facts of later than this moment are left out; now by default.
    pub as_of: Option<DateTime<Utc>>,
    /// `json` (default), `xlsx`, `html`.
    pub format: Option<String>,
}

/// The notice of a month: reply and implementation rate per unit, best and worst by peer group, units proposed for
/// referral because they pushed away what was their own, hard matters.
#[utoipa::path(get, path = "/v1/notices/{period}", tag = "reports",
    params(("period" = String, Path, description = "YYYY-MM"), NoticeQuery),
    responses((status = 200, body = ReportView)))]
pub async fn get_notice(
    State(ctx): State<Ctx>,
    lang: Lang,
    Path(period): Path<String>,
    Query(query): Query<NoticeQuery>,
) -> Result<Response, Problem> {
    let form = form(query.format.as_deref())?;
    let month = month(&period)?;
    let as_of = as_of(&ctx, query.as_of);
    let names = ctx.names.look(&ctx.db).await.map_err(|e| error::db(&e))?;
    let policy = ctx.scores_policy().await.map_err(|e| error::db(&e))?;
    let setting = Setting {
        names: &names,
        policy: &policy,
        offset: ctx.offset(),
    };
    let tables = notice(&ctx.readings, setting, month, as_of).await;
    let tables = tables.map_err(|e| error::db(&e))?;
    let title = lang.pick("Monthly notice", "办理情况通报");
    answer(&ctx, ("notice", title), (month, as_of), tables, (form, lang))
}
