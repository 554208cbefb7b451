//! What the ladder does by itself, and what ends it.
use super::{at, contradicted, discharged, escalated, listed, opened};
use crate::harness::{Told, start};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::directory::ExplanationV1;
use contracts::routing::{OrderDisputedV1, ReturnUpheldV1};
use contracts::unit_gateway::OrderProgressedV1;
use contracts::words::SupervisionLevel as Level;
use serde_json::Value;
use testkit::Role;
use uuid::Uuid;

#[tokio::test]
async fn silence_climbs_rung_by_rung_never_early_and_once() {
    let app = start().await;
    let told = Told::new(&app);
    told.under_way().await;
    // Signing is due at 11:00; two working hours later it is 14:30.
    at(&app, "03-02T14:29").await;
    assert_eq!(opened(&app).await, []);
    at(&app, "03-02T14:30").await;
    app.settle().await;
    let events = opened(&app).await;
    let event = &events[0];
    assert_eq!(events.len(), 1);
    assert_eq!((event.trigger.as_str(), event.level), ("sign_late", Level::Urge));
    assert_eq!(event.unit.as_ref(), Some(&told.unit));
    let until = "2026-03-03T17:00:00+08:00".parse::<DateTime<Utc>>().unwrap();
    assert_eq!(
        event.answer_until, until,
        "one working day of the unit's calendar"
    );
    assert!(event.demand.contains("尽快办理"), "{}", event.demand);
    assert_eq!(told.seen().await["level"], 1);
    at(&app, "03-03T16:59").await;
    let first = escalated(&app).await.len();
    at(&app, "03-03T17:00").await;
    let events = escalated(&app).await;
    let event = events.last().unwrap();
    assert_eq!((first, events.len()), (0, 1));
    assert_eq!((event.from, event.level), (Level::Urge, Level::Written));
    assert_eq!(event.trigger, "silence");
    assert_eq!(told.seen().await["level"], 2);
    let items = listed(&app, "level=written&live=true").await;
    let path = format!(
        "/v1/supervision-orders/{}",
        items[0]["supervision_id"].as_str().unwrap()
    );
    let one = app.http(Role::Auditor).get(&path).await.expect(200).body;
    let kinds: Vec<&str> = one["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["kind"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        ["opened", "noticed", "expired", "escalated"],
        "late contact only adds a step"
    );
    assert!(
        one["history"]
            .as_array()
            .unwrap()
            .iter()
            .all(|step| step["author"] == "ladder")
    );
    assert_eq!(
        told.timeline().await.last().unwrap(),
        "supervision.supervision.escalated.v1"
    );
}

#[tokio::test]
async fn a_note_of_the_unit_answers_an_urge_and_closing_ends_the_rest() {
    let app = start().await;
    let told = Told::new(&app);
    told.under_way().await;
    at(&app, "03-02T14:30").await;
    told.tell(&OrderProgressedV1 {
        order_id: told.order_id,
        unit: told.unit.clone(),
        generation: 1,
        note: "已派人".to_owned(),
    })
    .await;
    app.settle().await;
    assert_eq!(discharged(&app).await, ["carried_out"]);
    assert_eq!(told.seen().await["level"], 0);
    contradicted(&told, 1).await;
    assert_eq!(told.seen().await["level"], 2);
    told.closed().await;
    app.settle().await;
    assert_eq!(discharged(&app).await, ["carried_out", "order_closed"]);
    assert_eq!(listed(&app, "live=true").await, Vec::<Value>::new());
    assert_eq!(listed(&app, "").await.len(), 2, "nothing is forgotten");
}

#[tokio::test]
async fn returns_and_disputes_put_the_order_on_its_rungs_and_a_new_unit_begins_anew() {
    let app = start().await;
    let mut told = Told::new(&app);
    told.registered().await;
    for generation in 1..=2 {
        told.unit = format!("U-{generation}").into();
        told.assigned(generation).await;
        told.tell(&ReturnUpheldV1 {
            order_id: told.order_id,
            return_id: contracts::ids::ReturnId(Uuid::now_v7()),
            unit: told.unit.clone(),
            generation,
            reason: "非本单位职责".to_owned(),
        })
        .await;
    }
    told.unit = "U-3".into();
    told.assigned(3).await;
    app.settle().await;
    let events = opened(&app).await;
    assert_eq!(events.len(), 1);
    assert_eq!(
        (
            events[0].trigger.as_str(),
            events[0].unit.as_ref().unwrap().0.as_str()
        ),
        ("returned", "U-3")
    );
    told.tell(&OrderDisputedV1 {
        order_id: told.order_id,
        reason: "loop".to_owned(),
        returns: 3,
        candidates: Vec::new(),
        directory_version: 1,
        explanation: ExplanationV1::default(),
    })
    .await;
    app.settle().await;
    let raised = escalated(&app).await;
    assert_eq!(
        (raised.len(), raised[0].level, raised[0].unit.is_none()),
        (1, Level::OnSite, true)
    );
    told.unit = "U-4".into();
    told.assigned(4).await;
    app.settle().await;
    assert_eq!(discharged(&app).await, ["reassigned"]);
    // Three upheld or not: two were, and that was seen for U-3.
    assert_eq!(opened(&app).await.len(), 1);
}

#[tokio::test]
async fn orders_alike_are_seen_once_for_all() {
    let app = start().await;
    let orders: Vec<_> = (0..5).map(|_| Told::new(&app)).collect();
    for told in &orders {
        told.under_way().await;
        app.clock.advance(TimeDelta::minutes(1));
    }
    let events = opened(&app).await;
    assert_eq!(events.len(), 1, "the third of one caller stands for all of them");
    assert_eq!(
        (events[0].trigger.as_str(), events[0].order_id),
        ("same_caller", orders[2].order_id)
    );
    let items = listed(&app, "").await;
    let path = format!(
        "/v1/supervision-orders/{}",
        items[0]["supervision_id"].as_str().unwrap()
    );
    let one = app.http(Role::Supervisor).get(&path).await.expect(200).body;
    let evidence = one["history"][0]["evidence"].as_array().unwrap();
    assert_eq!(
        evidence.iter().filter(|piece| piece["code"] == "order").count(),
        3
    );
    app.clock.advance(TimeDelta::days(31));
    app.settle().await;
    for _ in 0..3 {
        let told = Told::new(&app);
        told.under_way().await;
    }
    let again = opened(&app)
        .await
        .into_iter()
        .filter(|event| event.trigger == "same_caller");
    assert_eq!(again.count(), 2, "a month later it is seen again");
}
