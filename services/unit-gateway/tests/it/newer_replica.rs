//! While a release is rolled out, newer replicas queue documents of kinds that this one does not know: it leaves them alone, and
//! everything else goes on.
use crate::endpoint::{Mood, Receiver};
use crate::harness::{LEAD, Order, access, notices, start};
use crate::unit_system::{UnitSystem, documents};
use chrono::TimeDelta;
use serde_json::json;
use testkit::TestApp;

/// A lease, and a little.
const LEASE: TimeDelta = TimeDelta::seconds(61);

/// What waits of a kind of the next release; the check of that release allows it.
async fn queued_by_the_next_release(app: &TestApp) -> Order {
    let order = Order::arrives(app, LEAD, &[]).await;
    for sql in [
        "alter table documents drop constraint documents_notice_check",
        "update documents set notice = 'foretold'",
    ] {
        sqlx::query(sql).execute(app.db()).await.unwrap();
    }
    order
}

/// This replica is of the next release from now on: it knows the kind.
async fn comes_to_know(app: &TestApp) {
    sqlx::query("update documents set notice = 'assigned' where notice = 'foretold'")
        .execute(app.db())
        .await
        .unwrap();
    app.clock.advance(LEASE);
    app.settle().await;
}

/// Tries that count, of what waits.
async fn tries(app: &TestApp) -> Vec<i32> {
    sqlx::query_scalar("select attempts from deliveries where state = 'waiting'")
        .fetch_all(app.db())
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn on_nats_the_others_are_sent_and_what_is_unknown_waits_for_who_knows_it() {
    let app = start().await;
    let unknown = queued_by_the_next_release(&app).await;
    let known = Order::arrives(&app, LEAD, &[]).await;
    access(&app, LEAD, json!({ "way": "nats" })).await;
    app.settle().await;
    let system = UnitSystem::connect(&app, LEAD).await;
    let told = documents(&system.take().await);
    assert_eq!(notices(&told), ["assigned"]);
    assert_eq!(told[0]["subject"], json!(known.id));
    assert_eq!(tries(&app).await, [0], "it was no try");

    app.clock.advance(LEASE);
    app.settle().await;
    assert_eq!(tries(&app).await, [0], "nor was it the second time");
    assert!(documents(&system.take().await).is_empty());

    comes_to_know(&app).await;
    let told = documents(&system.take().await);
    assert_eq!(told[0]["subject"], json!(unknown.id));
    assert!(tries(&app).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn so_it_is_by_webhook() {
    let app = start().await;
    let unknown = queued_by_the_next_release(&app).await;
    let known = Order::arrives(&app, LEAD, &[]).await;
    let unit = Receiver::start(Mood::Answers(204)).await;
    unit.serves(&app, LEAD).await;
    app.settle().await;
    let of = |order: &Order| order.id.to_string();
    let subjects = |unit: &Receiver| -> Vec<String> {
        let bodies = unit.got().into_iter();
        bodies
            .map(|got| serde_json::from_str::<serde_json::Value>(&got.body).unwrap())
            .map(|document| document["subject"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!((subjects(&unit), tries(&app).await), (vec![of(&known)], vec![0]));
    comes_to_know(&app).await;
    assert_eq!(subjects(&unit), [of(&known), of(&unknown)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_pulls_gets_it_and_may_say_so() {
    let app = start().await;
    queued_by_the_next_release(&app).await;
    let order = Order::arrives(&app, LEAD, &[]).await;
    let told = crate::harness::feed(&app, LEAD, 50).await;
    assert_eq!(told.len(), 2);
    // To ask for what comes next is to have read what came before.
    crate::harness::feed(&app, LEAD, 50).await;
    order.sign(&app, LEAD, 1).await.expect(200);
    app.settle().await;
}
