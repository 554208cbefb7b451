//! Requests that an order stand still: of units and of supervisors, reviewed by another person, within the city's limits.
use crate::harness::{Told, second, start};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::ids::{ReturnId, SuspensionId};
use contracts::routing::ReturnUpheldV1;
use contracts::supervision::{OrderSuspendedV1, SuspensionDeniedV1};
use contracts::unit_gateway::OrderSuspensionRequestedV1;
use serde_json::{Value, json};
use testkit::{Role, TestApp};
use uuid::Uuid;

pub fn time(local: &str) -> DateTime<Utc> {
    format!("2026-{local}:00+08:00").parse().unwrap()
}

pub fn request(told: &Told<'_>, until: &str) -> OrderSuspensionRequestedV1 {
    OrderSuspensionRequestedV1 {
        order_id: told.order_id,
        suspension_id: SuspensionId(Uuid::now_v7()),
        unit: told.unit.clone(),
        generation: 1,
        reason_code: "weather".to_owned(),
        reason: "连日降雨，无法施工".to_owned(),
        until: time(until),
        basis: "市热线管理办法第二十二条".to_owned(),
        attachments: vec![Uuid::from_u128(5)],
        requested_at: told.now(),
    }
}

/// Asked for by the unit, and heard.
pub async fn asks(told: &Told<'_>, request: &OrderSuspensionRequestedV1) {
    told.tell(request).await;
    told.app.settle().await;
}

pub async fn signed(told: &Told<'_>) {
    told.under_way().await;
    told.signed(1).await;
    told.app.settle().await;
}

pub fn review(id: impl std::fmt::Display) -> String {
    format!("/v1/suspension-requests/{id}/review")
}

/// (state, code) of the requests of an order, the oldest first.
pub async fn requests(told: &Told<'_>) -> Vec<(Value, Value)> {
    let path = format!("/v1/suspension-requests?order_id={}", told.order_id);
    let page = told.app.http(Role::Auditor).get(&path).await.expect(200).body;
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|item| (item["state"].clone(), item["code"].clone()))
        .collect()
}

/// Codes of what was denied, and whether the unit had asked.
async fn denied(app: &TestApp) -> Vec<(String, bool)> {
    let denied = app.published::<SuspensionDeniedV1>().await.into_iter();
    denied
        .map(|event| (event.data.code, event.data.asked_by_unit))
        .collect()
}

async fn finish(told: &Told<'_>) -> String {
    let clocks = told.clocks().await;
    clocks
        .into_iter()
        .find(|clock| clock.starts_with("finish"))
        .unwrap()
}

async fn desk(app: &TestApp) -> Value {
    let desk = app.http(Role::Leader).get("/v1/desk").await.expect(200).body;
    desk["suspension_requests"].clone()
}

/// The platform's ladder with some words of it changed.
async fn ladder(app: &TestApp, before: &str, after: &str) {
    let path = "/v1/policies/ladder";
    let document = app
        .http(Role::Leader)
        .get(path)
        .await
        .expect(200)
        .text("/document");
    assert!(document.contains(before), "{before}");
    let document = json!({ "document": document.replacen(before, after, 1) });
    app.http(Role::Admin).put(path, document).await.expect(200);
}

#[tokio::test]
async fn a_unit_asks_a_supervisor_grants_less_and_the_clocks_stand_still_at_once() {
    let app = start().await;
    let told = Told::new(&app);
    signed(&told).await;
    let total = told.clocks().await[0].clone();
    let asked = request(&told, "03-06T12:00");
    asks(&told, &asked).await;
    assert_eq!(
        finish(&told).await,
        "finish: running 2026-03-09T17:00:00+08:00",
        "they run on"
    );
    let waiting = desk(&app).await;
    assert_eq!((&waiting["waiting"], &waiting["late"]), (&json!(1), &json!(0)));
    let on_desk = &waiting["requests"][0];
    assert_eq!(on_desk["suspension_id"], json!(asked.suspension_id));
    assert_eq!(
        (&on_desk["requested_by"], &on_desk["attachments"]),
        (&json!("unit:U-1"), &json!([Uuid::from_u128(5)]))
    );
    let path = review(asked.suspension_id);
    let until = |until: &str| json!({ "verdict": "granted", "until": time(until), "reason": "气象台预警" });
    app.http(Role::Dispatcher)
        .post(&path, until("03-05T12:00"))
        .await
        .expect(403);
    let refused = app
        .http(Role::Leader)
        .post(&path, until("03-05T12:00"))
        .await
        .expect(403);
    assert_eq!(refused.text("/code"), "not_reviewer");
    let supervisor = app.http(Role::Supervisor);
    for wrong in [until("03-06T12:01"), until("03-02T08:00")] {
        let refused = supervisor.post(&path, wrong).await.expect(422);
        assert_eq!(
            (refused.text("/code"), refused.text("/field")),
            ("suspension_forbidden".to_owned(), "until".to_owned())
        );
    }
    let granted = supervisor
        .post(&path, until("03-05T12:00"))
        .await
        .expect(200)
        .body;
    assert_eq!(
        (&granted["state"], &granted["granted_until"]),
        (&json!("granted"), &json!("2026-03-05T12:00:00+08:00"))
    );
    // Monday to Thursday do not count; five working days from Friday on.
    assert_eq!(finish(&told).await, "finish: running 2026-03-12T17:00:00+08:00");
    assert_eq!(told.clocks().await[0], total, "the total clock never stops");
    assert_eq!(
        supervisor
            .post(&path, until("03-05T12:00"))
            .await
            .expect(409)
            .text("/code"),
        "already_reviewed"
    );
    told_and_listed(&told, asked.suspension_id).await;
}

/// The suspension has the id of its request; while it lasts there is no other.
async fn told_and_listed(told: &Told<'_>, id: SuspensionId) {
    let app = told.app;
    app.settle().await;
    let event = &app.published::<OrderSuspendedV1>().await[0].data;
    assert_eq!((event.suspension_id, event.reason.as_str()), (id, "气象台预警"));
    let open = app
        .http(Role::Auditor)
        .get("/v1/suspensions?open=true")
        .await
        .expect(200)
        .body;
    assert_eq!(open["items"][0]["suspension_id"], json!(id));
    assert_eq!(desk(app).await["waiting"], json!(0));
    asks(told, &request(told, "03-06T12:00")).await;
    assert_eq!(denied(app).await, [("already_suspended".to_owned(), true)]);
}

#[tokio::test]
async fn what_a_rule_forbids_is_denied_at_once_and_a_person_says_why() {
    let app = start().await;
    let told = Told::new(&app);
    signed(&told).await;
    let mut mood = request(&told, "03-05T12:00");
    mood.reason_code = "mood".to_owned();
    let mut stranger = request(&told, "03-05T12:00");
    stranger.unit = "U-9".into();
    let first = request(&told, "03-05T12:00");
    for asked in [
        &mood,
        &request(&told, "03-30T12:00"),
        &stranger,
        &first,
        &request(&told, "03-04T12:00"),
    ] {
        told.tell(asked).await;
    }
    app.settle().await;
    let expected = ["unknown_reason", "too_long", "not_responsible", "already_pending"];
    let codes: Vec<String> = denied(&app).await.into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, expected);
    let supervisor = app.http(Role::Supervisor);
    let path = review(first.suspension_id);
    let refused = supervisor
        .post(&path, json!({ "verdict": "denied" }))
        .await
        .expect(422);
    assert_eq!(refused.text("/field"), "reason");
    let both = json!({ "verdict": "denied", "reason": "可室内施工", "until": time("03-04T12:00") });
    assert_eq!(
        supervisor.post(&path, both).await.expect(422).text("/field"),
        "until"
    );
    let no = json!({ "verdict": "denied", "reason": "可室内施工" });
    supervisor.post(&path, no.clone()).await.expect(200);
    supervisor.post(&path, no.clone()).await.expect(409);
    supervisor.post(&review(Uuid::nil()), no).await.expect(404);
    app.settle().await;
    assert_eq!(denied(&app).await.last(), Some(&("reviewed".to_owned(), true)));
    assert_eq!(finish(&told).await, "finish: running 2026-03-09T17:00:00+08:00");
    assert_eq!(requests(&told).await.len(), 5, "nothing asked is forgotten");
    supervisor
        .get("/v1/suspension-requests?state=lost")
        .await
        .expect(422);
    let of_unit = supervisor
        .get("/v1/suspension-requests?state=denied&unit=U-9")
        .await
        .expect(200);
    assert_eq!(of_unit.text("/items/0/code"), "not_responsible");
}

#[tokio::test]
async fn a_request_lapses_when_its_time_passes_or_its_assignment_ends() {
    let app = start().await;
    let (waits, mut moved, ended) = (Told::new(&app), Told::new(&app), Told::new(&app));
    for told in [&waits, &moved, &ended] {
        signed(told).await;
        asks(told, &request(told, "03-04T12:00")).await;
    }
    moved
        .tell(&ReturnUpheldV1 {
            order_id: moved.order_id,
            return_id: ReturnId(Uuid::now_v7()),
            unit: moved.unit.clone(),
            generation: 1,
            reason: "非本单位职责".to_owned(),
        })
        .await;
    moved.unit = "U-2".into();
    moved.assigned(2).await;
    ended.closed().await;
    app.settle().await;
    for told in [&moved, &ended] {
        assert_eq!(requests(told).await, [(json!("lapsed"), json!("superseded"))]);
    }
    assert_eq!(denied(&app).await, [], "who asked is not responsible any more");
    app.clock.set(time("03-04T11:59"));
    app.settle().await;
    assert_eq!(requests(&waits).await, [(json!("requested"), Value::Null)]);
    let late = desk(&app).await;
    assert_eq!(
        (&late["waiting"], &late["late"]),
        (&json!(1), &json!(1)),
        "waits for two days"
    );
    app.clock.set(time("03-04T12:00"));
    app.settle().await;
    assert_eq!(requests(&waits).await, [(json!("lapsed"), json!("lapsed"))]);
    assert_eq!(
        denied(&app).await,
        [("lapsed".to_owned(), true)],
        "once, and the unit may ask anew"
    );
    let path = format!("/v1/suspension-requests?order_id={}", waits.order_id);
    let listed = app.http(Role::Supervisor).get(&path).await.expect(200);
    let yes = json!({ "verdict": "granted" });
    let over = app
        .http(Role::Supervisor)
        .post(&review(listed.text("/items/0/suspension_id")), yes)
        .await;
    assert_eq!(over.expect(409).text("/code"), "already_reviewed");
    asks(&waits, &request(&waits, "03-06T12:00")).await;
    assert_eq!(requests(&waits).await[1], (json!("requested"), Value::Null));
}

#[tokio::test]
async fn a_supervisor_proposes_and_another_one_decides() {
    let app = start().await;
    let told = Told::new(&app);
    let (one, two) = (app.http(Role::Supervisor), second(&app));
    let path = format!("/v1/orders/{}/suspension", told.order_id);
    let form = json!({ "reason_code": "weather", "reason": "连日降雨", "until": time("03-05T12:00") });
    one.post(&path, form.clone()).await.expect(404);
    signed(&told).await;
    let proposed = one.post(&path, form.clone()).await.expect(201);
    assert_eq!(proposed.text("/state"), "requested");
    assert_eq!(finish(&told).await, "finish: running 2026-03-09T17:00:00+08:00");
    assert_eq!(
        two.post(&path, form.clone()).await.expect(409).text("/code"),
        "suspension_conflict"
    );
    let review = review(proposed.text("/suspension_id"));
    let yes = json!({ "verdict": "granted" });
    assert_eq!(
        one.post(&review, yes.clone()).await.expect(422).text("/code"),
        "own_request"
    );
    let no = json!({ "verdict": "denied", "reason": "再等等" });
    two.post(&review, no).await.expect(200);
    app.settle().await;
    assert_eq!(denied(&app).await, [("reviewed".to_owned(), false)]);
    let taken_back = one.post(&path, form.clone()).await.expect(201);
    let back = json!({ "verdict": "denied", "reason": "提错了单" });
    let own = format!(
        "/v1/suspension-requests/{}/review",
        taken_back.text("/suspension_id")
    );
    assert_eq!(one.post(&own, back).await.expect(200).text("/state"), "denied");
    app.settle().await;
    let again = one.post(&path, form).await.expect(201);
    let review = format!("/v1/suspension-requests/{}/review", again.text("/suspension_id"));
    two.post(&review, yes).await.expect(200);
    app.settle().await;
    assert_eq!(finish(&told).await, "finish: running 2026-03-12T17:00:00+08:00");
    let event = &app.published::<OrderSuspendedV1>().await[0].data;
    assert_eq!(
        event.reason, "连日降雨",
        "that of the proposal, when the reviewer gives none"
    );
}

#[tokio::test]
async fn a_city_may_let_one_supervisor_decide_and_leaders_review() {
    let app = start().await;
    ladder(&app, "review = \"second_person\"", "review = \"at_once\"").await;
    ladder(&app, "reviewers = [\"supervisor\"]", "reviewers = [\"leader\"]").await;
    let (told, asking) = (Told::new(&app), Told::new(&app));
    signed(&told).await;
    let path = format!("/v1/orders/{}/suspension", told.order_id);
    let form = json!({ "reason_code": "weather", "reason": "连日降雨", "until": time("03-05T12:00") });
    let done = app
        .http(Role::Supervisor)
        .post(&path, form.clone())
        .await
        .expect(201);
    assert_eq!(
        (done.text("/state"), done.text("/reviewed_by")),
        ("granted".to_owned(), "service:supervision".to_owned())
    );
    assert_eq!(finish(&told).await, "finish: running 2026-03-12T17:00:00+08:00");
    assert_eq!(
        app.http(Role::Supervisor)
            .post(&path, form)
            .await
            .expect(409)
            .text("/code"),
        "suspension_conflict"
    );
    signed(&asking).await;
    let asked = request(&asking, "03-05T12:00");
    asks(&asking, &asked).await;
    let yes = json!({ "verdict": "granted" });
    let review = review(asked.suspension_id);
    let refused = app
        .http(Role::Supervisor)
        .post(&review, yes.clone())
        .await
        .expect(403);
    assert_eq!(refused.text("/code"), "not_reviewer");
    app.http(Role::Leader).post(&review, yes).await.expect(200);
    app.settle().await;
    assert_eq!(app.published::<OrderSuspendedV1>().await.len(), 2);
}

#[tokio::test]
async fn a_request_that_was_made_before_the_reply_is_judged_before_it_and_cannot_be_granted_after_it() {
    let app = start().await;
    let (told, late) = (Told::new(&app), Told::new(&app));
    for told in [&told, &late] {
        signed(told).await;
    }
    let asked = request(&told, "03-05T12:00");
    told.tell(&asked).await;
    told.replied(1, 0).await;
    late.replied(1, 0).await;
    late.tell(&request(&late, "03-05T12:00")).await;
    app.settle().await;
    assert_eq!(requests(&told).await, [(json!("requested"), Value::Null)]);
    assert_eq!(requests(&late).await, [(json!("denied"), json!("not_running"))]);
    let yes = json!({ "verdict": "granted" });
    let refused = app
        .http(Role::Supervisor)
        .post(&review(asked.suspension_id), yes)
        .await
        .expect(409);
    assert_eq!(refused.text("/code"), "suspension_conflict");
    // It is an act of the unit, like any other.
    app.clock.advance(TimeDelta::days(1));
    app.settle().await;
}
