//! What every service must be: the same platform tables, and no way in for the wrong caller.
use crate::harness::start;
use std::time::Duration;

#[test]
fn the_first_migration_is_the_platforms() {
    assert_eq!(
        include_str!("../../migrations/0001_platform.sql"),
        bus::PLATFORM_SQL
    );
}

#[tokio::test]
async fn nobody_gets_in_without_the_right_role() {
    let app = start().await;
    let openapi = serde_json::from_value(app.openapi.clone()).unwrap();
    let issuer = &app.world.issuer;
    let token = |roles: &[web::auth::Role]| issuer.mint_roles(roles, None, "test", Duration::from_secs(60));
    web::testing::assert_auth_coverage(&app.router, &openapi, token).await;
}
