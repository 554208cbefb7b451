//! A ruling assigns what nobody owned, becomes a duty, and takes every order along that waited for it.
use crate::harness::{assignment, city_with, dispatcher, order, pack, queue, register, started};
use crate::replays::replayed;
use contracts::ids::{ConsultationId, OrderId, RulingId};
use contracts::intake::OrderRegisteredV1;
use contracts::routing::{DirectoryPublishedV1, OrderAssignedV1, RulingRefusedV1};
use contracts::supervision::RulingMadeV1;
use serde_json::{Value, json};
use testkit::{Role, TestApp};
use uuid::Uuid;

/// Two duties are equal there: 会商.
fn ownerless_light(division: &str) -> OrderRegisteredV1 {
    let mut registered = order("M020101", division);
    registered.facts.insert("权属".to_owned(), "无主".to_owned());
    registered
}

async fn waiting(app: &TestApp, division: &str) -> OrderId {
    let registered = ownerless_light(division);
    register(app, &registered).await;
    registered.order_id
}

fn ruling() -> Value {
    json!({ "lead": "SJ-MUNI", "co_handlers": ["QX-990105-URBAN"], "basis": "会商纪要2026-03号，联系19900007037",
            "minutes": "市政处接管" })
}

async fn rule(app: &TestApp, order: OrderId, body: Value, status: u16) -> Value {
    let answer = app
        .http(Role::Supervisor)
        .post(&format!("/v1/orders/{order}/rulings"), body)
        .await
        .expect(status);
    app.settle().await;
    answer.body
}

async fn state(app: &TestApp, order: OrderId) -> Value {
    assignment(app, order).await["state"].clone()
}

#[tokio::test]
async fn a_ruling_assigns_the_order_and_all_that_waited_and_the_next_routes_by_itself() {
    let app = started().await;
    let asked = waiting(&app, "990105002").await;
    let same = waiting(&app, "990105002").await;
    let elsewhere = waiting(&app, "990102002").await;
    let answer = rule(&app, asked, ruling(), 201).await;
    assert_eq!(
        (&answer["duty"], &answer["directory_version"], &answer["division"]),
        (&json!("HS000002"), &json!(2), &json!("990105002"))
    );
    assert_eq!(
        answer["orders"],
        json!([asked.to_string(), same.to_string()]),
        "{answer}"
    );
    assert!(!answer.to_string().contains("19900007037"), "{answer}");

    for order in [asked, same] {
        let seen = assignment(&app, order).await;
        assert_eq!(
            (
                &seen["lead"]["code"],
                &seen["generation"],
                &seen["directory_version"]
            ),
            (&json!("SJ-MUNI"), &json!(1), &json!(2))
        );
        assert_eq!(
            (&seen["co_handlers"][0]["code"], &seen["duties"]),
            (&json!("QX-990105-URBAN"), &json!(["HS000002"]))
        );
        assert_eq!(
            seen["return_right"],
            json!({ "times_max": 0, "refused": "ruling" })
        );
        assert!(
            seen["explanation"]["zh"]
                .to_string()
                .contains("会商纪要2026-03号"),
            "{seen}"
        );
    }
    let told = app.published::<OrderAssignedV1>().await;
    assert!(told.iter().all(|event| event.data.return_until.is_none()));
    assert_eq!(state(&app, elsewhere).await, "undecided");
    assert_eq!(queue(&app).await.len(), 1);
    assert_eq!(app.published::<DirectoryPublishedV1>().await.len(), 2);

    // The next call about the same light needs nobody, and may be returned like any other.
    let mut next = ownerless_light("990105002");
    next.accepted_at = app.clock.now();
    register(&app, &next).await;
    let seen = assignment(&app, next.order_id).await;
    assert_eq!(
        (&seen["lead"]["code"], &seen["decided_by"], &seen["duties"]),
        (&json!("SJ-MUNI"), &json!("directory"), &json!(["HS000002"]))
    );
    assert!(seen["return_right"]["refused"].is_null(), "{seen}");
    let list = app.http(Role::Auditor).get("/v1/rulings").await.expect(200).body;
    assert_eq!(
        (
            list["items"].as_array().unwrap().len(),
            &list["items"][0]["minutes"]
        ),
        (1, &json!("市政处接管"))
    );
}

#[tokio::test]
async fn the_same_request_again_is_one_ruling_and_another_with_its_key_is_refused() {
    let app = started().await;
    let order = waiting(&app, "990105002").await;
    let desk = app.http(Role::Dispatcher);
    let path = format!("/v1/orders/{order}/rulings");
    let first = desk.post_with_key(&path, ruling(), "k1").await.expect(201);
    let again = desk.post_with_key(&path, ruling(), "k1").await.expect(201);
    assert_eq!(
        (&again.body, again.headers.contains_key("idempotency-replayed")),
        (&first.body, true)
    );
    let mut other = ruling();
    other["lead"] = json!("SJ-URBAN");
    let refused = desk.post_with_key(&path, other, "k1").await.expect(422);
    assert_eq!(refused.body["code"], "idempotency_key_reused");
    let refused = desk.post(&path, ruling()).await.expect(409);
    assert_eq!(
        (&refused.body["code"], &refused.body["state"]),
        (&json!("order_not_waiting"), &json!("assigned"))
    );
    app.settle().await;
    let versions = app.published::<DirectoryPublishedV1>().await;
    assert_eq!(versions.len(), 2, "one ruling, one version");
}

#[tokio::test]
async fn a_ruling_that_would_not_decide_its_own_order_is_refused() {
    let app = started().await;
    let order = waiting(&app, "990105002").await;
    let with = |field: &str, value: Value| {
        let mut body = ruling();
        body[field] = value;
        body
    };
    for (field, value, code, named) in [
        ("lead", json!("SJ-NOBODY"), "unit_not_valid", "lead"),
        ("lead", json!("SJ-HEATOFF"), "unit_not_valid", "lead"),
        (
            "co_handlers",
            json!(["SJ-URBAN", "XX"]),
            "unit_not_valid",
            "co_handlers[1]",
        ),
        ("matter", json!("M99"), "matter_unknown", "matter"),
        ("division", json!("1"), "ruling_invalid", "division"),
        ("conditions", json!("颜色=红"), "ruling_invalid", "conditions"),
        ("valid_to", json!("2020-01-01"), "ruling_invalid", "valid_to"),
        ("basis", json!(" "), "reason_missing", "basis"),
        // Somewhere else, for other facts, or for another time of day: the next such case would wait again.
        ("division", json!("990102002"), "ruling_ineffective", "division"),
        ("conditions", json!("权属=供水"), "ruling_ineffective", "division"),
    ] {
        let refused = rule(&app, order, with(field, value.clone()), 422).await;
        assert_eq!(
            (&refused["code"], &refused["field"]),
            (&json!(code), &json!(named)),
            "{field} {value}: {refused}"
        );
    }
    assert_eq!(state(&app, order).await, "undecided", "refusals leave no trace");
    assert_eq!(app.published::<DirectoryPublishedV1>().await.len(), 1);
    let unknown = OrderId(Uuid::now_v7());
    assert_eq!(rule(&app, unknown, ruling(), 404).await["code"], "order_unknown");
}

#[tokio::test]
async fn a_ruling_may_be_narrow_and_for_a_time() {
    let app = started().await;
    let mut lane = ownerless_light("990105002");
    lane.facts.insert("地名".to_owned(), "某巷".to_owned());
    register(&app, &lane).await;
    let other = waiting(&app, "990105002").await;
    let mut body = ruling();
    body["conditions"] = json!("地名=某巷;权属=无主");
    body["valid_from"] = json!("2026-03-05");
    body["valid_to"] = json!("2026-03-31");
    let answer = rule(&app, lane.order_id, body, 201).await;
    assert_eq!(answer["orders"], json!([lane.order_id.to_string()]));
    // The duty was asked as of its first day, and is again.
    let again = replayed(&app, lane.order_id).await;
    assert_eq!(again[0].1, json!(["by_dispatcher", "same"]));
    assert_eq!(state(&app, other).await, "undecided");
    let ask = async |at: &str| {
        let question = json!({ "matter": "M020101", "place": { "division": "990105002" }, "accepted_at": at,
            "facts": { "权属": "无主", "地名": "某巷" } });
        app.http(Role::Dispatcher)
            .post("/v1/decisions", question)
            .await
            .expect(200)
            .body
    };
    assert_eq!(ask("2026-03-05T10:00:00+08:00").await["lead"]["code"], "SJ-MUNI");
    for outside in ["2026-03-04T10:00:00+08:00", "2026-04-01T10:00:00+08:00"] {
        assert_eq!(ask(outside).await["outcome"], "consultation", "{outside}");
    }
}

#[tokio::test]
async fn rulings_outlive_packs_until_a_row_of_their_code_takes_over() {
    let app = started().await;
    let order = waiting(&app, "990105002").await;
    rule(&app, order, ruling(), 201).await;
    let editor = app.http(Role::DirectoryEditor);
    let again = editor
        .post("/v1/directory/versions", json!({ "pack": pack() }))
        .await
        .expect(200)
        .body;
    assert_eq!(
        (&again["version"], &again["unchanged"]),
        (&json!(2), &json!(true)),
        "{again}"
    );
    let mut taken_over = pack();
    let duties = taken_over.get_mut("duties.csv").unwrap();
    duties.push_str("HS000002,M020101,990105002,,SJ-URBAN,,60,否,2026-01-01,,改由城管,\n");
    editor
        .post("/v1/directory/versions", json!({ "pack": taken_over }))
        .await
        .expect(201);
    app.settle().await;
    let next = waiting(&app, "990105002").await;
    assert_eq!(
        assignment(&app, next).await["lead"]["code"],
        "SJ-URBAN",
        "the pack's row counts"
    );
}

#[tokio::test]
async fn a_claim_can_be_let_go_and_keeps_rulings_of_others_out() {
    let app = city_with("政策,取值,说明\n退单政策,审核,\n").await;
    let order = waiting(&app, "990105002").await;
    let (one, two) = (dispatcher(&app, "one"), dispatcher(&app, "two"));
    let claim = format!("/v1/manual-queue/{order}/claim");
    assert_eq!(one.delete(&claim).await.status, 204, "nobody held it");
    one.post(&claim, json!({})).await.expect(200);
    let refused = two.delete(&claim).await.expect(409);
    assert_eq!(refused.body["code"], "order_claimed");
    let path = format!("/v1/orders/{order}/rulings");
    assert_eq!(
        two.post(&path, ruling()).await.expect(409).body["code"],
        "order_claimed"
    );
    assert_eq!(one.delete(&claim).await.status, 204);
    assert!(queue(&app).await[0].get("claimed_by").is_none());
    two.post(&claim, json!({})).await.expect(200);
    two.post(&path, ruling()).await.expect(201);
    app.settle().await;
    assert_eq!(one.delete(&claim).await.status, 404);
}

#[tokio::test]
async fn nobody_slips_between_a_ruling_and_the_queue() {
    let app = started().await;
    let first = waiting(&app, "990105002").await;
    for _ in 0..40 {
        let registered = ownerless_light("990105002");
        app.publish(registered.order_id.uuid(), 1, &registered).await;
    }
    let desk = app.http(Role::Supervisor);
    let path = format!("/v1/orders/{first}/rulings");
    let (answer, ()) = tokio::join!(desk.post(&path, ruling()), app.settle());
    answer.expect(201);
    app.settle().await;
    let told = app.published::<OrderAssignedV1>().await;
    assert!(queue(&app).await.is_empty());
    assert!(
        told.iter()
            .all(|event| event.data.duties[0].as_str() == "HS000002")
    );
}

fn made(order_id: OrderId) -> RulingMadeV1 {
    RulingMadeV1 {
        order_id,
        ruling_id: RulingId(Uuid::now_v7()),
        consultation_id: ConsultationId(Uuid::now_v7()),
        lead: "SJ-MUNI".into(),
        co_handlers: vec!["QX-990105-URBAN".into()],
        matter: None,
        division: None,
        conditions: String::new(),
        basis: "会商纪要2026-04号".to_owned(),
        minutes: Some("市政处接管".to_owned()),
        valid_from: None,
        valid_to: None,
    }
}

#[tokio::test]
async fn what_a_consultation_ruled_takes_effect_once_and_takes_all_along_that_waited() {
    let app = started().await;
    let asked = waiting(&app, "990105002").await;
    let same = waiting(&app, "990105002").await;
    // A dispatcher who holds the order does not keep the consultation out.
    let claim = format!("/v1/manual-queue/{asked}/claim");
    app.http(Role::Dispatcher)
        .post(&claim, json!({}))
        .await
        .expect(200);
    let event = made(asked);
    app.publish(asked.uuid(), 1, &event).await;
    app.settle().await;
    for order in [asked, same] {
        let seen = assignment(&app, order).await;
        assert_eq!(
            (&seen["lead"]["code"], &seen["return_right"]["refused"]),
            (&json!("SJ-MUNI"), &json!("ruling"))
        );
    }
    // Told again under another event id: the ruling is the same one.
    app.publish(asked.uuid(), 2, &event).await;
    app.settle().await;
    let list = app.http(Role::Auditor).get("/v1/rulings").await.expect(200).body;
    assert_eq!(
        (
            list["items"].as_array().unwrap().len(),
            &list["items"][0]["ruling_id"]
        ),
        (1, &json!(event.ruling_id.to_string()))
    );
    assert!(app.published::<RulingRefusedV1>().await.is_empty());
    assert_eq!(app.published::<DirectoryPublishedV1>().await.len(), 2);
}

#[tokio::test]
async fn a_ruling_that_cannot_become_a_duty_is_refused_with_what_is_at_fault() {
    let app = started().await;
    let order = waiting(&app, "990105002").await;
    let mut sequence = 0;
    for (change, code, field) in [
        (
            RulingMadeV1 {
                lead: "NOBODY".into(),
                ..made(order)
            },
            "unit_not_valid",
            Some("lead"),
        ),
        (
            RulingMadeV1 {
                conditions: "=".to_owned(),
                ..made(order)
            },
            "ruling_invalid",
            Some("conditions"),
        ),
        (
            RulingMadeV1 {
                division: Some("990102002".into()),
                ..made(order)
            },
            "ruling_ineffective",
            Some("division"),
        ),
    ] {
        sequence += 1;
        app.publish(order.uuid(), sequence, &change).await;
        app.settle().await;
        let refused = app.published::<RulingRefusedV1>().await;
        let last = &refused.last().unwrap().data;
        assert_eq!(
            (last.ruling_id, last.code.as_str(), last.field.as_deref()),
            (change.ruling_id, code, field)
        );
    }
    assert_eq!(state(&app, order).await, "undecided");
    assert_eq!(app.published::<DirectoryPublishedV1>().await.len(), 1);
    // Ruled properly, it is assigned; a second consultation comes too late.
    app.publish(order.uuid(), sequence + 1, &made(order)).await;
    app.publish(order.uuid(), sequence + 2, &made(order)).await;
    app.settle().await;
    assert_eq!(state(&app, order).await, "assigned");
    let refused = app.published::<RulingRefusedV1>().await;
    assert_eq!(refused.last().unwrap().data.code, "order_not_waiting");
}
