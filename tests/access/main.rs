//! Who may call what, over all five services: every operation of every OpenAPI document refuses a caller without a
//! token and a caller with the wrong role; an operation that does not say who may call it fails the test.
use std::time::Duration;
use system_tests::Platform;
use testkit::{Role, TestApp};

const TOKEN_LIFE: Duration = Duration::from_secs(600);

async fn refuses_the_wrong_caller(platform: &Platform, app: &TestApp) {
    let issuer = &platform.world.issuer;
    let document = serde_json::from_value(app.openapi.clone()).expect("an OpenAPI document");
    let token = |roles: &[Role]| issuer.mint_roles(roles, Some("SJ-EDU"), "somebody", TOKEN_LIFE);
    web::testing::assert_auth_coverage(&app.router, &document, token).await;
}

#[tokio::test]
async fn every_operation_of_every_service_refuses_no_token_and_the_wrong_role() {
    let platform = Platform::start().await;
    for app in platform.apps() {
        refuses_the_wrong_caller(&platform, app).await;
    }
}

/// The document is what the coverage test reads; a route that is not in it would escape. What the acceptance
/// interface names must be there.
#[tokio::test]
async fn the_documents_name_the_operations_that_others_rely_on() {
    let platform = Platform::start().await;
    for (app, operations) in [
        (
            &platform.intake,
            &["post /v1/complaints", "get /v1/complaints/{number}/progress"][..],
        ),
        (
            &platform.routing,
            &["get /v1/orders/{order_id}/assignment", "post /v1/decisions"],
        ),
        (
            &platform.gateway,
            &[
                "get /v1/units/{unit}/orders",
                "post /v1/units/{unit}/orders/{order_id}/sign",
                "post /v1/units/{unit}/orders/{order_id}/respond",
                "post /v1/units/{unit}/orders/{order_id}/progress",
                "post /v1/units/{unit}/orders/{order_id}/return-requests",
                "post /v1/units/{unit}/orders/{order_id}/reply",
            ],
        ),
        (
            &platform.callback,
            &["get /v1/callbacks", "post /v1/callbacks/{callback_id}/answers"],
        ),
        (
            &platform.supervision,
            &[
                "get /v1/orders/{order_id}",
                "get /v1/orders/{order_id}/timeline",
                "get /v1/orders",
            ],
        ),
    ] {
        for operation in operations {
            let (method, path) = operation.split_once(' ').expect("method and path");
            assert!(
                app.openapi["paths"][path][method].is_object(),
                "{operation} is not in the document"
            );
        }
    }
}

#[tokio::test]
async fn every_refusal_is_a_problem_with_a_stable_code() {
    let platform = Platform::start().await;
    for app in platform.apps() {
        let missing = app.anonymous().get("/v1/nowhere").await.expect(404);
        assert_eq!(missing.headers["content-type"], "application/problem+json");
        assert_eq!(missing.body["code"], "route_unknown");
        let forged = app.http_as("not.a.token").get("/v1/orders").await;
        assert!(forged.status.is_client_error(), "{}", forged.body);
        assert!(forged.body["code"].is_string(), "{}", forged.body);
    }
}
