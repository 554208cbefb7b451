//! `GET /v1/orders/{order_id}/handling`: everything that units reported, for the hotline.
use super::shapes::AttachmentAnswer;
use crate::ctx::Ctx;
use crate::usecases::read_handling::read_handling;
use crate::wire::problem;
use axum::extract::State;
use chrono::{DateTime, FixedOffset};
use contracts::ids::OrderId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Json, Path, Problem};

/// How an order is handled.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct HandlingAnswer {
    /// assigned, signed, responded, replied, closed; revoked when nobody has it.
    #[schema(example = "replied")]
    state: String,
    /// The responsible unit, or the last one.
    lead: String,
    /// Units that help.
    co_handlers: Vec<String>,
    /// Generation of the assignment.
    generation: i32,
    /// Rework round; 0 at first.
    rework: i32,
    /// True while a return request is under review.
    return_pending: bool,
    /// True while an extension request is under review.
    extension_pending: bool,
    /// True while a suspension request is under review.
    suspension_pending: bool,
    /// What units reported, oldest first, with what is for the hotline only.
    actions: Vec<ReportAnswer>,
    /// Evidence, oldest first.
    attachments: Vec<AttachmentAnswer>,
}

/// One thing that a unit reported.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ReportAnswer {
    /// Who.
    unit: String,
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

/// Everything that units reported about an order, and its evidence.
#[utoipa::path(
    get,
    path = "/v1/orders/{order_id}/handling",
    tag = "evidence",
    params(("order_id" = Uuid, Path, description = "the order")),
    responses(
        (status = 200, description = "the handling", body = HandlingAnswer),
        (status = 404, description = "`order_unknown`: it was never assigned"),
    )
)]
pub(super) async fn get_handling(
    State(ctx): State<Ctx>,
    Path(order_id): Path<Uuid>,
) -> Result<Json<HandlingAnswer>, Problem> {
    let seen = read_handling(&ctx.db, OrderId(order_id))
        .await
        .map_err(|error| problem::failed(&error))?
        .ok_or_else(|| {
            Problem::not_found("order_unknown", "the order was never assigned").detail_zh("该工单尚未派单")
        })?;
    let handling = seen.handling;
    let actions = seen.actions.into_iter().map(|action| ReportAnswer {
        unit: action.unit,
        verb: action.verb,
        generation: action.generation,
        rework: action.rework,
        content: action.content,
        acted_at: ctx.local(action.acted_at),
    });
    let co_handlers = handling.assignment.co_handlers.iter();
    Ok(Json(HandlingAnswer {
        state: handling.state.to_string(),
        lead: handling.lead().0.clone(),
        co_handlers: co_handlers.map(|co| co.code.0.clone()).collect(),
        generation: handling.generation,
        rework: handling.rework,
        return_pending: handling.return_id.is_some(),
        extension_pending: handling.extension_id.is_some(),
        suspension_pending: handling.suspension_id.is_some(),
        actions: actions.collect(),
        attachments: seen
            .attachments
            .into_iter()
            .map(|row| AttachmentAnswer::of(&ctx, row))
            .collect(),
    }))
}
