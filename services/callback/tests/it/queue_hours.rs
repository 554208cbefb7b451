//! Calling hours of rules in the queue: what is due may be called only in its own hours, and messages have theirs.
use crate::harness::{Told, agent, claim, publish, said, start};
use crate::intake_door::{FakeIntake, start_with};
use chrono::{DateTime, Utc};
use contracts::callback::{CallbackAttemptedV1, CallbackScheduledV1};
use contracts::intake::OrderRegisteredV1;
use contracts::words::Urgency;
use serde_json::json;
use testkit::TestApp;
use uuid::Uuid;

/// Citizens from nine to eight, businesses in office hours, emergencies at once.
const CITY: &str = "\
[calling]
hours = [{ weekdays = [1, 2, 3, 4, 5, 6, 7], from = '09:00:00', to = '20:00:00', on_holidays = true }]
message_hours = [{ weekdays = [1, 2, 3, 4, 5, 6, 7], from = '08:00:00', to = '21:00:00', on_holidays = true }]
[[rules]]
name = 'emergency'
urgencies = ['emergency']
calling_hours = [{ weekdays = [1, 2, 3, 4, 5, 6, 7], from = '00:00:00', to = '00:00:00', on_holidays = true }]
[[rules]]
name = 'business'
facts = { '主体' = '企业' }
calling_hours = [
    { weekdays = [1, 2, 3, 4, 5], from = '09:00:00', to = '12:00:00' },
    { weekdays = [1, 2, 3, 4, 5], from = '14:00:00', to = '18:00:00' },
]
";

fn at(app: &TestApp, local: &str) {
    let at: DateTime<Utc> = format!("2026-03-{local}:00+08:00").parse().expect("a time");
    app.clock.set(at);
}

/// An order of somebody about M1; `change` says whose.
async fn due(app: &TestApp, caller: u128, change: impl FnOnce(&mut OrderRegisteredV1)) -> String {
    Told::new(app)
        .due_with(|registered| {
            registered.caller = Some(Uuid::from_u128(caller));
            registered.matter = Some("M1".into());
            change(registered);
        })
        .await
}

fn of_a_business(registered: &mut OrderRegisteredV1) {
    registered.facts = [("主体".to_owned(), "企业".to_owned())].into();
}

fn of_an_emergency(registered: &mut OrderRegisteredV1) {
    registered.urgency = Urgency::Emergency;
}

async fn due_at(app: &TestApp, id: &str) -> String {
    let shown = agent(app, "reader")
        .get(&format!("/v1/callbacks/{id}"))
        .await
        .expect(200);
    shown.text("/due_at")
}

#[tokio::test]
async fn each_rule_calls_in_its_own_hours() {
    let app = start().await;
    publish(&app, CITY).await.expect(200);
    at(&app, "06T18:30");
    let business = due(&app, 1, of_a_business).await;
    let citizen = due(&app, 2, |_| ()).await;
    assert_eq!(
        due_at(&app, &business).await,
        "2026-03-09T09:00:00+08:00",
        "Monday"
    );
    assert_eq!(due_at(&app, &citizen).await, "2026-03-06T18:30:00+08:00");
    at(&app, "07T02:00");
    let emergency = due(&app, 3, of_an_emergency).await;
    assert_eq!(due_at(&app, &emergency).await, "2026-03-07T02:00:00+08:00");
    let shown = agent(&app, "reader")
        .get("/v1/callbacks?state=due")
        .await
        .expect(200);
    let rules: Vec<_> = shown.body["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|task| &task["calling_rule"])
        .collect();
    assert_eq!(json!(rules), json!([null, "emergency", "business"]));
    let scheduled = app.published::<CallbackScheduledV1>().await;
    assert_eq!(scheduled.len(), 3);
    // At night the queue holds the emergency alone, however old the citizen's promise is.
    let one = agent(&app, "one");
    assert_eq!(claim(&one).await, std::slice::from_ref(&emergency));
    one.post(
        &format!("/v1/callbacks/{emergency}/answers"),
        said(true, "satisfied"),
    )
    .await
    .expect(201);
    assert!(claim(&one).await.is_empty());
    at(&app, "07T09:00");
    assert_eq!(claim(&one).await, [citizen]);
    app.settle().await;
}

#[tokio::test]
async fn who_was_not_called_in_the_hours_of_the_rule_waits_for_the_next() {
    let app = start().await;
    publish(&app, CITY).await.expect(200);
    at(&app, "02T17:50");
    let business = due(&app, 1, of_a_business).await;
    at(&app, "02T17:55");
    let citizen = due(&app, 2, |_| ()).await;
    at(&app, "02T18:10");
    let (one, two) = (agent(&app, "one"), agent(&app, "two"));
    assert_eq!(
        claim(&one).await,
        [citizen],
        "the older promise is a business, and its offices are closed"
    );
    assert!(claim(&two).await.is_empty());
    at(&app, "03T09:00");
    assert_eq!(claim(&two).await, [business]);
}

#[tokio::test]
async fn the_time_a_business_asks_for_is_in_its_hours_and_holds_for_the_whole_call() {
    let app = start().await;
    publish(&app, CITY).await.expect(200);
    at(&app, "02T10:00");
    let business = due(&app, 1, of_a_business).await;
    at(&app, "02T10:05");
    let private = due(&app, 1, |_| ()).await;
    let one = agent(&app, "one");
    assert_eq!(
        claim(&one).await,
        [business.clone(), private.clone()],
        "one person, one call"
    );
    let later = json!({ "at": "2026-03-02T12:30:00+08:00" });
    one.post(&format!("/v1/callbacks/{business}/call-again"), later)
        .await
        .expect(204);
    for id in [&business, &private] {
        assert_eq!(due_at(&app, id).await, "2026-03-02T14:00:00+08:00");
    }
    at(&app, "02T14:00");
    assert_eq!(claim(&one).await.len(), 2, "still one call");
    one.post(
        &format!("/v1/callbacks/{business}/answers"),
        json!({ "reached": false }),
    )
    .await
    .expect(201);
    assert_eq!(due_at(&app, &business).await, "2026-03-02T16:00:00+08:00");
    let private_again = json!({ "at": "2026-03-02T19:00:00+08:00" });
    one.post(&format!("/v1/callbacks/{private}/call-again"), private_again)
        .await
        .expect(204);
    assert_eq!(due_at(&app, &private).await, "2026-03-02T19:00:00+08:00");
    app.settle().await;
}

#[tokio::test]
async fn messages_keep_their_own_night_and_the_call_after_them_the_hours_of_its_rule() {
    let intake = FakeIntake::open().await;
    let app = start_with(&intake, &[]).await;
    let by_message = format!(
        "{CITY}[default]\nsteps = [{{ way = 'sms', gap_mins = 60 }}, {{ way = 'phone', gap_mins = 60 }}]"
    );
    publish(&app, &by_message).await.expect(200);
    at(&app, "02T02:00");
    let emergency = due(&app, 3, of_an_emergency).await;
    let business = due(&app, 1, of_a_business).await;
    assert_eq!(due_at(&app, &business).await, "2026-03-02T09:00:00+08:00");
    assert!(
        intake.calls().is_empty(),
        "nobody is written to at night, not even about an emergency"
    );
    assert_eq!(
        due_at(&app, &emergency).await,
        "2026-03-02T09:00:00+08:00",
        "an hour after the message"
    );
    at(&app, "02T08:00");
    app.settle().await;
    assert_eq!(intake.calls().len(), 2, "before the offices open");
    at(&app, "02T12:30");
    let noon = due(&app, 2, of_a_business).await;
    assert_eq!(intake.calls().len(), 3, "a message disturbs nobody at noon");
    assert_eq!(
        due_at(&app, &emergency).await,
        "2026-03-02T12:30:00+08:00",
        "called at once"
    );
    assert_eq!(due_at(&app, &business).await, "2026-03-02T14:00:00+08:00");
    assert_eq!(due_at(&app, &noon).await, "2026-03-02T14:00:00+08:00");
    at(&app, "02T14:00");
    app.settle().await;
    assert_eq!(app.published::<CallbackAttemptedV1>().await.len(), 3);
    assert_eq!(claim(&agent(&app, "one")).await.len(), 1);
}
