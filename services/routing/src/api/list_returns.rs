//! GET /v1/returns: return requests of one state, oldest first.
use crate::api::error;
use crate::ctx::Ctx;
use crate::domain::returns::{Return, ReturnPlace, ReturnState};
use crate::usecases::read_orders;
use axum::extract::State;
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Json, Page, Problem, Query, page};

/// Which requests.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// `open` (default), `upheld`, `rejected` or `stale`.
    pub state: Option<StateWord>,
    /// Cursor of the previous page.
    pub after: Option<String>,
    /// Items on the page, 1 to 200; 50 by default.
    pub limit: Option<u32>,
}

/// States of a request.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StateWord {
    /// It waits for review.
    #[default]
    Open,
    /// The hotline agreed.
    Upheld,
    /// The order stayed.
    Rejected,
    /// Its assignment ended first.
    Stale,
}

impl From<StateWord> for ReturnState {
    fn from(word: StateWord) -> Self {
        match word {
            StateWord::Open => Self::Open,
            StateWord::Upheld => Self::Upheld,
            StateWord::Rejected => Self::Rejected,
            StateWord::Stale => Self::Stale,
        }
    }
}

/// One request.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReturnView {
    /// The request.
    pub return_id: Uuid,
    /// The order.
    pub order_id: Uuid,
    /// Number people use.
    pub order_number: String,
    /// The unit that asked.
    pub unit: String,
    /// Generation it is about.
    pub generation: i32,
    /// `wrong_matter`, `wrong_place`, `not_our_duty`, `duplicate` or `incomplete`.
    pub reason_code: String,
    /// Document and clause that the unit relies on.
    pub basis: String,
    /// The unit it thinks right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggested_unit: Option<String>,
    /// When it asked.
    pub requested_at: DateTime<FixedOffset>,
    /// Until when it might ask; absent = not at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_ends_at: Option<DateTime<FixedOffset>>,
    /// Whether it asked in time.
    pub in_window: bool,
    /// `open`, `upheld`, `rejected` or `stale`.
    pub state: &'static str,
    /// Who reviewed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviewed_by: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviewed_at: Option<DateTime<FixedOffset>>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review_reason: Option<String>,
}

/// Return requests of one state, oldest first.
#[utoipa::path(get, path = "/v1/returns", tag = "returns", params(Filter),
    responses((status = 200, body = Page<ReturnView>)))]
pub async fn list_returns(
    State(ctx): State<Ctx>,
    Query(filter): Query<Filter>,
) -> Result<Json<Page<ReturnView>>, Problem> {
    let limit = page::limit(filter.limit)?;
    let after: Option<ReturnPlace> = page::decode(filter.after.as_deref(), "after")?;
    let state = filter.state.unwrap_or_default().into();
    let rows = read_orders::returns(&ctx.db, state, after, i64::from(limit) + 1).await;
    let page = Page::from_rows(rows.map_err(|error| error::db(&error))?, limit, |(item, _)| {
        ReturnPlace {
            requested_at: item.request.requested_at,
            return_id: item.request.return_id,
        }
    });
    Ok(Json(page.map(|(item, number)| view(&ctx, item, number))))
}

fn view(ctx: &Ctx, item: Return, order_number: String) -> ReturnView {
    let in_window = item.in_window();
    let review = item.review;
    ReturnView {
        return_id: item.request.return_id.uuid(),
        order_id: item.request.order_id.uuid(),
        order_number,
        unit: item.request.unit.0,
        generation: item.request.generation,
        reason_code: item.request.reason_code,
        basis: item.request.basis,
        suggested_unit: item.request.suggested_unit.map(|unit| unit.0),
        requested_at: ctx.local(item.request.requested_at),
        window_ends_at: item.window_ends_at.map(|at| ctx.local(at)),
        in_window,
        state: item.state.as_str(),
        reviewed_by: review.as_ref().map(|review| review.by.clone()),
        reviewed_at: review.as_ref().map(|review| ctx.local(review.at)),
        review_reason: review.map(|review| review.reason),
    }
}
