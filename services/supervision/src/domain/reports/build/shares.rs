//! What came in, by kind, channel and matter, with the share of each.
use super::{Changes, Counts, growth};
use crate::domain::figures::Names;
use crate::domain::reports::{Cell, Table};
use std::collections::BTreeMap;

const TOP_MATTERS: usize = 10;

fn shares(
    (name, title): (&'static str, (&str, &str)),
    of: fn(&Counts) -> &BTreeMap<String, u64>,
    numbers: Changes<'_>,
) -> Table {
    let mut table = Table::new(
        name,
        title,
        &[
            ("code", "code", "代码"),
            ("count", "count", "数量"),
            ("share", "share %", "占比%"),
            ("change", "change %", "环比%"),
            ("year_change", "change on the year %", "同比%"),
        ],
    );
    let now = of(&numbers.now.counts);
    let all: u64 = now.values().sum();
    let mut rows: Vec<_> = now.iter().collect();
    rows.sort_by_key(|(code, count)| (std::cmp::Reverse(**count), (*code).clone()));
    for (code, count) in rows {
        let before = of(&numbers.previous.counts).get(code).copied().unwrap_or(0);
        let year = of(&numbers.year.counts).get(code).copied().unwrap_or(0);
        table.push(vec![
            Cell::Text(code.clone()),
            Cell::count(*count),
            Cell::percent(Some(*count as f64 * 100.0 / all as f64)),
            growth(*count, before),
            growth(*count, year),
        ]);
    }
    table
}

/// Orders by kind, after splitting.
#[must_use]
pub fn kinds(numbers: Changes<'_>) -> Table {
    shares(("kinds", ("Kinds", "诉求类型")), |c| &c.kinds, numbers)
}

/// Contacts by channel.
#[must_use]
pub fn channels(numbers: Changes<'_>) -> Table {
    shares(("channels", ("Channels", "渠道")), |c| &c.channels, numbers)
}

/// The matters with the most orders.
#[must_use]
pub fn matters(numbers: Changes<'_>, names: &Names) -> Table {
    let mut table = shares(("matters", ("Top matters", "热点事项")), |c| &c.matters, numbers);
    table.rows.truncate(TOP_MATTERS);
    table.columns.insert(
        1,
        crate::domain::reports::Column {
            name: "name",
            title: crate::domain::reports::Title::new("name", "名称"),
        },
    );
    for row in &mut table.rows {
        let name = match &row[0] {
            Cell::Text(code) => names.matters.get(code).map(|entry| entry.name.clone()),
            _ => None,
        };
        row.insert(1, name.map_or(Cell::Nothing, Cell::Text));
    }
    table
}
