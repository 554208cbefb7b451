//! GET /v1/reports/{kind}: day, week, month, quarter, year and special reports.
use super::views::{ReportView, answer, form};
use crate::api::error;
use crate::api::figures::period::{as_of, bad, days};
use crate::ctx::Ctx;
use crate::domain::figures::{Period, PeriodKind};
use crate::usecases::reports::{Setting, TABLES, report};
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use utoipa::IntoParams;
use web::{Lang, Path, Problem, Query};

/// Which report.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReportQuery {
    /// A day of the period, local; today by default. Not for `special`.
    pub date: Option<NaiveDate>,
    /// `special`: first day.
    pub from: Option<NaiveDate>,
    /// `special`: last day.
    pub to: Option<NaiveDate>,
    /// Facts of later than this moment are left out; now by default.
    pub as_of: Option<DateTime<Utc>>,
    /// Some of `summary,units,idle_units,districts,kinds,channels,matters,hard_matters,late`; all by default.
    pub tables: Option<String>,
    /// `json` (default), `xlsx`, `html`.
    pub format: Option<String>,
}

/// A report: the period beside the one before and the one a year before.
#[utoipa::path(get, path = "/v1/reports/{kind}", tag = "reports",
    params(("kind" = String, Path, description = "day, week, month, quarter, year, special"), ReportQuery),
    responses((status = 200, body = ReportView), (status = 404, description = "No such kind of report")))]
pub async fn get_report(
    State(ctx): State<Ctx>,
    lang: Lang,
    Path(kind): Path<String>,
    Query(query): Query<ReportQuery>,
) -> Result<Response, Problem> {
    let form = form(query.format.as_deref())?;
    let period = period(&ctx, &kind, &query)?;
    let wanted = tables(query.tables.as_deref())?;
    let as_of = as_of(&ctx, query.as_of);
    let names = ctx.names.look(&ctx.db).await.map_err(|e| error::db(&e))?;
    let policy = ctx.scores_policy().await.map_err(|e| error::db(&e))?;
    let setting = Setting {
        names: &names,
        policy: &policy,
        offset: ctx.offset(),
    };
    let tables = report(&ctx.readings, setting, period, as_of, &wanted).await;
    let tables = tables.map_err(|e| error::db(&e))?;
    let title = title(period.kind);
    let about = (kind.as_str(), lang.pick(title.0, title.1));
    answer(&ctx, about, (period, as_of), tables, (form, lang))
}

fn period(ctx: &Ctx, kind: &str, query: &ReportQuery) -> Result<Period, Problem> {
    let kind = PeriodKind::ALL.into_iter().find(|known| known.word() == kind);
    let kind = kind.ok_or_else(error::report_unknown)?;
    if kind != PeriodKind::Special {
        let day = query
            .date
            .unwrap_or_else(|| ctx.local(ctx.db.clock().now()).date_naive());
        let period = Period::around(kind, day);
        return period.ok_or_else(|| bad("date", "beyond the calendar", "超出日历范围"));
    }
    let need = |day: Option<NaiveDate>, field: &str| {
        day.ok_or_else(|| bad(field, "a special report has from and to", "专报须给出 from 与 to"))
    };
    days(need(query.from, "from")?, need(query.to, "to")?)
}

fn tables(text: Option<&str>) -> Result<Vec<&'static str>, Problem> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(TABLES.to_vec());
    };
    let known = |name: &str| {
        let found = TABLES.into_iter().find(|known| *known == name.trim());
        found.ok_or_else(|| {
            let words = TABLES.join(", ");
            bad(
                "tables",
                format!("tables are {words}"),
                format!("表名须为：{words}"),
            )
        })
    };
    text.split(',').map(known).collect()
}

const fn title(kind: PeriodKind) -> (&'static str, &'static str) {
    match kind {
        PeriodKind::Day => ("Daily report", "日报"),
        PeriodKind::Week => ("Weekly report", "周报"),
        PeriodKind::Month => ("Monthly report", "月报"),
        PeriodKind::Quarter => ("Quarterly report", "季报"),
        PeriodKind::Year => ("Yearly report", "年报"),
        PeriodKind::Special => ("Special report", "专报"),
    }
}
