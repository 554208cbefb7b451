//! Consultations: units are summoned, meet, and name who owns an order; what routing refuses waits for a person again.
use crate::harness::{Told, start};
use contracts::event::Event as _;
use contracts::ids::RulingId;
use contracts::routing::{OrderDisputedV1, RulingRefusedV1};
use contracts::supervision::{ConsultationOpenedV1, RulingMadeV1};
use serde_json::{Value, json};
use testkit::{Role, TestApp};
use uuid::Uuid;

async fn disputed(told: &Told<'_>) {
    told.registered().await;
    let event = OrderDisputedV1 {
        order_id: told.order_id,
        reason: "bounced".to_owned(),
        returns: 3,
        candidates: Vec::new(),
        directory_version: 1,
        explanation: contracts::directory::ExplanationV1::default(),
    };
    told.tell(&event).await;
    told.app.settle().await;
}

fn summons(orders: &[&Told<'_>]) -> Value {
    let orders: Vec<_> = orders.iter().map(|told| told.order_id.to_string()).collect();
    json!({ "orders": orders, "units": ["U-1", "U-2"], "question": "水管归谁管，联系19900007037",
            "meets_at": "2026-03-04T09:00:00+08:00", "meets_where": "中山路1号楼前", "on_site": true })
}

async fn post(app: &TestApp, path: &str, body: Value, status: u16) -> Value {
    let answer = app.http(Role::Supervisor).post(path, body).await.expect(status);
    app.settle().await;
    answer.body
}

/// Called and held; answers its path.
async fn held(app: &TestApp, orders: &[&Told<'_>]) -> String {
    let opened = post(app, "/v1/consultations", summons(orders), 201).await;
    let path = format!(
        "/v1/consultations/{}",
        opened["consultation_id"].as_str().unwrap()
    );
    let said = json!({ "came": ["U-1"], "minutes": "现场查看，阀门井属供水" });
    post(app, &format!("{path}/minutes"), said, 200).await;
    path
}

fn ruling() -> Value {
    json!({ "lead": "U-1", "co_handlers": ["U-2"], "basis": "会商纪要2026-7号", "conditions": "权属=供水" })
}

async fn seen(app: &TestApp, path: &str) -> Value {
    app.http(Role::Auditor).get(path).await.expect(200).body
}

#[tokio::test]
async fn a_disputed_order_waits_until_units_are_summoned_and_each_is_told_when_and_where() {
    let app = start().await;
    let (told, other) = (Told::new(&app), Told::new(&app));
    disputed(&told).await;
    disputed(&other).await;
    let waiting = seen(&app, "/v1/consultations/waiting").await;
    assert_eq!(waiting["items"].as_array().unwrap().len(), 2, "{waiting}");
    assert_eq!(waiting["items"][0]["reason"], "bounced");

    let opened = post(&app, "/v1/consultations", summons(&[&told]), 201).await;
    assert_eq!(
        (&opened["state"], &opened["on_site"], &opened["units"]),
        (
            &json!("opened"),
            &json!(true),
            &json!([{ "unit": "U-1" }, { "unit": "U-2" }])
        )
    );
    let waiting = seen(&app, "/v1/consultations/waiting").await;
    assert_eq!(waiting["items"][0]["order_id"], other.order_id.to_string());
    assert_eq!(waiting["items"].as_array().unwrap().len(), 1);

    let events = app.published::<ConsultationOpenedV1>().await;
    let event = &events[0].data;
    assert_eq!((events.len(), event.order_id), (1, told.order_id));
    assert_eq!(event.meets_where, "中山路1号楼前");
    assert!(!event.question.contains("19900007037"), "{}", event.question);
    let timeline = told.timeline().await;
    assert!(
        timeline.contains(&ConsultationOpenedV1::TYPE.to_string()),
        "{timeline:?}"
    );

    // Called off, the order waits again; and a meeting that never was has no minutes.
    let path = format!(
        "/v1/consultations/{}",
        opened["consultation_id"].as_str().unwrap()
    );
    post(&app, &format!("{path}/cancel"), json!({ "reason": "改期" }), 200).await;
    let waiting = seen(&app, "/v1/consultations/waiting").await;
    assert_eq!(waiting["items"].as_array().unwrap().len(), 2);
    let refused = post(
        &app,
        &format!("{path}/minutes"),
        json!({ "came": [], "minutes": "无" }),
        409,
    )
    .await;
    assert_eq!(
        (&refused["code"], &refused["state"]),
        (&json!("consultation_conflict"), &json!("cancelled"))
    );
}

#[tokio::test]
async fn a_meeting_that_is_asked_for_twice_is_one_and_a_wrong_one_is_none() {
    let app = start().await;
    let told = Told::new(&app);
    disputed(&told).await;
    let desk = app.http(Role::Supervisor);
    let path = "/v1/consultations";
    let first = desk
        .post_with_key(path, summons(&[&told]), "k1")
        .await
        .expect(201);
    let again = desk
        .post_with_key(path, summons(&[&told]), "k1")
        .await
        .expect(201);
    assert_eq!(
        (&again.body, again.headers.contains_key("idempotency-replayed")),
        (&first.body, true)
    );
    let mut other = summons(&[&told]);
    other["on_site"] = json!(false);
    let refused = desk.post_with_key(path, other, "k1").await.expect(422);
    assert_eq!(refused.body["code"], "idempotency_key_reused");
    let nobody = Told::new(&app);
    for (change, field) in [
        (json!({ "orders": [] }), "orders"),
        (json!({ "orders": [nobody.order_id] }), "orders[0]"),
        (json!({ "units": [] }), "units"),
        (json!({ "units": ["U-1", " U-1"] }), "units"),
        (json!({ "question": " " }), "question"),
        (json!({ "meets_where": "" }), "meets_where"),
        (json!({ "supervision_id": Uuid::nil() }), "supervision_id"),
    ] {
        let mut body = summons(&[&told]);
        let (name, value) = change.as_object().unwrap().iter().next().unwrap();
        body[name] = value.clone();
        assert_eq!(post(&app, path, body, 422).await["field"], field);
    }
    assert_eq!(app.published::<ConsultationOpenedV1>().await.len(), 1);
    app.http(Role::Dispatcher)
        .post(path, summons(&[&told]))
        .await
        .expect(403);
}

#[tokio::test]
async fn who_came_is_noted_and_the_ruling_goes_to_routing_with_the_minutes() {
    let app = start().await;
    let told = Told::new(&app);
    disputed(&told).await;
    let opened = post(&app, "/v1/consultations", summons(&[&told]), 201).await;
    let path = format!(
        "/v1/consultations/{}",
        opened["consultation_id"].as_str().unwrap()
    );
    let early = post(&app, &format!("{path}/ruling"), ruling(), 409).await;
    assert_eq!(early["state"], "opened", "{early}");
    let stranger = json!({ "came": ["U-7"], "minutes": "…" });
    assert_eq!(
        post(&app, &format!("{path}/minutes"), stranger, 422).await["field"],
        "came"
    );
    let said = json!({ "came": ["U-1"], "minutes": "现场查看，阀门井属供水" });
    let met = post(&app, &format!("{path}/minutes"), said.clone(), 200).await;
    assert_eq!(
        met["units"],
        json!([{ "unit": "U-1", "came": true }, { "unit": "U-2", "came": false }])
    );
    post(&app, &format!("{path}/minutes"), said, 409).await;

    let mut backwards = ruling();
    backwards["valid_from"] = json!("2026-04-01");
    backwards["valid_to"] = json!("2026-03-01");
    assert_eq!(
        post(&app, &format!("{path}/ruling"), backwards, 422).await["field"],
        "valid_to"
    );
    let ruled = post(&app, &format!("{path}/ruling"), ruling(), 201).await;
    assert_eq!(ruled["state"], "ruled", "{ruled}");
    let made = app.published::<RulingMadeV1>().await;
    let event = &made[0].data;
    assert_eq!((made.len(), event.lead.as_str()), (1, "U-1"));
    assert_eq!(event.minutes.as_deref(), Some("现场查看，阀门井属供水"));
    assert_eq!(event.ruling_id.to_string(), ruled["rulings"][0]["ruling_id"]);
    assert_eq!(made[0].actor, ruled["rulings"][0]["made_by"].as_str().unwrap());
    let again = post(&app, &format!("{path}/ruling"), ruling(), 409).await;
    assert_eq!(again["code"], "ruled_before");
    post(&app, &format!("{path}/end"), json!({ "reason": "无" }), 409).await;
}

#[tokio::test]
async fn a_refused_ruling_is_shown_with_what_is_at_fault_and_a_person_rules_again() {
    let app = start().await;
    let (told, other) = (Told::new(&app), Told::new(&app));
    disputed(&told).await;
    disputed(&other).await;
    let path = held(&app, &[&told, &other]).await;
    let which = post(&app, &format!("{path}/ruling"), ruling(), 422).await;
    assert_eq!(which["field"], "order_id", "{which}");
    let mut body = ruling();
    body["order_id"] = json!(Uuid::now_v7());
    assert_eq!(
        post(&app, &format!("{path}/ruling"), body.clone(), 422).await["field"],
        "order_id"
    );
    body["order_id"] = json!(told.order_id);
    let ruled = post(&app, &format!("{path}/ruling"), body.clone(), 201).await;
    let ruling_id: Uuid = ruled["rulings"][0]["ruling_id"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let refusal = RulingRefusedV1 {
        order_id: told.order_id,
        ruling_id: RulingId(ruling_id),
        code: "ruling_invalid".to_owned(),
        field: Some("conditions".to_owned()),
        reason: "权属 is no fact".to_owned(),
    };
    told.tell(&refusal).await;
    app.settle().await;
    let refused = seen(&app, "/v1/consultations?state=refused").await;
    let shown = &refused["items"][0];
    assert_eq!(shown["consultation_id"], ruled["consultation_id"]);
    assert_eq!(
        (
            &shown["rulings"][0]["refused"]["code"],
            &shown["rulings"][0]["refused"]["field"]
        ),
        (&json!("ruling_invalid"), &json!("conditions"))
    );

    // A ruling about the other order leaves the refused one waiting.
    let mut about_other = ruling();
    about_other["order_id"] = json!(other.order_id);
    let still = post(&app, &format!("{path}/ruling"), about_other, 201).await;
    assert_eq!(still["state"], "refused", "{still}");
    body["conditions"] = json!("");
    let again = post(&app, &format!("{path}/ruling"), body, 201).await;
    assert_eq!(
        (&again["state"], again["rulings"].as_array().unwrap().len()),
        (&json!("ruled"), 3)
    );
    assert_eq!(app.published::<RulingMadeV1>().await.len(), 3);
    // The same refusal again is old news.
    told.tell(&refusal).await;
    app.settle().await;
    assert_eq!(seen(&app, &path).await["state"], "ruled");
}

#[tokio::test]
async fn it_may_end_without_a_ruling_and_then_the_order_waits_again() {
    let app = start().await;
    let told = Told::new(&app);
    disputed(&told).await;
    let path = held(&app, &[&told]).await;
    let ended = post(&app, &format!("{path}/end"), json!({ "reason": "意见不一" }), 200).await;
    assert_eq!(
        (&ended["state"], &ended["end_reason"]),
        (&json!("ended"), &json!("意见不一"))
    );
    let waiting = seen(&app, "/v1/consultations/waiting").await;
    assert_eq!(waiting["items"].as_array().unwrap().len(), 1);
    let list = seen(&app, &format!("/v1/consultations?order_id={}", told.order_id)).await;
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    let refused = app
        .http(Role::Auditor)
        .get("/v1/consultations?state=nowhere")
        .await
        .expect(422);
    assert_eq!(refused.body["field"], "state");
}
