//! Repeated requests: by key, by source number, both, in sequence.
use crate::harness::{complaint, complaint_with, start};
use contracts::intake::ComplaintReceivedV1;
use serde_json::json;
use testkit::Role;

#[tokio::test]
async fn the_same_key_gets_the_first_answer_again() {
    let app = start().await;
    let agent = app.http(Role::Agent);
    let body = complaint_with(json!({ "demands": [{ "text": "一" }, { "text": "二" }] }));
    let first = agent
        .post_with_key("/v1/complaints", body.clone(), "k-1")
        .await
        .expect(201);
    let again = agent
        .post_with_key("/v1/complaints", body, "k-1")
        .await
        .expect(201);
    assert_eq!(first.body, again.body);
    assert_eq!(again.headers["idempotency-replayed"], "true");
    let other = agent
        .post_with_key("/v1/complaints", complaint(), "k-1")
        .await
        .expect(422);
    assert_eq!(
        (other.text("/code"), other.text("/field")),
        ("idempotency_key_reused".into(), "Idempotency-Key".into())
    );
    // Another client may choose the same key.
    let _ = app
        .http(Role::Admin)
        .post_with_key("/v1/complaints", complaint(), "k-1")
        .await
        .expect(201);
    assert_eq!(app.published::<ComplaintReceivedV1>().await.len(), 2);
    app.settle().await;
}

/// Story 14: a province order keeps the province's number, however often it is sent.
#[tokio::test]
async fn the_same_source_number_is_registered_once_per_channel() {
    let app = start().await;
    let agent = app.http(Role::Agent);
    let province = |text: &str| {
        complaint_with(json!({ "channel": "province", "source_number": "P-2026-1188", "text": text }))
    };
    let first = agent.post("/v1/complaints", province("原文")).await.expect(201);
    let again = agent
        .post("/v1/complaints", province("改过的正文"))
        .await
        .expect(200);
    assert_eq!(first.body, again.body);
    let board = complaint_with(json!({ "channel": "message_board", "source_number": "P-2026-1188" }));
    let elsewhere = agent.post("/v1/complaints", board).await.expect(201);
    assert_ne!(first.text("/complaint_id"), elsewhere.text("/complaint_id"));
    let received = app.published::<ComplaintReceivedV1>().await;
    assert_eq!(received[0].data.source_number.as_deref(), Some("P-2026-1188"));
    assert_eq!(received.len(), 2);
    let texts: Vec<String> = sqlx::query_scalar("select text from complaints where channel = 'province'")
        .fetch_all(app.db())
        .await
        .unwrap();
    assert_eq!(texts, ["原文"]);
    app.settle().await;
}

#[tokio::test]
async fn a_key_that_was_never_used_to_register_stays_free() {
    let app = start().await;
    let agent = app.http(Role::Agent);
    let body = complaint_with(json!({ "channel": "province", "source_number": "P-1" }));
    let first = agent.post("/v1/complaints", body.clone()).await.expect(201);
    let known = agent
        .post_with_key("/v1/complaints", body, "k-9")
        .await
        .expect(200);
    assert_eq!(first.body, known.body);
    let fresh = agent
        .post_with_key("/v1/complaints", complaint(), "k-9")
        .await
        .expect(201);
    assert_ne!(fresh.text("/complaint_id"), first.text("/complaint_id"));
    app.settle().await;
}
