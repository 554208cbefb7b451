//! Suspensions 挂起: what stands still or did, and how it goes on. What is asked for and decided: `suspension_requests`.
use crate::api::{error, person};
use crate::ctx::Ctx;
use crate::usecases::suspend_order::{self, Resume, ResumeOrder, SuspensionRow};
use axum::extract::State;
use chrono::{DateTime, FixedOffset, Utc};
use contracts::cause::Asked;
use contracts::ids::OrderId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Page, Path, Problem, Query, page};

/// Why before its time.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResumeForm {
    /// Why.
    pub reason: String,
}

/// Which suspensions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// `true` = those that go on, `false` = those that ended.
    pub open: Option<bool>,
    /// Of one order.
    pub order_id: Option<Uuid>,
    /// Cursor of the previous page.
    pub after: Option<String>,
    /// Items on the page, 1 to 200; 50 by default.
    pub limit: Option<u32>,
}

/// A suspension.
#[derive(Debug, Serialize, ToSchema)]
pub struct SuspensionView {
    /// The suspension.
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
    /// Who granted it.
    pub suspended_by: String,
    /// From when.
    pub suspended_at: DateTime<FixedOffset>,
    /// When it ends by itself.
    pub until: DateTime<FixedOffset>,
    /// When it ended.
    pub resumed_at: Option<DateTime<FixedOffset>>,
    /// Who ended it; `clock` when its time was up.
    pub resumed_by: Option<String>,
    /// Why before its time.
    pub resume_reason: Option<String>,
}

/// The clocks go on before its time.
#[utoipa::path(post, path = "/v1/orders/{order_id}/resume", tag = "suspensions",
    params(("order_id" = Uuid, Path, description = "The order")), request_body = ResumeForm,
    responses((status = 200, body = SuspensionView), (status = 404, description = "Nothing is known of the order"),
        (status = 409, description = "Not suspended")))]
pub async fn resume_order(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(order_id): Path<Uuid>,
    Json(form): Json<ResumeForm>,
) -> Result<Json<SuspensionView>, Problem> {
    let (by, cause) = person(&principal);
    let command = Resume {
        order_id: OrderId(order_id),
        reason: error::text("reason", &form.reason)?,
        by,
    };
    let work = ResumeOrder(ctx.suspend_order());
    let row = ctx.db.execute(&work, Asked { cause, command }).await;
    Ok(Json(view(&ctx, row.map_err(|e| error::resume(&e))?)))
}

/// Suspensions, the oldest first.
#[utoipa::path(get, path = "/v1/suspensions", tag = "suspensions", params(Wanted), responses((status = 200, body = Page<SuspensionView>)))]
pub async fn list_suspensions(
    State(ctx): State<Ctx>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Page<SuspensionView>>, Problem> {
    let limit = page::limit(wanted.limit)?;
    let after: Option<(DateTime<Utc>, Uuid)> = page::decode(wanted.after.as_deref(), "after")?;
    let rows = suspend_order::list(&ctx.db, wanted.open, wanted.order_id, after, limit + 1).await;
    let page = Page::from_rows(rows.map_err(|e| error::db(&e))?, limit, |row| {
        (row.suspended_at, row.suspension_id)
    });
    Ok(Json(page.map(|row| view(&ctx, row))))
}

fn view(ctx: &Ctx, row: SuspensionRow) -> SuspensionView {
    SuspensionView {
        suspension_id: row.suspension_id,
        order_id: row.order_id,
        unit: row.unit,
        generation: row.generation,
        reason_code: row.reason_code,
        reason: row.reason,
        suspended_by: row.suspended_by,
        suspended_at: ctx.local(row.suspended_at),
        until: ctx.local(row.until),
        resumed_at: row.resumed_at.map(|at| ctx.local(at)),
        resumed_by: row.resumed_by,
        resume_reason: row.resume_reason,
    }
}
