//! `intake_scope.csv`: what is not accepted, or goes to another hotline.
use super::cells::key;
use super::references::References;
use super::table::Table;
use super::{Faults, Files};
use crate::domain::snapshot::ScopeRow;
use std::collections::BTreeMap;

const COLUMNS: &[&str] = &[
    "类别编号",
    "名称",
    "依据",
    "判定说明",
    "关键词",
    "对市民的说明",
    "处置",
    "转往单位编码",
];

pub(super) fn read(files: &Files, known: &References, faults: &mut Faults) -> Vec<ScopeRow> {
    let mut seen = BTreeMap::new();
    let mut rows: Vec<ScopeRow> = Vec::new();
    for cells in Table::read(files, "intake_scope.csv", COLUMNS, faults).rows() {
        rows.push(ScopeRow {
            code: key(&cells, "类别编号", &mut seen, (), faults),
            name: cells.filled("名称", faults),
            basis: cells.text("依据").to_owned(),
            description: cells.text("判定说明").to_owned(),
            keywords: cells.list("关键词", faults),
            advice: cells.filled("对市民的说明", faults),
            disposition: known.code(&cells, "处置", "处置", faults),
            unit: References::optional_in(&cells, "转往单位编码", &known.units, "units.csv", faults),
        });
    }
    rows.sort_by(|a, b| a.code.cmp(&b.code));
    rows
}
