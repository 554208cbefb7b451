//! The caller corrects the place: the order is decided again, the unit that had it is told that it is gone, the right one
//! gets it, and the city's clock goes on as if nothing had happened.
use serde_json::{Value, json};
use system_tests::Platform;
use system_tests::people::{clock, complaint, content, solved};
use testkit::{Response, Role};

/// The district gave street trading to its streets; elsewhere urban management leads.
const FIRST: &str = "JD-990104001";
const RIGHT: &str = "QX-990102-URBAN";

async fn amend(platform: &Platform, order: &str, body: Value) -> Response {
    let path = format!("/v1/orders/{order}/amendments");
    let answer = platform.intake.http(Role::Agent).post(&path, body).await;
    platform.settle().await;
    answer
}

async fn notices(platform: &Platform, unit: &str) -> Vec<Value> {
    let documents = platform.documents(unit).await;
    documents
        .iter()
        .map(|document| document["data"]["notice"].clone())
        .collect()
}

#[tokio::test]
async fn another_place_takes_the_order_to_another_unit() {
    let platform = Platform::start().await;
    let mut body = complaint("M010201", "990104001");
    body["kind"] = json!("grievance");
    let registered = platform.register(body).await;
    let order = registered.order();
    assert_eq!(platform.lead(order).await, FIRST);
    platform
        .acts(FIRST, order, "sign", json!({ "generation": 1 }))
        .await;
    let total = clock(&platform.watched(order).await, "total");
    platform.pass(chrono::TimeDelta::hours(1)).await;

    let moved = json!({ "place": { "division": "990102002", "address": "文渊街口，电话19900007037" },
        "reason": "来电人更正了地点" });
    let amended = amend(&platform, order, moved.clone()).await.expect(201).body;
    assert_eq!(
        (&amended["amendment"], &amended["changed"]),
        (&json!(1), &json!(["place"]))
    );
    assert!(!amended.to_string().contains("19900007037"), "{amended}");
    let assignment = platform.assignment(order).await;
    assert_eq!(
        (&assignment["lead"]["code"], &assignment["generation"]),
        (&json!(RIGHT), &json!(2))
    );
    assert_eq!(notices(&platform, FIRST).await, ["assigned", "revoked"]);
    let document = platform.document(RIGHT, order).await;
    assert_eq!(
        (
            &document["data"]["notice"],
            &document["data"]["generation"],
            &document["data"]["place"]["division"]
        ),
        (&json!("assigned"), &json!(2), &json!("990102002"))
    );
    let refused = platform.act(FIRST, order, "reply", solved(1)).await.expect(409);
    assert_eq!(refused.body["code"], "stale_generation", "{}", refused.body);
    let watched = platform.watched(order).await;
    assert_eq!(
        (&watched["state"], &clock(&watched, "total")["due_at"]),
        (&json!("assigned"), &total["due_at"]),
        "{watched}"
    );
    let told = platform.progress(&registered.number).await;
    assert_eq!(told["orders"][0]["state"], "assigned", "{told}");
    assert!(
        told.to_string()
            .contains(assignment["lead"]["name"].as_str().expect("a name")),
        "{told}"
    );
    platform.follows_from_one_contact(order).await;
    let refused = amend(&platform, order, moved).await.expect(422);
    assert_eq!(refused.body["code"], "nothing_changed", "{}", refused.body);

    platform
        .acts(RIGHT, order, "sign", json!({ "generation": 2 }))
        .await;
    platform.acts(RIGHT, order, "reply", solved(2)).await;
    platform.caller_says(order, content()).await;
    let late = json!({ "urgency": "urgent", "reason": "来电催办" });
    let refused = amend(&platform, order, late).await.expect(409);
    assert_eq!(refused.body["code"], "order_closed", "{}", refused.body);
}

#[tokio::test]
async fn what_changes_nobodys_responsibility_is_told_and_what_leaves_nobody_waits() {
    let platform = Platform::start().await;
    let registered = platform.register(complaint("M010201", "990102002")).await;
    let order = registered.order();
    platform
        .acts(RIGHT, order, "sign", json!({ "generation": 1 }))
        .await;
    let facts = json!({ "facts": { "主体": "个人" }, "reason": "补充情况" });
    amend(&platform, order, facts).await.expect(201);
    assert_eq!(platform.watched(order).await["state"], "signed");
    assert_eq!(platform.document(RIGHT, order).await["data"]["notice"], "amended");
    assert!(
        platform
            .happened(order)
            .await
            .contains(&"routing.order.kept.v1".to_owned())
    );

    // Nobody has this matter: the unit loses the order, and a person must decide.
    let nobodys = json!({ "matter": "M080101", "reason": "事项选错" });
    amend(&platform, order, nobodys).await.expect(201);
    assert_eq!(platform.watched(order).await["state"], "undecided");
    let revoked = platform.document(RIGHT, order).await;
    assert_eq!(
        (&revoked["data"]["notice"], &revoked["data"]["lead"]),
        (&json!("revoked"), &json!(true))
    );
    assert_eq!(
        platform.progress(&registered.number).await["orders"][0]["state"],
        "undecided"
    );
    let refused = platform.act(RIGHT, order, "reply", solved(1)).await.expect(409);
    assert_eq!(refused.body["code"], "stale_generation", "{}", refused.body);
    let back = json!({ "matter": "M010201", "reason": "更正" });
    amend(&platform, order, back).await.expect(201);
    let document = platform.document(RIGHT, order).await;
    assert_eq!(
        (&document["data"]["notice"], &document["data"]["generation"]),
        (&json!("assigned"), &json!(2))
    );
}
