//! `POST /v1/transfers`: offers an open order to another hotline.
use super::transfer_views::TransferBody;
use super::{error, transfer_error};
use crate::ctx::Ctx;
use crate::domain::{OrderId, invalid};
use crate::usecases::offer_transfer::{Command, OfferTransfer};
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, FixedOffset, Utc};
use contracts::cause::{Asked, Cause};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Problem};

const REASON_CHARS_MAX: usize = 200;

/// What is offered to whom.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OfferTransferBody {
    /// Our order; it stays ours until the other hotline's yes has reached us.
    order_id: Uuid,
    /// Code of the other hotline.
    #[schema(example = "12348")]
    peer: String,
    /// Why it is theirs, at most 200 characters.
    #[schema(example = "咨询起诉程序，属法律服务事项")]
    reason: String,
    /// The caller agreed that they may learn who is calling.
    #[serde(default)]
    consent: bool,
    /// Since when the caller was put through by voice; needed for an emergency.
    #[serde(default)]
    voice_at: Option<DateTime<FixedOffset>>,
    /// Until when the result is wanted.
    #[serde(default)]
    due_at: Option<DateTime<FixedOffset>>,
}

/// Offers an open order to another hotline. Offering it again while it is not decided is the same transfer.
///
/// It stays ours until it is accepted. An emergency goes by voice first; the data follows and waits for nothing.
#[utoipa::path(
    post, path = "/v1/transfers", request_body = OfferTransferBody,
    responses(
        (status = 201, body = TransferBody),
        (status = 409, description = "`order_closed`, `offered_elsewhere`, `refused_once`"),
        (status = 422, description = "`order_unknown`, `peer_unknown`, `hop_limit`, `voice_first`, or a rule is broken; `field` names the place"),
    )
)]
pub(super) async fn offer_transfer(
    State(ctx): State<Ctx>,
    principal: Principal,
    Json(body): Json<OfferTransferBody>,
) -> Result<(StatusCode, Json<TransferBody>), Problem> {
    let by = format!("agent:{}", principal.subject);
    let command = Command {
        order_id: OrderId(body.order_id),
        peer: body.peer,
        reason: invalid::text("reason", &body.reason, REASON_CHARS_MAX).map_err(error::invalid)?,
        consent: body.consent,
        voice_at: body.voice_at.map(|at| at.with_timezone(&Utc)),
        due_at: body.due_at.map(|at| at.with_timezone(&Utc)),
        by: by.clone(),
    };
    let work = OfferTransfer {
        limits: ctx.transfers.limits(),
        own: ctx.transfers.own_code.clone(),
    };
    let cause = Cause::asked_by(by, telemetry::propagation::current_traceparent());
    let transfer = ctx
        .db
        .execute(&work, Asked { cause, command })
        .await
        .map_err(transfer_error::offer)?;
    Ok((StatusCode::CREATED, Json(TransferBody::of(transfer, ctx.offset))))
}
