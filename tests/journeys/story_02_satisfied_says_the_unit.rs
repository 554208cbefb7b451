//! Story 2, "群众满意"？: a unit replies "satisfied"; the caller says "not satisfied". The reply is marked contradicted, the
//! order goes back to the same unit, points are deducted with a pointer to this order, and the caller is called again after
//! the rework.
use contracts::callback::ReplyContradictedV1;
use serde_json::{Value, json};
use system_tests::Platform;
use system_tests::people::{complaint, content, text};
use testkit::Role;

const UNIT: &str = "SJ-MUNI";

fn bold_reply(generation: i32) -> Value {
    json!({ "generation": generation, "solved": true, "contacted": true, "claimed_result": "satisfied", "text": "已修好，群众满意。" })
}

fn not_satisfied() -> Value {
    json!({ "reached": true, "contacted": false, "solved": false, "result": "not_satisfied", "attitude": "satisfied", "remark": "路灯还是不亮" })
}

/// Points of the unit's month for one rule: (order, points), the pointers of the score.
async fn points(platform: &Platform, rule: &str) -> Vec<(String, f64)> {
    let month = platform.world.clock.now().format("%Y-%m");
    let path = format!("/v1/scores/{month}/units/{UNIT}/entries");
    let entries = platform.supervision.http(Role::Supervisor).get(&path).await;
    let entries = entries.expect(200).body;
    let items = entries["items"].as_array().expect("items").iter();
    items
        .filter(|entry| entry["rule"] == rule)
        .map(|entry| (text(entry, "order_id"), entry["points"].as_f64().expect("points")))
        .collect()
}

#[tokio::test]
async fn what_the_unit_claims_and_the_caller_denies_is_marked_and_goes_back() {
    let platform = Platform::of_city("jinan").await;
    let honest = platform.register(complaint("M020101", "991102002")).await;
    platform.handled_by(UNIT, honest.order()).await;
    platform.caller_says(honest.order(), content()).await;
    let registered = platform.register(complaint("M020101", "991102002")).await;
    let order = registered.order().to_owned();
    platform
        .acts(UNIT, &order, "sign", json!({ "generation": 1 }))
        .await;
    platform.acts(UNIT, &order, "reply", bold_reply(1)).await;

    let followed = platform.caller_says(&order, not_satisfied()).await;
    assert_eq!(followed["order_state"], "open", "{followed}");
    assert_eq!(followed["rework"], 1);
    assert_eq!(followed["contradicted"], json!(["solved", "contacted", "result"]));
    let marked = platform.callback.published::<ReplyContradictedV1>().await;
    assert_eq!(marked.len(), 1);
    assert_eq!(marked[0].data.unit.as_str(), UNIT);
    // 虚假回复 costs two points in Jinan, for this order and for no other.
    assert_eq!(points(&platform, "D3").await, [(order.clone(), -2.0)]);
    assert!(
        platform.callbacks().await.is_empty(),
        "nobody is called before the unit has replied again"
    );

    // The same unit, the same generation, another round, with what is still wanted.
    assert_eq!(platform.assignment(&order).await["generation"], 1);
    let document = platform.noticed(UNIT, &order, "reworked").await;
    assert_eq!(
        (&document["data"]["rework"], &document["data"]["generation"]),
        (&json!(1), &json!(1))
    );
    assert!(
        document["data"]["note"].to_string().contains("路灯还是不亮"),
        "{document}"
    );
    let told = platform.progress(&registered.number).await;
    assert_eq!(told["orders"][0]["state"], "assigned", "{told}");

    platform.handled_by(UNIT, &order).await;
    assert_eq!(
        platform.callback_of(&order).await["rework"],
        1,
        "called back again after the rework"
    );
    platform.caller_says(&order, content()).await;
    assert_eq!(
        points(&platform, "D3").await,
        [(order.clone(), -2.0)],
        "what is made good stays said"
    );
    platform.follows_from_one_contact(&order).await;
    assert_eq!(platform.progress(&registered.number).await["state"], "closed");
    assert_eq!(
        platform.callback.published::<ReplyContradictedV1>().await.len(),
        1,
        "the mark stays, and stays one"
    );
    let happened = platform.happened(&order).await;
    assert!(
        happened.contains(&"callback.reply.contradicted.v1".to_owned()),
        "{happened:?}"
    );
    assert_eq!(
        happened
            .iter()
            .filter(|kind| *kind == "unit-gateway.order.replied.v1")
            .count(),
        2
    );
}

#[tokio::test]
async fn a_caller_who_cannot_be_reached_is_called_again_and_then_the_order_closes() {
    let platform = Platform::of_city("jinan").await;
    let registered = platform.register(complaint("M020101", "991102002")).await;
    let order = registered.order();
    platform.handled_by(UNIT, order).await;
    for attempt in 1..=2 {
        let followed = platform
            .caller_says(
                order,
                json!({ "reached": false, "remark": format!("无人接听 {attempt}") }),
            )
            .await;
        assert_eq!(followed["attempts"], attempt, "{followed}");
        platform.pass(chrono::TimeDelta::hours(3)).await;
    }
    let followed = platform
        .caller_says(order, json!({ "reached": false, "remark": "无人接听 3" }))
        .await;
    assert_eq!(
        (followed["order_state"].as_str(), followed["outcome"].as_str()),
        (Some("closed"), Some("unreachable"))
    );
    assert_eq!(platform.progress(&registered.number).await["state"], "closed");
}
