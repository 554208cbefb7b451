//! The storm of timers: how long until a hundred thousand clocks that are due in the same second have breached, exactly
//! once, among millions that are armed, while registration goes on and what clocks tell is published and heard again:
//! `cargo bench -p supervision --bench timers [-- <armed> <due> [<folder with pg-boss installed>]]`.
//!
//! pg-boss, given, does as much on the same server in the same run: its jobs write one row each and nothing hears of it.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "figures for a person at a terminal"
)]
#[path = "shared/fill.rs"]
mod fill;

use chrono::{DateTime, TimeDelta, Utc};
use contracts::ids::{ComplaintId, OrderId};
use contracts::intake::OrderRegisteredV1;
use contracts::words::{Channel, Kind, Urgency};
use serde_json::Value;
use sqlx::PgPool;
use std::cell::Cell;
use std::process::Command;
use std::time::{Duration, Instant};
use supervision::app::Supervision;
use testkit::TestApp;
use uuid::Uuid;

/// Timers that are armed, and those of them that fall due in one second.
const ARMED: i64 = 10_000_000;
const DUE: i64 = 100_000;
/// Clocks of an order.
const CLOCKS: i64 = 4;
/// Orders that are registered before each round of relay, consumers and jobs.
const REGISTERED: usize = 5;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let number = |position: usize| arguments.get(position).and_then(|text| text.parse().ok());
    let (armed, due) = (number(0).unwrap_or(ARMED), number(1).unwrap_or(DUE));
    let app = TestApp::start::<Supervision>().await;
    let took = arm(app.db(), app.clock.now(), (armed, due)).await;
    println!(
        "{armed} timers armed ({:.0} s to write, {:.1} GiB), {due} due in one second",
        took.as_secs_f64(),
        fill::gib(app.db()).await.unwrap()
    );
    let moment = app.clock.now() + TimeDelta::hours(1);
    storm(app.db(), moment).await;
    app.clock.set(moment);
    // Beside each other, as the tasks of a service are: what fires, and everything else.
    let (began, fired) = (Instant::now(), Cell::new(None));
    let (registered, ()) = tokio::join!(everything_else(&app, &fired), async {
        while is_left(app.db(), moment).await {
            app.run_job("fire_timers").await;
        }
        fired.set(Some(began.elapsed()));
    });
    let (took, all) = (fired.get().unwrap(), began.elapsed());
    println!(
        "all fired after {:.1} s, {:.0} timers/s, with {registered} orders registered meanwhile;\n\
         published and heard again after {:.1} s",
        took.as_secs_f64(),
        due as f64 / took.as_secs_f64(),
        all.as_secs_f64()
    );
    count(app.db(), moment).await;
    if let Some(folder) = arguments.get(2) {
        let other = pg_boss(app.db(), folder, armed, due).await;
        let seconds = other["seconds"].as_f64().unwrap();
        println!(
            "pg-boss: all had their effect after {seconds:.1} s, {:.0} jobs/s: {other}\n\
             the platform took {:.2} of its time until all had fired",
            due as f64 / seconds,
            took.as_secs_f64() / seconds
        );
    }
}

/// Relay, consumers and the other jobs, until nothing moves and everything has fired; orders that were registered meanwhile.
async fn everything_else(app: &TestApp, fired: &Cell<Option<Duration>>) -> usize {
    let mut registered = 0;
    loop {
        let firing = fired.get().is_none();
        for _ in 0..if firing { REGISTERED } else { 0 } {
            register(app).await;
            registered += 1;
        }
        if app.step().await == 0 && !firing {
            return registered;
        }
    }
}

async fn register(app: &TestApp) {
    let (order_id, complaint_id) = (OrderId(Uuid::now_v7()), ComplaintId(Uuid::now_v7()));
    let event = OrderRegisteredV1 {
        order_id,
        order_number: "26030200001-1".to_owned(),
        complaint_id,
        complaint_number: "26030200001".to_owned(),
        channel: Channel::Phone,
        kind: Kind::Help,
        urgency: Urgency::Ordinary,
        title: "路灯不亮".to_owned(),
        text: "中山路路灯不亮".to_owned(),
        matter: None,
        place: contracts::directory::PlaceV1::default(),
        facts: std::collections::BTreeMap::new(),
        confidential: false,
        accepted_at: app.clock.now(),
        due_by: None,
        other_number: false,
        caller: None,
    };
    let _ = app.publish(order_id.uuid(), 1, &event).await;
}

/// All clocks but those of the storm, over a month of orders and the two months to come.
async fn arm(pool: &PgPool, at: DateTime<Utc>, (armed, due): (i64, i64)) -> Duration {
    // One moment for all statements: the ids of the orders are made from it.
    let now = format!("'{}'::timestamptz", at.to_rfc3339());
    let orders = armed / CLOCKS;
    let (every, stormy) = ((orders / due).max(1), due.min(orders));
    let id = fill::order_id("n", "accepted_at");
    let made = format!(
        "(select n, accepted_at, {id} as order_id from (select n, {now} - interval '30 days' + n * interval '30 days' / {orders} as accepted_at
          from generate_series(1, {orders}) as n) as numbered) as made"
    );
    let order_rows = format!(
        "insert into orders (order_id, correlation_id, order_number, complaint_id, complaint_number, title, matter, division, kind,
             urgency, channel, accepted_at, generation, lead_unit, lead_name, co_handlers, terms, directory_version,
             assigned_at, assigned_sequence, state, due_at, warn_at)
         select order_id, order_id, 'T' || n || '-1', order_id, 'T' || n, '路灯不亮', 'M0203', '990102', 'help', 'ordinary', 'phone',
             accepted_at, 1, 'U-' || n % 500, '城市管理局', '[]', '{{}}', 1, accepted_at, 1, 'assigned',
             {now} + interval '1 day', {now} + interval '20 hours'
         from {made}"
    );
    let clock_rows = format!(
        "insert into clocks (order_id, clock, generation, rework, timer_generation, limit_amount, limit_unit, start_rule,
             start_basis, started_at, calendar, directory_version, warn_at, due_at, state, fires_at)
         select order_id, clock, case clock when 'total' then 0 else 1 end, 0, 1, 5, 'working_days', 'dispatch', 'dispatch',
             accepted_at, 'office', 1, due_at - interval '1 day', due_at, 'running', due_at - interval '1 day'
         from (select *, {now} + interval '2 days' + n * interval '60 days' / {orders} + day * interval '1 day' as due_at
               from {made}, (values ('sign', 1), ('respond', 3), ('finish', 7), ('total', 30)) as named (clock, day)) as c
         where not (clock = 'sign' and n % {every} = 0 and n / {every} <= {stormy})"
    );
    let took = fill::fill(pool, &["orders", "clocks"], &[order_rows, clock_rows])
        .await
        .unwrap();
    let mut conn = pool.acquire().await.unwrap();
    fill::run(&mut conn, &format!("create table storm as select order_id, accepted_at from {made} where n % {every} = 0 and n / {every} <= {stormy}")).await.unwrap();
    took
}

/// The clocks of the storm: yellow already, red at the moment.
async fn storm(pool: &PgPool, moment: DateTime<Utc>) {
    sqlx::query(
        "insert into clocks (order_id, clock, generation, rework, timer_generation, limit_amount, limit_unit, start_rule,
             start_basis, started_at, calendar, directory_version, warn_at, due_at, state, warned_at, fires_at)
         select order_id, 'sign', 1, 0, 1, 2, 'working_hours', 'dispatch', 'dispatch', accepted_at, 'office', 1,
             $1 - interval '30 minutes', $1, 'warned', $1 - interval '30 minutes', $1 from storm",
    )
    .bind(moment)
    .execute(pool)
    .await
    .unwrap();
}

async fn is_left(pool: &PgPool, moment: DateTime<Utc>) -> bool {
    sqlx::query_scalar("select exists (select from clocks where fires_at = $1)")
        .bind(moment)
        .fetch_one(pool)
        .await
        .unwrap()
}

/// What the journal says of the storm.
async fn count(pool: &PgPool, moment: DateTime<Utc>) {
    let (events, timers, early): (i64, i64, i64) = sqlx::query_as(
        "select count(*), count(distinct (key, data ->> 'clock', data ->> 'timer_generation')),
                count(*) filter (where occurred_at < $1)
         from journal where event_type = 'supervision.clock.breached.v1' and (data ->> 'due_at')::timestamptz = $1",
    )
    .bind(moment)
    .fetch_one(pool)
    .await
    .unwrap();
    println!("events written {events}, timers distinct {timers}, early {early}");
}

/// The same with pg-boss, in a database of its own on the same server.
async fn pg_boss(pool: &PgPool, folder: &str, armed: i64, due: i64) -> Value {
    sqlx::raw_sql("create database pg_boss")
        .execute(pool)
        .await
        .unwrap();
    let options = pool.connect_options();
    let (user, host, port) = (options.get_username(), options.get_host(), options.get_port());
    let output = Command::new("node")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/pg_boss.mjs"))
        .arg(folder)
        .arg(format!("postgres://{user}@{host}:{port}/pg_boss"))
        .args([armed.to_string(), due.to_string(), "500".to_owned()])
        .output()
        .unwrap();
    sqlx::raw_sql("drop database pg_boss with (force)")
        .execute(pool)
        .await
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}
