//! PUT /v1/directory/drafts/{draft_id}/units/{code}.
use super::{DraftView, last_day, put_row, yes};
use crate::ctx::Ctx;
use crate::usecases::edit_draft::RowChange;
use axum::extract::State;
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem};

/// A unit, or a temporary line with its first and last day. Values are those of `units.csv`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitForm {
    /// 单位名称
    #[schema(example = "防汛临时专线")]
    pub name: String,
    /// 简称
    #[serde(default)]
    pub short_name: String,
    /// 级别
    #[schema(example = "热线")]
    pub level: String,
    /// 类型
    #[schema(example = "临时专线")]
    pub kind: String,
    /// 上级单位
    pub parent: Option<String>,
    /// 管辖区划编码
    #[serde(default)]
    pub divisions: Vec<String>,
    /// 职能代码
    #[serde(default)]
    pub functions: Vec<String>,
    /// 是否可退单
    pub may_return: bool,
    /// 接入方式
    #[schema(example = "rest")]
    pub access: String,
    /// 工作时间
    #[schema(example = "全天")]
    pub calendar: String,
    /// 生效日期
    pub valid_from: NaiveDate,
    /// 失效日期, the last valid day; absent = open-ended.
    pub valid_to: Option<NaiveDate>,
    /// 备注
    #[serde(default)]
    pub note: String,
}

/// Puts a unit into a draft: a new one, or another content of one.
#[utoipa::path(put, path = "/v1/directory/drafts/{draft_id}/units/{code}", tag = "directory", request_body = UnitForm,
    params(("draft_id" = Uuid, Path, description = "The draft"), ("code" = String, Path, description = "单位编码")),
    responses((status = 200, body = DraftView), (status = 404, description = "No such draft"),
        (status = 409, description = "Published or discarded already"),
        (status = 422, description = "The row has faults: `field` names the first, `faults` lists all")))]
pub async fn put_unit(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path((draft_id, code)): Path<(Uuid, String)>,
    Json(form): Json<UnitForm>,
) -> Result<Json<DraftView>, Problem> {
    let cells = vec![
        ("单位编码", "code", code.clone()),
        ("单位名称", "name", form.name),
        ("简称", "short_name", form.short_name),
        ("级别", "level", form.level),
        ("类型", "kind", form.kind),
        ("上级单位", "parent", form.parent.unwrap_or_default()),
        ("管辖区划编码", "divisions", form.divisions.join(";")),
        ("职能代码", "functions", form.functions.join(";")),
        ("是否可退单", "may_return", yes(form.may_return)),
        ("接入方式", "access", form.access),
        ("工作时间", "calendar", form.calendar),
        ("生效日期", "valid_from", form.valid_from.to_string()),
        ("失效日期", "valid_to", last_day(form.valid_to)),
        ("备注", "note", form.note),
    ];
    let row = |cells| RowChange::PutUnit(code, cells);
    put_row(&ctx, &principal, draft_id, cells, row).await
}
