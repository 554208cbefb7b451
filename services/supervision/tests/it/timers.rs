//! Timers: yellow, red, once for each arming, never early.
use crate::harness::{Told, start};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::supervision::{ClockBreachedV1, ClockWarnedV1};
use supervision::app::Supervision;
use testkit::{Role, TestApp, World};

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

fn lag_secs(app: &TestApp) -> String {
    let text = app.metrics().render();
    let line = text.lines().find(|line| line.starts_with("timer_lag_seconds{"));
    line.unwrap().rsplit(' ').next().unwrap().to_owned()
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
    let chunk = [("service.fire_chunk_max", "7".to_owned())];
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
    assert_eq!(lag_secs(&app), "0", "nothing is left behind");
}

/// A row of a newer program, which this one cannot read.
#[tokio::test]
async fn a_clock_that_cannot_be_read_stops_nobody_and_shows_in_the_lag() {
    let chunk = [("service.fire_chunk_max", "1".to_owned())];
    let app = TestApp::start_with::<Supervision>(&World::new(), &chunk).await;
    crate::harness::publish_directory(&app).await;
    let (bad, good) = (Told::new(&app), Told::new(&app));
    bad.under_way().await;
    app.clock.advance(TimeDelta::minutes(1));
    good.under_way().await;
    sqlx::raw_sql("alter table clocks drop constraint clocks_start_basis_check")
        .execute(app.db())
        .await
        .unwrap();
    sqlx::query("update clocks set start_basis = 'by_oracle' where order_id = $1 and clock = 'sign'")
        .bind(bad.order_id.uuid())
        .execute(app.db())
        .await
        .unwrap();
    // Sign: yellow at 10:30 and 10:31, red at 11:00 and 11:01; the first timer of all cannot be read.
    set(&app, "03-02T12:30:00");
    app.settle().await;
    let breached = app.published::<ClockBreachedV1>().await;
    assert_eq!(
        breached.iter().map(|e| e.key).collect::<Vec<_>>(),
        [good.order_id.uuid()],
        "the one behind it fired"
    );
    assert_eq!(lag_secs(&app), "7200", "two hours late, and said in every round");
}

/// One order a chunk: the one whose calendar nobody publishes must not stand in the way for ever.
#[tokio::test]
async fn an_order_whose_calendar_never_comes_keeps_no_other_from_its_clocks() {
    let chunk = [("service.arm_chunk_max", "1".to_owned())];
    let app = TestApp::start_with::<Supervision>(&World::new(), &chunk).await;
    let (never, soon) = (Told::new(&app), Told::new(&app));
    never.registered().await;
    let mut assignment = never.assignment(1);
    assignment.terms.calendar = "nowhere".to_owned();
    never.tell(&assignment).await;
    soon.under_way().await;
    crate::harness::publish_directory(&app).await;
    for _ in 0..3 {
        app.clock.advance(TimeDelta::seconds(2));
        app.settle().await;
    }
    let unarmed: Vec<uuid::Uuid> = sqlx::query_scalar("select order_id from orders where unarmed")
        .fetch_all(app.db())
        .await
        .unwrap();
    assert_eq!(unarmed, [never.order_id.uuid()]);
    let sign = soon
        .clocks()
        .await
        .into_iter()
        .find(|clock| clock.starts_with("sign"));
    assert_eq!(sign.as_deref(), Some("sign: running 2026-03-02T11:00:00+08:00"));
}

#[tokio::test]
async fn an_implausible_share_due_at_once_waits_for_a_person() {
    let brake = [
        ("service.storm_due_min", "5".to_owned()),
        ("service.storm_percent", "20".to_owned()),
    ];
    let app = TestApp::start_with::<Supervision>(&World::new(), &brake).await;
    crate::harness::publish_directory(&app).await;
    let orders: Vec<_> = (0..5).map(|_| Told::new(&app)).collect();
    for told in &orders {
        told.under_way().await;
    }
    let supervisor = app.http(Role::Supervisor);
    let why = serde_json::json!({ "reason": "时钟已校正" });
    supervisor
        .post("/v1/timers/release", why.clone())
        .await
        .expect(409);
    set(&app, "03-02T11:00:00");
    app.settle().await;
    assert_eq!(
        told_of(&app).await,
        (vec![], vec![]),
        "five of twenty are more than a fifth"
    );
    let held = supervisor.get("/v1/timers").await.expect(200).body;
    assert_eq!((&held["held"], &held["held_due"]), (&true.into(), &5.into()));
    supervisor.post("/v1/timers/release", why).await.expect(200);
    app.settle().await;
    assert_eq!(told_of(&app).await.1.len(), 5, "once each, after the release");
    assert_eq!(supervisor.get("/v1/timers").await.expect(200).body["held"], false);
}

#[tokio::test]
async fn clocks_whose_calendar_is_being_moved_hold_nothing_up() {
    let brake = [
        ("service.storm_due_min", "5".to_owned()),
        ("service.storm_percent", "20".to_owned()),
    ];
    let app = TestApp::start_with::<Supervision>(&World::new(), &brake).await;
    crate::harness::publish_directory(&app).await;
    for _ in 0..5 {
        Told::new(&app).under_way().await;
    }
    sqlx::query("insert into calendar_moves (directory_version, code, noted_at) values (1, 'office', now())")
        .execute(app.db())
        .await
        .unwrap();
    set(&app, "03-02T11:00:00");
    assert_eq!(
        app.run_job("fire_timers").await,
        0,
        "they wait for their calendar"
    );
    let seen = app
        .http(Role::Supervisor)
        .get("/v1/timers")
        .await
        .expect(200)
        .body;
    assert_eq!(seen["held"], false, "what will not fire is no storm: {seen}");
    // Moved to where they were, they fall due after all, and that is one.
    app.settle().await;
    let seen = app
        .http(Role::Supervisor)
        .get("/v1/timers")
        .await
        .expect(200)
        .body;
    assert_eq!((&seen["held"], &seen["held_due"]), (&true.into(), &5.into()));
}
