//! Story 25: the leaders' message board, text messages to the leaders' phones and the deputies' stations are channels like any
//! other; the result of what each of them brought goes back to its own address, and to no other.
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};
use system_tests::Platform;
use system_tests::people::{complaint, content, text};
use testkit::Role;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

const UNIT: &str = "SJ-MUNI";
const PHONE: &str = "19900002525";

#[derive(Clone)]
struct Heard {
    results: Arc<Mutex<Vec<Value>>>,
    secret: Arc<Mutex<Vec<u8>>>,
    answers: Arc<Mutex<StatusCode>>,
}

/// The system of a desk: it believes nothing that is not signed for it.
struct Desk {
    heard: Heard,
    url: String,
    _server: JoinSet<std::io::Result<()>>,
}

async fn hear(State(heard): State<Heard>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let open = |secret: &Arc<Mutex<Vec<u8>>>| secret.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let at = headers["webhook-timestamp"]
        .to_str()
        .ok()
        .and_then(|at| at.parse().ok());
    let signed = signing::verify(&open(&heard.secret), &headers, &body, at.unwrap_or_default());
    if signed.is_err() {
        return StatusCode::UNAUTHORIZED;
    }
    let status = *heard.answers.lock().unwrap_or_else(PoisonError::into_inner);
    if status.is_success() {
        let result = serde_json::from_slice(&body).unwrap_or_default();
        heard
            .results
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(result);
    }
    status
}

impl Desk {
    async fn start() -> Self {
        let heard = Heard {
            results: Arc::default(),
            secret: Arc::default(),
            answers: Arc::new(Mutex::new(StatusCode::OK)),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/results", listener.local_addr().expect("an address"));
        let router = Router::new().fallback(hear).with_state(heard.clone());
        let mut server = JoinSet::new();
        server.spawn(async move { axum::serve(listener, router).await });
        Self {
            heard,
            url,
            _server: server,
        }
    }

    fn answers(&self, status: StatusCode) {
        *self.heard.answers.lock().unwrap_or_else(PoisonError::into_inner) = status;
    }

    fn results(&self) -> Vec<Value> {
        self.heard
            .results
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// The administrator registers a desk, which keeps the secret that it is given.
async fn registered(platform: &Platform, code: &str, channel: &str, desk: &Desk) {
    let admin = platform.intake.http(Role::Admin);
    let body = json!({ "name": code, "channel": channel, "way": "post", "url": desk.url });
    admin
        .put(&format!("/v1/reply-addresses/{code}"), body)
        .await
        .expect(200);
    let made = admin
        .post(&format!("/v1/reply-addresses/{code}/secret"), json!({}))
        .await
        .expect(201);
    *desk.heard.secret.lock().unwrap_or_else(PoisonError::into_inner) =
        signing::read(&made.text("/secret")).expect("a secret");
}

/// A street light, brought by a desk.
fn brought(channel: &str, address: &str, number: &str) -> Value {
    let mut body = complaint("M020101", "995102002");
    body["channel"] = json!(channel);
    body["reply_address"] = json!(address);
    body["source_number"] = json!(number);
    body["caller"] = json!({ "phone": PHONE });
    body
}

async fn done(platform: &Platform, order: &str) {
    platform.handled_by(UNIT, order).await;
    platform.caller_says(order, content()).await;
    platform.settle().await;
}

/// Texts of messages to this phone.
fn messages(platform: &Platform) -> Vec<String> {
    let mut texts = Vec::new();
    for file in std::fs::read_dir(platform.messages.path())
        .into_iter()
        .flatten()
        .flatten()
    {
        let message: Value = std::fs::read(file.path())
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default();
        if message["to"] == PHONE {
            texts.push(text(&message, "text"));
        }
    }
    texts
}

#[tokio::test]
async fn what_each_desk_brought_is_answered_at_its_own_address() {
    let platform = Platform::of_city("datong").await;
    let (board, station) = (Desk::start().await, Desk::start().await);
    registered(&platform, "board", "message_board", &board).await;
    registered(&platform, "station-7", "visit", &station).await;
    let phones = json!({ "name": "市级领导手机短信", "channel": "sms", "way": "sms" });
    let admin = platform.intake.http(Role::Admin);
    admin
        .put("/v1/reply-addresses/leaders-sms", phones)
        .await
        .expect(200);

    let mut orders = Vec::new();
    for (channel, address, number) in [
        ("message_board", "board", "LY-2026-0311"),
        ("visit", "station-7", "DB-07-19"),
        ("sms", "leaders-sms", "SMS-88"),
    ] {
        let registered = platform.register(brought(channel, address, number)).await;
        orders.push((registered.order().to_owned(), registered.number.clone(), number));
    }
    assert!(
        board.results().is_empty() && station.results().is_empty(),
        "nothing has ended"
    );

    for (order, ..) in &orders {
        done(&platform, order).await;
    }
    for (desk, (_, number, source)) in [(&board, &orders[0]), (&station, &orders[1])] {
        let results = desk.results();
        assert_eq!(results.len(), 1, "{results:?}");
        assert_eq!(results[0]["source_number"], *source, "its own number");
        assert_eq!(
            (&results[0]["complaint_number"], &results[0]["state"]),
            (&json!(number), &json!("closed"))
        );
        assert!(
            results[0]["answer"].to_string().contains("已处理完毕"),
            "{results:?}"
        );
        assert!(!results[0].to_string().contains(PHONE), "{results:?}");
    }
    let told = messages(&platform);
    let answered: Vec<&String> = told.iter().filter(|told| told.contains("已处理完毕")).collect();
    assert_eq!(answered.len(), 1, "{told:?}");
    assert!(answered[0].contains(&orders[2].1), "{told:?}");
}

/// A desk that is away gets the result when it is back, once; one complaint of several orders is told when the last has ended.
#[tokio::test]
async fn a_result_waits_for_its_desk_and_for_all_orders_of_the_complaint() {
    let platform = Platform::of_city("datong").await;
    let board = Desk::start().await;
    registered(&platform, "board", "message_board", &board).await;
    let mut body = brought("message_board", "board", "LY-2026-0312");
    body["demands"] = json!([{ "text": "路灯不亮" }, { "text": "另一盏路灯也不亮" }]);
    let both = platform.register(body).await;
    done(&platform, &both.orders[0]).await;
    assert!(board.results().is_empty(), "the other one is open");
    board.answers(StatusCode::SERVICE_UNAVAILABLE);
    done(&platform, &both.orders[1]).await;
    assert!(board.results().is_empty());
    board.answers(StatusCode::OK);
    platform.pass(chrono::TimeDelta::minutes(1)).await;
    let results = board.results();
    assert_eq!(results.len(), 1, "{results:?}");
    assert_eq!(
        results[0]["orders"].as_array().map(Vec::len),
        Some(2),
        "{results:?}"
    );
    platform.pass(chrono::TimeDelta::hours(2)).await;
    assert_eq!(board.results().len(), 1, "once");
    let path = format!("/v1/complaints/{}", both.complaint);
    let seen = platform
        .intake
        .http(Role::Agent)
        .get(&path)
        .await
        .expect(200)
        .body;
    assert!(
        seen["reply_address"] == "board" && seen["reply_told_at"].is_string(),
        "{seen}"
    );
}

/// Answered at once, it is told at once; and no complaint names an address that is not its channel's.
#[tokio::test]
async fn an_answer_at_once_goes_there_too_and_a_wrong_address_is_refused() {
    let platform = Platform::of_city("datong").await;
    let board = Desk::start().await;
    registered(&platform, "board", "message_board", &board).await;
    let mut body = brought("message_board", "board", "LY-2026-0313");
    body["disposition"] = json!("answered");
    body["answer"] = json!("周一至周五办理");
    let agent = platform.intake.http(Role::Agent);
    agent.post("/v1/complaints", body).await.expect(201);
    platform.settle().await;
    let results = board.results();
    assert_eq!(
        (&results[0]["state"], &results[0]["answer"]),
        (&json!("answered"), &json!("周一至周五办理"))
    );
    for wrong in [
        brought("phone", "board", "1"),
        brought("message_board", "nobody", "2"),
    ] {
        let refused = agent.post("/v1/complaints", wrong).await.expect(422);
        assert_eq!(refused.text("/field"), "reply_address");
    }
}
