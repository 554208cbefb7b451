//! `POST /v1/units/{unit}/orders/{order_id}/contacts` and `…/contacts/{relay_token}/calls`: the lead reaches the caller through
//! the hotline's relay, without the number.
use crate::ctx::{Ctx, IntakeError};
use crate::usecases::contact::{Contact, admit_contact};
use crate::wire::{problem, unit_code};
use axum::extract::State;
use chrono::{DateTime, FixedOffset};
use contracts::ids::OrderId;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem};

/// Which assignment.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ContactRequest {
    /// Generation of the document.
    #[schema(example = 1, minimum = 1)]
    generation: i32,
}

/// A token for reaching the caller.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ContactAnswer {
    /// What a call names. Good for this unit and this order only.
    relay_token: Uuid,
    /// What both ends of a call see.
    #[schema(example = "12345")]
    number: String,
    /// Last moment of use; over with the assignment, too.
    expires_at: DateTime<FixedOffset>,
}

/// A call.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CallRequest {
    /// Generation of the document.
    #[schema(example = 1, minimum = 1)]
    generation: i32,
    /// A fresh UUID; the same id is the same call, so that it may be sent again when no answer came.
    call_id: Uuid,
    /// The phone that is rung first: the unit's own.
    #[schema(example = "0352-5550000")]
    from: String,
}

/// A call that goes through.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct CallAnswer {
    /// As given.
    call_id: Uuid,
}

/// A token for speaking with the caller through the hotline's relay. The number is never shown. Written down.
#[utoipa::path(
    post,
    path = "/v1/units/{unit}/orders/{order_id}/contacts",
    tag = "contact",
    params(("unit" = String, Path, description = "code of the unit"), ("order_id" = Uuid, Path, description = "the order")),
    request_body = ContactRequest,
    responses(
        (status = 200, description = "the token; asked again while it is good, the same", body = ContactAnswer),
        (status = 403, description = "`not_responsible`; `contact_confidential`: only the hotline speaks with this caller"),
        (status = 404, description = "`order_unknown`; `identity_absent`: the caller gave no number; `contact_not_offered`: this hotline has no relay"),
        (status = 409, description = "`not_signed`, `already_replied`, `stale_generation`, `order_closed`"),
        (status = 503, description = "not now; ask again"),
    )
)]
pub(super) async fn ask_contact(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path((unit, order_id)): Path<(String, Uuid)>,
    Json(body): Json<ContactRequest>,
) -> Result<Json<ContactAnswer>, Problem> {
    let contact = wanted(principal, unit, order_id, body.generation)?;
    admit(&ctx, &contact, false).await?;
    let opened = ctx
        .intake
        .open_relay(contact.order_id, &contact.unit, contact.generation, &contact.by)
        .await
        .map_err(no_contact)?;
    Ok(Json(ContactAnswer {
        relay_token: opened.relay_token,
        number: opened.number,
        expires_at: opened.expires_at,
    }))
}

/// Has the unit's phone connected with the caller's. Both see the hotline's number. Written down.
#[utoipa::path(
    post,
    path = "/v1/units/{unit}/orders/{order_id}/contacts/{relay_token}/calls",
    tag = "contact",
    params(
        ("unit" = String, Path, description = "code of the unit"),
        ("order_id" = Uuid, Path, description = "the order"),
        ("relay_token" = Uuid, Path, description = "the token"),
    ),
    request_body = CallRequest,
    responses(
        (status = 202, description = "the relay rings the unit's phone, then the caller's", body = CallAnswer),
        (status = 403, description = "`not_responsible`, `contact_confidential`"),
        (status = 404, description = "`order_unknown`, `relay_unknown`, `identity_absent`, `contact_not_offered`"),
        (status = 409, description = "`relay_expired`, `not_signed`, `already_replied`, `stale_generation`, `order_closed`"),
        (status = 422, description = "`invalid_field`: `from` is no phone number; `call_reused`; `call_refused`: the relay will never connect it"),
        (status = 503, description = "not now; send it again"),
    )
)]
pub(super) async fn call_caller(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path((unit, order_id, relay_token)): Path<(String, Uuid, Uuid)>,
    Json(body): Json<CallRequest>,
) -> Result<(StatusCode, Json<CallAnswer>), Problem> {
    let contact = wanted(principal, unit, order_id, body.generation)?;
    admit(&ctx, &contact, true).await?;
    let call_id = body.call_id;
    let asked = serde_json::json!({
        "call_id": call_id, "order_id": contact.order_id, "unit": contact.unit, "generation": contact.generation,
        "from": body.from, "by": contact.by,
    });
    ctx.intake.call(relay_token, &asked).await.map_err(no_contact)?;
    Ok((StatusCode::ACCEPTED, Json(CallAnswer { call_id })))
}

fn wanted(principal: Principal, unit: String, order_id: Uuid, generation: i32) -> Result<Contact, Problem> {
    principal.require_unit(&unit)?;
    Ok(Contact {
        unit: unit_code(unit)?,
        order_id: OrderId(order_id),
        generation,
        by: principal.subject,
    })
}

async fn admit(ctx: &Ctx, contact: &Contact, calls: bool) -> Result<(), Problem> {
    admit_contact(&ctx.db, contact, calls)
        .await
        .map_err(|error| problem::failed(&error))?
        .map_err(problem::refused)
}

fn no_contact(error: IntakeError) -> Problem {
    match error {
        IntakeError::NotOffered => problem::no_contact("contact_not_offered"),
        IntakeError::Refused(code) => problem::no_contact(&code),
        IntakeError::Later(why) => {
            tracing::warn!(error = why, "intake did not answer");
            Problem::unavailable(2)
        }
    }
}
