//! Endpoints that fail: the breaker, the alarm, the other way, and the way back; the log, test calls and replays.
use crate::endpoint::{Mood, Receiver};
use crate::harness::{HELPER, LEAD, Order, access, feed, notices, start};
use crate::unit_system::{UnitSystem, documents};
use chrono::TimeDelta;
use contracts::unit_gateway::{DeliveryFailingV1, DeliveryRestoredV1, OrderDeliveredV1};
use contracts::words::DeliveryWay;
use serde_json::{Value, json};
use testkit::{Role, TestApp};
use uuid::Uuid;

async fn attempts(app: &TestApp, query: &str) -> Vec<Value> {
    let path = format!("/v1/units/{LEAD}/attempts?limit=200{query}");
    let page = app.http(Role::Supervisor).get(&path).await.expect(200).body;
    page["items"].as_array().unwrap().clone()
}

async fn wait(app: &TestApp, minutes: i64) {
    for _ in 0..minutes {
        app.clock.advance(TimeDelta::minutes(1));
        app.settle().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_fails_again_and_again_is_left_alone() {
    let app = start().await;
    let unit = Receiver::start(Mood::Answers(503)).await;
    unit.serves(&app, LEAD).await;
    for _ in 0..5 {
        Order::arrives(&app, LEAD, &[]).await;
    }
    assert_eq!(unit.got().len(), 5, "the fifth failure opens the breaker");
    Order::arrives(&app, LEAD, &[]).await;
    app.clock.advance(TimeDelta::seconds(10));
    app.settle().await;
    assert_eq!(unit.got().len(), 5, "nothing is tried behind it");
    app.clock.advance(TimeDelta::seconds(25));
    app.settle().await;
    assert_eq!(unit.got().len(), 6, "then one call looks whether it is back");
    unit.becomes(Mood::Answers(200));
    app.clock.advance(TimeDelta::seconds(31));
    app.settle().await;
    assert_eq!(app.published::<OrderDeliveredV1>().await.len(), 6, "all at once");
    assert!(app.published::<DeliveryFailingV1>().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_told_after_a_quarter_of_an_hour_and_when_it_is_over() {
    let app = start().await;
    let unit = Receiver::start(Mood::Answers(500)).await;
    unit.serves(&app, LEAD).await;
    let order = Order::arrives(&app, LEAD, &[]).await;
    wait(&app, 14).await;
    assert!(app.published::<DeliveryFailingV1>().await.is_empty());
    wait(&app, 2).await;
    let told = app.published::<DeliveryFailingV1>().await;
    let fact = &told[0].data;
    assert_eq!((told.len(), fact.unit.as_str(), fact.waiting), (1, LEAD, 1));
    assert_eq!(
        (fact.reason.as_str(), fact.fallback, fact.since),
        ("answered 500", DeliveryWay::Rest, order.now)
    );
    // What comes now waits in the feed, and test calls go on.
    Order::arrives(&app, LEAD, &[]).await;
    let path = format!("/v1/units/{LEAD}/deliveries?state=waiting");
    let waiting = app.http(Role::Admin).get(&path).await.expect(200).body;
    assert_eq!(
        (&waiting["items"][0]["way"], &waiting["items"][1]["way"]),
        (&json!("rest"), &json!("rest"))
    );
    wait(&app, 3).await;
    assert!(unit.notices().iter().any(|notice| notice == "hotline.ping.v1"));
    unit.becomes(Mood::Answers(200));
    wait(&app, 2).await;
    let restored = app.published::<DeliveryRestoredV1>().await;
    assert_eq!((restored.len(), restored[0].data.since), (1, order.now));
    assert_eq!(app.published::<OrderDeliveredV1>().await.len(), 2);
    assert_eq!(app.published::<DeliveryFailingV1>().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_falls_back_to_its_consumer() {
    let app = start().await;
    let unit = Receiver::start(Mood::Answers(500)).await;
    let body = json!({ "way": "webhook", "endpoint": unit.endpoint(), "fallback": "nats" });
    access(&app, LEAD, body).await;
    Order::arrives(&app, LEAD, &[]).await;
    wait(&app, 16).await;
    Order::arrives(&app, LEAD, &[]).await;
    let taken = UnitSystem::connect(&app, LEAD).await.take().await;
    assert_eq!(notices(&documents(&taken)), ["assigned", "assigned"]);
    let delivered = app.published::<OrderDeliveredV1>().await;
    assert!(delivered.iter().all(|fact| fact.data.way == DeliveryWay::Nats));
    // A changed way begins anew.
    access(&app, LEAD, json!({ "way": "nats" })).await;
    app.settle().await;
    assert_eq!(app.published::<DeliveryRestoredV1>().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_is_not_taken_is_tried_while_its_order_is_open() {
    let app = start().await;
    let unit = Receiver::start(Mood::Answers(302)).await;
    unit.serves(&app, LEAD).await;
    let order = Order::arrives(&app, LEAD, &[]).await;
    // Kept from the alarm: here the document is at fault, not the endpoint.
    let well = "update unit_health set failing_since = failing_since + interval '10 years'";
    let path = format!("/v1/units/{LEAD}/deliveries");
    let state = async || {
        app.http(Role::Admin)
            .get(&path)
            .await
            .expect(200)
            .text("/items/0/state")
    };
    for _ in 0..12 {
        sqlx::query(well).execute(app.db()).await.unwrap();
        app.clock.advance(TimeDelta::hours(2));
        app.settle().await;
    }
    assert_eq!((state().await, unit.got().len()), ("waiting".to_owned(), 13));
    app.publish(order.key(), 2, &order.closed(&app)).await;
    app.settle().await;
    sqlx::query(well).execute(app.db()).await.unwrap();
    app.clock.advance(TimeDelta::hours(2));
    app.settle().await;
    assert_eq!(state().await, "failed");
    let told = feed(&app, LEAD, 50).await;
    assert_eq!(notices(&told)[0], "assigned", "it can still be pulled");
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_pulls_is_told_from_where_it_reads_again() {
    let app = start().await;
    let admin = app.http(Role::Admin);
    let replays = format!("/v1/units/{LEAD}/replays");
    Order::arrives(&app, LEAD, &[]).await;
    Order::arrives(&app, LEAD, &[]).await;
    let all = admin.post(&replays, json!({})).await.expect(200).body;
    assert_eq!(
        all,
        json!({ "replayed": 0, "pull_after": "0" }),
        "it has none of them"
    );
    let pull = async |after: &str| {
        let path = format!("/v1/units/{LEAD}/orders?after={after}");
        app.unit(LEAD).get(&path).await.expect(200).body["items"].clone()
    };
    let second = pull("0").await[1]["id"].clone();
    assert_eq!(pull("2").await, json!([]), "both are acknowledged");
    app.settle().await;
    let one = json!({ "delivery_id": second });
    let one = admin.post(&replays, one).await.expect(200).body;
    assert_eq!(one, json!({ "replayed": 0, "pull_after": "1" }));
    assert_eq!(pull("1").await[0]["id"], second);
    let all = admin.post(&replays, json!({})).await.expect(200).body;
    assert_eq!(all, json!({ "replayed": 0 }), "acknowledged stays acknowledged");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_is_in_the_log_and_a_person_sends_again() {
    let app = start().await;
    let unit = Receiver::start(Mood::Answers(500)).await;
    let admin = app.http(Role::Admin);
    let ping = format!("/v1/units/{LEAD}/ping");
    assert_eq!(
        admin.post(&ping, json!({})).await.expect(404).text("/code"),
        "access_unknown"
    );
    unit.serves(&app, LEAD).await;
    let pinged = admin.post(&ping, json!({})).await.expect(200).body;
    assert_eq!(
        (&pinged["delivered"], &pinged["status"]),
        (&json!(false), &json!(500))
    );
    Order::arrives(&app, LEAD, &[HELPER]).await;
    unit.becomes(Mood::Answers(200));
    assert_eq!(
        admin.post(&ping, json!({})).await.expect(200).body["delivered"],
        true
    );
    let replays = format!("/v1/units/{LEAD}/replays");
    let all = admin.post(&replays, json!({})).await.expect(200).body;
    assert_eq!(all["replayed"], 1);
    app.settle().await;
    let log = attempts(&app, "").await;
    let outcomes: Vec<&str> = log.iter().map(|row| row["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["failed", "failed", "delivered", "delivered"]);
    let id = log[3]["delivery_id"].as_str().unwrap();
    assert_eq!(attempts(&app, &format!("&delivery_id={id}")).await.len(), 2);
    assert_eq!(
        admin.post(&replays, json!({})).await.expect(200).body["replayed"],
        0
    );
    // What the unit has lost is sent again by name, with its id.
    let one = json!({ "delivery_id": id });
    assert_eq!(admin.post(&replays, one).await.expect(200).body["replayed"], 1);
    app.settle().await;
    let got = unit.got();
    assert_eq!(got.last().unwrap().header("webhook-id"), id);
    let other = json!({ "delivery_id": Uuid::now_v7() });
    assert_eq!(admin.post(&replays, other).await.expect(200).body["replayed"], 0);
    assert_eq!(
        app.published::<OrderDeliveredV1>().await.len(),
        1,
        "delivered once"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_to_be_left_alone_is_left_alone() {
    let app = start().await;
    let unit = Receiver::start(Mood::Busy(600)).await;
    unit.serves(&app, LEAD).await;
    Order::arrives(&app, LEAD, &[]).await;
    Order::arrives(&app, LEAD, &[]).await;
    assert_eq!(unit.got().len(), 1, "the second document waits, too");
    unit.becomes(Mood::Answers(200));
    wait(&app, 9).await;
    assert_eq!(unit.got().len(), 1, "not before the ten minutes are over");
    wait(&app, 2).await;
    assert_eq!(app.published::<OrderDeliveredV1>().await.len(), 2);

    // What is asked is believed for an hour at most.
    unit.becomes(Mood::Busy(86_400));
    Order::arrives(&app, LEAD, &[]).await;
    unit.becomes(Mood::Answers(200));
    app.clock.advance(TimeDelta::minutes(61));
    app.settle().await;
    // By then people were told: it is the test call that finds it back.
    wait(&app, 2).await;
    assert_eq!(app.published::<OrderDeliveredV1>().await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_is_gone_is_never_called_again() {
    let app = start().await;
    let unit = Receiver::start(Mood::Answers(410)).await;
    let body = json!({ "way": "webhook", "endpoint": unit.endpoint(), "fallback": "nats" });
    access(&app, LEAD, body.clone()).await;
    Order::arrives(&app, LEAD, &[]).await;
    let told = app.published::<DeliveryFailingV1>().await;
    let fact = &told[0].data;
    assert_eq!(
        (told.len(), fact.way, fact.reason.as_str(), fact.fallback),
        (1, DeliveryWay::Webhook, "answered 410", DeliveryWay::Nats),
        "people are told at once"
    );
    Order::arrives(&app, LEAD, &[]).await;
    wait(&app, 20).await;
    assert_eq!(unit.notices(), ["assigned"], "no test call, no second document");
    let system = UnitSystem::connect(&app, LEAD).await;
    assert_eq!(system.take().await.len(), 2, "both came the other way");

    // Only a person brings it back, by saying where it is now.
    unit.becomes(Mood::Answers(200));
    access(&app, LEAD, body).await;
    app.settle().await;
    assert_eq!(app.published::<DeliveryRestoredV1>().await.len(), 1);
    Order::arrives(&app, LEAD, &[]).await;
    assert_eq!(unit.got().len(), 2);
}
