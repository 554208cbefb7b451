//! The ladder of supervision: triggers and silence, each once and never early; what people do; what others are told.
mod by_hand;
mod by_itself;
mod what_counts;

use crate::harness::Told;
use chrono::{DateTime, Utc};
use contracts::callback::ReplyContradictedV1;
use contracts::envelope::Envelope;
use contracts::ids::CallbackId;
use contracts::supervision::{SupervisionDischargedV1, SupervisionEscalatedV1, SupervisionOpenedV1};
use serde_json::{Value, json};
use testkit::{Role, TestApp};
use uuid::Uuid;

async fn at(app: &TestApp, local: &str) {
    app.clock
        .set(format!("2026-{local}:00+08:00").parse::<DateTime<Utc>>().unwrap());
    app.settle().await;
}

async fn opened(app: &TestApp) -> Vec<SupervisionOpenedV1> {
    data(app.published().await)
}

async fn escalated(app: &TestApp) -> Vec<SupervisionEscalatedV1> {
    data(app.published().await)
}

/// Outcomes of those that ended.
async fn discharged(app: &TestApp) -> Vec<String> {
    let ended: Vec<SupervisionDischargedV1> = data(app.published().await);
    ended.into_iter().map(|event| event.outcome).collect()
}

fn data<E>(events: Vec<Envelope<E>>) -> Vec<E> {
    events.into_iter().map(|event| event.data).collect()
}

async fn listed(app: &TestApp, query: &str) -> Vec<Value> {
    let path = format!("/v1/supervision-orders?{query}");
    let page = app.http(Role::Supervisor).get(&path).await.expect(200).body;
    page["items"].as_array().unwrap().clone()
}

async fn contradicted(told: &Told<'_>, callback: u128) {
    let event = ReplyContradictedV1 {
        order_id: told.order_id,
        callback_id: CallbackId(Uuid::from_u128(callback)),
        unit: told.unit.clone(),
        generation: 1,
        claims: vec!["solved".to_owned()],
        evidence: None,
    };
    told.tell(&event).await;
    told.app.settle().await;
}

/// Another supervisor.
fn words(text: &str) -> Value {
    json!({ "text": text })
}
