//! Units that hang or die in the middle of much work: what they leave to the others, and what is left of their own.
use crate::endpoint::{Mood, Receiver};
use crate::harness::{LEAD, Order, start_with};
use chrono::TimeDelta;
use contracts::unit_gateway::OrderDeliveredV1;
use std::collections::HashSet;
use std::time::Duration;
use testkit::TestApp;

/// Gives a unit an order that it is not told of yet.
async fn give(app: &TestApp, unit: &str) {
    let order = Order::new(app);
    app.publish(order.key(), 1, &order.registered()).await;
    app.publish(order.key(), 1, &order.assigned(1, unit, &[])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_units_hang_than_there_are_places_for_calls() {
    // A silent endpoint would hold a call for longer than any test waits.
    let app = start_with(&[
        ("service.webhook.timeout_ms", "25000"),
        ("service.webhook.in_flight_max", "4"),
        ("service.webhook.slow_after_ms", "100"),
    ])
    .await;
    let mut hanging = Vec::new();
    for number in 0..12 {
        let unit = format!("U-HANGS-{number}");
        let endpoint = Receiver::start(Mood::Silent).await;
        endpoint.serves(&app, &unit).await;
        give(&app, &unit).await;
        give(&app, &unit).await;
        hanging.push(endpoint);
    }
    let well = Receiver::start(Mood::Answers(200)).await;
    well.serves(&app, LEAD).await;
    give(&app, LEAD).await;
    let patience = tokio::time::timeout(Duration::from_secs(20), async {
        tokio::join!(app.settle(), async {
            well.arrived(1).await;
            for endpoint in &hanging {
                endpoint.arrived(1).await;
            }
            assert!(
                hanging.iter().all(|endpoint| endpoint.got().len() <= 2),
                "each has its two documents at most"
            );
            for endpoint in &hanging {
                endpoint.becomes(Mood::Answers(200));
            }
        })
    });
    patience.await.expect("those that hang hold every place");
    assert_eq!(app.published::<OrderDeliveredV1>().await.len(), 25);
    assert!(hanging.iter().all(|endpoint| endpoint.got().len() == 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_for_a_unit_that_dies_goes_back_and_comes_later() {
    const ORDERS: usize = 300;
    let app = start_with(&[]).await;
    let unit = Receiver::start(Mood::DiesAfter(100)).await;
    unit.serves(&app, LEAD).await;
    for _ in 0..ORDERS {
        give(&app, LEAD).await;
    }
    app.settle().await;
    let begun: i64 = sqlx::query_scalar("select sum(attempts)::bigint from deliveries")
        .fetch_one(app.db())
        .await
        .unwrap();
    let called = unit.got().len();
    assert_eq!(begun, called as i64, "a document that was not sent was not tried");
    let held: i64 = sqlx::query_scalar(
        "select count(*) from deliveries where state = 'waiting' and leased_until is not null",
    )
    .fetch_one(app.db())
    .await
    .unwrap();
    assert_eq!(held, 0, "nothing waits for the end of a lease");
    assert!(
        (101..130).contains(&called),
        "{called}: what waited behind the calls was not sent"
    );

    unit.becomes(Mood::Answers(200));
    app.clock.advance(TimeDelta::minutes(2));
    app.settle().await;
    assert_eq!(app.published::<OrderDeliveredV1>().await.len(), ORDERS);
    let ids: HashSet<String> = unit
        .got()
        .iter()
        .map(|got| got.header("webhook-id").to_owned())
        .collect();
    assert_eq!(ids.len(), ORDERS);
}
