//! Story 21, 年度总表: orders and satisfaction per unit, units without any order, units above 85 %, kinds after splitting: one
//! request gives the tables of the year.
use serde_json::{Value, json};
use system_tests::Platform;
use system_tests::people::{complaint, content, text};
use testkit::Role;

const LIGHTS: &str = "SJ-MUNI";
const WATER: &str = "QY-WATER";

/// Two demands in one call: a street light and the water.
fn two_demands() -> Value {
    let mut body = complaint("M020101", "994102002");
    body["demands"] = json!([
        { "text": "路灯不亮。", "matter": "M020101" },
        { "text": "自来水发黄，有异味。", "matter": "M020202" },
    ]);
    body
}

fn not_satisfied() -> Value {
    json!({ "reached": true, "contacted": true, "solved": false, "result": "not_satisfied", "attitude": "satisfied", "remark": "仍不亮" })
}

/// The rows of a table, by the names of its columns.
fn rows(report: &Value, table: &str) -> Vec<Value> {
    let tables = report["tables"].as_array().expect("tables");
    let table = tables
        .iter()
        .find(|found| found["name"] == table)
        .expect("the table");
    let names: Vec<String> = table["columns"]
        .as_array()
        .expect("columns")
        .iter()
        .map(|column| text(column, "name"))
        .collect();
    let rows = table["rows"].as_array().expect("rows").iter();
    rows.map(|row| {
        let cells = row.as_array().expect("cells").iter().cloned();
        names.iter().cloned().zip(cells).collect()
    })
    .collect()
}

#[tokio::test]
async fn the_tables_of_the_year_come_by_one_request() {
    let platform = Platform::of_city("changsha").await;
    let split = platform.register(two_demands()).await;
    let single = platform.register(complaint("M020101", "994102001")).await;
    for (order, unit, said) in [
        (&split.orders[0], LIGHTS, content()),
        (&split.orders[1], WATER, content()),
        (&single.orders[0], LIGHTS, not_satisfied()),
    ] {
        assert_eq!(platform.lead(order).await, unit);
        platform.handled_by(unit, order).await;
        platform.caller_says(order, said).await;
    }
    let day = (platform.world.clock.now() + chrono::TimeDelta::hours(8)).format("%Y-%m-%d");
    let path = format!("/v1/reports/year?date={day}&tables=summary,units,idle_units,kinds");
    let report = platform
        .supervision
        .http(Role::Leader)
        .get(&path)
        .await
        .expect(200)
        .body;

    let units = rows(&report, "units");
    let figures = units.iter().map(|row| {
        (
            row["unit"].clone(),
            row["orders"].clone(),
            row["satisfaction"].clone(),
        )
    });
    assert_eq!(
        figures.collect::<Vec<_>>(),
        [
            (json!(LIGHTS), json!(2), json!(50.0)),
            (json!(WATER), json!(1), json!(100.0))
        ],
        "the busiest first: {report}"
    );
    let praised = units
        .iter()
        .filter(|row| row["satisfaction"].as_f64().is_some_and(|rate| rate >= 85.0));
    assert_eq!(praised.map(|row| text(row, "unit")).collect::<Vec<_>>(), [WATER]);
    let idle: Vec<String> = rows(&report, "idle_units")
        .iter()
        .map(|row| text(row, "unit"))
        .collect();
    assert!(idle.contains(&"SJ-HOUSING".to_owned()), "{idle:?}");
    assert!(
        !idle.iter().any(|unit| unit == LIGHTS || unit == WATER),
        "{idle:?}"
    );
    let kinds = rows(&report, "kinds");
    let orders: i64 = kinds.iter().filter_map(|row| row["count"].as_i64()).sum();
    let summary = rows(&report, "summary");
    assert_eq!(
        (orders, &summary[0]["now"]),
        (3, &json!(2)),
        "two calls, three orders: {report}"
    );
}
