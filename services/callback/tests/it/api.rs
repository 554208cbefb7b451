//! Answers of callback agents through HTTP.
use crate::harness::{Told, said, start};
use chrono::TimeDelta;
use contracts::callback::{
    CallbackAttemptedV1, CallbackRecordedV1, OrderClosedV1, OrderRaisedV1, OrderReworkedV1,
    ReplyContradictedV1,
};
use contracts::terms::LimitUnit;
use contracts::words::{CallbackWay, Outcome, RaisedTo, Satisfaction};
use serde_json::json;
use std::time::Duration;
use testkit::Role;
use uuid::Uuid;

#[tokio::test]
async fn a_satisfied_caller_closes_the_order() {
    let app = start().await;
    let told = Told::new(&app);
    let id = told.due().await;
    let answered = told.answer(&id, said(true, "satisfied")).await.expect(201);
    assert_eq!(answered.text("/order_state"), "closed");
    assert_eq!(answered.text("/outcome"), "solved");
    app.settle().await;
    assert_eq!(app.published::<CallbackRecordedV1>().await.len(), 1);
    assert!(app.published::<ReplyContradictedV1>().await.is_empty());
    let closed = app.published::<OrderClosedV1>().await;
    assert_eq!((closed.len(), closed[0].data.outcome), (1, Outcome::Solved));
    assert_eq!(closed[0].actor, "agent:test-callback_agent");
    let task = app
        .http(Role::Supervisor)
        .get(&format!("/v1/callbacks/{id}"))
        .await
        .expect(200);
    assert_eq!(task.text("/state"), "recorded");
    assert_eq!(task.text("/answer/consequence"), "closed");
}

#[tokio::test]
async fn the_same_answer_twice_is_one_answer_and_another_is_refused() {
    let app = start().await;
    let told = Told::new(&app);
    let id = told.due().await;
    let first = told.answer(&id, said(true, "satisfied")).await.expect(201);
    let second = told.answer(&id, said(true, "satisfied")).await.expect(201);
    assert_eq!(first.body, second.body);
    let other = told.answer(&id, said(false, "not_satisfied")).await.expect(409);
    assert_eq!(other.text("/code"), "callback_answered");
    app.settle().await;
    assert_eq!(app.published::<OrderClosedV1>().await.len(), 1);
    let rows: i64 = sqlx::query_scalar("select count(*) from answers")
        .fetch_one(app.db())
        .await
        .unwrap();
    assert_eq!(rows, 1);
}

#[tokio::test]
async fn a_no_sends_the_order_back_with_the_denied_claims_until_the_rounds_are_used_up() {
    let app = start().await;
    let told = Told::new(&app);
    let mut id = told.due().await;
    for rework in 1..=3 {
        let mut body = said(false, "not_satisfied");
        body["contacted"] = json!(false);
        body["remark"] = json!("还是不亮，请打13812345678，身份证11010519491231002X");
        let answered = told.answer(&id, body).await.expect(201);
        assert_eq!(answered.text("/order_state"), "open");
        assert_eq!(answered.body["rework"], rework);
        assert_eq!(
            answered.body["contradicted"],
            json!(["solved", "contacted", "result"])
        );
        told.replied(1, rework).await;
        app.settle().await;
        id = told.listed("due").await.text("/items/0/callback_id");
    }
    let last = told.answer(&id, said(false, "not_satisfied")).await.expect(201);
    assert_eq!(last.text("/order_state"), "open", "the unit keeps it");
    app.settle().await;
    let raised = app.published::<OrderRaisedV1>().await;
    assert_eq!(raised.len(), 1, "once the rounds are used up");
    assert_eq!(
        (raised[0].data.to, raised[0].data.rework),
        (RaisedTo::Supervision, 3)
    );
    let reworked = app.published::<OrderReworkedV1>().await;
    assert_eq!(
        reworked
            .iter()
            .map(|e| (e.data.generation, e.data.rework))
            .collect::<Vec<_>>(),
        [(1, 1), (1, 2), (1, 3), (1, 4)]
    );
    let limit = reworked[0].data.limit.expect("its own, shorter limit");
    assert_eq!((limit.amount, limit.unit), (3, LimitUnit::WorkingDays));
    assert!(
        reworked[..3]
            .iter()
            .all(|e| e.data.reason == "还是不亮，请打***，身份证***")
    );
    // Masked before anything is stored, not only on the way out.
    let kept: Vec<String> = sqlx::query_scalar(
        "select remark from answers where solved = false and remark <> ''
         union select last_remark from callbacks where last_remark <> ''",
    )
    .fetch_all(app.db())
    .await
    .unwrap();
    assert_eq!(kept, ["还是不亮，请打***，身份证***"]);
    let contradicted = app.published::<ReplyContradictedV1>().await;
    assert_eq!(contradicted.len(), 4);
    let evidence = contradicted[0].data.evidence.clone().expect("evidence");
    assert_eq!((evidence.rework, evidence.way), (0, CallbackWay::Phone));
    assert_eq!((evidence.claimed.solved, evidence.said.solved), (true, false));
    assert_eq!(
        (evidence.claimed.result, evidence.said.result),
        (Some(Satisfaction::Satisfied), Some(Satisfaction::NotSatisfied))
    );
    assert!(app.published::<OrderClosedV1>().await.is_empty());
}

#[tokio::test]
async fn solved_but_not_satisfied_goes_back_and_a_bad_attitude_alone_does_not() {
    let app = start().await;
    let (one, two) = (Told::new(&app), Told::new(&app));
    let id = one.due().await;
    assert_eq!(
        one.answer(&id, said(true, "not_satisfied"))
            .await
            .expect(201)
            .text("/order_state"),
        "open"
    );
    let id = two.due().await;
    let mut body = said(true, "basically_satisfied");
    body["attitude"] = json!("not_satisfied");
    assert_eq!(two.answer(&id, body).await.expect(201).text("/outcome"), "solved");
    app.settle().await;
}

#[tokio::test]
async fn an_unreached_caller_is_called_again_and_given_up_after_the_last_attempt() {
    let app = start().await;
    let told = Told::new(&app);
    let id = told.due().await;
    let not_reached = json!({ "reached": false });
    let first = told.answer(&id, not_reached.clone()).await.expect(201);
    assert_eq!(
        (first.text("/state"), first.text("/due_at")),
        ("due".to_owned(), "2026-03-02T11:00:00+08:00".to_owned())
    );
    let repeated = told.answer(&id, not_reached.clone()).await.expect(201);
    assert_eq!(first.body, repeated.body, "sent twice, counted once");
    app.clock.advance(TimeDelta::hours(2));
    let _ = told.answer(&id, not_reached.clone()).await.expect(201);
    app.clock.advance(TimeDelta::hours(2));
    let last = told.answer(&id, not_reached.clone()).await.expect(201);
    assert_eq!(
        (last.text("/state"), last.text("/outcome")),
        ("unreachable".to_owned(), "unreachable".to_owned())
    );
    app.clock.advance(TimeDelta::hours(2));
    let repeated = told.answer(&id, not_reached.clone()).await.expect(201);
    assert_eq!(last.body, repeated.body, "the last one, too");
    let _ = told.answer(&id, said(true, "satisfied")).await.expect(409);
    app.settle().await;
    let attempts: Vec<_> = app
        .published::<CallbackAttemptedV1>()
        .await
        .into_iter()
        .map(|e| e.data.attempt)
        .collect();
    assert_eq!(attempts, [1, 2]);
    assert_eq!(
        app.published::<OrderClosedV1>().await[0].data.outcome,
        Outcome::Unreachable
    );
}

#[tokio::test]
async fn a_repeated_key_is_one_attempt_and_a_new_key_is_another() {
    let app = start().await;
    let told = Told::new(&app);
    let id = told.due().await;
    let agent = app.http(Role::CallbackAgent);
    let path = format!("/v1/callbacks/{id}/answers");
    let mut seen = Vec::new();
    for key in ["k1", "k1", "k2"] {
        let answered = agent
            .post_with_key(&path, json!({ "reached": false }), key)
            .await
            .expect(201);
        seen.push(answered.body["attempts"].as_i64().unwrap());
    }
    assert_eq!(seen, [1, 1, 2]);
    app.settle().await;
}

#[tokio::test]
async fn bad_answers_name_their_field_and_change_nothing() {
    let app = start().await;
    let told = Told::new(&app);
    let id = told.due().await;
    let mut nul = said(true, "satisfied");
    nul["remark"] = json!("a\0b");
    assert_eq!(told.answer(&id, nul).await.expect(400).text("/field"), "remark");
    for missing in ["contacted", "solved", "result", "attitude"] {
        let mut body = said(true, "satisfied");
        body.as_object_mut().unwrap().remove(missing);
        let refused = told.answer(&id, body).await.expect(422);
        assert_eq!(
            (refused.text("/code"), refused.text("/field")),
            ("missing_field".to_owned(), missing.to_owned())
        );
    }
    let refused = told.answer(&id, said(true, "delighted")).await.expect(400);
    assert_eq!(refused.text("/field"), "result");
    assert_eq!(
        told.answer(&id, json!({})).await.expect(400).text("/field"),
        "reached"
    );
    let mut long = said(true, "satisfied");
    long["remark"] = json!("长".repeat(2001));
    assert_eq!(told.answer(&id, long).await.expect(422).text("/field"), "remark");
    let _ = told
        .answer(&Uuid::now_v7().to_string(), said(true, "satisfied"))
        .await
        .expect(404);
    let rows: i64 = sqlx::query_scalar("select count(*) from answers")
        .fetch_one(app.db())
        .await
        .unwrap();
    assert_eq!(rows, 0);
}

#[tokio::test]
async fn two_agents_at_once_get_one_winner() {
    let app = start().await;
    let told = Told::new(&app);
    let id = told.due().await;
    let (yes, no) = tokio::join!(
        told.answer(&id, said(true, "satisfied")),
        told.answer(&id, said(false, "not_satisfied"))
    );
    let mut statuses = [yes.status.as_u16(), no.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    app.settle().await;
    assert_eq!(app.published::<CallbackRecordedV1>().await.len(), 1);
}

#[tokio::test]
async fn the_list_is_paged_oldest_promise_first() {
    let app = start().await;
    let mut expected = Vec::new();
    for _ in 0..3 {
        let told = Told::new(&app);
        told.due().await;
        expected.push(told.order_id.to_string());
        app.clock.advance(TimeDelta::minutes(10));
    }
    let agent = app.http(Role::CallbackAgent);
    let first = agent.get("/v1/callbacks?state=due&limit=2").await.expect(200);
    let rest = agent
        .get(&format!("/v1/callbacks?limit=2&after={}", first.text("/next")))
        .await
        .expect(200);
    let seen: Vec<_> = ["/items/0/order_id", "/items/1/order_id"]
        .map(|p| first.text(p))
        .into_iter()
        .chain([rest.text("/items/0/order_id")])
        .collect();
    assert_eq!(seen, expected);
    assert!(rest.body.get("next").is_none());
    assert_eq!(
        agent
            .get("/v1/callbacks?state=lost")
            .await
            .expect(400)
            .text("/field"),
        "state"
    );
    assert_eq!(
        agent
            .get("/v1/callbacks?after=x")
            .await
            .expect(400)
            .text("/field"),
        "after"
    );
}

#[tokio::test]
async fn an_answer_is_never_changed_in_the_database_either() {
    let app = start().await;
    let told = Told::new(&app);
    let id = told.due().await;
    let _ = told.answer(&id, said(true, "satisfied")).await.expect(201);
    let changed = sqlx::query("update answers set solved = false")
        .execute(app.db())
        .await;
    assert!(changed.unwrap_err().to_string().contains("append-only"));
    app.settle().await;
}

#[tokio::test]
async fn nobody_without_the_role_gets_in() {
    let app = start().await;
    let openapi = serde_json::from_value(app.openapi.clone()).unwrap();
    let token = |roles: &[Role]| {
        app.world
            .issuer
            .mint_roles(roles, None, "test", Duration::from_secs(60))
    };
    web::testing::assert_auth_coverage(&app.router, &openapi, token).await;
}
