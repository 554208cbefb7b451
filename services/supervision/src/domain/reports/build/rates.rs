//! Units and districts with their rates.
use super::{Changes, Numbers, growth};
use crate::domain::figures::{Figure, Figures, Names};
use crate::domain::reports::{Cell, Table};

const RATES: [Figure; 8] = [
    Figure::Response,
    Figure::Resolution,
    Figure::Satisfaction,
    Figure::Finish,
    Figure::OneTime,
    Figure::Rework,
    Figure::Return,
    Figure::Contradicted,
];

fn rate_columns(
    head: &[(&'static str, &'static str, &'static str)],
) -> Vec<(&'static str, &'static str, &'static str)> {
    let rates = RATES.map(|figure| {
        let (en, zh) = figure.names();
        (figure.word(), en, zh)
    });
    head.iter().copied().chain(rates).collect()
}

fn rate_cells(figures: &Figures) -> Vec<Cell> {
    RATES
        .map(|figure| Cell::percent(figures.of(figure).percent()))
        .into()
}

fn dispatched(figures: Option<&Figures>) -> u64 {
    figures.map_or(0, |figures| figures.of(Figure::Accuracy).of)
}

/// Every unit that had an order, the busiest first.
#[must_use]
pub fn units(numbers: Changes<'_>) -> Table {
    let columns = rate_columns(&[
        ("unit", "unit", "单位编码"),
        ("name", "name", "单位名称"),
        ("orders", "orders", "派单量"),
        ("change", "change %", "环比%"),
    ]);
    let mut table = Table::new("units", ("Units", "承办单位"), &columns);
    let mut rows: Vec<_> = numbers.now.units.iter().collect();
    rows.sort_by_key(|(code, (_, figures))| (std::cmp::Reverse(dispatched(Some(figures))), (*code).clone()));
    for (code, (name, figures)) in rows {
        let orders = dispatched(Some(figures));
        let before = dispatched(numbers.previous.units.get(code).map(|(_, figures)| figures));
        let head = [
            Cell::Text(code.clone()),
            Cell::Text(name.clone()),
            Cell::count(orders),
            growth(orders, before),
        ];
        table.push(head.into_iter().chain(rate_cells(figures)).collect());
    }
    table
}

/// Units of the directory that had no order at all.
#[must_use]
pub fn idle_units(numbers: &Numbers, valid: &[(String, String, String)]) -> Table {
    let mut table = Table::new(
        "idle_units",
        ("Units without any order", "无工单单位"),
        &[
            ("unit", "unit", "单位编码"),
            ("name", "name", "单位名称"),
            ("level", "level", "级别"),
        ],
    );
    let idle = |code: &String| dispatched(numbers.units.get(code).map(|(_, figures)| figures)) == 0;
    for (code, name, level) in valid.iter().filter(|(code, ..)| idle(code)) {
        table.push([code, name, level].map(|text| Cell::Text(text.clone())).into());
    }
    table
}

/// Every district.
#[must_use]
pub fn districts(numbers: Changes<'_>, names: &Names) -> Table {
    let columns = rate_columns(&[
        ("district", "district", "区划编码"),
        ("name", "name", "名称"),
        ("orders", "orders", "派单量"),
        ("change", "change %", "环比%"),
    ]);
    let mut table = Table::new("districts", ("Districts", "区县"), &columns);
    for (code, figures) in &numbers.now.districts {
        let name = names.divisions.get(code).map_or(code, |entry| &entry.name);
        let orders = dispatched(Some(figures));
        let head = [
            Cell::Text(code.clone()),
            Cell::Text(name.clone()),
            Cell::count(orders),
            growth(orders, dispatched(numbers.previous.districts.get(code))),
        ];
        table.push(head.into_iter().chain(rate_cells(figures)).collect());
    }
    table
}
