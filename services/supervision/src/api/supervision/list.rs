//! GET /v1/supervision-orders and one of them.
use super::views::{SupervisionDetail, SupervisionView, TotalsView, step, totals, view, with_titles};
use super::{desk::day_end, error as problem};
use crate::api::error;
use crate::api::figures::period::given;
use crate::ctx::Ctx;
use crate::domain::supervision::{State as Stage, height};
use crate::usecases::desk;
use crate::usecases::list_supervision::{self, Filter, Position};
use axum::extract::State;
use chrono::TimeDelta;
use contracts::words::SupervisionLevel;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Page, Path, Problem, Query, page};

/// A hundred years: further back no clock goes.
const AGE_DAYS_MAX: u32 = 36_500;

/// Which; an empty value is as good as none.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Code of the unit that must act.
    pub unit: Option<String>,
    /// `urge`, `written`, `on_site`, `raised`, `public_notice`, `interview`, `discipline_referral`.
    pub level: Option<String>,
    /// `proposed`, `open`, `overdue`, `answered`, `accepted`, `discharged`.
    pub state: Option<String>,
    /// `true` = not discharged, `false` = discharged.
    pub live: Option<bool>,
    /// Begun so many whole days ago or earlier; at most 36500.
    pub age_days_min: Option<u32>,
    /// Of one order.
    pub order_id: Option<Uuid>,
    /// Opened by one request.
    pub batch_id: Option<Uuid>,
    /// `unit`: those that go on, counted unit by unit; other filters are refused.
    pub group_by: Option<String>,
    /// Cursor of the previous page.
    pub after: Option<String>,
    /// Items on the page, 1 to 200; 50 by default.
    pub limit: Option<u32>,
}

/// The batch of a unit.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitTotals {
    /// The unit; absent when nobody owns the orders.
    pub unit: Option<String>,
    /// How many of what.
    #[serde(flatten)]
    pub totals: TotalsView,
}

/// A supervision order, or with `group_by=unit` a batch.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Listed {
    /// A supervision order.
    Order(Box<SupervisionView>),
    /// All of a unit.
    Unit(UnitTotals),
}

/// Supervision orders, the oldest first; with `group_by=unit` all batches on one page, the largest first.
#[utoipa::path(get, path = "/v1/supervision-orders", tag = "supervision", params(Wanted), responses((status = 200, body = Page<Listed>)))]
pub async fn list_supervision_orders(
    State(ctx): State<Ctx>,
    principal: Principal,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Page<Listed>>, Problem> {
    if let Some(by) = given(wanted.group_by.clone()) {
        return units(&ctx, &wanted, &by).await.map(Json);
    }
    let limit = page::limit(wanted.limit)?;
    let after: Option<Position> = page::decode(wanted.after.as_deref(), "after")?;
    let now = ctx.db.clock().now();
    let filter = filter(&ctx, wanted)?;
    let rows = list_supervision::list(&ctx.db, &filter, after, limit + 1).await;
    let page = Page::from_rows(rows.map_err(|e| error::db(&e))?, limit, |row| {
        (row.began_at, row.supervision_id)
    });
    let titles = with_titles(&principal);
    let listed = |row| Listed::Order(Box::new(view(&ctx, row, titles, now)));
    Ok(Json(page.map(listed)))
}

async fn units(ctx: &Ctx, wanted: &Wanted, by: &str) -> Result<Page<Listed>, Problem> {
    if by != "unit" {
        return Err(error::field(
            "group_by",
            "group_by is unit",
            "group_by 只能为 unit",
        ));
    }
    let filtered = wanted.unit.is_some() || wanted.level.is_some() || wanted.state.is_some();
    let narrowed = wanted.age_days_min.is_some() || wanted.order_id.is_some() || wanted.batch_id.is_some();
    if filtered || narrowed || wanted.live == Some(false) {
        let en = "batches are of all supervision orders that go on: no other filter";
        return Err(error::field("group_by", en, "分组统计不接受其他条件"));
    }
    let desk = desk::batches(&ctx.db, day_end(ctx)).await;
    let units = desk.map_err(|e| error::db(&e))?.units.into_iter();
    let items = units.map(|batch| {
        Listed::Unit(UnitTotals {
            unit: batch.unit,
            totals: totals(ctx, batch.totals),
        })
    });
    Ok(Page {
        items: items.collect(),
        next: None,
    })
}

fn filter(ctx: &Ctx, wanted: Wanted) -> Result<Filter, Problem> {
    let state = given(wanted.state);
    if state
        .as_ref()
        .is_some_and(|state| state.parse::<Stage>().is_err())
    {
        return Err(error::field("state", "no such state", "无此状态"));
    }
    let level = given(wanted.level).map(|level| level.parse::<SupervisionLevel>());
    let level = level
        .transpose()
        .map_err(|_| error::field("level", "no such level", "无此级别"))?;
    if wanted.age_days_min.is_some_and(|days| days > AGE_DAYS_MAX) {
        return Err(error::field("age_days_min", "at most 36500", "不超过 36500"));
    }
    let age = wanted.age_days_min.map(|days| TimeDelta::days(i64::from(days)));
    Ok(Filter {
        supervision_id: None,
        order_id: wanted.order_id,
        batch_id: wanted.batch_id,
        unit: given(wanted.unit),
        level: level.map(height),
        state,
        live: wanted.live,
        leaders: None,
        began_by: age.map(|age| ctx.db.clock().now() - age),
    })
}

/// One with every step: who, when, which document, what came of it.
#[utoipa::path(get, path = "/v1/supervision-orders/{supervision_id}", tag = "supervision",
    params(("supervision_id" = Uuid, Path, description = "The supervision order")),
    responses((status = 200, body = SupervisionDetail), (status = 404, description = "No such supervision order")))]
pub async fn get_supervision_order(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(supervision_id): Path<Uuid>,
) -> Result<Json<SupervisionDetail>, Problem> {
    detail(&ctx, &principal, supervision_id).await.map(Json)
}

/// One as it stands now.
pub(super) async fn detail(
    ctx: &Ctx,
    principal: &Principal,
    supervision_id: Uuid,
) -> Result<SupervisionDetail, Problem> {
    let found = list_supervision::get(&ctx.db, supervision_id).await;
    let (row, steps) = found.map_err(|e| error::db(&e))?.ok_or_else(problem::unknown)?;
    Ok(SupervisionDetail {
        order: view(ctx, row, with_titles(principal), ctx.db.clock().now()),
        history: steps.into_iter().map(|row| step(ctx, row)).collect(),
    })
}
