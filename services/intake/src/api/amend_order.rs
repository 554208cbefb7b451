//! `POST /v1/orders/{order_id}/amendments`: corrects what an open order is about.
use super::error;
use super::views::{PlaceBody, local};
use crate::ctx::Ctx;
use crate::domain::amendment::{DraftAmendment, RecordedAmendment};
use crate::domain::{OrderId, Urgency};
use crate::usecases::amend_order::{AmendOrder, Command};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, FixedOffset};
use contracts::cause::{Asked, Cause};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{IdempotencyKey, Json, Path, Problem};

/// What is corrected; what is absent stays as it is.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AmendmentBody {
    /// Another entry of the catalogue.
    #[serde(default)]
    #[schema(example = "M020101")]
    matter: Option<String>,
    /// Another place, whole: what is absent in it is not known any more.
    #[serde(default)]
    place: Option<PlaceBody>,
    /// Facts to set; null takes a fact away. Others stay.
    #[serde(default)]
    facts: BTreeMap<String, Option<String>>,
    /// ordinary, urgent, emergency.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "urgent")]
    urgency: Option<Urgency>,
    /// Why, at most 200 characters.
    #[schema(example = "来电人更正了地点")]
    reason: String,
}

impl From<AmendmentBody> for DraftAmendment {
    fn from(body: AmendmentBody) -> Self {
        Self {
            matter: body.matter,
            place: body.place.map(Into::into),
            facts: body.facts,
            urgency: body.urgency,
            reason: body.reason,
        }
    }
}

/// The order as it is since.
#[derive(Serialize, ToSchema)]
struct OrderAmended {
    order_id: Uuid,
    /// 1, 2, 3, … inside the order.
    amendment: i32,
    /// What is new: matter, place, facts, urgency.
    changed: Vec<String>,
    /// Entry of the catalogue.
    matter: Option<String>,
    /// Where.
    place: PlaceBody,
    /// Facts that conditions of duties ask for.
    facts: BTreeMap<String, String>,
    /// ordinary, urgent, emergency.
    urgency: &'static str,
    /// Why, masked.
    reason: String,
    amended_at: DateTime<FixedOffset>,
}

impl OrderAmended {
    fn of(row: RecordedAmendment, offset: FixedOffset) -> Self {
        let place = row.after.place;
        Self {
            order_id: row.order_id.uuid(),
            amendment: row.amendment,
            changed: row.changed,
            matter: row.after.matter,
            place: PlaceBody {
                division: place.division,
                longitude: place.longitude,
                latitude: place.latitude,
                address: place.address,
            },
            facts: row.after.facts,
            urgency: row.after.urgency.as_str(),
            reason: row.reason,
            amended_at: local(row.at, offset),
        }
    }
}

/// Corrects what an open order is about; it is decided again, as of its acceptance.
///
/// The unit that had it and the one that gets it are told. With an `Idempotency-Key` a repeated request gets the first
/// answer again.
#[utoipa::path(
    post, path = "/v1/orders/{order_id}/amendments", request_body = AmendmentBody,
    params(("order_id" = Uuid, Path, description = "the order"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 128 visible ASCII characters, best a fresh UUID")),
    responses(
        (status = 201, body = OrderAmended),
        (status = 404, description = "`order_unknown`"),
        (status = 409, description = "`order_closed`"),
        (status = 422, description = "a rule is broken, nothing would change, or the key was used for another request; `field` names the place"),
    )
)]
pub(super) async fn amend_order(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(order_id): Path<Uuid>,
    key: Option<IdempotencyKey>,
    Json(body): Json<AmendmentBody>,
) -> Result<Response, Problem> {
    let hash = web::idempotency::request_hash(&(order_id, &body));
    let amendment = DraftAmendment::from(body).checked().map_err(error::invalid)?;
    // What the directory of today says, which may have been another when the first of these requests came.
    let directory = ctx.directory.get();
    let against = directory.and_then(|directory| directory.check_amendment(&amendment).err());
    let by = format!("agent:{}", principal.subject);
    let cause = Cause::asked_by(by.clone(), telemetry::propagation::current_traceparent());
    let command = Command {
        order_id: OrderId(order_id),
        amendment,
        against,
        by,
        attempt: key.map(|IdempotencyKey(key)| (key, hash)),
    };
    let amended = ctx
        .db
        .execute(&AmendOrder, Asked { cause, command })
        .await
        .map_err(error::amend)?;
    let answer = OrderAmended::of(amended.row, ctx.offset);
    let mut response = (StatusCode::CREATED, Json(answer)).into_response();
    if amended.repeated {
        response
            .headers_mut()
            .insert("idempotency-replayed", HeaderValue::from_static("true"));
    }
    Ok(response)
}
