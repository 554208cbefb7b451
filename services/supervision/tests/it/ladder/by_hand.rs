//! What people do on the ladder, and what their desk shows.
use super::{at, contradicted, escalated, listed, opened, words};
use crate::harness::{Told, second, start};
use contracts::callback::OrderRaisedV1;
use contracts::envelope::Envelope;
use contracts::ids::{CallbackId, OrderId};
use contracts::supervision::SupervisionDischargedV1;
use contracts::words::RaisedTo;
use serde_json::{Value, json};
use testkit::{Role, TestApp};
use uuid::Uuid;

#[tokio::test]
async fn evidence_is_recorded_by_one_person_and_reviewed_by_another() {
    let app = start().await;
    let told = Told::new(&app);
    told.under_way().await;
    contradicted(&told, 1).await;
    let id = listed(&app, "").await[0]["supervision_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = |verb: &str| format!("/v1/supervision-orders/{id}/{verb}");
    let supervisor = app.http(Role::Supervisor);
    supervisor.post(&path("accept"), words("可")).await.expect(409);
    let wrong = json!({ "text": "见附件", "evidence": [{ "code": "minutes", "reference": "纪要1" }] });
    let refused = supervisor.post(&path("answer"), wrong).await.expect(422).body;
    assert_eq!(
        (&refused["code"], &refused["field"]),
        (&json!("evidence_not_asked"), &json!("evidence"))
    );
    let report = json!({ "text": "见附件", "evidence": [{ "code": "written_report", "reference": "城管〔2026〕3号" }] });
    app.http(Role::Leader)
        .post(&path("answer"), report.clone())
        .await
        .expect(403);
    let answered = supervisor.post(&path("answer"), report).await.expect(200).body;
    assert_eq!(answered["state"], "answered");
    let refused = supervisor
        .post(&path("accept"), words("可"))
        .await
        .expect(422)
        .body;
    assert_eq!(refused["code"], "second_person_needed");
    at(&app, "03-20T17:00").await;
    assert_eq!(
        listed(&app, "state=answered").await.len(),
        1,
        "what waits for us is not the unit's silence"
    );
    let other = second(&app);
    other.post(&path("accept"), words("属实")).await.expect(200);
    let done = json!({ "outcome": "carried_out", "text": "已整改" });
    supervisor
        .post(&path("discharge"), done.clone())
        .await
        .expect(200);
    supervisor.post(&path("discharge"), done).await.expect(409);
    app.settle().await;
    let ended: Vec<Envelope<SupervisionDischargedV1>> = app.published().await;
    assert!(ended[0].actor.starts_with("agent:"), "{}", ended[0].actor);
    supervisor
        .post(
            &format!("/v1/supervision-orders/{}/accept", Uuid::nil()),
            words("可"),
        )
        .await
        .expect(404);
}

fn late_of(unit: &str) -> Value {
    json!({ "unit": unit, "level": "written", "text": "限期办理" })
}

#[tokio::test]
async fn what_cannot_be_opened_is_refused_whole_and_names_the_field() {
    let app = start().await;
    let told = Told::new(&app);
    told.under_way().await;
    let ids = [told.order_id];
    let supervisor = app.http(Role::Supervisor);
    let unknown = json!({ "order_ids": [ids[0], Uuid::nil()], "level": "written", "text": "限期办理" });
    let refused = supervisor
        .post("/v1/supervision-orders", unknown)
        .await
        .expect(422)
        .body;
    assert_eq!(
        (&refused["code"], &refused["field"]),
        (&json!("order_unknown"), &json!("order_ids[1]"))
    );
    let nothing = json!({ "level": "written", "text": "限期办理" });
    supervisor
        .post("/v1/supervision-orders", nothing)
        .await
        .expect(422);
    let refused = supervisor
        .post("/v1/supervision-orders", late_of("U-1"))
        .await
        .expect(422)
        .body;
    assert_eq!(refused["code"], "nothing_late");
    assert_eq!(listed(&app, "").await.len(), 0, "nothing half-done");
}

#[tokio::test]
async fn a_person_opens_a_batch_all_or_none_and_a_repeated_request_does_nothing() {
    let app = start().await;
    let orders: Vec<_> = (0..2).map(|_| Told::new(&app)).collect();
    for told in &orders {
        told.under_way().await;
    }
    let ids: Vec<OrderId> = orders.iter().map(|told| told.order_id).collect();
    let supervisor = app.http(Role::Supervisor);
    let form = json!({ "order_ids": ids, "unit": "U-1", "level": "written", "text": "限期办理" });
    let first = supervisor
        .post_with_key("/v1/supervision-orders", form.clone(), "k1")
        .await
        .expect(201)
        .body;
    let again = supervisor
        .post_with_key("/v1/supervision-orders", form.clone(), "k1")
        .await
        .expect(201)
        .body;
    assert_eq!((first["items"].as_array().unwrap().len(), &first), (2, &again));
    let mut other = form.clone();
    other["level"] = json!("on_site");
    supervisor
        .post_with_key("/v1/supervision-orders", other.clone(), "k1")
        .await
        .expect(422);
    assert_eq!(
        supervisor
            .post("/v1/supervision-orders", form)
            .await
            .expect(409)
            .body["code"],
        "not_higher"
    );
    supervisor.post("/v1/supervision-orders", other).await.expect(201);
    app.settle().await;
    assert_eq!((opened(&app).await.len(), escalated(&app).await.len()), (2, 2));
    let demand = &opened(&app).await[0].demand;
    assert!(
        demand.starts_with("限期办理") && demand.contains("书面报告"),
        "{demand}"
    );
    let late = Told::new(&app);
    let mut registration = late.registration();
    registration.caller = None;
    late.tell(&registration).await;
    late.assigned(1).await;
    app.settle().await;
    at(&app, "03-02T12:00").await;
    let batch = supervisor
        .post("/v1/supervision-orders", late_of("U-1"))
        .await
        .expect(201)
        .body;
    assert_eq!(
        batch["items"].as_array().unwrap().len(),
        1,
        "only what nobody supervises"
    );
    assert_eq!(batch["items"][0]["order_id"], json!(late.order_id));
    app.settle().await;
}

#[tokio::test]
async fn the_desk_shows_everything_by_unit_and_what_needs_a_person() {
    let app = start().await;
    let told = Told::new(&app);
    told.under_way().await;
    let mut elsewhere = Told::new(&app);
    elsewhere.unit = "U-2".into();
    elsewhere.under_way().await;
    contradicted(&told, 1).await;
    elsewhere
        .tell(&OrderRaisedV1 {
            order_id: elsewhere.order_id,
            callback_id: CallbackId(Uuid::now_v7()),
            unit: elsewhere.unit.clone(),
            generation: 1,
            rework: 0,
            to: RaisedTo::Leaders,
        })
        .await;
    app.settle().await;
    at(&app, "03-09T16:00").await;
    let desk = app.http(Role::Leader).get("/v1/desk").await.expect(200).body;
    assert_eq!(
        (&desk["day"], &desk["totals"]["live"]),
        (&json!("2026-03-09"), &json!(2))
    );
    assert_eq!(desk["totals"]["by_level"], json!({ "on_site": 1, "raised": 1 }));
    assert_eq!(desk["due_today"].as_array().unwrap().len(), 1, "{desk}");
    let units: Vec<&Value> = desk["units"]
        .as_array()
        .unwrap()
        .iter()
        .map(|unit| &unit["unit"])
        .collect();
    assert_eq!(units, [&json!("U-1"), &json!("U-2")]);
    assert!(
        desk["units"][0]["orders"][0].get("title").is_none(),
        "leaders see no titles"
    );
    what_needs_a_person(&app, elsewhere.order_id).await;
}

async fn what_needs_a_person(app: &TestApp, raised: OrderId) {
    at(app, "03-09T17:00").await;
    let desk = app.http(Role::Supervisor).get("/v1/desk").await.expect(200).body;
    assert_eq!(
        desk["proposed"].as_array().unwrap().len(),
        1,
        "the public notice waits for a person"
    );
    assert_eq!(desk["overdue"].as_array().unwrap().len(), 1);
    let leaders = app
        .http(Role::Leader)
        .get("/v1/leaders-list")
        .await
        .expect(200)
        .body;
    assert_eq!(leaders["items"][0]["order_id"], json!(raised));
    assert_eq!(leaders["items"].as_array().unwrap().len(), 1);
    let id = leaders["items"][0]["supervision_id"].as_str().unwrap();
    let path = format!("/v1/supervision-orders/{id}/open");
    let supervisor = app.http(Role::Supervisor);
    supervisor.post(&path, words("同意通报")).await.expect(200);
    supervisor.post(&path, words("同意通报")).await.expect(409);
    let batches = listed(app, "group_by=unit").await;
    assert_eq!(
        batches
            .iter()
            .map(|batch| batch["live"].as_i64().unwrap())
            .sum::<i64>(),
        2
    );
    supervisor
        .get("/v1/supervision-orders?group_by=unit&level=urge")
        .await
        .expect(422);
    supervisor
        .get("/v1/supervision-orders?level=shout")
        .await
        .expect(422);
    let old = listed(app, "age_days_min=7").await;
    assert_eq!(old.len(), 2);
    app.settle().await;
}
