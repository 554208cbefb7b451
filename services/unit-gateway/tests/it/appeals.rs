//! What callers answered against units: their systems are told, appeal, and hear what came of it.
use crate::harness::{LEAD, Order, access, feed, key, notices, start};
use crate::unit_system::{UnitSystem, documents};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::callback::{
    AnswerWentAgainstV1, AppealOpenedV1, AppealRefusedV1, AppealRejectedV1, AppealUpheldV1,
};
use contracts::ids::{AppealId, CallbackId};
use contracts::unit_gateway::AppealRequestedV1;
use contracts::words::Satisfaction;
use serde_json::{Value, json};
use testkit::{Response, Role, TestApp};
use uuid::Uuid;

const OTHER: &str = "U-OTHER";
const CALLBACK: CallbackId = CallbackId(Uuid::from_u128(0xca));
const APPEAL: AppealId = AppealId(Uuid::from_u128(0xa9));

fn until(app: &TestApp) -> DateTime<Utc> {
    app.clock.now() + TimeDelta::days(7)
}

/// What the caller said of the first reply of `LEAD`.
fn went_against(app: &TestApp, order: &Order) -> AnswerWentAgainstV1 {
    AnswerWentAgainstV1 {
        order_id: order.id,
        callback_id: CALLBACK,
        unit: LEAD.into(),
        generation: 1,
        rework: 0,
        contacted: true,
        solved: false,
        result: Satisfaction::NotSatisfied,
        attitude: Satisfaction::Satisfied,
        answered_at: app.clock.now(),
        appeal_until: until(app),
    }
}

fn opened(order: &Order, ground: &str) -> AppealOpenedV1 {
    AppealOpenedV1 {
        appeal_id: APPEAL,
        order_id: order.id,
        callback_id: CALLBACK,
        unit: LEAD.into(),
        generation: 1,
        rework: 0,
        ground: ground.to_owned(),
    }
}

fn upheld(order: &Order) -> AppealUpheldV1 {
    AppealUpheldV1 {
        appeal_id: APPEAL,
        order_id: order.id,
        callback_id: CALLBACK,
        unit: LEAD.into(),
        reason: "照片属实".to_owned(),
    }
}

/// An order of `LEAD` whose caller answered against it.
async fn answered(app: &TestApp) -> Order {
    let order = Order::arrives(app, LEAD, &[]).await;
    app.publish(order.key(), 2, &went_against(app, &order)).await;
    app.settle().await;
    order
}

fn body(ground: &str) -> Value {
    json!({ "callback_id": CALLBACK, "ground": ground })
}

/// The unit's system appeals over REST with its key.
async fn appeals(app: &TestApp, order: &Order, key: &str, body: Value) -> Response {
    app.http_as(key).post(&order.path(LEAD, "appeals"), body).await
}

fn code(refused: &Response) -> (&Value, &Value) {
    (&refused.body["code"], &refused.body["field"])
}

#[tokio::test(flavor = "multi_thread")]
async fn the_unit_hears_what_went_against_it_once_and_before_what_follows() {
    let app = start().await;
    access(&app, LEAD, json!({ "way": "nats" })).await;
    let order = Order::arrives(&app, LEAD, &[]).await;
    let answer = went_against(&app, &order);
    // Callback's journal is published again, under other ids.
    for sequence in [2, 3] {
        app.publish(order.key(), sequence, &answer).await;
    }
    app.publish(order.key(), 4, &order.closed(&app)).await;
    app.settle().await;
    let system = UnitSystem::connect(&app, LEAD).await;
    let told = documents(&system.take().await);
    assert_eq!(notices(&told), ["assigned", "answer", "closed"]);
    let data = &told[1]["data"];
    assert_eq!(
        data["answer"],
        json!({
            "callback_id": CALLBACK, "generation": 1, "rework": 0, "contacted": true, "solved": false,
            "result": "not_satisfied", "attitude": "satisfied", "answered_at": answer.answered_at,
            "appeal_until": answer.appeal_until,
        })
    );
    assert_eq!(
        data["note"],
        "回访结果：未解决、对结果不满意；如有异议，可于 2026-03-09 09:00 前申诉"
    );
    assert_eq!((&data["generation"], &data["lead"]), (&json!(1), &json!(true)));
    let time = |document: &Value| {
        document["time"]
            .as_str()
            .unwrap()
            .parse::<DateTime<Utc>>()
            .unwrap()
    };
    assert!(
        time(&told[1]) < time(&told[2]),
        "of one round the end is the greater document"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_appeals_by_its_key_over_both_ways_after_the_end_and_once() {
    let app = start().await;
    access(&app, LEAD, json!({ "way": "nats" })).await;
    let (_, mine) = key(&app, LEAD).await;
    let order = answered(&app).await;
    app.publish(order.key(), 3, &order.closed(&app)).await;
    app.settle().await;
    let said = body("已于回访前修复，电话13812345678");
    let asked = appeals(&app, &order, &mine, said.clone()).await.expect(200);
    assert_eq!(
        asked.body,
        json!({ "order_id": order.id, "callback_id": CALLBACK, "state": "requested",
                "appeal_until": "2026-03-09T09:00:00+08:00" })
    );
    let system = UnitSystem::connect(&app, LEAD).await;
    let mut command = said.clone();
    command["order_id"] = json!(order.id);
    let mut again = system.command(LEAD, "appeal", Some(&mine), &command).await;
    assert_eq!(again["ok"], true, "{again}");
    again.as_object_mut().unwrap().remove("ok");
    assert_eq!(again, asked.body, "the same appeal, whatever the way");
    let person = app.unit(LEAD).post(&order.path(LEAD, "appeals"), said).await;
    assert_eq!(person.expect(200).body, asked.body, "and whoever says it");
    command["ground"] = json!("另一理由");
    let other = system.command(LEAD, "appeal", Some(&mine), &command).await;
    assert_eq!(
        (&other["code"], &other["field"], &other["status"]),
        (&json!("appeal_exists"), &json!("ground"), &json!(409))
    );
    app.settle().await;
    let told = app.published::<AppealRequestedV1>().await;
    assert_eq!(told.len(), 1);
    let event = &told[0].data;
    assert_eq!(
        (event.unit.as_str(), event.callback_id, event.ground.as_str()),
        (LEAD, CALLBACK, "已于回访前修复，电话***")
    );
    assert_eq!(
        (told[0].key, told[0].actor.as_str(), event.requested_at),
        (order.key(), "unit:U-LEAD", app.clock.now())
    );
    let path = format!("/v1/orders/{}/log", order.id);
    let log = app.http(Role::Auditor).get(&path).await.expect(200).body;
    let acted = log["items"].as_array().unwrap().iter();
    let acted: Vec<&Value> = acted
        .filter(|line| line["what"] == "acted")
        .map(|line| &line["detail"])
        .collect();
    assert_eq!(acted, ["appeal"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn by_nats_alone_a_unit_appeals_too() {
    let app = start().await;
    access(&app, LEAD, json!({ "way": "nats" })).await;
    let (_, mine) = key(&app, LEAD).await;
    let order = answered(&app).await;
    let system = UnitSystem::connect(&app, LEAD).await;
    let mut command = body("已修复");
    command["order_id"] = json!(order.id);
    let asked = system.command(LEAD, "appeal", Some(&mine), &command).await;
    assert_eq!(
        (&asked["ok"], &asked["state"]),
        (&json!(true), &json!("requested"))
    );
    app.settle().await;
    assert_eq!(app.published::<AppealRequestedV1>().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_unit_may_not_appeal_is_refused_with_code_and_field() {
    let app = start().await;
    let ((_, mine), (_, theirs)) = (key(&app, LEAD).await, key(&app, OTHER).await);
    let order = answered(&app).await;
    let another = Order::arrives(&app, LEAD, &[]).await;
    let strange = app.http_as(&theirs);
    let refused = strange
        .post(&order.path(LEAD, "appeals"), body("x"))
        .await
        .expect(403);
    assert_eq!(refused.body["code"], "wrong_unit");
    let unknown = (&json!("answer_unknown"), &json!("callback_id"));
    let refused = strange
        .post(&order.path(OTHER, "appeals"), body("x"))
        .await
        .expect(404);
    assert_eq!(code(&refused), unknown, "another unit's answer");
    let refused = appeals(&app, &another, &mine, body("x")).await.expect(404);
    assert_eq!(code(&refused), unknown, "another order's answer");
    let nothing = json!({ "callback_id": Uuid::from_u128(1), "ground": "x" });
    let refused = appeals(&app, &order, &mine, nothing).await.expect(404);
    assert_eq!(code(&refused), unknown);
    let refused = appeals(&app, &order, &mine, body("  ")).await.expect(422);
    assert_eq!(code(&refused), (&json!("invalid_field"), &json!("ground")));
    let end = until(&app);
    app.clock.set(end + TimeDelta::seconds(1));
    let refused = appeals(&app, &order, &mine, body("x")).await.expect(409);
    assert_eq!(
        (code(&refused), refused.text("/until").as_str()),
        (
            (&json!("appeal_window_over"), &json!("callback_id")),
            "2026-03-09T09:00:00+08:00"
        )
    );
    app.settle().await;
    assert!(app.published::<AppealRequestedV1>().await.is_empty());
    app.clock.set(end);
    appeals(&app, &order, &mine, body("x")).await.expect(200);
    app.settle().await;
    assert_eq!(app.published::<AppealRequestedV1>().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_of_an_appeal_is_told_after_the_end_and_the_order_stays_as_it_was() {
    let app = start().await;
    let (_, mine) = key(&app, LEAD).await;
    let order = answered(&app).await;
    app.publish(order.key(), 3, &order.closed(&app)).await;
    app.settle().await;
    appeals(&app, &order, &mine, body("已修复")).await.expect(200);
    app.publish(order.key(), 4, &opened(&order, "已修复")).await;
    app.settle().await;
    let open = appeals(&app, &order, &mine, body("已修复")).await.expect(200);
    assert_eq!(open.text("/state"), "open");
    app.publish(order.key(), 5, &upheld(&order)).await;
    app.settle().await;
    let told = feed(&app, LEAD, 50).await;
    assert_eq!(notices(&told), ["assigned", "answer", "closed", "appeal"]);
    let data = &told[3]["data"];
    assert_eq!(
        data["appeal"],
        json!({ "callback_id": CALLBACK, "appeal_id": APPEAL, "state": "upheld", "reason": "照片属实" })
    );
    assert_eq!(data["generation"], 0, "nothing of the order is open again");
    let path = format!("/v1/units/{LEAD}/orders/{}", order.id);
    let seen = app.unit(LEAD).get(&path).await.expect(200);
    assert_eq!(seen.text("/order/notice"), "closed");
    let ended = appeals(&app, &order, &mine, body("已修复")).await.expect(200);
    assert_eq!(ended.text("/state"), "upheld");
    app.settle().await;
    assert_eq!(app.published::<AppealRequestedV1>().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appeal_of_a_person_at_callback_is_known_and_what_is_refused_there_is_told() {
    let app = start().await;
    let (_, mine) = key(&app, LEAD).await;
    let order = answered(&app).await;
    // The system asks before it is known here that a person was faster.
    appeals(&app, &order, &mine, body("系统的理由")).await.expect(200);
    app.publish(order.key(), 3, &opened(&order, "人的理由")).await;
    let refused = AppealRefusedV1 {
        order_id: order.id,
        callback_id: CALLBACK,
        unit: LEAD.into(),
        code: "exists".to_owned(),
        reason: "对该回访结果已有申诉".to_owned(),
    };
    app.publish(order.key(), 4, &refused).await;
    app.settle().await;
    let known = appeals(&app, &order, &mine, body("人的理由")).await.expect(200);
    assert_eq!(
        known.text("/state"),
        "open",
        "the person's is not refused by that"
    );
    let other = appeals(&app, &order, &mine, body("系统的理由")).await.expect(409);
    assert_eq!(other.text("/code"), "appeal_exists");
    let rejected = AppealRejectedV1 {
        appeal_id: APPEAL,
        order_id: order.id,
        callback_id: CALLBACK,
        unit: LEAD.into(),
        reason: "照片早于回访".to_owned(),
    };
    app.publish(order.key(), 5, &rejected).await;
    app.settle().await;
    let told = feed(&app, LEAD, 50).await;
    assert_eq!(notices(&told), ["assigned", "answer", "appeal", "appeal"]);
    let appeal = |at: usize| &told[at]["data"]["appeal"];
    assert_eq!(
        (&appeal(2)["state"], &appeal(2)["code"], &appeal(3)["state"]),
        (&json!("refused"), &json!("exists"), &json!("rejected"))
    );
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_gave_the_reply_hears_it_and_appeals_when_another_unit_has_the_order() {
    let app = start().await;
    let order = Order::arrives(&app, LEAD, &[]).await;
    app.publish(order.key(), 2, &order.assigned(2, OTHER, &[])).await;
    app.publish(order.key(), 3, &went_against(&app, &order)).await;
    app.settle().await;
    let told = feed(&app, LEAD, 50).await;
    assert_eq!(notices(&told), ["assigned", "revoked", "answer"]);
    assert_eq!(
        (
            &told[2]["data"]["generation"],
            &told[2]["data"]["answer"]["generation"]
        ),
        (&json!(0), &json!(1))
    );
    assert_eq!(notices(&feed(&app, OTHER, 50).await), ["assigned"]);
    let (_, mine) = key(&app, LEAD).await;
    appeals(&app, &order, &mine, body("已修复")).await.expect(200);
    app.settle().await;
    assert_eq!(app.published::<AppealRequestedV1>().await[0].data.generation, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_from_before_its_table_cannot_be_appealed_here_and_its_result_is_told() {
    let app = start().await;
    let (_, mine) = key(&app, LEAD).await;
    let order = Order::arrives(&app, LEAD, &[]).await;
    app.publish(order.key(), 2, &opened(&order, "人的理由")).await;
    app.publish(order.key(), 3, &upheld(&order)).await;
    app.settle().await;
    let unknown = appeals(&app, &order, &mine, body("x")).await.expect(404);
    assert_eq!(unknown.text("/code"), "answer_unknown");
    assert_eq!(notices(&feed(&app, LEAD, 50).await), ["assigned", "appeal"]);
    app.settle().await;
}
