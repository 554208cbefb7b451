//! Outcomes as people see them.
use crate::ctx::Ctx;
use crate::usecases::outcomes::{CoordinationOutcome, OutcomePart};
use chrono::{DateTime, FixedOffset};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A coordination outcome 协调结果: while it is open, its order does not close.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutcomeView {
    /// The outcome.
    pub outcome_id: Uuid,
    /// The order.
    pub order_id: Uuid,
    /// Where it was agreed.
    pub consultation_id: Option<Uuid>,
    /// The supervision order it belongs to.
    pub supervision_id: Option<Uuid>,
    /// Who must carry it out.
    pub unit: String,
    /// What was agreed.
    pub text: String,
    /// `open`, `carried_out`, `dropped`.
    pub state: &'static str,
    /// A part should have been carried out by now.
    pub late: bool,
    /// When the next part is due; absent when it has ended.
    pub next_until: Option<DateTime<FixedOffset>>,
    /// When the last part is due.
    pub until: DateTime<FixedOffset>,
    /// Its parts, by number.
    pub parts: Vec<OutcomePartView>,
    /// Who recorded it.
    pub recorded_by: String,
    /// When.
    pub recorded_at: DateTime<FixedOffset>,
    /// Who found its last part carried out, or gave it up.
    pub ended_by: Option<String>,
    /// When.
    pub ended_at: Option<DateTime<FixedOffset>>,
    /// Why it was given up.
    pub end_reason: Option<String>,
}

/// A part of an outcome.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutcomePartView {
    /// 1, 2, 3, …
    pub number: i32,
    /// What is to be done.
    pub what: String,
    /// Until when.
    pub until: DateTime<FixedOffset>,
    /// When it was found to be carried out.
    pub carried_out_at: Option<DateTime<FixedOffset>>,
    /// Who found so.
    pub carried_out_by: Option<String>,
    /// What was found.
    pub report: Option<String>,
}

/// One as people see it.
pub(in crate::api) fn view(ctx: &Ctx, outcome: CoordinationOutcome) -> OutcomeView {
    OutcomeView {
        late: outcome.is_late(ctx.db.clock().now()),
        next_until: outcome.next_until().map(|at| ctx.local(at)),
        until: ctx.local(outcome.until()),
        outcome_id: outcome.outcome_id,
        order_id: outcome.order_id,
        consultation_id: outcome.consultation_id,
        supervision_id: outcome.supervision_id,
        unit: outcome.unit,
        text: outcome.agreed,
        state: outcome.state.word(),
        parts: outcome
            .parts
            .into_iter()
            .map(|part| part_view(ctx, part))
            .collect(),
        recorded_by: outcome.recorded_by,
        recorded_at: ctx.local(outcome.recorded_at),
        ended_by: outcome.ended_by,
        ended_at: outcome.ended_at.map(|at| ctx.local(at)),
        end_reason: outcome.end_reason,
    }
}

fn part_view(ctx: &Ctx, part: OutcomePart) -> OutcomePartView {
    OutcomePartView {
        number: part.number,
        what: part.what,
        until: ctx.local(part.until),
        carried_out_at: part.done.as_ref().map(|done| ctx.local(done.at)),
        carried_out_by: part.done.as_ref().map(|done| done.by.clone()),
        report: part.done.map(|done| done.report),
    }
}
