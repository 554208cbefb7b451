//! Story 5, 督办日清单: thirty orders reach the desk in a day, ten need on-site supervision; the list shows them by age, level
//! and unit, in batches, and nothing is invisible. The unit hears of each rung.
use serde_json::{Value, json};
use system_tests::Platform;
use system_tests::people::{complaint, text};
use testkit::Role;

/// The city's works: sign within two working hours.
const UNIT: &str = "SJ-MUNI";

async fn desk(platform: &Platform) -> Value {
    let desk = platform.supervision.http(Role::Leader).get("/v1/desk").await;
    desk.expect(200).body
}

fn shown(desk: &Value) -> Vec<String> {
    let units = desk["units"].as_array().expect("units").iter();
    let orders = units.flat_map(|unit| unit["orders"].as_array().expect("orders"));
    orders.map(|order| text(order, "order_id")).collect()
}

#[tokio::test]
async fn thirty_orders_in_a_day_and_none_of_them_is_invisible() {
    let platform = Platform::of_city_at("jinan", "2026-03-02T09:00:00+08:00").await;
    let mut orders = Vec::new();
    for _ in 0..30 {
        let registered = platform.register(complaint("M020101", "991102002")).await;
        orders.push(registered.order().to_owned());
    }
    // Nobody signs: two hours to sign, two more, and the ladder urges.
    platform.pass_until("2026-03-02T13:01:00+08:00").await;
    let morning = desk(&platform).await;
    assert_eq!(morning["totals"]["live"], 30, "{}", morning["totals"]);
    let mut listed = shown(&morning);
    listed.sort();
    let mut all = orders.clone();
    all.sort();
    assert_eq!(listed, all, "by unit, and nothing left out");

    let on_site = json!({
        "order_ids": orders[..10], "unit": UNIT, "level": "on_site", "text": "请于三日内到现场办理",
    });
    let supervisor = platform.supervision.http(Role::Supervisor);
    let opened = supervisor
        .post("/v1/supervision-orders", on_site)
        .await
        .expect(201);
    assert_eq!(opened.body["items"].as_array().map(Vec::len), Some(10));
    platform.settle().await;
    let noon = desk(&platform).await;
    assert_eq!(noon["totals"]["by_level"], json!({ "on_site": 10, "urge": 20 }));
    assert_eq!(noon["units"][0]["unit"], UNIT);
    assert_eq!(shown(&noon)[..10].len(), 10);
    let highest: Vec<&Value> = noon["units"][0]["orders"].as_array().expect("orders")[..10]
        .iter()
        .map(|order| &order["level"])
        .collect();
    assert!(
        highest.iter().all(|level| **level == "on_site"),
        "the highest first"
    );

    let batches = supervisor
        .get("/v1/supervision-orders?group_by=unit")
        .await
        .expect(200);
    assert_eq!(batches.body["items"][0]["live"], 30);
    let told = platform.document(UNIT, &orders[0]).await;
    assert!(told.to_string().contains("现场"), "the unit is told: {told}");
    let raised = supervisor.get("/v1/search/orders?level=3").await.expect(200);
    assert_eq!(raised.body["items"].as_array().map(Vec::len), Some(10));
}
