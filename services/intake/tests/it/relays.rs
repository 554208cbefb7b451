//! Contact through the relay: who gets a token, how long it is good, and that every use is written down.
use crate::harness::{PHONE, assigned, closed, complaint, complaint_with, order_id, register, start_with};
use crate::messages::{SECRET, provider};
use chrono::TimeDelta;
use contracts::ids::OrderId;
use contracts::words::Outcome;
use runtime::embedded::ThrowAway;
use serde_json::{Value, json};
use testkit::{Response, Role, TestApp};
use uuid::Uuid;

const KEY: &str = "ik_relay-relay-relay-relay-relay-relay";
const OTHER_KEY: &str = "ik_messages-messages-messages-messages";
const UNIT: &str = "SJ-MUNI";

struct Relayed {
    app: TestApp,
    calls: ThrowAway,
}

impl Relayed {
    async fn start() -> Self {
        Self::start_at("").await
    }

    async fn start_at(url: &str) -> Self {
        let calls = ThrowAway::new("relay").unwrap();
        let app = start_with(&[
            ("service.relay.url", url.to_owned()),
            ("service.relay.secret", SECRET.to_owned()),
            ("service.relay.key", KEY.to_owned()),
            ("service.messages.key", OTHER_KEY.to_owned()),
            ("service.relay.folder", calls.path().display().to_string()),
        ])
        .await;
        Self { app, calls }
    }

    async fn order(&self, body: Value, generation: i32) -> OrderId {
        let order = order_id(&register(&self.app, body).await, 0);
        self.is_assigned(order, generation).await;
        order
    }

    async fn is_assigned(&self, order: OrderId, generation: i32) {
        let event = assigned(&self.app, order, generation, "市政");
        self.app.publish(order.uuid(), 1, &event).await;
        self.app.settle().await;
    }

    async fn open(&self, order: OrderId, unit: &str, generation: i32) -> Response {
        let body = json!({ "unit": unit, "generation": generation, "by": "unit-key:7" });
        let path = format!("/v1/orders/{order}/relays");
        self.app.http_as(KEY).post(&path, body).await
    }

    async fn token(&self, order: OrderId) -> String {
        self.open(order, UNIT, 1).await.expect(200).text("/relay_token")
    }

    async fn call(&self, token: &str, order: OrderId, call_id: Uuid, changes: Value) -> Response {
        let mut body = json!({
            "call_id": call_id, "order_id": order, "unit": UNIT, "generation": 1, "from": "13700001111", "by": "unit-key:7",
        });
        for (member, value) in changes.as_object().unwrap() {
            body[member] = value.clone();
        }
        let path = format!("/v1/relays/{token}/calls");
        self.app.http_as(KEY).post(&path, body).await
    }

    fn connected(&self) -> Vec<Value> {
        let files = std::fs::read_dir(self.calls.path()).unwrap();
        let read = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
        read.map(|bytes| serde_json::from_slice(&bytes).unwrap())
            .collect()
    }

    async fn log(&self, order: OrderId) -> Value {
        let path = format!("/v1/orders/{order}/relays");
        self.app.http(Role::Auditor).get(&path).await.expect(200).body
    }
}

#[tokio::test]
async fn the_lead_reaches_the_caller_and_nobody_sees_a_number() {
    let relayed = Relayed::start().await;
    let order = relayed.order(complaint(), 1).await;
    let opened = relayed.open(order, UNIT, 1).await.expect(200);
    assert_eq!(opened.text("/number"), "12345");
    assert!(!opened.body.to_string().contains(PHONE), "{}", opened.body);
    let token = opened.text("/relay_token");
    assert_eq!(
        relayed.token(order).await,
        token,
        "asked again, the same while it is good"
    );

    let call_id = Uuid::new_v4();
    for _ in 0..2 {
        let taken = relayed.call(&token, order, call_id, json!({})).await.expect(202);
        assert!(taken.body.is_null(), "{}", taken.body);
    }
    let connected = relayed.connected();
    assert_eq!(connected.len(), 1, "the same id is the same call");
    assert_eq!(
        (&connected[0]["to"], &connected[0]["from"], &connected[0]["shown"]),
        (&json!(PHONE), &json!("13700001111"), &json!("12345"))
    );
    let log = relayed.log(order).await;
    let line = &log["items"][0]["calls"][0];
    assert_eq!(
        (&line["outcome"], &line["called_by"], &line["from"]),
        (&json!("connected"), &json!("unit-key:7"), &json!("137****1111"))
    );
    assert!(!log.to_string().contains(PHONE), "{log}");
    let complaint: Uuid = sqlx::query_scalar("select complaint_id from orders where order_id = $1")
        .bind(order.uuid())
        .fetch_one(relayed.app.db())
        .await
        .unwrap();
    let looks = relayed
        .app
        .http(Role::Auditor)
        .get(&format!("/v1/complaints/{complaint}/identity/accesses"))
        .await
        .expect(200)
        .body;
    assert_eq!(
        (&looks["items"][0]["purpose"], &looks["items"][0]["looked_by"]),
        (&json!("contact"), &json!("unit-key:7"))
    );
    assert_eq!(
        looks["items"].as_array().unwrap().len(),
        1,
        "a repeat takes out no number: {looks}"
    );
}

#[tokio::test]
async fn a_token_ends_with_its_time_with_the_assignment_and_with_the_order() {
    let relayed = Relayed::start().await;
    let order = relayed.order(complaint(), 1).await;
    let token = relayed.token(order).await;
    relayed.app.clock.advance(TimeDelta::seconds(7_201));
    let late = relayed
        .call(&token, order, Uuid::new_v4(), json!({}))
        .await
        .expect(409);
    assert_eq!(late.text("/code"), "relay_expired");
    let second = relayed.token(order).await;
    assert_ne!(second, token, "a new one after its time");

    relayed.is_assigned(order, 2).await;
    let over = relayed
        .call(&second, order, Uuid::new_v4(), json!({}))
        .await
        .expect(403);
    assert_eq!(over.text("/code"), "not_responsible", "another generation");
    let newer = json!({ "generation": 2 });
    let over = relayed
        .call(&second, order, Uuid::new_v4(), newer)
        .await
        .expect(409);
    assert_eq!(over.text("/code"), "relay_expired", "of the generation before");

    let third = relayed
        .open(order, UNIT, 2)
        .await
        .expect(200)
        .text("/relay_token");
    let end = closed(&relayed.app, order, Outcome::Solved);
    relayed.app.publish(order.uuid(), 2, &end).await;
    relayed.app.settle().await;
    let newer = json!({ "generation": 2 });
    let over = relayed
        .call(&third, order, Uuid::new_v4(), newer)
        .await
        .expect(409);
    assert_eq!(over.text("/code"), "order_closed");
    assert_eq!(
        relayed.open(order, UNIT, 2).await.expect(409).text("/code"),
        "order_closed"
    );
    assert!(relayed.connected().is_empty());
    let log = relayed.log(order).await;
    let refused: Vec<&Value> = log["items"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|relay| relay["calls"].as_array().unwrap())
        .collect();
    assert_eq!(refused.len(), 4, "refused uses are written down: {log}");
    assert!(
        refused.iter().all(|call| call["outcome"] == "not_allowed"),
        "{log}"
    );
}

#[tokio::test]
async fn nobody_else_reaches_the_caller() {
    let relayed = Relayed::start().await;
    let order = relayed.order(complaint(), 1).await;
    let token = relayed.token(order).await;
    assert_eq!(
        relayed.open(order, "WY-02", 1).await.expect(403).text("/code"),
        "not_responsible"
    );
    let _ = relayed.open(order, UNIT, 2).await.expect(503);
    let unknown = OrderId(Uuid::now_v7());
    assert_eq!(
        relayed.open(unknown, UNIT, 1).await.expect(404).text("/code"),
        "order_unknown"
    );
    let other = json!({ "unit": "WY-02" });
    let stolen = relayed
        .call(&token, order, Uuid::new_v4(), other)
        .await
        .expect(404);
    assert_eq!(stolen.text("/code"), "relay_unknown");
    let no_phone = relayed
        .call(&token, order, Uuid::new_v4(), json!({ "from": "abc" }))
        .await
        .expect(422);
    assert_eq!(no_phone.text("/field"), "from");

    let report = relayed
        .order(complaint_with(json!({ "kind": "report" })), 1)
        .await;
    let refused = relayed.open(report, UNIT, 1).await.expect(403);
    assert_eq!(refused.text("/code"), "contact_confidential");
    let nameless = relayed.order(complaint_with(json!({ "caller": null })), 1).await;
    assert_eq!(
        relayed.open(nameless, UNIT, 1).await.expect(404).text("/code"),
        "identity_absent"
    );

    let body = json!({ "unit": UNIT, "generation": 1, "by": "x" });
    let path = format!("/v1/orders/{order}/relays");
    let wrong = relayed
        .app
        .http_as(OTHER_KEY)
        .post(&path, body.clone())
        .await
        .expect(403);
    assert_eq!(
        wrong.text("/code"),
        "forbidden",
        "the key of callback opens its own door only"
    );
    let _ = relayed.app.unit(UNIT).post(&path, body).await.expect(403);
    let _ = relayed.app.http(Role::Agent).get(&path).await.expect(403);
    let message = json!({ "message_id": Uuid::new_v4(), "text": "x" });
    let messages = format!("/v1/complaints/{}/messages", Uuid::now_v7());
    let _ = relayed
        .app
        .http_as(KEY)
        .post(&messages, message)
        .await
        .expect(403);
}

#[tokio::test]
async fn a_provider_is_asked_with_a_signature_and_its_answers_are_kept() {
    let (url, asked, _server) = provider().await;
    let relayed = Relayed::start_at(&url).await;
    let order = relayed.order(complaint(), 1).await;
    let token = relayed.token(order).await;
    let call_id = Uuid::new_v4();
    let _ = relayed.call(&token, order, call_id, json!({})).await.expect(503);
    let later = relayed.log(order).await["items"][0]["calls"][0]["outcome"].clone();
    assert_eq!(later, "later", "the same call may be made again");
    let _ = relayed.call(&token, order, call_id, json!({})).await.expect(202);
    // The log is in the order of time.
    relayed.app.clock.advance(TimeDelta::milliseconds(1));
    let refused = relayed
        .call(&token, order, Uuid::new_v4(), json!({}))
        .await
        .expect(422);
    assert_eq!(refused.text("/code"), "call_refused");
    let log = relayed.log(order).await;
    let outcomes: Vec<&Value> = log["items"][0]["calls"]
        .as_array()
        .unwrap()
        .iter()
        .map(|call| &call["outcome"])
        .collect();
    assert_eq!(outcomes, [&json!("connected"), &json!("refused")], "{log}");
    let asked = asked.lock().unwrap();
    assert_eq!(asked.len(), 3);
    for (headers, body) in asked.iter() {
        assert_eq!(
            headers["webhook-id"].to_str().unwrap(),
            body["call_id"].as_str().unwrap()
        );
        assert!(headers["webhook-signature"].to_str().unwrap().starts_with("v1,"));
        assert_eq!(body["to"], PHONE);
        let at: i64 = headers["webhook-timestamp"].to_str().unwrap().parse().unwrap();
        assert_eq!(at, relayed.app.clock.now().timestamp());
    }
}
