//! A callback task as HTTP shows it: no identity. The phone number is revealed by intake's vault alone.
use crate::ctx::Ctx;
use crate::usecases::list_callbacks::Listed;
use chrono::{DateTime, FixedOffset};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// One callback task 回访.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallbackView {
    /// The task.
    pub callback_id: Uuid,
    /// The order.
    pub order_id: Uuid,
    /// Number of the order.
    pub order_number: Option<String>,
    /// The complaint, for revealing the phone number in intake.
    pub complaint_id: Option<Uuid>,
    /// 诉求类型.
    pub kind: Option<String>,
    /// 渠道.
    pub channel: Option<String>,
    /// Identity must not be shown to units.
    pub confidential: bool,
    /// This hotline calls nobody about it (no number, the policy, another level asks): the reply is judged at the desk, by
    /// `reached: false` and `solved`.
    pub nobody_to_call: bool,
    /// The unit whose reply is checked.
    pub unit: String,
    /// Generation of its assignment.
    pub generation: i32,
    /// Rework round; 0 at first.
    pub rework: i32,
    /// What the unit wrote and claims.
    pub reply: ReplyView,
    /// `waiting`, `due`, `recorded`, `unreachable`, `not_called`, `superseded`.
    pub state: String,
    /// From when the caller may be called.
    pub due_at: DateTime<FixedOffset>,
    /// Attempts that reached nobody.
    pub attempts: i32,
    /// How the next attempt is made: `phone`, `second_phone`, `sms` (an answer to the message is waited for until
    /// `due_at`), `desk` (nobody can be asked, the desk judges); absent when the task is not due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub way: Option<String>,
    /// Rule of the policy whose calling hours hold for it; absent: the city's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calling_rule: Option<String>,
    /// Who has taken the task, while it is taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_by: Option<String>,
    /// Why nobody was called: `nobody_to_call`, `not_in_share`, `policy`, `asked_elsewhere`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_called_reason: Option<String>,
    /// Note of the newest answer, numbers masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// What the caller said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<AnswerView>,
    /// When the task ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<DateTime<FixedOffset>>,
    /// How the order ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
}

/// What the unit wrote and claims.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReplyView {
    /// The text for the citizen.
    pub text: String,
    /// When.
    pub replied_at: DateTime<FixedOffset>,
    /// Claimed: solved.
    pub solved: bool,
    /// Claimed: contacted.
    pub contacted: bool,
    /// Claimed: the caller said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_result: Option<String>,
}

/// What the caller said.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnswerView {
    /// How the caller was reached: `phone`, `second_phone`, `sms`.
    pub way: Option<String>,
    /// The task whose call answered this one too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked_with: Option<Uuid>,
    /// Did the unit contact the caller?
    pub contacted: bool,
    /// Is it solved?
    pub solved: bool,
    /// Satisfied with the result?
    pub result: Option<String>,
    /// Satisfied with the attitude?
    pub attitude: Option<String>,
    /// Claims of the unit that the caller denies.
    pub contradicted: Vec<String>,
    /// `closed` or `reworked`.
    pub consequence: Option<String>,
}

impl CallbackView {
    pub(super) fn new(ctx: &Ctx, task: Listed) -> Self {
        let answer = task
            .contacted
            .zip(task.solved)
            .map(|(contacted, solved)| AnswerView {
                way: task.asked_way,
                asked_with: task.asked_with,
                contacted,
                solved,
                result: task.result,
                attitude: task.attitude,
                contradicted: task.contradicted,
                consequence: task.consequence,
            });
        Self {
            callback_id: task.callback_id,
            order_id: task.order_id,
            order_number: task.order_number,
            complaint_id: task.complaint_id,
            kind: task.kind,
            channel: task.channel,
            confidential: task.confidential,
            nobody_to_call: task.nobody_to_call,
            unit: task.unit,
            generation: task.generation,
            rework: task.rework,
            reply: ReplyView {
                text: task.reply_text,
                replied_at: ctx.local(task.replied_at),
                solved: task.claimed_solved,
                contacted: task.claimed_contacted,
                claimed_result: task.claimed_result,
            },
            state: task.state.clone(),
            due_at: ctx.local(task.due_at),
            attempts: task.attempts,
            way: (task.state == "due").then(|| task.way.unwrap_or_else(|| "desk".to_owned())),
            calling_rule: task.calling_rule.filter(|_| task.state == "due"),
            claimed_by: task.claimed_by.filter(|_| {
                task.claimed_until
                    .is_some_and(|until| until > ctx.db.clock().now())
            }),
            not_called_reason: task.not_called_reason,
            remark: task.last_remark.filter(|remark| !remark.is_empty()),
            answer,
            ended_at: task.ended_at.map(|at| ctx.local(at)),
            outcome: task.outcome,
        }
    }
}
