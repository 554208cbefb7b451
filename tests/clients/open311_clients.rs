//! The standard door, used by two public Python libraries that know nothing of us: `three` posts, `georeport` finds what it
//! posted, in JSON and in XML.
use serde_json::json;
use system_tests::live::Live;
use system_tests::people::text;
use system_tests::python::{self, Client};
use system_tests::wait::until;
use testkit::Role;

const SERVICE: &str = "M020101";
const DIVISION: &str = "990102002";

/// How many services there are, once intake has taken over the city's directory.
async fn services_of(live: &Live) -> Option<usize> {
    let found = live.get("intake", Role::Admin, "/open311/v2/services.json").await;
    found.as_array().map(Vec::len).filter(|count| *count > 0)
}

/// An app with a key.
async fn app_key(live: &Live) -> String {
    let app = json!({ "name": "掌上城市", "contact": "ops@example.org", "posts_per_hour_max": 10 });
    live.put("intake", Role::Admin, "/v1/apps/city-app", &app).await;
    let made = live
        .post("intake", Role::Admin, "/v1/apps/city-app/keys", &json!({}))
        .await;
    text(&made, "key")
}

#[tokio::test(flavor = "multi_thread")]
async fn two_public_clients_of_the_standard_get_along_with_us() {
    let Some(python) = python::interpreter() else {
        return;
    };
    let live = Live::start(&[]).await;
    until("the services of the sample city", || services_of(&live)).await;
    let endpoint = format!("{}/open311/v2", live.address("intake"));
    let arguments = [
        "--endpoint",
        endpoint.as_str(),
        "--service",
        SERVICE,
        "--division",
        DIVISION,
    ];
    let key = app_key(&live).await;
    let mut client = Client::start(
        &python,
        "app_open311.py",
        &arguments,
        &[("OPEN311_API_KEY", &key)],
    );

    let discovery = client.next("discovery").await;
    assert_eq!(discovery["document"]["endpoints"][0]["formats"][1], "text/xml");
    let services = client.next("services").await;
    let codes = services["codes"].as_array().expect("codes");
    assert!(codes.contains(&json!(SERVICE)), "{services}");
    let definition = client.next("definition").await;
    assert_eq!(definition["document"]["attributes"][0]["code"], "kind");
    let refused = client.next("refused").await;
    assert_eq!(refused["document"][0]["code"], 403);
    let number = client.next("posted").await["number"].clone();
    for style in ["json", "xml"] {
        let found = client.next("found").await;
        assert_eq!(found["style"], style);
        assert_eq!(found["one"]["service_request_id"], number, "{found}");
        assert_eq!(found["one"]["status"], "open");
        assert!(
            found["numbers"].as_array().expect("numbers").contains(&number),
            "{found}"
        );
        assert_eq!(found["services"], codes.len());
        assert_eq!(found["definition"], SERVICE);
        let told = found.to_string();
        for hidden in ["19900007037", "402", "闻人"] {
            assert!(!told.contains(hidden), "{hidden} in {told}");
        }
    }
    let seen = client.next("seen").await;
    assert_eq!(seen["request"][0]["service_request_id"], number);
    assert_eq!(seen["requests"][0]["service_code"], SERVICE);
    assert!(client.end().await.success());
    live.stop().await;
}
