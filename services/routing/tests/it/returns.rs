//! A unit says "not ours"; the hotline reviews it.
use crate::harness::{assignment, order, queue, register, started};
use chrono::TimeDelta;
use contracts::ids::{OrderId, ReturnId};
use contracts::intake::OrderRegisteredV1;
use contracts::routing::{OrderAssignedV1, OrderDisputedV1, ReturnRejectedV1, ReturnUpheldV1};
use contracts::unit_gateway::OrderReturnRequestedV1;
use serde_json::{Value, json};
use testkit::{Role, TestApp};
use uuid::Uuid;

/// Supervised by the construction committee, which leads; without it, urban management of the district.
async fn site_noise(app: &TestApp) -> OrderRegisteredV1 {
    let mut registered = order("M040101", "990102002");
    registered.facts.insert("工地监管".to_owned(), "住建".to_owned());
    register(app, &registered).await;
    registered
}

async fn request(app: &TestApp, order_id: OrderId, unit: &str, generation: i32) -> ReturnId {
    let return_id = ReturnId(Uuid::now_v7());
    let event = OrderReturnRequestedV1 {
        order_id,
        return_id,
        unit: unit.into(),
        generation,
        reason_code: "not_our_duty".to_owned(),
        basis: "三定规定".to_owned(),
        suggested_unit: Some("SJ-EPB".into()),
    };
    app.publish(order_id.uuid(), i64::from(generation) * 100, &event)
        .await;
    app.settle().await;
    return_id
}

async fn review(app: &TestApp, id: ReturnId, verdict: &str, status: u16) -> Value {
    let body = json!({ "verdict": verdict, "reason": "经查属实，联系19900007037" });
    let answer = app
        .http(Role::Dispatcher)
        .post(&format!("/v1/returns/{id}/review"), body)
        .await
        .expect(status);
    app.settle().await;
    answer.body
}

async fn in_state(app: &TestApp, state: &str) -> Vec<Value> {
    let list = app
        .http(Role::Dispatcher)
        .get(&format!("/v1/returns?state={state}"))
        .await
        .expect(200)
        .body;
    list["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn an_upheld_return_gives_the_order_to_the_next_best_duty() {
    let app = started().await;
    let registered = site_noise(&app).await;
    assert_eq!(
        assignment(&app, registered.order_id).await["lead"]["code"],
        "SJ-CONSTRUCTION"
    );
    app.clock.advance(TimeDelta::hours(2));
    let id = request(&app, registered.order_id, "SJ-CONSTRUCTION", 1).await;
    let open = in_state(&app, "open").await;
    assert_eq!(
        (open.len(), &open[0]["return_id"], &open[0]["in_window"]),
        (1, &json!(id.to_string()), &json!(true))
    );
    assert_eq!(
        (&open[0]["window_ends_at"], &open[0]["suggested_unit"]),
        (&json!("2026-03-03T17:00:00+08:00"), &json!("SJ-EPB"))
    );

    let answer = review(&app, id, "upheld", 200).await;
    assert_eq!(
        (&answer["state"], &answer["generation"], &answer["lead"]["code"]),
        (&json!("assigned"), &json!(2), &json!("QX-990102-URBAN"))
    );
    let upheld = app.published::<ReturnUpheldV1>().await;
    assert_eq!(
        (
            upheld.len(),
            upheld[0].data.unit.as_str(),
            upheld[0].data.generation
        ),
        (1, "SJ-CONSTRUCTION", 1)
    );
    assert!(
        !upheld[0].data.reason.contains("19900007037"),
        "{}",
        upheld[0].data.reason
    );
    let told = app.published::<OrderAssignedV1>().await;
    assert_eq!(told.last().unwrap().data.generation, 2);
    assert!(upheld[0].sequence < told.last().unwrap().sequence);

    let seen = assignment(&app, registered.order_id).await;
    assert_eq!(
        (&seen["lead"]["code"], seen["history"].as_array().unwrap().len()),
        (&json!("QX-990102-URBAN"), 2)
    );
    assert!(
        seen["explanation"]["en"]
            .to_string()
            .contains("the return was upheld"),
        "{seen}"
    );
    for generation in [1, 2] {
        let path = format!(
            "/v1/orders/{}/assignments/{generation}/replay",
            registered.order_id
        );
        assert_eq!(
            app.http(Role::Auditor).get(&path).await.expect(200).body["result"],
            "same",
            "{generation}"
        );
    }
    let again = review(&app, id, "rejected", 409).await;
    assert_eq!(
        (&again["code"], &again["state"]),
        (&json!("return_not_open"), &json!("upheld"))
    );
    assert_eq!(in_state(&app, "upheld").await.len(), 1);
}

#[tokio::test]
async fn when_nobody_else_is_left_the_order_is_disputed_with_the_units_suggestion() {
    let app = started().await;
    let registered = order("M020101", "990102002");
    register(&app, &registered).await;
    let mut unit = "SJ-MUNI".to_owned();
    for generation in 1..=2 {
        let id = request(&app, registered.order_id, &unit, generation).await;
        let answer = review(&app, id, "upheld", 200).await;
        unit = answer["lead"]["code"].as_str().unwrap_or_default().to_owned();
    }
    let seen = assignment(&app, registered.order_id).await;
    assert_eq!(
        (
            &seen["state"],
            &seen["lead"],
            &seen["generation"],
            &seen["reason"]
        ),
        (&json!("disputed"), &json!(null), &json!(2), &json!("no_lead"))
    );
    let disputed = app.published::<OrderDisputedV1>().await;
    let named: Vec<&str> = disputed[0]
        .data
        .candidates
        .iter()
        .map(|unit| unit.code.as_str())
        .collect();
    assert_eq!(named, ["SJ-MUNI", "SJ-URBAN", "SJ-EPB"]);
    let waiting = queue(&app).await;
    assert_eq!(
        (&waiting[0]["state"], &waiting[0]["question"]["excluded"]),
        (&json!("disputed"), &json!(["SJ-MUNI", "SJ-URBAN"]))
    );

    // A unit that returned it may be named by a ruling, and is in again.
    let path = format!("/v1/orders/{}/rulings", registered.order_id);
    let answer = app
        .http(Role::Dispatcher)
        .post(&path, json!({ "lead": "SJ-MUNI", "basis": "会商纪要" }))
        .await
        .expect(201)
        .body;
    assert_eq!(answer["orders"], json!([registered.order_id.to_string()]));
    app.settle().await;
    let told = app.published::<OrderAssignedV1>().await;
    let last = &told.last().unwrap().data;
    assert_eq!((last.generation, last.lead.code.as_str()), (3, "SJ-MUNI"));
    let seen = assignment(&app, registered.order_id).await;
    assert_eq!(seen["explanation"]["data"]["ruled"]["duty"], answer["duty"]);
}

#[tokio::test]
async fn a_rejected_return_leaves_the_order_where_it_is() {
    let app = started().await;
    let registered = site_noise(&app).await;
    app.clock.advance(TimeDelta::days(3));
    let id = request(&app, registered.order_id, "SJ-CONSTRUCTION", 1).await;
    assert_eq!(in_state(&app, "open").await[0]["in_window"], false);
    let answer = review(&app, id, "rejected", 200).await;
    assert_eq!(
        (&answer["lead"]["code"], &answer["generation"]),
        (&json!("SJ-CONSTRUCTION"), &json!(1))
    );
    assert_eq!(app.published::<ReturnRejectedV1>().await.len(), 1);
    assert_eq!(app.published::<OrderAssignedV1>().await.len(), 1);
    assert_eq!(
        in_state(&app, "rejected").await[0]["reviewed_by"],
        "agent:test-dispatcher"
    );
    // It may ask again, with a better reason.
    request(&app, registered.order_id, "SJ-CONSTRUCTION", 1).await;
    assert_eq!(in_state(&app, "open").await.len(), 1);
}

#[tokio::test]
async fn requests_about_what_is_over_or_not_theirs_are_stale() {
    let app = started().await;
    let registered = site_noise(&app).await;
    let first = request(&app, registered.order_id, "SJ-CONSTRUCTION", 1).await;
    let rival = request(&app, registered.order_id, "SJ-CONSTRUCTION", 1).await;
    let helper = request(&app, registered.order_id, "QX-990102-URBAN", 1).await;
    assert_eq!(in_state(&app, "stale").await[0]["return_id"], helper.to_string());
    review(&app, first, "upheld", 200).await;
    assert_eq!(review(&app, rival, "upheld", 409).await["state"], "stale");
    let late = request(&app, registered.order_id, "SJ-CONSTRUCTION", 1).await;
    assert_eq!(review(&app, late, "upheld", 409).await["state"], "stale");
    assert_eq!(assignment(&app, registered.order_id).await["generation"], 2);
}

#[tokio::test]
async fn two_reviewers_at_once_have_one_effect() {
    let app = started().await;
    let registered = site_noise(&app).await;
    let id = request(&app, registered.order_id, "SJ-CONSTRUCTION", 1).await;
    let (desk, path) = (app.http(Role::Dispatcher), format!("/v1/returns/{id}/review"));
    let say = |verdict: &str| json!({ "verdict": verdict, "reason": "核实" });
    let (one, two) = tokio::join!(desk.post(&path, say("upheld")), desk.post(&path, say("rejected")));
    let statuses = [one.status.as_u16(), two.status.as_u16()];
    assert!(
        statuses.contains(&200) && statuses.contains(&409),
        "{one:?} {two:?}"
    );
    app.settle().await;
    let told =
        app.published::<ReturnUpheldV1>().await.len() + app.published::<ReturnRejectedV1>().await.len();
    assert_eq!(told, 1);
}

#[tokio::test]
async fn bad_reviews_are_refused_by_name() {
    let app = started().await;
    let desk = app.http(Role::Dispatcher);
    let path = format!("/v1/returns/{}/review", Uuid::now_v7());
    assert_eq!(
        desk.post(&path, json!({ "verdict": "upheld", "reason": "r" }))
            .await
            .expect(404)
            .body["code"],
        "return_unknown"
    );
    assert_eq!(
        desk.post(&path, json!({ "verdict": "maybe", "reason": "r" }))
            .await
            .expect(400)
            .body["field"],
        "verdict"
    );
    assert_eq!(
        desk.post(&path, json!({ "verdict": "upheld", "reason": "" }))
            .await
            .expect(422)
            .body["field"],
        "reason"
    );
    assert_eq!(
        desk.get("/v1/returns?state=lost").await.expect(400).body["field"],
        "state"
    );
}
