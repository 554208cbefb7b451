//! A unit that is called by webhook: signed, one document per call, again when its system was away, in order.
use serde_json::Value;
use system_tests::Platform;
use system_tests::people::{complaint, content};
use system_tests::webhook::Endpoint;

const UNIT: &str = "QY-WATER";

#[tokio::test]
async fn a_unit_is_called_with_each_document_in_order() {
    let platform = Platform::start().await;
    let endpoint = Endpoint::open(&platform, UNIT).await;
    assert!(
        endpoint.access.to_string().contains("whsec_"),
        "the administrator is told the secret once: {}",
        endpoint.access
    );
    let registered = platform.register(complaint("M020202", "990102002")).await;
    let order = registered.order().to_owned();
    assert_eq!(endpoint.calls().len(), 1);
    assert!(
        platform
            .happened(&order)
            .await
            .contains(&"unit-gateway.order.delivered.v1".to_owned())
    );
    platform.handled_by(UNIT, &order).await;
    platform.caller_says(&order, content()).await;

    let calls = endpoint.calls();
    let notices: Vec<String> = calls
        .iter()
        .map(|call| body(call)["data"]["notice"].to_string())
        .collect();
    assert_eq!(notices, ["\"assigned\"", "\"closed\""]);
    for (call, header) in calls
        .iter()
        .flat_map(|call| ["webhook-id", "webhook-timestamp", "webhook-signature"].map(|h| (call, h)))
    {
        assert!(call.contains(header), "no {header}: {call}");
    }
    // The id of the call is the id of the document: what a unit recognises a repetition by.
    assert!(
        calls[0].contains(&format!(
            "\"webhook-id\": \"{}\"",
            body(&calls[0])["id"].as_str().expect("an id")
        )),
        "{}",
        calls[0]
    );
}

#[tokio::test]
async fn a_unit_whose_system_was_away_is_called_again() {
    const DELIVERED: &str = "unit-gateway.order.delivered.v1";
    let platform = Platform::start().await;
    let endpoint = Endpoint::open(&platform, UNIT).await;
    endpoint.goes_away();
    let order = platform
        .register(complaint("M020202", "990102002"))
        .await
        .order()
        .to_owned();
    assert_eq!((endpoint.turned_away(), endpoint.calls().len()), (1, 0));
    assert!(!platform.happened(&order).await.contains(&DELIVERED.to_owned()));

    endpoint.comes_back();
    platform.pass(chrono::TimeDelta::minutes(1)).await;
    let calls = endpoint.calls();
    assert_eq!(calls.len(), 1, "{calls:?}");
    assert_eq!(body(&calls[0])["subject"], order.as_str());
    assert!(platform.happened(&order).await.contains(&DELIVERED.to_owned()));
    platform.handled_by(UNIT, &order).await;
    platform.caller_says(&order, content()).await;
    assert_eq!(endpoint.calls().len(), 2, "and not once more than that");
}

fn body(call: &str) -> Value {
    let (_, body) = call.split_once('\n').expect("headers, then the body");
    serde_json::from_str(body).expect("JSON")
}
