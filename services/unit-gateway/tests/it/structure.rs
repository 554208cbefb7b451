//! What is copied must be the same.
#[test]
fn the_first_migration_is_the_platforms() {
    assert_eq!(
        include_str!("../../migrations/0001_platform.sql"),
        bus::PLATFORM_SQL
    );
}

#[test]
fn a_message_may_be_as_large_on_a_laptop_as_in_production() {
    let limit = "max_payload: 256KB";
    for configuration in [
        include_str!("../../../../infra/nats/nats.conf"),
        include_str!("../../../all-in-one/src/nats.rs"),
    ] {
        assert!(configuration.contains(limit), "{limit}");
    }
}
