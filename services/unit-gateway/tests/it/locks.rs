//! Nobody waits in a circle: transactions that are interleaved by hand. `store/mod.rs` has the order of locks.
use crate::endpoint::{Mood, Receiver};
use crate::harness::{LEAD, Order, access, somebody_waits, start};
use chrono::TimeDelta;
use serde_json::json;
use testkit::{Role, TestApp};

/// A unit with a webhook, whose documents go into the stream while that fails.
async fn falls_back_to_nats(app: &TestApp, mood: Mood) -> Receiver {
    let unit = Receiver::start(mood).await;
    let body = json!({ "way": "webhook", "endpoint": unit.endpoint(), "fallback": "nats" });
    access(app, LEAD, body).await;
    unit
}

/// (way, state) of the unit's documents.
async fn ways(app: &TestApp) -> Vec<(String, String)> {
    let path = format!("/v1/units/{LEAD}/deliveries?limit=200");
    let page = app.http(Role::Supervisor).get(&path).await.expect(200).body;
    let items = page["items"].as_array().unwrap().iter();
    let word = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    items
        .map(|item| (word(&item["way"]), word(&item["state"])))
        .collect()
}

/// One transaction writes down that documents went into the stream: it holds the way of their unit, then their rows. The other one
/// heard from the unit's endpoint that it is no more, which changes the way, and the rows.
#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_is_no_more_waits_for_its_unit_and_holds_no_document_meanwhile() {
    let app = start().await;
    let _unit = falls_back_to_nats(&app, Mood::Answers(410)).await;
    let mut published = app.db().begin().await.unwrap();
    sqlx::query("select unit from unit_access where unit = $1 for share")
        .bind(LEAD)
        .fetch_one(&mut *published)
        .await
        .unwrap();
    let mut arrives = Box::pin(Order::arrives(&app, LEAD, &[]));
    tokio::select! {
        _ = &mut arrives => panic!("the way of the unit was changed under the lock of another"),
        () = somebody_waits(&app) => {}
    }
    let rows = sqlx::query("select delivery_id from deliveries where unit = $1 for update nowait")
        .bind(LEAD)
        .fetch_all(&mut *published)
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
    published.commit().await.unwrap();
    arrives.await;
    app.settle().await;
    assert_eq!(ways(&app).await, [("nats".to_owned(), "delivered".to_owned())]);
}

/// One transaction changes how a unit is reached, and forgets that its endpoint fails. The other one heard that the endpoint
/// answers again, which does both, too.
#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_is_back_waits_for_its_unit_and_holds_nothing_else_meanwhile() {
    let app = start().await;
    let unit = falls_back_to_nats(&app, Mood::Answers(500)).await;
    Order::arrives(&app, LEAD, &[]).await;
    for _ in 0..16 {
        app.clock.advance(TimeDelta::minutes(1));
        app.settle().await;
    }
    assert_eq!(ways(&app).await, [("nats".to_owned(), "delivered".to_owned())]);
    unit.becomes(Mood::Answers(200));
    let mut changed = app.db().begin().await.unwrap();
    sqlx::query("select unit from unit_access where unit = $1 for update")
        .bind(LEAD)
        .fetch_one(&mut *changed)
        .await
        .unwrap();
    app.clock.advance(TimeDelta::minutes(1));
    let mut probed = Box::pin(app.settle());
    tokio::select! {
        () = &mut probed => panic!("the way of the unit was changed under the lock of another"),
        () = somebody_waits(&app) => {}
    }
    let rows = sqlx::query("select unit from unit_health where unit = $1 for update nowait")
        .bind(LEAD)
        .fetch_all(&mut *changed)
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
    changed.commit().await.unwrap();
    probed.await;
    app.settle().await;
    let failing = app
        .http(Role::Admin)
        .get("/v1/unit-access?failing=true")
        .await
        .expect(200);
    assert_eq!(failing.body["items"], json!([]));
}
