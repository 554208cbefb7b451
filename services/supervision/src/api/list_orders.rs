//! GET /v1/orders: orders by due time, the most urgent first. Leaders see no titles.
use crate::api::error;
use crate::ctx::Ctx;
use crate::domain::OrderState;
use crate::usecases::list_orders::{self, Filter, Listed, Position};
use axum::extract::State;
use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::auth::{Principal, Role};
use web::{Json, Page, Problem, Query, page};

/// Which orders. An empty value is as good as none.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// `registered`, `undecided`, `disputed`, `assigned`, `signed`, `responded`, `replied`, `calling_back`, `closed`.
    pub state: Option<String>,
    /// Code of the unit the order is with (or was with last).
    pub unit: Option<String>,
    /// `true` = an open clock is past its limit, `near` = past its warning only, `false` = none past its limit.
    pub late: Option<String>,
    /// Cursor of the previous page.
    pub after: Option<String>,
    /// Items on the page, 1 to 200; 50 by default.
    pub limit: Option<u32>,
}

/// An order in the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedView {
    /// The order.
    pub order_id: Uuid,
    /// Its number.
    pub order_number: Option<String>,
    /// One line, personal data masked; not for leaders.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// 事项.
    pub matter: Option<String>,
    /// 区划.
    pub division: Option<String>,
    /// 诉求类型.
    pub kind: Option<String>,
    /// 紧急程度.
    pub urgency: Option<String>,
    /// Where it stands.
    pub state: String,
    /// The unit it is with, or was with last.
    pub unit: Option<String>,
    /// Generation of the assignment.
    pub generation: i32,
    /// Rung of the ladder of supervision; 0 = none.
    pub level: i16,
    /// When the complaint was accepted.
    pub accepted_at: Option<DateTime<FixedOffset>>,
    /// Earliest warning among the open clocks.
    pub warn_at: Option<DateTime<FixedOffset>>,
    /// Earliest limit among the open clocks.
    pub due_at: Option<DateTime<FixedOffset>>,
    /// `no`, `near` or `late`.
    pub late: &'static str,
}

/// Orders by due time, the most urgent first.
#[utoipa::path(get, path = "/v1/orders", tag = "orders", params(Wanted), responses((status = 200, body = Page<ListedView>)))]
pub async fn list_orders(
    State(ctx): State<Ctx>,
    principal: Principal,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Page<ListedView>>, Problem> {
    let limit = page::limit(wanted.limit)?;
    let after: Option<Position> = page::decode(given(wanted.after.as_ref()), "after")?;
    let filter = filter(&wanted)?;
    let rows = list_orders::list_orders(&ctx.db, &filter, after, limit + 1)
        .await
        .map_err(|e| error::db(&e))?;
    let page = Page::from_rows(rows, limit, |order| (order.due_at, order.order_id));
    let titles = [Role::Supervisor, Role::Dispatcher, Role::Auditor, Role::Admin];
    let with_title = principal.roles.contains_any(&titles);
    let now = ctx.db.clock().now();
    Ok(Json(page.map(|order| view(&ctx, order, with_title, now))))
}

fn given(value: Option<&String>) -> Option<&str> {
    value.map(String::as_str).filter(|value| !value.is_empty())
}

fn filter(wanted: &Wanted) -> Result<Filter, Problem> {
    let state = given(wanted.state.as_ref());
    if state.is_some_and(|state| !OrderState::ALL.iter().any(|known| known.word() == state)) {
        return Err(Problem::bad_request("invalid_field", "no such state")
            .detail_zh("无此状态")
            .field("state"));
    }
    let (late, near) = match given(wanted.late.as_ref()) {
        None => (None, false),
        Some("true") => (Some(true), false),
        Some("false") => (Some(false), false),
        Some("near") => (None, true),
        Some(_) => {
            let problem = Problem::bad_request("invalid_field", "late is true, near or false");
            return Err(problem.detail_zh("late 须为 true、near 或 false").field("late"));
        }
    };
    Ok(Filter {
        state: state.map(str::to_owned),
        unit: given(wanted.unit.as_ref()).map(str::to_owned),
        late,
        near,
    })
}

fn view(ctx: &Ctx, order: Listed, with_title: bool, now: DateTime<Utc>) -> ListedView {
    let past = |at: Option<DateTime<Utc>>| at.is_some_and(|at| at <= now);
    ListedView {
        order_id: order.order_id,
        order_number: order.order_number,
        title: order.title.filter(|_| with_title),
        matter: order.matter,
        division: order.division,
        kind: order.kind,
        urgency: order.urgency,
        state: order.state,
        unit: order.unit,
        generation: order.generation,
        level: order.level,
        accepted_at: order.accepted_at.map(|at| ctx.local(at)),
        late: match (past(order.due_at), past(order.warn_at)) {
            (true, _) => "late",
            (false, true) => "near",
            (false, false) => "no",
        },
        warn_at: order.warn_at.map(|at| ctx.local(at)),
        due_at: order.due_at.map(|at| ctx.local(at)),
    }
}
