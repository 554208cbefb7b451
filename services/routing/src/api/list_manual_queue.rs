//! GET /v1/manual-queue: orders that wait for a dispatcher, emergencies first, then urgent, then oldest.
use super::views::{ExplanationView, QuestionView, UnitView, units};
use crate::api::error;
use crate::ctx::Ctx;
use crate::domain::manual::{QueueItem, QueuePlace};
use crate::usecases::read_orders;
use axum::extract::State;
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Json, Page, Problem, Query, page};

/// Which part of the queue.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Cursor of the previous page.
    pub after: Option<String>,
    /// Items on the page, 1 to 200; 50 by default.
    pub limit: Option<u32>,
}

/// One order of the queue.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueueItemView {
    /// The order.
    pub order_id: Uuid,
    /// Number people use.
    pub order_number: String,
    /// One line, personal data masked.
    pub title: String,
    /// What is wanted, personal data masked.
    pub text: String,
    /// What the directory was asked.
    pub question: QuestionView,
    /// `undecided`: a dispatcher names the unit. `disputed`: it needs a ruling.
    pub state: &'static str,
    /// `tie`, `no_duty`, `no_matter`, `place_unknown`, `place_ambiguous`, `place_too_coarse` or `role_unresolved`; what the text
    /// proposes instead of an order: `proposed_decline`, `proposed_transfer`, `proposed_answer`; of a disputed order `bounced`,
    /// `loop` or `no_lead`.
    pub reason: String,
    /// Units in question.
    pub candidates: Vec<UnitView>,
    /// Why nobody could be named.
    pub explanation: ExplanationView,
    /// Version of the directory that was asked.
    pub directory_version: i64,
    /// Newest generation; 0 = never assigned.
    pub generation: i32,
    /// How many returns of it were upheld.
    pub returns: i32,
    /// When the complaint was accepted.
    pub accepted_at: DateTime<FixedOffset>,
    /// Since when it waits.
    pub waiting_since: DateTime<FixedOffset>,
    /// Dispatcher who works on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_by: Option<String>,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_until: Option<DateTime<FixedOffset>>,
}

/// Orders that wait for a dispatcher: emergencies first, then urgent, then oldest.
#[utoipa::path(get, path = "/v1/manual-queue", tag = "manual queue", params(Filter),
    responses((status = 200, body = Page<QueueItemView>)))]
pub async fn list_manual_queue(
    State(ctx): State<Ctx>,
    Query(filter): Query<Filter>,
) -> Result<Json<Page<QueueItemView>>, Problem> {
    let limit = page::limit(filter.limit)?;
    let after: Option<QueuePlace> = page::decode(filter.after.as_deref(), "after")?;
    let rows = read_orders::manual_queue(&ctx.db, after, i64::from(limit) + 1).await;
    let page = Page::from_rows(rows.map_err(|error| error::db(&error))?, limit, |item| {
        item.place.clone()
    });
    Ok(Json(page.map(|item| view(&ctx, &item))))
}

fn view(ctx: &Ctx, item: &QueueItem) -> QueueItemView {
    let now = ctx.db.clock().now();
    // A hold that has ended is none.
    let claim = item.claim.as_ref().filter(|claim| now < claim.until);
    QueueItemView {
        order_id: item.place.order_id.uuid(),
        order_number: item.order_number.clone(),
        title: item.title.clone(),
        text: item.text.clone(),
        question: QuestionView::from(&item.question),
        state: item.state.as_str(),
        reason: item.waiting.reason.clone(),
        candidates: units(&item.waiting.candidates),
        explanation: ExplanationView::from(&item.waiting.explanation),
        directory_version: item.waiting.directory_version,
        generation: item.generation,
        returns: item.bounces,
        accepted_at: ctx.local(item.place.accepted_at),
        waiting_since: ctx.local(item.waiting.entered_at),
        claimed_by: claim.map(|claim| claim.by.clone()),
        claimed_until: claim.map(|claim| ctx.local(claim.until)),
    }
}
