//! GET /v1/directory/units/{unit}: one unit of the directory that decides.
use crate::api::error;
use crate::ctx::Ctx;
use crate::domain::snapshot::UnitRow;
use crate::domain::validity::Day;
use crate::domain::words::Chinese;
use crate::usecases::read_directory;
use axum::extract::State;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Json, Path, Problem};

/// One unit.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitDetail {
    /// The stable code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What people call it.
    pub short_name: String,
    /// 市级, 区县级, 街道级, 企业, 物业平台 or 热线.
    pub level: &'static str,
    /// 单位类型
    pub kind: String,
    /// The unit above it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Divisions it works in.
    pub divisions: Vec<String>,
    /// Functions that roles ask for.
    pub functions: Vec<String>,
    /// Whether it may return orders.
    pub may_return: bool,
    /// Its working time.
    pub calendar: String,
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day; absent = open-ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<NaiveDate>,
    /// Whether it is valid today.
    pub valid_today: bool,
    /// Version of the directory.
    pub directory_version: i64,
}

/// One unit of the directory that decides.
#[utoipa::path(get, path = "/v1/directory/units/{unit}", tag = "directory",
    params(("unit" = String, Path, description = "Code of the unit")),
    responses((status = 200, body = UnitDetail), (status = 404, description = "No such unit")))]
pub async fn get_unit(State(ctx): State<Ctx>, Path(code): Path<String>) -> Result<Json<UnitDetail>, Problem> {
    let found = read_directory::current(&ctx.db, &ctx.directories)
        .await
        .map_err(|error| error::db(&error))?;
    let directory = found.ok_or_else(error::no_directory)?;
    let unit = directory.units.find(&code).ok_or_else(|| {
        Problem::not_found("unit_unknown", "the directory has no unit of this code")
            .detail_zh("派单目录中没有此单位")
    })?;
    let unit = directory.units.get(unit);
    let today = Day::from(directory.local(ctx.db.clock().now()).date());
    let UnitRow {
        code,
        name,
        short_name,
        level,
        kind,
        parent,
        divisions,
        functions,
        may_return,
        calendar,
        dates,
        ..
    } = unit.row.clone();
    Ok(Json(UnitDetail {
        code,
        name,
        short_name,
        level: level.chinese(),
        kind,
        parent,
        divisions,
        functions,
        may_return,
        calendar,
        valid_from: dates.from,
        valid_to: dates.to,
        valid_today: unit.validity.holds(today),
        directory_version: directory.version(),
    }))
}
