//! `GET /v1/complaints/{number}/progress`: what the caller may be told, in the caller's language.
//!
//! For staff who speak with the caller. The number is no secret and a phone number does not belong into an address;
//! the citizen's own door proves who asks in another way.
use super::error;
use super::views::local;
use crate::ctx::Ctx;
use crate::domain::news::News;
use crate::domain::progress::{OrderProgress, Progress, Told};
use crate::usecases::get_progress::get_progress as read;
use axum::extract::State;
use chrono::{DateTime, FixedOffset};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Json, Lang, Path, Problem};

/// How a complaint stands.
#[derive(Serialize, ToSchema)]
pub(super) struct ProgressBody {
    complaint_number: String,
    /// Number of the sending system.
    #[serde(skip_serializing_if = "Option::is_none")]
    source_number: Option<String>,
    /// accepted, answered, declined.
    disposition: &'static str,
    /// open, closed, answered, declined.
    state: &'static str,
    accepted_at: DateTime<FixedOffset>,
    /// Its orders, or the one it follows.
    orders: Vec<OrderProgressBody>,
    /// One answer to the whole complaint, once there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
}

/// How an order stands.
#[derive(Serialize, ToSchema)]
struct OrderProgressBody {
    order_id: Uuid,
    order_number: String,
    title: String,
    /// True when the complaint only follows it.
    followed: bool,
    /// registered, undecided, assigned, signed, responded, replied, closed.
    state: &'static str,
    /// The state as a sentence.
    message: String,
    /// Name of the unit that handles it, or did last.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    assigned_at: Option<DateTime<FixedOffset>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_at: Option<DateTime<FixedOffset>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    responded_at: Option<DateTime<FixedOffset>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replied_at: Option<DateTime<FixedOffset>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_at: Option<DateTime<FixedOffset>>,
    /// What the unit says to the citizen.
    #[serde(skip_serializing_if = "Option::is_none")]
    reply: Option<String>,
    /// solved, unsolved, unreachable, not_called, withdrawn, transferred.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'static str>,
    /// What is told beside that, the oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    news: Vec<NewsBody>,
}

/// More time, rest, findings, promises.
#[derive(Serialize, ToSchema)]
struct NewsBody {
    /// extended, denied, suspended, resumed, unreasonable, impossible, promised, carried_out, dropped.
    what: &'static str,
    at: DateTime<FixedOffset>,
    /// The new limit, the end of the rest, when the promise is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<DateTime<FixedOffset>>,
    /// As a sentence.
    message: String,
}

fn in_language(lang: Lang, told: Told) -> String {
    lang.pick(told.en, told.zh)
}

impl ProgressBody {
    fn of(progress: Progress, lang: Lang, offset: FixedOffset) -> Self {
        Self {
            state: progress.stage().as_str(),
            answer: progress.answer().map(|told| in_language(lang, told)),
            complaint_number: progress.complaint_number,
            source_number: progress.source_number,
            disposition: progress.disposition.as_str(),
            accepted_at: local(progress.accepted_at, offset),
            orders: progress
                .orders
                .into_iter()
                .map(|order| OrderProgressBody::of(order, lang, offset))
                .collect(),
        }
    }
}

impl OrderProgressBody {
    fn of(order: OrderProgress, lang: Lang, offset: FixedOffset) -> Self {
        let (handling, reply, end) = (order.state.handling(), order.state.reply(), order.state.end());
        let at = |at: DateTime<chrono::Utc>| local(at, offset);
        Self {
            message: in_language(lang, order.told()),
            state: order.state.as_str(),
            unit: handling.and_then(|handling| handling.unit_name.clone()),
            assigned_at: handling.and_then(|handling| handling.assigned_at).map(at),
            signed_at: handling.and_then(|handling| handling.signed_at).map(at),
            responded_at: handling.and_then(|handling| handling.responded_at).map(at),
            replied_at: reply.map(|reply| at(reply.at)),
            reply: reply.map(|reply| reply.text.clone()),
            outcome: end.map(|(outcome, _)| outcome.as_str()),
            closed_at: end.map(|(_, closed_at)| at(closed_at)),
            news: order
                .news
                .iter()
                .map(|news| NewsBody::of(news, lang, offset))
                .collect(),
            order_id: order.order_id.uuid(),
            order_number: order.order_number,
            title: order.title,
            followed: order.followed,
        }
    }
}

impl NewsBody {
    fn of(news: &News, lang: Lang, offset: FixedOffset) -> Self {
        Self {
            what: news.what.as_str(),
            at: local(news.at, offset),
            until: news.until.map(|at| local(at, offset)),
            message: in_language(lang, news.told(offset)),
        }
    }
}

/// How a complaint stands, for its caller. Sentences follow `Accept-Language`.
#[utoipa::path(
    get, path = "/v1/complaints/{number}/progress", params(("number" = String, Path, description = "complaint number")),
    responses((status = 200, body = ProgressBody), (status = 404, description = "there is none"))
)]
pub(super) async fn get_progress(
    State(ctx): State<Ctx>,
    lang: Lang,
    Path(number): Path<String>,
) -> Result<Json<ProgressBody>, Problem> {
    let progress = read(&ctx.db, &number)
        .await
        .map_err(|problem| error::database(&problem))?;
    let progress = progress.ok_or_else(error::complaint_unknown)?;
    Ok(Json(ProgressBody::of(progress, lang, ctx.offset)))
}
