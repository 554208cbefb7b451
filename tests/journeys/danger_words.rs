//! Words of danger raise the urgency for everybody who has the order, whatever the agent gave (issue 3, "Decision").
use serde_json::json;
use system_tests::Platform;
use system_tests::people::complaint;

const UNIT: &str = "QX-990102-HOUSING";

#[tokio::test]
async fn what_the_text_makes_an_emergency_is_one_for_unit_and_supervision() {
    let platform = Platform::start_at("2026-03-02T11:00:00+08:00").await;
    let mut body = complaint("M010101", "990102002");
    body["facts"] = json!({ "场所类型": "住宅小区" });
    body["urgency"] = json!("ordinary");
    body["title"] = json!("楼道垃圾着火");
    body["text"] = json!("楼道里堆的垃圾着火了，烟很大");
    let registered = platform.register(body).await;
    let order = registered.order();

    let assignment = platform.assignment(order).await;
    assert_eq!(assignment["terms"]["urgency"], "emergency", "{assignment}");
    assert_eq!(assignment["terms"]["rule"], "SX002", "the row of 特急");
    let document = platform.document(UNIT, order).await;
    assert_eq!(document["data"]["urgency"], "emergency");
    let supervised = platform.watched(order).await;
    assert_eq!(supervised["urgency"], "emergency");
}
