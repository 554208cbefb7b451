//! The hotline corrects what an open order is about.
use crate::harness::{assigned, closed, complaint_with, order_id, register, start};
use contracts::intake::{OrderAmendedV1, OrderRegisteredV1};
use contracts::routing::OrderDisputedV1;
use contracts::words::{Outcome, Urgency};
use serde_json::json;
use testkit::Role;

#[tokio::test]
async fn what_is_said_changes_what_is_not_stays_and_it_is_told() {
    let app = start().await;
    let order = order_id(&register(&app, complaint_with(json!({}))).await, 0);
    let agent = app.http(Role::Agent);
    let path = format!("/v1/orders/{order}/amendments");
    let body = json!({ "matter": "M020102", "facts": { "权属": "小区", "地名": null }, "urgency": "urgent",
        "reason": "来电人 19900007037 更正" });
    let answer = agent.post(&path, body).await.expect(201).body;
    assert_eq!(
        (&answer["amendment"], &answer["changed"], &answer["facts"]),
        (
            &json!(1),
            &json!(["matter", "facts", "urgency"]),
            &json!({ "权属": "小区" })
        )
    );
    let place = json!({ "place": { "longitude": 125.1, "latitude": 30.1 }, "reason": "定位" });
    let second = agent.post(&path, place).await.expect(201).body;
    assert_eq!(
        (&second["amendment"], &second["matter"], &second["urgency"]),
        (&json!(2), &json!("M020102"), &json!("urgent"))
    );
    assert!(
        second["place"].get("division").is_none(),
        "a place is replaced whole: {second}"
    );
    app.settle().await;
    let told = app.published::<OrderAmendedV1>().await;
    assert_eq!(
        (told.len(), told[0].sequence, told[1].data.changed.clone()),
        (2, 2, vec!["place".to_owned()])
    );
    assert_eq!(
        (told[1].data.urgency, told[1].data.facts.len()),
        (Urgency::Urgent, 1)
    );
    assert!(!told[0].data.reason.contains("19900007037"));
    assert_eq!(told[0].actor, "agent:test-agent");
    let registered = app.published::<OrderRegisteredV1>().await;
    assert_eq!(
        told[0].correlation_id, registered[0].correlation_id,
        "part of the same contact"
    );
}

#[tokio::test]
async fn a_repeated_request_is_one_amendment() {
    let app = start().await;
    let order = order_id(&register(&app, complaint_with(json!({}))).await, 0);
    let agent = app.http(Role::Agent);
    let path = format!("/v1/orders/{order}/amendments");
    let body = json!({ "urgency": "emergency", "reason": "有人触电" });
    let first = agent.post_with_key(&path, body.clone(), "k1").await.expect(201);
    let again = agent.post_with_key(&path, body, "k1").await.expect(201);
    assert_eq!(
        (&again.body, again.headers.contains_key("idempotency-replayed")),
        (&first.body, true)
    );
    let other = json!({ "urgency": "urgent", "reason": "有人触电" });
    let refused = agent.post_with_key(&path, other, "k1").await.expect(422);
    assert_eq!(refused.text("/code"), "idempotency_key_reused");
    app.settle().await;
    assert_eq!(app.published::<OrderAmendedV1>().await.len(), 1);
}

#[tokio::test]
async fn what_cannot_be_amended_is_refused_by_name() {
    let app = start().await;
    let order = order_id(&register(&app, complaint_with(json!({}))).await, 0);
    let agent = app.http(Role::Agent);
    let path = format!("/v1/orders/{order}/amendments");
    for (body, status, code, field) in [
        (
            json!({ "matter": "M020102" }),
            400,
            "missing_field",
            Some("reason"),
        ),
        (
            json!({ "matter": "路灯", "reason": "r" }),
            422,
            "invalid_field",
            Some("matter"),
        ),
        (
            json!({ "place": {}, "reason": "r" }),
            422,
            "invalid_field",
            Some("place"),
        ),
        (
            json!({ "place": { "latitude": 1.0 }, "reason": "r" }),
            422,
            "invalid_field",
            Some("place.longitude"),
        ),
        (
            json!({ "title": "x", "reason": "r" }),
            400,
            "unknown_field",
            Some("title"),
        ),
        (
            json!({ "matter": "M020101", "reason": "r" }),
            422,
            "nothing_changed",
            None,
        ),
    ] {
        let refused = agent.post(&path, body.clone()).await.expect(status).body;
        assert_eq!(
            (refused["code"].as_str(), refused["field"].as_str()),
            (Some(code), field),
            "{body}: {refused}"
        );
    }
    let unknown = format!("/v1/orders/{}/amendments", uuid::Uuid::now_v7());
    let body = json!({ "urgency": "urgent", "reason": "r" });
    let refused = agent.post(&unknown, body.clone()).await.expect(404);
    assert_eq!(refused.text("/code"), "order_unknown");
    app.publish(order.uuid(), 1, &closed(&app, order, Outcome::Solved))
        .await;
    app.settle().await;
    let refused = agent.post(&path, body).await.expect(409);
    assert_eq!(refused.text("/code"), "order_closed");
    assert!(app.published::<OrderAmendedV1>().await.is_empty());
}

#[tokio::test]
async fn a_disputed_order_is_undecided_for_its_caller() {
    let app = start().await;
    let registered = register(&app, complaint_with(json!({}))).await;
    let order = order_id(&registered, 0);
    let first = assigned(&app, order, 1, "市政处");
    let disputed = OrderDisputedV1 {
        order_id: order,
        reason: "no_lead".into(),
        returns: 1,
        candidates: vec![],
        directory_version: 1,
        explanation: first.explanation.clone(),
    };
    app.publish(order.uuid(), 1, &first).await;
    app.publish(order.uuid(), 2, &disputed).await;
    app.settle().await;
    let path = format!(
        "/v1/complaints/{}/progress",
        registered["complaint_number"].as_str().unwrap()
    );
    let progress = app.http(Role::Agent).get(&path).await.expect(200);
    assert_eq!(progress.text("/orders/0/state"), "undecided");
}
