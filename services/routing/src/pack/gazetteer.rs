//! `gazetteer.csv`.
use super::cells::key;
use super::references::References;
use super::table::Table;
use super::{Expected, Faults, Files};
use crate::domain::condition::FACT_KEYS;
use crate::domain::snapshot::GazetteerRow;
use std::collections::BTreeMap;

const COLUMNS: &[&str] = &[
    "地名编号",
    "地名",
    "别名",
    "类型",
    "所属编码",
    "经度",
    "纬度",
    "属性",
];

pub(super) fn read(files: &Files, known: &mut References, faults: &mut Faults) -> Vec<GazetteerRow> {
    let mut seen = BTreeMap::new();
    let mut rows: Vec<GazetteerRow> = Vec::new();
    for cells in Table::read(files, "gazetteer.csv", COLUMNS, faults).rows() {
        let facts = cells.pairs("属性", faults);
        for (fact, value) in &facts {
            if FACT_KEYS.contains(&fact.as_str()) {
                known.check_code(&cells, "属性", fact, value, faults);
            } else {
                let keys = FACT_KEYS.iter().map(|key| (*key).to_owned()).collect();
                cells.fault_of("属性", fact, &Expected::OneOf(keys), faults);
            }
        }
        let name = cells.filled("地名", faults);
        known.place_names.insert(name.clone());
        rows.push(GazetteerRow {
            code: key(&cells, "地名编号", &mut seen, (), faults),
            name,
            aliases: cells.list("别名", faults),
            kind: known.code(&cells, "类型", "地名类型", faults),
            division: known.division(&cells, "所属编码", faults),
            point: cells.point(faults),
            facts,
        });
    }
    rows.sort_by(|a, b| a.code.cmp(&b.code));
    rows
}
