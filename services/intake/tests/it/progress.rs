//! What the caller is told as other services report, in both languages; stale, repeated and early reports.
use crate::harness::{assigned, closed, complaint_with, order_id, register, replied, signed, start};
use chrono::TimeDelta;
use contracts::callback::OrderReworkedV1;
use contracts::routing::OrderUndecidedV1;
use contracts::unit_gateway::OrderRespondedV1;
use contracts::words::Outcome;
use serde_json::{Value, json};
use testkit::{Role, TestApp};

pub async fn progress(app: &TestApp, registered: &Value, language: &str) -> Value {
    let path = format!(
        "/v1/complaints/{}/progress",
        registered["complaint_number"].as_str().unwrap()
    );
    app.http(Role::Agent)
        .header("accept-language", language)
        .get(&path)
        .await
        .expect(200)
        .body
}

async fn told(app: &TestApp, registered: &Value) -> String {
    app.settle().await;
    progress(app, registered, "zh").await["orders"][0]["message"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn the_caller_is_told_every_step() {
    let app = start().await;
    let registered = register(&app, complaint_with(json!({}))).await;
    let order = order_id(&registered, 0);
    let key = order.uuid();
    assert_eq!(told(&app, &registered).await, "已登记，正在派单。");
    let undecided = OrderUndecidedV1 {
        order_id: order,
        reason: "tie".into(),
        candidates: vec![],
        directory_version: 1,
        explanation: contracts::directory::ExplanationV1::default(),
    };
    app.publish(key, 1, &undecided).await;
    assert_eq!(told(&app, &registered).await, "正在研究确定承办单位。");
    app.publish(key, 2, &assigned(&app, order, 1, "市政处")).await;
    assert_eq!(told(&app, &registered).await, "已派至市政处。");
    app.clock.advance(TimeDelta::minutes(30));
    app.publish(key, 1, &signed(&app, order, 1)).await;
    assert_eq!(told(&app, &registered).await, "市政处已签收，正在办理。");
    let responded = OrderRespondedV1 {
        order_id: order,
        unit: "SJ-MUNI".into(),
        generation: 1,
        how: "called".into(),
        responded_at: app.clock.now(),
    };
    app.publish(key, 2, &responded).await;
    assert_eq!(told(&app, &registered).await, "市政处已初次响应，正在办理。");
    app.publish(key, 3, &replied(&app, order, 0, "已更换灯具")).await;
    assert_eq!(
        told(&app, &registered).await,
        "市政处已反馈办理结果，我们将回访您。"
    );
    let reworked = OrderReworkedV1 {
        order_id: order,
        unit: "SJ-MUNI".into(),
        generation: 1,
        rework: 1,
        reason: "仍不亮".into(),
        limit: None,
    };
    app.publish(key, 1, &reworked).await;
    assert_eq!(told(&app, &registered).await, "已退回市政处重新办理。");
    app.publish(key, 4, &replied(&app, order, 1, "已全部修复")).await;
    app.publish(key, 2, &closed(&app, order, Outcome::Solved)).await;
    assert_eq!(told(&app, &registered).await, "已办结：您反馈问题已解决。");

    let end = progress(&app, &registered, "en").await;
    let order = &end["orders"][0];
    assert_eq!(end["state"], "closed");
    assert_eq!(order["message"], "Closed: you told us it is solved.");
    assert_eq!(
        (&order["reply"], &order["outcome"], &order["unit"]),
        (&json!("已全部修复"), &json!("solved"), &json!("市政处"))
    );
    assert_eq!(
        (&order["assigned_at"], &order["closed_at"]),
        (
            &json!("2026-03-02T09:00:00+08:00"),
            &json!("2026-03-02T09:30:00+08:00")
        )
    );
    assert!(
        end["answer"].as_str().unwrap().contains("市政处：已全部修复"),
        "{end}"
    );
}

/// Story 18, the second half.
#[tokio::test]
async fn three_orders_have_one_answer_when_all_are_closed() {
    let app = start().await;
    let body = complaint_with(
        json!({ "demands": [{ "text": "一", "title": "路灯" }, { "text": "二", "title": "占道" }, { "text": "三", "title": "噪声" }] }),
    );
    let registered = register(&app, body).await;
    for position in 0..3 {
        let before = progress(&app, &registered, "zh").await;
        assert_eq!((&before["state"], before.get("answer")), (&json!("open"), None));
        let order = order_id(&registered, position);
        app.publish(order.uuid(), 1, &assigned(&app, order, 1, "市政处"))
            .await;
        app.publish(order.uuid(), 1, &closed(&app, order, Outcome::NotCalled))
            .await;
        app.settle().await;
    }
    let end = progress(&app, &registered, "zh").await;
    let number = registered["complaint_number"].as_str().unwrap();
    assert_eq!(end["state"], "closed");
    assert_eq!(
        end["answer"],
        format!("{number}-1 路灯：已办结。\n{number}-2 占道：已办结。\n{number}-3 噪声：已办结。")
    );
}

#[tokio::test]
async fn stale_and_repeated_reports_change_nothing() {
    let app = start().await;
    let registered = register(&app, complaint_with(json!({}))).await;
    let order = order_id(&registered, 0);
    let first = app.envelope(order.uuid(), 1, &assigned(&app, order, 1, "甲单位"));
    app.publish_envelope(&first).await;
    app.publish(order.uuid(), 2, &assigned(&app, order, 2, "乙单位"))
        .await;
    app.publish_envelope(&first).await;
    app.publish(order.uuid(), 1, &signed(&app, order, 1)).await;
    assert_eq!(told(&app, &registered).await, "已派至乙单位。");
    app.publish(order.uuid(), 1, &closed(&app, order, Outcome::Unreachable))
        .await;
    app.publish(order.uuid(), 2, &signed(&app, order, 2)).await;
    assert_eq!(told(&app, &registered).await, "已办结：回访未能联系到您。");
}

/// After a stream was lost, each service fills it again on its own: a unit's facts may come before the assignment.
#[tokio::test]
async fn a_report_that_comes_before_its_assignment_is_believed() {
    let app = start().await;
    let registered = register(&app, complaint_with(json!({}))).await;
    let order = order_id(&registered, 0);
    app.publish(order.uuid(), 1, &signed(&app, order, 1)).await;
    assert_eq!(told(&app, &registered).await, "承办单位已签收，正在办理。");
    app.publish(order.uuid(), 1, &assigned(&app, order, 1, "市政处"))
        .await;
    assert_eq!(told(&app, &registered).await, "市政处已签收，正在办理。");
}

#[tokio::test]
async fn a_report_about_an_unknown_order_is_held_for_a_person() {
    let app = start().await;
    let unknown = contracts::ids::OrderId(uuid::Uuid::now_v7());
    app.publish(unknown.uuid(), 1, &signed(&app, unknown, 1)).await;
    app.expect_dead_letters();
    app.settle().await;
    let reasons: Vec<String> = sqlx::query_scalar(
        "select reason from held_messages union all select reason from dead_letters where state = 'parked'",
    )
    .fetch_all(app.db())
    .await
    .unwrap();
    assert_eq!(reasons, [format!("order {unknown} is unknown here")]);
}

#[tokio::test]
async fn answered_complaints_tell_what_was_said_and_unknown_numbers_nothing() {
    let app = start().await;
    let registered = register(
        &app,
        complaint_with(json!({ "disposition": "answered", "answer": "九点起办理" })),
    )
    .await;
    let told = progress(&app, &registered, "zh").await;
    assert_eq!(
        (&told["state"], &told["answer"], &told["orders"]),
        (&json!("answered"), &json!("九点起办理"), &json!([]))
    );
    let unknown = app
        .http(Role::Agent)
        .get("/v1/complaints/000000000000/progress")
        .await
        .expect(404);
    assert_eq!(unknown.text("/code"), "complaint_unknown");
    app.settle().await;
}
