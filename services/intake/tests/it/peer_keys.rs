//! Keys of other hotlines: a new one takes the place of the one before without a gap, and an ended one opens nothing.
use crate::harness;
use chrono::TimeDelta;
use serde_json::{Value, json};
use testkit::{Role, TestApp};
use uuid::Uuid;

async fn issue(app: &TestApp) -> Value {
    let admin = app.http(Role::Admin);
    admin.post("/v1/peers/110/keys", json!({})).await.expect(201).body
}

/// Asks for standings with a key and a secret; answers the status.
async fn calls(app: &TestApp, key: &Value, secret: &Value) -> u16 {
    let body = json!({ "since": "2026-01-01T00:00:00Z" }).to_string();
    let secret = signing::read(secret.as_str().unwrap()).unwrap();
    let (id, at) = (Uuid::now_v7().to_string(), app.clock.now().timestamp());
    let signature = signing::sign(&secret, &id, at, body.as_bytes());
    app.http_as(key.as_str().unwrap())
        .header("webhook-id", &id)
        .header("webhook-timestamp", &at.to_string())
        .header("webhook-signature", &signature)
        .post_bytes("/v1/peer/standings", "application/json", body.into_bytes())
        .await
        .status
        .as_u16()
}

async fn start() -> TestApp {
    let app = harness::start().await;
    let peer = json!({ "name": "报警服务台" });
    app.http(Role::Admin).put("/v1/peers/110", peer).await.expect(200);
    app
}

#[tokio::test]
async fn two_keys_are_valid_for_a_while_and_never_three() {
    let app = start().await;
    let one = issue(&app).await;
    assert_eq!(calls(&app, &one["key"], &one["secret"]).await, 200);
    app.clock.advance(TimeDelta::hours(1));
    let two = issue(&app).await;
    for key in [&one, &two] {
        assert_eq!(
            calls(&app, &key["key"], &key["secret"]).await,
            200,
            "both are valid"
        );
    }
    assert_eq!(
        calls(&app, &two["key"], &one["secret"]).await,
        200,
        "in the middle of the change"
    );
    assert_eq!(
        calls(&app, &two["key"], &json!(signing::present(&[7; 32]))).await,
        401
    );
    app.clock.advance(TimeDelta::days(3));
    let three = issue(&app).await;
    assert_eq!(
        calls(&app, &one["key"], &one["secret"]).await,
        401,
        "the oldest made room"
    );
    assert_eq!(
        calls(&app, &three["key"], &one["secret"]).await,
        401,
        "its secret, too"
    );
    assert_eq!(calls(&app, &two["key"], &two["secret"]).await, 200);
    app.clock.advance(TimeDelta::days(7));
    assert_eq!(
        calls(&app, &two["key"], &two["secret"]).await,
        401,
        "its time is over"
    );
    assert_eq!(
        calls(&app, &three["key"], &three["secret"]).await,
        200,
        "the newest has no end"
    );
}

#[tokio::test]
async fn a_key_is_ended_by_its_name_and_nothing_secret_is_listed() {
    let app = start().await;
    let (one, two) = (issue(&app).await, issue(&app).await);
    let admin = app.http(Role::Admin);
    let listed = admin.get("/v1/peers/110/keys").await.expect(200).body;
    let items = listed["items"].as_array().unwrap();
    assert_eq!(
        (
            items.len(),
            items[0].get("ends_at"),
            items[1]["ends_at"].is_string()
        ),
        (2, None, true)
    );
    for secret in [&one["key"], &one["secret"], &two["key"], &two["secret"]] {
        assert!(!listed.to_string().contains(secret.as_str().unwrap()));
    }
    let path = format!("/v1/peers/110/keys/{}", items[0]["key_id"].as_str().unwrap());
    for _ in 0..2 {
        admin.delete(&path).await.expect(204);
    }
    assert_eq!(calls(&app, &two["key"], &two["secret"]).await, 401);
    assert_eq!(calls(&app, &one["key"], &one["secret"]).await, 200);
    let unknown = admin
        .delete(&format!("/v1/peers/110/keys/{}", Uuid::now_v7()))
        .await
        .expect(404);
    assert_eq!(unknown.text("/code"), "key_unknown");
    let unknown = admin.post("/v1/peers/911/keys", json!({})).await.expect(404);
    assert_eq!(unknown.text("/code"), "peer_unknown");
}
