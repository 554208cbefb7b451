//! Coordination outcomes: recorded once, carried out part by part, given up by two people, and on the desk when due or late.
use crate::harness::{Told, start};
use contracts::supervision::{
    OutcomeCarriedOutV1, OutcomeDroppedV1, OutcomePartCarriedOutV1, OutcomeRecordedV1,
};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{Client, Role, TestApp};

fn promise(told: &Told<'_>) -> Value {
    json!({ "order_id": told.order_id, "unit": "U-2", "text": "先办二十户，其余分期；联系19900007037",
            "parts": [{ "what": "二十户", "until": "2026-03-12T17:00:00+08:00" },
                      { "what": "其余", "until": "2026-06-30T17:00:00+08:00" }] })
}

async fn post(app: &TestApp, path: &str, body: Value, status: u16) -> Value {
    let answer = app.http(Role::Supervisor).post(path, body).await.expect(status);
    app.settle().await;
    answer.body
}

fn colleague(app: &TestApp) -> Client {
    let token = app
        .world
        .issuer
        .mint(Role::Supervisor, None, "colleague", Duration::from_secs(3_600));
    app.http_as(&token)
}

async fn recorded(told: &Told<'_>) -> String {
    told.under_way().await;
    let made = post(told.app, "/v1/outcomes", promise(told), 201).await;
    format!("/v1/outcomes/{}", made["outcome_id"].as_str().unwrap())
}

async fn desk(app: &TestApp) -> Value {
    let desk = app.http(Role::Leader).get("/v1/desk").await.expect(200).body;
    desk["outcomes"].clone()
}

#[tokio::test]
async fn it_is_carried_out_part_by_part_and_everybody_hears_of_each() {
    let app = start().await;
    let told = Told::new(&app);
    let path = recorded(&told).await;
    let events = app.published::<OutcomeRecordedV1>().await;
    let event = &events[0].data;
    assert_eq!(
        (events.len(), event.order_id, event.parts.len()),
        (1, told.order_id, 2)
    );
    assert_eq!(event.until, event.parts[1].until);
    assert!(!event.text.contains("19900007037"), "{}", event.text);

    let report = json!({ "report": "二十户已领证" });
    let first = post(&app, &format!("{path}/parts/1/carried-out"), report.clone(), 200).await;
    assert_eq!(
        (&first["state"], &first["parts"][0]["report"]),
        (&json!("open"), &json!("二十户已领证"))
    );
    // The same again changes nothing; other words of a part that is done are refused.
    let again = post(&app, &format!("{path}/parts/1/carried-out"), report, 200).await;
    assert_eq!(again, first);
    let other = json!({ "report": "三十户" });
    let refused = post(&app, &format!("{path}/parts/1/carried-out"), other.clone(), 409).await;
    assert_eq!(refused["code"], "outcome_conflict");
    post(&app, &format!("{path}/parts/3/carried-out"), other.clone(), 404).await;

    let last = post(&app, &format!("{path}/parts/2/carried-out"), other, 200).await;
    assert_eq!(
        (&last["state"], &last["ended_by"]),
        (&json!("carried_out"), &json!("agent:test-supervisor"))
    );
    let parts = app.published::<OutcomePartCarriedOutV1>().await;
    assert_eq!(
        (parts.len(), parts[0].data.part, parts[0].data.remaining),
        (1, 1, 1)
    );
    let done = app.published::<OutcomeCarriedOutV1>().await;
    assert_eq!((done.len(), done[0].data.part), (1, 2));
    let timeline = told.timeline().await;
    for what in ["recorded", "part_carried_out", "carried_out"] {
        assert!(
            timeline.contains(&format!("supervision.outcome.{what}.v1")),
            "{timeline:?}"
        );
    }
    // Another one may follow.
    post(&app, "/v1/outcomes", promise(&told), 201).await;
}

#[tokio::test]
async fn one_at_most_holds_an_order_and_a_wrong_one_is_none() {
    let app = start().await;
    let told = Told::new(&app);
    recorded(&told).await;
    let refused = post(&app, "/v1/outcomes", promise(&told), 409).await;
    assert_eq!(refused["code"], "outcome_exists");
    let (next, nobody) = (Told::new(&app), Told::new(&app));
    next.under_way().await;
    let unknown = "00000000-0000-7000-8000-000000000000";
    for (name, value, field) in [
        ("order_id", json!(nobody.order_id), "order_id"),
        ("parts", json!([]), "parts"),
        (
            "parts",
            json!([{ "what": " ", "until": "2026-06-30T17:00:00+08:00" }]),
            "parts[0].what",
        ),
        (
            "parts",
            json!([{ "what": "x", "until": "2026-03-01T17:00:00+08:00" }]),
            "parts[0].until",
        ),
        ("text", json!(""), "text"),
        ("unit", json!(" "), "unit"),
        ("consultation_id", json!(unknown), "consultation_id"),
        ("supervision_id", json!(unknown), "supervision_id"),
    ] {
        let mut body = promise(&next);
        body[name] = value;
        assert_eq!(post(&app, "/v1/outcomes", body, 422).await["field"], field);
    }
    next.closed().await;
    app.settle().await;
    let refused = post(&app, "/v1/outcomes", promise(&next), 409).await;
    assert_eq!(refused["code"], "order_closed");
    assert_eq!(app.published::<OutcomeRecordedV1>().await.len(), 1);
}

#[tokio::test]
async fn it_comes_from_a_consultation_that_was_held() {
    let app = start().await;
    let told = Told::new(&app);
    told.under_way().await;
    let summons = json!({ "orders": [told.order_id], "units": ["U-1", "U-2"], "question": "如何办证",
        "meets_at": "2026-03-04T09:00:00+08:00", "meets_where": "现场", "on_site": true });
    let opened = post(&app, "/v1/consultations", summons, 201).await;
    let mut body = promise(&told);
    body["consultation_id"] = opened["consultation_id"].clone();
    let refused = post(&app, "/v1/outcomes", body.clone(), 422).await;
    assert_eq!(refused["field"], "consultation_id", "nobody has met");
    let path = format!(
        "/v1/consultations/{}/minutes",
        opened["consultation_id"].as_str().unwrap()
    );
    post(
        &app,
        &path,
        json!({ "came": ["U-2"], "minutes": "达成一致" }),
        200,
    )
    .await;
    let made = post(&app, "/v1/outcomes", body, 201).await;
    assert_eq!(made["consultation_id"], opened["consultation_id"]);
}

#[tokio::test]
async fn the_same_request_twice_is_one() {
    let app = start().await;
    let told = Told::new(&app);
    told.under_way().await;
    let one = app.http(Role::Supervisor);
    let first = one
        .post_with_key("/v1/outcomes", promise(&told), "k1")
        .await
        .expect(201);
    let again = one
        .post_with_key("/v1/outcomes", promise(&told), "k1")
        .await
        .expect(201);
    assert_eq!(
        (&again.body, again.headers.contains_key("idempotency-replayed")),
        (&first.body, true)
    );
    let mut other = promise(&told);
    other["unit"] = json!("U-3");
    let refused = one.post_with_key("/v1/outcomes", other, "k1").await.expect(422);
    assert_eq!(refused.body["code"], "idempotency_key_reused");
    app.settle().await;
    assert_eq!(app.published::<OutcomeRecordedV1>().await.len(), 1);
}

#[tokio::test]
async fn whoever_recorded_it_does_not_give_it_up_alone() {
    let app = start().await;
    let told = Told::new(&app);
    let path = recorded(&told).await;
    let (drop, why) = (format!("{path}/drop"), json!({ "reason": "另行和解" }));
    let refused = post(&app, &drop, why.clone(), 422).await;
    assert_eq!(refused["code"], "second_person_needed");
    let dropped = colleague(&app).post(&drop, why).await.expect(200).body;
    assert_eq!(
        (&dropped["state"], &dropped["end_reason"]),
        (&json!("dropped"), &json!("另行和解"))
    );
    app.settle().await;
    assert_eq!(app.published::<OutcomeDroppedV1>().await.len(), 1);
    let late = json!({ "report": "已办" });
    post(&app, &format!("{path}/parts/1/carried-out"), late, 409).await;
}

#[tokio::test]
async fn the_desk_shows_what_is_due_today_or_late() {
    let app = start().await;
    let (told, other) = (Told::new(&app), Told::new(&app));
    let path = recorded(&told).await;
    recorded(&other).await;
    let early = desk(&app).await;
    assert_eq!(
        (&early["open"], &early["late"], &early["due"]),
        (&json!(2), &json!(0), &json!([]))
    );
    app.clock.set("2026-03-12T09:00:00+08:00".parse().unwrap());
    let due = desk(&app).await;
    assert_eq!(
        (due["late"].as_i64(), due["due"].as_array().unwrap().len()),
        (Some(0), 2)
    );
    assert_eq!(due["due"][0]["late"], false);
    app.clock.set("2026-03-12T17:00:01+08:00".parse().unwrap());
    post(
        &app,
        &format!("{path}/parts/1/carried-out"),
        json!({ "report": "已办" }),
        200,
    )
    .await;
    let late = desk(&app).await;
    assert_eq!((&late["open"], &late["late"]), (&json!(2), &json!(1)));
    assert_eq!(late["due"][0]["order_id"], json!(other.order_id));
    let seen = app.http(Role::Auditor);
    for (query, count) in [
        ("late=true", 1),
        ("state=open", 2),
        ("unit=U-2", 2),
        ("unit=U-1", 0),
    ] {
        let page = seen.get(&format!("/v1/outcomes?{query}")).await.expect(200).body;
        assert_eq!(page["items"].as_array().unwrap().len(), count, "{query}");
    }
    let one = format!("/v1/outcomes?order_id={}&limit=1", told.order_id);
    let page = seen.get(&one).await.expect(200).body;
    assert_eq!(page["items"][0]["parts"].as_array().unwrap().len(), 2);
    seen.get("/v1/outcomes?state=done").await.expect(422);
    app.settle().await;
}
