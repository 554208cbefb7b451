//! The hotline corrects what an order is about: it is decided again, as of its acceptance.
use crate::harness::{assignment, dispatcher, order, queue, register, started};
use contracts::directory::PlaceV1;
use contracts::ids::{OrderId, UnitCode};
use contracts::intake::{OrderAmendedV1, OrderRegisteredV1};
use contracts::routing::{OrderAssignedV1, OrderCoHandlersAddedV1, OrderKeptV1, OrderUndecidedV1};
use contracts::unit_gateway::OrderCoHandlersRequestedV1;
use contracts::words::Urgency;
use serde_json::{Value, json};
use testkit::{Role, TestApp};

/// An amendment that changes nothing; tests change it.
fn amendment(registered: &OrderRegisteredV1, number: i32, changed: &[&str]) -> OrderAmendedV1 {
    OrderAmendedV1 {
        order_id: registered.order_id,
        amendment: number,
        changed: changed.iter().map(|what| (*what).to_owned()).collect(),
        matter: registered.matter.clone(),
        place: registered.place.clone(),
        facts: registered.facts.clone(),
        urgency: registered.urgency,
        reason: "来电人更正".to_owned(),
        amended_at: "2026-03-02T01:30:00Z".parse().unwrap(),
    }
}

async fn amend(app: &TestApp, amended: &OrderAmendedV1) -> Value {
    app.publish(amended.order_id.uuid(), i64::from(amended.amendment) + 1, amended)
        .await;
    app.settle().await;
    assignment(app, amended.order_id).await
}

fn at(division: &str) -> PlaceV1 {
    PlaceV1 {
        division: Some(division.to_owned()),
        ..PlaceV1::default()
    }
}

async fn generations(app: &TestApp) -> Vec<(i32, String)> {
    let told = app.published::<OrderAssignedV1>().await;
    told.iter()
        .map(|event| (event.data.generation, event.data.lead.code.0.clone()))
        .collect()
}

#[tokio::test]
async fn another_place_makes_the_next_generation_and_keeps_the_history() {
    let app = started().await;
    let registered = order("M010201", "990104001");
    register(&app, &registered).await;
    let moved = OrderAmendedV1 {
        place: at("990102002"),
        ..amendment(&registered, 1, &["place"])
    };
    let seen = amend(&app, &moved).await;
    assert_eq!(
        (&seen["lead"]["code"], &seen["generation"], &seen["amendments"]),
        (&json!("QX-990102-URBAN"), &json!(2), &json!(1))
    );
    assert_eq!(
        generations(&app).await,
        [(1, "JD-990104001".into()), (2, "QX-990102-URBAN".into())]
    );
    assert_eq!(seen["history"].as_array().unwrap().len(), 2);
    for generation in [1, 2] {
        let path = format!(
            "/v1/orders/{}/assignments/{generation}/replay",
            registered.order_id
        );
        let replayed = app.http(Role::Auditor).get(&path).await.expect(200).body;
        assert_eq!(replayed["result"], "same", "{generation}");
    }
    // Heard once more, or an older one late: nothing.
    app.publish(registered.order_id.uuid(), 7, &moved).await;
    app.settle().await;
    assert_eq!(generations(&app).await.len(), 2);
}

#[tokio::test]
async fn amendments_of_one_order_that_arrive_together_are_judged_one_after_the_other() {
    let app = started().await;
    let registered = order("M010201", "990104001");
    register(&app, &registered).await;
    let away = OrderAmendedV1 {
        place: at("990102002"),
        ..amendment(&registered, 1, &["place"])
    };
    let back = amendment(&registered, 2, &["place"]);
    app.publish(registered.order_id.uuid(), 2, &away).await;
    let seen = amend(&app, &back).await;
    assert_eq!(
        (&seen["lead"]["code"], &seen["generation"], &seen["amendments"]),
        (&json!("JD-990104001"), &json!(3), &json!(2))
    );
    assert!(app.published::<OrderKeptV1>().await.is_empty());
}

#[tokio::test]
async fn what_changes_nothing_of_the_assignment_keeps_the_generation() {
    let app = started().await;
    let registered = order("M010201", "990102002");
    register(&app, &registered).await;
    let mut facts = amendment(&registered, 1, &["facts"]);
    facts.facts.insert("主体".to_owned(), "个人".to_owned());
    let seen = amend(&app, &facts).await;
    assert_eq!((&seen["generation"], &seen["amendments"]), (&json!(1), &json!(1)));
    let kept = app.published::<OrderKeptV1>().await;
    assert_eq!((kept[0].data.generation, kept[0].data.amendment), (1, 1));
    // Other terms are another assignment, though the lead is the same.
    let urgent = OrderAmendedV1 {
        urgency: Urgency::Emergency,
        ..amendment(&registered, 2, &["urgency"])
    };
    let seen = amend(&app, &urgent).await;
    assert_eq!(
        (&seen["generation"], &seen["lead"]["code"], &seen["terms"]["rule"]),
        (&json!(2), &json!("QX-990102-URBAN"), &json!("SX002"))
    );
}

#[tokio::test]
async fn an_order_can_lose_its_unit_and_find_one_again() {
    let app = started().await;
    let registered = order("M010201", "990102002");
    register(&app, &registered).await;
    let nobodys = OrderAmendedV1 {
        matter: Some("M080101".into()),
        ..amendment(&registered, 1, &["matter"])
    };
    let seen = amend(&app, &nobodys).await;
    assert_eq!(
        (&seen["state"], &seen["lead"], &seen["generation"]),
        (&json!("undecided"), &json!(null), &json!(1))
    );
    assert_eq!(
        app.published::<OrderUndecidedV1>().await[0].data.reason,
        "no_duty"
    );
    // While it waits, a dispatcher keeps it, and it goes to the front.
    let path = format!("/v1/manual-queue/{}/claim", registered.order_id);
    dispatcher(&app, "one").post(&path, json!({})).await.expect(200);
    let urgent = OrderAmendedV1 {
        matter: Some("M080101".into()),
        urgency: Urgency::Emergency,
        ..amendment(&registered, 2, &["urgency"])
    };
    amend(&app, &urgent).await;
    let waiting = queue(&app).await;
    assert_eq!(
        (waiting.len(), &waiting[0]["claimed_by"]),
        (1, &json!("agent:one"))
    );
    assert_eq!(waiting[0]["question"]["urgency"], "emergency");
    let found = OrderAmendedV1 {
        urgency: Urgency::Emergency,
        ..amendment(&registered, 3, &["matter"])
    };
    let seen = amend(&app, &found).await;
    assert_eq!(
        (&seen["state"], &seen["generation"]),
        (&json!("assigned"), &json!(2))
    );
    assert!(queue(&app).await.is_empty());
}

#[tokio::test]
async fn a_dispatchers_decision_stands_until_matter_or_place_change() {
    let app = started().await;
    let mut registered = order("M020101", "990105002");
    registered.facts.insert("权属".to_owned(), "无主".to_owned());
    register(&app, &registered).await;
    let path = format!("/v1/manual-queue/{}/decision", registered.order_id);
    dispatcher(&app, "one")
        .post(&path, json!({ "lead": "SJ-EPB", "reason": "核实" }))
        .await
        .expect(200);
    app.settle().await;
    let urgent = OrderAmendedV1 {
        urgency: Urgency::Emergency,
        ..amendment(&registered, 1, &["urgency"])
    };
    let seen = amend(&app, &urgent).await;
    assert_eq!(
        (&seen["lead"]["code"], &seen["generation"], &seen["decided_by"]),
        (&json!("SJ-EPB"), &json!(2), &json!("agent:one"))
    );
    assert_eq!(seen["terms"]["rule"], "SX002");
    let moved = OrderAmendedV1 {
        place: at("990102002"),
        facts: std::collections::BTreeMap::new(),
        ..amendment(&registered, 2, &["place", "facts"])
    };
    let seen = amend(&app, &moved).await;
    assert_eq!(
        (&seen["lead"]["code"], &seen["decided_by"]),
        (&json!("SJ-MUNI"), &json!("directory"))
    );
}

async fn ask_for_help(app: &TestApp, order_id: OrderId, units: &[&str], sequence: i64) {
    let asked = OrderCoHandlersRequestedV1 {
        order_id,
        unit: "QX-990102-URBAN".into(),
        generation: 1,
        co_handlers: units.iter().map(|code| UnitCode::from(*code)).collect(),
        reason: "需配合".to_owned(),
    };
    app.publish(order_id.uuid(), sequence, &asked).await;
    app.settle().await;
}

#[tokio::test]
async fn the_lead_gets_help_and_stays_responsible() {
    let app = started().await;
    let registered = order("M010201", "990102002");
    register(&app, &registered).await;
    let before = assignment(&app, registered.order_id).await;
    let already = before["co_handlers"][0]["code"].as_str().unwrap().to_owned();
    ask_for_help(
        &app,
        registered.order_id,
        &["QX-990102-POLICE", &already, "QX-990102-URBAN", "XX"],
        1,
    )
    .await;
    let told = app.published::<OrderCoHandlersAddedV1>().await;
    let added: Vec<&str> = told[0].data.added.iter().map(|unit| unit.code.as_str()).collect();
    assert_eq!(
        (added, &told[0].data.unknown),
        (vec!["QX-990102-POLICE"], &vec![UnitCode::from("XX")])
    );
    assert_eq!(told[0].data.co_handlers.len(), 2);
    let seen = assignment(&app, registered.order_id).await;
    assert_eq!(
        (
            &seen["generation"],
            &seen["lead"],
            seen["co_handlers"].as_array().unwrap().len()
        ),
        (&json!(1), &before["lead"], 2)
    );
    // Asked again there is nothing to tell, and after the order has gone neither.
    ask_for_help(&app, registered.order_id, &["QX-990102-POLICE"], 2).await;
    amend(
        &app,
        &OrderAmendedV1 {
            place: at("990104001"),
            ..amendment(&registered, 1, &["place"])
        },
    )
    .await;
    ask_for_help(&app, registered.order_id, &["SJ-EPB"], 3).await;
    assert_eq!(app.published::<OrderCoHandlersAddedV1>().await.len(), 1);
}
