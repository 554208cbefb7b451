//! GET /v1/figures: rates of a period by unit, district, matter, kind, channel, or of the city.
use super::period::{as_of, bad, given, span};
use super::views::{RateView, rates};
use crate::api::error;
use crate::ctx::Ctx;
use crate::usecases::figures::{self, By, Wanted};
use axum::extract::State;
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use web::{Json, Problem, Query};

/// Which figures.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FiguresQuery {
    /// First day, local.
    pub from: NaiveDate,
    /// Last day, local.
    pub to: NaiveDate,
    /// `city` (default), `unit`, `district`, `matter`, `matter_class`, `kind`, `channel`.
    pub by: Option<String>,
    /// Facts of later than this moment are left out; now by default.
    pub as_of: Option<DateTime<Utc>>,
    /// Of this unit only.
    pub unit: Option<String>,
    /// Of this district or zone only.
    pub district: Option<String>,
    /// Of this matter and those below it only.
    pub matter: Option<String>,
}

/// Figures of a period.
#[derive(Debug, Serialize, ToSchema)]
pub struct FiguresView {
    /// Its first moment.
    pub from: DateTime<FixedOffset>,
    /// The moment after its last.
    pub to: DateTime<FixedOffset>,
    /// What was known when.
    pub as_of: DateTime<FixedOffset>,
    /// One line per group.
    pub groups: Vec<GroupView>,
}

/// A line of figures.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupView {
    /// Code; empty for the city, and for orders of which it is not known.
    pub code: String,
    /// Name.
    pub name: String,
    /// Rates by figure.
    #[schema(value_type = Object)]
    pub figures: BTreeMap<crate::domain::figures::Figure, RateView>,
    /// Countings that exclusions left out.
    pub excluded: u64,
}

/// Rates with what they were made of. The orders behind each: `/v1/figures/{figure}/orders` with the same filter.
#[utoipa::path(get, path = "/v1/figures", tag = "figures", params(FiguresQuery),
    responses((status = 200, body = FiguresView)))]
pub async fn get_figures(
    State(ctx): State<Ctx>,
    Query(query): Query<FiguresQuery>,
) -> Result<Json<FiguresView>, Problem> {
    let by = by(query.by.as_deref())?;
    let wanted = Wanted {
        span: span(&ctx, query.from, query.to)?,
        as_of: as_of(&ctx, query.as_of),
        unit: given(query.unit),
        district: given(query.district),
        matter: given(query.matter),
    };
    let names = ctx.names.look(&ctx.db).await.map_err(|e| error::db(&e))?;
    let policy = ctx.scores_policy().await.map_err(|e| error::db(&e))?;
    let groups = figures::figures(&ctx.readings, &names, &policy, &wanted, by).await;
    let view = |group: figures::Group| GroupView {
        figures: rates(&group.figures),
        excluded: group.figures.excluded,
        code: group.code,
        name: group.name,
    };
    Ok(Json(FiguresView {
        from: ctx.local(wanted.span.from),
        to: ctx.local(wanted.span.to),
        as_of: ctx.local(wanted.as_of),
        groups: groups.map_err(|e| error::db(&e))?.into_iter().map(view).collect(),
    }))
}

fn by(text: Option<&str>) -> Result<By, Problem> {
    let text = text.filter(|text| !text.is_empty()).unwrap_or("city");
    let found = By::ALL.into_iter().find(|(word, _)| *word == text);
    found.map(|(_, by)| by).ok_or_else(|| {
        let words = By::ALL.map(|(word, _)| word).join(", ");
        bad(
            "by",
            format!("by is one of {words}"),
            format!("by 须为以下之一：{words}"),
        )
    })
}
