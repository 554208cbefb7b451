//! Facts arrive twice, early and late; each has its effect once, and in time.
use crate::harness::{HELPER, LEAD, Order, feed, notices, start};

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_event_has_one_effect() {
    let app = start().await;
    let order = Order::new(&app);
    let registered = app.envelope(order.key(), 1, &order.registered());
    let assigned = app.envelope(order.key(), 1, &order.assigned(1, LEAD, &[HELPER, HELPER, LEAD]));
    for envelope in [&registered, &assigned, &registered, &assigned] {
        app.publish_envelope(envelope).await;
        app.settle().await;
    }
    assert_eq!(notices(&feed(&app, LEAD, 50).await), ["assigned"]);
    assert_eq!(
        notices(&feed(&app, HELPER, 50).await),
        ["assigned"],
        "each unit is told once"
    );
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assignment_before_its_content_is_told_when_that_comes() {
    let app = start().await;
    let order = Order::new(&app);
    app.publish(order.key(), 1, &order.assigned(1, "U-FIRST", &[]))
        .await;
    app.publish(order.key(), 2, &order.assigned(2, LEAD, &[HELPER]))
        .await;
    app.settle().await;
    assert!(feed(&app, LEAD, 50).await.is_empty());
    app.publish(order.key(), 1, &order.registered()).await;
    app.settle().await;
    assert!(
        feed(&app, "U-FIRST", 50).await.is_empty(),
        "what ended before anybody heard of it is not told"
    );
    assert_eq!(notices(&feed(&app, HELPER, 50).await), ["assigned"]);
    let told = feed(&app, LEAD, 50).await;
    assert_eq!(notices(&told), ["assigned"]);
    let document = &told[0];
    assert_eq!(
        (document["specversion"].as_str(), document["type"].as_str()),
        (Some("1.0"), Some("hotline.order.assigned.v1"))
    );
    assert_eq!(document["data"]["why"][0], "条目 D-017 最具体。");
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_generation_changes_nothing() {
    let app = start().await;
    let order = Order::arrives(&app, "U-FIRST", &[]).await;
    app.publish(order.key(), 2, &order.assigned(3, LEAD, &[])).await;
    app.publish(order.key(), 3, &order.assigned(2, "U-LATE", &[]))
        .await;
    app.publish(order.key(), 1, &order.reworked("U-FIRST", 1, 1))
        .await;
    app.settle().await;
    assert!(feed(&app, "U-LATE", 50).await.is_empty());
    assert_eq!(notices(&feed(&app, "U-FIRST", 50).await), ["assigned", "revoked"]);
    assert_eq!(notices(&feed(&app, LEAD, 50).await), ["assigned"]);
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_no_subject_can_name_is_parked_for_a_person() {
    let app = start().await;
    app.expect_dead_letters();
    let order = Order::arrives(&app, "no.such unit", &[]).await;
    let reason: String = sqlx::query_scalar("select reason from dead_letters where key = $1")
        .bind(order.key())
        .fetch_one(app.db())
        .await
        .unwrap();
    assert_eq!(reason, "unit code no.such unit cannot be used");
}
