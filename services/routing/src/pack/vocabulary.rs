//! `codes.csv` and `functions.csv`: the words that the other files may use.
use super::table::Table;
use super::{Expected, Faults, Files};
use std::collections::BTreeMap;

type Vocabulary = BTreeMap<String, Vec<String>>;

/// List → values, and function code → name.
pub(super) fn read(files: &Files, faults: &mut Faults) -> (Vocabulary, BTreeMap<String, String>) {
    let mut vocabulary = Vocabulary::new();
    for cells in Table::read(files, "codes.csv", &["码表", "取值", "说明"], faults).rows() {
        let values = vocabulary.entry(cells.filled("码表", faults)).or_default();
        let value = cells.filled("取值", faults);
        if values.contains(&value) {
            cells.fault("取值", &Expected::Unique, faults);
        }
        values.push(value);
    }
    let mut functions = BTreeMap::new();
    for cells in Table::read(files, "functions.csv", &["职能代码", "名称"], faults).rows() {
        let code = cells.filled("职能代码", faults);
        if functions.insert(code, cells.filled("名称", faults)).is_some() {
            cells.fault("职能代码", &Expected::Unique, faults);
        }
    }
    (vocabulary, functions)
}
