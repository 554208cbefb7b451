//! GET /v1/desk, GET /v1/leaders-list.
use super::unfounded::{UnfoundedView, views as unfounded_views};
use super::views::{SupervisionView, TotalsView, totals, view, with_titles};
use crate::api::error;
use crate::api::extensions::{ExtensionView, view as extension_view};
use crate::api::figures::list_exclusions::ExclusionView;
use crate::api::outcomes::views::{OutcomeView, view as outcome_view};
use crate::api::suspension_requests::{SuspensionRequestView, view as request_view};
use crate::ctx::Ctx;
use crate::usecases::desk::{self, Waiting};
use crate::usecases::list_supervision::{self, Filter, Position, SupervisionRow};
use crate::usecases::outcomes::read::{OnDesk, on_desk};
use crate::usecases::years_missing::years_missing;
use crate::usecases::{list_exclusions, request_extension, request_suspension};
use axum::extract::State;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone as _, Utc};
use db::DbError;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::auth::Principal;
use web::{Json, Page, Problem, Query, page};

/// The batch of a unit.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeskUnit {
    /// The unit; absent when nobody owns the orders.
    pub unit: Option<String>,
    /// How many of what; of all, shown or not.
    pub totals: TotalsView,
    /// The highest first, among those the oldest; 50 at most, the rest by `GET /v1/supervision-orders?unit=`.
    pub orders: Vec<SupervisionView>,
}

/// The day list of the supervision desk.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeskView {
    /// The local day.
    pub day: NaiveDate,
    /// How many of what; every supervision order that goes on is counted.
    pub totals: TotalsView,
    /// A rung waits for a person.
    pub proposed: Vec<SupervisionView>,
    /// An answer waits for its review.
    pub answered: Vec<SupervisionView>,
    /// The limit has passed, and a person decides.
    pub overdue: Vec<SupervisionView>,
    /// The answer falls due by the end of the day, the first first.
    pub due_today: Vec<SupervisionView>,
    /// Those whose end is proposed: everything that pushed them was refuted. `discharge` with `unfounded` ends one; 200 at most.
    pub unfounded: Vec<UnfoundedView>,
    /// Requests that an order stand still, which wait for their review.
    pub suspension_requests: DeskRequests,
    /// Requests for more time, which wait for their review.
    pub extension_requests: DeskExtensions,
    /// Requests that an order be left out of figures, which wait for their review.
    pub exclusion_requests: DeskExclusions,
    /// Years whose days off are not known although they are near: due times that run into them will move.
    pub years_missing: Vec<YearMissing>,
    /// What units promised and is due or late.
    pub outcomes: DeskOutcomes,
    /// Everything, unit by unit, the unit with the most first.
    pub units: Vec<DeskUnit>,
}

/// A year whose days off (holidays and make-up workdays) no published directory has.
#[derive(Debug, Serialize, ToSchema)]
pub struct YearMissing {
    /// The year: this one, or one that begins within 60 days.
    pub year: i32,
    /// Codes of the calendars that miss it.
    pub calendars: Vec<String>,
}

/// Requests that orders stand still 挂起, which wait for their review.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeskRequests {
    /// How many wait.
    pub waiting: i64,
    /// How many of them wait too long by the city's policy (`suspensions.review_hours`).
    pub late: i64,
    /// The oldest first, so that the late ones stand at the head; 200 at most, the rest by
    /// `GET /v1/suspension-requests?state=requested`.
    pub requests: Vec<SuspensionRequestView>,
}

/// Requests for more time 延期 that wait for their review.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeskExtensions {
    /// How many wait.
    pub waiting: i64,
    /// How many of them wait too long by the city's policy (`extensions.review_hours` of `ladder`).
    pub late: i64,
    /// The oldest first, so that the late ones stand at the head; 200 at most, the rest by `GET /v1/extensions?state=pending`.
    pub requests: Vec<ExtensionView>,
}

/// Requests for exclusions 剔除 that wait for their review.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeskExclusions {
    /// How many wait.
    pub waiting: i64,
    /// How many of them wait too long by the city's policy (`exclusions.review_hours` of `scores`).
    pub late: i64,
    /// The oldest first, so that the late ones stand at the head; 200 at most, the rest by
    /// `GET /v1/exclusions?state=requested`.
    pub requests: Vec<ExclusionView>,
}

/// Coordination outcomes 协调结果 on the desk.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeskOutcomes {
    /// How many are open; each holds the end of its order.
    pub open: i64,
    /// How many of them have a part that should have been carried out by now.
    pub late: i64,
    /// Those with a part that is late, or due by the end of the day, the first first; 200 at most, the rest by
    /// `GET /v1/outcomes`.
    pub due: Vec<OutcomeView>,
}

/// Cursor and size.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// `true` = not discharged (default), `false` = discharged.
    pub live: Option<bool>,
    /// Cursor of the previous page.
    pub after: Option<String>,
    /// Items on the page, 1 to 200; 50 by default.
    pub limit: Option<u32>,
}

fn today(ctx: &Ctx) -> NaiveDate {
    ctx.local(ctx.db.clock().now()).date_naive()
}

/// When the local day is over.
pub(super) fn day_end(ctx: &Ctx) -> DateTime<Utc> {
    let next = today(ctx)
        .checked_add_days(Days::new(1))
        .unwrap_or(NaiveDate::MAX)
        .and_time(NaiveTime::MIN);
    let local = ctx.offset().from_local_datetime(&next).earliest();
    local.map_or_else(|| ctx.db.clock().now(), |local| local.to_utc())
}

/// The desk's day: every supervision order that goes on by unit, and what needs a person today. The numbers are of all.
#[utoipa::path(get, path = "/v1/desk", tag = "supervision", responses((status = 200, body = DeskView)))]
pub async fn get_desk(State(ctx): State<Ctx>, principal: Principal) -> Result<Json<DeskView>, Problem> {
    let end = day_end(&ctx);
    let desk = desk::desk(&ctx.db, end).await.map_err(|e| error::db(&e))?;
    let promised = on_desk(&ctx.db, end).await.map_err(|e| error::db(&e))?;
    let unfounded = desk::unfounded(&ctx.db).await.map_err(|e| error::db(&e))?;
    let missing = years_missing(&ctx.db, &ctx.shelf).await;
    let asked = asked(&ctx).await.map_err(|e| error::db(&e))?;
    let (now, titles) = (ctx.db.clock().now(), with_titles(&principal));
    let all = || desk.units.iter().flat_map(|batch| &batch.orders);
    let pick = |keep: &dyn Fn(&SupervisionRow) -> bool| {
        let mut rows: Vec<SupervisionRow> = all().filter(|row| keep(row)).cloned().collect();
        rows.sort_by_key(|row| (row.answer_until, row.began_at));
        let rows = rows.into_iter();
        rows.map(|row| view(&ctx, row, titles, now)).collect()
    };
    let view = DeskView {
        day: today(&ctx),
        proposed: pick(&|row| row.state == "proposed" || row.proposed_level.is_some()),
        answered: pick(&|row| row.state == "answered"),
        overdue: pick(&|row| row.state == "overdue"),
        due_today: pick(&|row| row.state == "open" && row.answer_until.is_some_and(|at| at < end)),
        totals: totals(&ctx, desk.totals.clone()),
        unfounded: unfounded_views(&ctx, unfounded, titles, now),
        suspension_requests: asked.suspensions,
        extension_requests: asked.extensions,
        exclusion_requests: asked.exclusions,
        years_missing: missing
            .map_err(|e| error::db(&e))?
            .into_iter()
            .map(year)
            .collect(),
        outcomes: outcomes(&ctx, promised),
        units: desk
            .units
            .iter()
            .cloned()
            .map(|batch| DeskUnit {
                unit: batch.unit,
                totals: totals(&ctx, batch.totals),
                orders: batch
                    .orders
                    .into_iter()
                    .map(|row| view(&ctx, row, titles, now))
                    .collect(),
            })
            .collect(),
    };
    Ok(Json(view))
}

/// Everything that was asked for and waits for a person.
struct Requests {
    suspensions: DeskRequests,
    extensions: DeskExtensions,
    exclusions: DeskExclusions,
}

async fn asked(ctx: &Ctx) -> Result<Requests, DbError> {
    let rest = request_suspension::on_desk(&ctx.db, &ctx.policies).await?;
    let more = request_extension::on_desk(&ctx.db, &ctx.policies).await?;
    let left_out = list_exclusions::on_desk(&ctx.db, &ctx.policies).await?;
    Ok(Requests {
        suspensions: DeskRequests {
            waiting: rest.waiting,
            late: rest.late,
            requests: shown(rest, |row| request_view(ctx, row)),
        },
        extensions: DeskExtensions {
            waiting: more.waiting,
            late: more.late,
            requests: shown(more, |row| extension_view(ctx, row)),
        },
        exclusions: DeskExclusions {
            waiting: left_out.waiting,
            late: left_out.late,
            requests: shown(left_out, |row| ExclusionView::of(ctx, row)),
        },
    })
}

fn year((year, calendars): (i32, Vec<String>)) -> YearMissing {
    YearMissing { year, calendars }
}

fn shown<R, V>(asked: Waiting<R>, view: impl Fn(R) -> V) -> Vec<V> {
    asked.requests.into_iter().map(view).collect()
}

fn outcomes(ctx: &Ctx, promised: OnDesk) -> DeskOutcomes {
    DeskOutcomes {
        open: promised.open,
        late: promised.late,
        due: promised
            .due
            .into_iter()
            .map(|row| outcome_view(ctx, row))
            .collect(),
    }
}

/// 领导督办件: what callback sent straight to the leaders, the oldest first.
#[utoipa::path(get, path = "/v1/leaders-list", tag = "supervision", params(Wanted),
    responses((status = 200, body = Page<SupervisionView>)))]
pub async fn list_leaders(
    State(ctx): State<Ctx>,
    principal: Principal,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Page<SupervisionView>>, Problem> {
    let limit = page::limit(wanted.limit)?;
    let after: Option<Position> = page::decode(wanted.after.as_deref(), "after")?;
    let filter = Filter {
        leaders: Some(true),
        live: Some(wanted.live.unwrap_or(true)),
        ..Filter::default()
    };
    let rows = list_supervision::list(&ctx.db, &filter, after, limit + 1).await;
    let page = Page::from_rows(rows.map_err(|e| error::db(&e))?, limit, |row| {
        (row.began_at, row.supervision_id)
    });
    let (now, titles) = (ctx.db.clock().now(), with_titles(&principal));
    Ok(Json(page.map(|row| view(&ctx, row, titles, now))))
}
