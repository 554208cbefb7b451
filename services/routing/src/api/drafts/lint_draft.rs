//! GET /v1/directory/drafts/{draft_id}/lint: what is doubtful.
use crate::ctx::Ctx;
use crate::domain::lint::{Finding, Severity};
use crate::usecases::review_draft;
use axum::extract::State;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Json, Path, Problem, Query};

/// For which day.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// The day as of which dates are looked at; today, when absent.
    pub on: Option<NaiveDate>,
}

/// What lint found.
#[derive(Debug, Serialize, ToSchema)]
pub struct LintView {
    /// The day.
    pub on: NaiveDate,
    /// How many errors the version before does not have, listed or not: they block a publication without a reason.
    pub blocking: usize,
    /// Errors first, then by code.
    pub findings: Vec<FindingView>,
    /// How many of each code there are; at most 500 of each are listed, and 500 new errors beside them.
    #[schema(value_type = Object)]
    pub counts: BTreeMap<&'static str, usize>,
    /// True when the work reached its bound: there may be more of the kinds in `incomplete`.
    pub truncated: bool,
    /// Kinds that were not looked for everywhere.
    #[schema(value_type = Vec<String>)]
    pub incomplete: Vec<&'static str>,
}

/// One finding.
#[derive(Debug, Serialize, ToSchema)]
pub struct FindingView {
    /// `conflict`, `gap`, `gap_conditional`, `never_wins`, `grassroots`, `lead_expired`, `reference_expires`,
    /// `reference_begins`, `role_ambiguous`, `role_unresolved` or `calendar_year_missing`.
    #[schema(value_type = String)]
    pub code: &'static str,
    /// `error`, `warning` or `information`.
    #[schema(value_type = String)]
    pub severity: Severity,
    /// True when the version before does not have it.
    pub is_new: bool,
    /// 条目编号
    pub duties: Vec<String>,
    /// 单位编码
    pub units: Vec<String>,
    /// 事项编码
    pub matters: Vec<String>,
    /// Rows of other tables, such as `overlays.csv:OV003`.
    pub rows: Vec<String>,
    /// 区划编码, the first 20.
    pub divisions: Vec<String>,
    /// How many divisions there are.
    pub divisions_count: usize,
    /// An English sentence.
    pub en: String,
    /// 中文.
    pub zh: String,
}

impl FindingView {
    pub(super) fn new(finding: Finding, is_new: bool) -> Self {
        Self {
            code: finding.code,
            severity: finding.severity,
            is_new,
            duties: finding.duties,
            units: finding.units,
            matters: finding.matters,
            rows: finding.rows,
            divisions: finding.divisions,
            divisions_count: finding.divisions_count,
            en: finding.en,
            zh: finding.zh,
        }
    }
}

/// Looks a draft over: gaps, conflicts, duties that never win, expired references, roles that nobody has, and street
/// offices where that is forbidden.
#[utoipa::path(get, path = "/v1/directory/drafts/{draft_id}/lint", tag = "directory",
    params(("draft_id" = Uuid, Path, description = "The draft"), Asked),
    responses((status = 200, body = LintView), (status = 404, description = "No such draft")))]
pub async fn lint_draft(
    State(ctx): State<Ctx>,
    Path(draft_id): Path<Uuid>,
    Query(asked): Query<Asked>,
) -> Result<Json<LintView>, Problem> {
    let today = ctx.local(ctx.db.clock().now()).date_naive();
    let on = asked.on.unwrap_or(today);
    let linted = review_draft::lint_draft(&ctx.db, (&ctx.directories, &ctx.drafts), draft_id, on).await;
    let linted = linted.map_err(|error| super::error::review_draft(&error))?;
    let found: Vec<FindingView> = linted
        .report
        .findings
        .into_iter()
        .zip(linted.is_new)
        .map(|(finding, is_new)| FindingView::new(finding, is_new))
        .collect();
    Ok(Json(LintView {
        on,
        blocking: linted.report.new_errors,
        findings: found,
        counts: linted.report.counts,
        truncated: linted.report.truncated,
        incomplete: linted.report.incomplete,
    }))
}
