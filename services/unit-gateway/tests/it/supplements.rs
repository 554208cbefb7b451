//! The caller adds something: the lead is told, and whoever becomes responsible later knows it.
use crate::harness::{HELPER, LEAD, Order, feed, notices, start};
use chrono::TimeDelta;
use contracts::ids::ComplaintId;
use contracts::intake::ComplaintSupplementedV1;
use serde_json::json;
use testkit::TestApp;
use uuid::Uuid;

async fn adds(app: &TestApp, complaint: Uuid, number: i32, orders: &[&Order], text: &str) {
    let event = ComplaintSupplementedV1 {
        complaint_id: ComplaintId(complaint),
        supplement: number,
        orders: orders.iter().map(|order| order.id).collect(),
        text: text.into(),
        supplemented_at: app.clock.now(),
    };
    app.publish(complaint, number.into(), &event).await;
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lead_of_every_open_order_is_told_and_later_ones_know() {
    let app = start().await;
    let (order, other) = (
        Order::arrives(&app, LEAD, &[HELPER]).await,
        Order::arrives(&app, "U-OTHER", &[]).await,
    );
    let complaint = Uuid::now_v7();
    adds(&app, complaint, 1, &[&order, &other], "昨晚又坏两盏").await;
    let told = feed(&app, LEAD, 50).await;
    assert_eq!(notices(&told), ["assigned", "supplemented"]);
    assert_eq!(
        (
            &told[1]["data"]["note"],
            &told[1]["data"]["supplements"][0]["text"]
        ),
        (&json!("昨晚又坏两盏"), &json!("昨晚又坏两盏"))
    );
    assert!(
        told[0]["data"].get("supplements").is_none(),
        "nothing was added then"
    );
    assert_eq!(
        notices(&feed(&app, "U-OTHER", 50).await),
        ["assigned", "supplemented"]
    );
    assert_eq!(notices(&feed(&app, HELPER, 50).await), ["assigned"]);

    adds(&app, complaint, 2, &[&order], "灯杆倾斜").await;
    app.publish(order.key(), 2, &order.assigned(2, "U-NEXT", &[]))
        .await;
    app.settle().await;
    let next = feed(&app, "U-NEXT", 50).await;
    let texts: Vec<_> = next[0]["data"]["supplements"]
        .as_array()
        .unwrap()
        .iter()
        .map(|supplement| &supplement["text"])
        .collect();
    assert_eq!(texts, [&json!("昨晚又坏两盏"), &json!("灯杆倾斜")]);

    // Nobody is told of an order that is over.
    app.publish(other.key(), 1, &other.closed(&app)).await;
    app.settle().await;
    adds(&app, complaint, 3, &[&other], "谢谢").await;
    assert_eq!(
        notices(&feed(&app, "U-OTHER", 50).await),
        ["assigned", "supplemented", "closed"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_faster_than_its_order_waits_for_it() {
    let app = start().await;
    let order = Order::new(&app);
    adds(&app, Uuid::now_v7(), 1, &[&order], "另有一处").await;
    app.publish(order.key(), 1, &order.registered()).await;
    app.publish(order.key(), 1, &order.assigned(1, LEAD, &[])).await;
    app.settle().await;
    app.clock.advance(TimeDelta::minutes(5));
    app.settle().await;
    let told = feed(&app, LEAD, 50).await;
    app.settle().await;
    assert_eq!(notices(&told), ["assigned", "supplemented"]);
    assert_eq!(told[1]["data"]["note"], "另有一处");
}
