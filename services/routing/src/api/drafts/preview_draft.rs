//! POST /v1/directory/drafts/{draft_id}/preview: which past orders would go elsewhere.
use crate::api::views::{ExplanationView, UnitView, units};
use crate::ctx::Ctx;
use crate::domain::explain::Explanation;
use crate::usecases::review_draft::{self, PreviewLimits};
use axum::extract::State;
use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Json, Path, Problem, page};

/// Which orders.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewForm {
    /// Orders accepted within so many days.
    #[schema(example = 14)]
    pub days: u32,
    /// `next` of the previous answer, to go on.
    pub after: Option<String>,
}

/// What would change.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewView {
    /// The version that decides now.
    pub directory_version: i64,
    /// How many orders this answer is about.
    pub orders: usize,
    /// How many of them would go elsewhere.
    pub changed: usize,
    /// Each of them with the reasons before and after.
    pub changes: Vec<ChangeView>,
    /// Where to go on; null when every order was asked.
    pub next: Option<String>,
}

/// One order that would go elsewhere.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeView {
    /// The order.
    pub order_id: Uuid,
    /// Number people use.
    pub order_number: String,
    /// Where it stands.
    pub state: String,
    /// When the complaint was accepted.
    pub accepted_at: DateTime<FixedOffset>,
    /// `outcome`, `lead` or `co_handlers`.
    #[schema(value_type = String)]
    pub what: &'static str,
    /// What the version that decides now says.
    pub before: AnswerView,
    /// What the draft says.
    pub after: AnswerView,
}

/// One of the two answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnswerView {
    /// `assigned`, `consultation`, `needs_information` or `manual`.
    pub outcome: String,
    /// 主办
    pub lead: Option<UnitView>,
    /// 协办
    pub co_handlers: Vec<UnitView>,
    /// Why.
    pub explanation: ExplanationView,
}

impl From<&Explanation> for AnswerView {
    fn from(explanation: &Explanation) -> Self {
        let data = &explanation.data;
        Self {
            outcome: data.outcome.clone(),
            lead: data.lead.as_ref().map(UnitView::from),
            co_handlers: units(&data.co_handlers),
            explanation: ExplanationView::from(explanation),
        }
    }
}

/// Asks the version that decides now and the draft about every order of the last days. Records nothing.
#[utoipa::path(post, path = "/v1/directory/drafts/{draft_id}/preview", tag = "directory", request_body = PreviewForm,
    params(("draft_id" = Uuid, Path, description = "The draft")),
    responses((status = 200, body = PreviewView), (status = 404, description = "No such draft"),
        (status = 409, description = "No directory has been published"), (status = 422, description = "Too many days")))]
pub async fn preview_draft(
    State(ctx): State<Ctx>,
    Path(draft_id): Path<Uuid>,
    Json(form): Json<PreviewForm>,
) -> Result<Json<PreviewView>, Problem> {
    let days_max = ctx.config.preview_days_max;
    if form.days == 0 || form.days > days_max {
        let detail = format!("from 1 to {days_max} days");
        return Err(Problem::unprocessable("days_invalid", detail)
            .detail_zh(format!("天数应为1至{days_max}"))
            .field("days"));
    }
    let since = ctx.db.clock().now() - TimeDelta::days(i64::from(form.days));
    let after: Option<(DateTime<Utc>, Uuid)> = page::decode(form.after.as_deref(), "after")?;
    let limits = PreviewLimits {
        orders_max: ctx.config.preview_orders_max,
        changes_max: ctx.config.preview_changes_max,
    };
    let place = after.unwrap_or((since, Uuid::nil()));
    let preview =
        review_draft::preview(&ctx.db, (&ctx.directories, &ctx.drafts), draft_id, place, limits).await;
    let preview = preview.map_err(|error| super::error::review_draft(&error))?;
    let changes: Vec<ChangeView> = preview
        .changes
        .iter()
        .map(|change| ChangeView {
            order_id: change.order.order_id,
            order_number: change.order.order_number.clone(),
            state: change.order.state.clone(),
            accepted_at: ctx.local(change.order.accepted_at),
            what: change.what,
            before: AnswerView::from(&change.before),
            after: AnswerView::from(&change.after),
        })
        .collect();
    Ok(Json(PreviewView {
        directory_version: preview.version,
        orders: preview.orders,
        changed: changes.len(),
        changes,
        next: preview.next.as_ref().map(page::encode),
    }))
}
