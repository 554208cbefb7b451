//! Requests for more time that meet other facts: a reply in the same batch, another unit, the end of the order.
use crate::harness::{Told, start};
use contracts::ids::ReturnId;
use contracts::routing::ReturnUpheldV1;
use contracts::supervision::ExtensionDeniedV1;
use serde_json::Value;
use testkit::Role;
use uuid::Uuid;

/// (state, code) of the only request.
async fn request(told: &Told<'_>) -> (Value, Value) {
    let path = format!("/v1/extensions?order_id={}", told.order_id);
    let list = told.app.http(Role::Supervisor).get(&path).await.expect(200).body;
    assert_eq!(list["items"].as_array().unwrap().len(), 1, "{list}");
    (
        list["items"][0]["state"].clone(),
        list["items"][0]["code"].clone(),
    )
}

#[tokio::test]
async fn a_request_that_was_made_before_the_reply_is_judged_before_it_in_one_batch_too() {
    let app = start().await;
    let told = Told::new(&app);
    told.under_way().await;
    told.signed(1).await;
    app.settle().await;
    told.asks_for_more(told.now()).await;
    told.replied(1, 0).await;
    app.settle().await;
    assert_eq!(request(&told).await, ("pending".into(), Value::Null));

    let late = Told::new(&app);
    late.under_way().await;
    late.signed(1).await;
    late.replied(1, 0).await;
    late.asks_for_more(late.now()).await;
    app.settle().await;
    assert_eq!(request(&late).await, ("denied".into(), "not_running".into()));
}

#[tokio::test]
async fn what_a_unit_asked_for_ends_when_another_unit_is_responsible_or_the_order_closes() {
    let app = start().await;
    let (mut moved, ended) = (Told::new(&app), Told::new(&app));
    for told in [&moved, &ended] {
        told.under_way().await;
        told.signed(1).await;
        told.asks_for_more(told.now()).await;
    }
    app.settle().await;
    assert_eq!(request(&moved).await, ("pending".into(), Value::Null));
    let upheld = ReturnUpheldV1 {
        order_id: moved.order_id,
        return_id: ReturnId(Uuid::now_v7()),
        unit: moved.unit.clone(),
        generation: 1,
        reason: "非本单位职责".to_owned(),
    };
    moved.tell(&upheld).await;
    moved.unit = "U-2".into();
    moved.assigned(2).await;
    ended.closed().await;
    app.settle().await;
    for told in [&moved, &ended] {
        assert_eq!(request(told).await, ("denied".into(), "superseded".into()));
    }
    let told = app.published::<ExtensionDeniedV1>().await.len();
    assert_eq!(told, 0, "who asked is not responsible any more");
}
