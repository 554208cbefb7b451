//! A coordination outcome holds the end of its order: the answer waits for it.
use crate::harness::{Told, said, start};
use contracts::callback::{CallbackRecordedV1, OrderClosedV1};
use contracts::event::Event;
use contracts::ids::{OrderId, OutcomeId};
use contracts::supervision::{OutcomeCarriedOutV1, OutcomeDroppedV1, OutcomePartV1, OutcomeRecordedV1};
use contracts::words::Outcome;
use serde_json::json;
use testkit::{Role, TestApp};
use uuid::Uuid;

const OUTCOME: OutcomeId = OutcomeId(Uuid::from_u128(0x55));

async fn tell<E: Event>(app: &TestApp, order: OrderId, sequence: i64, event: &E) {
    app.publish(order.uuid(), sequence, event).await;
    app.settle().await;
}

fn recorded(told: &Told<'_>) -> OutcomeRecordedV1 {
    let until = told.app.clock.now() + chrono::TimeDelta::days(60);
    OutcomeRecordedV1 {
        order_id: told.order_id,
        outcome_id: OUTCOME,
        consultation_id: None,
        supervision_id: None,
        unit: "U-2".into(),
        text: "先办二十户，其余分期".to_owned(),
        parts: vec![OutcomePartV1 {
            number: 1,
            what: "二十户".to_owned(),
            until,
        }],
        until,
    }
}

fn carried_out(told: &Told<'_>) -> OutcomeCarriedOutV1 {
    OutcomeCarriedOutV1 {
        order_id: told.order_id,
        outcome_id: OUTCOME,
        unit: "U-2".into(),
        part: 1,
        report: "已办结".to_owned(),
        carried_out_at: told.app.clock.now(),
    }
}

#[tokio::test]
async fn a_satisfied_answer_waits_until_the_outcome_is_carried_out() {
    let app = start().await;
    let told = Told::new(&app);
    let id = told.due().await;
    tell(&app, told.order_id, 1, &recorded(&told)).await;
    let answer = told.answer(&id, said(true, "satisfied")).await.expect(201).body;
    assert_eq!(
        (&answer["order_state"], &answer["outcome"]),
        (&json!("held"), &json!("solved"))
    );
    app.settle().await;
    assert_eq!(app.published::<CallbackRecordedV1>().await.len(), 1);
    assert!(app.published::<OrderClosedV1>().await.is_empty());
    let listed = told.listed("recorded").await;
    assert_eq!(listed.body["items"][0].get("outcome"), None, "{}", listed.body);

    app.clock.advance(chrono::TimeDelta::days(60));
    tell(&app, told.order_id, 2, &carried_out(&told)).await;
    let closed = app.published::<OrderClosedV1>().await;
    assert_eq!(closed.len(), 1);
    assert_eq!(
        (closed[0].data.outcome, closed[0].data.closed_at),
        (Outcome::Solved, app.clock.now())
    );
}

#[tokio::test]
async fn an_outcome_that_was_given_up_holds_nothing_any_more() {
    let app = start().await;
    let told = Told::new(&app);
    let id = told.due().await;
    tell(&app, told.order_id, 1, &recorded(&told)).await;
    let _ = told.answer(&id, said(true, "satisfied")).await.expect(201);
    let dropped = OutcomeDroppedV1 {
        order_id: told.order_id,
        outcome_id: OUTCOME,
        unit: "U-2".into(),
        reason: "另行和解".to_owned(),
    };
    tell(&app, told.order_id, 2, &dropped).await;
    assert_eq!(app.published::<OrderClosedV1>().await.len(), 1);
}

#[tokio::test]
async fn what_is_carried_out_before_the_answer_holds_nothing() {
    let app = start().await;
    let told = Told::new(&app);
    tell(&app, told.order_id, 1, &recorded(&told)).await;
    tell(&app, told.order_id, 2, &carried_out(&told)).await;
    let id = told.due().await;
    let answer = told.answer(&id, said(true, "satisfied")).await.expect(201).body;
    assert_eq!(answer["order_state"], "closed");
    app.settle().await;
}

#[tokio::test]
async fn a_demand_is_not_judged_away_while_units_owe_what_they_promised() {
    let app = start().await;
    let told = Told::new(&app);
    let id = told.due().await;
    let _ = told.answer(&id, said(false, "not_satisfied")).await.expect(201);
    tell(&app, told.order_id, 1, &recorded(&told)).await;
    let path = format!("/v1/orders/{}/judgements", told.order_id);
    let finding = json!({ "finding": "impossible", "reason": "无法实现" });
    let refused = app
        .http(Role::CallbackAgent)
        .post(&path, finding)
        .await
        .expect(409);
    assert_eq!(refused.body["code"], "judgement_refused");
}
