//! A registered order finds its unit, once, and the decision can be replayed.
use crate::harness::{assignment, order, queue, register, started};
use contracts::ids::OrderId;
use contracts::routing::{OrderAssignedV1, OrderUndecidedV1};
use contracts::terms::{Limit, LimitUnit, StartRule};
use routing::Routing;
use serde_json::json;
use testkit::{Role, TestApp};
use uuid::Uuid;

#[tokio::test]
async fn a_registered_order_is_assigned_with_terms_and_reasons() {
    let app = started().await;
    let registered = order("M010201", "990105001");
    register(&app, &registered).await;

    let told = app.published::<OrderAssignedV1>().await;
    assert_eq!(told.len(), 1);
    let event = &told[0].data;
    assert_eq!(
        (
            event.lead.code.as_str(),
            event.generation,
            event.directory_version
        ),
        ("QX-990105-URBAN", 1, 1)
    );
    assert_eq!(
        event
            .co_handlers
            .iter()
            .map(|unit| unit.code.as_str())
            .collect::<Vec<_>>(),
        ["JD-990105001"]
    );
    assert_eq!(
        event.divisions.iter().map(AsRef::as_ref).collect::<Vec<_>>(),
        ["990105001", "990105", "990100"]
    );
    assert_eq!(
        event.duties.iter().map(AsRef::as_ref).collect::<Vec<_>>(),
        ["PD0010"]
    );
    assert_eq!(
        (event.accepted_at, event.assigned_at),
        (registered.accepted_at, app.clock.now())
    );
    let limit = |amount, unit, start| Limit { amount, unit, start };
    assert_eq!(event.terms.rule, "SX007");
    assert_eq!(
        (event.terms.calendar.as_str(), event.terms.city_calendar.as_str()),
        ("分段", "正常")
    );
    assert_eq!(
        event.terms.sign,
        limit(2, LimitUnit::WorkingHours, StartRule::Dispatch)
    );
    assert_eq!(
        event.terms.finish,
        limit(5, LimitUnit::WorkingDays, StartRule::Signing)
    );
    assert_eq!(
        event.terms.total,
        limit(5, LimitUnit::WorkingDays, StartRule::Acceptance)
    );
    assert_eq!(
        event.terms.return_window,
        Some(limit(1, LimitUnit::WorkingDays, StartRule::Dispatch))
    );
    assert!(event.return_until > Some(event.assigned_at));
    assert!(
        event.explanation.zh.iter().any(|said| said.contains("PD0010")),
        "{:?}",
        event.explanation
    );
    assert!(
        event.explanation.zh.iter().all(|said| !said.contains("不采用")),
        "{:?}",
        event.explanation
    );
}

#[tokio::test]
async fn an_assignment_can_be_looked_at_and_replayed() {
    let app = started().await;
    let registered = order("M010201", "990105001");
    register(&app, &registered).await;
    let seen = assignment(&app, registered.order_id).await;
    assert_eq!(
        (&seen["state"], &seen["lead"]["code"], &seen["generation"]),
        (&json!("assigned"), &json!("QX-990105-URBAN"), &json!(1))
    );
    assert_eq!(
        (&seen["terms"]["finish"]["unit"], &seen["decided_by"]),
        (&json!("working_days"), &json!("directory"))
    );
    assert_eq!(
        (&seen["accepted_at"], seen["history"].as_array().unwrap().len()),
        (&json!("2026-03-02T08:50:00+08:00"), 1)
    );
    assert!(seen["explanation"]["zh"].to_string().contains("不采用"), "{seen}");

    let path = format!("/v1/orders/{}/assignments/1/replay", registered.order_id);
    let replay = app.http(Role::Auditor).get(&path).await.expect(200).body;
    assert_eq!(
        (&replay["result"], &replay["directory_version"]),
        (&json!("same"), &json!(1))
    );
}

#[tokio::test]
async fn a_decision_is_replayed_by_the_version_it_cites() {
    let app = started().await;
    let registered = order("M010201", "990104001");
    register(&app, &registered).await;
    let mut pack = crate::harness::pack();
    let duties = pack["duties.csv"].replace(
        "PD0012,M010201,990104,,ROLE:STREET@街道",
        "PD0012,M010201,990104,,SJ-URBAN",
    );
    assert_ne!(duties, pack["duties.csv"]);
    pack.insert("duties.csv".to_owned(), duties);
    app.http(Role::Admin)
        .post("/v1/directory/versions", json!({ "pack": pack }))
        .await
        .expect(201);

    let later = order("M010201", "990104001");
    register(&app, &later).await;
    assert_eq!(
        assignment(&app, registered.order_id).await["lead"]["code"],
        "JD-990104001"
    );
    let second = assignment(&app, later.order_id).await;
    assert_eq!(
        (&second["lead"]["code"], &second["directory_version"]),
        (&json!("SJ-URBAN"), &json!(2))
    );
    for id in [registered.order_id, later.order_id] {
        let path = format!("/v1/orders/{id}/assignments/1/replay");
        assert_eq!(
            app.http(Role::Dispatcher).get(&path).await.expect(200).body["result"],
            "same"
        );
    }
    let missing = format!("/v1/orders/{}/assignments/2/replay", later.order_id);
    assert_eq!(
        app.http(Role::Dispatcher).get(&missing).await.expect(404).body["code"],
        "assignment_unknown"
    );
}

#[tokio::test]
async fn hearing_of_an_order_twice_changes_nothing() {
    let app = started().await;
    let registered = order("M010201", "990102001");
    let key = registered.order_id.uuid();
    let first = app.envelope(key, 1, &registered);
    app.publish_envelope(&first).await;
    app.publish_envelope(&first).await;
    app.settle().await;
    // The same fact under another id, as a restored intake might send it.
    app.publish(key, 2, &registered).await;
    app.settle().await;
    assert_eq!(app.published::<OrderAssignedV1>().await.len(), 1);
    assert_eq!(assignment(&app, registered.order_id).await["generation"], 1);
}

#[tokio::test]
async fn many_orders_at_once_are_each_decided_once() {
    let app = started().await;
    let matters = ["M010201", "M020101", "M080101", "M040101", "M999999"];
    for n in 0..60_usize {
        let registered = order(matters[n % matters.len()], "990102002");
        app.publish(registered.order_id.uuid(), 1, &registered).await;
    }
    app.settle().await;
    assert_eq!(app.published::<OrderAssignedV1>().await.len(), 36);
    let undecided = app.published::<OrderUndecidedV1>().await;
    let of = |reason: &str| {
        undecided
            .iter()
            .filter(|event| event.data.reason == reason)
            .count()
    };
    assert_eq!((of("no_duty"), of("no_matter")), (12, 12));
    assert_eq!(queue(&app).await.len(), 24);
}

#[tokio::test]
async fn orders_wait_until_there_is_a_directory() {
    let app = TestApp::start::<Routing>().await;
    let registered = order("M010201", "990102001");
    app.publish(registered.order_id.uuid(), 1, &registered).await;
    for _ in 0..3 {
        app.step().await;
    }
    let agent = app.http(Role::Agent);
    let path = format!("/v1/orders/{}/assignment", registered.order_id);
    assert_eq!(agent.get(&path).await.expect(404).body["code"], "order_unknown");
    routing::import_pack(app.db(), &crate::harness::sample(), "test")
        .await
        .unwrap();
    let held: i64 = sqlx::query_scalar(
        "update held_messages set next_attempt_at = now() - interval '1 second' returning 1::bigint",
    )
    .fetch_one(app.db())
    .await
    .unwrap();
    assert_eq!(held, 1);
    app.settle().await;
    assert_eq!(
        agent.get(&path).await.expect(200).body["lead"]["code"],
        "QX-990102-URBAN"
    );
}

#[tokio::test]
async fn an_unknown_order_is_not_found() {
    let app = started().await;
    let path = format!("/v1/orders/{}/assignment", OrderId(Uuid::now_v7()));
    assert_eq!(
        app.http(Role::Supervisor).get(&path).await.expect(404).body["code"],
        "order_unknown"
    );
    let bad = app
        .http(Role::Supervisor)
        .get("/v1/orders/one/assignment")
        .await
        .expect(400)
        .body;
    assert_eq!(bad["field"], "order_id");
}
