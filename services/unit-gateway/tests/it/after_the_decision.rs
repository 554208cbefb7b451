//! What policies, rulings, amendments and help mean for units.
use crate::harness::{HELPER, LEAD, Order, feed, notices, start};
use contracts::directory::{PlaceV1, UnitRef};
use contracts::intake::{OrderAmendedV1, OrderWithdrawnV1};
use contracts::routing::{OrderCoHandlersAddedV1, OrderDisputedV1, OrderKeptV1, OrderUndecidedV1};
use contracts::terms::ReturnRightV1;
use contracts::unit_gateway::{OrderCoHandlersRequestedV1, OrderReturnRequestedV1};
use contracts::words::{Outcome, Urgency};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use testkit::TestApp;

const NEWCOMER: &str = "U-NEW";

fn not_ours(basis: &str) -> Value {
    json!({ "generation": 1, "reason_code": "not_our_duty", "basis": basis })
}

/// An order whose lead has this right to return it.
async fn with_right(app: &TestApp, times_max: u32, refused: Option<&str>) -> Order {
    let order = Order::new(app);
    app.publish(order.key(), 1, &order.registered()).await;
    let mut assigned = order.assigned(1, LEAD, &[HELPER]);
    assigned.return_right = Some(ReturnRightV1 {
        times_max,
        refused: refused.map(str::to_owned),
    });
    app.publish(order.key(), 1, &assigned).await;
    app.settle().await;
    order
}

#[tokio::test(flavor = "multi_thread")]
async fn the_policy_says_no_by_its_own_name() {
    let app = start().await;
    for (refused, code) in [
        ("ruling", "return_after_ruling"),
        ("first_receiver", "first_receiver_keeps"),
        ("limit_reached", "returns_used_up"),
        ("not_granted", "return_not_allowed"),
        ("a_reason_of_tomorrow", "return_not_allowed"),
    ] {
        let order = with_right(&app, 0, Some(refused)).await;
        let answer = order
            .act(&app, LEAD, "return-requests", not_ours("三定"))
            .await
            .expect(409);
        assert_eq!(answer.text("/code"), code);
    }
    app.settle().await;
    assert!(app.published::<OrderReturnRequestedV1>().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_asks_as_often_as_it_may() {
    let app = start().await;
    let order = with_right(&app, 2, None).await;
    for (basis, sequence) in [("第一次", 2), ("第二次", 3)] {
        let asked = order
            .act(&app, LEAD, "return-requests", not_ours(basis))
            .await
            .expect(200);
        let id = asked.text("/return_id").parse().unwrap();
        app.publish(order.key(), sequence, &order.rejected(id, LEAD, 1))
            .await;
        app.settle().await;
    }
    let third = order
        .act(&app, LEAD, "return-requests", not_ours("第三次"))
        .await
        .expect(409);
    assert_eq!(third.text("/code"), "returns_used_up");
    assert_eq!(app.published::<OrderReturnRequestedV1>().await.len(), 2);
    let last = feed(&app, LEAD, 50).await;
    assert_eq!(
        last[0]["data"]["return_right"],
        json!({ "times_max": 2 }),
        "the document says it"
    );
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_responsible_after_undecided_and_disputed() {
    let app = start().await;
    let amended = Order::arrives(&app, LEAD, &[HELPER]).await;
    let explanation = amended.assigned(1, LEAD, &[]).explanation;
    let undecided = OrderUndecidedV1 {
        order_id: amended.id,
        reason: "no_duty".into(),
        candidates: vec![],
        directory_version: 12,
        explanation: explanation.clone(),
    };
    app.publish(amended.key(), 2, &undecided).await;
    let disputed = Order::arrives(&app, LEAD, &[]).await;
    let event = OrderDisputedV1 {
        order_id: disputed.id,
        reason: "bounced".into(),
        returns: 3,
        candidates: vec![],
        directory_version: 12,
        explanation,
    };
    app.publish(disputed.key(), 2, &event).await;
    // Of an order that never had a unit there is nobody to tell.
    let unknown = Order::new(&app);
    app.publish(
        unknown.key(),
        1,
        &OrderUndecidedV1 {
            order_id: unknown.id,
            ..undecided
        },
    )
    .await;
    app.settle().await;
    for order in [&amended, &disputed] {
        let refused = order.sign(&app, LEAD, 1).await.expect(409);
        assert_eq!(refused.text("/code"), "stale_generation");
    }
    assert_eq!(
        notices(&feed(&app, LEAD, 50).await),
        ["assigned", "revoked", "assigned", "revoked"]
    );
    assert_eq!(notices(&feed(&app, HELPER, 50).await), ["assigned", "revoked"]);
    app.publish(amended.key(), 3, &amended.assigned(2, HELPER, &[]))
        .await;
    app.settle().await;
    amended.sign(&app, HELPER, 2).await.expect(200);
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_amended_order_that_stays_is_told_as_it_is_now() {
    let app = start().await;
    let order = Order::arrives(&app, LEAD, &[HELPER]).await;
    order.sign(&app, LEAD, 1).await.expect(200);
    let amended = OrderAmendedV1 {
        order_id: order.id,
        amendment: 1,
        changed: vec!["place".into(), "urgency".into()],
        matter: None,
        place: PlaceV1 {
            address: Some("东风路 12 号".into()),
            ..PlaceV1::default()
        },
        facts: BTreeMap::new(),
        urgency: Urgency::Urgent,
        reason: "更正".into(),
        amended_at: app.clock.now(),
    };
    app.publish(order.key(), 2, &amended).await;
    app.settle().await;
    assert_eq!(
        notices(&feed(&app, LEAD, 50).await),
        ["assigned"],
        "routing speaks first"
    );
    let kept = OrderKeptV1 {
        order_id: order.id,
        generation: 1,
        amendment: 1,
        directory_version: 12,
        explanation: order.assigned(1, LEAD, &[]).explanation,
    };
    app.publish(order.key(), 2, &kept).await;
    app.settle().await;
    for unit in [LEAD, HELPER] {
        let told = feed(&app, unit, 50).await;
        assert_eq!(notices(&told), ["assigned", "amended"]);
        assert_eq!(
            (&told[1]["data"]["place"]["address"], &told[1]["data"]["urgency"]),
            (&json!("东风路 12 号"), &json!("urgent"))
        );
    }
    order
        .act(&app, LEAD, "respond", json!({ "generation": 1, "how": "called" }))
        .await
        .expect(200);
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lead_asks_for_help_and_routing_says_who() {
    let app = start().await;
    let order = Order::arrives(&app, LEAD, &[HELPER]).await;
    let ask =
        json!({ "generation": 1, "co_handlers": [NEWCOMER, NEWCOMER], "reason": "需配合，电话19900007037" });
    let refused = order
        .act(&app, HELPER, "co-handlers", ask.clone())
        .await
        .expect(403);
    assert_eq!(refused.text("/code"), "not_responsible");
    for (field, value) in [("co_handlers", json!([])), ("co_handlers[0]", json!(["no code"]))] {
        let bad = json!({ "generation": 1, "co_handlers": value, "reason": "x" });
        let refused = order.act(&app, LEAD, "co-handlers", bad).await.expect(422);
        assert_eq!(refused.text("/field"), field);
    }
    for _ in 0..2 {
        order
            .act(&app, LEAD, "co-handlers", ask.clone())
            .await
            .expect(200);
    }
    app.settle().await;
    let asked = app.published::<OrderCoHandlersRequestedV1>().await;
    assert_eq!((asked.len(), asked[0].data.co_handlers.len()), (1, 1));
    assert!(
        !asked[0].data.reason.contains("19900007037"),
        "{}",
        asked[0].data.reason
    );

    let unit = |code: &str| UnitRef {
        code: code.into(),
        name: format!("单位 {code}"),
    };
    let added = OrderCoHandlersAddedV1 {
        order_id: order.id,
        generation: 1,
        added: vec![unit(NEWCOMER)],
        co_handlers: vec![unit(HELPER), unit(NEWCOMER)],
        unknown: vec!["U-NOBODY".into()],
        reason: "需配合".into(),
    };
    app.publish(order.key(), 2, &added).await;
    app.settle().await;
    assert_eq!(notices(&feed(&app, NEWCOMER, 50).await), ["assigned"]);
    let told = feed(&app, LEAD, 50).await;
    assert_eq!(notices(&told), ["assigned", "amended"]);
    assert_eq!(
        told[1]["data"]["note"],
        "增加协办单位：单位 U-NEW；未找到：U-NOBODY"
    );
    for (unit, note) in [(HELPER, "勘查"), (NEWCOMER, "测量")] {
        let note = json!({ "generation": 1, "note": note });
        order.act(&app, unit, "progress", note).await.expect(200);
    }
    let path = format!("/v1/units/{LEAD}/orders/{}", order.id);
    let seen = app.unit(LEAD).get(&path).await.expect(200).body;
    let parts: Vec<&Value> = seen["parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| &part["unit"])
        .collect();
    assert_eq!(parts.len(), 2, "{seen}");
    let theirs = format!("/v1/units/{HELPER}/orders/{}", order.id);
    let seen = app.unit(HELPER).get(&theirs).await.expect(200).body;
    assert_eq!(seen["parts"], json!([]), "for the lead only");
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_left_the_hotline_is_revoked_and_never_comes_back() {
    let app = start().await;
    let left = |order: &Order| OrderWithdrawnV1 {
        order_id: order.id,
        complaint_id: uuid::Uuid::now_v7().into(),
        outcome: Outcome::Withdrawn,
        transfer_id: None,
        reason: "来电人撤回".to_owned(),
        withdrawn_at: app.clock.now(),
    };
    let had = with_right(&app, 0, None).await;
    app.publish(had.key(), 2, &left(&had)).await;
    // Intake lets it go while routing is deciding: the assignment comes too late.
    let late = Order::new(&app);
    app.publish(late.key(), 1, &late.registered()).await;
    app.publish(late.key(), 2, &left(&late)).await;
    app.settle().await;
    for order in [&had, &late] {
        app.publish(order.key(), 5, &order.assigned(2, LEAD, &[])).await;
    }
    app.settle().await;
    assert_eq!(
        notices(&feed(&app, LEAD, 50).await),
        ["assigned", "revoked"],
        "what came too late reached nobody"
    );
    let refused = had.sign(&app, LEAD, 1).await.expect(409);
    assert_eq!(refused.text("/code"), "order_closed");
    app.settle().await;
}
