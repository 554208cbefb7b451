//! GET /v1/emerging and …/{alert_id}/orders: matters that stand out from their own history 未诉先办.
use crate::api::error;
use crate::api::get_timeline::Paging;
use crate::api::search_orders::{FoundView, view};
use crate::ctx::Ctx;
use crate::usecases::list_emerging::{self, AlertRow};
use crate::usecases::search_orders::Position;
use axum::extract::State;
use chrono::{DateTime, FixedOffset, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Json, Page, Path, Problem, Query, page};

/// A matter that stands out.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlertView {
    /// The alert.
    pub alert_id: Uuid,
    /// 事项
    pub matter: String,
    /// Its name.
    pub matter_name: Option<String>,
    /// District or zone; absent: the whole city.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area_name: Option<String>,
    /// The hour that stood out first.
    pub first_hour: DateTime<FixedOffset>,
    /// The last one so far.
    pub last_hour: DateTime<FixedOffset>,
    /// When it was said.
    pub raised_at: DateTime<FixedOffset>,
    /// Orders of the hour that stood out most.
    pub orders: i32,
    /// What its history let expect.
    pub expected: f64,
    /// How many times that.
    pub growth: f64,
    /// Of all orders of that hour, in percent.
    pub share_percent: f64,
    /// How likely so many are by chance.
    pub p: f64,
}

/// Alerts, the newest first.
#[utoipa::path(get, path = "/v1/emerging", tag = "emerging", params(Paging), responses((status = 200, body = Page<AlertView>)))]
pub async fn list_alerts(
    State(ctx): State<Ctx>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<AlertView>>, Problem> {
    let limit = page::limit(paging.limit)?;
    let after: Option<(DateTime<Utc>, Uuid)> = page::decode(paging.after.as_deref(), "after")?;
    let names = ctx.names.look(&ctx.db).await.map_err(|e| error::db(&e))?;
    let rows = list_emerging::alerts(&ctx.db, after, limit + 1).await;
    let page = Page::from_rows(rows.map_err(|e| error::db(&e))?, limit, |row| {
        (row.raised_at, row.alert_id)
    });
    Ok(Json(page.map(|row: AlertRow| {
        let area = Some(row.area).filter(|area| !area.is_empty());
        let area_name = area.as_ref().and_then(|area| names.divisions.get(area));
        AlertView {
            alert_id: row.alert_id,
            matter_name: names.matters.get(&row.matter).map(|entry| entry.name.clone()),
            area_name: area_name.map(|entry| entry.name.clone()),
            matter: row.matter,
            area,
            first_hour: ctx.local(row.first_hour),
            last_hour: ctx.local(row.last_hour),
            raised_at: ctx.local(row.raised_at),
            orders: row.orders,
            expected: row.expected,
            growth: f64::from(row.orders) / row.expected.max(f64::EPSILON),
            share_percent: row.share * 100.0,
            p: row.p,
        }
    })))
}

/// Orders of an alert, the newest first.
#[utoipa::path(get, path = "/v1/emerging/{alert_id}/orders", tag = "emerging",
    params(("alert_id" = Uuid, Path, description = "The alert"), Paging),
    responses((status = 200, body = Page<FoundView>), (status = 404, description = "No such alert")))]
pub async fn list_alert_orders(
    State(ctx): State<Ctx>,
    Path(alert_id): Path<Uuid>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<FoundView>>, Problem> {
    let limit = page::limit(paging.limit)?;
    let after: Option<Position> = page::decode(paging.after.as_deref(), "after")?;
    let names = ctx.names.look(&ctx.db).await.map_err(|e| error::db(&e))?;
    let policy = ctx.scores_policy().await.map_err(|e| error::db(&e))?;
    let found = list_emerging::orders(&ctx.db, (&names, &policy), alert_id, after, limit + 1).await;
    let rows = found
        .map_err(|e| error::db(&e))?
        .ok_or_else(error::alert_unknown)?;
    let page = Page::from_rows(rows, limit, |row| (row.accepted_at, row.order_id));
    Ok(Json(page.map(|row| view(&ctx, row, true))))
}
