//! GET /v1/search/orders: orders by what people know of them, the newest first. Leaders see no titles.
use crate::api::error;
use crate::api::figures::period::{bad, days, given};
use crate::ctx::Ctx;
use crate::domain::OrderState;
use crate::domain::search_words;
use crate::usecases::search_orders::{self, Found, Known, Position};
use axum::extract::State;
use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::auth::{Principal, Role};
use web::{Json, Page, Problem, Query, page};

/// Shortest beginning of a number.
const NUMBER_CHARS_MIN: usize = 4;

/// What is known; an empty value is as good as none.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// Beginning of an order's or a complaint's number, at least 4 characters; refused when more than 20 000 begin so.
    pub number: Option<String>,
    /// Part of the title, at least 2 characters; every pair of neighbouring characters must be in the title. Not for leaders.
    pub q: Option<String>,
    /// Code of the lead unit.
    pub unit: Option<String>,
    /// Code of a matter, with those below it.
    pub matter: Option<String>,
    /// Code of a division, with those inside it.
    pub division: Option<String>,
    /// 诉求类型
    pub kind: Option<String>,
    /// 渠道
    pub channel: Option<String>,
    /// State.
    pub state: Option<String>,
    /// At least this rung of the ladder of supervision, 1 to 7.
    pub level: Option<i16>,
    /// `true`: an open clock is past its limit.
    pub late: Option<bool>,
    /// Accepted on this local day or later; with `to`.
    pub from: Option<NaiveDate>,
    /// Accepted on this local day or earlier; with `from`.
    pub to: Option<NaiveDate>,
    /// Cursor of the previous page.
    pub after: Option<String>,
    /// Items on the page, 1 to 200; 50 by default.
    pub limit: Option<u32>,
}

/// An order that was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct FoundView {
    /// The order.
    pub order_id: Uuid,
    /// Its number.
    pub order_number: String,
    /// Number told to the caller.
    pub complaint_number: Option<String>,
    /// One line, personal data masked; not for leaders.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// 事项
    pub matter: Option<String>,
    /// 区划
    pub division: Option<String>,
    /// 诉求类型
    pub kind: Option<String>,
    /// Where it stands.
    pub state: String,
    /// The unit it is with, or was with last.
    pub unit: Option<String>,
    /// Rung of the ladder of supervision; 0 = none.
    pub level: i16,
    /// When the complaint was accepted.
    pub accepted_at: DateTime<FixedOffset>,
    /// Earliest limit among the open clocks.
    pub due_at: Option<DateTime<FixedOffset>>,
}

/// Orders that fit everything that is known, the newest first.
#[utoipa::path(get, path = "/v1/search/orders", tag = "orders", params(SearchQuery),
    responses((status = 200, body = Page<FoundView>)))]
pub async fn search_orders(
    State(ctx): State<Ctx>,
    principal: Principal,
    Query(query): Query<SearchQuery>,
) -> Result<Json<Page<FoundView>>, Problem> {
    let limit = page::limit(query.limit)?;
    let after: Option<Position> = page::decode(query.after.as_deref(), "after")?;
    let titles = [Role::Supervisor, Role::Dispatcher, Role::Auditor, Role::Admin];
    let with_title = principal.roles.contains_any(&titles);
    let known = known(&ctx, query)?;
    // Who may not read titles may not guess them word by word either.
    if known.text.is_some() && !with_title {
        let problem = Problem::forbidden(
            "no_titles",
            "your role sees no titles, so it cannot look for their words",
        );
        return Err(problem
            .detail_zh("本角色不能查看标题，也不能按标题内容检索")
            .field("q"));
    }
    let names = ctx.names.look(&ctx.db).await.map_err(|e| error::db(&e))?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX).saturating_add(1);
    let found = search_orders::search_orders(&ctx.db, &names, &known, after, most).await;
    let rows = found.map_err(|e| error::db(&e))?.ok_or_else(too_many)?;
    let page = Page::from_rows(rows, limit, |row| (row.accepted_at, row.order_id));
    Ok(Json(page.map(|row| view(&ctx, row, with_title))))
}

/// So many that going through them would help nobody.
fn too_many() -> Problem {
    bad(
        "number",
        "too many numbers begin like that; give more of it",
        "以此开头的编号过多，请多输入几位",
    )
}

fn known(ctx: &Ctx, query: SearchQuery) -> Result<Known, Problem> {
    let (number, text) = (given(query.number), given(query.q));
    if number
        .as_ref()
        .is_some_and(|number| number.chars().count() < NUMBER_CHARS_MIN)
    {
        let en = format!("at least {NUMBER_CHARS_MIN} characters");
        return Err(bad("number", en, format!("至少 {NUMBER_CHARS_MIN} 个字符")));
    }
    // A single character is in no pair, and would be found almost nowhere.
    let short = |text: &String| {
        search_words::pairs(text)
            .iter()
            .all(|pair| pair.chars().count() < 2)
    };
    if text.as_ref().is_some_and(short) {
        return Err(bad(
            "q",
            "at least two neighbouring characters",
            "至少两个相邻的字",
        ));
    }
    let state = given(query.state);
    if state
        .as_ref()
        .is_some_and(|state| !OrderState::ALL.iter().any(|known| known.word() == state))
    {
        return Err(bad("state", "no such state", "无此状态"));
    }
    if query.level.is_some_and(|level| !(1..=7).contains(&level)) {
        return Err(bad("level", "level is 1 to 7", "级别为 1 至 7"));
    }
    let span = match (query.from, query.to) {
        (None, None) => None,
        (Some(from), Some(to)) => Some(days(from, to)?.span(ctx.offset())),
        (from, _) => {
            let missing = if from.is_none() { "from" } else { "to" };
            return Err(bad(missing, "from and to go together", "from 与 to 须同时给出"));
        }
    };
    Ok(Known {
        number,
        text,
        unit: given(query.unit),
        matter: given(query.matter),
        division: given(query.division),
        kind: word(query.kind, "kind")?,
        channel: word(query.channel, "channel")?,
        state,
        level_min: query.level,
        late: query.late.unwrap_or(false),
        span,
    })
}

fn word<T: std::str::FromStr>(text: Option<String>, field: &str) -> Result<Option<T>, Problem> {
    let parsed = given(text).map(|text| text.parse().map_err(|_| bad(field, "no such word", "无此取值")));
    parsed.transpose()
}

/// For people, in local time.
pub(super) fn view(ctx: &Ctx, row: Found, with_title: bool) -> FoundView {
    FoundView {
        order_id: row.order_id,
        order_number: row.order_number,
        complaint_number: row.complaint_number,
        title: row.title.filter(|_| with_title),
        matter: row.matter,
        division: row.division,
        kind: row.kind,
        state: row.state,
        unit: row.unit,
        level: row.level,
        accepted_at: ctx.local(row.accepted_at),
        due_at: row.due_at.map(|at| ctx.local(at)),
    }
}
