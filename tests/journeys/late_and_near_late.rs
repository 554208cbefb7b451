//! 黄灯红灯: an order that nobody signs is warned of and then late; each happens once, at the due time and not
//! before, and both are listed. Signing in time stops the clock; the city's own clock runs on.
use contracts::supervision::{ClockBreachedV1, ClockWarnedV1};
use contracts::words::ClockName;
use serde_json::{Value, json};
use system_tests::Platform;
use system_tests::people::{clock, complaint};
use testkit::Role;

/// The city's works: sign within two working hours, finish within five working days.
const UNIT: &str = "SJ-MUNI";

async fn listed(platform: &Platform, late: &str) -> Vec<String> {
    let path = format!("/v1/orders?late={late}&unit={UNIT}");
    let page = platform
        .supervision
        .http(Role::Supervisor)
        .get(&path)
        .await
        .expect(200)
        .body;
    let items = page["items"].as_array().expect("items");
    items
        .iter()
        .map(|item| item["order_id"].as_str().expect("an id").to_owned())
        .collect()
}

async fn warned(platform: &Platform, clock: ClockName) -> usize {
    let facts = platform.supervision.published::<ClockWarnedV1>().await;
    facts.iter().filter(|fact| fact.data.clock == clock).count()
}

async fn breached(platform: &Platform, clock: ClockName) -> usize {
    let facts = platform.supervision.published::<ClockBreachedV1>().await;
    facts.iter().filter(|fact| fact.data.clock == clock).count()
}

fn light() -> Value {
    complaint("M020101", "990102002")
}

#[tokio::test]
async fn an_order_nobody_signs_is_late_once_and_listed() {
    // Works hours are 7:00–21:00 every day: the two hours to sign end at 11:00.
    let platform = Platform::start_at("2026-03-02T09:00:00+08:00").await;
    let order = platform.register(light()).await.order().to_owned();
    assert!(listed(&platform, "true").await.is_empty());

    platform.pass_until("2026-03-02T10:59:59+08:00").await;
    assert_eq!(breached(&platform, ClockName::Sign).await, 0, "never early");
    assert_eq!(clock(&platform.watched(&order).await, "sign")["state"], "warned");
    assert_eq!(listed(&platform, "near").await, [order.as_str()]);

    platform.pass_until("2026-03-02T11:00:00+08:00").await;
    platform.pass(chrono::TimeDelta::seconds(1)).await;
    assert_eq!(breached(&platform, ClockName::Sign).await, 1);
    let fact = &platform.supervision.published::<ClockBreachedV1>().await[0];
    assert_eq!(
        fact.data.due_at,
        "2026-03-02T11:00:00+08:00"
            .parse::<chrono::DateTime<chrono::Utc>>()
            .unwrap()
    );
    let sign = clock(&platform.watched(&order).await, "sign");
    assert_eq!(
        (&sign["state"], &sign["late"]),
        (&json!("breached"), &json!(true))
    );
    assert_eq!(listed(&platform, "true").await, [order.as_str()]);

    // However often time is looked at: one effect each.
    for _ in 0..3 {
        platform.pass(chrono::TimeDelta::hours(1)).await;
    }
    assert_eq!(
        (
            warned(&platform, ClockName::Sign).await,
            breached(&platform, ClockName::Sign).await
        ),
        (1, 1)
    );
    let happened = platform.happened(&order).await;
    assert_eq!(
        happened
            .iter()
            .filter(|kind| *kind == "supervision.clock.breached.v1")
            .count(),
        1,
        "{happened:?}"
    );

    // Late is late: signing now does not make it unsaid.
    platform
        .acts(UNIT, &order, "sign", json!({ "generation": 1 }))
        .await;
    assert_eq!(breached(&platform, ClockName::Sign).await, 1);
}

#[tokio::test]
async fn a_unit_that_signs_and_responds_in_time_is_not_late_and_later_it_is() {
    let platform = Platform::start_at("2026-03-02T09:00:00+08:00").await;
    let order = platform.register(light()).await.order().to_owned();
    platform.pass(chrono::TimeDelta::minutes(30)).await;
    platform
        .acts(UNIT, &order, "sign", json!({ "generation": 1 }))
        .await;
    platform
        .acts(
            UNIT,
            &order,
            "respond",
            json!({ "generation": 1, "how": "visited" }),
        )
        .await;
    platform.pass_until("2026-03-03T12:00:00+08:00").await;
    assert_eq!(
        (
            breached(&platform, ClockName::Sign).await,
            breached(&platform, ClockName::Respond).await
        ),
        (0, 0)
    );
    assert!(listed(&platform, "true").await.is_empty());

    // Five working days from the signing, over a weekend: Monday, until the end of the late shift.
    platform.pass_until("2026-03-06T20:59:59+08:00").await;
    assert_eq!(warned(&platform, ClockName::Finish).await, 0, "never early");
    platform.pass_until("2026-03-09T20:59:59+08:00").await;
    assert_eq!(
        warned(&platform, ClockName::Finish).await,
        1,
        "yellow the working day before"
    );
    assert_eq!(breached(&platform, ClockName::Finish).await, 0, "never early");
    platform.pass_until("2026-03-09T21:00:00+08:00").await;
    let finish = clock(&platform.watched(&order).await, "finish");
    assert_eq!(breached(&platform, ClockName::Finish).await, 1, "{finish}");
    assert_eq!(listed(&platform, "true").await, [order]);
}
