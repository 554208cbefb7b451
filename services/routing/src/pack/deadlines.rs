//! `deadlines.csv`: time limits.
use super::cells::{Cells, key};
use super::references::References;
use super::table::Table;
use super::{Expected, Faults, Files};
use crate::domain::snapshot::{Amount, DeadlineRow};
use crate::domain::words::{Chinese, UnitLevel};
use contracts::terms::{LimitUnit, StartRule};
use contracts::words::{Kind, Urgency};
use std::collections::BTreeMap;

const FILE: &str = "deadlines.csv";
const COLUMNS: &[&str] = &[
    "规则编号",
    "时限类别",
    "诉求类型",
    "紧急程度",
    "单位级别",
    "优先级",
    "签收时限",
    "签收单位",
    "响应时限",
    "响应单位",
    "办结时限",
    "办结单位",
    "起算规则",
    "延期次数上限",
    "每次延期上限",
    "延期总上限",
    "延期单位",
    "退单窗口",
    "退单窗口单位",
    "退单次数上限",
    "来源",
    "备注",
];
/// In the four columns that are looked up: fits everything.
const ANY: &str = "*";
/// Ten years in hours: a longer limit is a slip of the pen.
const AMOUNT_MAX: i64 = 87_600;

impl Chinese for LimitUnit {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("小时", Self::Hours),
        ("自然日", Self::CalendarDays),
        ("工作日", Self::WorkingDays),
        ("工作小时", Self::WorkingHours),
    ];
}

impl Chinese for StartRule {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("签收起", Self::Signing),
        ("受理起", Self::Acceptance),
        ("次日起", Self::NextWorkingDay),
        ("派单起", Self::Dispatch),
    ];
}

pub(super) fn read(files: &Files, known: &References, faults: &mut Faults) -> Vec<DeadlineRow> {
    let mut seen = BTreeMap::new();
    let mut rows: Vec<DeadlineRow> = Vec::new();
    for cells in Table::read(files, FILE, COLUMNS, faults).rows() {
        let row = row(&cells, &mut seen, known, faults);
        if let Some(other) = rows.iter().find(|other| rivals(other, &row)) {
            let rule = Expected::Rule(
                "another priority: a line before fits the same cases",
                "与前面某行适用范围重叠，优先级须不同",
            );
            cells.fault_of(
                "优先级",
                &format!("{} {}", other.code, other.priority),
                &rule,
                faults,
            );
        }
        rows.push(row);
    }
    let fits_all = |row: &DeadlineRow| {
        row.class.is_none() && row.kind.is_none() && row.urgency.is_none() && row.level.is_none()
    };
    if files.has(FILE) && !rows.iter().any(fits_all) {
        let rule = Expected::Rule(
            "one line with * in all four columns, for what nothing else fits",
            "应有一行四项均为“*”的兜底规则",
        );
        faults.add(FILE, None, None, "", &rule);
    }
    rows.sort_by(|a, b| a.code.cmp(&b.code));
    rows
}

fn row(
    cells: &Cells<'_>,
    seen: &mut BTreeMap<String, ()>,
    known: &References,
    faults: &mut Faults,
) -> DeadlineRow {
    let class = cells.optional("时限类别").filter(|class| class != ANY);
    if let Some(class) = &class {
        known.check_code(cells, "时限类别", "时限类别", class, faults);
    }
    DeadlineRow {
        code: key(cells, "规则编号", seen, (), faults),
        class,
        kind: cells.word_or("诉求类型", ANY, Kind::Other, faults),
        urgency: cells.word_or("紧急程度", ANY, Urgency::Ordinary, faults),
        level: cells.word_or("单位级别", ANY, UnitLevel::City, faults),
        priority: cells.number("优先级", 0, 1_000_000, faults),
        sign: amount(cells, "签收时限", "签收单位", faults),
        respond: amount(cells, "响应时限", "响应单位", faults),
        finish: amount(cells, "办结时限", "办结单位", faults),
        start: cells.word("起算规则", StartRule::Signing, faults),
        extensions_max: cells.number("延期次数上限", 0, AMOUNT_MAX, faults),
        extension_max: cells.number("每次延期上限", 0, AMOUNT_MAX, faults),
        extension_sum_max: cells.number("延期总上限", 0, AMOUNT_MAX, faults),
        extension_unit: cells.word("延期单位", LimitUnit::Hours, faults),
        return_window: amount(cells, "退单窗口", "退单窗口单位", faults),
        returns_max: cells.number("退单次数上限", 0, AMOUNT_MAX, faults),
        basis: cells.text("来源").to_owned(),
    }
}

fn amount(cells: &Cells<'_>, column: &'static str, unit: &'static str, faults: &mut Faults) -> Amount {
    Amount {
        amount: cells.number(column, 1, AMOUNT_MAX, faults),
        unit: cells.word(unit, LimitUnit::Hours, faults),
    }
}

/// Two lines of one priority that may fit the same case: which one counts would be chance.
fn rivals(a: &DeadlineRow, b: &DeadlineRow) -> bool {
    fn meet<T: PartialEq>(a: Option<&T>, b: Option<&T>) -> bool {
        a.zip(b).is_none_or(|(a, b)| a == b)
    }
    a.priority == b.priority
        && meet(a.class.as_ref(), b.class.as_ref())
        && meet(a.kind.as_ref(), b.kind.as_ref())
        && meet(a.urgency.as_ref(), b.urgency.as_ref())
        && meet(a.level.as_ref(), b.level.as_ref())
}
