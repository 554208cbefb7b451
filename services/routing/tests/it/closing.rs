//! Callback closes an order: it leaves the queue, and what was open about it ends.
use crate::harness::{assignment, order, queue, register, started};
use contracts::callback::OrderClosedV1;
use contracts::ids::ReturnId;
use contracts::intake::{OrderRegisteredV1, OrderWithdrawnV1};
use contracts::unit_gateway::OrderReturnRequestedV1;
use contracts::words::Outcome;
use serde_json::json;
use testkit::{Role, TestApp};
use uuid::Uuid;

fn closed(app: &TestApp, registered: &OrderRegisteredV1) -> OrderClosedV1 {
    OrderClosedV1 {
        order_id: registered.order_id,
        complaint_id: registered.complaint_id,
        outcome: Outcome::Solved,
        closed_at: app.clock.now(),
        finding: None,
    }
}

#[tokio::test]
async fn a_closed_order_leaves_the_queue_and_cannot_be_dispatched() {
    let app = started().await;
    let registered = order("M080101", "990102002");
    register(&app, &registered).await;
    assert_eq!(queue(&app).await.len(), 1);
    for sequence in [1, 2] {
        app.publish(registered.order_id.uuid(), sequence, &closed(&app, &registered))
            .await;
        app.settle().await;
    }
    assert!(queue(&app).await.is_empty());
    assert_eq!(assignment(&app, registered.order_id).await["state"], "closed");
    let path = format!("/v1/manual-queue/{}/decision", registered.order_id);
    let refused = app
        .http(Role::Dispatcher)
        .post(&path, json!({ "lead": "SJ-URBAN", "reason": "r" }))
        .await
        .expect(409)
        .body;
    assert_eq!(
        (&refused["code"], &refused["state"]),
        (&json!("order_not_waiting"), &json!("closed"))
    );
}

#[tokio::test]
async fn open_returns_of_a_closed_order_end() {
    let app = started().await;
    let registered = order("M010201", "990102002");
    register(&app, &registered).await;
    let return_id = ReturnId(Uuid::now_v7());
    let asked = OrderReturnRequestedV1 {
        order_id: registered.order_id,
        return_id,
        unit: "QX-990102-URBAN".into(),
        generation: 1,
        reason_code: "not_our_duty".to_owned(),
        basis: "三定规定".to_owned(),
        suggested_unit: None,
    };
    app.publish(registered.order_id.uuid(), 1, &asked).await;
    app.publish(registered.order_id.uuid(), 2, &closed(&app, &registered))
        .await;
    app.settle().await;
    let desk = app.http(Role::Dispatcher);
    let path = format!("/v1/returns/{return_id}/review");
    let refused = desk
        .post(&path, json!({ "verdict": "upheld", "reason": "r" }))
        .await
        .expect(409)
        .body;
    assert_eq!(
        (&refused["code"], &refused["state"]),
        (&json!("return_not_open"), &json!("stale"))
    );
    assert_eq!(
        assignment(&app, registered.order_id).await["lead"]["code"],
        "QX-990102-URBAN"
    );
}

#[tokio::test]
async fn an_order_that_left_the_hotline_leaves_the_queue_too() {
    let app = started().await;
    let registered = order("M080101", "990102002");
    register(&app, &registered).await;
    assert_eq!(queue(&app).await.len(), 1);
    let left = OrderWithdrawnV1 {
        order_id: registered.order_id,
        complaint_id: registered.complaint_id,
        outcome: Outcome::Withdrawn,
        transfer_id: None,
        reason: "来电人撤回".to_owned(),
        withdrawn_at: app.clock.now(),
    };
    app.publish(registered.order_id.uuid(), 2, &left).await;
    app.settle().await;
    assert!(queue(&app).await.is_empty());
    assert_eq!(assignment(&app, registered.order_id).await["state"], "closed");
}
