//! `joins`: a later complaint about the same event.
use crate::harness::{assigned, closed, complaint_with, order_id, register, start};
use contracts::intake::{ComplaintReceivedV1, OrderFollowerAddedV1, OrderRegisteredV1};
use contracts::words::Outcome;
use serde_json::json;
use testkit::Role;

#[tokio::test]
async fn a_follower_gets_the_progress_of_the_order_it_joined() {
    let app = start().await;
    let first = register(&app, complaint_with(json!({}))).await;
    let order = order_id(&first, 0);
    let second = register(
        &app,
        complaint_with(
            json!({ "joins": order.to_string(), "place": {}, "caller": { "phone": "19900007074" } }),
        ),
    )
    .await;
    assert_eq!(
        (&second["orders"], &second["follows"]),
        (&json!([]), &first["orders"][0])
    );
    let followers = app.published::<OrderFollowerAddedV1>().await;
    assert_eq!(
        (followers[0].key, followers[0].sequence),
        (order.uuid(), 2),
        "in the order's own line"
    );
    assert_eq!(json!(followers[0].data.complaint_id), second["complaint_id"]);
    let received = app.published::<ComplaintReceivedV1>().await;
    assert_ne!(received[0].data.caller, followers[0].data.caller);
    assert_eq!(app.published::<OrderRegisteredV1>().await.len(), 1);

    app.publish(order.uuid(), 1, &assigned(&app, order, 1, "市政处"))
        .await;
    app.settle().await;
    let number = second["complaint_number"].as_str().unwrap();
    let progress = app
        .http(Role::Agent)
        .get(&format!("/v1/complaints/{number}/progress"))
        .await
        .expect(200);
    assert_eq!(progress.body["orders"][0]["followed"], true);
    assert_eq!(progress.text("/orders/0/message"), "Given to 市政处.");
    let view = app
        .http(Role::Agent)
        .get(&format!(
            "/v1/complaints/{}",
            second["complaint_id"].as_str().unwrap()
        ))
        .await
        .expect(200);
    assert_eq!(view.text("/follows"), order.to_string());
}

#[tokio::test]
async fn unknown_and_closed_orders_cannot_be_joined() {
    let app = start().await;
    let agent = app.http(Role::Agent);
    let unknown = complaint_with(json!({ "joins": uuid::Uuid::nil() }));
    let refused = agent.post("/v1/complaints", unknown).await.expect(422);
    assert_eq!(
        (refused.text("/code"), refused.text("/field")),
        ("joins_unknown".into(), "joins".into())
    );

    let first = register(&app, complaint_with(json!({}))).await;
    let order = order_id(&first, 0);
    let joining = complaint_with(json!({ "joins": order.to_string() }));
    let joined = agent
        .post_with_key("/v1/complaints", joining.clone(), "k")
        .await
        .expect(201);
    app.publish(order.uuid(), 1, &closed(&app, order, Outcome::Solved))
        .await;
    app.settle().await;
    let refused = agent.post("/v1/complaints", joining.clone()).await.expect(422);
    assert_eq!(
        (refused.text("/code"), refused.text("/field")),
        ("joins_closed".into(), "joins".into())
    );
    let again = agent
        .post_with_key("/v1/complaints", joining, "k")
        .await
        .expect(201);
    assert_eq!(
        again.body, joined.body,
        "a repeat of what was once right is answered as then"
    );
    assert_eq!(app.published::<OrderFollowerAddedV1>().await.len(), 1);
}
