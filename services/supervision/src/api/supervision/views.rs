//! Supervision orders as people see them.
use crate::ctx::Ctx;
use crate::domain::supervision::from_height;
use crate::usecases::desk::Totals;
use crate::usecases::list_supervision::{StepRow, SupervisionRow};
use chrono::{DateTime, FixedOffset, Utc};
use contracts::words::SupervisionLevel;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::{Principal, Role};

/// A supervision order.
#[derive(Debug, Serialize, ToSchema)]
pub struct SupervisionView {
    /// The supervision order.
    pub supervision_id: Uuid,
    /// Number of its documents.
    pub number: String,
    /// The order.
    pub order_id: Uuid,
    /// Its number.
    pub order_number: Option<String>,
    /// One line, personal data masked; not for leaders.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// 事项
    pub matter: Option<String>,
    /// Where the order stands.
    pub order_state: String,
    /// The request that opened it by hand, or raised it last.
    pub batch_id: Option<Uuid>,
    /// Who must act; absent when nobody owns the order.
    pub unit: Option<String>,
    /// `proposed`, `open`, `overdue`, `answered`, `accepted`, `discharged`.
    pub state: String,
    /// `urge`, `written`, `on_site`, `raised`, `public_notice`, `interview`, `discipline_referral`.
    pub level: String,
    /// A higher rung that waits for a person.
    pub proposed_level: Option<String>,
    /// It is on the leaders' list.
    pub leaders: bool,
    /// What began it: code of the ladder, or `by_hand`.
    pub trigger: String,
    /// When.
    pub began_at: DateTime<FixedOffset>,
    /// Since how many whole days.
    pub age_days: i64,
    /// When the rung must be answered.
    pub answer_until: Option<DateTime<FixedOffset>>,
    /// What answers it: `progress`, `reply`, `evidence`.
    pub met_by: Option<String>,
    /// Codes of what an answer must bring.
    pub evidence: Vec<String>,
    /// Who recorded the answer that waits for review.
    pub answered_by: Option<String>,
    /// How many steps it has.
    pub steps: i32,
    /// When it ended.
    pub discharged_at: Option<DateTime<FixedOffset>>,
    /// `carried_out`, `order_closed`, `reassigned`, `unfounded`.
    pub outcome: Option<String>,
}

/// A supervision order with every step.
#[derive(Debug, Serialize, ToSchema)]
pub struct SupervisionDetail {
    /// As in the list.
    #[serde(flatten)]
    pub order: SupervisionView,
    /// The first first.
    pub history: Vec<StepView>,
}

/// A step.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepView {
    /// 1, 2, 3, …
    pub number: i32,
    /// `proposed`, `opened`, `escalated`, `noticed`, `expired`, `answered`, `accepted`, `rejected`, `discharged`.
    pub kind: String,
    /// `agent:<subject>`, `unit:<code>`, `ladder`.
    pub author: String,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// The rung it is about.
    pub level: String,
    /// The rung before.
    pub from_level: Option<String>,
    /// What caused it: code of the ladder, `silence`, `by_hand`.
    pub trigger: Option<String>,
    /// Number of its document.
    pub document: String,
    /// What is demanded, answered or decided; personal data masked.
    pub text: String,
    /// What was brought or seen: `[{code, reference}]`.
    #[schema(value_type = Vec<Object>)]
    pub evidence: serde_json::Value,
    /// Until when it must be answered.
    pub answer_until: Option<DateTime<FixedOffset>>,
    /// Units told beside the one that must act.
    pub told: Vec<String>,
    /// How it ended.
    pub outcome: Option<String>,
}

/// How many of what.
#[derive(Debug, Serialize, ToSchema)]
pub struct TotalsView {
    /// Those that go on.
    pub live: i64,
    /// Open ones whose answer falls due by the end of the local day, or has.
    pub due_today: i64,
    /// Those for which a rung waits for a person.
    pub proposed: i64,
    /// On the leaders' list.
    pub leaders: i64,
    /// By state; `answered` waits for review.
    pub by_state: BTreeMap<String, i64>,
    /// By rung.
    pub by_level: BTreeMap<String, i64>,
    /// When the oldest began.
    pub oldest_at: Option<DateTime<FixedOffset>>,
}

/// The word of a rung.
pub(super) fn level(height: i16) -> String {
    from_height(height).map_or_else(String::new, |level: SupervisionLevel| level.to_string())
}

/// Whether somebody sees titles: leaders do not.
pub(super) fn with_titles(principal: &Principal) -> bool {
    principal
        .roles
        .contains_any(&[Role::Supervisor, Role::Auditor, Role::Admin])
}

/// A row as a view.
pub(super) fn view(ctx: &Ctx, row: SupervisionRow, with_title: bool, now: DateTime<Utc>) -> SupervisionView {
    let local = |at: Option<DateTime<Utc>>| at.map(|at| ctx.local(at));
    SupervisionView {
        supervision_id: row.supervision_id,
        number: row.number,
        order_id: row.order_id,
        order_number: row.order_number,
        title: row.title.filter(|_| with_title),
        matter: row.matter,
        order_state: row.order_state,
        batch_id: row.batch_id,
        unit: row.unit,
        state: row.state,
        level: level(row.level),
        proposed_level: row.proposed_level.map(level),
        leaders: row.leaders,
        trigger: row.trigger,
        began_at: ctx.local(row.began_at),
        age_days: (row.discharged_at.unwrap_or(now) - row.began_at).num_days(),
        answer_until: local(row.answer_until),
        met_by: row.met_by,
        evidence: row.evidence,
        answered_by: row.answered_by,
        steps: row.steps,
        discharged_at: local(row.discharged_at),
        outcome: row.outcome,
    }
}

/// A step as a view.
pub(super) fn step(ctx: &Ctx, row: StepRow) -> StepView {
    StepView {
        number: row.number,
        kind: row.kind,
        author: row.author,
        at: ctx.local(row.at),
        level: level(row.level),
        from_level: row.from_level.map(level),
        trigger: row.trigger,
        document: row.document,
        text: row.text,
        evidence: row.evidence,
        answer_until: row.answer_until.map(|at| ctx.local(at)),
        told: row.told,
        outcome: row.outcome,
    }
}

/// Numbers as a view.
pub(super) fn totals(ctx: &Ctx, totals: Totals) -> TotalsView {
    TotalsView {
        live: totals.live,
        due_today: totals.due_today,
        proposed: totals.proposed,
        leaders: totals.leaders,
        by_state: totals.by_state,
        by_level: totals
            .by_level
            .into_iter()
            .map(|(height, count)| (level(height), count))
            .collect(),
        oldest_at: totals.oldest_at.map(|at| ctx.local(at)),
    }
}
