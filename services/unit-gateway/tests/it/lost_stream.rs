//! Stream `UNITS` is lost with everything that its units have not read.
use crate::concerned::{STRANGER, summons};
use crate::harness::{HELPER, LEAD, Order, access, start};
use crate::unit_system::{UnitSystem, documents};
use async_nats::jetstream::Message;
use contracts::callback::AnswerWentAgainstV1;
use contracts::ids::OrderId;
use contracts::streams;
use contracts::unit_gateway::OrderDeliveredV1;
use contracts::words::Satisfaction;
use futures::FutureExt;
use serde_json::json;
use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;
use testkit::TestApp;

/// The stream with its consumers and its memory of message ids is gone, and provisioned again, for so many consumers.
async fn wipe(system: &UnitSystem, max_consumers: i32) {
    let mut spec = streams::units(system.bus.namespace());
    system.bus.jetstream().delete_stream(&spec.name).await.unwrap();
    spec.max_consumers = max_consumers;
    bus::provision::stream(&system.bus, &spec).await.unwrap();
}

const MANY: i32 = 100;

/// What the unit is told: order and notice.
fn told(messages: &[Message]) -> BTreeSet<(String, String)> {
    documents(messages)
        .iter()
        .map(|document| {
            let text = |pointer: &str| document.pointer(pointer).unwrap().as_str().unwrap().to_owned();
            (text("/subject"), text("/data/notice"))
        })
        .collect()
}

fn about(expected: &[(OrderId, &str)]) -> BTreeSet<(String, String)> {
    expected
        .iter()
        .map(|(order, notice)| (order.to_string(), (*notice).to_owned()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_way_takes_along_what_waits_and_the_newest_of_each_order_comes_again() {
    let app = start().await;
    let waiting = Order::arrives(&app, LEAD, &[]).await;
    access(&app, LEAD, json!({ "way": "nats" })).await;
    let signed = Order::arrives(&app, LEAD, &[]).await;
    let closed = Order::arrives(&app, LEAD, &[]).await;
    let system = UnitSystem::connect(&app, LEAD).await;
    assert_eq!(system.take().await.len(), 3);
    signed.sign(&app, LEAD, 1).await.expect(200);
    app.publish(closed.key(), 2, &closed.closed(&app)).await;
    app.settle().await;
    let ids = |messages: &[Message]| {
        documents(messages)
            .iter()
            .map(|document| document["id"].to_string())
            .collect::<Vec<_>>()
    };
    let first = system.take().await;

    wipe(&system, MANY).await;
    app.settle().await;
    let again = system.take().await;
    assert_eq!(
        told(&again),
        about(&[
            (waiting.id, "assigned"),
            (signed.id, "assigned"),
            (closed.id, "closed")
        ])
    );
    assert!(ids(&again).contains(&ids(&first)[0]), "the same document");
    app.settle().await;
    assert_eq!(
        app.published::<OrderDeliveredV1>().await.len(),
        3,
        "arriving again is no new fact"
    );

    // An order that ended longer ago than the stream keeps documents is left out.
    app.clock.advance(chrono::TimeDelta::days(15));
    wipe(&system, MANY).await;
    app.settle().await;
    assert_eq!(
        told(&system.take().await),
        about(&[(waiting.id, "assigned"), (signed.id, "assigned")])
    );
}

/// Documents that nobody has read: of an order that the unit leads, one that it lost, and one that it helps with
/// and whose lead has signed. Answers what must come again.
async fn unread(app: &TestApp) -> BTreeSet<(String, String)> {
    access(app, HELPER, json!({ "way": "nats" })).await;
    let mine = Order::arrives(app, HELPER, &[]).await;
    let lost = Order::arrives(app, HELPER, &[]).await;
    app.publish(lost.key(), 2, &lost.assigned(2, "U-NEXT", &[])).await;
    let helped = Order::arrives(app, LEAD, &[HELPER]).await;
    helped.sign(app, LEAD, 1).await.expect(200);
    app.settle().await;
    about(&[
        (mine.id, "assigned"),
        (lost.id, "revoked"),
        (helped.id, "assigned"),
    ])
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_has_read_comes_again() {
    let app = start().await;
    let expected = unread(&app).await;
    let system = UnitSystem::connect(&app, HELPER).await;
    wipe(&system, MANY).await;
    app.settle().await;
    assert_eq!(told(&system.take().await), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_who_is_faster_than_the_job_does_not_hide_the_loss() {
    let app = start().await;
    let expected = unread(&app).await;
    let system = UnitSystem::connect(&app, HELPER).await;
    wipe(&system, MANY).await;
    access(&app, HELPER, json!({ "way": "nats" })).await;
    app.settle().await;
    assert_eq!(told(&system.take().await), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_that_cannot_be_made_loses_nothing_of_the_others() {
    let app = start().await;
    let expected = unread(&app).await;
    access(&app, "U-ZZZ", json!({ "way": "nats" })).await;
    let system = UnitSystem::connect(&app, HELPER).await;
    // Room for the first consumer only: the second is refused in every run.
    wipe(&system, 1).await;
    for _ in 0..2 {
        assert!(
            AssertUnwindSafe(app.step()).catch_unwind().await.is_err(),
            "the job says that it failed"
        );
    }
    assert_eq!(told(&system.take().await), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_comes_again_while_the_unit_may_appeal_against_it() {
    let app = start().await;
    access(&app, LEAD, json!({ "way": "nats" })).await;
    let order = Order::arrives(&app, LEAD, &[]).await;
    let (now, window) = (app.clock.now(), chrono::TimeDelta::days(7));
    let answer = AnswerWentAgainstV1 {
        order_id: order.id,
        callback_id: uuid::Uuid::from_u128(1).into(),
        unit: LEAD.into(),
        generation: 1,
        rework: 0,
        contacted: false,
        solved: false,
        result: Satisfaction::NotSatisfied,
        attitude: Satisfaction::NotSatisfied,
        answered_at: now,
        appeal_until: now + window,
    };
    app.publish(order.key(), 2, &answer).await;
    app.publish(order.key(), 2, &order.reworked(LEAD, 1, 1)).await;
    app.settle().await;
    let system = UnitSystem::connect(&app, LEAD).await;
    assert_eq!(system.take().await.len(), 3);
    wipe(&system, MANY).await;
    app.settle().await;
    assert_eq!(
        told(&system.take().await),
        about(&[(order.id, "answer"), (order.id, "reworked")])
    );
    app.clock.advance(window + chrono::TimeDelta::seconds(1));
    wipe(&system, MANY).await;
    app.settle().await;
    assert_eq!(told(&system.take().await), about(&[(order.id, "reworked")]));
}

#[tokio::test]
async fn a_summons_about_an_order_that_nobody_has_comes_again() {
    let app = start().await;
    access(&app, STRANGER, json!({ "way": "nats" })).await;
    let order = Order::new(&app);
    app.publish(order.key(), 1, &order.registered()).await;
    app.publish(order.key(), 1, &summons(&order)).await;
    app.settle().await;
    let system = UnitSystem::connect(&app, STRANGER).await;
    let expected = about(&[(order.id, "summoned")]);
    assert_eq!(told(&system.take().await), expected);
    wipe(&system, MANY).await;
    app.settle().await;
    assert_eq!(told(&system.take().await), expected);
    // Nobody says when such an order ends, so it goes by the age of what was told.
    app.clock.advance(chrono::TimeDelta::days(15));
    wipe(&system, MANY).await;
    app.settle().await;
    assert!(system.take().await.is_empty());
}
