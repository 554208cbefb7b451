//! Timers: yellow, red, once for each arming, never early.
use crate::harness::{Told, start};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::supervision::{ClockBreachedV1, ClockWarnedV1};
use supervision::app::Supervision;
use testkit::{TestApp, World};

async fn told_of(app: &TestApp) -> (Vec<String>, Vec<String>) {
    let warned = app.published::<ClockWarnedV1>().await;
    let breached = app.published::<ClockBreachedV1>().await;
    (
        warned
            .into_iter()
            .map(|e| format!("{} #{}", e.data.clock, e.data.timer_generation))
            .collect(),
        breached
            .into_iter()
            .map(|e| format!("{} #{}", e.data.clock, e.data.timer_generation))
            .collect(),
    )
}

fn set(app: &TestApp, local: &str) {
    app.clock
        .set(format!("2026-{local}+08:00").parse::<DateTime<Utc>>().unwrap());
}

#[tokio::test]
async fn a_clock_warns_and_breaches_at_its_times_and_not_before() {
    let app = start().await;
    let told = Told::new(&app);
    told.under_way().await;
    set(&app, "03-02T10:29:59.999999");
    app.settle().await;
    assert_eq!(told_of(&app).await, (vec![], vec![]));
    set(&app, "03-02T10:30:00");
    app.settle().await;
    assert_eq!(told_of(&app).await, (vec!["sign #1".to_owned()], vec![]));
    set(&app, "03-02T10:59:59.999999");
    app.settle().await;
    assert!(told_of(&app).await.1.is_empty());
    set(&app, "03-02T11:00:00");
    app.settle().await;
    app.settle().await;
    assert_eq!(told_of(&app).await.1, ["sign #1"]);
    let breached = &app.published::<ClockBreachedV1>().await[0];
    assert_eq!(breached.data.due_at, app.clock.now());
    assert_eq!(breached.data.unit.as_ref(), Some(&told.unit));
    assert_eq!(breached.actor, "clock");
    assert!(
        told.timeline()
            .await
            .contains(&"supervision.clock.breached.v1".to_owned()),
        "its own events come back to it"
    );
}

#[tokio::test]
async fn a_clock_that_is_met_tells_nothing() {
    let app = start().await;
    let told = Told::new(&app);
    told.under_way().await;
    told.signed(1).await;
    told.responded(1).await;
    told.replied(1, 0).await;
    told.closed().await;
    app.settle().await;
    app.clock.advance(TimeDelta::days(60));
    app.settle().await;
    assert_eq!(told_of(&app).await, (vec![], vec![]));
}

#[tokio::test]
async fn a_moved_clock_fires_for_its_new_arming_only() {
    let app = start().await;
    let told = Told::new(&app);
    told.under_way().await;
    set(&app, "03-02T10:00:00");
    told.signed(1).await;
    app.settle().await;
    // Respond: 24 hours from signing, so yellow at three quarters of it, red the next morning.
    set(&app, "03-03T04:00:00");
    app.settle().await;
    set(&app, "03-03T11:00:00");
    app.settle().await;
    let (warned, breached) = told_of(&app).await;
    assert_eq!(
        (warned, breached),
        (vec!["respond #2".to_owned()], vec!["respond #2".to_owned()])
    );
}

#[tokio::test]
async fn after_a_long_silence_a_clock_is_red_without_having_been_yellow() {
    let app = start().await;
    let told = Told::new(&app);
    told.under_way().await;
    app.clock.advance(TimeDelta::days(60));
    app.settle().await;
    let (warned, mut breached) = told_of(&app).await;
    breached.sort();
    assert!(warned.is_empty());
    let names: Vec<_> = breached
        .iter()
        .map(|told| told.split(' ').next().unwrap())
        .collect();
    assert_eq!(names, ["finish", "respond", "sign", "total"]);
    let events = app.published::<ClockBreachedV1>().await;
    let due: Vec<_> = events.iter().map(|e| e.data.due_at).collect();
    assert!(due.is_sorted(), "the oldest first");
}

#[tokio::test]
async fn many_timers_at_one_moment_fire_once_each_in_chunks_and_concurrent_runs() {
    let world = World::new();
    let chunk = [
        ("service.fire_chunk_max", "7".to_owned()),
        ("service.storm_alarm_min", "10".to_owned()),
    ];
    let app = TestApp::start_with::<Supervision>(&world, &chunk).await;
    crate::harness::publish_directory(&app).await;
    let orders: Vec<_> = (0..25).map(|_| Told::new(&app)).collect();
    for told in &orders {
        told.registered().await;
        told.assigned(1).await;
    }
    app.settle().await;
    app.clock.advance(TimeDelta::hours(2));
    tokio::join!(app.settle(), app.settle());
    let events = app.published::<ClockBreachedV1>().await;
    let distinct: std::collections::BTreeSet<_> = events.iter().map(|e| e.key).collect();
    assert_eq!((events.len(), distinct.len()), (25, 25));
    assert!(app.metrics().render().contains("timer_lag"));
}
