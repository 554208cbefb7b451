//! Results to the desks that brought complaints: each on its own, whatever becomes of the others.
use crate::harness::{complaint_with, start_with};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use chrono::TimeDelta;
use runtime::embedded::ThrowAway;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use testkit::{Role, TestApp};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// What a desk answers; `None` = it takes the call and says nothing.
type Mood = Option<StatusCode>;

/// The system of a desk.
struct Desk {
    url: String,
    mood: Arc<Mutex<Mood>>,
    calls: Arc<Mutex<Vec<Value>>>,
    _server: JoinSet<std::io::Result<()>>,
}

type Shared = (Arc<Mutex<Mood>>, Arc<Mutex<Vec<Value>>>);

async fn take(State((mood, calls)): State<Shared>, body: String) -> StatusCode {
    calls.lock().unwrap().push(serde_json::from_str(&body).unwrap());
    let mood = *mood.lock().unwrap();
    match mood {
        Some(status) => status,
        None => std::future::pending().await,
    }
}

impl Desk {
    async fn start(mood: Mood) -> Self {
        let (mood, calls) = (Arc::new(Mutex::new(mood)), Arc::default());
        let state: Shared = (Arc::clone(&mood), Arc::clone(&calls));
        let router = Router::new().route("/in", post(take)).with_state(state);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/in", listener.local_addr().unwrap());
        let mut server = JoinSet::new();
        server.spawn(async move { axum::serve(listener, router).await });
        Self {
            url,
            mood,
            calls,
            _server: server,
        }
    }

    fn becomes(&self, status: StatusCode) {
        *self.mood.lock().unwrap() = Some(status);
    }

    fn calls(&self) -> usize {
        self.calls.lock().unwrap().len()
    }
}

async fn started() -> TestApp {
    start_with(&[
        ("service.replies.allow_private_targets", "true".to_owned()),
        ("service.replies.timeout_ms", "300".to_owned()),
    ])
    .await
}

async fn put(app: &TestApp, code: &str, url: Option<&str>) {
    let body = json!({ "name": code, "channel": "message_board", "way": "post", "url": url });
    let path = format!("/v1/reply-addresses/{code}");
    let _ = app.http(Role::Admin).put(&path, body).await.expect(200);
}

/// A desk that is known and has its secret.
async fn known(app: &TestApp, code: &str, desk: &Desk) {
    put(app, code, Some(&desk.url)).await;
    let path = format!("/v1/reply-addresses/{code}/secret");
    let _ = app.http(Role::Admin).post(&path, json!({})).await.expect(201);
}

fn brought(code: &str, number: &str) -> Value {
    complaint_with(json!({
        "channel": "message_board", "reply_address": code, "source_number": number,
        "disposition": "answered", "answer": "周一至周五办理", "matter": null,
    }))
}

/// A complaint that is answered at once, so that its result is due.
async fn answered(app: &TestApp, code: &str, number: &str) -> String {
    let agent = app.http(Role::Agent);
    let registered = agent.post("/v1/complaints", brought(code, number)).await;
    registered.expect(201).text("/complaint_id")
}

async fn seen(app: &TestApp, complaint: &str) -> Value {
    let path = format!("/v1/complaints/{complaint}");
    app.http(Role::Agent).get(&path).await.expect(200).body
}

async fn desk_of(app: &TestApp, code: &str) -> Value {
    let desks = app.http(Role::Supervisor).get("/v1/reply-addresses").await;
    let desks = desks.expect(200).body;
    let items = desks["items"].as_array().unwrap();
    items.iter().find(|desk| desk["code"] == code).unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_desk_refuses_for_good_is_seen_and_not_tried_for_ever() {
    let app = started().await;
    let desk = Desk::start(Some(StatusCode::UNPROCESSABLE_ENTITY)).await;
    known(&app, "board", &desk).await;
    let id = answered(&app, "board", "1").await;
    app.settle().await;
    assert_eq!(desk.calls(), 1);
    app.clock.advance(TimeDelta::days(2));
    app.settle().await;
    assert_eq!(desk.calls(), 1, "it never will take it");
    let told = seen(&app, &id).await;
    assert!(
        told["reply_refused_at"].is_string() && told["reply_error"].to_string().contains("422"),
        "{told}"
    );
    let shown = desk_of(&app, "board").await;
    assert_eq!(shown["refused"][0]["complaint_id"], json!(id), "{shown}");
    assert_eq!((&shown["waiting"], &shown["failures"]), (&json!(0), &json!(0)));

    desk.becomes(StatusCode::OK);
    put(&app, "board", Some(&desk.url)).await;
    app.settle().await;
    assert_eq!(desk.calls(), 2);
    let told = seen(&app, &id).await;
    assert!(
        told["reply_told_at"].is_string() && told.get("reply_refused_at").is_none(),
        "{told}"
    );
    assert_eq!(desk_of(&app, "board").await["refused"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_that_hangs_holds_up_no_other_and_gets_one_call_until_it_is_back() {
    let app = started().await;
    let (hangs, well) = (Desk::start(None).await, Desk::start(Some(StatusCode::OK)).await);
    known(&app, "hangs", &hangs).await;
    known(&app, "well", &well).await;
    for number in 0..24 {
        answered(&app, "hangs", &format!("h{number}")).await;
    }
    for number in 0..2 {
        answered(&app, "well", &format!("w{number}")).await;
    }
    app.settle().await;
    assert_eq!(
        well.calls(),
        2,
        "told in the first round, behind 24 that were due before"
    );
    assert_eq!(hangs.calls(), 4, "its share of one round");
    let shown = desk_of(&app, "hangs").await;
    assert_eq!((&shown["waiting"], &shown["failures"]), (&json!(24), &json!(1)));
    assert!(shown["paused_until"].is_string(), "{shown}");

    app.clock.advance(TimeDelta::seconds(6));
    app.settle().await;
    assert_eq!(hangs.calls(), 5, "one finds out whether it is back");

    hangs.becomes(StatusCode::OK);
    app.clock.advance(TimeDelta::seconds(31));
    app.settle().await;
    app.clock.advance(TimeDelta::seconds(31));
    app.settle().await;
    let shown = desk_of(&app, "hangs").await;
    assert_eq!((&shown["waiting"], &shown["failures"]), (&json!(0), &json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_cannot_be_read_holds_up_no_other() {
    let app = started().await;
    let desk = Desk::start(Some(StatusCode::OK)).await;
    known(&app, "board", &desk).await;
    put(&app, "later", None).await;
    for sql in [
        "alter table reply_addresses drop constraint reply_addresses_way_check",
        "update reply_addresses set way = 'pigeon' where code = 'later'",
    ] {
        sqlx::query(sql).execute(app.db()).await.unwrap();
    }
    // As the next release registers it.
    let id = answered(&app, "board", "1").await;
    sqlx::query("update results set address = 'later'")
        .execute(app.db())
        .await
        .unwrap();
    answered(&app, "board", "2").await;
    app.settle().await;
    assert_eq!(desk.calls(), 1);
    assert!(seen(&app, &id).await.get("reply_told_at").is_none());
    sqlx::query("update reply_addresses set way = 'post', url = null")
        .execute(app.db())
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_is_answered_as_then_although_its_desk_is_closed_now() {
    let folder = ThrowAway::new("replies").unwrap();
    let app = start_with(&[("service.replies.folder", folder.path().display().to_string())]).await;
    put(&app, "board", None).await;
    let send = async |key: &str, number: &str| {
        let agent = app.http(Role::Agent).header("idempotency-key", key);
        agent.post("/v1/complaints", brought("board", number)).await
    };
    let first = send("k1", "1").await.expect(201);
    let close = json!({ "name": "board", "channel": "message_board", "way": "post", "active": false });
    let admin = app.http(Role::Admin);
    let _ = admin.put("/v1/reply-addresses/board", close).await.expect(200);
    let again = send("k1", "1").await.expect(201);
    assert_eq!(again.body, first.body);
    let known = send("k2", "1").await.expect(200);
    assert_eq!(known.text("/complaint_id"), first.text("/complaint_id"));
    let refused = send("k3", "2").await.expect(422);
    assert_eq!(refused.text("/field"), "reply_address");
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_where_calls_may_go_a_desk_is_called() {
    let app = start_with(&[("service.replies.timeout_ms", "2000".to_owned())]).await;
    let put = async |url: &str, private: bool| {
        let body = json!({ "name": "board", "channel": "message_board", "way": "post", "url": url,
                           "private_target": private });
        let admin = app.http(Role::Admin);
        admin.put("/v1/reply-addresses/board", body).await
    };
    for (url, private) in [
        ("http://board.example/in", true),
        ("https://10.1.2.3/in", false),
        ("https://127.0.0.1/in", true),
        ("https://169.254.169.254/latest", true),
    ] {
        let refused = put(url, private).await.expect(422);
        assert_eq!(refused.text("/field"), "url", "{url}");
    }
    let _ = put("https://10.1.2.3/in", true).await.expect(200);
    // What a name leads to is known when it is called.
    let _ = put("https://localhost:1/in", true).await.expect(200);
    let admin = app.http(Role::Admin);
    let path = "/v1/reply-addresses/board/secret";
    let _ = admin.post(path, json!({})).await.expect(201);
    let id = answered(&app, "board", "1").await;
    app.settle().await;
    let told = seen(&app, &id).await;
    assert!(
        told["reply_error"]
            .to_string()
            .contains("must be a public address"),
        "{told}"
    );
}
