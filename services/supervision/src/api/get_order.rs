//! GET /v1/orders/{order_id}: state, assignment, clocks with due times and reasons, level.
use crate::api::error;
use crate::ctx::Ctx;
use crate::domain::{Assignment, Clock, ClockState, Order};
use crate::usecases::get_order;
use axum::extract::State;
use chrono::{DateTime, FixedOffset, Utc};
use contracts::ids::OrderId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Json, Lang, Path, Problem};

/// An order as supervision sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderView {
    /// The order.
    pub order_id: Uuid,
    /// Its number.
    pub order_number: Option<String>,
    /// The complaint.
    pub complaint_id: Option<Uuid>,
    /// Number told to the caller.
    pub complaint_number: Option<String>,
    /// One line, personal data masked.
    pub title: Option<String>,
    /// 事项.
    pub matter: Option<String>,
    /// 区划.
    pub division: Option<String>,
    /// 诉求类型.
    pub kind: Option<String>,
    /// 紧急程度.
    pub urgency: Option<String>,
    /// 渠道.
    pub channel: Option<String>,
    /// Identity must not be shown to units.
    pub confidential: bool,
    /// `registered`, `undecided`, `disputed`, `assigned`, `signed`, `responded`, `replied`, `calling_back`, `closed`.
    pub state: &'static str,
    /// Who is responsible now; absent when nobody is.
    pub assignment: Option<AssignmentView>,
    /// Rework round; 0 at first.
    pub rework: i32,
    /// The clocks: total, and sign, respond and finish of the newest round.
    pub clocks: Vec<ClockView>,
    /// Rung of the ladder of supervision; 0 = none.
    pub level: i16,
    /// When the complaint was accepted.
    pub accepted_at: Option<DateTime<FixedOffset>>,
    /// The deadline of the province, of what it handed down: the total clock is due no later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_by: Option<DateTime<FixedOffset>>,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<&'static str>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<DateTime<FixedOffset>>,
}

/// Who is responsible.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssignmentView {
    /// 主办, code.
    pub unit: String,
    /// 主办, name.
    pub unit_name: String,
    /// 1, 2, 3, …
    pub generation: i32,
    /// 协办, codes.
    pub co_handlers: Vec<String>,
    /// Dispatch.
    pub assigned_at: DateTime<FixedOffset>,
    /// Version of the directory the decision cites.
    pub directory_version: i64,
}

/// One clock.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClockView {
    /// `sign`, `respond`, `finish`, `total`.
    pub clock: &'static str,
    /// Generation it belongs to; 0 for total.
    pub generation: i32,
    /// Rework round it belongs to.
    pub rework: i32,
    /// From when it counts.
    pub started_at: DateTime<FixedOffset>,
    /// Yellow.
    pub warn_at: DateTime<FixedOffset>,
    /// Red.
    pub due_at: DateTime<FixedOffset>,
    /// `running`, `warned`, `breached`, `met`, `cancelled`.
    pub state: &'static str,
    /// Past its limit: open, or met too late.
    pub late: bool,
    /// When what it waits for happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub met_at: Option<DateTime<FixedOffset>>,
    /// Why then, in the language asked for.
    pub explanation: Vec<String>,
}

/// State, assignment, clocks and level of an order.
#[utoipa::path(get, path = "/v1/orders/{order_id}", tag = "orders",
    params(("order_id" = Uuid, Path, description = "The order")),
    responses((status = 200, body = OrderView), (status = 404, description = "Nothing is known of it")))]
pub async fn get_order(
    State(ctx): State<Ctx>,
    lang: Lang,
    Path(order_id): Path<Uuid>,
) -> Result<Json<OrderView>, Problem> {
    let words = lang.pick(worktime::Lang::En, worktime::Lang::Zh);
    let found = get_order::get_order(&ctx.db, &ctx.shelf, OrderId(order_id), words)
        .await
        .map_err(|e| error::db(&e))?;
    let found = found.ok_or_else(error::unknown)?;
    let now = ctx.db.clock().now();
    let clocks = found
        .clocks
        .into_iter()
        .map(|(clock, reason)| clock_view(&ctx, &clock, reason, now))
        .collect();
    Ok(Json(view(&ctx, &found.order, clocks)))
}

fn view(ctx: &Ctx, order: &Order, clocks: Vec<ClockView>) -> OrderView {
    let registration = order.registration.as_ref();
    let assignment = order.assignment.as_ref();
    let number = registration
        .map(|r| &r.order_number)
        .or_else(|| assignment.map(|a| &a.order_number));
    let routed = |by: fn(&Assignment) -> Option<&String>| assignment.and_then(by).cloned();
    OrderView {
        order_id: order.order_id.uuid(),
        order_number: number.cloned(),
        complaint_id: registration.map(|r| r.complaint_id.uuid()),
        complaint_number: registration.map(|r| r.complaint_number.clone()),
        title: registration.map(|r| r.title.clone()),
        matter: routed(|a| a.matter.as_ref()).or_else(|| registration.and_then(|r| r.matter.clone())),
        division: routed(|a| a.division.as_ref()).or_else(|| registration.and_then(|r| r.division.clone())),
        kind: registration.map(|r| r.kind.as_str().to_owned()),
        urgency: order.urgency().map(|urgency| urgency.as_str().to_owned()),
        channel: registration.map(|r| r.channel.as_str().to_owned()),
        confidential: registration.is_some_and(|r| r.confidential),
        state: order.state().word(),
        assignment: order.lead().map(|lead| AssignmentView {
            unit: lead.lead.code.0.clone(),
            unit_name: lead.lead.name.clone(),
            generation: lead.generation,
            co_handlers: lead.co_handlers.iter().map(|unit| unit.code.0.clone()).collect(),
            assigned_at: ctx.local(lead.assigned_at),
            directory_version: lead.directory_version,
        }),
        rework: order.round(),
        clocks,
        level: order.level,
        accepted_at: order.accepted_at().map(|at| ctx.local(at)),
        due_by: registration.and_then(|r| r.due_by).map(|at| ctx.local(at)),
        outcome: order.closed.map(|(outcome, _)| outcome.as_str()),
        closed_at: order.closed.map(|(_, at)| ctx.local(at)),
    }
}

fn clock_view(ctx: &Ctx, clock: &Clock, explanation: Vec<String>, now: DateTime<Utc>) -> ClockView {
    let met_at = if let ClockState::Met(at) = clock.state {
        Some(at)
    } else {
        None
    };
    ClockView {
        clock: clock.name.as_str(),
        generation: clock.generation,
        rework: clock.rework,
        started_at: ctx.local(clock.basis.started_at),
        warn_at: ctx.local(clock.warn_at),
        due_at: ctx.local(clock.due_at),
        state: clock.state.word(),
        late: met_at.map_or(clock.is_open() && clock.due_at <= now, |at| at > clock.due_at),
        met_at: met_at.map(|at| ctx.local(at)),
        explanation,
    }
}
