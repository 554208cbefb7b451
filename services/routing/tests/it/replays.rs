//! Every decision about an order stays, also one that named nobody, and each can be asked again.
use crate::harness::{order, register, started};
use contracts::directory::PlaceV1;
use contracts::ids::OrderId;
use contracts::intake::OrderAmendedV1;
use serde_json::{Value, json};
use testkit::{Role, TestApp};

async fn decisions(app: &TestApp, order: OrderId) -> Vec<Value> {
    let path = format!("/v1/orders/{order}/decisions");
    let body = app.http(Role::Agent).get(&path).await.expect(200).body;
    body["decisions"].as_array().unwrap().clone()
}

/// Asks each decision of an order again: state, and what came of it.
pub async fn replayed(app: &TestApp, order: OrderId) -> Vec<(String, Value)> {
    let mut results = Vec::new();
    for decision in decisions(app, order).await {
        let which = match (&decision["generation"], &decision["number"]) {
            (Value::Null, number) => format!("decisions/{number}"),
            (generation, _) => format!("assignments/{generation}"),
        };
        let path = format!("/v1/orders/{order}/{which}/replay");
        let answer = app.http(Role::Auditor).get(&path).await.expect(200).body;
        let state = decision["state"].as_str().unwrap().to_owned();
        results.push((state, json!([answer["result"], answer["rules"]])));
    }
    results
}

#[tokio::test]
async fn what_was_undecided_stays_when_a_person_has_decided() {
    let app = started().await;
    let mut registered = order("M020101", "990105002");
    registered.facts.insert("权属".to_owned(), "无主".to_owned());
    register(&app, &registered).await;
    let moved = OrderAmendedV1 {
        order_id: registered.order_id,
        amendment: 1,
        changed: vec!["place".to_owned()],
        matter: registered.matter.clone(),
        place: PlaceV1 {
            division: Some("990102002".to_owned()),
            ..PlaceV1::default()
        },
        facts: registered.facts.clone(),
        urgency: registered.urgency,
        reason: "来电人更正".to_owned(),
        amended_at: "2026-03-02T01:30:00Z".parse().unwrap(),
    };
    app.publish(registered.order_id.uuid(), 2, &moved).await;
    app.settle().await;
    let path = format!("/v1/manual-queue/{}/decision", registered.order_id);
    let body = json!({ "lead": "SJ-MUNI", "reason": "按接管办法" });
    app.http(Role::Dispatcher).post(&path, body).await.expect(200);
    app.settle().await;

    let kept = decisions(&app, registered.order_id).await;
    let shown: Vec<Value> = kept
        .iter()
        .map(|decision| {
            let place = &decision["explanation"]["data"]["data"]["place"]["division"]["code"];
            json!([
                decision["state"],
                decision["reason"],
                place,
                decision["decided_by"]
            ])
        })
        .collect();
    assert_eq!(
        shown,
        [
            json!(["assigned", null, "990102002", "agent:test-dispatcher"]),
            json!(["undecided", "tie", "990102002", "directory"]),
            json!(["undecided", "tie", "990105002", "directory"]),
        ]
    );
    assert_eq!(kept[2]["candidates"][1]["code"], "QX-990105-URBAN");
    assert!(kept[1]["number"].as_i64() > kept[2]["number"].as_i64());
    assert_eq!(
        replayed(&app, registered.order_id).await,
        [
            ("assigned".to_owned(), json!(["by_dispatcher", "same"])),
            ("undecided".to_owned(), json!(["same", null])),
            ("undecided".to_owned(), json!(["same", null])),
        ]
    );
}

#[tokio::test]
async fn what_is_assigned_at_once_has_one_decision_and_others_are_not_shown() {
    let app = started().await;
    let (assigned, waiting) = (order("M010201", "990102002"), order("M080101", "990102002"));
    register(&app, &assigned).await;
    register(&app, &waiting).await;
    let kept = decisions(&app, assigned.order_id).await;
    assert_eq!((kept.len(), &kept[0]["state"]), (1, &json!("assigned")));
    let count: i64 = sqlx::query_scalar("select count(*) from undecided_decisions")
        .fetch_one(app.db())
        .await
        .unwrap();
    assert_eq!(count, 1, "the one that waits");
    let number = &decisions(&app, waiting.order_id).await[0]["number"];
    let auditor = app.http(Role::Auditor);
    let replay = |order: OrderId| format!("/v1/orders/{order}/decisions/{number}/replay");
    auditor.get(&replay(waiting.order_id)).await.expect(200);
    let refused = auditor.get(&replay(assigned.order_id)).await.expect(404).body;
    assert_eq!(refused["code"], "decision_unknown");
    let changed = sqlx::query("update undecided_decisions set reason = 'x'")
        .execute(app.db())
        .await;
    assert!(changed.unwrap_err().to_string().contains("append-only"));
}
