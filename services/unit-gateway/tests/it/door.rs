//! Every operation has its callers, and the document says which.
use crate::harness::start;
use std::time::Duration;
use testkit::Role;

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_in_who_is_not_on_the_list() {
    let app = start().await;
    let openapi = serde_json::from_value(app.openapi.clone()).unwrap();
    let issuer = app.world.issuer.clone();
    web::testing::assert_auth_coverage(&app.router, &openapi, |roles: &[Role]| {
        issuer.mint_roles(roles, None, "somebody", Duration::from_secs(60))
    })
    .await;
}

const EXPECTED: &[&str] = &[
    "get /v1/orders/{order_id}/attachments/{attachment_id}",
    "get /v1/orders/{order_id}/handling",
    "get /v1/orders/{order_id}/log",
    "get /v1/units/{unit}/sub-unit-orders",
    "post /v1/units/{unit}/orders/{order_id}/contacts",
    "post /v1/units/{unit}/orders/{order_id}/contacts/{relay_token}/calls",
    "get /v1/unit-access",
    "get /v1/unit-denials",
    "get /v1/units/{unit}/access",
    "put /v1/units/{unit}/access",
    "get /v1/units/{unit}/attempts",
    "get /v1/units/{unit}/deliveries",
    "post /v1/units/{unit}/ping",
    "post /v1/units/{unit}/replays",
    "get /v1/units/{unit}/keys",
    "post /v1/units/{unit}/keys",
    "delete /v1/units/{unit}/keys/{key_id}",
    "get /v1/units/{unit}/orders",
    "get /v1/units/{unit}/orders/live",
    "get /v1/units/{unit}/orders/{order_id}",
    "get /v1/units/{unit}/orders/{order_id}/attachments",
    "post /v1/units/{unit}/orders/{order_id}/attachments",
    "get /v1/units/{unit}/orders/{order_id}/attachments/{attachment_id}",
    "post /v1/units/{unit}/orders/{order_id}/appeals",
    "post /v1/units/{unit}/orders/{order_id}/co-handlers",
    "post /v1/units/{unit}/orders/{order_id}/extension-requests",
    "post /v1/units/{unit}/orders/{order_id}/suspension-requests",
    "post /v1/units/{unit}/orders/{order_id}/parts",
    "post /v1/units/{unit}/orders/{order_id}/progress",
    "post /v1/units/{unit}/orders/{order_id}/reply",
    "post /v1/units/{unit}/orders/{order_id}/respond",
    "post /v1/units/{unit}/orders/{order_id}/return-requests",
    "post /v1/units/{unit}/orders/{order_id}/sign",
];

#[tokio::test(flavor = "multi_thread")]
async fn the_document_names_every_operation_and_its_query() {
    let app = start().await;
    let paths = app.openapi["paths"].as_object().unwrap();
    let listed: Vec<String> = paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object()
                .unwrap()
                .keys()
                .map(move |method| format!("{method} {path}"))
        })
        .collect();
    for operation in EXPECTED {
        assert!(
            listed.iter().any(|found| found == operation),
            "{operation} is missing in {listed:?}"
        );
    }
    assert_eq!(listed.len(), EXPECTED.len(), "{listed:?}");
    for (path, expected) in [
        (
            "/v1/units/{unit}/orders",
            vec!["unit path", "after query", "limit query", "wait_ms query"],
        ),
        (
            "/v1/unit-access",
            vec!["after query", "limit query", "failing query"],
        ),
        (
            "/v1/units/{unit}/deliveries",
            vec!["unit path", "state query", "after query", "limit query"],
        ),
    ] {
        let parameters = paths[path]["get"]["parameters"].as_array().unwrap();
        let word =
            |parameter: &serde_json::Value, member: &str| parameter[member].as_str().unwrap().to_owned();
        let names: Vec<String> = parameters
            .iter()
            .map(|p| format!("{} {}", word(p, "name"), word(p, "in")))
            .collect();
        assert_eq!(names, expected, "{path}");
    }
}
