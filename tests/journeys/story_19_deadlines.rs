//! Story 19, 时限: an emergency has 24 hours from signing, a simple matter five working days, help fifteen. Over National Day
//! 2025 with its make-up workdays (October 1 to 8 off; Sunday, September 28, and Saturday, October 11, worked) the due
//! times are right to the minute, and each can be explained. All of it was counted by hand.
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
