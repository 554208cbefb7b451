//! Rounds and generations: the caller is not content, the unit says "not ours".
use crate::harness::{HELPER, LEAD, Order, feed, notices, start};
use chrono::TimeDelta;
use contracts::callback::OrderReworkedV1;
use contracts::ids::ReturnId;
use contracts::terms::{Limit, LimitUnit, StartRule};
use contracts::unit_gateway::{OrderDeliveredV1, OrderRepliedV1, OrderReturnRequestedV1, OrderSignedV1};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::TestApp;

fn wish(suggested: &str) -> Value {
    json!({ "generation": 1, "reason_code": "not_our_duty", "basis": "《条例》第三条", "suggested_unit": suggested })
}

async fn asked(app: &TestApp) -> ReturnId {
    app.settle().await;
    app.published::<OrderReturnRequestedV1>()
        .await
        .last()
        .unwrap()
        .data
        .return_id
}

/// A round with a time of its own.
fn within_three_days(order: &Order) -> OrderReworkedV1 {
    OrderReworkedV1 {
        limit: Some(Limit {
            amount: 3,
            unit: LimitUnit::WorkingDays,
            start: StartRule::Dispatch,
        }),
        ..order.reworked(LEAD, 1, 1)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rework_brings_the_order_back_to_the_same_unit() {
    let app = start().await;
    let order = Order::arrives(&app, LEAD, &[HELPER]).await;
    order.sign(&app, LEAD, 1).await.expect(200);
    order.reply(&app, LEAD, 1, "done").await.expect(200);
    app.publish(order.key(), 1, &within_three_days(&order)).await;
    app.settle().await;

    let told = feed(&app, LEAD, 50).await;
    assert_eq!(notices(&told), ["assigned", "reworked"]);
    assert_eq!(
        (&told[1]["data"]["rework"], &told[1]["data"]["note"]),
        (&json!(1), &json!("路灯仍不亮（本轮办结时限：3个工作日）"))
    );
    assert_eq!(notices(&feed(&app, HELPER, 50).await), ["assigned", "reworked"]);
    // A late copy of the first reply is an echo, not the answer of the second round.
    assert_eq!(
        order
            .reply(&app, LEAD, 1, "done")
            .await
            .expect(200)
            .text("/state"),
        "assigned"
    );
    assert_eq!(
        order
            .reply(&app, LEAD, 1, "done again")
            .await
            .expect(200)
            .text("/state"),
        "replied"
    );
    app.settle().await;
    let replied: Vec<i32> = app
        .published::<OrderRepliedV1>()
        .await
        .iter()
        .map(|fact| fact.data.rework)
        .collect();
    assert_eq!(replied, [0, 1]);
    assert_eq!(
        app.published::<OrderSignedV1>().await.len(),
        2,
        "acting takes the second round"
    );
    let delivered: Vec<i32> = app
        .published::<OrderDeliveredV1>()
        .await
        .iter()
        .map(|fact| fact.data.rework)
        .collect();
    assert_eq!(delivered, [0, 1]);

    app.publish(order.key(), 2, &order.closed(&app)).await;
    app.settle().await;
    assert_eq!(
        notices(&feed(&app, LEAD, 50).await),
        ["assigned", "reworked", "closed"]
    );
    assert_eq!(
        order.sign(&app, LEAD, 1).await.expect(409).text("/code"),
        "order_closed"
    );
    assert_eq!(
        order
            .reply(&app, LEAD, 1, "done again")
            .await
            .expect(200)
            .text("/state"),
        "closed",
        "a repeat stays harmless"
    );
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_return_leaves_the_unit_responsible() {
    let app = start().await;
    let order = Order::arrives(&app, LEAD, &[]).await;
    let first = order
        .act(&app, LEAD, "return-requests", wish("U-OTHER"))
        .await
        .expect(200);
    let again = order
        .act(&app, LEAD, "return-requests", wish("U-OTHER"))
        .await
        .expect(200);
    assert_eq!(first.body, again.body);
    assert_eq!(
        order
            .act(&app, LEAD, "return-requests", wish("U-THIRD"))
            .await
            .expect(409)
            .text("/code"),
        "return_pending"
    );
    order.sign(&app, LEAD, 1).await.expect(200);
    assert_eq!(
        order.reply(&app, LEAD, 1, "done").await.expect(409).text("/code"),
        "return_pending"
    );
    let return_id = asked(&app).await;
    assert_eq!(app.published::<OrderReturnRequestedV1>().await.len(), 1);

    app.publish(order.key(), 2, &order.rejected(return_id, LEAD, 1))
        .await;
    app.settle().await;
    let told = feed(&app, LEAD, 50).await;
    assert_eq!(notices(&told), ["assigned", "return_rejected"]);
    assert_eq!(told[1]["data"]["note"], "条目明确由你单位主办");
    // The same words once more are a new request now, as often as they are refused.
    for sequence in [3, 4] {
        order
            .act(&app, LEAD, "return-requests", wish("U-OTHER"))
            .await
            .expect(200);
        let next = asked(&app).await;
        assert_ne!(next, return_id);
        app.publish(order.key(), sequence, &order.rejected(next, LEAD, 1))
            .await;
        app.settle().await;
    }
    let asked: Vec<ReturnId> = app
        .published::<OrderReturnRequestedV1>()
        .await
        .iter()
        .map(|fact| fact.data.return_id)
        .collect();
    assert_eq!(asked.iter().collect::<BTreeSet<_>>().len(), 3, "{asked:?}");
    let path = format!("/v1/units/{LEAD}/orders/{}", order.id);
    let seen = app.unit(LEAD).get(&path).await.expect(200);
    let requests = seen.body["actions"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|action| action["verb"] == "request_return");
    assert_eq!(requests.count(), 3, "{}", seen.body);
    order.reply(&app, LEAD, 1, "done").await.expect(200);
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upheld_return_takes_the_order_away_before_the_next_unit_is_known() {
    let app = start().await;
    let order = Order::arrives(&app, LEAD, &[HELPER]).await;
    order
        .act(&app, LEAD, "return-requests", wish("U-NEXT"))
        .await
        .expect(200);
    let return_id = asked(&app).await;
    app.publish(order.key(), 2, &order.upheld(return_id, LEAD, 1))
        .await;
    app.settle().await;
    assert_eq!(
        order.sign(&app, LEAD, 1).await.expect(409).text("/code"),
        "stale_generation"
    );
    let seen = app
        .unit(LEAD)
        .get(&format!("/v1/units/{LEAD}/orders/{}", order.id))
        .await
        .expect(200);
    assert_eq!(
        (seen.text("/state"), seen.body["responsible"].as_bool()),
        ("revoked".into(), Some(false))
    );

    app.publish(order.key(), 3, &order.assigned(2, "U-NEXT", &[HELPER]))
        .await;
    app.settle().await;
    assert_eq!(
        notices(&feed(&app, LEAD, 50).await),
        ["assigned", "revoked"],
        "told once"
    );
    assert_eq!(notices(&feed(&app, "U-NEXT", 50).await), ["assigned"]);
    assert_eq!(
        notices(&feed(&app, HELPER, 50).await),
        ["assigned", "revoked", "assigned"]
    );
    assert_eq!(
        order.sign(&app, LEAD, 1).await.expect(409).text("/code"),
        "stale_generation"
    );
    order.sign(&app, "U-NEXT", 2).await.expect(200);
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_makes_a_late_copy_of_a_refused_return_an_echo() {
    let app = start().await;
    let order = Order::arrives(&app, LEAD, &[]).await;
    let (unit, path) = (app.unit(LEAD), order.path(LEAD, "return-requests"));
    unit.post_with_key(&path, wish("U-OTHER"), "first")
        .await
        .expect(200);
    let return_id = asked(&app).await;
    app.publish(order.key(), 2, &order.rejected(return_id, LEAD, 1))
        .await;
    app.settle().await;
    unit.post_with_key(&path, wish("U-OTHER"), "first")
        .await
        .expect(200);
    app.settle().await;
    assert_eq!(app.published::<OrderReturnRequestedV1>().await.len(), 1);
    unit.post_with_key(&path, wish("U-OTHER"), "second")
        .await
        .expect(200);
    app.settle().await;
    assert_eq!(app.published::<OrderReturnRequestedV1>().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_return_must_be_asked_for_in_its_window() {
    let app = start().await;
    let never = Order::new(&app);
    let mut assigned = never.assigned(1, LEAD, &[]);
    (assigned.terms.return_window, assigned.return_until) = (None, None);
    app.publish(never.key(), 1, &never.registered()).await;
    app.publish(never.key(), 1, &assigned).await;
    let order = Order::arrives(&app, LEAD, &[]).await;
    let until = order.assigned(1, LEAD, &[]).return_until.unwrap();
    let told = feed(&app, LEAD, 50).await;
    let until_of = |order: &Order| {
        let about = told
            .iter()
            .find(|document| document["subject"] == json!(order.id));
        about.unwrap()["data"]["return_until"].clone()
    };
    assert_eq!((until_of(&never), until_of(&order)), (Value::Null, json!(until)));
    let code = async |order: &Order| {
        order
            .act(&app, LEAD, "return-requests", wish("U-OTHER"))
            .await
            .expect(409)
            .text("/code")
    };
    assert_eq!(code(&never).await, "return_not_allowed");
    app.clock.advance(until - app.clock.now() + TimeDelta::seconds(1));
    assert_eq!(code(&order).await, "return_window_over");
    // Silence has made it responsible; the rest goes its way.
    order.sign(&app, LEAD, 1).await.expect(200);
    order.reply(&app, LEAD, 1, "done").await.expect(200);
    app.settle().await;
    assert!(app.published::<OrderReturnRequestedV1>().await.is_empty());
}
