//! Units on NATS that do not read: nothing fails, and yet nobody handles the orders.
use crate::harness::{LEAD, Order, access, start};
use crate::unit_system::{UnitSystem, documents};
use chrono::TimeDelta;
use contracts::unit_gateway::{DeliveryFailingV1, DeliveryRestoredV1};
use contracts::words::DeliveryWay;
use serde_json::json;
use testkit::TestApp;

async fn wait(app: &TestApp, minutes: i64) {
    for _ in 0..minutes {
        app.clock.advance(TimeDelta::minutes(1));
        app.settle().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_does_not_read_is_told_of_once_and_when_it_reads() {
    let app = start().await;
    access(&app, LEAD, json!({ "way": "nats" })).await;
    access(&app, "U-READS", json!({ "way": "nats" })).await;
    let (system, other) = (
        UnitSystem::connect(&app, LEAD).await,
        UnitSystem::connect(&app, "U-READS").await,
    );
    Order::arrives(&app, LEAD, &[]).await;
    Order::arrives(&app, "U-READS", &[]).await;
    wait(&app, 2).await;
    assert_eq!(other.take().await.len(), 1);
    wait(&app, 50).await;
    assert!(
        app.published::<DeliveryFailingV1>().await.is_empty(),
        "not before the hour"
    );
    Order::arrives(&app, LEAD, &[]).await;
    wait(&app, 15).await;
    let told = app.published::<DeliveryFailingV1>().await;
    let fact = &told[0].data;
    assert_eq!(
        (told.len(), fact.unit.as_str(), fact.way, fact.waiting),
        (1, LEAD, DeliveryWay::Nats, 2),
        "{told:?}"
    );
    wait(&app, 5).await;
    assert_eq!(app.published::<DeliveryFailingV1>().await.len(), 1, "once");
    assert!(app.published::<DeliveryRestoredV1>().await.is_empty());

    assert_eq!(system.take().await.len(), 2);
    wait(&app, 2).await;
    let restored = app.published::<DeliveryRestoredV1>().await;
    assert_eq!(
        (restored.len(), restored[0].data.way, restored[0].data.since),
        (1, DeliveryWay::Nats, fact.since)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_way_ends_the_alarm() {
    let app = start().await;
    access(&app, LEAD, json!({ "way": "nats" })).await;
    Order::arrives(&app, LEAD, &[]).await;
    wait(&app, 1).await;
    app.clock.advance(TimeDelta::minutes(61));
    app.settle().await;
    assert_eq!(app.published::<DeliveryFailingV1>().await.len(), 1);
    access(&app, LEAD, json!({ "way": "rest" })).await;
    app.settle().await;
    assert_eq!(app.published::<DeliveryRestoredV1>().await.len(), 1);
    wait(&app, 3).await;
    assert_eq!(
        app.published::<DeliveryFailingV1>().await.len(),
        1,
        "a unit that pulls has no consumer to read"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_stream_would_forget_is_put_there_anew() {
    let app = start().await;
    access(&app, LEAD, json!({ "way": "nats" })).await;
    let (order, closed) = (
        Order::arrives(&app, LEAD, &[]).await,
        Order::arrives(&app, LEAD, &[]).await,
    );
    app.publish(closed.key(), 2, &closed.closed(&app)).await;
    app.settle().await;
    let system = UnitSystem::connect(&app, LEAD).await;
    // Half of the fourteen days that the stream keeps it, and once in each half.
    for (days, waiting) in [(6, 3), (2, 5), (2, 5), (6, 6)] {
        app.clock.advance(TimeDelta::days(days));
        wait(&app, 2).await;
        let mut consumer = system.consumer().await;
        let unread = consumer.info().await.unwrap().num_pending;
        assert_eq!(unread, waiting, "after {days} days more");
    }
    let told = documents(&system.take().await);
    let times = |id: &str, notice: &str| {
        told.iter()
            .filter(|document| document["subject"] == id && document["data"]["notice"] == notice)
            .count()
    };
    let (open, over) = (order.id.to_string(), closed.id.to_string());
    assert_eq!(
        [
            times(&open, "assigned"),
            times(&over, "assigned"),
            times(&over, "closed")
        ],
        [3, 1, 2]
    );
    // Who reads is sent nothing again.
    app.clock.advance(TimeDelta::days(8));
    wait(&app, 2).await;
    assert!(system.take().await.is_empty());
}
