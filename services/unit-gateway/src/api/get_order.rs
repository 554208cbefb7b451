//! `GET /v1/units/{unit}/orders/{order_id}`: one order as the unit may see it.
use crate::ctx::Ctx;
use crate::domain::handling::ActRefusal;
use crate::usecases::get_order::get_order as get;
use crate::wire::if_match::etag;
use crate::wire::{problem, unit_code};
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, FixedOffset};
use contracts::ids::OrderId;
use contracts::unit_documents::UnitOrderV1;
use http::header;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem};

/// An order seen by a unit.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct SeenOrderAnswer {
    /// Where it stands: assigned, signed, responded, replied, closed; revoked when it is not this unit's any more.
    #[schema(example = "signed")]
    state: String,
    /// True when the unit may act as the lead now.
    responsible: bool,
    /// The unit below this one that has the order: this one reads, and acts on nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "WY-01")]
    sub_unit: Option<String>,
    /// True while a return request is under review.
    return_pending: bool,
    /// True while an extension request is under review.
    extension_pending: bool,
    /// True while a suspension request is under review.
    suspension_pending: bool,
    /// The order as the newest document told it, with all supplements: `supplements_left_out` is never there.
    order: UnitOrderV1,
    /// What the unit did, oldest first.
    actions: Vec<ActionAnswer>,
    /// What the units that help said of their parts, oldest first; for the lead.
    parts: Vec<PartAnswer>,
}

/// What a unit that helps said of its part.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct PartAnswer {
    /// The unit.
    unit: String,
    /// progress, or co_reply: how its part ended.
    verb: String,
    /// Its note, phone numbers masked.
    #[schema(value_type = Object)]
    content: serde_json::Value,
    /// When.
    acted_at: DateTime<FixedOffset>,
}

/// One thing the unit did.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ActionAnswer {
    /// sign, respond, progress, request_return, request_extension, request_suspension, request_co_handlers, co_reply or reply.
    verb: String,
    /// Generation of the assignment.
    generation: i32,
    /// Rework round.
    rework: i32,
    /// As given, phone numbers masked.
    #[schema(value_type = Object)]
    content: serde_json::Value,
    /// When.
    acted_at: DateTime<FixedOffset>,
}

/// One order as the unit may see it; the unit above the lead sees the lead's. Written down.
#[utoipa::path(
    get,
    path = "/v1/units/{unit}/orders/{order_id}",
    tag = "feed",
    params(("unit" = String, Path, description = "code of the unit"), ("order_id" = Uuid, Path, description = "the order")),
    responses(
        (status = 200, description = "the order; `ETag` names its generation and round, for `If-Match`", body = SeenOrderAnswer),
        (status = 404, description = "`order_unknown`: nothing with this id was sent to this unit or, unless it is confidential, to one below it"),
    )
)]
pub(super) async fn get_order(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path((unit, order_id)): Path<(String, Uuid)>,
) -> Result<Response, Problem> {
    principal.require_unit(&unit)?;
    let unit = unit_code(unit)?;
    let found = get(&ctx.db, &unit, &principal.subject, OrderId(order_id))
        .await
        .map_err(|error| problem::failed(&error))?;
    let seen = found.ok_or_else(|| problem::refused(ActRefusal::UnknownOrder))?;
    let actions = seen.actions.into_iter().map(|action| ActionAnswer {
        verb: action.verb,
        generation: action.generation,
        rework: action.rework,
        content: action.content,
        acted_at: ctx.local(action.acted_at),
    });
    let parts = seen.parts.into_iter().map(|part| PartAnswer {
        unit: part.unit,
        verb: part.verb,
        content: part.content,
        acted_at: ctx.local(part.acted_at),
    });
    let tag = etag(seen.generation, seen.rework);
    let answer = Json(SeenOrderAnswer {
        state: seen.state.to_owned(),
        responsible: seen.responsible,
        sub_unit: seen.sub_unit.map(|unit| unit.0),
        return_pending: seen.return_pending,
        extension_pending: seen.extension_pending,
        suspension_pending: seen.suspension_pending,
        order: seen.document.data,
        actions: actions.collect(),
        parts: parts.collect(),
    });
    Ok(([(header::ETAG, tag)], answer).into_response())
}
