//! A unit leaves NATS: "delivered" there means "in the stream", so what it has not read goes its new way.
use crate::endpoint::{Mood, Receiver};
use crate::harness::{LEAD, Order, access, somebody_waits, start};
use crate::unit_system::{UnitSystem, documents};
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::{Role, TestApp};

/// Longer than what is repeated because it is so new.
const NOT_NEW: TimeDelta = TimeDelta::minutes(2);

/// What the endpoint was told, by the ids of the documents.
fn told(unit: &Receiver) -> BTreeSet<String> {
    let got = unit.got();
    let bodies = got
        .iter()
        .map(|got| serde_json::from_str::<Value>(&got.body).unwrap());
    let orders = bodies.filter(|body| body["data"]["order_id"].is_string());
    orders
        .map(|body| body["id"].as_str().unwrap().to_owned())
        .collect()
}

/// Ids and states of a unit's documents, as people see them.
async fn listed(app: &TestApp) -> Vec<(String, String, String)> {
    let path = format!("/v1/units/{LEAD}/deliveries?limit=200");
    let page = app.http(Role::Supervisor).get(&path).await.expect(200).body;
    let word = |item: &Value, member: &str| item[member].as_str().unwrap().to_owned();
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|item| (word(item, "delivery_id"), word(item, "way"), word(item, "state")))
        .collect()
}

async fn ids(app: &TestApp) -> BTreeSet<String> {
    listed(app).await.into_iter().map(|(id, ..)| id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_unit_has_not_read_goes_its_new_way_with_the_same_ids() {
    let app = start().await;
    access(&app, LEAD, json!({ "way": "nats" })).await;
    let signed = Order::arrives(&app, LEAD, &[]).await;
    signed.sign(&app, LEAD, 1).await.expect(200);
    Order::arrives(&app, LEAD, &[]).await;
    app.clock.advance(NOT_NEW);
    let unit = Receiver::start(Mood::Answers(200)).await;
    unit.serves(&app, LEAD).await;
    app.settle().await;
    assert_eq!((told(&unit), unit.got().len()), (ids(&app).await, 2));
    let expected = |id: &String| (id.clone(), "webhook".to_owned(), "delivered".to_owned());
    let all = ids(&app).await;
    assert_eq!(
        listed(&app).await.into_iter().collect::<BTreeSet<_>>(),
        all.iter().map(expected).collect()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_read_everything_is_told_nothing_twice() {
    let app = start().await;
    access(&app, LEAD, json!({ "way": "nats" })).await;
    Order::arrives(&app, LEAD, &[]).await;
    assert_eq!(UnitSystem::connect(&app, LEAD).await.take().await.len(), 1);
    app.clock.advance(NOT_NEW);
    let unit = Receiver::start(Mood::Answers(200)).await;
    unit.serves(&app, LEAD).await;
    app.settle().await;
    assert!(unit.got().is_empty());
    Order::arrives(&app, LEAD, &[]).await;
    assert_eq!(unit.got().len(), 1, "the new way is open");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_pulls_from_now_on_is_shown_as_not_having_it() {
    let app = start().await;
    access(&app, LEAD, json!({ "way": "nats" })).await;
    Order::arrives(&app, LEAD, &[]).await;
    app.clock.advance(NOT_NEW);
    access(&app, LEAD, json!({ "way": "nats", "active": false })).await;
    let [(_, way, state)] = &listed(&app).await[..] else {
        panic!("one document");
    };
    assert_eq!((way.as_str(), state.as_str()), ("rest", "waiting"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_read_on_the_other_way_goes_to_the_restored_webhook() {
    let app = start().await;
    let unit = Receiver::start(Mood::Answers(500)).await;
    let body = json!({ "way": "webhook", "endpoint": unit.endpoint(), "fallback": "nats" });
    access(&app, LEAD, body).await;
    Order::arrives(&app, LEAD, &[]).await;
    let minutes = async |count: i64| {
        for _ in 0..count {
            app.clock.advance(TimeDelta::minutes(1));
            app.settle().await;
        }
    };
    minutes(16).await;
    Order::arrives(&app, LEAD, &[]).await;
    let states = listed(&app).await;
    let on_nats = |(_, way, state): &(String, String, String)| way == "nats" && state == "delivered";
    assert!(states.len() == 2 && states.iter().all(on_nats), "{states:?}");
    // It waits in the stream for hours.
    minutes(3).await;
    let before = unit.got().len();
    unit.becomes(Mood::Answers(200));
    minutes(2).await;
    let after = unit.got().split_off(before);
    let told: BTreeSet<String> = after
        .iter()
        .map(|got| got.header("webhook-id").to_owned())
        .collect();
    assert!(ids(&app).await.is_subset(&told), "{told:?}");
    // Who takes it from the stream, too, knows it by its id.
    let again = documents(&UnitSystem::connect(&app, LEAD).await.take().await);
    assert_eq!(again.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_on_its_way_into_the_stream_while_the_way_changes_is_not_lost() {
    let app = start().await;
    access(&app, LEAD, json!({ "way": "nats" })).await;
    // The way changes between the claim of a document and the record of what became of it.
    for statement in [
        "create function leave() returns trigger language plpgsql as
         $$ begin update unit_access set way = 'rest' where unit = new.unit; return new; end $$",
        "create trigger leave after update on deliveries for each row
         when (old.leased_until is null and new.leased_until is not null) execute function leave()",
    ] {
        sqlx::query(statement).execute(app.db()).await.unwrap();
    }
    Order::arrives(&app, LEAD, &[]).await;
    let [(_, way, state)] = &listed(&app).await[..] else {
        panic!("one document");
    };
    assert_eq!((way.as_str(), state.as_str()), ("rest", "waiting"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_way_that_is_just_being_changed_is_waited_for() {
    let app = start().await;
    access(&app, LEAD, json!({ "way": "nats" })).await;
    let mut change = app.db().begin().await.unwrap();
    sqlx::query("update unit_access set way = 'rest' where unit = $1")
        .bind(LEAD)
        .execute(&mut *change)
        .await
        .unwrap();
    let mut arrives = Box::pin(Order::arrives(&app, LEAD, &[]));
    // The stream has the document before the change is there for others to see.
    let recorded = tokio::select! {
        _ = &mut arrives => true,
        () = somebody_waits(&app) => false,
    };
    change.commit().await.unwrap();
    if !recorded {
        arrives.await;
    }
    let [(_, way, state)] = &listed(&app).await[..] else {
        panic!("one document");
    };
    assert_eq!((way.as_str(), state.as_str()), ("rest", "waiting"));
}
