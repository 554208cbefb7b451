//! Extensions 延期: asked for by staff, listed, reviewed.
use crate::api::verdict::Verdict;
use crate::api::{error, person};
use crate::ctx::Ctx;
use crate::usecases::request_extension::{self, ExtensionRow, Request, RequestExtension, RequestFilter};
use crate::usecases::review_extension::{Command, ReviewExtension};
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, FixedOffset, Utc};
use contracts::cause::Asked;
use contracts::ids::{ExtensionId, OrderId};
use contracts::terms::LimitUnit;
use contracts::words::ClockName;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::auth::{Principal, Role};
use web::{Json, Page, Path, Problem, Query, page};

/// More time for the unit that is responsible now.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtensionForm {
    /// `respond` or `finish`.
    #[schema(value_type = String)]
    pub clock: ClockName,
    /// How much more; 1 to 10000.
    pub amount: u32,
    /// What is counted: the unit of the clock's own limit.
    #[schema(value_type = String)]
    pub amount_unit: LimitUnit,
    /// Why.
    pub reason: String,
    /// Document the unit relies on.
    pub basis: Option<String>,
}

/// A verdict.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerdictForm {
    /// `granted`: the unit gets more time. `denied`: the limit stays.
    pub verdict: Verdict,
    /// How much; by default what was asked.
    pub amount: Option<u32>,
    /// Why; unit and caller are told.
    pub reason: String,
}

/// Which requests.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// `pending`, `granted`, `denied`.
    pub state: Option<String>,
    /// Of one order.
    pub order_id: Option<Uuid>,
    /// Of one unit.
    pub unit: Option<String>,
    /// Cursor of the previous page.
    pub after: Option<String>,
    /// Items on the page, 1 to 200; 50 by default.
    pub limit: Option<u32>,
}

/// A request and what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExtensionView {
    /// The request.
    pub extension_id: Uuid,
    /// The order.
    pub order_id: Uuid,
    /// Who gets more time.
    pub unit: String,
    /// Of the assignment.
    pub generation: i32,
    /// Rework round.
    pub rework: i32,
    /// Which clock.
    pub clock: String,
    /// How much was asked.
    pub amount: i32,
    /// Of what.
    pub amount_unit: String,
    /// Why.
    pub reason: String,
    /// Document the unit relies on.
    pub basis: Option<String>,
    /// Who asked.
    pub requested_by: String,
    /// When.
    pub requested_at: DateTime<FixedOffset>,
    /// `pending`, `granted`, `denied`.
    pub state: String,
    /// Why denied: `reviewed`, `taken_back` (by whoever of the staff asked), the city's rule, or `superseded` (its assignment, or
    /// its round, is over).
    pub code: Option<String>,
    /// How much was granted.
    pub granted_amount: Option<i32>,
    /// The limit before.
    pub due_before: Option<DateTime<FixedOffset>>,
    /// The limit after.
    pub due_at: Option<DateTime<FixedOffset>>,
    /// Who decided.
    pub reviewed_by: Option<String>,
    /// Why.
    pub review_reason: Option<String>,
    /// When.
    pub reviewed_at: Option<DateTime<FixedOffset>>,
}

/// Asks for more time. What a rule of the city forbids is denied at once; else a supervisor decides.
#[utoipa::path(post, path = "/v1/orders/{order_id}/extensions", tag = "extensions",
    params(("order_id" = Uuid, Path, description = "The order")), request_body = ExtensionForm,
    responses((status = 201, body = ExtensionView), (status = 404, description = "Nothing is known of the order"),
        (status = 409, description = "No unit is responsible")))]
pub async fn request_extension(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(order_id): Path<Uuid>,
    Json(form): Json<ExtensionForm>,
) -> Result<(StatusCode, Json<ExtensionView>), Problem> {
    let (by, cause) = person(&principal);
    let command = Request {
        extension_id: ExtensionId(Uuid::now_v7()),
        order_id: OrderId(order_id),
        of: None,
        clock: form.clock,
        amount: error::amount("amount", form.amount)?,
        amount_unit: form.amount_unit,
        reason: error::text("reason", &form.reason)?,
        basis: form
            .basis
            .as_deref()
            .map(|basis| error::text("basis", basis))
            .transpose()?,
        by,
        at: ctx.db.clock().now(),
    };
    let work = RequestExtension {
        shelf: ctx.shelf.clone(),
        policies: ctx.policies.clone(),
    };
    let row = ctx.db.execute(&work, Asked { cause, command }).await;
    let row = row.map_err(|e| error::request_extension(&e))?;
    Ok((StatusCode::CREATED, Json(view(&ctx, row))))
}

/// A supervisor's verdict. Granted: the clock moves at once. Nobody grants what they asked for; whoever asked may deny it, and so
/// take it back.
#[utoipa::path(post, path = "/v1/extensions/{extension_id}/review", tag = "extensions",
    params(("extension_id" = Uuid, Path, description = "The request")), request_body = VerdictForm,
    responses((status = 200, body = ExtensionView), (status = 404, description = "No such request"),
        (status = 403, description = "`not_reviewer`: a dispatcher takes back only what they asked for"),
        (status = 409, description = "Reviewed before"),
        (status = 422, description = "A rule of the city forbids it, or to grant it: it is the reviewer's own")))]
pub async fn review_extension(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(extension_id): Path<Uuid>,
    Json(form): Json<VerdictForm>,
) -> Result<Json<ExtensionView>, Problem> {
    let (by, cause) = person(&principal);
    let command = Command {
        extension_id: ExtensionId(extension_id),
        granted: form.verdict == Verdict::Granted,
        amount: form
            .amount
            .map(|amount| error::amount("amount", amount))
            .transpose()?,
        reason: error::text("reason", &form.reason)?,
        by,
        reviews: principal.has(Role::Supervisor),
    };
    let work = ReviewExtension {
        policy: ctx.config.policy(),
        shelf: ctx.shelf.clone(),
        policies: ctx.policies.clone(),
    };
    let row = ctx.db.execute(&work, Asked { cause, command }).await;
    Ok(Json(view(&ctx, row.map_err(|e| error::review_extension(&e))?)))
}

/// Requests for more time, the oldest first.
#[utoipa::path(get, path = "/v1/extensions", tag = "extensions", params(Wanted), responses((status = 200, body = Page<ExtensionView>)))]
pub async fn list_extensions(
    State(ctx): State<Ctx>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Page<ExtensionView>>, Problem> {
    let limit = page::limit(wanted.limit)?;
    let after: Option<(DateTime<Utc>, Uuid)> = page::decode(wanted.after.as_deref(), "after")?;
    let state = wanted.state.filter(|state| !state.is_empty());
    if state
        .as_ref()
        .is_some_and(|state| !["pending", "granted", "denied"].contains(&state.as_str()))
    {
        return Err(error::field("state", "no such state", "无此状态"));
    }
    let filter = RequestFilter {
        state,
        order_id: wanted.order_id,
        unit: wanted.unit.filter(|unit| !unit.is_empty()),
    };
    let rows = request_extension::list(&ctx.db, &filter, after, limit + 1).await;
    let page = Page::from_rows(rows.map_err(|e| error::db(&e))?, limit, |row| {
        (row.requested_at, row.extension_id)
    });
    Ok(Json(page.map(|row| view(&ctx, row))))
}

/// A row as a view.
pub(super) fn view(ctx: &Ctx, row: ExtensionRow) -> ExtensionView {
    let local = |at: Option<DateTime<Utc>>| at.map(|at| ctx.local(at));
    ExtensionView {
        extension_id: row.extension_id,
        order_id: row.order_id,
        unit: row.unit,
        generation: row.generation,
        rework: row.rework,
        clock: row.clock,
        amount: row.amount,
        amount_unit: row.amount_unit,
        reason: row.reason,
        basis: row.basis,
        requested_by: row.requested_by,
        requested_at: ctx.local(row.requested_at),
        state: row.state,
        code: row.code,
        granted_amount: row.granted_amount,
        due_before: local(row.due_before),
        due_at: local(row.due_at),
        reviewed_by: row.reviewed_by,
        review_reason: row.review_reason,
        reviewed_at: local(row.reviewed_at),
    }
}
