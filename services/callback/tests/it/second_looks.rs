//! Appeals of units and judgements of two people.
use crate::harness::{Told, publish, said, start};
use chrono::TimeDelta;
use contracts::callback::{AppealOpenedV1, AppealRejectedV1, AppealUpheldV1, JudgementMadeV1, OrderClosedV1};
use contracts::words::{Finding, Outcome};
use serde_json::json;
use std::time::Duration;
use testkit::{Client, Role, TestApp};
use uuid::Uuid;

fn somebody(app: &TestApp, role: Role, name: &str) -> Client {
    let issuer = &app.world.issuer;
    app.http_as(&issuer.mint_roles(&[role], None, name, Duration::from_secs(3_600)))
}

/// A caller who says "no"; answers the task.
async fn answered_no(told: &Told<'_>) -> String {
    let id = told.due().await;
    let mut body = said(false, "not_satisfied");
    body["remark"] = json!("张三说没修好");
    let _ = told.answer(&id, body).await.expect(201);
    told.app.settle().await;
    id
}

#[tokio::test]
async fn a_unit_sees_its_answers_and_appeals_against_a_bad_one() {
    let app = start().await;
    let told = Told::new(&app);
    let id = answered_no(&told).await;
    let unit = app.unit("U-1");
    let seen = unit.get("/v1/units/U-1/answers").await.expect(200);
    assert_eq!(seen.text("/items/0/callback_id"), id);
    assert!(
        !seen.body.to_string().contains("张三"),
        "no remark: {}",
        seen.body
    );
    let _ = unit.get("/v1/units/U-2/answers").await.expect(403);

    let path = format!("/v1/units/U-1/answers/{id}/appeals");
    let missing = unit.post(&path, json!({ "ground": "  " })).await.expect(422);
    assert_eq!(missing.text("/field"), "ground");
    let ground = json!({ "ground": "已于回访前修复，电话13812345678" });
    let opened = unit.post(&path, ground.clone()).await.expect(201);
    assert_eq!(opened.text("/ground"), "已于回访前修复，电话***");
    let again = unit.post(&path, ground).await.expect(201);
    assert_eq!(opened.body, again.body, "sent twice, opened once");
    let other = unit
        .post(&path, json!({ "ground": "另一理由" }))
        .await
        .expect(409);
    assert_eq!(other.text("/code"), "appeal_refused");
    let foreign = app.unit("U-2");
    let strange = foreign
        .post(
            &format!("/v1/units/U-2/answers/{id}/appeals"),
            json!({ "ground": "x" }),
        )
        .await;
    assert_eq!(strange.status.as_u16(), 404, "another unit's answer");

    let supervisor = somebody(&app, Role::Supervisor, "boss");
    let listed = supervisor.get("/v1/appeals").await.expect(200);
    let appeal = listed.text("/items/0/appeal_id");
    let review = format!("/v1/appeals/{appeal}/review");
    let upheld = json!({ "uphold": true, "reason": "照片属实" });
    assert_eq!(
        supervisor
            .post(&review, upheld.clone())
            .await
            .expect(200)
            .text("/state"),
        "upheld"
    );
    assert_eq!(
        supervisor.post(&review, upheld).await.expect(200).text("/state"),
        "upheld"
    );
    let changed = json!({ "uphold": false, "reason": "照片不实" });
    assert_eq!(
        supervisor.post(&review, changed).await.expect(409).text("/code"),
        "reviewed_otherwise"
    );
    app.settle().await;
    let events = app.published::<AppealOpenedV1>().await;
    assert_eq!(
        (events.len(), events[0].data.unit.as_str(), events[0].data.rework),
        (1, "U-1", 0)
    );
    let events = app.published::<AppealUpheldV1>().await;
    assert_eq!((events.len(), events[0].data.callback_id.to_string()), (1, id));
    assert!(app.published::<AppealRejectedV1>().await.is_empty());
    let seen = unit.get("/v1/units/U-1/answers").await.expect(200);
    assert_eq!(seen.text("/items/0/appeal"), "upheld");
}

#[tokio::test]
async fn good_answers_and_late_appeals_are_refused_and_a_wrong_one_is_rejected() {
    let app = start().await;
    publish(&app, "[default]\nappeal_window = { amount = 24, unit = 'hours' }")
        .await
        .expect(200);
    let (good, late, wrong) = (Told::new(&app), Told::new(&app), Told::new(&app));
    let id = good.due().await;
    let _ = good.answer(&id, said(true, "satisfied")).await.expect(201);
    let unit = app.unit("U-1");
    let appeal = |id: &str| format!("/v1/units/U-1/answers/{id}/appeals");
    let refused = unit
        .post(&appeal(&id), json!({ "ground": "x" }))
        .await
        .expect(409);
    assert_eq!(refused.text("/code"), "appeal_refused");
    let id = answered_no(&wrong).await;
    let opened = unit
        .post(&appeal(&id), json!({ "ground": "x" }))
        .await
        .expect(201);
    let review = format!("/v1/appeals/{}/review", opened.text("/appeal_id"));
    let supervisor = somebody(&app, Role::Supervisor, "boss");
    let missing = supervisor
        .post(&review, json!({ "uphold": false, "reason": "" }))
        .await
        .expect(422);
    assert_eq!(missing.text("/field"), "reason");
    let rejected = json!({ "uphold": false, "reason": "照片早于回访" });
    assert_eq!(
        supervisor
            .post(&review, rejected)
            .await
            .expect(200)
            .text("/state"),
        "rejected"
    );
    let id = answered_no(&late).await;
    app.clock.advance(TimeDelta::hours(24) + TimeDelta::seconds(1));
    let refused = unit
        .post(&appeal(&id), json!({ "ground": "x" }))
        .await
        .expect(409);
    assert_eq!(refused.text("/until"), "2026-03-03T09:00:00+08:00");
    app.settle().await;
    assert_eq!(app.published::<AppealRejectedV1>().await.len(), 1);
}

#[tokio::test]
async fn a_proposal_without_its_words_names_the_field() {
    let app = start().await;
    let told = Told::new(&app);
    let _ = answered_no(&told).await;
    let agent = somebody(&app, Role::CallbackAgent, "one");
    let path = format!("/v1/orders/{}/judgements", told.order_id);
    let bad = agent
        .post(&path, json!({ "finding": "boring", "reason": "x" }))
        .await
        .expect(400);
    assert_eq!(bad.text("/field"), "finding");
    let missing = agent
        .post(&path, json!({ "finding": "unreasonable", "reason": "" }))
        .await
        .expect(422);
    assert_eq!(missing.text("/field"), "reason");
}

#[tokio::test]
async fn only_two_people_end_an_order_as_unreasonable() {
    let app = start().await;
    let told = Told::new(&app);
    let id = answered_no(&told).await;
    let agent = somebody(&app, Role::CallbackAgent, "one");
    let path = format!("/v1/orders/{}/judgements", told.order_id);
    let supervisor = somebody(&app, Role::Supervisor, "boss");
    let proposed = json!({ "finding": "unreasonable", "reason": "要求拆除合法设施" });
    let judgement = supervisor.post(&path, proposed.clone()).await.expect(201);
    let again = supervisor.post(&path, proposed).await.expect(201);
    assert_eq!(judgement.body, again.body);
    let second = agent
        .post(&path, json!({ "finding": "impossible", "reason": "x" }))
        .await
        .expect(409);
    assert_eq!(second.text("/code"), "judgement_refused");
    app.settle().await;
    assert!(
        app.published::<OrderClosedV1>().await.is_empty(),
        "nothing follows from one person"
    );

    let review = format!("/v1/judgements/{}/review", judgement.text("/judgement_id"));
    let confirm = json!({ "confirm": true, "reason": "属实" });
    let alone = supervisor.post(&review, confirm.clone()).await.expect(409);
    assert_eq!(alone.text("/code"), "same_person");
    let colleague = somebody(&app, Role::Supervisor, "colleague");
    assert_eq!(
        colleague
            .post(&review, confirm.clone())
            .await
            .expect(200)
            .text("/state"),
        "confirmed"
    );
    assert_eq!(
        colleague.post(&review, confirm).await.expect(200).text("/state"),
        "confirmed"
    );
    app.settle().await;
    let made = app.published::<JudgementMadeV1>().await;
    assert_eq!((made.len(), made[0].data.finding), (1, Finding::Unreasonable));
    assert_eq!(
        made[0]
            .data
            .callback_ids
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        [id]
    );
    let closed = app.published::<OrderClosedV1>().await;
    assert_eq!(
        (closed.len(), closed[0].data.outcome, closed[0].data.finding),
        (1, Outcome::Unsolved, Some(Finding::Unreasonable))
    );
    told.replied(1, 1).await;
    app.settle().await;
    assert!(
        told.listed("due").await.body["items"]
            .as_array()
            .unwrap()
            .is_empty(),
        "nobody is asked again"
    );
    let ended = agent
        .post(&path, json!({ "finding": "impossible", "reason": "x" }))
        .await
        .expect(409);
    assert_eq!(ended.text("/code"), "judgement_refused");
}

#[tokio::test]
async fn what_is_wanted_beyond_a_solution_may_be_unreasonable_and_is_not_impossible() {
    let app = start().await;
    let told = Told::new(&app);
    let id = told.due().await;
    // Solved, and not content: sent back, but nobody has said that it cannot be solved.
    let _ = told.answer(&id, said(true, "not_satisfied")).await.expect(201);
    app.settle().await;
    let agent = somebody(&app, Role::CallbackAgent, "one");
    let path = format!("/v1/orders/{}/judgements", told.order_id);
    let solved = agent
        .post(&path, json!({ "finding": "impossible", "reason": "x" }))
        .await
        .expect(409);
    assert_eq!(solved.text("/code"), "judgement_refused");
    let proposed = json!({ "finding": "unreasonable", "reason": "已修复，另索赔无据" });
    let judgement = agent.post(&path, proposed).await.expect(201);
    let review = format!("/v1/judgements/{}/review", judgement.text("/judgement_id"));
    let confirm = json!({ "confirm": true, "reason": "属实" });
    let boss = somebody(&app, Role::Supervisor, "boss");
    let _ = boss.post(&review, confirm).await.expect(200);
    app.settle().await;
    let made = app.published::<JudgementMadeV1>().await;
    assert_eq!(
        made[0].data.callback_ids.len(),
        1,
        "the answer counts in no figure"
    );
    assert_eq!(app.published::<OrderClosedV1>().await.len(), 1);
}

#[tokio::test]
async fn a_rejected_judgement_changes_nothing_and_nothing_is_judged_before_a_no() {
    let app = start().await;
    let told = Told::new(&app);
    let _ = told.due().await;
    let agent = somebody(&app, Role::CallbackAgent, "one");
    let path = format!("/v1/orders/{}/judgements", told.order_id);
    let early = agent
        .post(&path, json!({ "finding": "impossible", "reason": "x" }))
        .await
        .expect(409);
    assert_eq!(early.text("/code"), "judgement_refused");
    let nowhere = format!("/v1/orders/{}/judgements", Uuid::now_v7());
    let _ = agent
        .post(&nowhere, json!({ "finding": "impossible", "reason": "x" }))
        .await
        .expect(404);
    let unsolved = Told::new(&app);
    let id = unsolved.due().await;
    let _ = unsolved
        .answer(&id, said(false, "not_satisfied"))
        .await
        .expect(201);
    let path = format!("/v1/orders/{}/judgements", unsolved.order_id);
    let judgement = agent
        .post(&path, json!({ "finding": "impossible", "reason": "x" }))
        .await
        .expect(201);
    let review = format!("/v1/judgements/{}/review", judgement.text("/judgement_id"));
    let boss = somebody(&app, Role::Supervisor, "boss");
    let rejected = boss
        .post(&review, json!({ "confirm": false, "reason": "可以解决" }))
        .await
        .expect(200);
    assert_eq!(rejected.text("/state"), "rejected");
    app.settle().await;
    assert!(app.published::<JudgementMadeV1>().await.is_empty());
    assert!(app.published::<OrderClosedV1>().await.is_empty());
    assert!(
        boss.get("/v1/judgements").await.expect(200).body["items"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    let _ = agent
        .post(&path, json!({ "finding": "impossible", "reason": "y" }))
        .await
        .expect(201);
}
