//! Story 14, 五个入口: phone, WeChat, app, web and province orders enter the same flow; a province order keeps the
//! province's number and its deadline, and the result goes back up.
use chrono::TimeDelta;
use serde_json::{Value, json};
use system_tests::Platform;
use system_tests::above::Above;
use system_tests::people::{Registered, complaint, content, text};
use testkit::Role;
use uuid::Uuid;

const UNIT: &str = "SJ-MUNI";
/// The code of the province's hotline.
const PROVINCE: &str = "37-12345";
const PROVINCE_NUMBER: &str = "SZ-2026-000317";

/// A street light, by one of the doors.
fn by(channel: &str) -> Value {
    let mut body = complaint("M020101", "990102002");
    body["channel"] = json!(channel);
    body["title"] = json!(format!("路灯不亮（{channel}）"));
    if channel == "province" {
        body["source_number"] = json!(PROVINCE_NUMBER);
    }
    body
}

#[tokio::test]
async fn five_doors_lead_into_one_flow() {
    let platform = Platform::start().await;
    for channel in ["phone", "wechat", "app", "web", "province"] {
        let registered = platform.register(by(channel)).await;
        let order = registered.order();
        assert_eq!(platform.lead(order).await, UNIT, "{channel}");
        platform.handled_by(UNIT, order).await;
        platform.caller_says(order, content()).await;
        let progress = platform.progress(&registered.number).await;
        assert_eq!(progress["state"], "closed", "{channel}: {progress}");
        assert!(
            progress["answer"].to_string().contains("已处理完毕"),
            "{channel}: {progress}"
        );
        if channel == "province" {
            assert_eq!(progress["source_number"], PROVINCE_NUMBER);
            by_its_own_number(&platform, &registered).await;
        }
    }
}

/// The province knows its own number and no other: it finds the complaint by it, and from there the result.
async fn by_its_own_number(platform: &Platform, registered: &Registered) {
    let path = format!("/v1/complaints?channel=province&source_number={PROVINCE_NUMBER}");
    let found = platform.intake.http(Role::Agent).get(&path).await.expect(200);
    let items = found.body["items"].as_array().expect("items");
    assert_eq!(items.len(), 1, "{}", found.body);
    assert_eq!(items[0]["complaint_number"], registered.number.as_str());
    let result = platform.progress(&registered.number).await;
    assert_eq!(
        (&result["state"], &result["source_number"]),
        (&json!("closed"), &json!(PROVINCE_NUMBER))
    );
}

#[tokio::test]
async fn the_province_may_send_its_order_twice_and_gets_the_same_one() {
    let platform = Platform::start().await;
    let first = platform.register(by("province")).await;
    let again = platform
        .intake
        .http(Role::Agent)
        .post("/v1/complaints", by("province"))
        .await;
    assert!(again.status.is_success(), "{} {}", again.status, again.body);
    let again = Registered::read(&again);
    assert_eq!(
        (&again.complaint, &again.orders),
        (&first.complaint, &first.orders)
    );
    platform.settle().await;
    let registered = platform
        .intake
        .published::<contracts::intake::OrderRegisteredV1>()
        .await;
    assert_eq!(registered.len(), 1, "one order, however often it is sent");

    // Another sender's number is another matter: the same digits from the web are not the province's.
    let mut elsewhere = by("web");
    elsewhere["source_number"] = json!(PROVINCE_NUMBER);
    let other = platform.register(elsewhere).await;
    assert_ne!(other.complaint, first.complaint);
}

/// The province hands an order down, to be done until then, and it is accepted; answers the transfer and our number.
async fn handed_down(platform: &Platform, province: &Above, due_at: &str) -> (Uuid, String) {
    let now = platform.intake.clock.now();
    let id = Uuid::now_v7();
    let offer = json!({ "type": "offer", "transfer_id": id, "case_number": PROVINCE_NUMBER, "number": PROVINCE_NUMBER, "hop": 1,
        "offered_at": now, "answer_until": now + TimeDelta::hours(2),
        "offer": { "kind": "help", "urgency": "ordinary", "title": "路灯不亮", "text": "湖滨街道路灯不亮", "matter": "M020101",
            "division": "993102001", "address": null, "position": null, "reason": "属地办理", "consent": false, "voice_at": null,
            "due_at": due_at } });
    assert_eq!(province.says(&platform.intake, &offer).await, 200);
    let desk = platform.intake.http(Role::Agent);
    let path = format!("/v1/transfers/{id}/acceptance");
    let _ = desk.post(&path, json!({})).await.expect(200);
    platform.settle().await;
    assert_eq!(province.heard("acceptance").len(), 1);
    let path = format!("/v1/complaints?channel=province&source_number={PROVINCE_NUMBER}");
    let found = desk.get(&path).await.expect(200).body;
    (id, text(&found["items"][0], "complaint_number"))
}

/// The city's own clock of an order, as a supervisor sees it.
async fn total_clock(platform: &Platform, order: &str) -> Value {
    let path = format!("/v1/orders/{order}");
    let seen = platform
        .supervision
        .http(Role::Supervisor)
        .get(&path)
        .await
        .expect(200)
        .body;
    let clocks = seen["clocks"].as_array().expect("clocks");
    let total = clocks.iter().find(|clock| clock["clock"] == "total");
    total.expect("a total clock").clone()
}

/// Our own limit would end on 9 March; the province wants the result before, and so our clock is due then: explained, yellow
/// a working day before, red at the minute. Where our own limit comes first, it stays.
#[tokio::test]
async fn the_deadline_of_the_province_is_counted_by_our_own_clock() {
    let platform = Platform::of_city("liaocheng").await;
    let province = Above::start(&platform.intake, PROVINCE).await;
    let (_, number) = handed_down(&platform, &province, "2026-03-06T09:00:00Z").await;
    let order = text(&platform.progress(&number).await["orders"][0], "order_id");
    let total = total_clock(&platform, &order).await;
    assert_eq!(
        (&total["due_at"], &total["warn_at"], &total["state"]),
        (
            &json!("2026-03-06T17:00:00+08:00"),
            &json!("2026-03-05T17:00:00+08:00"),
            &json!("running")
        ),
        "{total}"
    );
    assert!(
        total["explanation"]
            .to_string()
            .contains("deadline of the province comes first: 2026-03-06 17:00"),
        "{total}"
    );

    platform.pass_until("2026-03-05T17:00:00+08:00").await;
    assert_eq!(total_clock(&platform, &order).await["state"], "warned");
    platform.pass_until("2026-03-06T16:59:00+08:00").await;
    assert_eq!(total_clock(&platform, &order).await["late"], false);
    platform.pass_until("2026-03-06T17:00:00+08:00").await;
    let total = total_clock(&platform, &order).await;
    assert_eq!(
        (&total["state"], &total["late"]),
        (&json!("breached"), &json!(true))
    );

    let mut own = by("province");
    own["source_number"] = json!("SZ-2026-000400");
    own["place"] = json!({ "division": "993102001" });
    own["due_by"] = json!("2026-12-31T17:00:00+08:00");
    let registered = platform.register(own).await;
    let total = total_clock(&platform, registered.order()).await;
    assert!(text(&total, "due_at").as_str() < "2026-12-31", "{total}");
    assert!(
        !total["explanation"]
            .to_string()
            .contains("deadline of the province"),
        "{total}"
    );

    let mut phone = by("phone");
    phone["due_by"] = json!("2026-12-31T17:00:00+08:00");
    let refused = platform
        .intake
        .http(Role::Agent)
        .post("/v1/complaints", phone)
        .await
        .expect(422);
    assert_eq!(refused.text("/field"), "due_by");
}

/// A citizen called first, then the province hands the same matter down: one order, and the clock that counts is the earlier.
#[tokio::test]
async fn the_deadline_of_the_province_counts_when_its_complaint_joins_an_order() {
    let platform = Platform::of_city("liaocheng").await;
    let mut phone = by("phone");
    phone["place"] = json!({ "division": "993102001" });
    let first = platform.register(phone.clone()).await;
    let own = text(&total_clock(&platform, first.order()).await, "due_at");
    for (number, due_by, expected) in [
        ("SZ-2026-000501", "2026-12-31T17:00:00+08:00", own.as_str()),
        (
            "SZ-2026-000502",
            "2026-03-06T17:00:00+08:00",
            "2026-03-06T17:00:00+08:00",
        ),
        (
            "SZ-2026-000503",
            "2026-12-31T17:00:00+08:00",
            "2026-03-06T17:00:00+08:00",
        ),
    ] {
        let mut joins = phone.clone();
        joins["channel"] = json!("province");
        joins["source_number"] = json!(number);
        joins["due_by"] = json!(due_by);
        joins["joins"] = json!(first.order());
        let desk = platform.intake.http(Role::Agent);
        let _ = desk.post("/v1/complaints", joins).await.expect(201);
        platform.settle().await;
        let total = total_clock(&platform, first.order()).await;
        assert_eq!(total["due_at"], json!(expected), "{total}");
    }
}

/// The province hands an order down as a peer; the number and the deadline stay the province's, and the result goes back up
/// without anybody here calling the caller: the province does.
#[tokio::test]
async fn what_the_province_hands_down_keeps_number_and_deadline_and_its_result_goes_up() {
    let platform = Platform::of_city("liaocheng").await;
    let province = Above::start(&platform.intake, PROVINCE).await;
    let desk = platform.intake.http(Role::Agent);
    let (id, number) = handed_down(&platform, &province, "2026-03-20T09:00:00Z").await;
    let progress = platform.progress(&number).await;
    assert_eq!(progress["source_number"], PROVINCE_NUMBER, "{progress}");
    let order = text(&progress["orders"][0], "order_id");
    assert_eq!(platform.lead(&order).await, UNIT);
    let document = platform.document(UNIT, &order).await.to_string();
    assert!(
        document.contains("2026-03-20 17:00"),
        "the unit knows the province's deadline: {document}"
    );

    platform.handled_by(UNIT, &order).await;
    platform.settle().await;
    let result = province.heard("result");
    assert_eq!(result.len(), 1, "{result:?}");
    assert!(
        result[0]["result"].to_string().contains("已处理完毕"),
        "{result:?}"
    );
    assert_eq!(result[0]["transfer_id"], json!(id));
    assert_eq!(platform.progress(&number).await["state"], "closed");
    let seen = desk.get(&format!("/v1/transfers/{id}")).await.expect(200);
    assert_eq!(seen.text("/state"), "completed");
    assert!(
        platform.callbacks().await.is_empty(),
        "the province asks its caller itself"
    );
}
