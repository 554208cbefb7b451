//! `POST /v1/complaints/{complaint_id}/messages`: a message to the phone of a complaint's caller, for the callback
//! service. The number leaves the vault only towards the provider; whoever asks learns whether the message was taken.
use super::error;
use crate::config::CALLBACK_SUBJECT;
use crate::ctx::{Ctx, ProviderError};
use crate::domain::ComplaintId;
use crate::domain::invalid;
use crate::domain::reveal::{Field, Looker, Purpose};
use crate::usecases::reveal_identity::{Look, Revealed};
use axum::extract::State;
use axum::http::StatusCode;
use contracts::cause::{Asked, Cause};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem};

const TEXT_CHARS_MAX: usize = 500;

/// A message.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MessageBody {
    /// The same id is the same message: it may be sent again when nobody knows whether it went out.
    message_id: Uuid,
    /// What the caller reads, at most 500 characters.
    text: String,
}

/// Sends a message to the caller of a complaint. Every use of the number is in the access log.
#[utoipa::path(
    post, path = "/v1/complaints/{complaint_id}/messages", params(("complaint_id" = Uuid, Path)),
    request_body = MessageBody,
    responses(
        (status = 202, description = "the provider has it"),
        (status = 404, description = "no such complaint, or no number was given"),
        (status = 422, description = "the provider will never take it"),
        (status = 503, description = "the provider does not take it now; send it again"),
    )
)]
pub(super) async fn send_message(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(complaint_id): Path<ComplaintId>,
    Json(body): Json<MessageBody>,
) -> Result<StatusCode, Problem> {
    error::only(&principal, CALLBACK_SUBJECT)?;
    let text = invalid::text("text", &body.text, TEXT_CHARS_MAX).map_err(error::invalid)?;
    let look = Look {
        complaint_id,
        field: Field::Phone,
        purpose: Purpose::Callback,
        reason: format!("message {}", body.message_id),
        looked_by: principal.subject.clone(),
        roles: principal
            .roles
            .iter()
            .map(|role| role.as_str().to_owned())
            .collect(),
        lookers: vec![Looker::CallbackAgent],
    };
    let cause = Cause::asked_by(principal.subject, telemetry::propagation::current_traceparent());
    let revealed = ctx
        .db
        .execute(&ctx.reveal, Asked { cause, command: look })
        .await
        .map_err(|problem| error::never_refused(&problem))?;
    let Revealed::Value(phone) = revealed else {
        let problem = Problem::not_found("identity_absent", "no number was given");
        return Err(problem.detail_zh("登记时未提供电话"));
    };
    let sent = ctx
        .sms
        .send(body.message_id, &phone, &text, ctx.db.clock().now())
        .await;
    match sent {
        Ok(()) => Ok(StatusCode::ACCEPTED),
        Err(ProviderError::Later(why)) => {
            tracing::warn!(message.id = %body.message_id, error = why, "message not sent");
            Err(Problem::unavailable(30))
        }
        Err(refused) => {
            tracing::warn!(message.id = %body.message_id, error = %refused, "message refused");
            Err(
                Problem::unprocessable("message_refused", "the provider will never take it")
                    .detail_zh("短信服务商拒收"),
            )
        }
    }
}
