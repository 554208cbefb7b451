//! Webhooks: signed calls, retries, and a dead endpoint that harms nobody else.
use crate::harness::{HELPER, LEAD, Order, access, feed, notices, start, start_with};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use contracts::unit_gateway::{OrderDeliveredV1, OrderSignedV1};
use contracts::words::DeliveryWay;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use testkit::{Role, TestApp};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// What a unit's endpoint got.
#[derive(Clone)]
struct Got {
    headers: HeaderMap,
    body: String,
}

impl Got {
    fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    fn notice(&self) -> String {
        serde_json::from_str::<Value>(&self.body).unwrap()["data"]["notice"]
            .as_str()
            .unwrap()
            .to_owned()
    }
}

/// How it answers.
#[derive(Clone, Debug, PartialEq)]
enum Mood {
    Answers(u16),
    /// Takes the call and says nothing.
    Silent,
}

#[derive(Clone)]
struct Shared {
    got: Arc<Mutex<Vec<Got>>>,
    arrived: watch::Sender<usize>,
    mood: watch::Sender<Mood>,
}

/// A unit's endpoint; ends with the test.
struct Receiver {
    at: SocketAddr,
    shared: Shared,
    _server: JoinSet<()>,
}

impl Receiver {
    async fn start(mood: Mood) -> Self {
        let shared = Shared {
            got: Arc::default(),
            arrived: watch::Sender::new(0),
            mood: watch::Sender::new(mood),
        };
        let router = Router::new()
            .route("/orders", post(receive))
            .with_state(shared.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let mut server = JoinSet::new();
        server.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            at,
            shared,
            _server: server,
        }
    }

    fn endpoint(&self) -> String {
        format!("http://{}/orders", self.at)
    }

    fn got(&self) -> Vec<Got> {
        self.shared.got.lock().unwrap().clone()
    }

    fn notices(&self) -> Vec<String> {
        self.got().iter().map(Got::notice).collect()
    }

    fn becomes(&self, mood: Mood) {
        self.shared.mood.send_replace(mood);
    }

    async fn arrived(&self, calls: usize) {
        self.shared
            .arrived
            .subscribe()
            .wait_for(|arrived| *arrived >= calls)
            .await
            .unwrap();
    }

    /// Registers itself; answers the signing secret.
    async fn serves(&self, app: &TestApp, unit: &str) -> Vec<u8> {
        let registered = access(
            app,
            unit,
            json!({ "way": "webhook", "endpoint": self.endpoint() }),
        )
        .await;
        STANDARD
            .decode(
                registered["webhook_secret"]
                    .as_str()
                    .unwrap()
                    .strip_prefix("whsec_")
                    .unwrap(),
            )
            .unwrap()
    }
}

async fn receive(State(shared): State<Shared>, headers: HeaderMap, body: String) -> StatusCode {
    shared.got.lock().unwrap().push(Got { headers, body });
    shared.arrived.send_modify(|arrived| *arrived += 1);
    let mood = shared
        .mood
        .subscribe()
        .wait_for(|mood| *mood != Mood::Silent)
        .await
        .unwrap()
        .clone();
    match mood {
        Mood::Answers(status) => StatusCode::from_u16(status).unwrap(),
        Mood::Silent => unreachable!("waited for another mood"),
    }
}

/// As a unit would check it, with code of its own.
fn verify(secret: &[u8], got: &Got) -> bool {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
    mac.update(
        format!(
            "{}.{}.{}",
            got.header("webhook-id"),
            got.header("webhook-timestamp"),
            got.body
        )
        .as_bytes(),
    );
    let signature = got.header("webhook-signature").strip_prefix("v1,").unwrap();
    mac.verify_slice(&STANDARD.decode(signature).unwrap()).is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_signed_and_delivered_once() {
    let app = start().await;
    let unit = Receiver::start(Mood::Answers(204)).await;
    let secret = unit.serves(&app, LEAD).await;
    let order = Order::arrives(&app, LEAD, &[]).await;

    let got = unit.got();
    assert_eq!(got.len(), 1);
    assert!(verify(&secret, &got[0]) && !verify(b"another secret", &got[0]));
    assert_eq!(got[0].header("content-type"), "application/cloudevents+json");
    assert_eq!(
        got[0].header("webhook-timestamp"),
        app.clock.now().timestamp().to_string()
    );
    let document: Value = serde_json::from_str(&got[0].body).unwrap();
    assert_eq!(
        (document["id"].as_str(), document["subject"].as_str()),
        (
            Some(got[0].header("webhook-id")),
            Some(order.id.to_string().as_str())
        )
    );
    let delivered = app.published::<OrderDeliveredV1>().await;
    assert_eq!(
        (delivered.len(), delivered[0].data.way),
        (1, DeliveryWay::Webhook)
    );

    // The secret is shown once; the same settings again keep it; a new one is made when asked for.
    let body = json!({ "way": "webhook", "endpoint": unit.endpoint() });
    assert!(
        access(&app, LEAD, body.clone())
            .await
            .get("webhook_secret")
            .is_none()
    );
    let listed = app
        .http(Role::Supervisor)
        .get("/v1/unit-access")
        .await
        .expect(200);
    assert!(
        listed.text("/items/0/endpoint").contains("/orders") && !listed.body.to_string().contains("whsec_")
    );
    let renewed = access(
        &app,
        LEAD,
        json!({ "way": "webhook", "endpoint": unit.endpoint(), "replace_secret": true }),
    )
    .await;
    assert!(renewed["webhook_secret"].is_string());
    order.sign(&app, LEAD, 1).await.expect(200);
    app.publish(order.key(), 2, &order.assigned(2, HELPER, &[])).await;
    app.settle().await;
    let got = unit.got();
    assert_eq!(unit.notices(), ["assigned", "revoked"]);
    assert!(!verify(&secret, &got[1]), "signed with the new secret");
    let stored: Vec<u8> = sqlx::query_scalar("select secret from unit_access where unit = $1")
        .bind(LEAD)
        .fetch_one(app.db())
        .await
        .unwrap();
    assert!(!stored.windows(secret.len()).any(|part| part == secret));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_endpoint_is_tried_again_in_order() {
    let app = start().await;
    let unit = Receiver::start(Mood::Answers(503)).await;
    unit.serves(&app, LEAD).await;
    let order = Order::arrives(&app, LEAD, &[]).await;
    assert_eq!(unit.got().len(), 1);
    app.publish(order.key(), 2, &order.assigned(2, HELPER, &[])).await;
    app.settle().await;
    assert_eq!(
        unit.notices(),
        ["assigned"],
        "the later document of the order waits for the earlier"
    );
    let path = format!("/v1/units/{LEAD}/deliveries?state=waiting");
    let waiting = app.http(Role::Admin).get(&path).await.expect(200);
    assert_eq!(
        (
            waiting.text("/items/0/last_error"),
            waiting.body["items"].as_array().unwrap().len()
        ),
        ("answered 503".into(), 2)
    );

    unit.becomes(Mood::Answers(200));
    app.clock.advance(TimeDelta::seconds(4));
    app.settle().await;
    assert_eq!(unit.got().len(), 1, "not before its time");
    app.clock.advance(TimeDelta::seconds(3));
    app.settle().await;
    assert_eq!(unit.notices(), ["assigned", "assigned", "revoked"]);
    let got = unit.got();
    assert_eq!(
        got[0].header("webhook-id"),
        got[1].header("webhook-id"),
        "the same document"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_never_comes_back_is_given_up_but_nothing_is_lost() {
    let app = start().await;
    let unit = Receiver::start(Mood::Answers(302)).await;
    unit.serves(&app, LEAD).await;
    let path = format!("/v1/units/{LEAD}/deliveries?state=waiting");
    let lost = Order::arrives(&app, LEAD, &[]).await;
    let mut tries = 1;
    while app.http(Role::Admin).get(&path).await.expect(200).body["items"][0].is_object() {
        app.clock.advance(TimeDelta::hours(10));
        app.settle().await;
        tries += 1;
        assert!(tries < 100, "a schedule ends");
    }
    let failed = app
        .http(Role::Admin)
        .get(&format!("/v1/units/{LEAD}/deliveries?state=failed"))
        .await
        .expect(200);
    assert_eq!(
        (
            failed.text("/items/0/last_error"),
            failed.body["items"][0]["attempts"].as_i64()
        ),
        ("answered 302".into(), Some(tries))
    );
    let attempts: i64 = sqlx::query_scalar("select count(*) from delivery_attempts a join deliveries d using (delivery_id) where d.order_id = $1")
        .bind(lost.key())
        .fetch_one(app.db())
        .await
        .unwrap();
    assert_eq!(attempts, tries);
    assert!(app.published::<OrderDeliveredV1>().await.is_empty());
    let told = feed(&app, LEAD, 50).await;
    assert_eq!(notices(&told), ["assigned"], "it can still be pulled");
    app.settle().await;
    assert_eq!(app.published::<OrderDeliveredV1>().await.len(), 1);
    lost.sign(&app, LEAD, 1).await.expect(200);
    app.settle().await;
    assert_eq!(app.published::<OrderSignedV1>().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_endpoint_does_not_delay_another_unit() {
    // A silent endpoint would hold a call for longer than any test waits.
    let app = start_with(&[
        ("service.webhook.timeout_ms", "25000"),
        ("service.webhook.in_flight_max", "8"),
    ])
    .await;
    let (dead, alive) = (
        Receiver::start(Mood::Silent).await,
        Receiver::start(Mood::Answers(200)).await,
    );
    dead.serves(&app, "U-DEAD").await;
    alive.serves(&app, LEAD).await;
    // More than the dead unit may have in flight, and all of them due before the living one's.
    for _ in 0..10 {
        let order = Order::new(&app);
        app.publish(order.key(), 1, &order.registered()).await;
        app.publish(order.key(), 1, &order.assigned(1, "U-DEAD", &[]))
            .await;
    }
    let order = Order::new(&app);
    app.publish(order.key(), 1, &order.registered()).await;
    app.publish(order.key(), 1, &order.assigned(1, LEAD, &[])).await;
    let patience = tokio::time::timeout(std::time::Duration::from_secs(20), async {
        tokio::join!(app.settle(), async {
            alive.arrived(1).await;
            let in_hand = dead.got().len();
            assert!(
                in_hand <= 4,
                "a unit has its share of calls and no more, not {in_hand}"
            );
            dead.becomes(Mood::Answers(200));
        })
    });
    patience.await.expect("the living unit waits for the dead one");
    assert_eq!((alive.got().len(), dead.got().len()), (1, 10));
    assert_eq!(app.published::<OrderDeliveredV1>().await.len(), 11);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_must_be_one_that_may_be_called() {
    let app = start_with(&[("service.webhook.allow_private_targets", "false")]).await;
    let put = async |body: Value| {
        app.http(Role::Admin)
            .put(&format!("/v1/units/{LEAD}/access"), body)
            .await
    };
    assert_eq!(
        put(json!({ "way": "webhook" })).await.expect(422).text("/code"),
        "endpoint_missing"
    );
    assert_eq!(
        put(json!({ "way": "pigeon" })).await.expect(422).text("/field"),
        "way"
    );
    for endpoint in [
        "http://unit.example/orders",
        "https://127.0.0.1/orders",
        "https://[fd00::1]/",
        "https://169.254.169.254/",
    ] {
        let answer = put(json!({ "way": "webhook", "endpoint": endpoint }))
            .await
            .expect(422);
        assert_eq!(answer.text("/code"), "endpoint_forbidden", "{endpoint}");
    }
    // A name is checked when it is resolved: here it leads to this machine.
    put(json!({ "way": "webhook", "endpoint": "https://localhost:9/orders" }))
        .await
        .expect(200);
    let order = Order::arrives(&app, LEAD, &[]).await;
    let waiting = app
        .http(Role::Admin)
        .get(&format!("/v1/units/{LEAD}/deliveries?state=waiting"))
        .await
        .expect(200);
    assert_eq!(
        waiting.text("/items/0/last_error"),
        "endpoint must be a public address"
    );
    put(json!({ "way": "rest" })).await.expect(200);
    order.sign(&app, LEAD, 1).await.expect(200);
    app.settle().await;
    assert_eq!(
        app.http(Role::Admin)
            .get(&format!("/v1/units/{LEAD}/access"))
            .await
            .expect(200)
            .text("/way"),
        "rest"
    );
}
