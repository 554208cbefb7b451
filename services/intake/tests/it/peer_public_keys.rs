//! Hotlines that sign with a private key of their own (Ed25519): what we hold of theirs signs nothing.
use crate::harness;
use chrono::TimeDelta;
use serde_json::{Value, json};
use signing::PrivateKey;
use testkit::{Response, Role, TestApp};
use uuid::Uuid;

async fn start() -> TestApp {
    let app = harness::start().await;
    let peer = json!({ "name": "报警服务台" });
    app.http(Role::Admin).put("/v1/peers/110", peer).await.expect(200);
    app
}

async fn issue(app: &TestApp, body: Value) -> Response {
    app.http(Role::Admin).post("/v1/peers/110/keys", body).await
}

async fn issue_for(app: &TestApp, key: &PrivateKey) -> String {
    let body = json!({ "public_key": key.public_key() });
    issue(app, body).await.expect(201).text("/key")
}

/// Asks for standings, signed like this; answers the status.
async fn calls(app: &TestApp, key: &str, secret: Option<&[u8]>, private: &[PrivateKey]) -> u16 {
    let body = json!({ "since": "2026-01-01T00:00:00Z" }).to_string();
    let (id, at) = (Uuid::now_v7().to_string(), app.clock.now().timestamp());
    let signature = signing::sign_each(secret, private, &id, at, body.as_bytes());
    app.http_as(key)
        .header("webhook-id", &id)
        .header("webhook-timestamp", &at.to_string())
        .header("webhook-signature", &signature)
        .post_bytes("/v1/peer/standings", "application/json", body.into_bytes())
        .await
        .status
        .as_u16()
}

#[tokio::test]
async fn a_private_key_takes_the_place_of_a_secret_without_a_gap() {
    let app = start().await;
    let shared = issue(&app, json!({})).await.expect(201);
    let (shared_key, secret) = (
        shared.text("/key"),
        signing::read(&shared.text("/secret")).unwrap(),
    );
    app.clock.advance(TimeDelta::hours(1));
    let own = PrivateKey::new(&[1; 32]);
    let key = issue_for(&app, &own).await;
    assert_eq!(calls(&app, &shared_key, Some(&secret), &[]).await, 200, "still");
    assert_eq!(calls(&app, &key, None, &[PrivateKey::new(&[1; 32])]).await, 200);
    assert_eq!(
        calls(&app, &key, None, &[PrivateKey::new(&[2; 32])]).await,
        401,
        "somebody else's"
    );
    assert_eq!(calls(&app, &key, None, &[]).await, 401, "unsigned");
    app.clock.advance(TimeDelta::days(7));
    assert_eq!(
        calls(&app, &key, Some(&secret), &[]).await,
        401,
        "its time is over"
    );
    let next = PrivateKey::new(&[3; 32]);
    let next_key = issue_for(&app, &next).await;
    for key in [&key, &next_key] {
        for seed in [1, 3] {
            let signed = calls(&app, key, None, &[PrivateKey::new(&[seed; 32])]).await;
            assert_eq!(signed, 200, "in the middle of the change");
        }
    }
    app.clock.advance(TimeDelta::days(7));
    assert_eq!(calls(&app, &next_key, None, &[own]).await, 401);
    assert_eq!(calls(&app, &next_key, None, &[next]).await, 200);
}

#[tokio::test]
async fn a_public_key_is_listed_and_a_wrong_one_is_refused_with_its_field() {
    let app = start().await;
    let own = PrivateKey::new(&[1; 32]);
    let made = issue(&app, json!({ "public_key": own.public_key() }))
        .await
        .expect(201);
    assert_eq!(made.body.get("secret"), None, "there is no shared secret");
    let listed = app.http(Role::Admin).get("/v1/peers/110/keys").await.expect(200);
    assert_eq!(listed.text("/items/0/public_key"), own.public_key());
    for (body, code) in [
        (json!({ "public_key": "whpk_AAAA" }), 422),
        (json!({ "public_key": signing::present(&[1; 32]) }), 422),
        (json!({ "public_key": 1 }), 400),
    ] {
        let refused = issue(&app, body).await.expect(code);
        assert_eq!(refused.text("/field"), "public_key");
    }
    let listed = app
        .http(Role::Admin)
        .get("/v1/peers/110/keys")
        .await
        .expect(200)
        .body;
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn without_a_secret_there_must_be_a_signing_key_and_its_private_half_is_never_shown() {
    let app = start().await;
    let admin = app.http(Role::Admin);
    let access = json!({ "key": "pk_theirs" });
    let refused = admin
        .put("/v1/peers/110/access", access.clone())
        .await
        .expect(422);
    assert_eq!(refused.text("/field"), "secret");
    let path = "/v1/peers/110/signing-keys";
    let made = admin.post(path, json!({})).await.expect(201);
    assert!(signing::PublicKey::read(&made.text("/public_key")).is_some());
    admin.put("/v1/peers/110/access", access).await.expect(204);
    let second = admin.post(path, json!({})).await.expect(201);
    let third = admin.post(path, json!({})).await.expect(201);
    let listed = admin.get(path).await.expect(200).body;
    let items = listed["items"].as_array().unwrap();
    let ends: Vec<bool> = items.iter().map(|key| key["ends_at"].is_string()).collect();
    assert_eq!(ends, [false, true, true], "two sign, the newest without end");
    assert_eq!(
        items[2]["ends_at"], items[2]["made_at"],
        "the oldest made room at once"
    );
    assert_eq!(items[1]["public_key"], second.body["public_key"]);
    let location = third.headers["location"].to_str().unwrap();
    for _ in 0..2 {
        admin.delete(location).await.expect(204);
    }
    let unknown = admin
        .delete(&format!("{path}/{}", Uuid::now_v7()))
        .await
        .expect(404);
    assert_eq!(unknown.text("/code"), "key_unknown");
    let unknown = admin
        .post("/v1/peers/911/signing-keys", json!({}))
        .await
        .expect(404);
    assert_eq!(unknown.text("/code"), "peer_unknown");
}
