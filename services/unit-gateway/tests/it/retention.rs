//! What is kept, and for how long.
use crate::concerned::{STRANGER, summons};
use crate::endpoint::{Mood, Receiver};
use crate::harness::{LEAD, Order, feed, start_with};
use chrono::TimeDelta;
use serde_json::json;
use testkit::Role;

#[tokio::test(flavor = "multi_thread")]
async fn documents_go_some_days_after_their_order_ended() {
    let app = start_with(&[("service.delivery.keep_days", "30")]).await;
    let (open, closed) = (
        Order::arrives(&app, LEAD, &[]).await,
        Order::arrives(&app, LEAD, &[]).await,
    );
    app.clock.advance(TimeDelta::days(29));
    app.publish(closed.key(), 2, &closed.closed(&app)).await;
    app.settle().await;
    app.clock.advance(TimeDelta::days(2));
    app.settle().await;
    assert_eq!(feed(&app, LEAD, 50).await.len(), 3, "it ended two days ago");
    app.settle().await;
    app.clock.advance(TimeDelta::days(30));
    app.settle().await;
    let kept = feed(&app, LEAD, 50).await;
    let subjects: Vec<&str> = kept
        .iter()
        .map(|item| item["subject"].as_str().unwrap())
        .collect();
    assert_eq!(subjects, [open.id.to_string()]);
    assert_eq!(kept[0]["cursor"], "1", "the places in the feed stay");
    for table in ["documents", "deliveries"] {
        let rows: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {table}")))
            .fetch_one(app.db())
            .await
            .unwrap();
        assert_eq!(rows, 1, "{table}");
    }
    let next = Order::arrives(&app, LEAD, &[]).await;
    let path = format!("/v1/units/{LEAD}/orders?after=3");
    let page = app.unit(LEAD).get(&path).await.expect(200);
    assert_eq!(
        (page.text("/items/0/subject"), page.text("/next")),
        (next.id.to_string(), "4".into())
    );
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn test_calls_go_by_their_age() {
    let app = start_with(&[("service.delivery.keep_days", "30")]).await;
    let unit = Receiver::start(Mood::Answers(200)).await;
    unit.serves(&app, LEAD).await;
    let ping = format!("/v1/units/{LEAD}/ping");
    let admin = app.http(Role::Admin);
    admin.post(&ping, json!({})).await.expect(200);
    app.clock.advance(TimeDelta::days(31));
    admin.post(&ping, json!({})).await.expect(200);
    app.settle().await;
    let rows: i64 = sqlx::query_scalar("select count(*) from delivery_attempts")
        .fetch_one(app.db())
        .await
        .unwrap();
    assert_eq!(rows, 1, "the call of a month ago is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_told_of_an_order_that_nobody_has_goes_by_its_age() {
    let app = start_with(&[("service.delivery.keep_days", "30")]).await;
    let order = Order::new(&app);
    app.publish(order.key(), 1, &order.registered()).await;
    app.publish(order.key(), 1, &summons(&order)).await;
    app.settle().await;
    app.clock.advance(TimeDelta::days(29));
    app.settle().await;
    assert_eq!(feed(&app, STRANGER, 50).await.len(), 1);
    app.clock.advance(TimeDelta::days(2));
    app.settle().await;
    assert!(feed(&app, STRANGER, 50).await.is_empty());
}
