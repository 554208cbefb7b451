//! Story 19, 时限: an emergency has 24 hours from signing, a simple matter five working days, help fifteen. Over National Day
//! 2025 with its make-up workdays (October 1 to 8 off; Sunday, September 28, and Saturday, October 11, worked) the due
//! times are right to the minute, and each can be explained. All of it was counted by hand. What cannot go on rests 挂起 when
//! its unit asks and a person grants it: the limit moves, and the caller is told.
use contracts::supervision::ClockBreachedV1;
use contracts::words::ClockName;
use serde_json::{Value, json};
use system_tests::Platform;
use system_tests::people::{clock, complaint, text};
use testkit::Role;

/// Street lights; at work from 7 to 21, every day.
const LIGHTS: &str = "SJ-MUNI";
/// Social insurance: 8:30–12:00 and 14:30–18:00 until September 30, 13:30–17:00 in the afternoon from October on.
const INSURANCE: &str = "SJ-HRSS";
/// Housing of the district; the same hours.
const HOUSING: &str = "QX-994102-HOUSING";

async fn register(platform: &Platform, matter: &str, urgency: &str, unit: &str) -> String {
    let mut body = complaint(matter, "994102001");
    body["urgency"] = json!(urgency);
    let order = platform.register(body).await.order().to_owned();
    assert_eq!(platform.lead(&order).await, unit);
    order
}

/// A clock of an order, its reasons in that language.
async fn explained(platform: &Platform, order: &str, name: &str, language: &str) -> Value {
    let desk = platform
        .supervision
        .http(Role::Supervisor)
        .header("accept-language", language);
    let watched = desk.get(&format!("/v1/orders/{order}")).await.expect(200).body;
    clock(&watched, name)
}

async fn breached(platform: &Platform, order: &str, name: ClockName) -> usize {
    let facts = platform.supervision.published::<ClockBreachedV1>().await;
    let own = facts
        .iter()
        .filter(|fact| fact.data.order_id.to_string() == order);
    own.filter(|fact| fact.data.clock == name).count()
}

#[tokio::test]
async fn over_national_day_every_limit_ends_when_it_must_and_says_why() {
    // A make-up Sunday.
    let platform = Platform::of_city_at("changsha", "2025-09-28T09:00:00+08:00").await;
    let emergency = register(&platform, "M020101", "emergency", LIGHTS).await;
    let simple = register(&platform, "M050102", "ordinary", INSURANCE).await;
    let help = register(&platform, "M030103", "ordinary", HOUSING).await;
    let due = |clock: Value| text(&clock, "due_at");
    let sign = explained(&platform, &simple, "sign", "zh-CN").await;
    assert_eq!(due(sign), "2025-09-28T11:00:00+08:00", "the Sunday is worked");

    platform.pass_until("2025-09-28T09:52:00+08:00").await;
    for (unit, order) in [(LIGHTS, &emergency), (INSURANCE, &simple), (HOUSING, &help)] {
        platform
            .acts(unit, order, "sign", json!({ "generation": 1 }))
            .await;
    }
    for (order, expected) in [
        (&emergency, "2025-09-29T09:52:00+08:00"),
        (&simple, "2025-10-11T17:00:00+08:00"),
        (&help, "2025-10-24T17:00:00+08:00"),
    ] {
        let finish = explained(&platform, order, "finish", "zh-CN").await;
        assert_eq!(text(&finish, "due_at"), expected, "{finish}");
    }
    let why = explained(&platform, &simple, "finish", "zh-CN").await["explanation"].to_string();
    for said in [
        "国庆节、中秋节调休上班",
        "2025-10-01至2025-10-08（国庆节、中秋节）",
    ] {
        assert!(why.contains(said), "{said} in {why}");
    }
    let why = explained(&platform, &simple, "finish", "en").await["explanation"].to_string();
    assert!(
        why.contains("2025-10-11 (make-up workday for 国庆节、中秋节)"),
        "{why}"
    );

    platform.pass_until("2025-09-29T09:51:59+08:00").await;
    assert_eq!(
        breached(&platform, &emergency, ClockName::Finish).await,
        0,
        "never early"
    );
    platform.pass_until("2025-09-29T09:52:01+08:00").await;
    assert_eq!(breached(&platform, &emergency, ClockName::Finish).await, 1);

    // Half an hour before the holiday: half of the two working hours to sign is left for afterwards, and more.
    platform.pass_until("2025-09-30T17:30:00+08:00").await;
    let eve = register(&platform, "M050102", "ordinary", INSURANCE).await;
    let sign = explained(&platform, &eve, "sign", "zh-CN").await;
    assert_eq!(due(sign), "2025-10-09T10:00:00+08:00");
    platform.pass_until("2025-10-09T09:59:59+08:00").await;
    assert_eq!(breached(&platform, &eve, ClockName::Sign).await, 0);
    platform.pass_until("2025-10-09T10:00:01+08:00").await;
    assert_eq!(breached(&platform, &eve, ClockName::Sign).await, 1);

    platform.pass_until("2025-10-11T16:59:59+08:00").await;
    assert_eq!(breached(&platform, &simple, ClockName::Finish).await, 0);
    platform.pass_until("2025-10-11T17:00:01+08:00").await;
    assert_eq!(breached(&platform, &simple, ClockName::Finish).await, 1);
    assert_eq!(breached(&platform, &help, ClockName::Finish).await, 0);
}

/// A district's order that its unit has signed on Monday, October 13; with the number told to the caller.
async fn signed(platform: &Platform) -> (String, String) {
    let registered = platform.register(complaint("M030103", "994102001")).await;
    let order = registered.order().to_owned();
    assert_eq!(platform.lead(&order).await, HOUSING);
    platform
        .acts(HOUSING, &order, "sign", json!({ "generation": 1 }))
        .await;
    (order, registered.number)
}

/// The unit asks that its order rest until then; answers the request's id.
async fn asks_to_rest(platform: &Platform, order: &str, until: &str) -> String {
    let body = json!({ "generation": 1, "reason_code": "weather", "reason": "连日大雨，无法上屋面", "until": until,
        "basis": "《长沙市热线办理规定》（样例）" });
    let asked = platform.acts(HOUSING, order, "suspension-requests", body).await;
    text(&asked, "suspension_id")
}

async fn reviewed(platform: &Platform, id: &str, verdict: Value) {
    let desk = platform.supervision.http(Role::Supervisor);
    let path = format!("/v1/suspension-requests/{id}/review");
    desk.post(&path, verdict).await.expect(200);
    platform.settle().await;
}

/// What the caller is told beside where the order stands.
async fn told(platform: &Platform, number: &str) -> Vec<String> {
    let path = format!("/v1/complaints/{number}/progress");
    let agent = platform
        .intake
        .http(Role::Agent)
        .header("accept-language", "zh-CN");
    let progress = agent.get(&path).await.expect(200).body;
    let news = progress["orders"][0]["news"].as_array().cloned();
    let news = news.unwrap_or_default();
    news.iter().map(|news| text(news, "message")).collect()
}

/// What the unit's newest document about a request that was not granted says.
async fn hears_no(platform: &Platform, order: &str, code: &str) {
    let document = platform.noticed(HOUSING, order, "suspension_denied").await;
    assert_eq!(document["data"]["suspension"]["code"], code, "{document}");
}

/// A person denies it: the unit is told, and so is the caller.
async fn refused_by_a_person(platform: &Platform, id: &str, (order, number): (&str, &str)) {
    reviewed(
        platform,
        id,
        json!({ "verdict": "denied", "reason": "室内部分可先行" }),
    )
    .await;
    hears_no(platform, order, "reviewed").await;
    let said = "承办单位申请延长或暂停办理时限，未获批准，办理时限不变：室内部分可先行";
    assert_eq!(told(platform, number).await, [said]);
}

/// Nobody decides until its time has passed: the desk sees it wait, the unit hears that it lapsed, the caller nothing.
async fn forgotten_by_everybody(platform: &Platform, (order, number): (&str, &str)) {
    let supervisor = platform.supervision.http(Role::Supervisor);
    platform.pass_until("2025-10-14T17:59:59+08:00").await;
    let desk = supervisor.get("/v1/desk").await.expect(200).body;
    assert_eq!(
        desk["suspension_requests"]["late"], 1,
        "it has waited for more than a day"
    );
    platform.pass_until("2025-10-14T18:00:00+08:00").await;
    hears_no(platform, order, "lapsed").await;
    let path = format!("/v1/suspension-requests?order_id={order}");
    let listed = supervisor.get(&path).await.expect(200);
    assert_eq!(listed.text("/items/0/state"), "lapsed");
    assert!(told(platform, number).await.is_empty(), "nothing was decided");
}

#[tokio::test]
async fn what_cannot_go_on_rests_when_its_unit_asks_and_a_person_grants_it() {
    let platform = Platform::of_city_at("changsha", "2025-10-13T09:00:00+08:00").await;
    let (rests, number) = signed(&platform).await;
    let (indoors, told_no) = signed(&platform).await;
    let (forgotten, told_nothing) = signed(&platform).await;
    let due = async |order: &str| {
        let finish = explained(&platform, order, "finish", "zh-CN").await;
        text(&finish, "due_at")
    };
    assert_eq!(due(&rests).await, "2025-11-03T17:00:00+08:00");
    let yes = asks_to_rest(&platform, &rests, "2025-10-20T18:00:00+08:00").await;
    let no = asks_to_rest(&platform, &indoors, "2025-10-19T18:00:00+08:00").await;
    asks_to_rest(&platform, &forgotten, "2025-10-14T18:00:00+08:00").await;
    let supervisor = platform.supervision.http(Role::Supervisor);
    let desk = supervisor.get("/v1/desk").await.expect(200).body;
    assert_eq!(desk["suspension_requests"]["waiting"], 3);
    assert_eq!(
        due(&rests).await,
        "2025-11-03T17:00:00+08:00",
        "until somebody decides"
    );

    // Granted until the Sunday: Tuesday to Friday do not count.
    let verdict =
        json!({ "verdict": "granted", "until": "2025-10-19T18:00:00+08:00", "reason": "雨停即复工" });
    reviewed(&platform, &yes, verdict).await;
    assert_eq!(due(&rests).await, "2025-11-07T17:00:00+08:00");
    let document = platform.noticed(HOUSING, &rests, "suspended").await;
    assert_eq!(document["data"]["suspension"]["suspension_id"], yes.as_str());
    assert_eq!(
        told(&platform, &number).await,
        ["办理暂停至 2025-10-19 18:00：雨停即复工"]
    );

    refused_by_a_person(&platform, &no, (&indoors, &told_no)).await;
    assert_eq!(due(&indoors).await, "2025-11-03T17:00:00+08:00");
    forgotten_by_everybody(&platform, (&forgotten, &told_nothing)).await;

    platform.pass_until("2025-10-19T18:00:00+08:00").await;
    platform.noticed(HOUSING, &rests, "resumed").await;
    assert_eq!(
        told(&platform, &number).await.last().map(String::as_str),
        Some("已恢复办理。")
    );
    platform.follows_from_one_contact(&rests).await;
}
