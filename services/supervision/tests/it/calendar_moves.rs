//! A calendar is published anew: late clocks move too, and nothing that cannot be read holds the others up.
use crate::harness::{Told, publish_directory, start};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use contracts::calendar::{CalendarV1, SpecialDayV1, WorkSpanV1};
use contracts::routing::DirectoryPublishedV1;
use contracts::supervision::ClockBreachedV1;
use contracts::words::ClockName;
use serde_json::json;
use supervision::app::Supervision;
use testkit::{Role, TestApp, World};
use uuid::Uuid;

fn set(app: &TestApp, local: &str) {
    app.clock
        .set(format!("2026-{local}+08:00").parse::<DateTime<Utc>>().unwrap());
}

/// Monday March 9th becomes a holiday.
async fn holiday(app: &TestApp) {
    days_off(app, &[(2026, 3, 9)]).await;
}

/// The second version of the directory, with these days off.
async fn days_off(app: &TestApp, days: &[(i32, u32, u32)]) {
    let time = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
    let span = |from, to| WorkSpanV1 {
        weekdays: vec![1, 2, 3, 4, 5],
        from,
        to,
        season_from: None,
        season_to: None,
        on_holidays: false,
    };
    let office = CalendarV1 {
        code: "office".to_owned(),
        name: "机关".to_owned(),
        utc_offset_secs: 28_800,
        hours: vec![span(time(8, 30), time(12, 0)), span(time(13, 30), time(17, 0))],
        days: days
            .iter()
            .map(|(year, month, day)| SpecialDayV1 {
                date: NaiveDate::from_ymd_opt(*year, *month, *day).unwrap(),
                name: "停课停工".to_owned(),
                off: true,
            })
            .collect(),
    };
    let event = DirectoryPublishedV1 {
        version: 2,
        published_at: app.clock.now(),
        calendars: vec![office],
    };
    app.publish(Uuid::from_u128(1), 2, &event).await;
    app.settle().await;
}

async fn finish(told: &Told<'_>) -> String {
    let clocks = told.clocks().await;
    clocks
        .into_iter()
        .find(|clock| clock.starts_with("finish"))
        .unwrap()
}

/// An order whose clocks run, after one with a clock as a newer program may have written it: ids grow.
async fn behind_an_unreadable_one(app: &TestApp) -> Told<'_> {
    let (bad, good) = (Told::new(app), Told::new(app));
    for told in [&bad, &good] {
        told.under_way().await;
        told.signed(1).await;
    }
    app.settle().await;
    sqlx::raw_sql("alter table clocks drop constraint clocks_start_basis_check")
        .execute(app.db())
        .await
        .unwrap();
    sqlx::query("update clocks set start_basis = 'by_oracle' where order_id = $1 and clock = 'finish'")
        .bind(bad.order_id.uuid())
        .execute(app.db())
        .await
        .unwrap();
    good
}

#[tokio::test]
async fn a_clock_that_was_late_by_the_old_calendar_runs_again_by_the_new_one() {
    let app = start().await;
    let told = Told::new(&app);
    told.under_way().await;
    told.signed(1).await;
    set(&app, "03-09T17:00:00");
    app.settle().await;
    assert_eq!(finish(&told).await, "finish: breached 2026-03-09T17:00:00+08:00");
    // The day off is published when it is over.
    set(&app, "03-09T20:00:00");
    holiday(&app).await;
    // Yellow a working day before, which is over; red is to come.
    assert_eq!(finish(&told).await, "finish: warned 2026-03-10T17:00:00+08:00");
    set(&app, "03-10T17:00:00");
    app.settle().await;
    assert_eq!(finish(&told).await, "finish: breached 2026-03-10T17:00:00+08:00");
}

#[tokio::test]
async fn a_clock_that_cannot_be_read_does_not_stop_the_others_of_its_calendar() {
    let app = start().await;
    let good = behind_an_unreadable_one(&app).await;
    holiday(&app).await;
    assert_eq!(finish(&good).await, "finish: running 2026-03-10T17:00:00+08:00");
    let open: i64 = sqlx::query_scalar("select count(*) from calendar_moves where done_at is null")
        .fetch_one(app.db())
        .await
        .unwrap();
    assert_eq!(open, 0, "the move is done, and timers fire");
    set(&app, "03-10T17:00:00");
    app.settle().await;
    let late = app.published::<ClockBreachedV1>().await;
    let late: Vec<_> = late
        .iter()
        .filter(|e| e.data.clock == ClockName::Finish)
        .map(|e| e.key)
        .collect();
    assert_eq!(late, [good.order_id.uuid()]);
}

#[tokio::test]
async fn a_due_time_that_a_new_calendar_moved_says_which_day_did() {
    let app = start().await;
    let told = Told::new(&app);
    told.under_way().await;
    told.signed(1).await;
    app.settle().await;
    let reason = async || {
        let path = format!("/v1/orders/{}", told.order_id);
        let order = app.http(Role::Supervisor).get(&path).await.expect(200).body;
        let clocks = order["clocks"].as_array().unwrap().clone();
        let finish = clocks
            .into_iter()
            .find(|clock| clock["clock"] == "finish")
            .unwrap();
        finish["explanation"].to_string()
    };
    assert!(!reason().await.contains("The calendar has changed"));
    holiday(&app).await;
    let moved = reason().await;
    assert!(moved.contains("The calendar has changed: due at"), "{moved}");
    assert!(
        moved.contains("2026-03-09: counted before, not counted (停课停工) now."),
        "{moved}"
    );
}

/// As a slow transaction would have left a clock, after its order was gone through.
async fn left_behind(told: &Told<'_>) {
    sqlx::query(
        "update clocks set directory_version = 1, due_at = due_at - interval '1 day', warn_at = warn_at - interval '1 day',
                fires_at = fires_at - interval '1 day' where order_id = $1 and clock = 'finish'",
    )
    .bind(told.order_id.uuid())
    .execute(told.app.db())
    .await
    .unwrap();
}

/// Looks for what was left behind, until the clock stands as it should.
async fn looked_for_again(told: &Told<'_>, expected: &str) {
    sqlx::query("update calendar_moves set checked_at = null, looked_after = default")
        .execute(told.app.db())
        .await
        .unwrap();
    // Transactions of other tests on this server may be older; they end.
    for _ in 0..2_000 {
        told.app.step().await;
        if finish(told).await == expected {
            return;
        }
    }
    panic!("still by the old calendar: {}", finish(told).await);
}

#[tokio::test]
async fn what_a_slow_transaction_wrote_by_the_old_calendar_is_moved_too() {
    let app = start().await;
    let told = Told::new(&app);
    told.under_way().await;
    told.signed(1).await;
    app.settle().await;
    holiday(&app).await;
    let moved = finish(&told).await;
    assert!(moved.ends_with("2026-03-10T17:00:00+08:00"), "{moved}");
    left_behind(&told).await;
    looked_for_again(&told, &moved).await;
}

#[tokio::test]
async fn what_cannot_be_read_keeps_nobody_from_being_looked_for() {
    let one = [("service.fire_chunk_max", "1".to_owned())];
    let app = TestApp::start_with::<Supervision>(&World::new(), &one).await;
    publish_directory(&app).await;
    app.settle().await;
    let good = behind_an_unreadable_one(&app).await;
    holiday(&app).await;
    let moved = finish(&good).await;
    assert!(moved.ends_with("2026-03-10T17:00:00+08:00"), "{moved}");
    left_behind(&good).await;
    looked_for_again(&good, &moved).await;
}

#[tokio::test]
async fn a_due_time_in_a_year_without_a_list_says_so_and_moves_when_the_list_comes() {
    let app = start().await;
    let missing = async || {
        let desk = app.http(Role::Leader).get("/v1/desk").await.expect(200).body;
        desk["years_missing"].clone()
    };
    assert_eq!(missing().await, json!([]), "in March nobody misses next year");
    set(&app, "12-30T09:00:00");
    let expected = json!([{ "year": 2027, "calendars": ["city", "office"] }]);
    assert_eq!(missing().await, expected);
    let told = Told::new(&app);
    told.under_way().await;
    told.signed(1).await;
    app.settle().await;
    assert_eq!(finish(&told).await, "finish: running 2027-01-06T17:00:00+08:00");
    let why = told.seen().await["clocks"].to_string();
    let said = "There is no holiday list for 2027; only weekends were left out.";
    assert!(why.contains(said), "{why}");
    // New Year's Day, and a day of the year that ends, so that this calendar lists both.
    days_off(&app, &[(2026, 10, 1), (2027, 1, 1)]).await;
    assert_eq!(finish(&told).await, "finish: running 2027-01-07T17:00:00+08:00");
    let seen = told.seen().await;
    let of_finish = seen["clocks"].as_array().unwrap().iter();
    let mut of_finish = of_finish.filter(|clock| clock["clock"] == "finish");
    let why = of_finish.next().unwrap()["explanation"].to_string();
    assert!(!why.contains(said), "{why}");
    assert_eq!(missing().await, json!([]));
}
