//! PUT /v1/directory/drafts/{draft_id}/duties/{code}.
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

/// A duty. Values are those of `duties.csv`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DutyForm {
    /// 事项编码; absent = every matter.
    #[schema(example = "M040101")]
    pub matter: Option<String>,
    /// 适用区划编码; absent = the whole city.
    #[schema(example = "990103")]
    pub division: Option<String>,
    /// 条件
    #[serde(default)]
    #[schema(example = "时段=22:00-06:00;场所类型=建筑工地")]
    pub conditions: String,
    /// 主办: a unit or `ROLE:<function>@市|区县|街道`.
    #[schema(example = "ROLE:EPB@区县")]
    pub lead: String,
    /// 协办
    #[serde(default)]
    pub co_handlers: Vec<String>,
    /// 优先级
    pub priority: i64,
    /// 不派基层
    #[serde(default)]
    pub not_to_grassroots: bool,
    /// 生效日期
    pub valid_from: NaiveDate,
    /// 失效日期, the last valid day; absent = open-ended.
    pub valid_to: Option<NaiveDate>,
    /// 依据
    #[serde(default)]
    pub basis: String,
    /// 备注
    #[serde(default)]
    pub note: String,
}

/// Puts a duty into a draft: a new one, or another content of one.
#[utoipa::path(put, path = "/v1/directory/drafts/{draft_id}/duties/{code}", tag = "directory", request_body = DutyForm,
    params(("draft_id" = Uuid, Path, description = "The draft"), ("code" = String, Path, description = "条目编号")),
    responses((status = 200, body = DraftView), (status = 404, description = "No such draft"),
        (status = 409, description = "Published or discarded already"),
        (status = 422, description = "The row has faults: `field` names the first, `faults` lists all")))]
pub async fn put_duty(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path((draft_id, code)): Path<(Uuid, String)>,
    Json(form): Json<DutyForm>,
) -> Result<Json<DraftView>, Problem> {
    let cells = vec![
        ("条目编号", "code", code),
        ("事项编码", "matter", form.matter.unwrap_or_default()),
        ("适用区划编码", "division", form.division.unwrap_or_default()),
        ("条件", "conditions", form.conditions),
        ("主办", "lead", form.lead),
        ("协办", "co_handlers", form.co_handlers.join(";")),
        ("优先级", "priority", form.priority.to_string()),
        ("不派基层", "not_to_grassroots", yes(form.not_to_grassroots)),
        ("生效日期", "valid_from", form.valid_from.to_string()),
        ("失效日期", "valid_to", last_day(form.valid_to)),
        ("依据", "basis", form.basis),
        ("备注", "note", form.note),
    ];
    put_row(&ctx, &principal, draft_id, cells, RowChange::PutDuty).await
}
