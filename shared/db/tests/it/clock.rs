//! The clock follows the database and is never ahead of it, or a timer would fire early.
use crate::rig::database;
use chrono::{DateTime, TimeDelta, Utc};
use db::Clock;
use sqlx::PgPool;

async fn database_time(pool: &PgPool) -> DateTime<Utc> {
    sqlx::query_scalar("select clock_timestamp()")
        .fetch_one(pool)
        .await
        .unwrap()
}

#[tokio::test]
async fn it_is_never_ahead_of_the_database_and_not_far_behind() {
    let db = database().await;
    let mut behind = TimeDelta::MAX;
    for round in 0..300 {
        if round % 25 == 0 {
            db.clock().synchronise(db.pool()).await.unwrap();
        }
        let ours = db.clock().now();
        let theirs = database_time(db.pool()).await;
        assert!(ours <= theirs, "{ours} is ahead of {theirs}");
        behind = behind.min(theirs - ours);
    }
    assert!(behind < TimeDelta::seconds(1), "{behind}");
}

#[tokio::test]
async fn it_goes_on_while_the_database_is_away() {
    let db = database().await;
    let before = db.clock().now();
    db.pool().close().await;
    assert!(db.clock().synchronise(db.pool()).await.is_err());
    assert!(db.clock().now() >= before);
}

#[tokio::test]
async fn it_tells_whole_microseconds_so_that_what_is_stored_comes_back_equal() {
    let db = database().await;
    for _ in 0..20 {
        let now = db.clock().now();
        let back: DateTime<Utc> = sqlx::query_scalar("select $1::timestamptz")
            .bind(now)
            .fetch_one(db.pool())
            .await
            .unwrap();
        assert_eq!(back, now);
    }
}

#[tokio::test]
async fn only_a_manual_clock_can_be_moved() {
    let db = database().await;
    let before = db.clock().now();
    db.clock().advance(TimeDelta::days(1));
    db.clock().set(before + TimeDelta::days(2));
    assert!(db.clock().now() < before + TimeDelta::hours(1));

    let start: DateTime<Utc> = "2026-03-02T01:00:00Z".parse().unwrap();
    let manual = Clock::manual(start);
    manual.synchronise(db.pool()).await.unwrap();
    assert!(manual.is_manual() && !db.clock().is_manual());
    assert_eq!(manual.now(), start);
    manual.clone().advance(TimeDelta::minutes(5));
    assert_eq!(
        manual.now(),
        start + TimeDelta::minutes(5),
        "clones share the time"
    );
}
