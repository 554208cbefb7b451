//! Reports and the notice: the same figures as JSON, as a spreadsheet and as a page.
use crate::harness::{Told, start};
use chrono::TimeDelta;
use contracts::words::Satisfaction;
use serde_json::{Value, json};
use testkit::{Role, TestApp};

async fn report(app: &TestApp, path: &str) -> Value {
    app.http(Role::Leader)
        .header("accept-language", "en")
        .get(path)
        .await
        .expect(200)
        .body
}

fn row<'a>(report: &'a Value, table: &str, first: &str) -> Vec<&'a Value> {
    let table = report["tables"]
        .as_array()
        .unwrap()
        .iter()
        .find(|t| t["name"] == table)
        .unwrap();
    let rows = table["rows"].as_array().unwrap();
    let found = rows.iter().find(|row| row[0] == first);
    found
        .map(|row| row.as_array().unwrap().iter().collect())
        .unwrap_or_default()
}

#[tokio::test]
async fn a_report_stands_beside_the_period_before_and_every_form_says_the_same() {
    let app = start().await;
    // Monday March 2nd: one order; a week later two, one of them unsolved.
    Told::new(&app).done(true, Satisfaction::Satisfied).await;
    app.clock.advance(TimeDelta::days(7));
    Told::new(&app).done(true, Satisfaction::Satisfied).await;
    Told::new(&app).done(false, Satisfaction::NotSatisfied).await;
    app.clock.advance(TimeDelta::hours(1));
    app.settle().await;
    let week = report(&app, "/v1/reports/week?date=2026-03-10").await;
    assert_eq!(
        (&week["from"], &week["to"]),
        (&json!("2026-03-09"), &json!("2026-03-15"))
    );
    assert_eq!(
        row(&week, "summary", "orders")[1..4],
        [&json!(2), &json!(1), &json!(100.0)]
    );
    let resolution = row(&week, "summary", "Resolution");
    assert_eq!(
        resolution[1..],
        [
            &json!(50.0),
            &json!(100.0),
            &json!(-50.0),
            &Value::Null,
            &Value::Null
        ]
    );
    assert_eq!(
        row(&week, "kinds", "help")[1..4],
        [&json!(2), &json!(100.0), &json!(100.0)]
    );
    assert_eq!(row(&week, "units", "U-1")[2], &json!(2));
    assert_eq!(row(&week, "channels", "phone")[1], &json!(2));
    let day = report(&app, "/v1/reports/day?date=2026-03-02&tables=summary").await;
    assert_eq!(day["tables"].as_array().unwrap().len(), 1);
    assert_eq!(row(&day, "summary", "orders")[1], &json!(1));
    let special = report(
        &app,
        "/v1/reports/special?from=2026-03-01&to=2026-03-31&tables=summary",
    )
    .await;
    assert_eq!(row(&special, "summary", "orders")[1], &json!(3));
    // As of the first week, the second has not happened.
    let then = report(
        &app,
        "/v1/reports/month?date=2026-03-05&as_of=2026-03-03T00:00:00Z&tables=summary",
    )
    .await;
    assert_eq!(row(&then, "summary", "orders")[1], &json!(1));
    assert_eq!(row(&then, "summary", "Resolution")[1], &json!(100.0));
    other_forms(&app).await;
}

async fn other_forms(app: &TestApp) {
    let leader = app.http(Role::Leader).header("accept-language", "zh-CN");
    let page = leader
        .get("/v1/reports/week?date=2026-03-10&format=html")
        .await
        .expect(200);
    let text = page
        .body
        .as_str()
        .map_or_else(|| page.body.to_string(), str::to_owned);
    assert!(
        text.contains("周报 2026-03-09 – 2026-03-15")
            && text.contains("<td>解决率</td><td class=\"n\">50.00</td>"),
        "{text}"
    );
    let sheet = leader
        .get("/v1/reports/week?date=2026-03-10&format=xlsx")
        .await
        .expect(200);
    assert_eq!(
        sheet.headers["content-disposition"],
        "attachment; filename=\"week-2026-03-09.xlsx\""
    );
}

#[tokio::test]
async fn what_is_late_is_listed_with_its_hours() {
    let app = start().await;
    let told = Told::new(&app);
    told.under_way().await;
    app.clock.advance(TimeDelta::hours(5));
    app.settle().await;
    let day = report(&app, "/v1/reports/day?date=2026-03-02&tables=late").await;
    // Signing was due at 11:00, and it is 14:00.
    assert_eq!(
        row(&day, "late", "26030200001-1")[1..],
        [
            &json!("sign"),
            &json!("U-1"),
            &json!("M0203"),
            &json!("2026-03-02 11:00"),
            &json!(3)
        ]
    );
    let before = report(
        &app,
        "/v1/reports/day?date=2026-03-02&tables=late&as_of=2026-03-02T02:30:00Z",
    )
    .await;
    assert!(
        row(&before, "late", "26030200001-1").is_empty(),
        "at half past ten it was not"
    );
}

#[tokio::test]
async fn the_notice_proposes_who_pushed_away_what_was_its_own() {
    let app = start().await;
    let (wrong, right) = (Told::new(&app), Told::new(&app));
    wrong.under_way().await;
    right.under_way().await;
    let rejected = wrong.return_requested(1).await;
    wrong.return_rejected(1, rejected).await;
    let upheld = right.return_requested(1).await;
    right.return_upheld(1, upheld).await;
    app.settle().await;
    let notice = report(&app, "/v1/notices/2026-03").await;
    let referrals = notice["tables"]
        .as_array()
        .unwrap()
        .iter()
        .find(|t| t["name"] == "referrals")
        .unwrap();
    let rows = referrals["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 1, "an upheld return is no offence: {rows:?}");
    assert_eq!(
        (&rows[0][0], &rows[0][3]),
        (&json!("U-1"), &json!(wrong.order_id))
    );
    assert!(rows[0][6].as_str().unwrap().contains("属本单位职责"));
    // The upheld return comes back to the same unit by a later decision: it was its own after all.
    right.assigned(2).await;
    app.settle().await;
    let notice = report(&app, "/v1/notices/2026-03").await;
    let referrals = notice["tables"]
        .as_array()
        .unwrap()
        .iter()
        .find(|t| t["name"] == "referrals")
        .unwrap();
    assert_eq!(referrals["rows"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_question_that_cannot_be_answered_names_its_field() {
    let app = start().await;
    let leader = app.http(Role::Leader);
    for (path, status, field) in [
        ("/v1/reports/decade", 404, Value::Null),
        ("/v1/reports/special?from=2026-03-01", 400, json!("to")),
        ("/v1/reports/day?date=tomorrow", 400, json!("date")),
        ("/v1/reports/day?tables=gossip", 400, json!("tables")),
        ("/v1/reports/day?format=pdf", 400, json!("format")),
        ("/v1/notices/2026-00", 400, json!("period")),
    ] {
        assert_eq!(
            leader.get(path).await.expect(status).body["field"],
            field,
            "{path}"
        );
    }
}
