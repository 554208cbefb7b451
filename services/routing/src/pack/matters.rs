//! `matters.csv`.
use super::cells::{Cells, key};
use super::references::References;
use super::table::Table;
use super::{Expected, Faults, Files};
use crate::domain::snapshot::MatterRow;
use contracts::words::{Kind, Urgency};

const FILE: &str = "matters.csv";
const COLUMNS: &[&str] = &[
    "事项编码",
    "名称",
    "上级编码",
    "层级",
    "说明",
    "关键词",
    "默认诉求类型",
    "默认紧急程度",
    "时限类别",
];
const LEVELS: i64 = 3;

pub(super) fn read(files: &Files, known: &mut References, faults: &mut Faults) -> Vec<MatterRow> {
    let table = Table::read(files, FILE, COLUMNS, faults);
    let mut rows: Vec<MatterRow> = Vec::new();
    for cells in table.rows() {
        let level: u8 = cells.number("层级", 1, LEVELS, faults);
        let code = key(&cells, "事项编码", &mut known.matters, level, faults);
        let class = cells.optional("时限类别");
        match &class {
            Some(class) => known.check_code(&cells, "时限类别", "时限类别", class, faults),
            None if i64::from(level) == LEVELS => cells.fault("时限类别", &Expected::Filled, faults),
            None => {}
        }
        rows.push(MatterRow {
            code,
            name: cells.filled("名称", faults),
            parent: cells.optional("上级编码"),
            level,
            description: cells.text("说明").to_owned(),
            keywords: cells.list("关键词", faults),
            kind: cells.word_or("默认诉求类型", "", Kind::Other, faults),
            urgency: cells.word_or("默认紧急程度", "", Urgency::Ordinary, faults),
            class,
        });
    }
    for cells in table.rows() {
        check_parent(&cells, known, faults);
    }
    rows.sort_by(|a, b| a.code.cmp(&b.code));
    rows
}

/// The parent exists exactly one level above; so no entry can be its own ancestor.
fn check_parent(cells: &Cells<'_>, known: &References, faults: &mut Faults) {
    const COLUMN: &str = "上级编码";
    let Some(level) = known.matters.get(cells.text("事项编码")).copied() else {
        return;
    };
    match cells.optional(COLUMN) {
        None if level > 1 => cells.fault(COLUMN, &Expected::Filled, faults),
        None => {}
        Some(_) if level == 1 => cells.fault(COLUMN, &Expected::Empty("level 1 has no parent"), faults),
        Some(parent) => match known.matters.get(&parent) {
            None => cells.fault(COLUMN, &Expected::In(FILE), faults),
            Some(above) if above + 1 != level => {
                cells.fault(
                    COLUMN,
                    &Expected::Rule("an entry one level above", "应为上一层级的事项"),
                    faults,
                );
            }
            Some(_) => {}
        },
    }
}
