//! Story 10, 临时专线: a line that is opened for some weeks. While it is open, its matter goes to it; afterwards orders go
//! where the duty falls back to – and what was accepted before the end stays the line's, however late it is corrected.
use serde_json::json;
use system_tests::people::complaint;
use system_tests::{Platform, city};
use testkit::Role;

const LINE: &str = "ZX-HEATING";
const FALLS_BACK_TO: &str = "QY-HEAT";

/// The sample city with a line for questions about heating bills, open until the end of March.
async fn city_with_the_line() -> Platform {
    let platform = Platform::start().await;
    let mut pack = city::files(&city::sample());
    let mut add = |file: &str, row: &str| {
        let text = pack.get_mut(file).expect("a file of the sample");
        text.push_str(row);
        text.push('\n');
    };
    add(
        "units.csv",
        "ZX-HEATING,岚川市供热服务临时专线,供热专线,热线,协作热线,SJ-HOTLINE,990100,PEER_HOTLINE,是,rest,全天,2026-03-02,2026-03-31,采暖季末临时专线（样例）",
    );
    add(
        "duties.csv",
        "PD9001,M020302,,,ZX-HEATING,,90,否,2026-03-02,2026-03-31,供热服务临时专线方案（样例）,",
    );
    platform
        .routing
        .http(Role::DirectoryEditor)
        .post("/v1/directory/versions", json!({ "pack": pack }))
        .await
        .expect(201);
    platform.settle().await;
    platform
}

#[tokio::test]
async fn orders_after_the_end_of_a_line_go_where_its_duty_falls_back_to() {
    let platform = city_with_the_line().await;
    let during = platform.register(complaint("M020302", "990102002")).await;
    assert_eq!(platform.lead(during.order()).await, LINE);

    platform.pass_until("2026-03-31T23:30:00+08:00").await;
    let last = platform.register(complaint("M020302", "990102002")).await;
    assert_eq!(
        platform.lead(last.order()).await,
        LINE,
        "the last day is included"
    );
    platform.pass_until("2026-04-01T00:30:00+08:00").await;
    let after = platform.register(complaint("M020302", "990102002")).await;
    assert_eq!(platform.lead(after.order()).await, FALLS_BACK_TO);
    let why = platform.assignment(after.order()).await["explanation"].to_string();
    assert!(
        why.contains("PD9001") && why.contains("2026-03-31"),
        "the explanation names the line's duty and its end: {why}"
    );

    // Corrected after the end, the earlier order is decided as of its acceptance.
    let path = format!("/v1/orders/{}/amendments", during.order());
    let body = json!({ "place": { "division": "990103002" }, "reason": "更正地点" });
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
