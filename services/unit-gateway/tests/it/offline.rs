//! Units that were away for a day catch up: every document, once, in the order of its order, whatever the way.
use crate::endpoint::{Mood, Receiver};
use crate::harness::{Order, access, feed, start};
use crate::unit_system::{UnitSystem, documents};
use chrono::TimeDelta;
use contracts::unit_gateway::OrderDeliveredV1;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const NATS: &str = "U-NATS";
const WEBHOOK: &str = "U-HOOK";
const REST: &str = "U-REST";
/// Orders of each unit; each makes two documents.
const ORDERS: usize = 500;

/// What each order was told, in the order of arrival.
fn per_order(told: &[Value]) -> BTreeMap<&str, Vec<&str>> {
    let mut orders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for document in told {
        let order = document["subject"].as_str().unwrap();
        let notice = document["data"]["notice"].as_str().unwrap();
        orders.entry(order).or_default().push(notice);
    }
    orders
}

fn is_whole(told: &[Value], unit: &str) {
    let orders = per_order(told);
    assert_eq!((orders.len(), told.len()), (ORDERS, 2 * ORDERS), "{unit}");
    for (order, notices) in orders {
        assert_eq!(notices, ["assigned", "closed"], "{unit} {order}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_away_for_a_day_gets_everything_in_order() {
    let app = start().await;
    let endpoint = Receiver::start(Mood::Answers(503)).await;
    endpoint.serves(&app, WEBHOOK).await;
    access(&app, NATS, json!({ "way": "nats" })).await;
    let mut orders = Vec::new();
    for unit in [NATS, WEBHOOK, REST] {
        for _ in 0..ORDERS {
            let order = Order::new(&app);
            app.publish(order.key(), 1, &order.registered()).await;
            app.publish(order.key(), 1, &order.assigned(1, unit, &[])).await;
            orders.push(order);
        }
    }
    app.settle().await;
    for order in &orders {
        app.publish(order.key(), 2, &order.closed(&app)).await;
    }
    app.settle().await;
    // A day later they are back.
    app.clock.advance(TimeDelta::days(1));
    app.settle().await;
    endpoint.becomes(Mood::Answers(200));
    app.clock.advance(TimeDelta::hours(1));
    app.settle().await;
    let called: Vec<Value> = endpoint
        .got()
        .iter()
        .map(|got| serde_json::from_str(&got.body).unwrap())
        .filter(|document: &Value| document["type"] != "hotline.ping.v1")
        .collect();
    // What was refused on the bad day was called more than once, with the same id; the last time counts.
    let mut taken: Vec<Value> = Vec::new();
    let mut ids = std::collections::HashSet::new();
    for document in called.iter().rev() {
        if ids.insert(document["id"].clone()) {
            taken.insert(0, document.clone());
        }
    }
    is_whole(&taken, WEBHOOK);

    let system = UnitSystem::connect(&app, NATS).await;
    let mut read = Vec::new();
    while read.len() < 2 * ORDERS {
        let batch = system.take().await;
        assert!(!batch.is_empty(), "{} of {}", read.len(), 2 * ORDERS);
        read.extend(documents(&batch));
    }
    assert!(system.take().await.is_empty(), "and nothing twice");
    is_whole(&read, NATS);

    is_whole(&feed(&app, REST, 200).await, REST);
    app.settle().await;
    assert_eq!(app.published::<OrderDeliveredV1>().await.len(), 3 * ORDERS);
}
