//! `divisions.csv`.
use super::cells::{Cells, key};
use super::references::{KnownDivision, References};
use super::table::Table;
use super::{Expected, Faults, Files};
use crate::domain::snapshot::DivisionRow;
use crate::domain::words::DivisionLevel;

const FILE: &str = "divisions.csv";
const COLUMNS: &[&str] = &["编码", "名称", "级别", "上级编码", "类型", "生效日期", "失效日期"];

pub(super) fn read(files: &Files, known: &mut References, faults: &mut Faults) -> Vec<DivisionRow> {
    let table = Table::read(files, FILE, COLUMNS, faults);
    let mut rows: Vec<DivisionRow> = Vec::new();
    for cells in table.rows() {
        let level = cells.word("级别", DivisionLevel::City, faults);
        let parent = cells.optional("上级编码");
        let mut divisions = std::mem::take(&mut known.divisions);
        let division = KnownDivision {
            level,
            parent: parent.clone(),
        };
        let code = key(&cells, "编码", &mut divisions, division, faults);
        known.divisions = divisions;
        let name = cells.filled("名称", faults);
        let kind = known.code(&cells, "类型", "区划类型", faults);
        rows.push(DivisionRow {
            code,
            name,
            level,
            parent,
            kind,
            dates: cells.dates(faults),
        });
    }
    for cells in table.rows() {
        check_parent(&cells, known, faults);
    }
    rows.sort_by(|a, b| a.code.cmp(&b.code));
    rows
}

/// The parent exists, is coarser, and no division is its own ancestor.
fn check_parent(cells: &Cells<'_>, known: &References, faults: &mut Faults) {
    const COLUMN: &str = "上级编码";
    let code = cells.text("编码");
    let Some(division) = known.divisions.get(code) else {
        return;
    };
    let is_city = division.level == DivisionLevel::City;
    match cells.optional(COLUMN) {
        None if !is_city => cells.fault(COLUMN, &Expected::Filled, faults),
        None => {}
        Some(_) if is_city => cells.fault(COLUMN, &Expected::Empty("a city has no parent here"), faults),
        Some(parent) => match known.divisions.get(&parent) {
            None => cells.fault(COLUMN, &Expected::In(FILE), faults),
            Some(_) if known.lineage(code).skip(1).any(|ancestor| ancestor == code) => {
                let rule = Expected::Rule(
                    "a parent that does not lie in the division itself",
                    "上级不得形成循环",
                );
                cells.fault(COLUMN, &rule, faults);
            }
            Some(above) if above.level >= division.level => {
                cells.fault(
                    COLUMN,
                    &Expected::Rule("a parent of a coarser level", "上级的级别应更高"),
                    faults,
                );
            }
            Some(_) => {}
        },
    }
}
