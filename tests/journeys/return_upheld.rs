//! 退单: a unit says "not ours". The hotline reviews it: upheld, the order goes to somebody else and the unit is out
//! of it; rejected, it stays, and the unit is told why.
use serde_json::{Value, json};
use system_tests::Platform;
use system_tests::people::{clock, complaint, content, text};
use testkit::Role;

/// The district gave street trading to its streets (PD0012); else the district's urban management leads (PD0010).
const FIRST: &str = "JD-990104001";
const SECOND: &str = "QX-990104-URBAN";

fn street_trading() -> Value {
    let mut body = complaint("M010201", "990104001");
    body["kind"] = json!("grievance");
    body
}

fn not_ours() -> Value {
    json!({ "generation": 1, "reason_code": "not_our_duty", "basis": "执法权在区城管局", "suggested_unit": SECOND })
}

/// The only return request that waits for review.
async fn waiting_return(platform: &Platform) -> Value {
    let list = platform
        .routing
        .http(Role::Dispatcher)
        .get("/v1/returns")
        .await
        .expect(200)
        .body;
    let items = list["items"].as_array().expect("items").clone();
    assert_eq!(items.len(), 1, "{list}");
    items[0].clone()
}

async fn review(platform: &Platform, verdict: &str, reason: &str) {
    let id = text(&waiting_return(platform).await, "return_id");
    let body = json!({ "verdict": verdict, "reason": reason });
    platform
        .routing
        .http(Role::Dispatcher)
        .post(&format!("/v1/returns/{id}/review"), body)
        .await
        .expect(200);
    platform.settle().await;
}

#[tokio::test]
async fn an_upheld_return_gives_the_order_to_somebody_else() {
    let platform = Platform::start().await;
    let registered = platform.register(street_trading()).await;
    let order = registered.order().to_owned();
    assert_eq!(platform.lead(&order).await, FIRST);
    let total_before = clock(&platform.watched(&order).await, "total");

    platform.acts(FIRST, &order, "return-requests", not_ours()).await;
    let request = waiting_return(&platform).await;
    assert_eq!(request["unit"], FIRST);
    assert_eq!(
        (&request["reason_code"], &request["in_window"]),
        (&json!("not_our_duty"), &json!(true))
    );
    platform.pass(chrono::TimeDelta::hours(2)).await;
    review(&platform, "upheld", "经查属实").await;

    let assignment = platform.assignment(&order).await;
    assert_eq!(
        (&assignment["lead"]["code"], &assignment["generation"]),
        (&json!(SECOND), &json!(2))
    );
    assert!(
        assignment["explanation"].to_string().contains(FIRST),
        "why not the first: {assignment}"
    );
    // The first unit is told that it does not lead any more. By the second's duty the street would help: not this one.
    assert_eq!(assignment["co_handlers"], json!([]), "{assignment}");
    let told: Vec<Value> = platform
        .documents(FIRST)
        .await
        .iter()
        .map(|document| json!([document["data"]["notice"], document["data"]["lead"]]))
        .collect();
    assert_eq!(told, [json!(["assigned", true]), json!(["revoked", true])]);
    let document = platform.document(SECOND, &order).await;
    assert_eq!(
        (&document["data"]["notice"], &document["data"]["generation"]),
        (&json!("assigned"), &json!(2))
    );

    // A new clock for the unit, never a new one for the city.
    let watched = platform.watched(&order).await;
    assert_eq!(
        clock(&watched, "total")["due_at"],
        total_before["due_at"],
        "{watched}"
    );
    let refused = platform
        .act(FIRST, &order, "sign", json!({ "generation": 1 }))
        .await
        .expect(409);
    assert_eq!(refused.body["code"], "stale_generation", "{}", refused.body);
    let refused = platform
        .act(
            FIRST,
            &order,
            "progress",
            json!({ "generation": 2, "note": "协办" }),
        )
        .await
        .expect(403);
    assert_eq!(refused.body["code"], "not_responsible", "{}", refused.body);

    platform
        .acts(SECOND, &order, "sign", json!({ "generation": 2 }))
        .await;
    platform
        .acts(SECOND, &order, "reply", system_tests::people::solved(2))
        .await;
    platform.caller_says(&order, content()).await;
    platform.follows_from_one_contact(&order).await;
    assert_eq!(platform.progress(&registered.number).await["state"], "closed");
}

#[tokio::test]
async fn a_rejected_return_leaves_the_order_where_it_is_and_says_why() {
    let platform = Platform::start().await;
    let registered = platform.register(street_trading()).await;
    let order = registered.order();
    platform.acts(FIRST, order, "return-requests", not_ours()).await;
    let early = platform
        .act(FIRST, order, "reply", system_tests::people::solved(1))
        .await
        .expect(409);
    assert_eq!(
        early.body["code"], "return_pending",
        "no reply while the return is under review: {}",
        early.body
    );
    review(&platform, "rejected", "目录明确由你单位牵头").await;

    let assignment = platform.assignment(order).await;
    assert_eq!(
        (
            text(&assignment["lead"], "code").as_str(),
            &assignment["generation"]
        ),
        (FIRST, &json!(1))
    );
    let document = platform.document(FIRST, order).await;
    assert_eq!(document["data"]["notice"], "return_rejected");
    assert!(
        document["data"]["note"].to_string().contains("目录明确"),
        "{document}"
    );
    platform.handled_by(FIRST, order).await;
    platform.caller_says(order, content()).await;
    assert_eq!(platform.progress(&registered.number).await["state"], "closed");
}

#[tokio::test]
async fn when_nobody_else_can_be_named_a_ruling_decides() {
    let platform = Platform::start().await;
    // One unit of the city has this duty, and there is no duty on a higher level.
    let registered = platform.register(complaint("M070102", "990102002")).await;
    let order = registered.order();
    let mut request = not_ours();
    request
        .as_object_mut()
        .expect("an object")
        .remove("suggested_unit");
    platform
        .acts("SJ-TRANSPORT", order, "return-requests", request)
        .await;
    review(&platform, "upheld", "该站点由区里管护").await;
    let waiting = platform
        .routing
        .http(Role::Dispatcher)
        .get("/v1/manual-queue")
        .await
        .expect(200)
        .body;
    assert_eq!(waiting["items"][0]["order_id"], order, "{waiting}");
    assert_eq!(waiting["items"][0]["generation"], 1);
    assert_eq!(
        (&waiting["items"][0]["state"], &waiting["items"][0]["reason"]),
        (&json!("disputed"), &json!("no_lead"))
    );
    assert_eq!(platform.watched(order).await["state"], "disputed");
    assert_eq!(
        platform.progress(&registered.number).await["orders"][0]["state"],
        "undecided"
    );
    let desk = platform.routing.http(Role::Dispatcher);
    let decision = json!({ "lead": "QX-990102-URBAN", "reason": "属地管护" });
    let path = format!("/v1/manual-queue/{order}/decision");
    let refused = desk.post(&path, decision).await.expect(409);
    assert_eq!(refused.body["code"], "ruling_needed", "{}", refused.body);
    let ruling = json!({ "lead": "QX-990102-URBAN", "basis": "属地管护会商纪要" });
    desk.post(&format!("/v1/orders/{order}/rulings"), ruling)
        .await
        .expect(201);
    platform.settle().await;
    let assignment = platform.assignment(order).await;
    assert_eq!(
        (&assignment["lead"]["code"], &assignment["generation"]),
        (&json!("QX-990102-URBAN"), &json!(2))
    );
    assert_eq!(
        platform.document("QX-990102-URBAN", order).await["data"]["generation"],
        2
    );
}
