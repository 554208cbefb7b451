//! What is copied must be the same.
#[test]
fn the_first_migration_is_the_platforms() {
    assert_eq!(
        include_str!("../../migrations/0001_platform.sql"),
        bus::PLATFORM_SQL
    );
}
