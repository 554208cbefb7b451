//! `past_orders.csv` (or `complaints_train.csv`): orders of the past with what they turned out to be, as cities hand them
//! over. Examples for reading texts, never orders. Caller, phone, address and coordinates are not taken over.
use super::cells::key;
use super::references::References;
use super::table::Table;
use super::{Faults, Files};
use crate::domain::snapshot::PastOrderRow;
use contracts::words::Kind;
use std::collections::BTreeMap;

/// The names under which cities keep it.
pub(super) const FILES: [&str; 2] = ["past_orders.csv", "complaints_train.csv"];

const COLUMNS: &[&str] = &[
    "编号",
    "受理时间",
    "渠道",
    "来电人",
    "电话",
    "标题",
    "正文",
    "地点文本",
    "经度",
    "纬度",
    "正确事项编码",
    "正确区划编码",
    "诉求类型",
    "紧急程度",
    "正确处置",
    "正确主办单位",
    "正确协办单位",
    "命中条目编号",
    "重复于",
    "应拆分",
    "要素",
    "范围类别",
];

/// The newest so many are kept: more teach little and make every version large.
const ROWS_MAX: usize = 20_000;

pub(super) fn read(files: &Files, known: &References, faults: &mut Faults) -> Vec<PastOrderRow> {
    let mut seen = BTreeMap::new();
    let mut rows: Vec<PastOrderRow> = Vec::new();
    for file in FILES {
        for cells in Table::read(files, file, COLUMNS, faults).rows() {
            let masked = |column| telemetry::redact::mask_numbers(cells.text(column)).into_owned();
            // The catalogue moves on; an order of an entry that is gone still shows how people speak.
            let matter = cells.optional("正确事项编码");
            rows.push(PastOrderRow {
                number: key(&cells, "编号", &mut seen, (), faults),
                title: masked("标题"),
                text: masked("正文"),
                matter: matter.filter(|code| known.matters.contains_key(code)),
                scope: cells.optional("范围类别"),
                kind: cells.word_or("诉求类型", "", Kind::Other, faults),
                disposition: cells.text("正确处置").to_owned(),
                repeat_of: cells.optional("重复于"),
            });
        }
    }
    rows.sort_by(|a, b| a.number.cmp(&b.number));
    rows.drain(..rows.len().saturating_sub(ROWS_MAX));
    rows
}

#[cfg(test)]
mod tests {
    use super::{COLUMNS, read};
    use crate::pack::references::References;
    use crate::pack::{Faults, Files};
    use std::collections::BTreeMap;

    fn known() -> References {
        let mut known = References::new(BTreeMap::new(), BTreeMap::new());
        known.matters.insert("M010101".to_owned(), 3);
        known
    }

    fn files(name: &str, rows: &str) -> Files {
        let table = format!("{}\n{rows}", COLUMNS.join(","));
        BTreeMap::from([(name.to_owned(), table)]).into()
    }

    #[test]
    fn texts_and_outcomes_are_taken_over_and_people_are_not() {
        for name in super::FILES {
            let rows = "2,,电话,张某,19900001234,又没人收,回电19900001234,某路1号,1,2,M999999,,投诉,一般,派单,,,,1,1,,\n\
                        1,,电话,张某,19900001234,没人收,垃圾,某路1号,1,2,M010101,,投诉,一般,派单,U,,,,1,,";
            let mut faults = Faults::default();
            let read = read(&files(name, rows), &known(), &mut faults);
            assert!(faults.is_empty(), "{faults}");
            let kept = serde_json::to_string(&read).unwrap();
            assert!(
                !kept.contains("19900001234") && !kept.contains("张某") && !kept.contains("某路"),
                "{kept}"
            );
            let brief: Vec<_> = read
                .iter()
                .map(|row| {
                    (
                        row.number.as_str(),
                        row.matter.as_deref(),
                        row.repeat_of.as_deref(),
                    )
                })
                .collect();
            assert_eq!(brief, [("1", Some("M010101"), None), ("2", None, Some("1"))]);
        }
    }

    #[test]
    fn faults_name_line_and_column() {
        let mut faults = Faults::default();
        let rows = "1,,,,,a,b,,,,,,投诉,,派单,,,,,,,\n1,,,,,a,b,,,,,,生气,,派单,,,,,,,";
        read(&files("past_orders.csv", rows), &known(), &mut faults);
        let said = faults.to_string();
        assert!(
            said.contains("past_orders.csv:3") && said.contains("编号") && said.contains("诉求类型"),
            "{said}"
        );
    }
}
