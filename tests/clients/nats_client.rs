//! A unit in Python on NATS: it gets its order from its durable consumer, with its own user, acknowledges it, and
//! signs and responds by request and reply with its key.
use serde_json::json;
use system_tests::live::{Live, password_of};
use system_tests::people::{complaint, text};
use system_tests::python::{self, Client};
use testkit::Role;

const UNIT: &str = "SJ-MUNI";

#[tokio::test(flavor = "multi_thread")]
async fn a_python_unit_receives_and_signs_orders_over_nats() {
    let Some(python) = python::interpreter() else {
        return;
    };
    let live = Live::start(&[UNIT]).await;
    live.put(
        "unit-gateway",
        Role::Admin,
        &format!("/v1/units/{UNIT}/access"),
        &json!({ "way": "nats" }),
    )
    .await;
    let key = live
        .post(
            "unit-gateway",
            Role::Admin,
            &format!("/v1/units/{UNIT}/keys"),
            &json!({}),
        )
        .await;
    let (key, password) = (text(&key, "key"), password_of(UNIT));
    live.has_consumer(UNIT).await;

    let arguments = ["--server", &live.nats.url(), "--unit", UNIT, "--orders", "2"];
    let mut client = Client::start(
        &python,
        "unit_nats.py",
        &arguments,
        &[("UNIT_KEY", &key), ("NATS_PASSWORD", &password)],
    );
    client.next("ready").await;
    for _ in 0..2 {
        let registered = live
            .post(
                "intake",
                Role::Agent,
                "/v1/complaints",
                &complaint("M020101", "990102002"),
            )
            .await;
        let order = text(&registered["orders"][0], "order_id");
        let received = client.next("received").await;
        assert_eq!(received["document"]["subject"], order);
        assert_eq!(received["document"]["specversion"], "1.0");
        assert_eq!(received["document"]["data"]["unit"], UNIT);
        for verb in ["sign", "respond"] {
            let answered = client.next("answered").await;
            assert_eq!(
                (&answered["verb"], &answered["order_id"]),
                (&json!(verb), &json!(order)),
                "{answered}"
            );
            assert_eq!(answered["reply"]["ok"], true, "refused: {answered}");
        }
        // What the client did took effect everywhere.
        let watched = live.order_in_state(&order, "responded").await;
        assert_eq!(watched["assignment"]["unit"], UNIT, "{watched}");
    }
    client.next("ended").await;
    assert!(client.end().await.success());
    live.stop().await;
}
