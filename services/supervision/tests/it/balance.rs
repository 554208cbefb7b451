//! Nothing gets lost between two services: what one has told and the next has not taken up is listed.
use crate::harness::{Told, start};
use chrono::TimeDelta;
use contracts::routing::OrderUndecidedV1;
use contracts::unit_gateway::OrderDeliveredV1;
use contracts::words::DeliveryWay;
use serde_json::json;
use testkit::{Role, TestApp};

/// (what, order) of the day's differences.
async fn differences(app: &TestApp) -> Vec<(String, String)> {
    let path = "/v1/balance/differences?from=2026-03-02&to=2026-03-02";
    let page = app.http(Role::Auditor).get(path).await.expect(200).body;
    let items = page["items"].as_array().unwrap().iter();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    items
        .map(|item| (text(&item["what"]), text(&item["order_id"])))
        .collect()
}

fn lost(what: &str, told: &Told<'_>) -> Vec<(String, String)> {
    vec![(what.to_owned(), told.order_id.to_string())]
}

async fn wait(app: &TestApp) {
    app.clock.advance(TimeDelta::minutes(11));
    app.settle().await;
}

/// Time for a unit to fetch what it has.
async fn a_day(app: &TestApp) {
    wait(app).await;
    assert_eq!(differences(app).await, [], "units fetch by day");
    app.clock.advance(TimeDelta::hours(24));
    app.settle().await;
}

async fn delivered(told: &Told<'_>, rework: i32) {
    told.tell(&OrderDeliveredV1 {
        order_id: told.order_id,
        unit: told.unit.clone(),
        generation: 1,
        rework,
        way: DeliveryWay::Rest,
        delivered_at: told.now(),
    })
    .await;
    told.app.settle().await;
}

#[tokio::test]
async fn an_order_that_nobody_dispatched_is_listed_after_a_while() {
    let app = start().await;
    let (lost_one, undecided) = (Told::new(&app), Told::new(&app));
    lost_one.registered().await;
    undecided.registered().await;
    undecided
        .tell(&OrderUndecidedV1 {
            order_id: undecided.order_id,
            reason: "no_duty".to_owned(),
            candidates: Vec::new(),
            directory_version: 1,
            explanation: contracts::directory::ExplanationV1::default(),
        })
        .await;
    app.settle().await;
    assert_eq!(differences(&app).await, [], "it is on its way");
    wait(&app).await;
    assert_eq!(differences(&app).await, lost("not_dispatched", &lost_one));
    lost_one.assigned(1).await;
    delivered(&lost_one, 0).await;
    assert_eq!(differences(&app).await, []);
    let back = lost_one.return_requested(1).await;
    lost_one.return_upheld(1, back).await;
    app.settle().await;
    assert_eq!(differences(&app).await, [], "just now");
    wait(&app).await;
    assert_eq!(differences(&app).await, lost("not_dispatched", &lost_one));
}

#[tokio::test]
async fn an_assignment_or_a_rework_that_was_never_delivered_is_listed() {
    let app = start().await;
    let told = Told::new(&app);
    told.under_way().await;
    assert_eq!(differences(&app).await, []);
    a_day(&app).await;
    assert_eq!(differences(&app).await, lost("not_delivered", &told));
    delivered(&told, 0).await;
    assert_eq!(differences(&app).await, []);
    told.signed(1).await;
    told.replied(1, 0).await;
    told.called(0).await;
    told.reworked(1, 1).await;
    app.settle().await;
    a_day(&app).await;
    assert_eq!(differences(&app).await, lost("not_delivered", &told));
    delivered(&told, 1).await;
    assert_eq!(differences(&app).await, []);
}

#[tokio::test]
async fn a_reply_after_which_nothing_happened_is_listed() {
    let app = start().await;
    let (told, held) = (Told::new(&app), Told::new(&app));
    for order in [&told, &held] {
        order.under_way().await;
    }
    let promise = json!({ "order_id": held.order_id, "unit": "U-2", "text": "先办二十户",
        "parts": [{ "what": "二十户", "until": "2026-03-12T17:00:00+08:00" }] });
    let desk = app.http(Role::Supervisor);
    desk.post("/v1/outcomes", promise).await.expect(201);
    for order in [&told, &held] {
        order.signed(1).await;
        order.replied(1, 0).await;
    }
    app.settle().await;
    assert_eq!(differences(&app).await, []);
    wait(&app).await;
    assert_eq!(
        differences(&app).await,
        lost("reply_not_followed", &told),
        "the other one waits for what was promised"
    );
    told.called(0).await;
    app.settle().await;
    assert_eq!(differences(&app).await, []);
}
