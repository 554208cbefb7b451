//! GET /v1/orders/{order_id}/decisions: every decision about an order, also those that named nobody.
use super::views::{ExplanationView, UnitView, units};
use crate::api::error;
use crate::ctx::Ctx;
use crate::domain::assignment::Assignment;
use crate::domain::undecided::UndecidedDecision;
use crate::usecases::read_orders;
use axum::extract::State;
use chrono::{DateTime, FixedOffset};
use contracts::ids::OrderId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Json, Path, Problem};

/// Decisions without a lead that are listed, the newest ones: each amendment of a waiting order makes one.
const LISTED_MAX: i64 = 200;

/// Every decision about an order.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionsView {
    /// The order.
    pub order_id: Uuid,
    /// Newest first; of those without a lead the newest 200.
    pub decisions: Vec<DecidedView>,
}

/// One decision.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecidedView {
    /// What the order became by it: `assigned`, `undecided` or `disputed`.
    pub state: &'static str,
    /// The generation of an assignment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generation: Option<i32>,
    /// The number of a decision without a lead, by which it is replayed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<i64>,
    /// 主办
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead: Option<UnitView>,
    /// Why nobody could be named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Units in question, when nobody could be named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<UnitView>,
    /// Version of the directory that it cites.
    pub directory_version: i64,
    /// When.
    pub decided_at: DateTime<FixedOffset>,
    /// `directory`, or `agent:<subject>`.
    pub decided_by: String,
    /// Why.
    pub explanation: ExplanationView,
}

/// Every decision about an order: assignments, and those that left it to a person. Each can be replayed.
#[utoipa::path(get, path = "/v1/orders/{order_id}/decisions", tag = "assignments",
    params(("order_id" = Uuid, Path, description = "The order")),
    responses((status = 200, body = DecisionsView), (status = 404, description = "Routing has not heard of the order")))]
pub async fn list_decisions(
    State(ctx): State<Ctx>,
    Path(order_id): Path<Uuid>,
) -> Result<Json<DecisionsView>, Problem> {
    let id = OrderId(order_id);
    let found = read_orders::order(&ctx.db, id).await;
    let found = found
        .map_err(|error| error::db(&error))?
        .ok_or_else(error::order_unknown)?;
    let undecided = read_orders::undecided(&ctx.db, id, LISTED_MAX).await;
    let undecided = undecided.map_err(|error| error::db(&error))?;
    let mut decisions: Vec<DecidedView> = found
        .assignments
        .iter()
        .map(|assignment| assigned(&ctx, assignment))
        .collect();
    decisions.extend(
        undecided
            .iter()
            .map(|(number, decision)| left(&ctx, *number, decision)),
    );
    // What was decided at the same instant stands in the order of its kind: a person decides after the rules.
    decisions.sort_by_key(|decision| std::cmp::Reverse(decision.decided_at));
    Ok(Json(DecisionsView { order_id, decisions }))
}

fn assigned(ctx: &Ctx, assignment: &Assignment) -> DecidedView {
    DecidedView {
        state: "assigned",
        generation: Some(assignment.generation),
        number: None,
        lead: Some(UnitView::from(&assignment.lead)),
        reason: None,
        candidates: Vec::new(),
        directory_version: assignment.directory_version,
        decided_at: ctx.local(assignment.decided_at),
        decided_by: assignment.decided_by.clone(),
        explanation: ExplanationView::from(&assignment.explanation),
    }
}

fn left(ctx: &Ctx, number: i64, decision: &UndecidedDecision) -> DecidedView {
    let waiting = &decision.waiting;
    DecidedView {
        state: decision.state.as_str(),
        generation: None,
        number: Some(number),
        lead: None,
        reason: Some(waiting.reason.clone()),
        candidates: units(&waiting.candidates),
        directory_version: waiting.directory_version,
        decided_at: ctx.local(waiting.entered_at),
        decided_by: crate::domain::assignment::BY_DIRECTORY.to_owned(),
        explanation: ExplanationView::from(&waiting.explanation),
    }
}
