//! The service that hears everything takes every recorded message of an order into its timeline.
use crate::recorded::snapshot;
use contracts::envelope::Envelope;
use contracts::event;
use contracts::ids::EventId;
use serde_json::Value;
use supervision::app::Supervision;
use testkit::{Role, TestApp};
use uuid::Uuid;

/// The order in which an order's facts come.
const LINE: [&str; 26] = [
    "intake.order.registered.v1",
    "intake.order.follower_added.v1",
    "routing.order.undecided.v1",
    "routing.order.assigned.v1",
    "intake.order.amended.v1",
    "routing.order.kept.v1",
    "unit-gateway.order.delivered.v1",
    "unit-gateway.order.return_requested.v1",
    "routing.return.rejected.v1",
    "unit-gateway.order.signed.v1",
    "unit-gateway.order.responded.v1",
    "unit-gateway.order.progressed.v1",
    "unit-gateway.order.co_handlers_requested.v1",
    "routing.order.co_handlers_added.v1",
    "unit-gateway.order.co_replied.v1",
    "unit-gateway.order.extension_requested.v1",
    "unit-gateway.order.suspension_requested.v1",
    "unit-gateway.order.replied.v1",
    "callback.callback.scheduled.v1",
    "callback.callback.attempted.v1",
    "callback.callback.recorded.v1",
    "callback.reply.contradicted.v1",
    "callback.order.reworked.v1",
    "routing.return.upheld.v1",
    "routing.order.disputed.v1",
    "callback.order.closed.v1",
];

/// A recorded message of this order, with an id and a number of its own.
fn recorded(event_type: &str, order: Uuid, sequence: i64) -> Envelope<Value> {
    let mut message = snapshot(event_type);
    message["added_later"] = Value::from(1);
    message["data"]["order_id"] = Value::from(order.to_string());
    let mut envelope: Envelope<Value> = serde_json::from_value(message).expect("an envelope");
    envelope.id = EventId(Uuid::now_v7());
    envelope.key = order;
    envelope.sequence = sequence;
    envelope
}

#[tokio::test]
async fn supervision_takes_an_old_order_into_its_timeline() {
    let supervision = TestApp::start::<Supervision>().await;
    let mut published = snapshot("routing.directory.published.v1");
    published["id"] = Value::from(Uuid::now_v7().to_string());
    supervision
        .publish_envelope(&serde_json::from_value(published).expect("an envelope"))
        .await;
    supervision.settle().await;

    let order: Uuid = snapshot(LINE[0])["key"]
        .as_str()
        .expect("a key")
        .parse()
        .expect("an id");
    for (event_type, sequence) in LINE.iter().zip(1..) {
        assert!(
            event::all().iter().any(|known| known.to_string() == *event_type),
            "{event_type}"
        );
        supervision
            .publish_envelope(&recorded(event_type, order, sequence))
            .await;
        supervision.settle().await;
    }
    let path = format!("/v1/orders/{order}/timeline?limit=200");
    let page = supervision
        .http(Role::Supervisor)
        .get(&path)
        .await
        .expect(200)
        .body;
    let told: Vec<&str> = page["items"]
        .as_array()
        .expect("items")
        .iter()
        .filter_map(|entry| entry["type"].as_str())
        .collect();
    let missing: Vec<&&str> = LINE
        .iter()
        .filter(|event_type| !told.contains(event_type))
        .collect();
    assert!(missing.is_empty(), "not in the timeline: {missing:?}");
}
