//! Every event into the timeline, orders and clocks: in any order, more than once, known or not.
use crate::harness::{Told, publish_directory, start};
use chrono::TimeDelta;
use contracts::directory::ExplanationV1;
use contracts::ids::ReturnId;
use contracts::routing::{OrderUndecidedV1, ReturnUpheldV1};
use contracts::supervision::ClockBreachedV1;
use serde_json::json;
use supervision::app::Supervision;
use testkit::{Role, TestApp};
use uuid::Uuid;

#[tokio::test]
async fn a_whole_life_is_seen_step_by_step() {
    let app = start().await;
    let told = Told::new(&app);
    told.registered().await;
    app.settle().await;
    assert_eq!(told.seen().await["state"], "registered");
    assert_eq!(
        told.clocks().await,
        ["total: running 2026-03-24T00:00:00+08:00"],
        "the city's own limit until one is named"
    );
    told.assigned(1).await;
    app.settle().await;
    assert_eq!(told.seen().await["assignment"]["unit"], "U-1");
    assert_eq!(
        told.clocks().await,
        [
            "sign: running 2026-03-02T11:00:00+08:00",
            "respond: running 2026-03-03T11:00:00+08:00",
            "finish: running 2026-03-09T17:00:00+08:00",
            "total: running 2026-04-01T09:00:00+08:00",
        ]
    );
    app.clock.advance(TimeDelta::hours(1));
    told.signed(1).await;
    app.settle().await;
    assert_eq!(told.seen().await["state"], "signed");
    assert_eq!(
        told.clocks().await[1],
        "respond: running 2026-03-03T10:00:00+08:00"
    );
    told.responded(1).await;
    told.replied(1, 0).await;
    app.settle().await;
    assert_eq!(told.seen().await["state"], "replied");
    told.called(0).await;
    app.settle().await;
    assert_eq!(told.seen().await["state"], "calling_back");
    told.closed().await;
    app.settle().await;
    let seen = told.seen().await;
    assert_eq!(
        (&seen["state"], &seen["outcome"]),
        (&json!("closed"), &json!("solved"))
    );
    assert!(told.clocks().await.iter().all(|clock| clock.contains(": met ")));
    assert_eq!(
        told.timeline().await,
        [
            "intake.complaint.received.v1",
            "intake.order.registered.v1",
            "routing.order.assigned.v1",
            "unit-gateway.order.signed.v1",
            "unit-gateway.order.responded.v1",
            "unit-gateway.order.replied.v1",
            "callback.callback.scheduled.v1",
            "callback.order.closed.v1",
        ]
    );
}

#[tokio::test]
async fn rework_and_a_new_generation_arm_anew() {
    let app = start().await;
    let told = Told::new(&app);
    told.under_way().await;
    told.signed(1).await;
    told.replied(1, 0).await;
    app.clock.advance(TimeDelta::days(1));
    told.reworked(1, 1).await;
    app.settle().await;
    let seen = told.seen().await;
    assert_eq!((&seen["state"], &seen["rework"]), (&json!("assigned"), &json!(1)));
    assert_eq!(
        told.clocks().await[2],
        "finish: running 2026-03-10T17:00:00+08:00"
    );
    let upheld = ReturnUpheldV1 {
        order_id: told.order_id,
        return_id: ReturnId(Uuid::now_v7()),
        unit: told.unit.clone(),
        generation: 1,
        reason: "不属职责".to_owned(),
    };
    told.tell(&upheld).await;
    app.settle().await;
    let seen = told.seen().await;
    assert_eq!(
        (&seen["state"], &seen["assignment"]),
        (&json!("registered"), &json!(null))
    );
    told.assigned(2).await;
    app.settle().await;
    assert_eq!(told.clocks().await[0], "sign: running 2026-03-03T11:00:00+08:00");
    assert_eq!(
        told.clocks().await[3],
        "total: running 2026-04-01T09:00:00+08:00",
        "never a new total clock"
    );
}

#[tokio::test]
async fn an_undecided_order_keeps_the_city_s_clock() {
    let app = start().await;
    let told = Told::new(&app);
    told.registered().await;
    let undecided = OrderUndecidedV1 {
        order_id: told.order_id,
        reason: "no_duty".to_owned(),
        candidates: Vec::new(),
        directory_version: 1,
        explanation: ExplanationV1::default(),
    };
    told.tell(&undecided).await;
    app.settle().await;
    assert_eq!(told.seen().await["state"], "undecided");
    assert_eq!(told.clocks().await, ["total: running 2026-03-24T00:00:00+08:00"]);
}

#[tokio::test]
async fn facts_in_the_wrong_order_come_to_the_same_end() {
    let app = start().await;
    let told = Told::new(&app);
    told.closed().await;
    told.replied(1, 0).await;
    told.called(0).await;
    app.settle().await;
    told.assigned(1).await;
    told.registered().await;
    app.settle().await;
    let seen = told.seen().await;
    assert_eq!(
        (&seen["state"], &seen["title"]),
        (&json!("closed"), &json!("路灯不亮"))
    );
    assert!(told.clocks().await.iter().all(|clock| clock.contains(": met ")));
    assert_eq!(told.timeline().await.len(), 6);
}

#[tokio::test]
async fn the_same_event_twice_has_one_effect_and_the_timeline_is_never_changed() {
    let app = start().await;
    let told = Told::new(&app);
    let envelope = app.envelope(told.order_id.uuid(), 1, &told.registration());
    app.publish_envelope(&envelope).await;
    app.publish_envelope(&envelope).await;
    app.settle().await;
    assert_eq!(told.timeline().await, ["intake.order.registered.v1"]);
    for statement in ["update timeline set actor = 'x'", "delete from timeline"] {
        let refused = sqlx::query(statement).execute(app.db()).await;
        assert!(refused.unwrap_err().to_string().contains("append-only"));
    }
}

#[tokio::test]
async fn types_and_versions_it_does_not_know_are_recorded_all_the_same() {
    let app = start().await;
    let told = Told::new(&app);
    told.under_way().await;
    for (event_type, sequence) in [
        ("unit-gateway.order.photographed.v1", 1),
        ("callback.order.closed.v2", 1),
    ] {
        let mut envelope = app.envelope(told.order_id.uuid(), sequence, &told.registration());
        envelope.event_type = event_type.to_owned();
        envelope.data = json!({ "anything": true });
        app.publish_envelope(&envelope).await;
    }
    app.settle().await;
    let timeline = told.timeline().await;
    assert!(timeline.contains(&"unit-gateway.order.photographed.v1".to_owned()));
    assert!(timeline.contains(&"callback.order.closed.v2".to_owned()));
    assert_eq!(told.seen().await["state"], "assigned");
}

#[tokio::test]
async fn a_broken_event_is_parked_and_its_neighbours_pass() {
    let app = start().await;
    let (broken, fine) = (Told::new(&app), Told::new(&app));
    let mut envelope = app.envelope(broken.order_id.uuid(), 1, &broken.registration());
    envelope.data = json!({ "order_id": "none" });
    app.publish_envelope(&envelope).await;
    fine.under_way().await;
    assert_eq!(fine.seen().await["state"], "assigned");
    let parked: i64 = sqlx::query_scalar("select count(*) from dead_letters where state = 'parked'")
        .fetch_one(app.db())
        .await
        .unwrap();
    assert_eq!(parked, 1);
    app.expect_dead_letters();
}

#[tokio::test]
async fn clocks_wait_for_a_calendar_that_is_published_later() {
    let app = TestApp::start::<Supervision>().await;
    let told = Told::new(&app);
    told.under_way().await;
    told.signed(1).await;
    app.settle().await;
    assert_eq!(
        told.seen().await["state"],
        "signed",
        "the order does not wait for its clocks"
    );
    assert!(told.clocks().await.is_empty());
    app.clock.advance(TimeDelta::hours(3));
    publish_directory(&app).await;
    app.settle().await;
    let clocks = told.clocks().await;
    assert_eq!(clocks[0], "sign: met 2026-03-02T11:00:00+08:00");
    assert_eq!(clocks[3], "total: running 2026-04-01T09:00:00+08:00");
}

#[tokio::test]
async fn signing_late_is_told_even_when_no_timer_came_first() {
    let app = start().await;
    let told = Told::new(&app);
    told.under_way().await;
    app.clock.advance(TimeDelta::hours(6));
    told.signed(1).await;
    // Heard before the timers of this moment run: consumers come first in a step.
    app.settle().await;
    let breached = app.published::<ClockBreachedV1>().await;
    assert_eq!(
        breached.iter().map(|e| e.data.clock.as_str()).collect::<Vec<_>>(),
        ["sign"]
    );
}

#[tokio::test]
async fn a_batch_of_many_orders_keeps_them_apart_and_no_line_has_a_gap() {
    let app = start().await;
    let orders: Vec<_> = (0..30).map(|_| Told::new(&app)).collect();
    for told in &orders {
        told.registered().await;
    }
    for told in &orders {
        told.assigned(1).await;
        told.signed(1).await;
    }
    app.settle().await;
    for told in &orders {
        assert_eq!(told.seen().await["state"], "signed");
    }
    let gaps = app.http(Role::Auditor).get("/v1/audit/gaps").await.expect(200);
    assert!(gaps.body["items"].as_array().unwrap().is_empty(), "{}", gaps.body);
}
