//! Messages to callers: who may have one sent, where it goes, and that nobody but the provider sees the number.
use crate::harness::{complaint, register, start_with};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use runtime::embedded::ThrowAway;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use testkit::{Role, TestApp};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use uuid::Uuid;

/// Signs calls to the provider.
pub const SECRET: &str = "whsec_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
const KEY: &str = "ik_0123456789abcdef0123456789abcdef";

fn message(id: Uuid) -> Value {
    json!({ "message_id": id, "text": "请评价" })
}

async fn registered(app: &TestApp) -> String {
    let body = register(app, complaint()).await;
    app.settle().await;
    body["complaint_id"].as_str().expect("an id").to_owned()
}

async fn send(app: &TestApp, complaint: &str, body: Value) -> testkit::Response {
    let path = format!("/v1/complaints/{complaint}/messages");
    app.http_as(KEY).post(&path, body).await
}

#[tokio::test]
async fn a_message_goes_into_the_folder_once_and_into_the_access_log() {
    let folder = ThrowAway::new("sms").unwrap();
    let path = folder.path().display().to_string();
    let app = start_with(&[
        ("service.messages.key", KEY.to_owned()),
        ("service.messages.folder", path),
    ])
    .await;
    let id = registered(&app).await;
    let message_id = Uuid::new_v4();
    for _ in 0..2 {
        let sent = send(&app, &id, message(message_id)).await.expect(202);
        assert!(
            sent.body.is_null(),
            "nothing of the caller comes back: {}",
            sent.body
        );
    }
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(files.len(), 1, "the same id is the same message");
    let text = std::fs::read_to_string(folder.path().join(format!("{message_id}.json"))).unwrap();
    let kept: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (kept["text"].as_str(), kept["to"].is_string()),
        (Some("请评价"), true)
    );
    let log = app
        .http(Role::Auditor)
        .get(&format!("/v1/complaints/{id}/identity/accesses"))
        .await
        .expect(200);
    assert!(log.body.to_string().contains("service:callback"), "{}", log.body);
}

#[tokio::test]
async fn only_the_service_with_the_key_gets_in() {
    let closed = start_with(&[]).await;
    let id = registered(&closed).await;
    let _ = send(&closed, &id, message(Uuid::new_v4())).await.expect(401);
    let app = start_with(&[("service.messages.key", KEY.to_owned())]).await;
    let id = registered(&app).await;
    let path = format!("/v1/complaints/{id}/messages");
    let wrong = app.http_as("ik_ffffffffffffffffffffffffffffffff");
    let _ = wrong.post(&path, message(Uuid::new_v4())).await.expect(401);
    let _ = app
        .http(Role::CallbackAgent)
        .post(&path, message(Uuid::new_v4()))
        .await
        .expect(403);
    let elsewhere = app.http_as(KEY).get(&format!("/v1/complaints/{id}")).await;
    assert_eq!(elsewhere.status.as_u16(), 403, "the key opens nothing else");
    let reveal = json!({ "field": "phone", "purpose": "callback", "reason": "x" });
    let path = format!("/v1/complaints/{id}/identity/reveals");
    assert_eq!(
        app.http_as(KEY)
            .post(&path, reveal)
            .await
            .expect(403)
            .text("/code"),
        "look_refused"
    );
    let absent = send(&app, &Uuid::now_v7().to_string(), message(Uuid::new_v4()))
        .await
        .expect(404);
    assert_eq!(absent.text("/code"), "identity_absent");
    let empty = send(&app, &id, json!({ "message_id": Uuid::new_v4(), "text": "" })).await;
    assert_eq!(empty.text("/field"), "text");
}

pub type Calls = Arc<Mutex<Vec<(HeaderMap, Value)>>>;

async fn take(State(calls): State<Calls>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let mut calls = calls.lock().unwrap();
    calls.push((headers, serde_json::from_slice(&body).unwrap()));
    match calls.len() {
        1 => StatusCode::SERVICE_UNAVAILABLE,
        2 => StatusCode::OK,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// A provider that is away at first, then takes one, then refuses.
pub async fn provider() -> (String, Calls, JoinSet<std::io::Result<()>>) {
    let calls = Calls::default();
    let router = Router::new()
        .route("/in", post(take))
        .with_state(Arc::clone(&calls));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/in", listener.local_addr().unwrap());
    let mut server = JoinSet::new();
    server.spawn(async move { axum::serve(listener, router).await });
    (url, calls, server)
}

#[tokio::test]
async fn a_provider_gets_signed_calls_and_its_answers_are_told_apart() {
    let (url, calls, _server) = provider().await;
    let app = start_with(&[
        ("service.messages.key", KEY.to_owned()),
        ("service.messages.url", url),
        ("service.messages.secret", SECRET.to_owned()),
    ])
    .await;
    let id = registered(&app).await;
    let message_id = Uuid::new_v4();
    let _ = send(&app, &id, message(message_id)).await.expect(503);
    let _ = send(&app, &id, message(message_id)).await.expect(202);
    assert_eq!(
        send(&app, &id, message(message_id))
            .await
            .expect(422)
            .text("/code"),
        "message_refused"
    );
    let calls = calls.lock().unwrap();
    assert_eq!(calls.len(), 3);
    for (headers, body) in calls.iter() {
        assert_eq!(headers["webhook-id"], message_id.to_string());
        assert!(headers["webhook-signature"].to_str().unwrap().starts_with("v1,"));
        assert_eq!(
            headers["webhook-timestamp"],
            app.clock.now().timestamp().to_string()
        );
        assert!(body["to"].is_string());
    }
}
