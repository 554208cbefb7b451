//! `POST /v1/transfers/{transfer_id}/…`: what staff decide about a transfer.
use super::transfer_views::TransferBody;
use super::{error, transfer_error};
use crate::ctx::Ctx;
use crate::domain::{Outcome, invalid};
use crate::usecases::decide_transfer::{Command, DecideTransfer, Decision};
use axum::extract::State;
use contracts::cause::{Asked, Cause};
use contracts::ids::TransferId;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem};

const REASON_CHARS_MAX: usize = 200;
const TEXT_CHARS_MAX: usize = 4_000;

type Answered = Result<Json<TransferBody>, Problem>;

async fn decide(ctx: &Ctx, principal: &Principal, transfer_id: Uuid, decision: Decision) -> Answered {
    let by = format!("agent:{}", principal.subject);
    let cause = Cause::asked_by(by, telemetry::propagation::current_traceparent());
    let command = Command {
        transfer_id: TransferId(transfer_id),
        decision,
    };
    let work = DecideTransfer {
        limits: ctx.transfers.limits(),
        offset: ctx.offset,
        above: ctx.transfers.above(),
        directory: ctx.directory.get(),
    };
    let transfer = ctx
        .db
        .execute(&work, Asked { cause, command })
        .await
        .map_err(transfer_error::decide)?;
    Ok(Json(TransferBody::of(transfer, ctx.offset)))
}

/// As what and where we take it; what is absent stays as it was offered, as far as our directory has its code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AcceptTransferBody {
    /// Entry of our catalogue.
    #[serde(default)]
    matter: Option<String>,
    /// Division code.
    #[serde(default)]
    division: Option<String>,
}

/// We take an offered case. It is ours, and an order, once the sender has confirmed it; until then it is `accepting`.
#[utoipa::path(
    post, path = "/v1/transfers/{transfer_id}/acceptance", request_body = AcceptTransferBody,
    params(("transfer_id" = Uuid, Path)),
    responses(
        (status = 200, body = TransferBody),
        (status = 404, description = "`transfer_unknown`"),
        (status = 409, description = "`transfer_decided`, `other_side_decides`, `order_closed`, `offered_elsewhere`"),
        (status = 422, description = "a rule is broken; `field` names the place"),
    )
)]
pub(super) async fn accept_transfer(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(transfer_id): Path<Uuid>,
    Json(body): Json<AcceptTransferBody>,
) -> Answered {
    let code = |field, value: Option<String>| {
        invalid::code_if_given(field, value.as_deref()).map_err(error::invalid)
    };
    let decision = Decision::Accept {
        matter: code("matter", body.matter)?,
        division: code("division", body.division)?,
    };
    decide(&ctx, &principal, transfer_id, decision).await
}

/// Why it is not ours.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RefuseTransferBody {
    /// At most 200 characters.
    reason: String,
    /// Code of the hotline or name of the office that is right.
    #[serde(default)]
    better_address: Option<String>,
}

/// We refuse an offered case, once and for good; only a three-way call can bring it back.
#[utoipa::path(
    post, path = "/v1/transfers/{transfer_id}/refusal", request_body = RefuseTransferBody,
    params(("transfer_id" = Uuid, Path)),
    responses(
        (status = 200, body = TransferBody),
        (status = 404, description = "`transfer_unknown`"),
        (status = 409, description = "`transfer_decided`, `other_side_decides`, `order_closed`, `offered_elsewhere`"),
        (status = 422, description = "a rule is broken; `field` names the place"),
    )
)]
pub(super) async fn refuse_transfer(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(transfer_id): Path<Uuid>,
    Json(body): Json<RefuseTransferBody>,
) -> Answered {
    let better = body.better_address.as_deref();
    let decision = Decision::Refuse {
        reason: invalid::text("reason", &body.reason, REASON_CHARS_MAX).map_err(error::invalid)?,
        better_address: invalid::text_if_given("better_address", better, REASON_CHARS_MAX)
            .map_err(error::invalid)?,
    };
    decide(&ctx, &principal, transfer_id, decision).await
}

/// What a three-way call came to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RecordCallBody {
    /// True: the receiver takes it. False: no agreement, the first receiver keeps it.
    agreed: bool,
    /// What was said, at most 4000 characters.
    note: String,
}

/// Records a three-way call about an offer of ours. Without agreement we keep the case: first receiver's responsibility.
#[utoipa::path(
    post, path = "/v1/transfers/{transfer_id}/call", request_body = RecordCallBody,
    params(("transfer_id" = Uuid, Path)),
    responses(
        (status = 200, body = TransferBody),
        (status = 404, description = "`transfer_unknown`"),
        (status = 409, description = "`transfer_decided`, `other_side_decides`, `order_closed`, `offered_elsewhere`"),
        (status = 422, description = "a rule is broken; `field` names the place"),
    )
)]
pub(super) async fn record_call(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(transfer_id): Path<Uuid>,
    Json(body): Json<RecordCallBody>,
) -> Answered {
    let decision = Decision::Call {
        agreed: body.agreed,
        note: invalid::text("note", &body.note, TEXT_CHARS_MAX).map_err(error::invalid)?,
    };
    decide(&ctx, &principal, transfer_id, decision).await
}

/// Why an offer is taken back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WithdrawTransferBody {
    /// At most 200 characters.
    reason: String,
}

/// Takes an offer of ours back; the order stays ours.
#[utoipa::path(
    post, path = "/v1/transfers/{transfer_id}/withdrawal", request_body = WithdrawTransferBody,
    params(("transfer_id" = Uuid, Path)),
    responses(
        (status = 200, body = TransferBody),
        (status = 404, description = "`transfer_unknown`"),
        (status = 409, description = "`transfer_decided`, `other_side_decides`"),
        (status = 422, description = "a rule is broken; `field` names the place"),
    )
)]
pub(super) async fn withdraw_transfer(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(transfer_id): Path<Uuid>,
    Json(body): Json<WithdrawTransferBody>,
) -> Answered {
    let decision = Decision::Withdraw {
        reason: invalid::text("reason", &body.reason, REASON_CHARS_MAX).map_err(error::invalid)?,
    };
    decide(&ctx, &principal, transfer_id, decision).await
}

/// How a case that we took over ended.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CompleteTransferBody {
    /// solved, unsolved, unreachable, not_called.
    #[schema(value_type = String, example = "solved")]
    outcome: Outcome,
    /// What the caller may be told, at most 4000 characters.
    result: String,
}

/// Says how a case that we took over ended, and closes both sides. It says itself when its order closes.
#[utoipa::path(
    post, path = "/v1/transfers/{transfer_id}/result", request_body = CompleteTransferBody,
    params(("transfer_id" = Uuid, Path)),
    responses(
        (status = 200, body = TransferBody),
        (status = 404, description = "`transfer_unknown`"),
        (status = 409, description = "`transfer_decided`, `other_side_decides`"),
        (status = 422, description = "a rule is broken; `field` names the place"),
    )
)]
pub(super) async fn complete_transfer(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(transfer_id): Path<Uuid>,
    Json(body): Json<CompleteTransferBody>,
) -> Answered {
    let decision = Decision::Complete {
        outcome: body.outcome,
        result: invalid::text("result", &body.result, TEXT_CHARS_MAX).map_err(error::invalid)?,
    };
    decide(&ctx, &principal, transfer_id, decision).await
}
