//! `POST /v1/complaints`: registers a complaint, or finds it registered already.
use super::register_request::RegisterComplaintBody;
use super::views::OrderRefBody;
use super::{error, reply_addresses};
use crate::ctx::Ctx;
use crate::domain::complaint::{Attempt, Receipt};
use crate::domain::draft::Draft;
use crate::usecases::register_complaint::{Registered, Registration};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use contracts::cause::{Asked, Cause};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{IdempotencyKey, Json, Problem};

/// What became of a complaint.
#[derive(Serialize, ToSchema)]
struct ComplaintRegistered {
    complaint_id: Uuid,
    /// To be told to the caller.
    complaint_number: String,
    /// accepted, answered, declined.
    disposition: &'static str,
    /// Orders made of it; none when it was answered, declined or joined an order.
    orders: Vec<OrderRefBody>,
    /// The order it follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    follows: Option<OrderRefBody>,
}

impl From<Receipt> for ComplaintRegistered {
    fn from(receipt: Receipt) -> Self {
        Self {
            complaint_id: receipt.complaint_id.uuid(),
            complaint_number: receipt.complaint_number,
            disposition: receipt.disposition.as_str(),
            orders: receipt.orders.into_iter().map(Into::into).collect(),
            follows: receipt.follows.map(Into::into),
        }
    }
}

/// Registers a complaint.
///
/// With an `Idempotency-Key` a repeated request gets the first answer again. A source number that its channel has
/// sent before gets the first registration with 200, whatever else the request says.
#[utoipa::path(
    post, path = "/v1/complaints", request_body = RegisterComplaintBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 128 visible ASCII characters, best a fresh UUID")),
    responses(
        (status = 201, body = ComplaintRegistered, headers(("Location" = String))),
        (status = 200, body = ComplaintRegistered, description = "this source number was registered before"),
        (status = 422, description = "a rule is broken, or the key was used for another request; `field` names the place"),
    )
)]
pub(super) async fn register_complaint(
    State(ctx): State<Ctx>,
    principal: Principal,
    key: Option<IdempotencyKey>,
    Json(body): Json<RegisterComplaintBody>,
) -> Result<Response, Problem> {
    let attempt = key.map(|IdempotencyKey(key)| Attempt {
        key,
        hash: web::idempotency::request_hash(&body),
    });
    let (reply_address, channel) = (body.reply_address.clone(), body.channel);
    let complaint = Draft::from(body).checked().map_err(error::invalid)?;
    let has_phone = complaint
        .caller
        .as_ref()
        .is_some_and(|caller| caller.phone.is_some());
    // What the rules of today say, which may have been others when the first of these requests came.
    let unknown_code = ctx
        .directory
        .get()
        .and_then(|directory| directory.check(&complaint).err());
    let against = match unknown_code {
        Some(invalid) => Some(invalid),
        None => reply_addresses::against(&ctx, reply_address.as_deref(), (channel, has_phone)).await?,
    };
    let actor = format!("agent:{}", principal.subject);
    let cause = Cause::asked_by(actor, telemetry::propagation::current_traceparent());
    let asked = Asked {
        cause,
        command: Registration {
            complaint,
            attempt,
            number: None,
            kept_elsewhere: None,
            app: None,
            reply_address,
            against,
        },
    };
    let registered = ctx.register.execute(asked).await.map_err(error::register)?;
    Ok(match registered {
        Registered::New(receipt) => answer(StatusCode::CREATED, receipt),
        Registered::Known(receipt) => answer(StatusCode::OK, receipt),
        Registered::Repeated(receipt) => {
            let mut response = answer(StatusCode::CREATED, receipt);
            response
                .headers_mut()
                .insert("idempotency-replayed", HeaderValue::from_static("true"));
            response
        }
    })
}

fn answer(status: StatusCode, receipt: Receipt) -> Response {
    let location = format!("/v1/complaints/{}", receipt.complaint_id);
    (
        status,
        [(header::LOCATION, location)],
        Json(ComplaintRegistered::from(receipt)),
    )
        .into_response()
}
