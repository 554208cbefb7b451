//! A caller's answer goes against a unit: its system is told, appeals with its key, and hears that the appeal is upheld; the
//! answer counts in no figure any more. The same when a person of the unit appeals at callback.
use chrono::TimeDelta;
use serde_json::{Value, json};
use system_tests::Platform;
use system_tests::people::{complaint, content, text};
use testkit::Role;

const UNIT: &str = "SJ-MUNI";

fn unsolved() -> Value {
    json!({ "reached": true, "contacted": true, "solved": false, "result": "not_satisfied", "attitude": "satisfied", "remark": "张三说没修好" })
}

/// An order of the unit whose caller said that.
async fn answered(platform: &Platform, said: Value) -> String {
    let registered = platform.register(complaint("M020101", "990102002")).await;
    let order = registered.order().to_owned();
    platform.handled_by(UNIT, &order).await;
    platform.caller_says(&order, said).await;
    order
}

/// How many of the unit's callers are satisfied.
async fn satisfied(platform: &Platform) -> Value {
    let now = platform.world.clock.now() + TimeDelta::hours(8);
    let day = now.format("%Y-%m-%d");
    let path = format!("/v1/figures?by=unit&from={day}&to={day}");
    let desk = platform.supervision.http(Role::Supervisor);
    let figures = desk.get(&path).await.expect(200).body;
    let groups = figures["groups"].as_array().expect("groups");
    let group = groups.iter().find(|group| group["code"] == UNIT);
    group.unwrap_or_else(|| panic!("no {UNIT} in {figures}"))["figures"]["satisfaction"]["percent"].clone()
}

/// The open appeal of an order, as the hotline sees it.
async fn open_appeal(platform: &Platform, order: &str) -> Value {
    let desk = platform.callback.http(Role::Supervisor);
    let open = desk.get("/v1/appeals").await.expect(200).body;
    let items = open["items"].as_array().expect("items");
    let appeal = items.iter().find(|appeal| appeal["order_id"] == order);
    appeal
        .unwrap_or_else(|| panic!("no appeal of {order}: {open}"))
        .clone()
}

/// The unit's system is told, and appeals with its key; answers the appeal.
async fn appealed_by_the_system(platform: &Platform, order: &str) -> Value {
    let told = platform.noticed(UNIT, order, "answer").await;
    assert!(
        !told.to_string().contains("张三"),
        "no word of the caller: {told}"
    );
    let answer = &told["data"]["answer"];
    assert_eq!(
        (&answer["solved"], &answer["result"]),
        (&json!(false), &json!("not_satisfied"))
    );
    let admin = platform.gateway.http(Role::Admin);
    let keys = format!("/v1/units/{UNIT}/keys");
    let key = admin.post(&keys, json!({})).await.expect(201).text("/key");
    let path = format!("/v1/units/{UNIT}/orders/{order}/appeals");
    let body = json!({ "callback_id": answer["callback_id"], "ground": "已于回访前修复" });
    let system = platform.gateway.http_as(&key);
    let asked = system.post(&path, body.clone()).await.expect(200);
    assert_eq!(asked.body["state"], "requested");
    platform.settle().await;
    let again = system.post(&path, body).await.expect(200);
    assert_eq!(again.body["state"], "open", "callback has it");
    let appeal = open_appeal(platform, order).await;
    assert_eq!(
        (&appeal["opened_by"], &appeal["ground"]),
        (&json!("unit:SJ-MUNI"), &json!("已于回访前修复"))
    );
    appeal
}

/// A person of the unit appeals at callback.
async fn appealed_by_a_person(platform: &Platform, order: &str) {
    let told = platform.noticed(UNIT, order, "answer").await;
    let callback = text(&told["data"]["answer"], "callback_id");
    let path = format!("/v1/units/{UNIT}/answers/{callback}/appeals");
    let person = platform.callback.unit(UNIT);
    let ground = json!({ "ground": "已于回访前修复" });
    person.post(&path, ground).await.expect(201);
    platform.settle().await;
}

/// Somebody of the hotline finds that the unit is right; answers the appeal as it was.
async fn upheld(platform: &Platform, order: &str) -> Value {
    let appeal = open_appeal(platform, order).await;
    let path = format!("/v1/appeals/{}/review", text(&appeal, "appeal_id"));
    let verdict = json!({ "uphold": true, "reason": "照片属实" });
    let desk = platform.callback.http(Role::Supervisor);
    desk.post(&path, verdict).await.expect(200);
    platform.settle().await;
    appeal
}

/// What came of the appeal, as the unit hears it.
async fn hears(platform: &Platform, order: &str, appeal: &Value) {
    let result = platform.noticed(UNIT, order, "appeal").await;
    assert_eq!(
        result["data"]["appeal"],
        json!({
            "callback_id": appeal["callback_id"], "appeal_id": appeal["appeal_id"], "state": "upheld",
            "reason": "照片属实",
        })
    );
}

#[tokio::test]
async fn a_units_system_appeals_against_an_answer_and_it_counts_no_more() {
    let platform = Platform::start().await;
    answered(&platform, content()).await;
    let by_system = answered(&platform, unsolved()).await;
    let by_person = answered(&platform, unsolved()).await;
    let before = satisfied(&platform).await;

    let appeal = appealed_by_the_system(&platform, &by_system).await;
    assert_eq!(
        satisfied(&platform).await,
        before,
        "an appeal alone changes no figure"
    );
    assert_eq!(upheld(&platform, &by_system).await, appeal);
    hears(&platform, &by_system, &appeal).await;
    let half = satisfied(&platform).await;

    appealed_by_a_person(&platform, &by_person).await;
    let appeal = upheld(&platform, &by_person).await;
    hears(&platform, &by_person, &appeal).await;
    assert_eq!(
        [before, half, satisfied(&platform).await],
        [json!(33.33), json!(50.0), json!(100.0)],
        "each counts alike"
    );

    let happened = platform.happened(&by_system).await;
    let happened: Vec<&str> = happened
        .iter()
        .map(String::as_str)
        .filter(|event| event.contains("appeal") || event.contains("answer"))
        .collect();
    assert_eq!(
        happened,
        [
            "callback.answer.went_against.v1",
            "unit-gateway.appeal.requested.v1",
            "callback.appeal.opened.v1",
            "callback.appeal.upheld.v1",
        ]
    );
    for order in [&by_system, &by_person] {
        platform.follows_from_one_contact(order).await;
    }
}
