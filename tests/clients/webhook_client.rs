//! A unit in Python that is called by webhook and checks every signature with the library that Standard Webhooks
//! publishes; a call that somebody else made up ends it with an error.
use serde_json::json;
use system_tests::live::Live;
use system_tests::people::{complaint, text};
use system_tests::python::{self, Client};
use testkit::Role;

const UNIT: &str = "QY-WATER";

/// Starts the client and registers its endpoint; answers the client and its port.
async fn registered(live: &Live, python: &std::path::Path, documents: &str) -> (Client, u64) {
    let mut client = Client::start(python, "unit_webhook.py", &["--documents", documents], &[]);
    let port = client.next("listening").await["port"].as_u64().expect("a port");
    let way = json!({ "way": "webhook", "endpoint": format!("http://127.0.0.1:{port}/orders") });
    let access = live
        .put(
            "unit-gateway",
            Role::Admin,
            &format!("/v1/units/{UNIT}/access"),
            &way,
        )
        .await;
    client.tell(&text(&access, "webhook_secret")).await;
    (client, port)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_python_unit_verifies_every_webhook() {
    let Some(python) = python::interpreter() else {
        return;
    };
    let live = Live::start(&[]).await;
    let (mut client, _) = registered(&live, &python, "2").await;
    for _ in 0..2 {
        let registered = live
            .post(
                "intake",
                Role::Agent,
                "/v1/complaints",
                &complaint("M020202", "990102002"),
            )
            .await;
        let order = text(&registered["orders"][0], "order_id");
        let verified = client.next("verified").await;
        assert_eq!(verified["document"]["subject"], order);
        assert_eq!(verified["document"]["data"]["notice"], "assigned");
        live.order_reached_its_unit(&order).await;
    }
    assert!(client.end().await.success());
    live.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_the_platform_did_not_sign_is_refused() {
    let Some(python) = python::interpreter() else {
        return;
    };
    let live = Live::start(&[]).await;
    let (client, port) = registered(&live, &python, "1").await;
    let forged = live.call_webhook(port).await;
    assert_eq!(forged, 401);
    assert!(!client.end().await.success(), "the client must complain");
    live.stop().await;
}
