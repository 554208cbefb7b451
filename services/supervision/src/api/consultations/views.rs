//! Consultations as people see them.
use crate::ctx::Ctx;
use crate::usecases::consultations::read::WithRulings;
use crate::usecases::consultations::{Ruling, WaitingRow};
use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A consultation.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsultationView {
    /// The consultation.
    pub consultation_id: Uuid,
    /// `opened`, `held`, `ruled`, `refused` (routing could not make a duty of a ruling), `ended`, `cancelled`.
    pub state: String,
    /// What it is about.
    pub orders: Vec<Uuid>,
    /// Who is summoned.
    pub units: Vec<SummonedView>,
    /// What is to be settled.
    pub question: String,
    /// When they meet.
    pub meets_at: DateTime<FixedOffset>,
    /// Where.
    pub meets_where: String,
    /// They meet where it is: 现场督办.
    pub on_site: bool,
    /// The supervision order it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supervision_id: Option<Uuid>,
    /// Who called it.
    pub opened_by: String,
    /// When.
    pub opened_at: DateTime<FixedOffset>,
    /// What was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes: Option<String>,
    /// Who wrote that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_by: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_at: Option<DateTime<FixedOffset>>,
    /// What was decided, with what routing refused, in the order in which it was said.
    pub rulings: Vec<RulingView>,
    /// Who cancelled it, or ended it without a ruling.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<DateTime<FixedOffset>>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_reason: Option<String>,
}

/// A unit that was summoned.
#[derive(Debug, Serialize, ToSchema)]
pub struct SummonedView {
    /// Its code.
    pub unit: String,
    /// Whether it came; absent before they met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub came: Option<bool>,
}

/// A ruling.
#[derive(Debug, Serialize, ToSchema)]
pub struct RulingView {
    /// The ruling; routing keeps it under the same id once it is a duty.
    pub ruling_id: Uuid,
    /// About which order.
    pub order_id: Uuid,
    /// 主办
    pub lead: String,
    /// 协办
    pub co_handlers: Vec<String>,
    /// Absent = the order's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matter: Option<String>,
    /// Absent = the finest division of the order's place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub division: Option<String>,
    /// 条件; empty = none.
    pub conditions: String,
    /// The document.
    pub basis: String,
    /// First day; absent = the day it is enacted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<NaiveDate>,
    /// Last day; absent = until further notice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<NaiveDate>,
    /// Who.
    pub made_by: String,
    /// When.
    pub made_at: DateTime<FixedOffset>,
    /// Why routing could not make a duty of it; absent while it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<RefusalView>,
}

/// Why a ruling cannot become a duty.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusalView {
    /// Stable code of the problem.
    pub code: String,
    /// What of the ruling is at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Why.
    pub reason: String,
    /// When.
    pub at: DateTime<FixedOffset>,
}

/// A disputed order that waits for a consultation.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingView {
    /// The order.
    pub order_id: Uuid,
    /// Its number.
    pub order_number: Option<String>,
    /// One line, personal data masked.
    pub title: Option<String>,
    /// 事项
    pub matter: Option<String>,
    /// 区划
    pub division: Option<String>,
    /// Why nobody owns it: code of routing.
    pub reason: Option<String>,
    /// How many assignments it has had.
    pub assignments: i32,
    /// When the complaint was accepted.
    pub accepted_at: DateTime<FixedOffset>,
}

/// For people, in local time.
pub(super) fn view(ctx: &Ctx, (row, rulings): WithRulings) -> ConsultationView {
    let came = row.came;
    let units = row.units.into_iter().map(|unit| SummonedView {
        came: came.as_ref().map(|came| came.contains(&unit)),
        unit,
    });
    ConsultationView {
        consultation_id: row.consultation_id,
        state: row.state,
        orders: row.orders,
        units: units.collect(),
        question: row.question,
        meets_at: ctx.local(row.meets_at),
        meets_where: row.meets_where,
        on_site: row.on_site,
        supervision_id: row.supervision_id,
        opened_by: row.opened_by,
        opened_at: ctx.local(row.opened_at),
        minutes: row.minutes,
        held_by: row.held_by,
        held_at: row.held_at.map(|at| ctx.local(at)),
        rulings: rulings.into_iter().map(|row| ruling_view(ctx, row)).collect(),
        ended_by: row.ended_by,
        ended_at: row.ended_at.map(|at| ctx.local(at)),
        end_reason: row.end_reason,
    }
}

fn ruling_view(ctx: &Ctx, row: Ruling) -> RulingView {
    let refused = row.refused_at.map(|at| RefusalView {
        code: row.refusal_code.unwrap_or_default(),
        field: row.refusal_field,
        reason: row.refusal_reason.unwrap_or_default(),
        at: ctx.local(at),
    });
    RulingView {
        ruling_id: row.ruling_id,
        order_id: row.order_id,
        lead: row.lead,
        co_handlers: row.co_handlers,
        matter: row.matter,
        division: row.division,
        conditions: row.conditions,
        basis: row.basis,
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        made_by: row.made_by,
        made_at: ctx.local(row.made_at),
        refused,
    }
}

/// For people, in local time.
pub(super) fn waiting_view(ctx: &Ctx, row: WaitingRow) -> WaitingView {
    WaitingView {
        order_id: row.order_id,
        order_number: row.order_number,
        title: row.title,
        matter: row.matter,
        division: row.division,
        reason: row.reason,
        assignments: row.generation,
        accepted_at: ctx.local(row.accepted_at),
    }
}
