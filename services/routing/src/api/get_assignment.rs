//! GET /v1/orders/{order_id}/assignment: who is responsible, on what terms, why, and who was before.
use super::views::{ExplanationView, ReturnRightView, TermsView, UnitView, duties, units};
use crate::api::error;
use crate::ctx::Ctx;
use crate::domain::assignment::Assignment;
use crate::usecases::read_orders::{self, OrderView};
use axum::extract::State;
use chrono::{DateTime, FixedOffset};
use contracts::ids::OrderId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Json, Path, Problem};

/// An order's present assignment, or why it has none.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssignmentView {
    /// The order.
    pub order_id: Uuid,
    /// Number people use.
    pub order_number: String,
    /// `assigned`, `undecided`, `disputed` or `closed`.
    pub state: &'static str,
    /// Newest generation; 0 = none yet.
    pub generation: i32,
    /// 主办; null while nobody could be named.
    pub lead: Option<UnitView>,
    /// 协办
    pub co_handlers: Vec<UnitView>,
    /// The matter it was routed by.
    pub matter: Option<String>,
    /// Chain of divisions, finest first.
    pub divisions: Vec<String>,
    /// The duties that decided; empty when a dispatcher did.
    pub duties: Vec<String>,
    /// Time limits.
    pub terms: Option<TermsView>,
    /// Whether and how often the lead may ask for a return.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_right: Option<ReturnRightView>,
    /// How many returns of the order were upheld.
    pub returns: i32,
    /// How often the order was amended.
    pub amendments: i32,
    /// Version of the directory that it cites.
    pub directory_version: Option<i64>,
    /// When the complaint was accepted.
    pub accepted_at: DateTime<FixedOffset>,
    /// When this generation was dispatched.
    pub assigned_at: Option<DateTime<FixedOffset>>,
    /// `directory`, or `agent:<subject>`.
    pub decided_by: Option<String>,
    /// Why nobody could be named, while the order waits for a dispatcher.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Units in question, while the order waits.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<UnitView>,
    /// Why.
    pub explanation: Option<ExplanationView>,
    /// Every generation, newest first.
    pub history: Vec<GenerationView>,
}

/// One generation.
#[derive(Debug, Serialize, ToSchema)]
pub struct GenerationView {
    /// 1, 2, 3, …
    pub generation: i32,
    /// 主办
    pub lead: UnitView,
    /// 协办
    pub co_handlers: Vec<UnitView>,
    /// The duties that decided.
    pub duties: Vec<String>,
    /// Version of the directory that it cites.
    pub directory_version: i64,
    /// When.
    pub assigned_at: DateTime<FixedOffset>,
    /// `directory`, or `agent:<subject>`.
    pub decided_by: String,
    /// Why.
    pub explanation: ExplanationView,
}

/// Who is responsible for an order, on what terms, and why.
#[utoipa::path(get, path = "/v1/orders/{order_id}/assignment", tag = "assignments",
    params(("order_id" = Uuid, Path, description = "The order")),
    responses((status = 200, body = AssignmentView), (status = 404, description = "Routing has not heard of the order")))]
pub async fn get_assignment(
    State(ctx): State<Ctx>,
    Path(order_id): Path<Uuid>,
) -> Result<Json<AssignmentView>, Problem> {
    let found = read_orders::order(&ctx.db, OrderId(order_id))
        .await
        .map_err(|error| error::db(&error))?;
    Ok(Json(view(&ctx, &found.ok_or_else(error::order_unknown)?)))
}

fn view(ctx: &Ctx, found: &OrderView) -> AssignmentView {
    let order = &found.order;
    let waiting = found.waiting.as_ref().map(|item| &item.waiting);
    // While the order waits, the last assignment is history: nobody is responsible.
    let present = found.assignments.first().filter(|_| waiting.is_none());
    let explanation = present
        .map(|assignment| &assignment.explanation)
        .or(waiting.map(|waiting| &waiting.explanation));
    let cited = present.map(|assignment| assignment.directory_version);
    AssignmentView {
        order_id: order.order_id.uuid(),
        order_number: order.order_number.clone(),
        state: order.state.as_str(),
        generation: order.generation,
        lead: present.map(|assignment| UnitView::from(&assignment.lead)),
        co_handlers: present
            .map(|assignment| co_handlers(found, assignment))
            .unwrap_or_default(),
        matter: order.question.matter.as_ref().map(|matter| matter.0.clone()),
        divisions: present.map(divisions).unwrap_or_default(),
        duties: present.map(duties).unwrap_or_default(),
        terms: present.map(|assignment| TermsView::from(&assignment.terms)),
        return_right: present
            .and_then(|assignment| assignment.return_right)
            .map(ReturnRightView::from),
        returns: order.bounces,
        amendments: order.amendment,
        directory_version: cited.or(waiting.map(|waiting| waiting.directory_version)),
        accepted_at: ctx.local(order.accepted_at()),
        assigned_at: present.map(|assignment| ctx.local(assignment.decided_at)),
        decided_by: present.map(|assignment| assignment.decided_by.clone()),
        reason: waiting.map(|waiting| waiting.reason.clone()),
        candidates: waiting
            .map(|waiting| units(&waiting.candidates))
            .unwrap_or_default(),
        explanation: explanation.map(ExplanationView::from),
        history: found
            .assignments
            .iter()
            .map(|assignment| generation(ctx, found, assignment))
            .collect(),
    }
}

fn divisions(assignment: &Assignment) -> Vec<String> {
    assignment
        .divisions
        .iter()
        .map(|division| division.0.clone())
        .collect()
}

/// Those of the assignment, and those its lead asked for.
fn co_handlers(found: &OrderView, assignment: &Assignment) -> Vec<UnitView> {
    let asked_for = found
        .helpers
        .iter()
        .filter(|helper| helper.generation == assignment.generation);
    let mut all = units(&assignment.co_handlers);
    all.extend(asked_for.map(|helper| UnitView::from(&helper.unit)));
    all
}

fn generation(ctx: &Ctx, found: &OrderView, assignment: &Assignment) -> GenerationView {
    GenerationView {
        generation: assignment.generation,
        lead: UnitView::from(&assignment.lead),
        co_handlers: co_handlers(found, assignment),
        duties: duties(assignment),
        directory_version: assignment.directory_version,
        assigned_at: ctx.local(assignment.decided_at),
        decided_by: assignment.decided_by.clone(),
        explanation: ExplanationView::from(&assignment.explanation),
    }
}
