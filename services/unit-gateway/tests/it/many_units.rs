//! A large city: 1 500 units on NATS, 5 000 that take webhooks or pull. Registering one costs the same whether it is the first or
//! the last.
use crate::endpoint::{Mood, Receiver};
use crate::harness::{Order, feed, notices, start};
use crate::unit_system::UnitSystem;
use contracts::streams;
use contracts::subjects::Namespace;
use futures::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};
use std::collections::HashSet;
use testkit::{Role, TestApp};

const ON_NATS: usize = 1_500;
const WEBHOOKS: usize = 2_500;
const PULLING: usize = 2_500;
/// Administrators' requests at the same time.
const TOGETHER: usize = 16;

/// Code and way of every unit; the ways are mixed, as in life.
fn city(endpoint: &str) -> Vec<(String, Value)> {
    let units = |prefix: &'static str, count: usize, body: Value| {
        (0..count).map(move |number| (format!("{prefix}-{number:04}"), body.clone()))
    };
    let webhook = json!({ "way": "webhook", "endpoint": endpoint });
    let mut all: Vec<_> = units("N", ON_NATS, json!({ "way": "nats" }))
        .chain(units("W", WEBHOOKS, webhook))
        .chain(units("R", PULLING, json!({ "way": "rest" })))
        .collect();
    all.sort_by_key(|(code, _)| code.chars().rev().collect::<String>());
    all
}

async fn register(app: &TestApp, units: Vec<(String, Value)>) {
    let admin = &app.http(Role::Admin);
    stream::iter(units)
        .for_each_concurrent(TOGETHER, |(unit, body)| async move {
            admin
                .put(&format!("/v1/units/{unit}/access"), body)
                .await
                .expect(200);
        })
        .await;
}

async fn registered(app: &TestApp) -> usize {
    let (mut count, mut after) = (0, String::new());
    loop {
        let path = format!("/v1/unit-access?limit=200{after}");
        let page = app.http(Role::Admin).get(&path).await.expect(200).body;
        count += page["items"].as_array().unwrap().len();
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return count,
        }
    }
}

async fn consumers(system: &UnitSystem) -> HashSet<String> {
    let name = streams::units(system.bus.namespace()).name;
    let stream = system.bus.jetstream().get_stream(name).await.unwrap();
    stream.consumer_names().try_collect().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn six_thousand_five_hundred_units_are_registered_and_reached() {
    let app = start().await;
    let receiver = Receiver::start(Mood::Answers(204)).await;
    register(&app, city(&receiver.endpoint())).await;
    assert_eq!(registered(&app).await, ON_NATS + WEBHOOKS + PULLING);
    let last = UnitSystem::connect(&app, "N-1499").await;
    let made = consumers(&last).await;
    assert_eq!(made.len(), ON_NATS);
    assert!(made.contains(&Namespace::unit_durable(&"N-0000".into())));

    // Saying it again makes nothing anew.
    register(&app, vec![("N-1499".into(), json!({ "way": "nats" }))]).await;
    assert_eq!(consumers(&last).await.len(), ON_NATS);

    let by_nats = Order::arrives(&app, "N-1499", &[]).await;
    Order::arrives(&app, "R-2499", &[]).await;
    let by_webhook = Order::arrives(&app, "W-2499", &[]).await;
    let taken = last.take().await;
    assert_eq!(taken.len(), 1);
    let document: Value = serde_json::from_slice(&taken[0].payload).unwrap();
    assert_eq!(document["subject"], json!(by_nats.id));
    assert_eq!(notices(&feed(&app, "R-2499", 50).await), ["assigned"]);
    app.settle().await;
    let called = receiver.got();
    assert_eq!(called.len(), 1);
    assert!(called[0].body.contains(&by_webhook.id.to_string()));
}
