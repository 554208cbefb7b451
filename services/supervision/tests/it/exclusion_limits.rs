//! Limits of exclusions: how late one is asked for, and how many of a unit's orders of a month.
use crate::harness::{Told, second, start};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use testkit::{Response, Role, TestApp};

/// The platform's rules of assessment with other limits.
async fn limits(app: &TestApp, days: &str, percent: &str, free: &str) {
    let path = "/v1/policies/scores";
    let document = app
        .http(Role::Leader)
        .get(path)
        .await
        .expect(200)
        .text("/document");
    let lines = document.lines().map(|line| match line.split(' ').next() {
        Some("days_max") => format!("days_max = {days}"),
        Some("share_percent_max") => format!("share_percent_max = {percent}"),
        Some("share_free") => format!("share_free = {free}"),
        _ => line.to_owned(),
    });
    let document = json!({ "document": lines.collect::<Vec<_>>().join("\n") });
    app.http(Role::Admin).put(path, document).await.expect(200);
}

async fn asks(app: &TestApp, told: &Told<'_>) -> Response {
    let form = json!({ "order_id": told.order_id, "reason": "impossible", "note": "管线已废弃" });
    app.http(Role::Supervisor).post("/v1/exclusions", form).await
}

async fn reviewed(app: &TestApp, asked: &Response, verdict: &str) -> Response {
    let path = format!("/v1/exclusions/{}/review", asked.text("/exclusion_id"));
    let body = json!({ "verdict": verdict, "note": "属实" });
    second(app).post(&path, body).await
}

async fn given<'a>(app: &'a TestApp, unit: &str) -> Told<'a> {
    let mut told = Told::new(app);
    told.unit = unit.into();
    told.under_way().await;
    told
}

#[tokio::test]
async fn an_exclusion_is_asked_for_until_so_many_days_after_the_end_or_the_last_limit() {
    let app = start().await;
    limits(&app, "5", "100", "0").await;
    let (done, open) = (given(&app, "U-1").await, given(&app, "U-1").await);
    done.closed().await;
    app.settle().await;
    // Closed on March 2nd; its total limit would have been April 1st, 09:00, and it was met.
    let last: DateTime<Utc> = "2026-04-06T09:00:00+08:00".parse().unwrap();
    app.clock.set(last + TimeDelta::seconds(1));
    app.settle().await;
    let refused = asks(&app, &done).await.expect(422);
    assert_eq!(
        (refused.text("/code"), refused.text("/field")),
        ("exclusion_too_late".to_owned(), "order_id".to_owned())
    );
    let said = refused.text("/detail");
    assert!(
        said.contains("exclusions.days_max") && said.contains("2026-04-06 09:00"),
        "{said}"
    );
    asks(&app, &open).await.expect(201);
    limits(&app, "6", "100", "0").await;
    asks(&app, &done).await.expect(201);
    app.settle().await;
}

#[tokio::test]
async fn only_so_many_orders_of_a_unit_are_left_out_and_the_error_names_the_limit() {
    let app = start().await;
    limits(&app, "30", "50", "1").await;
    let mut orders = Vec::new();
    for _ in 0..4 {
        orders.push(given(&app, "U-1").await);
    }
    let other = given(&app, "U-2").await;
    let first = asks(&app, &orders[0]).await.expect(201);
    let second = asks(&app, &orders[1]).await.expect(201);
    let refused = asks(&app, &orders[2]).await.expect(422);
    assert_eq!(
        (refused.text("/code"), &refused.body["share_percent_max"]),
        ("exclusion_share".to_owned(), &json!(50))
    );
    let said = refused.text("/detail");
    for word in ["exclusions.share_percent_max", "50 %", "U-1", "2026-03", "2 of 4"] {
        assert!(said.contains(word), "{word} in {said}");
    }
    let free = asks(&app, &other).await.expect(201);
    reviewed(&app, &free, "granted").await.expect(200);
    reviewed(&app, &second, "denied").await.expect(200);
    let third = asks(&app, &orders[2]).await.expect(201);
    reviewed(&app, &first, "granted").await.expect(200);
    // The city has become stricter while it waited.
    limits(&app, "30", "25", "1").await;
    let refused = reviewed(&app, &third, "granted").await.expect(422);
    assert_eq!(refused.text("/code"), "exclusion_share");
    reviewed(&app, &third, "denied").await.expect(200);
    app.settle().await;
}

#[tokio::test]
async fn a_new_month_counts_anew_and_without_a_limit_there_is_none() {
    let app = start().await;
    limits(&app, "30", "0", "1").await;
    let march = [given(&app, "U-1").await, given(&app, "U-1").await];
    asks(&app, &march[0]).await.expect(201);
    asks(&app, &march[1]).await.expect(422);
    app.clock
        .set("2026-04-01T00:00:00+08:00".parse::<DateTime<Utc>>().unwrap());
    app.settle().await;
    let april = given(&app, "U-1").await;
    asks(&app, &april).await.expect(201);
    let path = "/v1/policies/scores";
    let document = app
        .http(Role::Leader)
        .get(path)
        .await
        .expect(200)
        .text("/document");
    let without: Vec<&str> = document
        .lines()
        .filter(|line| !line.starts_with("share_percent_max"))
        .collect();
    let body = json!({ "document": without.join("\n") });
    app.http(Role::Admin).put(path, body).await.expect(200);
    asks(&app, &march[1]).await.expect(201);
    let wrong = json!({ "document": document.replace("share_percent_max = 0", "share_percent_max = 101") });
    let refused = app.http(Role::Admin).put(path, wrong).await.expect(422).body;
    assert_eq!(refused["field"], Value::from("exclusions.share_percent_max"));
    app.settle().await;
}
