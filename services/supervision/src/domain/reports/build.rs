//! From numbers to tables.
use crate::domain::figures::{Figure, Figures, Names};
use crate::domain::reports::{Cell, Table};
use std::collections::BTreeMap;

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
const TOP_MATTERS: usize = 10;

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

/// What was due in the period and is late.
#[must_use]
pub fn late_orders(orders: &[LateOrder]) -> Table {
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
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::figures::Tally;

    fn numbers(orders: u64, unsolved: u64) -> Numbers {
        let mut figures = Figures::default();
        let tally = |of, points| Tally { of, points };
        figures
            .tallies
            .insert(Figure::Accuracy, tally(orders, orders * 100));
        figures
            .tallies
            .insert(Figure::Resolution, tally(orders, (orders - unsolved) * 100));
        Numbers {
            counts: Counts {
                received: orders + 1,
                answered: 1,
                orders,
                kinds: [("help".to_owned(), orders)].into(),
                matters: [("M1".to_owned(), orders)].into(),
                ..Counts::default()
            },
            city: figures.clone(),
            units: [("U-1".to_owned(), ("城管局".to_owned(), figures.clone()))].into(),
            districts: BTreeMap::new(),
            matters: [("M1".to_owned(), figures)].into(),
        }
    }

    #[test]
    fn a_summary_compares_with_before_and_with_last_year() {
        let (now, previous, year) = (numbers(4, 1), numbers(2, 1), Numbers::default());
        let table = summary(Changes {
            now: &now,
            previous: &previous,
            year: &year,
        });
        assert_eq!(
            table.rows[3],
            [
                Cell::Words("orders", "工单量"),
                Cell::Count(4),
                Cell::Count(2),
                Cell::Number(100.0),
                Cell::Count(0),
                Cell::Nothing,
            ]
        );
        let resolution = table
            .rows
            .iter()
            .find(|row| row[0] == Cell::Words("Resolution", "解决率"))
            .unwrap();
        assert_eq!(
            resolution[1..],
            [
                Cell::Number(75.0),
                Cell::Number(50.0),
                Cell::Number(25.0),
                Cell::Nothing,
                Cell::Nothing
            ]
        );
    }

    #[test]
    fn hard_is_what_has_a_sample_and_is_seldom_solved() {
        let names = Names::default();
        assert_eq!(hard_matters(&numbers(2, 2), &names).rows.len(), 0, "too few");
        assert_eq!(
            hard_matters(&numbers(10, 2), &names).rows.len(),
            0,
            "80 % is not below 80 %"
        );
        let hard = hard_matters(&numbers(10, 3), &names);
        assert_eq!(hard.rows[0][3..], [Cell::Count(3), Cell::Number(70.0)]);
    }

    #[test]
    fn who_had_no_order_is_named() {
        let valid = [("U-1", "a"), ("U-2", "b")].map(|(c, n)| (c.to_owned(), n.to_owned(), String::new()));
        let table = idle_units(&numbers(1, 0), &valid);
        assert_eq!(table.rows.len(), 1);
        assert_eq!(table.rows[0][0], Cell::Text("U-2".to_owned()));
    }

    #[test]
    fn top_matters_have_names_and_shares() {
        let now = numbers(4, 1);
        let table = matters(
            Changes {
                now: &now,
                previous: &now,
                year: &now,
            },
            &Names::default(),
        );
        assert_eq!(table.columns.len(), table.rows[0].len());
        assert_eq!(table.rows[0][3], Cell::Number(100.0));
    }
}
