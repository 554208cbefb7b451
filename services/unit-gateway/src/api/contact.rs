//! `POST /v1/units/{unit}/orders/{order_id}/contacts` and `…/contacts/{relay_token}/calls`: the lead reaches the caller through
//! the hotline's relay, without the number.
use crate::ctx::Ctx;
use crate::usecases::contact::Contact;
use crate::wire::contact::{self, CallAnswer, CallRequest, ContactAnswer, ContactRequest};
use crate::wire::unit_code;
use axum::extract::State;
use contracts::ids::OrderId;
use http::StatusCode;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem};

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
    let wanted = wanted(principal, unit, order_id, body.generation)?;
    contact::ask(&ctx, &wanted).await.map(Json)
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
    let wanted = wanted(principal, unit, order_id, body.generation)?;
    let called = contact::call(&ctx, &wanted, relay_token, (body.call_id, &body.from)).await?;
    Ok((StatusCode::ACCEPTED, Json(called)))
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
