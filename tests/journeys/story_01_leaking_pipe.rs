//! Story 1, 漏水的管子: nobody's pipe. It goes round until it is disputed; the units meet where it leaks; the outcome names the
//! utility, which may not return it; and the total clock shows every day since the first call.
use serde_json::{Value, json};
use system_tests::Platform;
use system_tests::people::{clock, complaint, text};
use testkit::Role;

/// The unit says "not ours", and the hotline agrees.
async fn passed_on(platform: &Platform, order: &str, unit: &str, generation: i32) {
    assert_eq!(platform.lead(order).await, unit);
    let asked = json!({ "generation": generation, "reason_code": "not_our_duty", "basis": "不是本单位管线" });
    platform.acts(unit, order, "return-requests", asked).await;
    let desk = platform.routing.http(Role::Dispatcher);
    let open = desk.get("/v1/returns").await.expect(200).body;
    let path = format!("/v1/returns/{}/review", text(&open["items"][0], "return_id"));
    desk.post(&path, json!({ "verdict": "upheld", "reason": "存疑" }))
        .await
        .expect(200);
    platform.settle().await;
}

async fn waiting(platform: &Platform) -> Vec<Value> {
    let desk = platform.supervision.http(Role::Supervisor);
    let list = desk.get("/v1/consultations/waiting").await.expect(200).body;
    list["items"].as_array().expect("items").clone()
}

#[tokio::test]
async fn a_leaking_pipe_goes_round_until_units_meet_where_it_leaks_and_the_utility_must_keep_it() {
    let platform = Platform::of_city("jinan").await;
    let mut body = complaint("M020102", "991102001");
    body["facts"] = json!({ "成因": "施工损坏" });
    let registered = platform.register(body).await;
    let order = registered.order();
    let first_call = platform.world.clock.now();
    let total = clock(&platform.watched(order).await, "total");
    for (unit, generation) in [("QY-WATER", 1), ("QX-991102-GOV", 2)] {
        passed_on(&platform, order, unit, generation).await;
    }
    platform.pass(chrono::TimeDelta::days(6)).await;
    let stands = waiting(&platform).await;
    assert_eq!(stands.len(), 1);
    assert_eq!(
        (
            &stands[0]["order_id"],
            &stands[0]["reason"],
            &stands[0]["assignments"]
        ),
        (&json!(order), &json!("bounced"), &json!(2))
    );

    let summoned = ["QY-WATER", "SJ-MUNI", "QX-991102-GOV"];
    let meeting = platform.summons(&[order], &summoned, true).await;
    assert!(waiting(&platform).await.is_empty());
    platform.pass(chrono::TimeDelta::days(1)).await;
    let met = platform
        .met(&meeting, &["QY-WATER", "SJ-MUNI"], "开挖后确认为供水支管")
        .await;
    assert_eq!(met["units"][2], json!({ "unit": "QX-991102-GOV", "came": false }));

    // What cannot become a duty comes back to the people who ruled, with what is at fault.
    let ruling = json!({ "lead": "QY-WATER", "co_handlers": ["SJ-MUNI"], "basis": "现场督办结论", "conditions": "成因=施工损坏" });
    let mut faulty = ruling.clone();
    faulty["conditions"] = json!("成因=自然老化");
    let refused = platform.rules(&meeting, faulty).await;
    assert_eq!(refused["state"], "refused", "{refused}");
    assert_eq!(
        refused["rulings"][0]["refused"]["code"], "ruling_ineffective",
        "{refused}"
    );
    let ruled = platform.rules(&meeting, ruling).await;
    assert_eq!(ruled["state"], "ruled", "{ruled}");
    let document = platform.noticed("QY-WATER", order, "assigned").await;
    assert_eq!(
        (
            &document["data"]["notice"],
            &document["data"]["generation"],
            &document["data"]["return_right"]["refused"]
        ),
        (&json!("assigned"), &json!(3), &json!("ruling"))
    );
    let again = json!({ "generation": 3, "reason_code": "not_our_duty", "basis": "不是本单位管线" });
    let refused = platform
        .act("QY-WATER", order, "return-requests", again)
        .await
        .expect(409);
    assert_eq!(refused.body["code"], "return_after_ruling");

    every_day_counts(&platform, order, &total, first_call).await;
    let happened = platform.happened(order).await;
    for event in [
        "supervision.consultation.opened.v1",
        "supervision.ruling.made.v1",
        "routing.ruling.refused.v1",
    ] {
        assert!(happened.contains(&event.to_owned()), "{event} in {happened:?}");
    }
    platform.follows_from_one_contact(order).await;
}

/// The unit's clocks are new; the city's shows every day since the first call.
async fn every_day_counts(
    platform: &Platform,
    order: &str,
    total: &Value,
    first_call: chrono::DateTime<chrono::Utc>,
) {
    let watched = platform.watched(order).await;
    let now = clock(&watched, "total");
    assert_eq!(
        (&now["started_at"], &now["due_at"]),
        (&total["started_at"], &total["due_at"]),
        "{watched}"
    );
    let started: chrono::DateTime<chrono::Utc> = text(&now, "started_at").parse().expect("a time");
    assert_eq!(started, first_call);
    assert_eq!((platform.world.clock.now() - started).num_days(), 7);
    assert_eq!(clock(&watched, "sign")["state"], "running", "{watched}");
}
