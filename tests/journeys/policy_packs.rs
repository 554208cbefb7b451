//! The same programs, five cities: each pack is taken as it is, and its policies decide.
use serde_json::{Value, json};
use system_tests::Platform;
use system_tests::people::{complaint, text};
use testkit::Role;

/// A complaint of the five cities: about this matter, there, with these facts.
fn about(matter: &str, division: &str, facts: Value) -> Value {
    let mut body = complaint(matter, division);
    body["facts"] = facts;
    body
}

/// The lead asks for a return and the hotline upholds it.
async fn returned(platform: &Platform, unit: &str, order: &str, generation: i32) -> Value {
    let not_ours =
        json!({ "generation": generation, "reason_code": "not_our_duty", "basis": "不属本单位职责" });
    platform.acts(unit, order, "return-requests", not_ours).await;
    let desk = platform.routing.http(Role::Dispatcher);
    let waiting = desk.get("/v1/returns").await.expect(200).body;
    let path = format!("/v1/returns/{}/review", text(&waiting["items"][0], "return_id"));
    let verdict = json!({ "verdict": "upheld", "reason": "属实" });
    let review = desk.post(&path, verdict).await.expect(200).body;
    platform.settle().await;
    review
}

#[tokio::test]
async fn in_jinan_the_second_return_is_a_dispute() {
    let platform = Platform::of_city("jinan").await;
    let works = json!({ "成因": "施工损坏" });
    let registered = platform.register(about("M020102", "991102001", works)).await;
    let order = registered.order();
    assert_eq!(platform.lead(order).await, "QY-WATER");
    let first = returned(&platform, "QY-WATER", order, 1).await;
    assert_eq!(first["lead"]["code"], "QX-991102-GOV", "{first}");
    let second = returned(&platform, "QX-991102-GOV", order, 2).await;
    assert_eq!(second["state"], "disputed", "{second}");
}

#[tokio::test]
async fn in_zhengzhou_the_county_gets_its_own() {
    let platform = Platform::of_city("zhengzhou").await;
    let registered = platform.register(complaint("M070101", "992121001")).await;
    let order = registered.order();
    assert_eq!(platform.lead(order).await, "RX-992121");
    platform.handled_by("RX-992121", order).await;
    let progress = platform.progress(&registered.number).await;
    assert!(progress.to_string().contains("荥县12345热线平台"), "{progress}");
}

#[tokio::test]
async fn in_liaocheng_a_business_that_is_not_satisfied_is_the_leaders() {
    let platform = Platform::of_city("liaocheng").await;
    let business = json!({ "主体": "企业" });
    let registered = platform.register(about("M060102", "993102001", business)).await;
    let order = registered.order();
    assert_eq!(platform.lead(order).await, "SJ-MARKET");
    platform.handled_by("SJ-MARKET", order).await;
    let no = json!({ "reached": true, "contacted": true, "solved": false, "result": "not_satisfied",
                     "attitude": "satisfied" });
    let answer = platform.caller_says(order, no).await;
    let happened = platform.happened(order).await;
    assert!(
        happened
            .iter()
            .any(|event| event.starts_with("callback.order.raised")),
        "{answer} {happened:?}"
    );
}

#[tokio::test]
async fn in_changsha_an_ownerless_light_waits_for_a_consultation_and_the_rest_has_five_days() {
    let platform = Platform::of_city("changsha").await;
    let ownerless = json!({ "权属": "无主" });
    let registered = platform.register(about("M020101", "994103001", ownerless)).await;
    let waiting = platform.assignment(registered.order()).await;
    assert_eq!(
        (&waiting["state"], &waiting["reason"]),
        (&json!("undecided"), &json!("tie"))
    );
    let registered = platform.register(complaint("M020101", "994103001")).await;
    let assignment = platform.assignment(registered.order()).await;
    let finish = &assignment["terms"]["finish"];
    assert_eq!(
        (&finish["amount"], &finish["unit"]),
        (&json!(5), &json!("working_days"))
    );
}

#[tokio::test]
async fn in_datong_the_company_gets_it_and_nobody_returns_anything() {
    let platform = Platform::of_city("datong").await;
    let estate = json!({ "物业平台": "WY-03" });
    let registered = platform.register(about("M030101", "995102001", estate)).await;
    let order = registered.order();
    assert_eq!(platform.lead(order).await, "WY-03");
    let document = platform.document("WY-03", order).await;
    assert!(!document.to_string().contains("欧阳"), "no identity: {document}");
    let not_ours = json!({ "generation": 1, "reason_code": "not_our_duty", "basis": "应由住建处理" });
    let refused = platform.act("WY-03", order, "return-requests", not_ours).await;
    assert_eq!(refused.expect(409).body["code"], "first_receiver_keeps");
}
