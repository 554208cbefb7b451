//! From numbers to tables: what was counted, and the summary. The other tables stand below.
mod lists;
mod rates;
mod shares;

use crate::domain::figures::{Figure, Figures};
use crate::domain::reports::{Cell, Table};
use std::collections::BTreeMap;

pub use lists::{LateOrder, hard_matters, late_orders};
pub use rates::{districts, idle_units, units};
pub use shares::{channels, kinds, matters};

/// How many came in.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Contacts.
    pub received: u64,
    /// Of them answered at once.
    pub answered: u64,
    /// Of them declined.
    pub declined: u64,
    /// Orders registered, after splitting.
    pub orders: u64,
    /// Orders by kind.
    pub kinds: BTreeMap<String, u64>,
    /// Contacts by channel.
    pub channels: BTreeMap<String, u64>,
    /// Orders by matter.
    pub matters: BTreeMap<String, u64>,
}

/// Everything a report needs of one period.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Numbers {
    /// How many came in.
    pub counts: Counts,
    /// Rates of the city.
    pub city: Figures,
    /// Rates by unit: (code, (name, rates)).
    pub units: BTreeMap<String, (String, Figures)>,
    /// Rates by district.
    pub districts: BTreeMap<String, Figures>,
    /// Rates by matter.
    pub matters: BTreeMap<String, Figures>,
}

/// A period with the one before and the one a year before.
#[derive(Clone, Copy, Debug)]
pub struct Changes<'a> {
    /// This one.
    pub now: &'a Numbers,
    /// As long, just before.
    pub previous: &'a Numbers,
    /// The same days a year before.
    pub year: &'a Numbers,
}

/// Change in percent; nothing to compare with: nothing.
fn growth(now: u64, before: u64) -> Cell {
    if before == 0 {
        return Cell::Nothing;
    }
    Cell::percent(Some((now as f64 / before as f64 - 1.0) * 100.0))
}

fn difference(now: Option<f64>, before: Option<f64>) -> Cell {
    Cell::percent(now.zip(before).map(|(now, before)| now - before))
}

/// The figures of the city beside those of the period before and of the year before.
#[must_use]
pub fn summary(numbers: Changes<'_>) -> Table {
    let mut table = Table::new(
        "summary",
        ("Summary", "总体情况"),
        &[
            ("figure", "figure", "指标"),
            ("now", "this period", "本期"),
            ("previous", "previous period", "上期"),
            ("change", "change", "环比"),
            ("year_before", "a year before", "去年同期"),
            ("year_change", "change on the year", "同比"),
        ],
    );
    type Count = fn(&Counts) -> u64;
    let counts: [(&'static str, &'static str, Count); 4] = [
        ("contacts received", "受理总量", |c| c.received),
        ("answered at once", "直接答复", |c| c.answered),
        ("declined", "不予受理", |c| c.declined),
        ("orders", "工单量", |c| c.orders),
    ];
    for (en, zh, count) in counts {
        let [now, previous, year] = [numbers.now, numbers.previous, numbers.year].map(|of| count(&of.counts));
        table.push(vec![
            Cell::Words(en, zh),
            Cell::count(now),
            Cell::count(previous),
            growth(now, previous),
            Cell::count(year),
            growth(now, year),
        ]);
    }
    for figure in Figure::ALL {
        let [now, previous, year] =
            [numbers.now, numbers.previous, numbers.year].map(|of| of.city.of(figure).percent());
        let (en, zh) = figure.names();
        table.push(vec![
            Cell::Words(en, zh),
            Cell::percent(now),
            Cell::percent(previous),
            difference(now, previous),
            Cell::percent(year),
            difference(now, year),
        ]);
    }
    table
}

#[cfg(test)]
mod tests;
