//! GET /v1/rulings: rulings and the duties they became, newest first.
use super::error;
use crate::ctx::Ctx;
use crate::usecases::read_orders::{self, RulingPlace, RulingRow};
use axum::extract::State;
use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Json, Page, Problem, Query, page};

/// Which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Cursor of the previous page.
    pub after: Option<String>,
    /// Items on the page, 1 to 200; 50 by default.
    pub limit: Option<u32>,
}

/// A ruling 会商定规.
#[derive(Debug, Serialize, ToSchema)]
pub struct RulingView {
    /// The ruling.
    pub ruling_id: Uuid,
    /// The order it was asked for.
    pub order_id: Uuid,
    /// 条目编号 of the duty it became.
    #[schema(example = "HS000002")]
    pub duty: String,
    /// The directory version that has it first.
    pub directory_version: i64,
    /// 主办
    pub lead: String,
    /// 协办
    pub co_handlers: Vec<String>,
    /// 事项编码
    pub matter: Option<String>,
    /// 适用区划编码
    pub division: Option<String>,
    /// 条件
    pub conditions: String,
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day; null = until further notice.
    pub valid_to: Option<NaiveDate>,
    /// 依据
    pub basis: String,
    /// What was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes: Option<String>,
    /// Every order it assigned; the one it was asked for comes first.
    pub orders: Vec<Uuid>,
    /// Who wrote it down.
    pub ruled_by: String,
    /// When.
    pub ruled_at: DateTime<FixedOffset>,
}

pub(super) fn view(ctx: &Ctx, row: RulingRow) -> RulingView {
    RulingView {
        ruling_id: row.ruling_id,
        order_id: row.order_id,
        directory_version: row.directory_version,
        lead: row.lead,
        duty: row.duty.code,
        co_handlers: row.duty.co_handlers,
        matter: row.duty.matter,
        division: row.duty.division,
        conditions: row.duty.conditions,
        valid_from: row.duty.dates.from,
        valid_to: row.duty.dates.to,
        basis: row.duty.basis,
        minutes: row.minutes,
        orders: row.orders,
        ruled_by: row.ruled_by,
        ruled_at: ctx.local(row.ruled_at),
    }
}

/// Rulings and the duties they became, newest first.
#[utoipa::path(get, path = "/v1/rulings", tag = "rulings", params(Filter),
    responses((status = 200, body = Page<RulingView>)))]
pub async fn list_rulings(
    State(ctx): State<Ctx>,
    Query(filter): Query<Filter>,
) -> Result<Json<Page<RulingView>>, Problem> {
    let limit = page::limit(filter.limit)?;
    let after: Option<RulingPlace> = page::decode(filter.after.as_deref(), "after")?;
    let rows = read_orders::rulings(&ctx.db, after, i64::from(limit) + 1).await;
    let page = Page::from_rows(rows.map_err(|error| error::db(&error))?, limit, |row| {
        RulingPlace {
            ruled_at: row.ruled_at,
            ruling_id: row.ruling_id,
        }
    });
    Ok(Json(page.map(|row| view(&ctx, row))))
}
