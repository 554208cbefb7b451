//! What a unit asked for, or was granted, when its order is sent back: more time is of a round, rest of the assignment.
use crate::harness::{Told, limit, start};
use chrono::{DateTime, Utc};
use contracts::ids::SuspensionId;
use contracts::supervision::{ExtensionDeniedV1, SuspensionDeniedV1};
use contracts::terms::{LimitUnit, StartRule};
use contracts::unit_gateway::OrderSuspensionRequestedV1;
use serde_json::{Value, json};
use testkit::{Role, TestApp};
use uuid::Uuid;

fn set(app: &TestApp, local: &str) {
    app.clock
        .set(format!("2026-{local}:00+08:00").parse::<DateTime<Utc>>().unwrap());
}

async fn signed(told: &Told<'_>) {
    told.under_way().await;
    told.signed(1).await;
    told.app.settle().await;
}

async fn asks_for_rest(told: &Told<'_>, until: &str) -> SuspensionId {
    let suspension_id = SuspensionId(Uuid::now_v7());
    told.tell(&OrderSuspensionRequestedV1 {
        order_id: told.order_id,
        suspension_id,
        unit: told.unit.clone(),
        generation: 1,
        reason_code: "weather".to_owned(),
        reason: "连日降雨，无法施工".to_owned(),
        until: format!("2026-{until}:00+08:00").parse().unwrap(),
        basis: "市热线管理办法第二十二条".to_owned(),
        attachments: Vec::new(),
        requested_at: told.now(),
    })
    .await;
    suspension_id
}

/// Replied on Tuesday, sent back on Wednesday at ten with one working day: until Thursday at five.
async fn sent_back(told: &Told<'_>) {
    set(told.app, "03-03T10:00");
    told.replied(1, 0).await;
    told.app.settle().await;
    set(told.app, "03-04T10:00");
    let own = limit(1, LimitUnit::WorkingDays, StartRule::Dispatch);
    told.reworked_within(1, 1, Some(own)).await;
    told.app.settle().await;
}

async fn running(told: &Told<'_>) -> String {
    let clocks = told.clocks().await.into_iter();
    let mut finish = clocks.filter(|clock| clock.starts_with("finish: running"));
    finish.next().unwrap()
}

/// (round, state, code) of the requests for more time, the oldest first.
async fn extensions(told: &Told<'_>) -> Vec<(Value, Value, Value)> {
    let path = format!("/v1/extensions?order_id={}", told.order_id);
    let page = told.app.http(Role::Auditor).get(&path).await.expect(200).body;
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|item| {
            (
                item["rework"].clone(),
                item["state"].clone(),
                item["code"].clone(),
            )
        })
        .collect()
}

async fn granted(told: &Told<'_>, path: &str) {
    let yes = json!({ "verdict": "granted", "reason": "同意" });
    told.app.http(Role::Supervisor).post(path, yes).await.expect(200);
    told.app.settle().await;
}

#[tokio::test]
async fn a_request_for_more_time_ends_with_its_round_and_the_unit_may_ask_in_the_next() {
    let app = start().await;
    let told = Told::new(&app);
    signed(&told).await;
    told.asks_for_more(told.now()).await;
    sent_back(&told).await;
    let over = (json!(0), json!("denied"), json!("superseded"));
    assert_eq!(extensions(&told).await, std::slice::from_ref(&over));
    let again = told.asks_for_more(told.now()).await;
    app.settle().await;
    assert_eq!(
        extensions(&told).await,
        [over, (json!(1), json!("pending"), Value::Null)]
    );
    granted(&told, &format!("/v1/extensions/{again}/review")).await;
    assert_eq!(running(&told).await, "finish: running 2026-03-06T17:00:00+08:00");
    let told_of = app.published::<ExtensionDeniedV1>().await;
    assert!(told_of.is_empty(), "the unit has replied since: {told_of:?}");
}

#[tokio::test]
async fn asked_replied_and_sent_back_in_one_batch_ends_the_request_too() {
    let app = start().await;
    let told = Told::new(&app);
    signed(&told).await;
    told.asks_for_more(told.now()).await;
    told.replied(1, 0).await;
    told.reworked(1, 1).await;
    app.settle().await;
    assert_eq!(
        extensions(&told).await,
        [(json!(0), json!("denied"), json!("superseded"))]
    );
}

#[tokio::test]
async fn a_request_that_is_heard_after_its_rework_ends_with_the_round_it_was_asked_in() {
    let app = start().await;
    let told = Told::new(&app);
    signed(&told).await;
    let at = told.now();
    sent_back(&told).await;
    told.asks_for_more(at).await;
    app.settle().await;
    let over = (json!(0), json!("denied"), json!("superseded"));
    assert_eq!(extensions(&told).await, std::slice::from_ref(&over));
    told.asks_for_more(told.now()).await;
    app.settle().await;
    assert_eq!(
        extensions(&told).await,
        [over, (json!(1), json!("pending"), Value::Null)]
    );
    assert!(app.published::<ExtensionDeniedV1>().await.is_empty());
}

#[tokio::test]
async fn what_was_granted_in_a_round_does_not_lengthen_the_next() {
    let app = start().await;
    let (more, rest) = (Told::new(&app), Told::new(&app));
    for told in [&more, &rest] {
        signed(told).await;
    }
    let extension = more.asks_for_more(more.now()).await;
    let suspension = asks_for_rest(&rest, "03-12T09:00").await;
    app.settle().await;
    granted(&more, &format!("/v1/extensions/{extension}/review")).await;
    granted(&rest, &format!("/v1/suspension-requests/{suspension}/review")).await;
    set(&app, "03-03T10:00");
    rest.replied(1, 0).await;
    sent_back(&more).await;
    let own = limit(1, LimitUnit::WorkingDays, StartRule::Dispatch);
    rest.reworked_within(1, 1, Some(own)).await;
    app.settle().await;
    for told in [&more, &rest] {
        assert_eq!(running(told).await, "finish: running 2026-03-05T17:00:00+08:00");
    }
}

#[tokio::test]
async fn a_request_that_the_order_rest_goes_on_waiting_and_is_granted_to_the_new_round() {
    let app = start().await;
    let told = Told::new(&app);
    signed(&told).await;
    let asked = asks_for_rest(&told, "03-05T12:00").await;
    sent_back(&told).await;
    assert_eq!(running(&told).await, "finish: running 2026-03-05T17:00:00+08:00");
    granted(&told, &format!("/v1/suspension-requests/{asked}/review")).await;
    // Wednesday and Thursday do not count.
    assert_eq!(running(&told).await, "finish: running 2026-03-06T17:00:00+08:00");
    assert!(app.published::<SuspensionDeniedV1>().await.is_empty());
}
