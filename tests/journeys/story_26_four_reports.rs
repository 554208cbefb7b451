//! Story 26, 四报: day, week, month and special report come from the same figures, beside the period before; as a page and as a
//! document.
use serde_json::{Value, json};
use system_tests::Platform;
use system_tests::people::complaint;
use testkit::Role;

/// The row of the orders: (now, the period before, change in percent).
async fn orders(platform: &Platform, report: &str) -> (Value, Value, Value) {
    let leader = platform
        .supervision
        .http(Role::Leader)
        .header("accept-language", "zh-CN");
    let path = format!("/v1/reports/{report}&tables=summary");
    let body = leader.get(&path).await.expect(200).body;
    let rows = body["tables"][0]["rows"].as_array().expect("rows");
    let row = rows.iter().find(|row| row[0] == "工单量").expect("the orders");
    (row[1].clone(), row[2].clone(), row[3].clone())
}

#[tokio::test]
async fn four_reports_say_the_same_as_page_and_as_document() {
    let platform = Platform::of_city_at("datong", "2026-03-03T09:00:00+08:00").await;
    platform.register(complaint("M020101", "995102002")).await;
    platform.pass_until("2026-03-04T09:00:00+08:00").await;
    for _ in 0..2 {
        platform.register(complaint("M020101", "995102002")).await;
    }
    let nothing = || (json!(3), json!(0), Value::Null);
    let day = orders(&platform, "day?date=2026-03-04").await;
    assert_eq!(
        day,
        (json!(2), json!(1), json!(100.0)),
        "twice as many as the day before"
    );
    for report in [
        "week?date=2026-03-04",
        "month?date=2026-03-04",
        "special?from=2026-03-03&to=2026-03-04",
    ] {
        assert_eq!(orders(&platform, report).await, nothing(), "{report}");
    }
    let leader = platform
        .supervision
        .http(Role::Leader)
        .header("accept-language", "zh-CN");
    for report in [
        "day?date=2026-03-04",
        "week?date=2026-03-04",
        "month?date=2026-03-04",
        "special?from=2026-03-03&to=2026-03-04",
    ] {
        let page = leader
            .get(&format!("/v1/reports/{report}&format=html"))
            .await
            .expect(200);
        let html = page.body.as_str().expect("a page");
        assert!(html.contains("工单量") && html.contains("上期"), "{html}");
        let document = leader
            .get(&format!("/v1/reports/{report}&format=xlsx"))
            .await
            .expect(200);
        let kind = document.headers["content-type"].to_str().expect("text");
        assert!(kind.contains("spreadsheet"), "{kind}");
    }
}
