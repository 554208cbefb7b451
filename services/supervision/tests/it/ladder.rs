//! The ladder of supervision: triggers and silence, each once and never early; what people do; what others are told.
use crate::harness::{Told, start};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::callback::{OrderRaisedV1, ReplyContradictedV1};
use contracts::directory::ExplanationV1;
use contracts::envelope::Envelope;
use contracts::ids::{CallbackId, OrderId};
use contracts::routing::{OrderDisputedV1, ReturnUpheldV1};
use contracts::supervision::{SupervisionDischargedV1, SupervisionEscalatedV1, SupervisionOpenedV1};
use contracts::unit_gateway::OrderProgressedV1;
use contracts::words::{RaisedTo, SupervisionLevel as Level};
use serde_json::{Value, json};
use testkit::{Role, TestApp};
use uuid::Uuid;

async fn at(app: &TestApp, local: &str) {
    app.clock
        .set(format!("2026-{local}:00+08:00").parse::<DateTime<Utc>>().unwrap());
    app.settle().await;
}

async fn opened(app: &TestApp) -> Vec<SupervisionOpenedV1> {
    data(app.published().await)
}

async fn escalated(app: &TestApp) -> Vec<SupervisionEscalatedV1> {
    data(app.published().await)
}

/// Outcomes of those that ended.
async fn discharged(app: &TestApp) -> Vec<String> {
    let ended: Vec<SupervisionDischargedV1> = data(app.published().await);
    ended.into_iter().map(|event| event.outcome).collect()
}

fn data<E>(events: Vec<Envelope<E>>) -> Vec<E> {
    events.into_iter().map(|event| event.data).collect()
}

async fn listed(app: &TestApp, query: &str) -> Vec<Value> {
    let path = format!("/v1/supervision-orders?{query}");
    let page = app.http(Role::Supervisor).get(&path).await.expect(200).body;
    page["items"].as_array().unwrap().clone()
}

async fn contradicted(told: &Told<'_>, callback: u128) {
    let event = ReplyContradictedV1 {
        order_id: told.order_id,
        callback_id: CallbackId(Uuid::from_u128(callback)),
        unit: told.unit.clone(),
        generation: 1,
        claims: vec!["solved".to_owned()],
        evidence: None,
    };
    told.tell(&event).await;
    told.app.settle().await;
}

/// Another supervisor.
fn second(app: &TestApp) -> testkit::Client {
    let issuer = &app.world.issuer;
    let life = std::time::Duration::from_secs(3_600);
    app.http_as(&issuer.mint_roles(&[Role::Supervisor], None, "second", life))
}

fn words(text: &str) -> Value {
    json!({ "text": text })
}

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
