//! `POST /v1/similar`: is this about what somebody else has called about already?
use super::error;
use super::views::{PlaceBody, local};
use crate::ctx::Ctx;
use crate::domain::invalid::{self, Invalid};
use crate::domain::place::Place;
use crate::domain::similar::{Reason, Similar, Typed};
use crate::usecases::find_similar::find_similar as find;
use axum::extract::State;
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Json, Problem};

const TEXT_CHARS_MAX: usize = 4_000;
const LIMIT_MAX: usize = 20;
const LIMIT: usize = 5;

/// What has been typed so far; at least one field.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SimilarBody {
    /// One line.
    #[serde(default)]
    title: Option<String>,
    /// What is wanted.
    #[serde(default)]
    #[schema(example = "家里暖气不热，锅炉房说在抢修")]
    text: Option<String>,
    /// Entry of the catalogue.
    #[serde(default)]
    matter: Option<String>,
    /// Where.
    #[serde(default)]
    place: Option<PlaceBody>,
    /// Orders wanted, 1 to 20.
    #[serde(default)]
    #[schema(example = 5)]
    limit: Option<usize>,
}

impl SimilarBody {
    fn checked(self, at: DateTime<chrono::Utc>) -> Result<(Typed, usize), Invalid> {
        let given = |field, value: Option<String>| {
            let value = value.filter(|value| !value.trim().is_empty());
            invalid::text_if_given(field, value.as_deref(), TEXT_CHARS_MAX)
        };
        let typed = Typed {
            title: given("title", self.title)?.unwrap_or_default(),
            text: given("text", self.text)?.unwrap_or_default(),
            matter: invalid::code_if_given("matter", self.matter.as_deref())?,
            place: self.place.map(Place::from).unwrap_or_default().checked()?,
            at,
        };
        let is_empty = typed.title.is_empty() && typed.text.is_empty() && typed.matter.is_none();
        if is_empty && typed.place.is_unknown() {
            return Err(Invalid::new(
                "text",
                "say at least one of title, text, matter and place",
                "标题、内容、事项、地点至少填写一项",
            ));
        }
        let limit = self.limit.unwrap_or(LIMIT);
        if limit == 0 || limit > LIMIT_MAX {
            return Err(Invalid::new(
                "limit",
                format!("must be 1 to {LIMIT_MAX}"),
                format!("须为 1 至 {LIMIT_MAX}"),
            ));
        }
        Ok((typed, limit))
    }
}

/// Open orders that may be about the same, the likeliest first.
#[derive(Serialize, ToSchema)]
pub(super) struct SimilarOrders {
    items: Vec<SimilarOrder>,
}

/// An open order that may be about the same.
#[derive(Serialize, ToSchema)]
pub(super) struct SimilarOrder {
    /// To be sent as `joins` when the caller follows it.
    order_id: Uuid,
    order_number: String,
    /// One line, masked.
    title: String,
    /// State, as the caller may know it.
    state: String,
    /// Lead unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    accepted_at: DateTime<FixedOffset>,
    /// How much speaks for it, 0 to 1.
    score: f64,
    /// Why: place, matter, words, time.
    reasons: Vec<SimilarReason>,
}

/// Why an order may be about the same.
#[derive(Serialize, ToSchema)]
pub(super) struct SimilarReason {
    /// near, address, division, matter, related_matter, text, recent.
    code: &'static str,
    en: String,
    zh: String,
}

/// Looks for open orders near in place, matter and time, while the agent is still typing. Records nothing.
#[utoipa::path(
    post, path = "/v1/similar", request_body = SimilarBody,
    responses((status = 200, body = SimilarOrders), (status = 422, description = "a field breaks a rule; `field` names it"))
)]
pub(super) async fn find_similar(
    State(ctx): State<Ctx>,
    Json(body): Json<SimilarBody>,
) -> Result<Json<SimilarOrders>, Problem> {
    let (typed, limit) = body.checked(ctx.db.clock().now()).map_err(error::invalid)?;
    let found = find(&ctx.db, &ctx.directory, &typed, ctx.similar_days, limit)
        .await
        .map_err(|problem| error::database(&problem))?;
    let items = found.iter().map(|similar| view(similar, ctx.offset)).collect();
    Ok(Json(SimilarOrders { items }))
}

fn view(similar: &Similar, offset: FixedOffset) -> SimilarOrder {
    let order = &similar.order;
    SimilarOrder {
        order_id: order.order_id.uuid(),
        order_number: order.order_number.clone(),
        title: order.title.clone(),
        state: order.state.clone(),
        unit: order.unit.clone(),
        accepted_at: local(order.accepted_at, offset),
        score: (similar.score * 1000.0).round() / 1000.0,
        reasons: similar.reasons.iter().map(reason).collect(),
    }
}

fn reason(reason: &Reason) -> SimilarReason {
    let percent = |alike: f64| (alike * 100.0).round();
    let (code, en, zh) = match reason {
        Reason::Near { metres } => ("near", format!("{metres} m away"), format!("相距{metres}米")),
        Reason::Address { alike } => (
            "address",
            format!("the addresses are alike ({} %)", percent(*alike)),
            format!("地址相近（{}%）", percent(*alike)),
        ),
        Reason::Division { code } => (
            "division",
            format!("in the same division {code}"),
            format!("同属区划{code}"),
        ),
        Reason::Matter { code } => (
            "matter",
            format!("the same matter {code}"),
            format!("同一事项{code}"),
        ),
        Reason::RelatedMatter { code } => (
            "related_matter",
            format!("a related matter {code}"),
            format!("同类事项{code}"),
        ),
        Reason::Text { alike } => (
            "text",
            format!("the words are alike ({} %)", percent(*alike)),
            format!("内容相近（{}%）", percent(*alike)),
        ),
        Reason::Recent { minutes } => (
            "recent",
            format!("accepted {minutes} minutes ago"),
            format!("{minutes}分钟前受理"),
        ),
    };
    SimilarReason { code, en, zh }
}
