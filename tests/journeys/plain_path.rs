//! The main job: one complaint from the first call to the closed order, with nothing going wrong.
use serde_json::{Value, json};
use system_tests::Platform;
use system_tests::people::{clock, complaint, content, solved, text};
use testkit::Role;

const UNIT: &str = "QX-990102-HOUSING";

/// Rubbish inside a compound: a simple matter, and a unit with office hours.
fn rubbish() -> Value {
    let mut body = complaint("M010101", "990102002");
    body["facts"] = json!({ "场所类型": "住宅小区" });
    body["kind"] = json!("grievance");
    body
}

#[tokio::test]
async fn a_complaint_is_routed_delivered_handled_replied_called_back_and_closed() {
    let platform = Platform::start_at("2026-03-02T11:00:00+08:00").await;
    let registered = platform.register(rubbish()).await;
    let order = registered.order().to_owned();
    assert_eq!(registered.body["disposition"], "accepted");
    let first_entries = platform.timeline(&order).await;

    // Responsible, and why.
    let assignment = platform.assignment(&order).await;
    assert_eq!(assignment["lead"]["code"], UNIT);
    assert_eq!(assignment["generation"], 1);
    assert_eq!(assignment["co_handlers"][0]["code"], "JD-990102002");
    let why = assignment["explanation"].to_string();
    assert!(
        why.contains("PD0006"),
        "the duty that decided is not named: {why}"
    );
    told(&platform, &registered.number, "assigned").await;

    // The unit's system pulls it: the pull is the delivery.
    let document = platform.document(UNIT, &order).await;
    assert_eq!(document["data"]["notice"], "assigned");
    assert_eq!(document["data"]["lead"], true);
    assert_eq!(document["data"]["generation"], 1);

    platform.pass(chrono::TimeDelta::minutes(20)).await;
    platform
        .acts(UNIT, &order, "sign", json!({ "generation": 1 }))
        .await;
    told(&platform, &registered.number, "signed").await;
    platform
        .acts(
            UNIT,
            &order,
            "respond",
            json!({ "generation": 1, "how": "called" }),
        )
        .await;
    told(&platform, &registered.number, "responded").await;
    clocks_tell_when_and_why(&platform, &order).await;
    platform
        .acts(
            UNIT,
            &order,
            "progress",
            json!({ "generation": 1, "note": "明天上午清运" }),
        )
        .await;
    platform.acts(UNIT, &order, "reply", solved(1)).await;
    told(&platform, &registered.number, "replied").await;

    let callback = platform.callback_of(&order).await;
    assert_eq!(callback["unit"], UNIT);
    assert_eq!(callback["reply"]["solved"], true);
    let followed = platform.caller_says(&order, content()).await;
    assert_eq!(
        (followed["order_state"].as_str(), followed["outcome"].as_str()),
        (Some("closed"), Some("solved"))
    );
    let last = told(&platform, &registered.number, "closed").await;
    assert_eq!(last["state"], "closed");
    assert!(last["answer"].to_string().contains("已处理完毕"), "{last}");
    assert!(platform.callbacks().await.is_empty());
    assert_eq!(platform.watched(&order).await["state"], "closed");
    the_timeline_tells_everything(&platform, &order).await;
    assert!(
        platform.timeline(&order).await.starts_with(&first_entries),
        "what was written stays as it was"
    );
    assert_eq!(platform.document(UNIT, &order).await["data"]["notice"], "closed");
}

/// What the caller is told about the only order.
async fn told(platform: &Platform, number: &str, state: &str) -> Value {
    let progress = platform.progress(number).await;
    assert_eq!(progress["orders"][0]["state"], state, "{progress}");
    progress
}

/// Registered, dispatched at 11:00, signed at 11:20 on a Monday; office hours 8:30–12:00 and 13:30–17:00.
async fn clocks_tell_when_and_why(platform: &Platform, order: &str) {
    let path = format!("/v1/orders/{order}");
    let supervisor = platform.supervision.http(Role::Supervisor);
    let english = supervisor.get(&path).await.expect(200).body;
    let chinese = supervisor
        .clone()
        .header("accept-language", "zh-CN")
        .get(&path)
        .await
        .expect(200)
        .body;
    for (name, due, start) in [
        // Two working hours: one before the break, one after it.
        ("sign", "2026-03-02T14:30:00+08:00", "2026-03-02T11:00:00+08:00"),
        // One working day, from the signing: the end of the next.
        (
            "respond",
            "2026-03-03T17:00:00+08:00",
            "2026-03-02T11:00:00+08:00",
        ),
        // Five working days from the signing, over a weekend.
        ("finish", "2026-03-09T17:00:00+08:00", "2026-03-02T11:20:00+08:00"),
        // The city's promise: from the acceptance.
        ("total", "2026-03-09T17:00:00+08:00", "2026-03-02T11:00:00+08:00"),
    ] {
        let (en, zh) = (clock(&english, name), clock(&chinese, name));
        assert_eq!(
            (en["due_at"].as_str(), en["started_at"].as_str()),
            (Some(due), Some(start)),
            "{name}: {en}"
        );
        assert_eq!(en["late"], false, "{en}");
        let day = &due[..10];
        assert!(en["explanation"].to_string().contains(day), "{name}: {en}");
        assert!(zh["explanation"].to_string().contains("起"), "{name}: {zh}");
        assert_ne!(en["explanation"], zh["explanation"], "in the reader's language");
    }
}

/// Every step, in order, once.
async fn the_timeline_tells_everything(platform: &Platform, order: &str) {
    let expected = [
        "intake.complaint.received.v1",
        "intake.order.registered.v1",
        "routing.order.assigned.v1",
        "unit-gateway.order.delivered.v1",
        "unit-gateway.order.signed.v1",
        "unit-gateway.order.responded.v1",
        "unit-gateway.order.progressed.v1",
        "unit-gateway.order.replied.v1",
        "callback.callback.scheduled.v1",
        "callback.callback.recorded.v1",
        "callback.order.closed.v1",
    ];
    assert_eq!(platform.happened(order).await, expected);
    let before = platform.timeline(order).await;
    platform.follows_from_one_contact(order).await;
    let times: Vec<String> = before.iter().map(|entry| text(entry, "occurred_at")).collect();
    assert!(times.is_sorted(), "{times:?}");
    platform.pass(chrono::TimeDelta::days(30)).await;
    assert_eq!(
        platform.timeline(order).await,
        before,
        "a closed order's timeline stays as it is"
    );
}
