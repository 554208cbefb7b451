//! Tables of a few numbers.
use super::*;
use crate::domain::figures::{Names, Tally};

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
