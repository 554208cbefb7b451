//! The clients of `infra/unit-kit`, as they are published, against a running platform: from a complaint to a reply.
use reqwest::Method;
use serde_json::{Value, json};
use std::net::TcpListener;
use std::path::PathBuf;
use system_tests::live::Live;
use system_tests::people::{complaint, text};
use system_tests::python::{self, Client};
use system_tests::wait;
use testkit::Role;
use testkit::servers::workspace;
use tokio::process::Command;

const WATER: &str = "QY-WATER";
const MUNICIPAL: &str = "SJ-MUNI";

/// A published client; `None` where its language is not installed. What it needs to be removed comes with it.
fn published(name: &str) -> Option<(Command, Option<PathBuf>)> {
    let place = format!("infra/unit-kit/clients/{name}");
    if name.starts_with("python/") {
        let mut command = Command::new(python::interpreter()?);
        command.arg(workspace().join(place));
        return Some((command, None));
    }
    let mut command = Command::new(python::node()?);
    let copy = python::beside_libraries(&place);
    command.arg(&copy);
    Some((command, Some(copy)))
}

async fn key(live: &Live, unit: &str) -> String {
    let path = format!("/v1/units/{unit}/keys");
    text(
        &live.post("unit-gateway", Role::Admin, &path, &json!({})).await,
        "key",
    )
}

async fn way(live: &Live, unit: &str, way: &Value) -> Value {
    let path = format!("/v1/units/{unit}/access");
    live.put("unit-gateway", Role::Admin, &path, way).await
}

/// A complaint about this matter ends as a reply of the unit.
async fn is_replied(live: &Live, matter: &str, unit: &str) {
    let complaint = complaint(matter, "990102002");
    let registered = live
        .post("intake", Role::Agent, "/v1/complaints", &complaint)
        .await;
    let order = text(&registered["orders"][0], "order_id");
    let path = format!("/v1/orders/{order}");
    let what = format!("the reply of {unit} to {order}");
    let watched = wait::until(&what, || async {
        let watched = live
            .ask("supervision", Role::Supervisor, Method::GET, &path, None)
            .await
            .1;
        // The callback may have been planned already.
        ["replied", "calling_back"]
            .iter()
            .any(|state| watched["state"] == *state)
            .then_some(watched)
    });
    assert_eq!(watched.await["assignment"]["unit"], unit);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_published_webhook_clients_close_the_round() {
    let live = Live::start(&[]).await;
    for name in ["python/webhook_unit.py", "node/webhook-unit.mjs"] {
        let Some((mut command, copy)) = published(name) else {
            continue;
        };
        let free = TcpListener::bind("127.0.0.1:0")
            .expect("a port")
            .local_addr()
            .expect("a port")
            .port();
        let endpoint = format!("http://127.0.0.1:{free}/orders");
        let access = json!({ "way": "webhook", "endpoint": endpoint, "replace_secret": true, "retire_old_secret": true });
        let secret = text(&way(&live, WATER, &access).await, "webhook_secret");
        let (key, platform, port) = (
            key(&live, WATER).await,
            live.address("unit-gateway"),
            free.to_string(),
        );
        let settings = [
            ("PLATFORM", &*platform),
            ("UNIT", WATER),
            ("UNIT_KEY", &key),
            ("WEBHOOK_SECRET", &secret),
            ("PORT", &port),
        ];
        let mut client = Client::run(&mut command, &settings);
        assert_eq!(client.line().await, format!("listening {port}"), "{name}");
        is_replied(&live, "M020202", WATER).await;
        drop(client);
        copy.map(std::fs::remove_file);
    }
    live.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_published_nats_clients_close_the_round() {
    let live = Live::start(&[]).await;
    way(&live, MUNICIPAL, &json!({ "way": "nats" })).await;
    for name in ["python/nats_unit.py", "node/nats-unit.mjs"] {
        let Some((mut command, copy)) = published(name) else {
            continue;
        };
        let (server, key) = (live.nats.url(), key(&live, MUNICIPAL).await);
        let settings = [("NATS", &*server), ("UNIT", MUNICIPAL), ("UNIT_KEY", &key)];
        let mut client = Client::run(&mut command, &settings);
        assert_eq!(client.line().await, "listening", "{name}");
        is_replied(&live, "M020101", MUNICIPAL).await;
        drop(client);
        copy.map(std::fs::remove_file);
    }
    live.stop().await;
}

/// `v1a` is checked with the unit's public key by OpenSSL, through node; nothing that the unit holds can sign.
#[tokio::test(flavor = "multi_thread")]
async fn a_unit_in_javascript_checks_the_ed25519_signature() {
    let Some(node) = python::node() else { return };
    let live = Live::start(&[]).await;
    let mut command = Command::new(node);
    command.arg(workspace().join("tests/clients/unit_public_key.mjs"));
    let mut client = Client::run(&mut command, &[]);
    let port = client.next("listening").await["port"].as_u64().expect("a port");
    let endpoint = json!({ "way": "webhook", "endpoint": format!("http://127.0.0.1:{port}/") });
    let access = way(&live, WATER, &endpoint).await;
    client
        .tell(access["webhook_public_keys"][0].as_str().expect("a key"))
        .await;
    let ping = format!("/v1/units/{WATER}/ping");
    let answered = live.post("unit-gateway", Role::Admin, &ping, &json!({})).await;
    assert_eq!(answered["delivered"], true, "{answered}");
    let checked = client.next("checked").await;
    assert_eq!(checked["right"], true, "{checked}");
    assert_eq!(checked["changed"], false, "a changed body must not fit");
    assert_eq!(live.call_webhook(port).await, 401);
    assert_eq!(client.next("checked").await["right"], false);
    drop(client);
    live.stop().await;
}
