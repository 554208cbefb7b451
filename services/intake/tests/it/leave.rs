//! Callers take complaints back, and add to them.
use crate::harness::{closed, complaint_with, order_id, register, start};
use contracts::intake::{ComplaintSupplementedV1, OrderWithdrawnV1};
use contracts::words::Outcome;
use serde_json::{Value, json};
use testkit::Role;

fn of(registered: &Value, rest: &str) -> String {
    format!(
        "/v1/complaints/{}{rest}",
        registered["complaint_id"].as_str().unwrap()
    )
}

#[tokio::test]
async fn a_complaint_is_taken_back_once_with_all_that_is_open() {
    let app = start().await;
    let demands = json!({ "demands": [{ "text": "路灯" }, { "text": "井盖" }, { "text": "噪声" }] });
    let registered = register(&app, complaint_with(demands)).await;
    let done = order_id(&registered, 0);
    app.publish(done.uuid(), 1, &closed(&app, done, Outcome::Solved))
        .await;
    app.settle().await;
    let agent = app.http(Role::Agent);
    let body = json!({ "reason": "来电人 19900007037 自行解决" });
    let first = agent
        .post(&of(&registered, "/withdrawal"), body.clone())
        .await
        .expect(200)
        .body;
    assert_eq!(first["withdrawn"].as_array().unwrap().len(), 2);
    let again = agent
        .post(&of(&registered, "/withdrawal"), body)
        .await
        .expect(200)
        .body;
    assert_eq!(again, first, "said again");
    app.settle().await;
    let told = app.published::<OrderWithdrawnV1>().await;
    assert_eq!(told.len(), 2, "told once each");
    assert_eq!(told[0].data.outcome, Outcome::Withdrawn);
    assert!(!told[0].data.reason.contains("19900007037"));
    let progress = agent
        .get(&format!(
            "/v1/complaints/{}/progress",
            registered["complaint_number"].as_str().unwrap()
        ))
        .await
        .expect(200);
    assert_eq!(
        (
            progress.text("/state").as_str(),
            progress.text("/orders/1/outcome").as_str()
        ),
        ("closed", "withdrawn")
    );
}

#[tokio::test]
async fn what_others_follow_stays_and_what_is_over_is_refused() {
    let app = start().await;
    let registered = register(&app, complaint_with(json!({}))).await;
    let order = order_id(&registered, 0);
    register(&app, complaint_with(json!({ "joins": order }))).await;
    let agent = app.http(Role::Agent);
    let body = json!({ "reason": "r" });
    for path in [
        of(&registered, "/withdrawal"),
        format!("/v1/orders/{order}/withdrawal"),
    ] {
        let refused = agent.post(&path, body.clone()).await.expect(409);
        assert_eq!(refused.text("/code"), "order_followed");
    }
    app.publish(order.uuid(), 1, &closed(&app, order, Outcome::Solved))
        .await;
    app.settle().await;
    let path = format!("/v1/orders/{order}/withdrawal");
    assert_eq!(
        agent.post(&path, body.clone()).await.expect(409).text("/code"),
        "order_closed"
    );
    let unknown = format!("/v1/orders/{}/withdrawal", uuid::Uuid::now_v7());
    assert_eq!(
        agent.post(&unknown, body.clone()).await.expect(404).text("/code"),
        "order_unknown"
    );
    let unknown = format!("/v1/complaints/{}/withdrawal", uuid::Uuid::now_v7());
    assert_eq!(
        agent.post(&unknown, body).await.expect(404).text("/code"),
        "complaint_unknown"
    );
    let empty = agent.post(&path, json!({ "reason": " " })).await.expect(422);
    assert_eq!(empty.text("/field"), "reason");
    assert!(app.published::<OrderWithdrawnV1>().await.is_empty());
}

#[tokio::test]
async fn what_a_caller_adds_is_kept_masked_and_told_once() {
    let app = start().await;
    let named = complaint_with(json!({ "caller": { "name": "张三", "phone": "19900007037" } }));
    let registered = register(&app, named).await;
    let order = order_id(&registered, 0);
    let agent = app.http(Role::Agent);
    let path = of(&registered, "/supplements");
    let body = json!({ "text": "又坏了两盏，我是张三，身份证 370102199001011231，联系 19900007037" });
    let first = agent.post_with_key(&path, body.clone(), "k1").await.expect(201);
    let again = agent.post_with_key(&path, body, "k1").await.expect(201);
    assert_eq!(
        (&again.body, again.headers.contains_key("idempotency-replayed")),
        (&first.body, true)
    );
    let reused = agent
        .post_with_key(&path, json!({ "text": "别的" }), "k1")
        .await
        .expect(422);
    assert_eq!(reused.text("/code"), "idempotency_key_reused");
    agent.post(&path, json!({ "text": "还有一盏" })).await.expect(201);
    app.settle().await;
    let told = app.published::<ComplaintSupplementedV1>().await;
    assert_eq!(
        (told.len(), told[1].data.supplement, &told[1].data.orders),
        (2, 2, &vec![order])
    );
    let kept = agent.get(&of(&registered, "")).await.expect(200);
    assert_eq!(kept.text("/supplements/1/text"), "还有一盏");
    for hidden in ["19900007037", "370102199001011231", "张三"] {
        assert!(!told[0].data.text.contains(hidden), "{}", told[0].data.text);
        assert!(!kept.body.to_string().contains(hidden), "{hidden}");
    }
    agent
        .post(&of(&registered, "/withdrawal"), json!({ "reason": "r" }))
        .await
        .expect(200);
    let refused = agent.post(&path, json!({ "text": "晚了" })).await.expect(409);
    assert_eq!(refused.text("/code"), "order_closed");
    app.settle().await;
}

/// Whoever joined an order has none of his own; what he adds reaches the order that he follows.
#[tokio::test]
async fn what_a_follower_adds_goes_to_the_order_that_is_followed() {
    let app = start().await;
    let first = register(&app, complaint_with(json!({}))).await;
    let order = order_id(&first, 0);
    let joining = json!({ "joins": order.to_string(), "place": {}, "caller": { "phone": "19900007074" } });
    let second = register(&app, complaint_with(joining)).await;
    let agent = app.http(Role::Agent);
    let path = of(&second, "/supplements");
    agent
        .post(&path, json!({ "text": "我家门口也黑" }))
        .await
        .expect(201);
    app.settle().await;
    let told = app.published::<ComplaintSupplementedV1>().await;
    assert_eq!((told.len(), &told[0].data.orders), (1, &vec![order]));
}

/// Two complaints, one key, at the same moment: one is added to, and the other request is refused, whoever comes first.
#[tokio::test]
async fn one_key_for_two_complaints_at_the_same_moment_is_refused_once() {
    let app = start().await;
    let first = register(&app, complaint_with(json!({}))).await;
    let second = register(&app, complaint_with(json!({}))).await;
    let agent = app.http(Role::Agent);
    for key in 0..8 {
        let key = format!("k{key}");
        let post = |registered: &Value| {
            let (agent, path, key) = (agent.clone(), of(registered, "/supplements"), key.clone());
            async move {
                agent
                    .post_with_key(&path, json!({ "text": "又坏了" }), &key)
                    .await
            }
        };
        let (one, two) = tokio::join!(post(&first), post(&second));
        let mut statuses = [one.status.as_u16(), two.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 422], "{} {}", one.body, two.body);
    }
    app.settle().await;
}
