//! An order's urgency is raised or lowered while its call waits: the queue goes by the rule that fits now.
use crate::harness::{Told, agent, claim, publish, start};
use chrono::{DateTime, Utc};
use contracts::callback::CallbackScheduledV1;
use contracts::intake::OrderAmendedV1;
use contracts::words::Urgency;
use serde_json::json;
use testkit::TestApp;

/// Citizens from nine to eight, emergencies at once.
const CITY: &str = "\
[calling]
hours = [{ weekdays = [1, 2, 3, 4, 5, 6, 7], from = '09:00:00', to = '20:00:00', on_holidays = true }]
[[rules]]
name = 'emergency'
urgencies = ['emergency']
calling_hours = [{ weekdays = [1, 2, 3, 4, 5, 6, 7], from = '00:00:00', to = '00:00:00', on_holidays = true }]
";

fn at(app: &TestApp, local: &str) {
    let at: DateTime<Utc> = format!("2026-03-{local}:00+08:00").parse().expect("a time");
    app.clock.set(at);
}

async fn amended(told: &Told<'_>, amendment: i32, urgency: Urgency) {
    let event = OrderAmendedV1 {
        order_id: told.order_id,
        amendment,
        changed: vec!["urgency".to_owned()],
        matter: None,
        place: told.registration(None).place,
        facts: [].into(),
        urgency,
        reason: "来电人补充".to_owned(),
        amended_at: told.app.clock.now(),
    };
    let sequence = i64::from(amendment) + 1;
    told.app.publish(told.order_id.uuid(), sequence, &event).await;
    told.app.settle().await;
}

async fn shown(told: &Told<'_>, id: &str) -> (String, serde_json::Value) {
    let path = format!("/v1/callbacks/{id}");
    let shown = agent(told.app, "reader").get(&path).await.expect(200);
    (shown.text("/due_at"), shown.body["claimed_by"].clone())
}

#[tokio::test]
async fn a_raised_order_is_called_at_once_and_a_lowered_one_in_the_morning() {
    let app = start().await;
    publish(&app, CITY).await.expect(200);
    at(&app, "02T22:00");
    let told = Told::new(&app);
    let id = told.due().await;
    assert_eq!(shown(&told, &id).await.0, "2026-03-03T09:00:00+08:00");
    let one = agent(&app, "one");
    assert!(claim(&one).await.is_empty(), "it is night");
    at(&app, "02T23:00");
    amended(&told, 1, Urgency::Emergency).await;
    assert_eq!(shown(&told, &id).await.0, "2026-03-02T23:00:00+08:00");
    let due_at = |told: &CallbackScheduledV1| told.due_at.to_rfc3339();
    let scheduled = app.published::<CallbackScheduledV1>().await;
    let moments: Vec<String> = scheduled.iter().map(|told| due_at(&told.data)).collect();
    assert_eq!(
        moments,
        ["2026-03-03T01:00:00+00:00", "2026-03-02T15:00:00+00:00"]
    );
    assert_eq!(claim(&one).await, std::slice::from_ref(&id));
    // Lowered while an agent has it: it stays with the agent, and nobody else gets it at night once it is put back.
    at(&app, "02T23:05");
    amended(&told, 2, Urgency::Ordinary).await;
    assert!(shown(&told, &id).await.1.is_string(), "the agent goes on");
    assert_eq!(claim(&one).await, std::slice::from_ref(&id));
    one.delete(&format!("/v1/callbacks/{id}/claim")).await.expect(204);
    assert!(claim(&one).await.is_empty());
    at(&app, "03T09:00");
    assert_eq!(claim(&one).await, [id]);
}

#[tokio::test]
async fn the_time_the_caller_asked_for_is_kept_when_the_order_is_raised() {
    let app = start().await;
    publish(&app, CITY).await.expect(200);
    at(&app, "02T19:00");
    let told = Told::new(&app);
    let id = told.due().await;
    let one = agent(&app, "one");
    assert_eq!(claim(&one).await, std::slice::from_ref(&id));
    one.post(
        &format!("/v1/callbacks/{id}/call-again"),
        json!({ "at": "2026-03-02T21:30:00+08:00" }),
    )
    .await
    .expect(204);
    assert_eq!(shown(&told, &id).await.0, "2026-03-03T09:00:00+08:00");
    amended(&told, 1, Urgency::Emergency).await;
    assert_eq!(shown(&told, &id).await.0, "2026-03-02T21:30:00+08:00");
    assert!(claim(&one).await.is_empty());
    at(&app, "02T21:30");
    assert_eq!(claim(&one).await, [id]);
}
