//! Orders that only a person can decide: in order, one dispatcher at a time, with a reason.
use crate::harness::{assignment, dispatcher, order, queue, register, started};
use chrono::TimeDelta;
use contracts::intake::OrderRegisteredV1;
use contracts::routing::{OrderAssignedV1, OrderUndecidedV1};
use contracts::words::Urgency;
use serde_json::json;
use testkit::{Role, TestApp};

/// An ownerless street light: two duties are equal.
async fn ownerless_light(app: &TestApp) -> OrderRegisteredV1 {
    let mut registered = order("M020101", "990105002");
    registered.facts.insert("权属".to_owned(), "无主".to_owned());
    register(app, &registered).await;
    registered
}

#[tokio::test]
async fn a_tie_waits_with_both_units_and_a_dispatcher_decides() {
    let app = started().await;
    let registered = ownerless_light(&app).await;
    let undecided = app.published::<OrderUndecidedV1>().await;
    assert_eq!((undecided.len(), undecided[0].data.reason.as_str()), (1, "tie"));
    let seen = assignment(&app, registered.order_id).await;
    assert_eq!(
        (&seen["state"], &seen["lead"], &seen["reason"]),
        (&json!("undecided"), &json!(null), &json!("tie"))
    );

    let waiting = queue(&app).await;
    assert_eq!(
        (waiting.len(), &waiting[0]["reason"], &waiting[0]["title"]),
        (1, &json!("tie"), &json!("店外摆摊"))
    );
    let candidates: Vec<&str> = waiting[0]["candidates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|unit| unit["code"].as_str().unwrap())
        .collect();
    assert_eq!(candidates, ["SJ-MUNI", "QX-990105-URBAN"]);

    let path = format!("/v1/manual-queue/{}/decision", registered.order_id);
    let body = json!({ "lead": "SJ-MUNI", "co_handlers": ["QX-990105-URBAN", "SJ-MUNI"], "reason": "按接管办法，电话19900007037" });
    let answer = app
        .http(Role::Dispatcher)
        .post(&path, body.clone())
        .await
        .expect(200)
        .body;
    assert_eq!(
        (&answer["generation"], &answer["lead"]["code"]),
        (&json!(1), &json!("SJ-MUNI"))
    );
    assert_eq!(answer["co_handlers"].as_array().unwrap().len(), 1, "{answer}");
    app.settle().await;

    let told = app.published::<OrderAssignedV1>().await;
    assert_eq!(
        (
            told.len(),
            told[0].data.generation,
            told[0].data.lead.code.as_str()
        ),
        (1, 1, "SJ-MUNI")
    );
    assert!(told[0].data.duties.is_empty());
    let why = told[0].data.explanation.zh.last().unwrap();
    assert!(
        why.contains("按接管办法") && !why.contains("19900007037"),
        "{why}"
    );
    assert_eq!(told[0].actor, "agent:test-dispatcher");
    assert!(queue(&app).await.is_empty());
    let seen = assignment(&app, registered.order_id).await;
    assert_eq!(
        (&seen["state"], &seen["decided_by"]),
        (&json!("assigned"), &json!("agent:test-dispatcher"))
    );
    let replay = format!("/v1/orders/{}/assignments/1/replay", registered.order_id);
    assert_eq!(
        app.http(Role::Auditor).get(&replay).await.expect(200).body["result"],
        "by_dispatcher"
    );
    assert_eq!(
        app.http(Role::Dispatcher)
            .post(&path, body)
            .await
            .expect(409)
            .body["code"],
        "order_not_waiting"
    );
}

#[tokio::test]
async fn one_dispatcher_at_a_time_works_on_an_order() {
    let app = started().await;
    let registered = ownerless_light(&app).await;
    let (first, second) = (dispatcher(&app, "d1"), dispatcher(&app, "d2"));
    let claim = format!("/v1/manual-queue/{}/claim", registered.order_id);
    let decision = format!("/v1/manual-queue/{}/decision", registered.order_id);
    let (one, two) = tokio::join!(first.post(&claim, json!({})), second.post(&claim, json!({})));
    let won: Vec<_> = [one.status, two.status]
        .iter()
        .filter(|status| status.is_success())
        .copied()
        .collect();
    assert_eq!(won.len(), 1, "{one:?} {two:?}");
    let (holder, other) = if one.status.is_success() {
        (first, second)
    } else {
        (second, first)
    };
    assert_eq!(queue(&app).await[0]["claimed_until"], "2026-03-02T09:15:00+08:00");

    app.clock.advance(TimeDelta::minutes(10));
    holder.post(&claim, json!({})).await.expect(200);
    app.clock.advance(TimeDelta::minutes(14));
    let body = json!({ "lead": "SJ-MUNI", "reason": "接管" });
    assert_eq!(
        other.post(&claim, json!({})).await.expect(409).body["code"],
        "order_claimed"
    );
    assert_eq!(
        other.post(&decision, body.clone()).await.expect(409).body["code"],
        "order_claimed"
    );
    app.clock.advance(TimeDelta::minutes(1));
    assert!(queue(&app).await[0]["claimed_by"].is_null());
    other.post(&claim, json!({})).await.expect(200);
    assert_eq!(
        holder.post(&decision, body.clone()).await.expect(409).body["code"],
        "order_claimed"
    );
    other.post(&decision, body).await.expect(200);
    assert_eq!(
        holder.post(&claim, json!({})).await.expect(404).body["code"],
        "order_not_waiting"
    );
    app.settle().await;
}

#[tokio::test]
async fn emergencies_come_first_then_the_oldest() {
    let app = started().await;
    let mut expected = Vec::new();
    for (place, urgency, minute) in [
        (3, Urgency::Ordinary, 10),
        (4, Urgency::Ordinary, 20),
        (1, Urgency::Emergency, 40),
        (0, Urgency::Emergency, 30),
        (2, Urgency::Urgent, 50),
    ] {
        let mut registered = order("M080101", "990102002");
        registered.urgency = urgency;
        registered.accepted_at = app.clock.now() - TimeDelta::minutes(60 - minute);
        register(&app, &registered).await;
        expected.push((place, registered.order_id.to_string()));
    }
    expected.sort();
    let expected: Vec<String> = expected.into_iter().map(|(_, id)| id).collect();
    let whole: Vec<String> = queue(&app)
        .await
        .iter()
        .map(|item| item["order_id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(whole, expected);
    let (mut paged, mut after) = (Vec::new(), String::new());
    loop {
        let list = app
            .http(Role::Dispatcher)
            .get(&format!("/v1/manual-queue?limit=2{after}"))
            .await
            .expect(200)
            .body;
        paged.extend(
            list["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| item["order_id"].as_str().unwrap().to_owned()),
        );
        let Some(next) = list["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(paged, expected);
}

#[tokio::test]
async fn a_dispatcher_may_choose_the_matter_and_must_name_what_exists() {
    let app = started().await;
    let mut registered = order("M010201", "990105001");
    registered.matter = None;
    register(&app, &registered).await;
    assert_eq!(queue(&app).await[0]["reason"], "no_matter");
    let desk = app.http(Role::Dispatcher);
    let path = format!("/v1/manual-queue/{}/decision", registered.order_id);
    for (body, code, field) in [
        (
            json!({ "lead": "SJ-NONE", "reason": "r" }),
            "unit_not_valid",
            "lead",
        ),
        (
            json!({ "lead": "SJ-HEATOFF", "reason": "r" }),
            "unit_not_valid",
            "lead",
        ),
        (
            json!({ "lead": "SJ-URBAN", "co_handlers": ["SJ-EPB", "SJ-NONE"], "reason": "r" }),
            "unit_not_valid",
            "co_handlers[1]",
        ),
        (
            json!({ "lead": "SJ-URBAN", "matter": "M999999", "reason": "r" }),
            "matter_unknown",
            "matter",
        ),
        (
            json!({ "lead": "SJ-URBAN", "reason": "  " }),
            "reason_missing",
            "reason",
        ),
    ] {
        let refused = desk.post(&path, body.clone()).await.expect(422).body;
        assert_eq!(
            (&refused["code"], &refused["field"]),
            (&json!(code), &json!(field)),
            "{body}"
        );
    }
    let body = json!({ "lead": "QY-HEAT", "matter": "M020301", "reason": "来电人说的是暖气" });
    let answer = desk.post(&path, body).await.expect(200).body;
    assert_eq!(
        (&answer["terms"]["rule"], &answer["terms"]["calendar"]),
        (&json!("SX005"), &json!("全天"))
    );
    app.settle().await;
    let seen = assignment(&app, registered.order_id).await;
    assert_eq!(
        (&seen["matter"], &seen["lead"]["code"]),
        (&json!("M020301"), &json!("QY-HEAT"))
    );
    let unknown = format!("/v1/manual-queue/{}/decision", uuid::Uuid::now_v7());
    let answer = desk
        .post(&unknown, json!({ "lead": "SJ-URBAN", "reason": "r" }))
        .await
        .expect(404)
        .body;
    assert_eq!(answer["code"], "order_unknown");
}

/// However often and in whatever order a dispatcher names them.
#[tokio::test]
async fn helpers_are_named_once_and_the_lead_is_none() {
    let app = started().await;
    let registered = ownerless_light(&app).await;
    let path = format!("/v1/manual-queue/{}/decision", registered.order_id);
    let helpers = ["QX-990105-URBAN", "SJ-MUNI", "SJ-EPB", "QX-990105-URBAN"];
    let body = json!({ "lead": "SJ-MUNI", "co_handlers": helpers, "reason": "按接管办法" });
    let answer = app
        .http(Role::Dispatcher)
        .post(&path, body)
        .await
        .expect(200)
        .body;
    let helpers = answer["co_handlers"].as_array().unwrap().iter();
    let helpers: Vec<&str> = helpers.map(|unit| unit["code"].as_str().unwrap()).collect();
    assert_eq!(helpers, ["QX-990105-URBAN", "SJ-EPB"]);
    app.settle().await;
}
