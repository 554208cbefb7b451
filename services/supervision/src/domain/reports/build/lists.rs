//! What must be looked at one by one: matters that are seldom solved, orders that are late.
use super::Numbers;
use crate::domain::figures::{Figure, Names};
use crate::domain::reports::{Cell, Table};

/// An order that is late.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LateOrder {
    /// Its number.
    pub order_number: String,
    /// `sign`, `respond`, `finish`, `total`.
    pub clock: String,
    /// Lead unit.
    pub unit: Option<String>,
    /// 事项
    pub matter: Option<String>,
    /// Its limit, local, as text.
    pub due_at: String,
    /// How late it is, in whole hours.
    pub late_hours: i64,
}

/// Matters with fewer valid callbacks say nothing about how hard they are.
const HARD_SAMPLE_MIN: u64 = 3;
/// Resolution below this, in percent, makes a matter hard.
const HARD_BELOW_PERCENT: f64 = 80.0;
/// Matters that are seldom solved, the most unsolved first.
#[must_use]
pub fn hard_matters(numbers: &Numbers, names: &Names) -> Table {
    let mut table = Table::new(
        "hard_matters",
        ("Hard matters", "难点事项"),
        &[
            ("matter", "matter", "事项编码"),
            ("name", "name", "名称"),
            ("callbacks", "valid callbacks", "有效回访"),
            ("unsolved", "unsolved", "未解决"),
            ("resolution", "resolution %", "解决率%"),
        ],
    );
    let mut rows: Vec<_> = numbers
        .matters
        .iter()
        .filter_map(|(code, figures)| {
            let tally = figures.of(Figure::Resolution);
            let percent = tally.percent()?;
            let unsolved = tally.of - tally.points / 100;
            (tally.of >= HARD_SAMPLE_MIN && percent < HARD_BELOW_PERCENT)
                .then_some((unsolved, code, tally.of, percent))
        })
        .collect();
    rows.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    for (unsolved, code, of, percent) in rows {
        let name = names.matters.get(code).map(|entry| entry.name.clone());
        table.push(vec![
            Cell::Text(code.clone()),
            name.map_or(Cell::Nothing, Cell::Text),
            Cell::count(of),
            Cell::count(unsolved),
            Cell::percent(Some(percent)),
        ]);
    }
    table
}

/// What was due in the period and is late; `more` = how many are not listed, which the last line says.
#[must_use]
pub fn late_orders(orders: &[LateOrder], more: usize) -> Table {
    let mut table = Table::new(
        "late",
        ("Late orders", "超期工单"),
        &[
            ("order_number", "order", "工单号"),
            ("clock", "clock", "时限"),
            ("unit", "unit", "承办单位"),
            ("matter", "matter", "事项"),
            ("due_at", "due", "应办时间"),
            ("late_hours", "hours late", "超期小时"),
        ],
    );
    let text = |value: &Option<String>| value.clone().map_or(Cell::Nothing, Cell::Text);
    for order in orders {
        table.push(vec![
            Cell::Text(order.order_number.clone()),
            Cell::Text(order.clock.clone()),
            text(&order.unit),
            text(&order.matter),
            Cell::Text(order.due_at.clone()),
            Cell::Count(order.late_hours),
        ]);
    }
    if more > 0 {
        let rest = Cell::Text(format!("… 另有 {more} 件 / and {more} more"));
        let nothing = std::iter::repeat_n(Cell::Nothing, 5);
        table.push(std::iter::once(rest).chain(nothing).collect());
    }
    table
}
