//! Units that are not reached: people are told, and find them in the list and in the figures.
use crate::endpoint::{Mood, Receiver};
use crate::harness::{HELPER, LEAD, Order, access, start};
use crate::unit_system::UnitSystem;
use chrono::TimeDelta;
use serde_json::{Value, json};
use testkit::{Role, TestApp};

async fn minutes(app: &TestApp, count: i64) {
    for _ in 0..count {
        app.clock.advance(TimeDelta::minutes(1));
        app.settle().await;
    }
}

/// (unit, way, reason) of those that are listed as failing.
async fn failing(app: &TestApp) -> Vec<(String, String, String)> {
    let page = app
        .http(Role::Supervisor)
        .get("/v1/unit-access?failing=true")
        .await
        .expect(200);
    let word = |value: &Value, member: &str| value[member].as_str().unwrap().to_owned();
    let items = page.body["items"].as_array().unwrap().clone();
    items
        .iter()
        .flat_map(|item| {
            let ways = item["failing"].as_array().unwrap().iter();
            ways.map(|way| (word(item, "unit"), word(way, "way"), word(way, "reason")))
        })
        .collect()
}

fn figures(app: &TestApp) -> [i64; 2] {
    let text = app.metrics().render();
    ["webhook", "nats"].map(|way| {
        let of_way =
            |line: &&str| line.starts_with("units_failing{") && line.contains(&format!("way=\"{way}\""));
        let line = text.lines().find(of_way).unwrap();
        line.rsplit(' ').next().unwrap().parse().unwrap()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_reached_is_listed_and_counted_until_it_is() {
    let app = start().await;
    let unit = Receiver::start(Mood::Answers(500)).await;
    let body = json!({ "way": "webhook", "endpoint": unit.endpoint(), "fallback": "nats" });
    access(&app, LEAD, body).await;
    access(&app, HELPER, json!({ "way": "nats" })).await;
    let well = Receiver::start(Mood::Answers(200)).await;
    well.serves(&app, "U-WELL").await;
    Order::arrives(&app, LEAD, &[HELPER]).await;
    minutes(&app, 14).await;
    assert_eq!((failing(&app).await, figures(&app)), (Vec::new(), [0, 0]));
    minutes(&app, 2).await;
    let row = |unit: &str, way: &str, why: &str| (unit.to_owned(), way.to_owned(), why.to_owned());
    let endpoint = row(LEAD, "webhook", "answered 500");
    assert_eq!(
        (failing(&app).await, figures(&app)),
        (vec![endpoint.clone()], [1, 0])
    );
    // An hour later nobody has read: the helper, and the lead on its other way.
    app.clock.advance(TimeDelta::minutes(61));
    minutes(&app, 2).await;
    let silent = |unit: &str| row(unit, "nats", "nothing is acknowledged");
    assert_eq!(
        (failing(&app).await, figures(&app)),
        (vec![silent(HELPER), silent(LEAD), endpoint], [1, 2])
    );
    let path = format!("/v1/units/{LEAD}/access");
    let one = app.http(Role::Dispatcher).get(&path).await.expect(200);
    assert_eq!(one.body["failing"].as_array().unwrap().len(), 2);
    let all = app.http(Role::Admin).get("/v1/unit-access").await.expect(200);
    assert_eq!(all.body["items"].as_array().unwrap().len(), 3);

    unit.becomes(Mood::Answers(200));
    UnitSystem::connect(&app, HELPER).await.take().await;
    minutes(&app, 3).await;
    assert_eq!((failing(&app).await, figures(&app)), (Vec::new(), [0, 0]));
}
