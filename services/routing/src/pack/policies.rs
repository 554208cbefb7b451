//! `policies.csv`: what the city allows after a decision, one policy a row. Without the file, what `domain.md` says.
use super::cells::{Cells, key};
use super::table::Table;
use super::{Expected, Faults, Files};
use crate::domain::policies::{Policies, ReturnPolicy};
use std::collections::BTreeMap;

const FILE: &str = "policies.csv";
const COLUMNS: &[&str] = &["政策", "取值", "说明"];
const RETURNS: &str = "退单政策";
const RETURNS_MAX: &str = "退单总次数上限";
const DISPUTED_AFTER: &str = "争议退单次数";
const TIMES_MAX: i64 = 100;

pub(super) fn read(files: &Files, faults: &mut Faults) -> Policies {
    let mut seen = BTreeMap::new();
    let mut policies = Policies::default();
    let mut limited = false;
    let mut in_all = None;
    let table = Table::read(files, FILE, COLUMNS, faults);
    for cells in table.rows() {
        match key(&cells, "政策", &mut seen, (), faults).as_str() {
            RETURNS => match cells.text("取值") {
                "审核" => policies.returns = ReturnPolicy::Reviewed,
                "限次" => limited = true,
                "首接负责" => policies.returns = ReturnPolicy::FirstReceiver,
                _ => cells.fault(
                    "取值",
                    &Expected::Rule("审核, 限次 or 首接负责", "审核、限次或首接负责"),
                    faults,
                ),
            },
            RETURNS_MAX => in_all = Some((cells, cells.number("取值", 1, TIMES_MAX, faults))),
            DISPUTED_AFTER => policies.disputed_after = cells.number("取值", 1, TIMES_MAX, faults),
            // A missing key is a fault already.
            "" => {}
            _ => cells.fault(
                "政策",
                &Expected::Rule(
                    "退单政策, 退单总次数上限 or 争议退单次数",
                    "退单政策、退单总次数上限或争议退单次数",
                ),
                faults,
            ),
        }
    }
    if let Some(returns) = limit(limited, in_all, faults) {
        policies.returns = returns;
    }
    policies
}

/// 限次 and its number come together or not at all.
fn limit(limited: bool, in_all: Option<(Cells<'_>, u32)>, faults: &mut Faults) -> Option<ReturnPolicy> {
    match (limited, in_all) {
        (true, Some((_, times))) => return Some(ReturnPolicy::Limited(times)),
        (true, None) => {
            let rule = Expected::Rule(
                "a row 退单总次数上限, because 退单政策 is 限次",
                "退单政策为限次时须有退单总次数上限一行",
            );
            faults.add(FILE, None, Some("政策"), RETURNS_MAX, &rule);
        }
        (false, Some((cells, _))) => {
            let rule = Expected::Rule("退单政策 限次 beside it", "与退单政策“限次”同时出现");
            cells.fault("政策", &rule, faults);
        }
        (false, None) => {}
    }
    None
}
