//! Webhooks: signed calls, retries, and a dead endpoint that harms nobody else.
use crate::endpoint::{Mood, Receiver, verify, verify_public};
use crate::harness::{HELPER, LEAD, Order, access, start, start_with};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use contracts::unit_gateway::OrderDeliveredV1;
use contracts::words::DeliveryWay;
use serde_json::{Value, json};
use testkit::{Role, TestApp};

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
    order.sign(&app, LEAD, 1).await.expect(200);
    app.settle().await;
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

/// The public keys of a unit, newest first.
async fn public_keys(app: &TestApp) -> Vec<String> {
    let path = format!("/v1/units/{LEAD}/access");
    let access = app.http(Role::Admin).get(&path).await.expect(200).body;
    serde_json::from_value(access["webhook_public_keys"].clone()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_secret_signs_for_a_while_and_a_lost_one_no_more() {
    let app = start().await;
    let unit = Receiver::start(Mood::Answers(200)).await;
    let first = unit.serves(&app, LEAD).await;
    let first_public = public_keys(&app).await.remove(0);
    let secret = |answer: &Value| {
        let text = answer["webhook_secret"].as_str().unwrap().to_owned();
        STANDARD.decode(text.strip_prefix("whsec_").unwrap()).unwrap()
    };
    let replace = async |how: &str| {
        let mut body = json!({ "way": "webhook", "endpoint": unit.endpoint() });
        body[how] = json!(true);
        secret(&access(&app, LEAD, body).await)
    };
    let second = replace("replace_secret").await;
    Order::arrives(&app, LEAD, &[]).await;
    let got = unit.got().pop().unwrap();
    let keys = public_keys(&app).await;
    assert_eq!((keys.len(), keys[1].as_str()), (2, first_public.as_str()));
    for secret in [&first, &second] {
        assert!(verify(secret, &got));
    }
    for key in &keys {
        assert!(verify_public(key, &got));
    }
    app.clock.advance(TimeDelta::hours(49));
    Order::arrives(&app, LEAD, &[]).await;
    let got = unit.got().pop().unwrap();
    assert!(
        verify(&second, &got) && !verify(&first, &got),
        "the overlap is over"
    );
    assert!(!verify_public(&first_public, &got));
    let third = replace("retire_old_secret").await;
    Order::arrives(&app, LEAD, &[]).await;
    let got = unit.got().pop().unwrap();
    assert!(verify(&third, &got) && !verify(&second, &got), "at once");
    assert_eq!(public_keys(&app).await.len(), 1);
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
