//! Appeals 申诉 against answers: body and answer, the same over HTTP and NATS.
use super::body;
use super::problem;
use super::questions::Question;
use crate::ctx::Ctx;
use crate::usecases::request_appeal::{RequestAppeal, RequestAppeals};
use chrono::{DateTime, FixedOffset};
use contracts::cause::{Asked, Cause};
use contracts::ids::{CallbackId, OrderId, UnitCode};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{PartialSchema as _, ToSchema};
use uuid::Uuid;
use web::Problem;

/// An answer about the unit's work is wrong.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AppealRequest {
    /// The answer: `callback_id` of the document `answer`.
    pub callback_id: Uuid,
    /// Why it is wrong; numbers are masked.
    #[schema(example = "路灯已于回访前修复，照片见回复附件", max_length = 4000)]
    pub ground: String,
}

/// How far the appeal is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AppealAnswer {
    /// The order.
    pub order_id: Uuid,
    /// The answer.
    pub callback_id: Uuid,
    /// `requested`, `open`, `upheld`, `rejected`, `refused`: the document `appeal` tells what came of it.
    #[schema(example = "requested")]
    pub state: String,
    /// Last moment for an appeal against this answer.
    pub appeal_until: DateTime<FixedOffset>,
}

/// Says that an answer is wrong.
pub const APPEAL: &str = "appeal";

const ORDER: &str = "01998e2a-7c00-7000-8000-000000000001";
const CALLBACK: &str = "01998e2a-7c00-7000-8000-0000000000ca";

/// What the document tells of it.
pub static QUESTION: Question = Question {
    name: APPEAL,
    meaning: "申诉: the unit says that an answer about its work is wrong; somebody of the hotline decides",
    who: "the unit that gave the reply, also when the order is closed or with another unit by now",
    address: "appeals",
    body: || AppealRequest::name().into_owned(),
    schema: AppealRequest::schema,
    answer: || AppealAnswer::name().into_owned(),
    answer_schema: AppealAnswer::schema,
    example: || json!({ "callback_id": CALLBACK, "ground": "路灯已于回访前修复，照片见回复附件" }),
    answered: || json!({ "order_id": ORDER, "callback_id": CALLBACK, "state": "requested", "appeal_until": "2025-10-17T21:00:00+08:00" }),
};

/// The unit appeals.
///
/// # Errors
/// Says why not.
pub async fn request(
    ctx: &Ctx,
    unit: UnitCode,
    order_id: OrderId,
    asked: &AppealRequest,
) -> Result<AppealAnswer, Problem> {
    let cause = Cause::asked_by(
        format!("unit:{unit}"),
        telemetry::propagation::current_traceparent(),
    );
    let command = RequestAppeal {
        unit,
        order_id,
        callback_id: CallbackId(asked.callback_id),
        ground: body::required(&asked.ground, "ground", body::NOTE_CHARS_MAX)?,
    };
    let answer = ctx
        .db
        .execute(&RequestAppeals, Asked { cause, command })
        .await
        .map_err(|error| {
            problem::executed(error, |refusal| {
                problem::no_appeal(refusal, |until| ctx.local(until).to_rfc3339())
            })
        })?;
    Ok(AppealAnswer {
        order_id: answer.order_id.uuid(),
        callback_id: answer.callback_id.uuid(),
        state: answer
            .appeal
            .map_or("requested", |appeal| appeal.standing.as_str())
            .to_owned(),
        appeal_until: ctx.local(answer.appeal_until),
    })
}
