//! Leads that ask that their order rest, over REST and NATS, and what they hear of it.
use crate::harness::{HELPER, LEAD, Order, feed, key, notices, start};
use crate::unit_system::UnitSystem;
use chrono::TimeDelta;
use contracts::ids::SuspensionId;
use contracts::supervision::{OrderSuspendedV1, PendingSuspensionV1, SuspensionDeniedV1};
use contracts::unit_gateway::OrderSuspensionRequestedV1;
use serde_json::{Value, json};
use testkit::{Response, TestApp};
use uuid::Uuid;

fn rest(until: &str) -> Value {
    json!({ "generation": 1, "reason_code": "weather", "reason": "连日降雨，电话13800138000", "until": until,
        "basis": "市热线管理办法第二十二条" })
}

/// Some days after the tests begin.
const UNTIL: &str = "2026-03-06T12:00:00+08:00";

async fn ask(app: &TestApp, order: &Order, unit: &str, body: Value) -> Response {
    order.act(app, unit, "suspension-requests", body).await
}

fn denied(order: &Order, id: SuspensionId, code: &str) -> SuspensionDeniedV1 {
    SuspensionDeniedV1 {
        order_id: order.id,
        suspension_id: id,
        unit: LEAD.into(),
        generation: 1,
        asked_by_unit: true,
        code: code.into(),
        reason: "可室内施工".into(),
        pending: None,
        was_in_the_way: false,
    }
}

async fn pending(app: &TestApp, order: &Order) -> Value {
    let path = format!("/v1/units/{LEAD}/orders/{}", order.id);
    let seen = app.unit(LEAD).get(&path).await.expect(200).body;
    seen["suspension_pending"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lead_asks_that_its_order_rest_and_hears_the_answer() {
    let app = start().await;
    let order = Order::arrives(&app, LEAD, &[HELPER]).await;
    assert_eq!(
        ask(&app, &order, LEAD, rest(UNTIL))
            .await
            .expect(409)
            .text("/code"),
        "not_signed"
    );
    order.sign(&app, LEAD, 1).await.expect(200);
    assert_eq!(
        ask(&app, &order, HELPER, rest(UNTIL))
            .await
            .expect(403)
            .text("/code"),
        "not_responsible"
    );
    let mut stale = rest(UNTIL);
    stale["generation"] = json!(2);
    assert_eq!(
        ask(&app, &order, LEAD, stale).await.expect(409).text("/code"),
        "stale_generation"
    );
    let asked = ask(&app, &order, LEAD, rest(UNTIL)).await.expect(200);
    let first: SuspensionId = asked.text("/suspension_id").parse().unwrap();
    assert_eq!(
        ask(&app, &order, LEAD, rest(UNTIL)).await.expect(200).body,
        asked.body,
        "once"
    );
    let other = rest("2026-03-05T12:00:00+08:00");
    assert_eq!(
        ask(&app, &order, LEAD, other).await.expect(409).text("/code"),
        "suspension_pending"
    );
    assert_eq!(pending(&app, &order).await, true);
    // What a supervisor proposed in vain is not the unit's affair.
    let mut theirs = denied(&order, SuspensionId(Uuid::now_v7()), "reviewed");
    theirs.asked_by_unit = false;
    app.publish(order.key(), 2, &theirs).await;
    app.publish(order.key(), 3, &denied(&order, first, "reviewed"))
        .await;
    app.settle().await;
    let told = feed(&app, LEAD, 50).await;
    assert_eq!(notices(&told), ["assigned", "suspension_denied"]);
    assert_eq!(told[1]["data"]["note"], "挂起未批准（reviewed）：可室内施工");
    let why = &told[1]["data"]["suspension"];
    assert_eq!(
        (&why["suspension_id"], &why["code"]),
        (&json!(first), &json!("reviewed"))
    );
    let again = ask(&app, &order, LEAD, rest(UNTIL)).await.expect(200);
    assert_ne!(again.body, asked.body, "the same words ask anew after an answer");
    granted(&app, &order, again.text("/suspension_id").parse().unwrap()).await;
    let facts = app.published::<OrderSuspensionRequestedV1>().await;
    assert_eq!(facts.len(), 2);
    let fact = &facts[0].data;
    assert_eq!(
        (fact.reason_code.as_str(), fact.reason.as_str()),
        ("weather", "连日降雨，电话***")
    );
    assert_eq!(
        fact.until,
        UNTIL.parse::<chrono::DateTime<chrono::Utc>>().unwrap()
    );
}

/// The order rests: everybody who has it hears so, and the request is open no more.
async fn granted(app: &TestApp, order: &Order, id: SuspensionId) {
    let suspended = OrderSuspendedV1 {
        order_id: order.id,
        suspension_id: id,
        unit: LEAD.into(),
        generation: 1,
        reason_code: "weather".into(),
        reason: "暴雨".into(),
        suspended_at: app.clock.now(),
        until: app.clock.now() + TimeDelta::days(2),
    };
    app.publish(order.key(), 4, &suspended).await;
    app.settle().await;
    assert_eq!(pending(app, order).await, false);
    assert_eq!(
        notices(&feed(app, LEAD, 50).await),
        ["assigned", "suspension_denied", "suspended"]
    );
    assert_eq!(notices(&feed(app, HELPER, 50).await), ["assigned", "suspended"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_hears_what_is_in_the_way_of_its_request_and_when_it_is_over() {
    let app = start().await;
    let order = Order::arrives(&app, LEAD, &[HELPER]).await;
    order.sign(&app, LEAD, 1).await.expect(200);
    let asked = ask(&app, &order, LEAD, rest(UNTIL)).await.expect(200);
    let proposal = SuspensionId(Uuid::now_v7());
    let mut refused = denied(
        &order,
        asked.text("/suspension_id").parse().unwrap(),
        "already_pending",
    );
    refused.pending = Some(PendingSuspensionV1 {
        suspension_id: proposal,
        since: "2026-03-02T08:30:00+08:00".parse().unwrap(),
    });
    app.publish(order.key(), 2, &refused).await;
    let mut over = denied(&order, proposal, "lapsed");
    (over.asked_by_unit, over.was_in_the_way) = (false, true);
    app.publish(order.key(), 3, &over).await;
    app.settle().await;
    let told = feed(&app, LEAD, 50).await;
    assert_eq!(
        notices(&told),
        ["assigned", "suspension_denied", "suspension_denied"]
    );
    assert_eq!(
        told[1]["data"]["note"],
        "挂起未批准（already_pending）：可室内施工（2026-03-02 08:30 提出；如未获批准，将另行告知，届时可再次申请）"
    );
    let in_the_way = &told[1]["data"]["suspension"]["pending"];
    assert_eq!(
        (&in_the_way["suspension_id"], &in_the_way["since"]),
        (&json!(proposal), &json!("2026-03-02T00:30:00Z"))
    );
    assert_eq!(
        told[2]["data"]["note"],
        "此前待审核的挂起建议未获批准（lapsed），可再次申请：可室内施工"
    );
    assert_eq!(told[2]["data"]["suspension"]["suspension_id"], json!(proposal));
    assert_eq!(notices(&feed(&app, HELPER, 50).await), ["assigned"]);
    let again = ask(&app, &order, LEAD, rest(UNTIL)).await.expect(200);
    assert_ne!(again.body, asked.body);
    // Of a proposal that was in the way of another unit, which does not lead any more, this one hears nothing.
    let mut elsewhere = denied(&order, SuspensionId(Uuid::now_v7()), "reviewed");
    elsewhere.unit = HELPER.into();
    (elsewhere.asked_by_unit, elsewhere.was_in_the_way) = (false, true);
    app.publish(order.key(), 4, &elsewhere).await;
    app.settle().await;
    assert_eq!(feed(&app, LEAD, 50).await.len(), 3);
    assert_eq!(pending(&app, &order).await, true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_request_to_rest_names_its_field() {
    let app = start().await;
    let order = Order::arrives(&app, LEAD, &[]).await;
    order.sign(&app, LEAD, 1).await.expect(200);
    for (field, value) in [
        ("reason_code", json!(" ")),
        ("reason_code", json!("x".repeat(65))),
        ("reason", json!("")),
        ("basis", json!("")),
        ("until", json!("2026-01-01T00:00:00+08:00")),
        ("attachments", json!([Uuid::now_v7()])),
    ] {
        let mut body = rest(UNTIL);
        body[field] = value;
        let refused = ask(&app, &order, LEAD, body).await.expect(422);
        assert_eq!(refused.text("/field"), field);
    }
    app.settle().await;
    assert!(app.published::<OrderSuspensionRequestedV1>().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn over_nats_it_is_the_same_command_with_its_evidence() {
    let app = start().await;
    let order = Order::arrives(&app, LEAD, &[]).await;
    order.sign(&app, LEAD, 1).await.expect(200);
    let photo = b"\xff\xd8\xff\xe0 a flooded street".to_vec();
    let path = format!("{}?name=flood.jpg", order.path(LEAD, "attachments"));
    let kept = app
        .unit(LEAD)
        .post_bytes(&path, "image/jpeg", photo)
        .await
        .expect(201);
    let photo = kept.text("/attachment_id");
    let (_, secret) = key(&app, LEAD).await;
    let system = UnitSystem::connect(&app, LEAD).await;
    let mut command = rest(UNTIL);
    command["order_id"] = json!(order.id);
    command["attachments"] = json!([photo]);
    let said = system
        .command(LEAD, "suspension-requests", Some(&secret), &command)
        .await;
    assert_eq!(said["ok"], true, "{said}");
    let mut body = rest(UNTIL);
    body["attachments"] = json!([photo]);
    let same = ask(&app, &order, LEAD, body).await.expect(200);
    assert_eq!(
        same.body["suspension_id"], said["suspension_id"],
        "the same over REST is the same"
    );
    app.settle().await;
    let facts = app.published::<OrderSuspensionRequestedV1>().await;
    assert_eq!(facts.len(), 1);
    assert_eq!(json!(facts[0].data.attachments), json!([photo]));
    // Another round of the same assignment: what was asked in the one before still waits for its answer.
    order.reply(&app, LEAD, 1, "done").await.expect(200);
    app.publish(order.key(), 1, &order.reworked(LEAD, 1, 1)).await;
    app.settle().await;
    assert_eq!(pending(&app, &order).await, true);
}
