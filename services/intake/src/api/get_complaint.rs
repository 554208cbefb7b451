//! `GET /v1/complaints/{complaint_id}`: one complaint for staff, without its identity.
use super::error;
use super::supplement_complaint::ComplaintSupplemented;
use super::views::{ComplaintSummary, PlaceBody, local};
use crate::ctx::Ctx;
use crate::domain::complaint::Treatment;
use crate::domain::progress::OrderProgress;
use crate::domain::{ComplaintId, OrderId};
use crate::usecases::get_complaint::{ComplaintView, get_complaint as read};
use axum::extract::State;
use chrono::{DateTime, FixedOffset};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Json, Path, Problem};

/// A complaint.
#[derive(Serialize, ToSchema)]
pub(super) struct ComplaintBody {
    summary: ComplaintSummary,
    /// Personal data masked; the caller's own words are in the vault.
    text: String,
    place: PlaceBody,
    #[serde(skip_serializing_if = "Option::is_none")]
    matter: Option<String>,
    facts: BTreeMap<String, String>,
    /// Until when the province wants the result.
    #[serde(skip_serializing_if = "Option::is_none")]
    due_by: Option<DateTime<FixedOffset>>,
    /// Code of the reply address to which its result goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_address: Option<String>,
    /// When the result got there.
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_told_at: Option<DateTime<FixedOffset>>,
    /// When it was said that the result never will be taken; it is tried no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_refused_at: Option<DateTime<FixedOffset>>,
    /// Why the result is not there, after the last try.
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_error: Option<String>,
    /// What the caller was told, of an answered complaint.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
    /// Why, of a declined complaint.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Where the caller was told to turn, of a declined complaint.
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
    /// `138****5678`; absent for a confidential complaint.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_masked: Option<String>,
    /// `agent:<subject>`.
    accepted_by: String,
    /// Its orders.
    orders: Vec<OrderBody>,
    /// The order it follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    follows: Option<Uuid>,
    /// What the caller added later, oldest first.
    supplements: Vec<ComplaintSupplemented>,
}

/// An order of a complaint.
#[derive(Serialize, ToSchema)]
struct OrderBody {
    order_id: Uuid,
    order_number: String,
    title: String,
    /// registered, undecided, assigned, signed, responded, replied, closed.
    state: &'static str,
    /// Code of the unit that handles it, or did last.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    /// Generation of the assignment; 0 = none yet.
    generation: i32,
}

impl From<OrderProgress> for OrderBody {
    fn from(order: OrderProgress) -> Self {
        Self {
            order_id: order.order_id.uuid(),
            order_number: order.order_number,
            title: order.title,
            state: order.state.as_str(),
            unit: order.state.handling().map(|handling| handling.unit_code.clone()),
            generation: order.state.generation(),
        }
    }
}

impl ComplaintBody {
    fn of(view: ComplaintView, offset: FixedOffset) -> Self {
        let told = view.reply.as_ref();
        let summary = ComplaintSummary::of(&view.complaint, offset);
        let content = view.complaint.content;
        let mut body = Self {
            summary,
            text: content.text,
            place: content.place.into(),
            matter: content.matter,
            facts: content.facts,
            due_by: content.due_by.map(|at| local(at, offset)),
            reply_address: told.map(|told| told.address.clone()),
            reply_told_at: told.and_then(|told| told.told_at).map(|at| local(at, offset)),
            reply_refused_at: told.and_then(|told| told.refused_at).map(|at| local(at, offset)),
            reply_error: told.and_then(|told| told.last_error.clone()),
            answer: None,
            reason: None,
            advice: None,
            phone_masked: view.phone_masked,
            accepted_by: view.complaint.accepted_by,
            orders: view
                .orders
                .into_iter()
                .filter(|order| !order.followed)
                .map(Into::into)
                .collect(),
            follows: None,
            supplements: view
                .supplements
                .into_iter()
                .map(|row| ComplaintSupplemented::of(row, offset))
                .collect(),
        };
        match content.treatment {
            Treatment::Orders(_) => {}
            Treatment::Joins(order_id) => body.follows = Some(OrderId::uuid(order_id)),
            Treatment::Answered { answer } => body.answer = Some(answer),
            Treatment::Declined { reason, advice } => {
                (body.reason, body.advice) = (Some(reason), Some(advice));
            }
        }
        body
    }
}

/// One complaint.
#[utoipa::path(
    get, path = "/v1/complaints/{complaint_id}", params(("complaint_id" = Uuid, Path)),
    responses((status = 200, body = ComplaintBody), (status = 404, description = "there is none"))
)]
pub(super) async fn get_complaint(
    State(ctx): State<Ctx>,
    Path(complaint_id): Path<ComplaintId>,
) -> Result<Json<ComplaintBody>, Problem> {
    let view = read(&ctx.db, complaint_id)
        .await
        .map_err(|problem| error::database(&problem))?;
    let view = view.ok_or_else(error::complaint_unknown)?;
    Ok(Json(ComplaintBody::of(view, ctx.offset)))
}
