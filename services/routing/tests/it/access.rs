//! Every endpoint refuses callers without a token and with the wrong role.
use routing::Routing;
use std::time::Duration;
use testkit::TestApp;

#[tokio::test]
async fn every_operation_knows_who_may_call_it() {
    let app = TestApp::start::<Routing>().await;
    let issuer = app.world.issuer.clone();
    let openapi = serde_json::from_value(app.openapi.clone()).unwrap();
    let token = |roles: &[web::auth::Role]| issuer.mint_roles(roles, None, "test", Duration::from_secs(600));
    web::testing::assert_auth_coverage(&app.router, &openapi, token).await;
}
