//! Registered, assigned, replied: in any order, more than once, late.
use crate::harness::{Told, start};
use chrono::TimeDelta;
use contracts::callback::{CallbackScheduledV1, OrderClosedV1};
use contracts::intake::OrderWithdrawnV1;
use contracts::words::Outcome;
use uuid::Uuid;

#[tokio::test]
async fn a_reply_makes_a_callback_due_with_what_the_agent_must_know() {
    let app = start().await;
    let told = Told::new(&app);
    let id = told.due().await;
    let scheduled = app.published::<CallbackScheduledV1>().await;
    assert_eq!(scheduled.len(), 1);
    assert_eq!(scheduled[0].data.callback_id.to_string(), id);
    assert_eq!(scheduled[0].data.due_at, app.clock.now());
    let listed = told.listed("due").await;
    assert_eq!(listed.text("/items/0/order_number"), "26030200001-1");
    assert_eq!(listed.text("/items/0/unit"), "U-1");
    assert_eq!(listed.text("/items/0/reply/text"), "路灯已修复");
    assert_eq!(listed.text("/items/0/due_at"), "2026-03-02T09:00:00+08:00");
    assert!(
        !listed.body.to_string().contains("caller"),
        "no identity, not even its token"
    );
}

#[tokio::test]
async fn at_night_the_callback_is_due_in_the_morning() {
    let app = start().await;
    app.clock.advance(TimeDelta::hours(13));
    let told = Told::new(&app);
    told.due().await;
    assert_eq!(
        told.listed("due").await.text("/items/0/due_at"),
        "2026-03-03T08:00:00+08:00"
    );
}

#[tokio::test]
async fn an_order_with_nobody_to_call_is_closed_at_once() {
    let app = start().await;
    let told = Told::new(&app);
    told.registered(None).await;
    told.assigned(1).await;
    told.replied(1, 0).await;
    app.settle().await;
    let closed = app.published::<OrderClosedV1>().await;
    assert_eq!(closed.len(), 1);
    assert_eq!(
        (closed[0].data.outcome, closed[0].data.closed_at),
        (Outcome::NotCalled, app.clock.now())
    );
    assert!(app.published::<CallbackScheduledV1>().await.is_empty());
    assert_eq!(
        told.listed("not_called").await.text("/items/0/order_id"),
        told.order_id.to_string()
    );
}

#[tokio::test]
async fn the_order_of_arrival_does_not_matter_and_repeats_have_no_effect() {
    let app = start().await;
    let told = Told::new(&app);
    told.replied(1, 0).await;
    app.settle().await;
    assert_eq!(
        told.listed("waiting").await.body["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    told.assigned(1).await;
    app.settle().await;
    told.registered(Some(Uuid::from_u128(9))).await;
    told.registered(Some(Uuid::from_u128(9))).await;
    told.assigned(1).await;
    told.replied(1, 0).await;
    app.settle().await;
    assert_eq!(app.published::<CallbackScheduledV1>().await.len(), 1);
    assert_eq!(
        told.listed("due").await.body["items"].as_array().unwrap().len(),
        1
    );
}

#[tokio::test]
async fn the_same_event_twice_has_one_effect() {
    let app = start().await;
    let told = Told::new(&app);
    let registered = app.envelope(
        told.order_id.uuid(),
        1,
        &told.registration(Some(Uuid::from_u128(9))),
    );
    let assigned = app.envelope(told.order_id.uuid(), 1, &told.assignment(1));
    let replied = app.envelope(told.order_id.uuid(), 1, &told.reply(1, 0));
    for envelope in [&registered, &registered, &assigned, &replied, &assigned, &replied] {
        app.publish_envelope(envelope).await;
    }
    app.settle().await;
    assert_eq!(app.published::<CallbackScheduledV1>().await.len(), 1);
}

#[tokio::test]
async fn a_reply_of_an_older_assignment_has_no_effect_and_a_newer_one_ends_the_task() {
    let app = start().await;
    let told = Told::new(&app);
    told.due().await;
    told.assigned(2).await;
    told.replied(1, 1).await;
    app.settle().await;
    assert!(
        told.listed("due").await.body["items"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        told.listed("superseded").await.body["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    told.replied(2, 0).await;
    app.settle().await;
    assert_eq!(told.listed("due").await.body["items"][0]["generation"], 2);
}

#[tokio::test]
async fn many_orders_in_one_batch_keep_apart() {
    let app = start().await;
    let orders: Vec<_> = (0..20).map(|_| Told::new(&app)).collect();
    for (n, told) in orders.iter().enumerate() {
        told.registered((n % 2 == 0).then(|| Uuid::from_u128(9))).await;
        told.assigned(1).await;
        told.replied(1, 0).await;
    }
    app.settle().await;
    assert_eq!(app.published::<CallbackScheduledV1>().await.len(), 10);
    assert_eq!(app.published::<OrderClosedV1>().await.len(), 10);
}

#[tokio::test]
async fn nobody_is_called_about_an_order_that_left_the_hotline() {
    let app = start().await;
    let told = Told::new(&app);
    told.due().await;
    let left = OrderWithdrawnV1 {
        order_id: told.order_id,
        complaint_id: Uuid::now_v7().into(),
        outcome: Outcome::Withdrawn,
        transfer_id: None,
        reason: "来电人撤回".to_owned(),
        withdrawn_at: app.clock.now(),
    };
    app.publish(told.order_id.uuid(), 2, &left).await;
    app.settle().await;
    assert!(
        told.listed("due").await.body["items"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    told.replied(1, 1).await;
    app.settle().await;
    assert!(
        told.listed("due").await.body["items"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert!(
        app.published::<OrderClosedV1>().await.is_empty(),
        "its end was told by intake"
    );
}
