//! GET /v1/balance and …/differences: nothing gets lost on the way, or it is listed.
use crate::api::error;
use crate::api::figures::period::{as_of, span};
use crate::ctx::Ctx;
use crate::usecases::balance::{self, Position};
use axum::extract::State;
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Json, Page, Problem, Query, page};

/// Which days.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BalanceQuery {
    /// First day, local.
    pub from: NaiveDate,
    /// Last day, local.
    pub to: NaiveDate,
    /// As it stood then; now by default.
    pub as_of: Option<DateTime<Utc>>,
}

/// Received = answered + declined + transferred + joined + open + closed + nothing.
#[derive(Debug, Serialize, ToSchema)]
pub struct BalanceView {
    /// Contacts of these days.
    pub received: i64,
    /// Answered at once.
    pub answered: i64,
    /// Not the city's.
    pub declined: i64,
    /// Another hotline has accepted all of it.
    pub transferred: i64,
    /// Joined an existing order.
    pub joined: i64,
    /// At least one of its orders is open.
    pub open: i64,
    /// All of its orders are closed.
    pub closed: i64,
    /// Nothing is known to have come of it: each is in the list of differences.
    pub nothing: i64,
    /// Orders made of these contacts; a split makes several.
    pub orders: i64,
    /// How it stood when.
    pub as_of: DateTime<FixedOffset>,
}

/// Which differences.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DifferencesQuery {
    /// First day, local.
    pub from: NaiveDate,
    /// Last day, local.
    pub to: NaiveDate,
    /// Cursor of the previous page.
    pub after: Option<String>,
    /// Items on the page, 1 to 200; 50 by default.
    pub limit: Option<u32>,
}

/// Something that does not add up.
#[derive(Debug, Serialize, ToSchema)]
pub struct DifferenceView {
    /// `nothing_came_of_it`, `order_not_heard`, `complaint_not_heard`, `answer_not_heard`, `decline_not_heard`: what
    /// intake tells does not fit; `not_dispatched`, `not_delivered`, `reply_not_followed`: the service that comes next has told
    /// nothing.
    pub what: String,
    /// The complaint.
    pub complaint_id: Option<Uuid>,
    /// Its number.
    pub complaint_number: Option<String>,
    /// The order.
    pub order_id: Option<Uuid>,
    /// When it was accepted.
    pub accepted_at: DateTime<FixedOffset>,
}

/// What became of every contact of these days.
#[utoipa::path(get, path = "/v1/balance", tag = "balance", params(BalanceQuery), responses((status = 200, body = BalanceView)))]
pub async fn get_balance(
    State(ctx): State<Ctx>,
    Query(query): Query<BalanceQuery>,
) -> Result<Json<BalanceView>, Problem> {
    let (span, as_of) = (span(&ctx, query.from, query.to)?, as_of(&ctx, query.as_of));
    let terms = balance::terms(&ctx.db, span, as_of)
        .await
        .map_err(|e| error::db(&e))?;
    Ok(Json(BalanceView {
        received: terms.received,
        answered: terms.answered,
        declined: terms.declined,
        transferred: terms.transferred,
        joined: terms.joined,
        open: terms.open,
        closed: terms.closed,
        nothing: terms.nothing,
        orders: terms.orders,
        as_of: ctx.local(as_of),
    }))
}

/// Everything of these days that does not add up; empty is what everybody expects.
#[utoipa::path(get, path = "/v1/balance/differences", tag = "balance", params(DifferencesQuery),
    responses((status = 200, body = Page<DifferenceView>)))]
pub async fn list_differences(
    State(ctx): State<Ctx>,
    Query(query): Query<DifferencesQuery>,
) -> Result<Json<Page<DifferenceView>>, Problem> {
    let limit = page::limit(query.limit)?;
    let after: Option<Position> = page::decode(query.after.as_deref(), "after")?;
    let span = span(&ctx, query.from, query.to)?;
    let rows = balance::differences(&ctx.db, span, after, limit + 1).await;
    let page = Page::from_rows(rows.map_err(|e| error::db(&e))?, limit, |row| {
        let id = row.order_id.or(row.complaint_id).unwrap_or_default();
        (row.accepted_at, row.what.clone(), id)
    });
    Ok(Json(page.map(|row| DifferenceView {
        what: row.what,
        complaint_id: row.complaint_id,
        complaint_number: row.complaint_number,
        order_id: row.order_id,
        accepted_at: ctx.local(row.accepted_at),
    })))
}
