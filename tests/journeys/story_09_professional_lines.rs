//! Story 9 (Zhengzhou): professional lines keep their numbers and are linked. Labour runs this platform itself, electricity a
//! system of its own, water is a unit that gets its orders by interface. Orders flow both ways, and so do results.
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::fs;
use system_tests::hotlines::{Hotline, Scripted, one_owner, settle};
use system_tests::people::{complaint, content};
use system_tests::{Platform, city};
use testkit::{Role, World};
use uuid::Uuid;

const LABOUR: &str = "12333";
const ELECTRICITY: &str = "95598";

/// Which matters go to a line, as the city's pack says.
fn matters_of(line: &str) -> Vec<String> {
    let table = fs::read_to_string(city::named("zhengzhou").join("peer_matters.csv")).expect("a pack");
    let rows = table.lines().filter_map(|row| row.split_once(','));
    let own: Vec<String> = rows
        .filter(|(code, _)| *code == line)
        .map(|(_, matter)| matter.to_owned())
        .collect();
    assert!(!own.is_empty(), "the pack has nothing for {line}");
    own
}

fn about(matter: &str, title: &str) -> Value {
    let mut body = complaint(matter, "992105001");
    body["title"] = json!(title);
    body
}

/// 12345 and labour's line, linked as the pack says.
async fn city_and_labour() -> (Hotline, Hotline) {
    let world = World::new();
    let city = Hotline::start(&world, "12345").await;
    let labour = Hotline::start(&world, LABOUR).await;
    let matters = matters_of(LABOUR);
    let matters: Vec<&str> = matters.iter().map(String::as_str).collect();
    let for_labour = city.meets(LABOUR, &labour.link.url, &matters).await;
    let for_city = labour.meets("12345", &city.link.url, &[]).await;
    city.keeps(LABOUR, for_city).await;
    labour.keeps("12345", for_labour).await;
    (city, labour)
}

/// One hands over, the other takes it and says how it ended; the caller hears it where they called.
async fn there_and_back(from: &Hotline, to: &Hotline, body: Value, result: &str) {
    let registered = from.registers(body).await;
    let offered = from
        .offers(&registered, &to.code, json!({ "consent": true }))
        .await;
    settle(&[from, to]).await;
    to.decides(&offered, "acceptance", json!({})).await;
    settle(&[from, to]).await;
    assert_eq!(one_owner(from, to, &offered).await, "receiver");
    let number = registered["complaint_number"].as_str().expect("a number");
    let told = from.tells(number).await;
    assert_eq!(told["state"], "open", "handed over is not done: {told}");
    to.decides(
        &offered,
        "result",
        json!({ "outcome": "solved", "result": result }),
    )
    .await;
    settle(&[from, to]).await;
    let told = from.tells(number).await;
    assert_eq!(told["state"], "closed", "{told}");
    assert!(told["answer"].to_string().contains(result), "{told}");
    let there = to.sees(&offered).await;
    let theirs = there["complaint_id"].as_str().expect("a complaint");
    let theirs = to
        .app()
        .http(Role::Agent)
        .get(&format!("/v1/complaints/{theirs}"))
        .await
        .expect(200);
    let number = theirs.text("/summary/complaint_number");
    assert_eq!(
        to.tells(&number).await["state"],
        "closed",
        "both sides are closed"
    );
}

#[tokio::test]
async fn labour_and_the_city_hand_each_other_what_is_theirs() {
    let (city, labour) = city_and_labour().await;
    let whose = city
        .app()
        .http(Role::Agent)
        .get("/v1/peers?matter=M050101")
        .await
        .expect(200);
    assert_eq!(whose.text("/items/0/code"), LABOUR);
    there_and_back(&city, &labour, about("M050101", "拖欠工资"), "已责令支付").await;
    there_and_back(&labour, &city, about("M020101", "路灯不亮"), "已修复").await;
}

#[tokio::test]
async fn electricity_has_a_system_of_its_own_and_is_linked_both_ways() {
    let world = World::new();
    let city = Hotline::start(&world, "12345").await;
    let power = Scripted::start(&city, ELECTRICITY).await;
    let registered = city.registers(about("M020101", "小区停电")).await;
    let offered = city.offers(&registered, ELECTRICITY, json!({})).await;
    settle(&[&city]).await;
    assert_eq!(power.heard("offer")[0]["offer"]["title"], "小区停电");
    let id = &offered["transfer_id"];
    let yes = json!({ "type": "acceptance", "transfer_id": id, "number": "GW-20260302-1" });
    assert!(power.says(&city, &yes).await.0.is_success());
    let now = city.app().clock.now();
    let done = json!({ "type": "result", "transfer_id": id, "outcome": "solved", "result": "已恢复供电", "completed_at": now });
    assert!(power.says(&city, &done).await.0.is_success());
    settle(&[&city]).await;
    let told = city
        .tells(registered["complaint_number"].as_str().expect("a number"))
        .await;
    assert!(told["answer"].to_string().contains("已恢复供电"), "{told}");

    let offer = json!({ "type": "offer", "transfer_id": Uuid::now_v7(), "case_number": "GW-2", "number": "GW-2", "hop": 1,
        "offered_at": now, "answer_until": now + TimeDelta::hours(2),
        "offer": { "kind": "help", "urgency": "ordinary", "title": "电杆压坏人行道", "text": "人行道砖被压坏", "matter": "M020102",
            "division": "992105001", "address": null, "position": null, "reason": "属市政", "consent": false, "voice_at": null } });
    assert!(power.says(&city, &offer).await.0.is_success());
    let transfer = json!({ "transfer_id": offer["transfer_id"] });
    city.decides(&transfer, "acceptance", json!({})).await;
    settle(&[&city]).await;
    assert_eq!(power.heard("acceptance").len(), 1);
    city.decides(
        &transfer,
        "result",
        json!({ "outcome": "solved", "result": "已修复" }),
    )
    .await;
    settle(&[&city]).await;
    assert_eq!(power.heard("result")[0]["result"], "已修复");
}

#[tokio::test]
async fn water_is_a_unit_whose_system_gets_orders_and_answers() {
    let platform = Platform::of_city("zhengzhou").await;
    let registered = platform.register(complaint("M020201", "992105001")).await;
    let order = registered.order();
    assert_eq!(platform.lead(order).await, "QY-WATER");
    platform.handled_by("QY-WATER", order).await;
    platform.caller_says(order, content()).await;
    assert_eq!(platform.progress(&registered.number).await["state"], "closed");
}
