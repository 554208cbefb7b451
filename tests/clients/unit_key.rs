//! A unit in Python that logs in on NATS with its key: the server asks the platform who it is. It reads its own orders and
//! acts, and is refused everything else, by the server itself.
use serde_json::json;
use system_tests::live::Live;
use system_tests::people::{complaint, text};
use system_tests::python::{self, Client};
use testkit::Role;

const UNIT: &str = "SJ-MUNI";
const OTHER: &str = "QY-WATER";

#[tokio::test(flavor = "multi_thread")]
async fn a_python_unit_logs_in_with_its_key_and_gets_no_further_than_it_may() {
    let Some(python) = python::interpreter() else {
        return;
    };
    let live = Live::start(&[]).await;
    let mut keys = Vec::new();
    for unit in [UNIT, OTHER] {
        let access = format!("/v1/units/{unit}/access");
        live.put("unit-gateway", Role::Admin, &access, &json!({ "way": "nats" }))
            .await;
        let path = format!("/v1/units/{unit}/keys");
        keys.push(text(
            &live.post("unit-gateway", Role::Admin, &path, &json!({})).await,
            "key",
        ));
    }
    let server = live.nats.url();
    let arguments = ["--server", &*server, "--unit", UNIT, "--other", OTHER];
    let secrets = [("UNIT_KEY", &*keys[0]), ("OTHER_KEY", &*keys[1])];
    let mut client = Client::start(&python, "unit_key.py", &arguments, &secrets);
    // Not with a wrong key, not with another's, not without any.
    for who in ["with a wrong key", "with another's key", "without a key"] {
        assert_eq!(client.next("refused").await["login"], who);
    }
    client.next("ready").await;
    let complaint = complaint("M020101", "990102002");
    let registered = live
        .post("intake", Role::Agent, "/v1/complaints", &complaint)
        .await;
    let order = text(&registered["orders"][0], "order_id");
    assert_eq!(client.next("received").await["order_id"], order);
    let signed = client.next("answered").await;
    assert_eq!(signed["reply"]["ok"], true, "{signed}");
    live.order_in_state(&order, "signed").await;
    let tried = client.next("tried").await;
    let passed: Vec<&str> = tried["passed"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|what| what.as_str())
        .collect();
    assert!(passed.is_empty(), "the server let a unit {passed:?}");
    assert!(
        tried["refused"]
            .as_array()
            .is_some_and(|refused| refused.len() >= 9),
        "{tried}"
    );
    assert!(client.end().await.success());
    // People see that somebody tried another's door.
    let denials = live
        .get("unit-gateway", Role::Supervisor, "/v1/unit-denials")
        .await;
    assert!(denials.to_string().contains(UNIT), "{denials}");
    live.stop().await;
}
