//! GET /v1/figures/{figure}/orders: exactly the orders that a figure counted.
use super::period::{as_of, bad, given, span};
use crate::api::error;
use crate::ctx::Ctx;
use crate::domain::figures::Figure;
use crate::usecases::figures::{self, Drill, Part, Position, Wanted};
use axum::extract::State;
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Json, Page, Path, Problem, Query, page};

/// Which orders.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DrillQuery {
    /// First day, local.
    pub from: NaiveDate,
    /// Last day, local.
    pub to: NaiveDate,
    /// `all` (default) that count, `full` with all points, `less` with fewer, `excluded` by approved exclusions.
    pub part: Option<String>,
    /// Facts of later than this moment are left out; now by default.
    pub as_of: Option<DateTime<Utc>>,
    /// Of this unit only.
    pub unit: Option<String>,
    /// Of this district or zone only.
    pub district: Option<String>,
    /// Of this matter and those below it only.
    pub matter: Option<String>,
    /// Cursor of the previous page.
    pub after: Option<String>,
    /// Items on the page, 1 to 200; 50 by default.
    pub limit: Option<u32>,
}

/// One thing that was counted.
#[derive(Debug, Serialize, ToSchema)]
pub struct DrilledView {
    /// The order.
    pub order_id: Uuid,
    /// Its number.
    pub order_number: String,
    /// Generation of the assignment; 0 = the city's part.
    pub generation: i32,
    /// Rework round.
    pub rework: i32,
    /// Lead unit.
    pub unit: Option<String>,
    /// 事项
    pub matter: Option<String>,
    /// Points, 0 to 100.
    pub points: u8,
    /// What put it into the period: due time, callback or dispatch.
    pub at: DateTime<FixedOffset>,
    /// The exclusion that leaves it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclusion_id: Option<Uuid>,
}

/// The orders behind a figure, by time.
#[utoipa::path(get, path = "/v1/figures/{figure}/orders", tag = "figures",
    params(("figure" = String, Path, description = "response, resolution, satisfaction, attitude, sign, finish, total, \
        one_time, rework, return, wrong_return, accuracy, contradicted"), DrillQuery),
    responses((status = 200, body = Page<DrilledView>), (status = 404, description = "No such figure")))]
pub async fn drill_figure(
    State(ctx): State<Ctx>,
    Path(figure): Path<String>,
    Query(query): Query<DrillQuery>,
) -> Result<Json<Page<DrilledView>>, Problem> {
    let figure: Figure = figure.parse().map_err(|_| error::figure_unknown())?;
    let limit = page::limit(query.limit)?;
    let after: Option<Position> = page::decode(query.after.as_deref(), "after")?;
    let drill = Drill {
        wanted: Wanted {
            span: span(&ctx, query.from, query.to)?,
            as_of: as_of(&ctx, query.as_of),
            unit: given(query.unit),
            district: given(query.district),
            matter: given(query.matter),
        },
        figure,
        part: part(query.part.as_deref())?,
    };
    let names = ctx.names.look(&ctx.db).await.map_err(|e| error::db(&e))?;
    let policy = ctx.scores_policy().await.map_err(|e| error::db(&e))?;
    let rows = figures::orders(&ctx.readings, &names, &policy, &drill, after, limit as usize + 1).await;
    let page = Page::from_rows(
        rows.map_err(|e| error::db(&e))?,
        limit,
        figures::Drilled::position,
    );
    Ok(Json(page.map(|one| DrilledView {
        order_id: one.order_id,
        order_number: one.order_number,
        generation: one.generation,
        rework: one.rework,
        unit: one.unit,
        matter: one.matter,
        points: one.points,
        at: ctx.local(one.at),
        exclusion_id: one.excluded,
    })))
}

fn part(text: Option<&str>) -> Result<Part, Problem> {
    let text = text.filter(|text| !text.is_empty()).unwrap_or("all");
    let found = Part::ALL.into_iter().find(|(word, _)| *word == text);
    found.map(|(_, part)| part).ok_or_else(|| {
        let words = Part::ALL.map(|(word, _)| word).join(", ");
        bad(
            "part",
            format!("part is one of {words}"),
            format!("part 须为以下之一：{words}"),
        )
    })
}
