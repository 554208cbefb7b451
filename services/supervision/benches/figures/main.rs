//! A month scored, checked and corrected, and a report of it beside two others:
//! `cargo bench -p supervision --bench figures [-- <orders of a month>]`.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "figures for a person at a terminal"
)]
mod months;

use serde_json::{Value, json};
use std::time::{Duration, Instant};
use supervision::app::Supervision;
use testkit::{Role, TestApp};

/// Orders of each month.
const ORDERS: i64 = 100_000;
/// Longest time to score one (issue 5).
const AIM: Duration = Duration::from_secs(30);

#[tokio::main]
async fn main() {
    let argument = std::env::args().skip(1).find(|argument| argument != "--bench");
    let orders = argument.and_then(|text| text.parse().ok()).unwrap_or(ORDERS);
    let app = TestApp::start::<Supervision>().await;
    let took = months::build(app.db(), &["2025-02-01", "2026-01-01", "2026-02-01"], orders)
        .await
        .unwrap();
    let size = months::fill::gib(app.db()).await.unwrap();
    println!(
        "three months of {orders} orders, {size:.1} GiB, written in {:.0} s",
        took.as_secs_f64()
    );
    app.settle().await;

    let live = timed("scores of an open month", &app, "/v1/scores/2026-02").await;
    let scored = close(&app, "closing", 1).await;
    let frozen = timed("scores of the closed month", &app, "/v1/scores/2026-02").await;
    assert_eq!(live["groups"], frozen["groups"], "closing changes no score");
    let check = timed(
        "the closed month computed again",
        &app,
        "/v1/scores/2026-02/check",
    )
    .await;
    println!("  {check}");
    let _ = close(&app, "corrections", 2).await;
    let _ = timed(
        "figures by unit",
        &app,
        "/v1/figures?from=2026-02-01&to=2026-02-28&by=unit",
    )
    .await;
    let _ = timed(
        "the first page behind a figure",
        &app,
        "/v1/figures/finish/orders?from=2026-02-01&to=2026-02-28&part=less",
    )
    .await;
    let _ = timed("the month's report", &app, "/v1/reports/month?date=2026-02-10").await;
    let _ = timed("the month's notice", &app, "/v1/notices/2026-02").await;
    println!(
        "aim: a month scored within {} s: {}",
        AIM.as_secs(),
        if scored <= AIM { "met" } else { "missed" }
    );
}

/// How long one request takes, printed; its body.
async fn timed(what: &str, app: &TestApp, path: &str) -> Value {
    let began = Instant::now();
    let answer = app.http(Role::Supervisor).get(path).await.expect(200);
    println!("{what:<40}{:>8.1} s", began.elapsed().as_secs_f64());
    answer.body
}

/// A closing, or a correction, from asking until its revision is there.
async fn close(app: &TestApp, how: &str, revision: i32) -> Duration {
    let began = Instant::now();
    let admin = app.http(Role::Admin);
    admin
        .post(
            &format!("/v1/scores/2026-02/{how}"),
            json!({ "reason": "月度考核" }),
        )
        .await
        .expect(202);
    while app.step().await > 0 {}
    let took = began.elapsed();
    let scores = admin.get("/v1/scores/2026-02").await.expect(200);
    assert_eq!(
        scores.body["revisions"][0]["revision"],
        json!(revision),
        "{}",
        scores.body
    );
    println!("{how:<40}{:>8.1} s", took.as_secs_f64());
    took
}
