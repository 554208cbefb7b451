//! `units.csv`.
use super::cells::key;
use super::references::{KnownUnit, References};
use super::table::Table;
use super::{Expected, Faults, Files};
use crate::domain::snapshot::UnitRow;
use crate::domain::words::UnitLevel;
use contracts::ids::UnitCode;

const FILE: &str = "units.csv";
const COLUMNS: &[&str] = &[
    "单位编码",
    "单位名称",
    "简称",
    "级别",
    "类型",
    "上级单位",
    "管辖区划编码",
    "职能代码",
    "是否可退单",
    "接入方式",
    "工作时间",
    "生效日期",
    "失效日期",
    "备注",
];

pub(super) fn read(files: &Files, known: &mut References, faults: &mut Faults) -> Vec<UnitRow> {
    let table = Table::read(files, FILE, COLUMNS, faults);
    let mut rows: Vec<UnitRow> = Vec::new();
    for cells in table.rows() {
        let level = cells.word("级别", UnitLevel::City, faults);
        let parent = cells.optional("上级单位");
        let unit = KnownUnit {
            parent: parent.clone(),
        };
        let code = key(&cells, "单位编码", &mut known.units, unit, faults);
        if !code.is_empty() && !UnitCode::from(code.as_str()).is_valid() {
            let rule = Expected::Rule("at most 64 of A-Z a-z 0-9 _ -", "不超过64位的字母、数字、_、-");
            cells.fault("单位编码", &rule, faults);
        }
        if !known.calendars.contains(cells.text("工作时间")) {
            cells.fault("工作时间", &Expected::In("work_hours.csv"), faults);
        }
        rows.push(UnitRow {
            code,
            name: cells.filled("单位名称", faults),
            short_name: cells.text("简称").to_owned(),
            level,
            kind: known.code(&cells, "类型", "单位类型", faults),
            parent,
            divisions: References::all_in(&cells, "管辖区划编码", &known.divisions, "divisions.csv", faults),
            functions: References::all_in(&cells, "职能代码", &known.functions, "functions.csv", faults),
            may_return: cells.yes("是否可退单", faults),
            access: known.code(&cells, "接入方式", "接入方式", faults),
            calendar: cells.text("工作时间").to_owned(),
            dates: cells.dates(faults),
            note: cells.text("备注").to_owned(),
        });
    }
    for cells in table.rows() {
        References::optional_in(&cells, "上级单位", &known.units, FILE, faults);
        if known.is_above_itself(cells.text("单位编码")) {
            let rule = Expected::Rule(
                "a superior unit that is not below the unit itself",
                "上级单位不得形成循环",
            );
            cells.fault("上级单位", &rule, faults);
        }
    }
    rows.sort_by(|a, b| a.code.cmp(&b.code));
    rows
}
