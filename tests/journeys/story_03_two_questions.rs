//! Story 3, 两个问题: callback asks about the result and about the attitude. Result fine, attitude bad: the order closes, and the
//! attitude is recorded against the unit.
use serde_json::json;
use system_tests::Platform;
use system_tests::people::{complaint, content};
use testkit::Role;

const UNIT: &str = "SJ-MUNI";

#[tokio::test]
async fn result_and_attitude_are_two_questions() {
    let platform = Platform::of_city("jinan").await;
    let registered = platform.register(complaint("M020101", "991102002")).await;
    let order = registered.order();
    platform.handled_by(UNIT, order).await;
    let mut said = content();
    said["attitude"] = json!("not_satisfied");
    let followed = platform.caller_says(order, said).await;
    assert_eq!(
        (followed["order_state"].as_str(), followed["outcome"].as_str()),
        (Some("closed"), Some("solved"))
    );
    let recorded = platform
        .callback
        .published::<contracts::callback::CallbackRecordedV1>()
        .await;
    assert_eq!(recorded[0].data.attitude.as_str(), "not_satisfied");
    let month = platform.world.clock.now().format("%Y-%m");
    let path = format!("/v1/scores/{month}/units/{UNIT}/entries");
    let desk = platform.supervision.http(Role::Supervisor);
    let entries = desk.get(&path).await.expect(200).body;
    let against = entries["items"].as_array().expect("items").iter();
    let against: Vec<_> = against.filter(|entry| entry["rule"] == "D5").collect();
    assert_eq!(
        (against.len(), &against[0]["order_id"]),
        (1, &json!(order)),
        "the attitude counts against the unit: {entries}"
    );
}
