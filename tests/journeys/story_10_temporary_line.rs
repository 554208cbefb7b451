//! Story 10, 临时专线: a line that is opened for some weeks. While it is open, its matter goes to it; afterwards orders go
//! where the duty falls back to – and what was accepted before the end stays the line's, however late it is corrected.
use serde_json::json;
use system_tests::Platform;
use system_tests::people::complaint;
use testkit::Role;

/// 供暖保障临时专线, open from November to the end of March.
const LINE: &str = "SJ-LINE-HEAT";
const ITS_DUTY: &str = "PD0020";
const FALLS_BACK_TO: &str = "QY-HEAT";

#[tokio::test]
async fn orders_after_the_end_of_a_line_go_where_its_duty_falls_back_to() {
    let platform = Platform::of_city_at("zhengzhou", "2027-03-02T09:00:00+08:00").await;
    let during = platform.register(complaint("M020302", "992105001")).await;
    assert_eq!(platform.lead(during.order()).await, LINE);

    platform.pass_until("2027-03-31T23:30:00+08:00").await;
    let last = platform.register(complaint("M020302", "992105001")).await;
    assert_eq!(
        platform.lead(last.order()).await,
        LINE,
        "the last day is included"
    );
    platform.pass_until("2027-04-01T00:30:00+08:00").await;
    let after = platform.register(complaint("M020302", "992105001")).await;
    assert_eq!(platform.lead(after.order()).await, FALLS_BACK_TO);
    let why = platform.assignment(after.order()).await["explanation"].to_string();
    assert!(
        why.contains(ITS_DUTY) && why.contains("2027-03-31"),
        "the explanation names the line's duty and its end: {why}"
    );

    // Corrected after the end, the earlier order is decided as of its acceptance.
    let path = format!("/v1/orders/{}/amendments", during.order());
    let body = json!({ "place": { "division": "992106001" }, "reason": "更正地点" });
    platform
        .intake
        .http(Role::Dispatcher)
        .post(&path, body)
        .await
        .expect(201);
    platform.settle().await;
    let assignment = platform.assignment(during.order()).await;
    assert_eq!(
        (&assignment["lead"]["code"], &assignment["generation"]),
        (&json!(LINE), &json!(2))
    );
}
