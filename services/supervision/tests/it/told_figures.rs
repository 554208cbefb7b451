//! What a caller and a unit say that figures are counted from.
use crate::harness::Told;
use chrono::TimeDelta;
use contracts::callback::{CallbackRecordedV1, ReplyContradictedV1};
use contracts::ids::{CallbackId, ReturnId};
use contracts::routing::{ReturnRejectedV1, ReturnUpheldV1};
use contracts::unit_gateway::OrderReturnRequestedV1;
use contracts::words::Satisfaction;
use serde_json::Value;
use std::time::Duration;
use testkit::{Client, Role, TestApp};
use uuid::Uuid;

impl Told<'_> {
    /// The caller says so.
    pub async fn said(&self, rework: i32, solved: bool, result: Satisfaction) -> CallbackId {
        let callback_id = CallbackId(Uuid::now_v7());
        self.tell(&recorded(self, callback_id, rework, solved, result))
            .await;
        callback_id
    }

    pub async fn contradicted(&self, callback_id: CallbackId) {
        self.tell(&denied(self, callback_id)).await;
    }

    pub async fn return_requested(&self, generation: i32) -> ReturnId {
        let return_id = ReturnId(Uuid::now_v7());
        self.tell(&OrderReturnRequestedV1 {
            order_id: self.order_id,
            return_id,
            unit: self.unit.clone(),
            generation,
            reason_code: "not_our_duty".to_owned(),
            basis: "三定方案".to_owned(),
            suggested_unit: None,
        })
        .await;
        return_id
    }

    pub async fn return_rejected(&self, generation: i32, return_id: ReturnId) {
        self.tell(&ReturnRejectedV1 {
            order_id: self.order_id,
            return_id,
            unit: self.unit.clone(),
            generation,
            reason: "属本单位职责".to_owned(),
        })
        .await;
    }

    pub async fn return_upheld(&self, generation: i32, return_id: ReturnId) {
        self.tell(&ReturnUpheldV1 {
            order_id: self.order_id,
            return_id,
            unit: self.unit.clone(),
            generation,
            reason: "不属本单位".to_owned(),
        })
        .await;
    }

    /// Registered, assigned, signed, replied and called: all in time.
    pub async fn done(&self, solved: bool, result: Satisfaction) -> CallbackId {
        self.under_way().await;
        self.signed(1).await;
        self.responded(1).await;
        self.replied(1, 0).await;
        self.app.settle().await;
        self.said(0, solved, result).await
    }
}

/// What figures have of one group.
pub async fn figures(app: &TestApp, query: &str, code: &str) -> Value {
    let path = format!("/v1/figures?from=2026-03-01&to=2026-03-31&{query}");
    let body = app.http(Role::Leader).get(&path).await.expect(200).body;
    let group = body["groups"]
        .as_array()
        .unwrap()
        .iter()
        .find(|g| g["code"] == code);
    group.cloned().unwrap_or(Value::Null)
}

/// `points/of` of a figure.
pub fn rate(group: &Value, figure: &str) -> String {
    let rate = &group["figures"][figure];
    format!("{}/{}", rate["points"], rate["of"])
}

fn recorded(
    told: &Told<'_>,
    callback_id: CallbackId,
    rework: i32,
    solved: bool,
    result: Satisfaction,
) -> CallbackRecordedV1 {
    CallbackRecordedV1 {
        callback_id,
        order_id: told.order_id,
        unit: told.unit.clone(),
        generation: 1,
        rework,
        contacted: true,
        solved,
        result,
        attitude: Satisfaction::Satisfied,
        way: None,
        answered_at: Some(told.now()),
        asked_with: None,
    }
}

fn denied(told: &Told<'_>, callback_id: CallbackId) -> ReplyContradictedV1 {
    ReplyContradictedV1 {
        order_id: told.order_id,
        callback_id,
        unit: told.unit.clone(),
        generation: 1,
        claims: vec!["solved".to_owned()],
        evidence: None,
    }
}

/// Somebody of a role, by name.
pub fn person(app: &TestApp, name: &str, role: Role) -> Client {
    let life = Duration::from_secs(3_600);
    app.http_as(&app.world.issuer.mint_roles(&[role], None, name, life))
}

/// One well done; one denied and reworked; one never replied and late by the end.
pub async fn three(app: &TestApp) -> [Uuid; 3] {
    let (good, bad, late) = (Told::new(app), Told::new(app), Told::new(app));
    good.done(true, Satisfaction::Satisfied).await;
    let denied = bad.done(false, Satisfaction::NotSatisfied).await;
    bad.contradicted(denied).await;
    bad.reworked(1, 1).await;
    late.under_way().await;
    app.clock.advance(TimeDelta::days(10));
    app.settle().await;
    [good, bad, late].map(|told| told.order_id.uuid())
}
