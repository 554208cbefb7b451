//! `duties.csv`: the catalogue itself.
use super::cells::{Cells, key};
use super::references::References;
use super::table::Table;
use super::{Expected, Faults, Files};
use crate::domain::condition::{self, Clause, FACT_PLACE_NAME};
use crate::domain::directory::{RoleRef, parse_party};
use crate::domain::snapshot::DutyRow;
use std::collections::BTreeMap;

const COLUMNS: &[&str] = &[
    "条目编号",
    "事项编码",
    "适用区划编码",
    "条件",
    "主办",
    "协办",
    "优先级",
    "不派基层",
    "生效日期",
    "失效日期",
    "依据",
    "备注",
];

pub(super) fn read(files: &Files, known: &References, faults: &mut Faults) -> Vec<DutyRow> {
    let mut seen = BTreeMap::new();
    let mut rows: Vec<DutyRow> = Vec::new();
    for cells in Table::read(files, "duties.csv", COLUMNS, faults).rows() {
        let lead = cells.filled("主办", faults);
        let co_handlers = cells.list("协办", faults);
        if !lead.is_empty() {
            check_party(&cells, "主办", &lead, known, faults);
        }
        for party in &co_handlers {
            check_party(&cells, "协办", party, known, faults);
        }
        check_conditions(&cells, known, faults);
        rows.push(DutyRow {
            code: key(&cells, "条目编号", &mut seen, (), faults),
            matter: References::optional_in(&cells, "事项编码", &known.matters, "matters.csv", faults),
            division: References::optional_in(
                &cells,
                "适用区划编码",
                &known.divisions,
                "divisions.csv",
                faults,
            ),
            conditions: cells.text("条件").to_owned(),
            lead,
            co_handlers,
            priority: cells.number("优先级", 0, 1_000_000, faults),
            not_to_grassroots: cells.yes("不派基层", faults),
            dates: cells.dates(faults),
            basis: cells.text("依据").to_owned(),
            note: cells.text("备注").to_owned(),
        });
    }
    rows.sort_by(|a, b| a.code.cmp(&b.code));
    rows
}

fn check_party(
    cells: &Cells<'_>,
    column: &'static str,
    party: &str,
    known: &References,
    faults: &mut Faults,
) {
    match parse_party(party) {
        Some(RoleRef::Unit(code)) if known.units.contains_key(code) => {}
        Some(RoleRef::Unit(_)) => cells.fault_of(column, party, &Expected::In("units.csv"), faults),
        Some(RoleRef::Role(function, _)) if known.functions.contains_key(function) => {}
        Some(RoleRef::Role(..)) => cells.fault_of(column, party, &Expected::In("functions.csv"), faults),
        None => {
            let rule = Expected::Rule(
                "a unit or ROLE:<function>@市|区县|街道",
                "单位编码或 ROLE:职能代码@市|区县|街道",
            );
            cells.fault_of(column, party, &rule, faults);
        }
    }
}

fn check_conditions(cells: &Cells<'_>, known: &References, faults: &mut Faults) {
    match condition::parse(cells.text("条件")) {
        Err(error) => cells.fault("条件", &Expected::Condition(error.to_string()), faults),
        Ok(clauses) => clauses
            .iter()
            .for_each(|clause| check_clause(cells, clause, known, faults)),
    }
}

/// A value that no fact can have would make the clause never hold: most likely a slip of the pen.
fn check_clause(cells: &Cells<'_>, clause: &Clause, known: &References, faults: &mut Faults) {
    for value in clause.values() {
        if clause.key() != FACT_PLACE_NAME {
            known.check_code(cells, "条件", clause.key(), value, faults);
        } else if !known.place_names.contains(value) {
            cells.fault_of("条件", value, &Expected::In("gazetteer.csv"), faults);
        }
    }
}
