//! The lead speaks with the caller through intake's relay: when it may, and what becomes of intake's answers.
use crate::harness::{HELPER, LEAD, Order, key, reply, start, start_with};
use crate::unit_system::UnitSystem;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use testkit::{Role, TestApp};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use uuid::Uuid;

const KEY: &str = "ik_contact-contact-contact-contact-contact";
const TOKEN: &str = "3f2f1f0e-0000-4000-8000-000000000001";

/// Plays intake: says what it is told to say, and keeps what it was asked.
#[derive(Clone, Default)]
struct FakeIntake {
    asked: Arc<Mutex<Vec<(String, Value)>>>,
    says: Arc<Mutex<Option<(u16, &'static str)>>>,
}

async fn hear(
    State(intake): State<FakeIntake>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, String) {
    assert_eq!(headers["authorization"], format!("Bearer {KEY}"));
    let body: Value = serde_json::from_slice(&body).unwrap();
    intake.asked.lock().unwrap().push((uri.path().to_owned(), body));
    let says = *intake.says.lock().unwrap();
    if let Some((status, code)) = says {
        let problem = json!({ "code": code }).to_string();
        return (StatusCode::from_u16(status).unwrap(), problem);
    }
    if uri.path().ends_with("/calls") {
        return (StatusCode::ACCEPTED, String::new());
    }
    let opened =
        json!({ "relay_token": TOKEN, "number": "12345", "expires_at": "2026-03-02T11:00:00+08:00" });
    (StatusCode::OK, opened.to_string())
}

impl FakeIntake {
    async fn serve(&self) -> (String, JoinSet<std::io::Result<()>>) {
        let router = Router::new().fallback(hear).with_state(self.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let mut server = JoinSet::new();
        server.spawn(async move { axum::serve(listener, router).await });
        (url, server)
    }

    fn say(&self, status: u16, code: &'static str) {
        *self.says.lock().unwrap() = Some((status, code));
    }

    fn asked(&self) -> Vec<(String, Value)> {
        self.asked.lock().unwrap().clone()
    }
}

async fn refused(app: &TestApp, order: &Order, unit: &str, generation: i32) -> (u16, String) {
    let body = json!({ "generation": generation });
    let answer = order.act(app, unit, "contacts", body).await;
    (answer.status.as_u16(), answer.text("/code"))
}

fn call(id: Uuid) -> Value {
    json!({ "generation": 1, "call_id": id, "from": "0352-5550000" })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lead_may_between_its_signature_and_its_reply() {
    let intake = FakeIntake::default();
    let (url, _server) = intake.serve().await;
    let app = start_with(&[
        ("service.contacts.intake_url", &url),
        ("service.contacts.intake_key", KEY),
    ])
    .await;
    let order = Order::arrives(&app, LEAD, &[HELPER]).await;
    assert_eq!(refused(&app, &order, LEAD, 1).await, (409, "not_signed".into()));
    order.sign(&app, LEAD, 1).await.expect(200);
    assert_eq!(
        refused(&app, &order, HELPER, 1).await,
        (403, "not_responsible".into())
    );
    assert_eq!(
        refused(&app, &order, "U-ELSE", 1).await,
        (404, "order_unknown".into())
    );
    assert_eq!(
        refused(&app, &order, LEAD, 2).await,
        (409, "stale_generation".into())
    );
    assert!(intake.asked().is_empty(), "intake is asked for the lead only");

    let given = order
        .act(&app, LEAD, "contacts", json!({ "generation": 1 }))
        .await
        .expect(200);
    assert_eq!(
        (given.text("/relay_token"), given.text("/number")),
        (TOKEN.to_owned(), "12345".to_owned())
    );
    let id = Uuid::new_v4();
    let verb = format!("contacts/{TOKEN}/calls");
    let called = order.act(&app, LEAD, &verb, call(id)).await.expect(202);
    assert_eq!(called.text("/call_id"), id.to_string());
    let asked = intake.asked();
    assert_eq!(asked[0].0, format!("/v1/orders/{}/relays", order.id));
    assert_eq!(asked[1].0, format!("/v1/relays/{TOKEN}/calls"));
    let by = &asked[1].1["by"];
    assert!(by.is_string(), "{asked:?}");
    assert_eq!(
        asked[1].1,
        json!({ "call_id": id, "order_id": order.id, "unit": LEAD, "generation": 1, "from": "0352-5550000", "by": by })
    );

    is_logged(&app, &order).await;
    ends_with_the_reply_and_with_the_order(&app, &order).await;
}

async fn is_logged(app: &TestApp, order: &Order) {
    let log = app
        .http(Role::Supervisor)
        .get(&format!("/v1/orders/{}/log", order.id))
        .await
        .expect(200)
        .body;
    for detail in ["contact", "call"] {
        let found = log["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|line| line["detail"] == detail);
        assert!(found, "{detail}: {log}");
    }
}

async fn ends_with_the_reply_and_with_the_order(app: &TestApp, order: &Order) {
    order
        .act(app, LEAD, "reply", reply(1, "已修复"))
        .await
        .expect(200);
    assert_eq!(
        refused(app, order, LEAD, 1).await,
        (409, "already_replied".into())
    );
    let late = order
        .act(
            app,
            LEAD,
            &format!("contacts/{TOKEN}/calls"),
            call(Uuid::new_v4()),
        )
        .await
        .expect(409);
    assert_eq!(late.text("/code"), "already_replied");

    // A rework round needs no second signature, and the end is the end.
    app.publish(order.key(), 1, &order.reworked(LEAD, 1, 1)).await;
    app.settle().await;
    order
        .act(app, LEAD, "contacts", json!({ "generation": 1 }))
        .await
        .expect(200);
    app.publish(order.key(), 2, &order.closed(app)).await;
    app.settle().await;
    assert_eq!(refused(app, order, LEAD, 1).await, (409, "order_closed".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_intake_says_reaches_the_unit_in_its_own_words() {
    let intake = FakeIntake::default();
    let (url, _server) = intake.serve().await;
    let app = start_with(&[
        ("service.contacts.intake_url", &url),
        ("service.contacts.intake_key", KEY),
    ])
    .await;
    let order = Order::arrives(&app, LEAD, &[]).await;
    order.sign(&app, LEAD, 1).await.expect(200);
    app.settle().await;
    for (status, code, shown) in [
        (403, "contact_confidential", 403),
        (404, "identity_absent", 404),
        (409, "relay_expired", 409),
        (404, "relay_unknown", 404),
        (422, "call_reused", 422),
        (422, "call_refused", 422),
        (409, "order_closed", 409),
        (422, "invalid_field", 422),
        (403, "not_responsible", 403),
    ] {
        intake.say(status, code);
        let answer = order
            .act(&app, LEAD, "contacts", json!({ "generation": 1 }))
            .await;
        assert_eq!(
            (answer.status.as_u16(), answer.text("/code")),
            (shown, code.to_owned())
        );
    }
    for (status, code) in [
        (503, "unavailable"),
        (401, "token_invalid"),
        (418, "no_such_word"),
    ] {
        intake.say(status, code);
        let answer = order
            .act(&app, LEAD, "contacts", json!({ "generation": 1 }))
            .await;
        assert_eq!(answer.status.as_u16(), 503, "{code} is not the unit's to mend");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_no_contact_is_offered() {
    let app = start().await;
    let order = Order::arrives(&app, LEAD, &[]).await;
    order.sign(&app, LEAD, 1).await.expect(200);
    app.settle().await;
    assert_eq!(
        refused(&app, &order, LEAD, 1).await,
        (404, "contact_not_offered".into())
    );
}

/// Over NATS the same: when it may, what it gets, and the walls between units.
#[tokio::test(flavor = "multi_thread")]
async fn over_nats_the_lead_reaches_the_caller_and_nobody_else_does() {
    let intake = FakeIntake::default();
    let (url, _server) = intake.serve().await;
    let app = start_with(&[
        ("service.contacts.intake_url", &url),
        ("service.contacts.intake_key", KEY),
    ])
    .await;
    let (key_id, mine) = key(&app, LEAD).await;
    let (_, helpers) = key(&app, HELPER).await;
    let (_, others) = key(&app, "U-OTHER").await;
    let order = Order::arrives(&app, LEAD, &[HELPER]).await;
    let system = UnitSystem::connect(&app, LEAD).await;
    let asked = json!({ "order_id": order.id, "generation": 1 });
    let early = system.command(LEAD, "contact", Some(&mine), &asked).await;
    assert_eq!(early["code"], "not_signed", "{early}");
    order.sign(&app, LEAD, 1).await.expect(200);

    for (unit, key, code) in [
        (LEAD, None, "token_missing"),
        (LEAD, Some(&others), "wrong_unit"),
        ("U-OTHER", Some(&others), "order_unknown"),
        ("U-OTHER", Some(&mine), "wrong_unit"),
        (HELPER, Some(&helpers), "not_responsible"),
    ] {
        let asker = UnitSystem::connect(&app, unit).await;
        for (verb, body) in [
            ("contact", asked.clone()),
            ("call", over_nats(&order, Uuid::new_v4())),
        ] {
            let refused = asker.command(unit, verb, key.map(String::as_str), &body).await;
            assert_eq!(refused["code"], code, "{verb} of {unit}: {refused}");
        }
    }
    assert!(intake.asked().is_empty(), "intake is asked for the lead only");

    let given = system.command(LEAD, "contact", Some(&mine), &asked).await;
    assert_eq!(
        (&given["ok"], &given["relay_token"]),
        (&json!(true), &json!(TOKEN)),
        "{given}"
    );
    let id = Uuid::new_v4();
    let called = system
        .command(LEAD, "call", Some(&mine), &over_nats(&order, id))
        .await;
    assert_eq!(called, json!({ "ok": true, "call_id": id }));
    let heard = intake.asked();
    assert_eq!(heard[1].0, format!("/v1/relays/{TOKEN}/calls"));
    let by = format!("unit-key:{key_id}");
    assert_eq!(
        heard[1].1,
        json!({ "call_id": id, "order_id": order.id, "unit": LEAD, "generation": 1, "from": "0352-5550000", "by": by })
    );
    is_logged(&app, &order).await;
    names_the_bad_field(&system, &mine, &order).await;
    app.settle().await;
}

async fn names_the_bad_field(system: &UnitSystem, key: &str, order: &Order) {
    let asked = json!({ "order_id": order.id, "generation": 1 });
    let id = Uuid::new_v4();
    for (verb, body, field) in [
        ("call", asked.clone(), "relay_token"),
        (
            "call",
            json!({ "order_id": order.id, "generation": 1, "relay_token": "x" }),
            "relay_token",
        ),
        (
            "call",
            json!({ "order_id": order.id, "generation": 1, "relay_token": TOKEN, "call_id": id }),
            "from",
        ),
        ("contact", json!({ "order_id": order.id }), "generation"),
    ] {
        let refused = system.command(LEAD, verb, Some(key), &body).await;
        assert_eq!(
            (&refused["status"], &refused["field"]),
            (&json!(400), &json!(field)),
            "{refused}"
        );
    }
}

fn over_nats(order: &Order, id: Uuid) -> Value {
    let mut body = call(id);
    body["order_id"] = json!(order.id);
    body["relay_token"] = json!(TOKEN);
    body
}
