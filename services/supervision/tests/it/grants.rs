//! Extensions, suspensions and changed calendars: clocks move in the transaction of the fact, and everybody is told.
use crate::harness::{Told, start};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use contracts::calendar::{CalendarV1, SpecialDayV1, WorkSpanV1};
use contracts::ids::ExtensionId;
use contracts::routing::DirectoryPublishedV1;
use contracts::supervision::{
    ClockBreachedV1, ExtensionDeniedV1, ExtensionGrantedV1, OrderResumedV1, OrderSuspendedV1,
};
use contracts::terms::LimitUnit;
use contracts::unit_gateway::OrderExtensionRequestedV1;
use contracts::words::ClockName;
use serde_json::{Value, json};
use testkit::{Role, TestApp};
use uuid::Uuid;

fn set(app: &TestApp, local: &str) {
    app.clock
        .set(format!("2026-{local}+08:00").parse::<DateTime<Utc>>().unwrap());
}

fn request(told: &Told<'_>, amount: u32) -> OrderExtensionRequestedV1 {
    OrderExtensionRequestedV1 {
        order_id: told.order_id,
        extension_id: ExtensionId(Uuid::now_v7()),
        unit: told.unit.clone(),
        generation: 1,
        clock: ClockName::Finish,
        amount,
        amount_unit: LimitUnit::WorkingDays,
        reason: "需采购配件".to_owned(),
        basis: "采购流程".to_owned(),
        requested_at: told.now(),
    }
}

async fn finish(told: &Told<'_>) -> String {
    let clocks = told.clocks().await;
    clocks
        .into_iter()
        .find(|clock| clock.starts_with("finish"))
        .unwrap()
}

async fn signed(told: &Told<'_>) {
    told.under_way().await;
    told.signed(1).await;
    told.app.settle().await;
}

#[tokio::test]
async fn a_unit_asks_a_supervisor_grants_and_the_limit_moves_at_once() {
    let app = start().await;
    let told = Told::new(&app);
    signed(&told).await;
    assert_eq!(finish(&told).await, "finish: running 2026-03-09T17:00:00+08:00");
    let asked = request(&told, 3);
    told.tell(&asked).await;
    app.settle().await;
    let supervisor = app.http(Role::Supervisor);
    let pending = supervisor
        .get("/v1/extensions?state=pending")
        .await
        .expect(200)
        .body;
    assert_eq!(pending["items"][0]["extension_id"], json!(asked.extension_id));
    let review = format!("/v1/extensions/{}/review", asked.extension_id);
    let yes = json!({ "verdict": "granted", "amount": 2, "reason": "配件在途" });
    app.http(Role::Dispatcher)
        .post(&review, yes.clone())
        .await
        .expect(403);
    let too_much = json!({ "verdict": "granted", "amount": 6, "reason": "配件在途" });
    let refused = supervisor.post(&review, too_much).await.expect(422).body;
    assert_eq!(
        (&refused["code"], &refused["field"]),
        (&json!("extension_forbidden"), &json!("amount"))
    );
    let granted = supervisor.post(&review, yes.clone()).await.expect(200).body;
    assert_eq!(
        (&granted["state"], &granted["granted_amount"]),
        (&json!("granted"), &json!(2))
    );
    assert_eq!(finish(&told).await, "finish: running 2026-03-11T17:00:00+08:00");
    supervisor.post(&review, yes).await.expect(409);
    app.settle().await;
    let event = &app.published::<ExtensionGrantedV1>().await[0].data;
    assert_eq!(
        (event.amount, event.number, event.extension_id),
        (2, 1, asked.extension_id)
    );
    let local = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    assert_eq!(event.due_before, local("2026-03-09T17:00:00+08:00"));
    assert_eq!(event.due_at, local("2026-03-11T17:00:00+08:00"));
    let why = told.seen().await["clocks"].to_string();
    assert!(why.contains("Extended by 2 working days"), "{why}");
    set(&app, "03-11T16:59:59");
    app.settle().await;
    let late = |events: Vec<contracts::envelope::Envelope<ClockBreachedV1>>| {
        events
            .into_iter()
            .filter(|e| e.data.clock == ClockName::Finish)
            .count()
    };
    assert_eq!(late(app.published::<ClockBreachedV1>().await), 0);
    set(&app, "03-11T17:00:00");
    app.settle().await;
    assert_eq!(
        late(app.published::<ClockBreachedV1>().await),
        1,
        "the new limit counts"
    );
}

#[tokio::test]
async fn what_a_rule_forbids_is_denied_at_once_and_a_person_may_deny_too() {
    let app = start().await;
    let told = Told::new(&app);
    signed(&told).await;
    let much = request(&told, 6);
    told.tell(&much).await;
    let first = request(&told, 1);
    told.tell(&first).await;
    told.tell(&request(&told, 1)).await;
    app.settle().await;
    let denied = |events: Vec<contracts::envelope::Envelope<ExtensionDeniedV1>>| {
        events.into_iter().map(|e| e.data.code).collect::<Vec<_>>()
    };
    assert_eq!(denied(app.published().await), ["too_much", "already_pending"]);
    let said = app.published::<ExtensionDeniedV1>().await.remove(0).data.reason;
    assert_eq!(said, "超过本市规定的延期时长", "units and callers read it");
    let no = json!({ "verdict": "denied", "reason": "理由不充分" });
    let review = format!("/v1/extensions/{}/review", first.extension_id);
    app.http(Role::Supervisor).post(&review, no).await.expect(200);
    app.settle().await;
    assert_eq!(
        denied(app.published().await),
        ["too_much", "already_pending", "reviewed"]
    );
    let path = format!("/v1/extensions?order_id={}&state=denied", told.order_id);
    let listed = app.http(Role::Auditor).get(&path).await.expect(200).body;
    assert_eq!(
        listed["items"].as_array().map(Vec::len),
        Some(3),
        "nothing asked is forgotten"
    );
    assert_eq!(finish(&told).await, "finish: running 2026-03-09T17:00:00+08:00");
}

#[tokio::test]
async fn staff_ask_for_a_unit_and_nobody_grants_their_own_request() {
    let app = start().await;
    let told = Told::new(&app);
    let supervisor = app.http(Role::Supervisor);
    let path = format!("/v1/orders/{}/extensions", told.order_id);
    let form = json!({ "clock": "finish", "amount": 1, "amount_unit": "working_days", "reason": "等待批复" });
    supervisor.post(&path, form.clone()).await.expect(404);
    signed(&told).await;
    let mut zero = form.clone();
    zero["amount"] = json!(0);
    assert_eq!(
        supervisor.post(&path, zero).await.expect(422).body["field"],
        "amount"
    );
    let asked = supervisor.post(&path, form).await.expect(201).body;
    assert_eq!(
        (&asked["state"], &asked["unit"]),
        (&json!("pending"), &json!("U-1"))
    );
    let review = format!(
        "/v1/extensions/{}/review",
        asked["extension_id"].as_str().unwrap()
    );
    let yes = json!({ "verdict": "granted", "reason": "同意" });
    let refused = supervisor.post(&review, yes).await.expect(422).body;
    assert_eq!(refused["code"], "own_request");
    taken_back(&app, &told, asked["extension_id"].as_str().unwrap()).await;
    app.http(Role::Supervisor)
        .post(
            "/v1/extensions/00000000-0000-7000-8000-000000000000/review",
            json!({ "verdict": "denied", "reason": "无" }),
        )
        .await
        .expect(404);
}

/// Whoever asked takes it back, also a dispatcher, who reviews nothing else.
async fn taken_back(app: &TestApp, told: &Told<'_>, extension_id: &str) {
    let (supervisor, dispatcher) = (app.http(Role::Supervisor), app.http(Role::Dispatcher));
    let no = json!({ "verdict": "denied", "reason": "提错了单" });
    let review = format!("/v1/extensions/{extension_id}/review");
    let refused = dispatcher.post(&review, no.clone()).await.expect(403).body;
    assert_eq!(refused["code"], "not_reviewer");
    let back = supervisor.post(&review, no.clone()).await.expect(200).body;
    assert_eq!(
        (&back["state"], &back["reviewed_by"]),
        (&json!("denied"), &back["requested_by"])
    );
    assert_eq!(back["code"], "taken_back");
    let path = format!("/v1/orders/{}/extensions", told.order_id);
    let form = json!({ "clock": "finish", "amount": 1, "amount_unit": "working_days", "reason": "等待批复" });
    let asked = dispatcher.post(&path, form).await.expect(201);
    let review = format!("/v1/extensions/{}/review", asked.text("/extension_id"));
    let yes = json!({ "verdict": "granted", "reason": "同意" });
    assert_eq!(
        dispatcher.post(&review, yes).await.expect(403).text("/code"),
        "not_reviewer"
    );
    let back = dispatcher.post(&review, no).await.expect(200);
    assert_eq!(back.text("/state"), "denied");
    app.settle().await;
}

fn suspension(code: &str, until: &str) -> Value {
    json!({ "reason_code": code, "reason": "连日降雨", "until": until })
}

#[tokio::test]
async fn a_suspension_the_city_does_not_know_or_that_is_too_long_is_refused() {
    let app = start().await;
    let told = Told::new(&app);
    signed(&told).await;
    let supervisor = app.http(Role::Supervisor);
    let path = format!("/v1/orders/{}/suspension", told.order_id);
    for (form, code, field) in [
        (
            suspension("mood", "2026-03-05T09:00:00+08:00"),
            "suspension_forbidden",
            "reason_code",
        ),
        (
            suspension("weather", "2026-03-30T09:00:00+08:00"),
            "suspension_forbidden",
            "until",
        ),
    ] {
        let refused = supervisor.post(&path, form).await.expect(422).body;
        assert_eq!(
            (&refused["code"], &refused["field"]),
            (&json!(code), &json!(field))
        );
    }
}

#[tokio::test]
async fn a_suspended_order_stands_still_and_goes_on_by_itself_or_by_a_person() {
    let app = start().await;
    let told = Told::new(&app);
    signed(&told).await;
    let supervisor = app.http(Role::Supervisor);
    let path = format!("/v1/orders/{}/suspension", told.order_id);
    let total = told.clocks().await[0].clone();
    told.suspended("2026-03-05T12:00:00+08:00").await;
    // Monday to Thursday do not count; five working days from Friday on.
    assert_eq!(finish(&told).await, "finish: running 2026-03-12T17:00:00+08:00");
    supervisor
        .post(&path, suspension("weather", "2026-03-05T12:00:00+08:00"))
        .await
        .expect(409);
    set(&app, "03-03T12:00:00");
    let resume = format!("/v1/orders/{}/resume", told.order_id);
    supervisor
        .post(&resume, json!({ "reason": "雨停" }))
        .await
        .expect(200);
    assert_eq!(
        finish(&told).await,
        "finish: running 2026-03-10T17:00:00+08:00",
        "only Tuesday did not count"
    );
    supervisor
        .post(&resume, json!({ "reason": "雨停" }))
        .await
        .expect(409);
    told.suspended("2026-03-04T12:00:00+08:00").await;
    set(&app, "03-04T12:00:00");
    app.settle().await;
    assert_eq!(told.clocks().await[0], total, "the total clock never stops");
    assert_eq!(app.published::<OrderSuspendedV1>().await.len(), 2);
    let resumed = app.published::<OrderResumedV1>().await;
    let reasons: Vec<_> = resumed.iter().map(|e| e.data.reason.as_deref()).collect();
    assert_eq!(reasons, [Some("雨停"), None], "the second by itself");
    let open = app
        .http(Role::Auditor)
        .get("/v1/suspensions?open=true")
        .await
        .expect(200)
        .body;
    assert_eq!(open["items"], json!([]));
    let all = app
        .http(Role::Auditor)
        .get("/v1/suspensions")
        .await
        .expect(200)
        .body;
    let by: Vec<&Value> = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| &s["resumed_by"])
        .collect();
    assert_eq!(by[1], "clock");
}

#[tokio::test]
async fn a_published_holiday_moves_the_clocks_that_run_and_nothing_fires_by_the_old_one() {
    let app = start().await;
    let orders: Vec<_> = (0..3).map(|_| Told::new(&app)).collect();
    for told in &orders {
        signed(told).await;
    }
    orders[2].replied(1, 0).await;
    app.settle().await;
    let met = finish(&orders[2]).await;
    let time = |hour, minute| chrono::NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
    let span = |from, to| WorkSpanV1 {
        weekdays: vec![1, 2, 3, 4, 5],
        from,
        to,
        season_from: None,
        season_to: None,
        on_holidays: false,
    };
    let office = CalendarV1 {
        code: "office".to_owned(),
        name: "机关".to_owned(),
        utc_offset_secs: 28_800,
        hours: vec![span(time(8, 30), time(12, 0)), span(time(13, 30), time(17, 0))],
        days: vec![SpecialDayV1 {
            date: NaiveDate::from_ymd_opt(2026, 3, 9).unwrap(),
            name: "停课停工".to_owned(),
            off: true,
        }],
    };
    let event = DirectoryPublishedV1 {
        version: 2,
        published_at: app.clock.now(),
        calendars: vec![office],
    };
    app.publish(Uuid::from_u128(1), 2, &event).await;
    // The old limit passes in the very moment in which the new calendar is heard.
    set(&app, "03-09T17:00:00");
    app.settle().await;
    for told in &orders[..2] {
        assert_eq!(finish(told).await, "finish: warned 2026-03-10T17:00:00+08:00");
    }
    assert_eq!(
        finish(&orders[2]).await,
        met,
        "what is met stays as it was judged"
    );
    app.clock.advance(TimeDelta::days(1));
    app.settle().await;
    let late = app.published::<ClockBreachedV1>().await;
    assert_eq!(
        late.iter().filter(|e| e.data.clock == ClockName::Finish).count(),
        2,
        "once each"
    );
}
