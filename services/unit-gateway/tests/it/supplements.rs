//! The caller adds something: the lead is told, and whoever becomes responsible later knows it.
use crate::harness::{HELPER, LEAD, Order, access, feed, notices, start};
use crate::unit_system::UnitSystem;
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

/// `max_payload` of infra/nats/nats.conf.
const MESSAGE_BYTES_MAX: usize = 256 * 1024;

#[tokio::test(flavor = "multi_thread")]
async fn however_much_is_added_a_document_fits_into_a_message_and_the_rest_is_there_to_be_read() {
    let app = start().await;
    access(&app, LEAD, json!({ "way": "nats" })).await;
    let order = Order::arrives(&app, LEAD, &[]).await;
    let complaint = Uuid::now_v7();
    const ADDED: usize = 30;
    let text = |number: usize| format!("{number:04}{}", "灯".repeat(3_996));
    for number in 0..ADDED {
        adds(
            &app,
            complaint,
            i32::try_from(number + 1).unwrap(),
            &[&order],
            &text(number),
        )
        .await;
    }
    let messages = UnitSystem::connect(&app, LEAD).await.take().await;
    assert_eq!(messages.len(), 1 + ADDED);
    let newest = messages.last().unwrap();
    assert!(
        newest.payload.len() < MESSAGE_BYTES_MAX,
        "{}",
        newest.payload.len()
    );
    let pulled = feed(&app, LEAD, 50).await;
    let sent: serde_json::Value = serde_json::from_slice(&newest.payload).unwrap();
    assert_eq!(
        pulled.last().unwrap()["data"],
        sent["data"],
        "the same document on every way"
    );
    let texts = |order: &serde_json::Value| -> Vec<String> {
        let supplements = order["supplements"].as_array().unwrap().iter();
        supplements
            .map(|supplement| supplement["text"].as_str().unwrap().to_owned())
            .collect()
    };
    let shown = texts(&sent["data"]);
    let left_out = usize::try_from(sent["data"]["supplements_left_out"].as_u64().unwrap()).unwrap();
    assert!(left_out > 0 && left_out + shown.len() == ADDED, "{left_out}");
    assert_eq!(
        shown,
        (left_out..ADDED).map(text).collect::<Vec<_>>(),
        "the newest"
    );
    let path = format!("/v1/units/{LEAD}/orders/{}", order.id);
    let whole = app.unit(LEAD).get(&path).await.expect(200);
    assert_eq!(
        texts(&whole.body["order"]),
        (0..ADDED).map(text).collect::<Vec<_>>()
    );
    app.settle().await;
}
