//! Requests that an order stand still 挂起: proposed by a supervisor, listed with those of units, reviewed.
use crate::api::verdict::Verdict as Word;
use crate::api::{error, person};
use crate::ctx::Ctx;
use crate::domain::RequestState;
use crate::domain::policies::Reviewer;
use crate::usecases::request_suspension::{
    self, Request, RequestFilter, RequestSuspension, SuspensionRequestRow,
};
use crate::usecases::review_suspension::{Command, ReviewSuspension, Verdict};
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, FixedOffset, Utc};
use contracts::cause::Asked;
use contracts::ids::{OrderId, SuspensionId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::auth::{Principal, Role};
use web::{Json, Page, Path, Problem, Query, page};

/// Until when, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SuspensionForm {
    /// A reason of the city's policy, e.g. `weather`.
    pub reason_code: String,
    /// Why; unit and caller are told when it is granted.
    pub reason: String,
    /// When it ends by itself.
    pub until: DateTime<FixedOffset>,
}

/// A verdict.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SuspensionVerdict {
    /// `granted`: the clocks stand still. `denied`: they run on.
    pub verdict: Word,
    /// Granted: until when; by default until what was asked for, and never longer.
    #[serde(default)]
    pub until: Option<DateTime<FixedOffset>>,
    /// Why; unit and caller are told. Must be there when it is denied; granted without one, they are told the request's own.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Which requests.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// `requested`, `granted`, `denied`, `lapsed`.
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
pub struct SuspensionRequestView {
    /// The request, and the suspension when it is granted.
    pub suspension_id: Uuid,
    /// The order.
    pub order_id: Uuid,
    /// The lead unit.
    pub unit: String,
    /// Of the assignment.
    pub generation: i32,
    /// Of the city's policy.
    pub reason_code: String,
    /// Why.
    pub reason: String,
    /// Until when it is asked for.
    pub until: DateTime<FixedOffset>,
    /// Document the unit relies on.
    pub basis: Option<String>,
    /// Evidence of the unit, as unit-gateway keeps it.
    pub attachments: Vec<Uuid>,
    /// Who asked: `unit:<code>` or `agent:<subject>`.
    pub requested_by: String,
    /// When.
    pub requested_at: DateTime<FixedOffset>,
    /// `requested`, `granted`, `denied`, `lapsed`.
    pub state: String,
    /// Why denied (`reviewed`, or the city's rule) or lapsed (`lapsed`: its time has passed; `superseded`: its assignment is
    /// over).
    pub code: Option<String>,
    /// Until when it was granted.
    pub granted_until: Option<DateTime<FixedOffset>>,
    /// Who decided; `service:supervision` when a rule or time did.
    pub reviewed_by: Option<String>,
    /// Why.
    pub review_reason: Option<String>,
    /// When.
    pub reviewed_at: Option<DateTime<FixedOffset>>,
}

/// Proposes that the unit's clocks stand still until then; another person decides. Where the city's policy says so
/// (`suspensions.review = "at_once"`) it holds at once. The total clock runs on.
#[utoipa::path(post, path = "/v1/orders/{order_id}/suspension", tag = "suspensions",
    params(("order_id" = Uuid, Path, description = "The order")), request_body = SuspensionForm,
    responses((status = 201, body = SuspensionRequestView), (status = 404, description = "Nothing is known of the order"),
        (status = 409, description = "Suspended already, another request waits, or no clock runs"),
        (status = 422, description = "A rule of the city forbids it")))]
pub async fn suspend_order(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(order_id): Path<Uuid>,
    Json(form): Json<SuspensionForm>,
) -> Result<(StatusCode, Json<SuspensionRequestView>), Problem> {
    let (by, cause) = person(&principal);
    let command = Request {
        suspension_id: SuspensionId(Uuid::now_v7()),
        order_id: OrderId(order_id),
        of: None,
        reason_code: form.reason_code,
        reason: error::text("reason", &form.reason)?,
        until: form.until.to_utc(),
        basis: None,
        attachments: Vec::new(),
        by,
        at: ctx.db.clock().now(),
    };
    let work = RequestSuspension(ctx.suspend_order());
    let row = ctx.db.execute(&work, Asked { cause, command }).await;
    let row = row.map_err(|e| error::request_suspension(&e))?;
    Ok((StatusCode::CREATED, Json(view(&ctx, row))))
}

/// Grants or denies a request, only by whom the city's policy names (`suspensions.reviewers` of `ladder`) and never granted by
/// whoever made it, who may deny it, and so take it back. Granted: the clocks stand still at once.
#[utoipa::path(post, path = "/v1/suspension-requests/{suspension_id}/review", tag = "suspensions",
    params(("suspension_id" = Uuid, Path, description = "The request")), request_body = SuspensionVerdict,
    responses((status = 200, body = SuspensionRequestView), (status = 404, description = "No such request"),
        (status = 403, description = "`not_reviewer`: the city's policy names other reviewers"),
        (status = 409, description = "Reviewed before, over, or no clock runs"),
        (status = 422, description = "A rule of the city forbids it, or it is the reviewer's own")))]
pub async fn review_suspension(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(suspension_id): Path<Uuid>,
    Json(form): Json<SuspensionVerdict>,
) -> Result<Json<SuspensionRequestView>, Problem> {
    let (by, cause) = person(&principal);
    let command = Command {
        suspension_id: SuspensionId(suspension_id),
        verdict: verdict(&form)?,
        by,
        roles: reviewers(&principal),
    };
    let work = ReviewSuspension(ctx.suspend_order());
    let row = ctx.db.execute(&work, Asked { cause, command }).await;
    Ok(Json(view(&ctx, row.map_err(|e| error::review_suspension(&e))?)))
}

fn verdict(form: &SuspensionVerdict) -> Result<Verdict, Problem> {
    let reason = form.reason.as_deref();
    let reason = reason.map(|reason| error::text("reason", reason)).transpose()?;
    match (form.verdict, form.until, reason) {
        (Word::Granted, until, reason) => Ok(Verdict::Granted(until.map(|until| until.to_utc()), reason)),
        (Word::Denied, None, Some(reason)) => Ok(Verdict::Denied(reason)),
        (Word::Denied, Some(_), _) => Err(error::field("until", "only when it is granted", "仅在批准时填写")),
        (Word::Denied, None, None) => Err(error::field(
            "reason",
            "say why it is denied",
            "请说明不批准的理由",
        )),
    }
}

/// What a person may review as.
fn reviewers(principal: &Principal) -> Vec<Reviewer> {
    let known = [
        (Role::Supervisor, Reviewer::Supervisor),
        (Role::Leader, Reviewer::Leader),
    ];
    let has = known.into_iter().filter(|(role, _)| principal.has(*role));
    has.map(|(_, reviewer)| reviewer).collect()
}

/// Requests that orders stand still, the oldest first.
#[utoipa::path(get, path = "/v1/suspension-requests", tag = "suspensions", params(Wanted),
    responses((status = 200, body = Page<SuspensionRequestView>)))]
pub async fn list_suspension_requests(
    State(ctx): State<Ctx>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Page<SuspensionRequestView>>, Problem> {
    let limit = page::limit(wanted.limit)?;
    let after: Option<(DateTime<Utc>, Uuid)> = page::decode(wanted.after.as_deref(), "after")?;
    let state = wanted.state.filter(|state| !state.is_empty());
    if state
        .as_ref()
        .is_some_and(|state| state.parse::<RequestState>().is_err())
    {
        return Err(error::field("state", "no such state", "无此状态"));
    }
    let filter = RequestFilter {
        state,
        order_id: wanted.order_id,
        unit: wanted.unit.filter(|unit| !unit.is_empty()),
    };
    let rows = request_suspension::list(&ctx.db, &filter, after, limit + 1).await;
    let page = Page::from_rows(rows.map_err(|e| error::db(&e))?, limit, |row| {
        (row.requested_at, row.suspension_id)
    });
    Ok(Json(page.map(|row| view(&ctx, row))))
}

/// A row as a view.
pub(super) fn view(ctx: &Ctx, row: SuspensionRequestRow) -> SuspensionRequestView {
    let local = |at: Option<DateTime<Utc>>| at.map(|at| ctx.local(at));
    SuspensionRequestView {
        suspension_id: row.suspension_id,
        order_id: row.order_id,
        unit: row.unit,
        generation: row.generation,
        reason_code: row.reason_code,
        reason: row.reason,
        until: ctx.local(row.until),
        basis: row.basis,
        attachments: row.attachments,
        requested_by: row.requested_by,
        requested_at: ctx.local(row.requested_at),
        state: row.state,
        code: row.code,
        granted_until: local(row.granted_until),
        reviewed_by: row.reviewed_by,
        review_reason: row.review_reason,
        reviewed_at: local(row.reviewed_at),
    }
}
