//! `overlays.csv`: what functional zones take over.
use super::cells::{Cells, key};
use super::references::References;
use super::table::Table;
use super::{Expected, Faults, Files};
use crate::domain::snapshot::OverlayRow;
use crate::domain::words::DivisionLevel;
use std::collections::BTreeMap;

const COLUMNS: &[&str] = &[
    "编号",
    "功能区编码",
    "被接管区划编码",
    "接管方式",
    "接管职能代码",
    "原属区划编码",
    "生效日期",
    "失效日期",
    "依据",
    "备注",
];

pub(super) fn read(files: &Files, known: &References, faults: &mut Faults) -> Vec<OverlayRow> {
    let mut seen = BTreeMap::new();
    let table = Table::read(files, "overlays.csv", COLUMNS, faults);
    let mut rows: Vec<OverlayRow> = Vec::new();
    for cells in table.rows() {
        let row = OverlayRow {
            code: key(&cells, "编号", &mut seen, (), faults),
            zone: known.division(&cells, "功能区编码", faults),
            division: known.division(&cells, "被接管区划编码", faults),
            functions: functions(&cells, known, faults),
            origin: known.division(&cells, "原属区划编码", faults),
            dates: cells.dates(faults),
            basis: cells.text("依据").to_owned(),
        };
        check_places(&cells, &row, known, faults);
        check_meeting(&cells, &row, &rows, known, faults);
        rows.push(row);
    }
    rows.sort_by(|a, b| a.code.cmp(&b.code));
    rows
}

fn functions(cells: &Cells<'_>, known: &References, faults: &mut Faults) -> Option<Vec<String>> {
    const COLUMN: &str = "接管职能代码";
    let functions = References::all_in(cells, COLUMN, &known.functions, "functions.csv", faults);
    match cells.text("接管方式") {
        "全部职能" => {
            if !functions.is_empty() {
                cells.fault(COLUMN, &Expected::Empty("everything is taken over"), faults);
            }
            None
        }
        "部分职能" => {
            if functions.is_empty() {
                cells.fault(COLUMN, &Expected::Filled, faults);
            }
            Some(functions)
        }
        _ => {
            let words = vec!["全部职能".to_owned(), "部分职能".to_owned()];
            cells.fault("接管方式", &Expected::OneOf(words), faults);
            None
        }
    }
}

fn check_places(cells: &Cells<'_>, row: &OverlayRow, known: &References, faults: &mut Faults) {
    let level = |code: &str| known.divisions.get(code).map(|division| division.level);
    if level(&row.zone).is_some_and(|level| level != DivisionLevel::Zone) {
        cells.fault(
            "功能区编码",
            &Expected::Rule("a division of level 功能区", "级别为功能区的区划"),
            faults,
        );
    }
    let is_origin = known
        .lineage(&row.division)
        .skip(1)
        .any(|code| code == row.origin);
    let is_district = matches!(
        level(&row.origin),
        Some(DivisionLevel::District | DivisionLevel::Zone)
    );
    if known.divisions.contains_key(&row.origin) && !(is_origin && is_district) {
        let rule = Expected::Rule(
            "the district, county or zone that holds the division",
            "被接管区划所属的区县或功能区",
        );
        cells.fault("原属区划编码", &rule, faults);
    }
}

/// An item and its ancestor never overlap in time: else two zones would own one place.
fn check_meeting(
    cells: &Cells<'_>,
    row: &OverlayRow,
    before: &[OverlayRow],
    known: &References,
    faults: &mut Faults,
) {
    let related = |other: &OverlayRow| {
        known.lineage(&row.division).any(|code| code == other.division)
            || known.lineage(&other.division).any(|code| code == row.division)
    };
    let moved_twice = |other: &OverlayRow| match (&row.functions, &other.functions) {
        (Some(mine), Some(theirs)) => mine.iter().any(|function| theirs.contains(function)),
        _ => true,
    };
    if before
        .iter()
        .any(|other| row.dates.meets(&other.dates) && related(other) && moved_twice(other))
    {
        let rule = Expected::Rule(
            "a division that no other item takes over at the same time",
            "同一时期不得被重复接管",
        );
        cells.fault("被接管区划编码", &rule, faults);
    }
}
