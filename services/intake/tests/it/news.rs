//! What the caller is told beside where the order stands: more time, rest, findings, promises.
use crate::harness::{complaint_with, order_id, register, start};
use crate::progress::progress;
use chrono::TimeDelta;
use contracts::callback::JudgementMadeV1;
use contracts::ids::OrderId;
use contracts::supervision::{
    ExtensionDeniedV1, ExtensionGrantedV1, OrderResumedV1, OrderSuspendedV1, OutcomeCarriedOutV1,
    OutcomeRecordedV1, SuspensionDeniedV1,
};
use contracts::terms::LimitUnit;
use contracts::words::{ClockName, Finding};
use serde_json::json;
use testkit::TestApp;
use uuid::Uuid;

/// More time, rest, and its end, a minute apart.
async fn supervision_says(app: &TestApp, order: OrderId) {
    let (key, now) = (order.uuid(), app.clock.now());
    let granted = ExtensionGrantedV1 {
        order_id: order,
        extension_id: Uuid::from_u128(1).into(),
        unit: "SJ-MUNI".into(),
        generation: 1,
        rework: 0,
        clock: ClockName::Finish,
        amount: 5,
        amount_unit: LimitUnit::WorkingDays,
        due_before: now,
        due_at: "2026-03-20T17:00:00+08:00".parse().unwrap(),
        number: 1,
        reason: "等待配件".into(),
    };
    app.publish(key, 1, &granted).await;
    let suspended = OrderSuspendedV1 {
        order_id: order,
        suspension_id: Uuid::from_u128(2).into(),
        unit: "SJ-MUNI".into(),
        generation: 1,
        reason_code: "weather".into(),
        reason: "连日降雨".into(),
        suspended_at: now + TimeDelta::minutes(1),
        until: "2026-03-10T09:00:00+08:00".parse().unwrap(),
    };
    app.publish(key, 2, &suspended).await;
    let resumed = OrderResumedV1 {
        order_id: order,
        suspension_id: Uuid::from_u128(2).into(),
        generation: Some(1),
        resumed_at: now + TimeDelta::minutes(2),
        reason: Some("雨停".into()),
        due_at: None,
    };
    app.publish(key, 3, &resumed).await;
    app.settle().await;
}

#[tokio::test]
async fn the_caller_is_told_of_more_time_rest_findings_and_promises_once_each() {
    let app = start().await;
    let registered = register(&app, complaint_with(json!({}))).await;
    let order = order_id(&registered, 0);
    supervision_says(&app, order).await;
    let judged = JudgementMadeV1 {
        judgement_id: Uuid::from_u128(3).into(),
        order_id: order,
        callback_ids: vec![],
        unit: "SJ-MUNI".into(),
        generation: 1,
        finding: Finding::Impossible,
        reason: "内部理由".into(),
    };
    app.clock.advance(TimeDelta::minutes(5));
    app.publish(order.uuid(), 1, &judged).await;
    app.settle().await;
    let seen = progress(&app, &registered, "zh").await;
    let news = seen["orders"][0]["news"].as_array().unwrap();
    let told: Vec<_> = news
        .iter()
        .map(|news| (news["what"].as_str().unwrap(), news["message"].as_str().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            ("extended", "办理时限已延长至 2026-03-20 17:00：等待配件"),
            ("suspended", "办理暂停至 2026-03-10 09:00：连日降雨"),
            ("resumed", "已恢复办理。雨停"),
            ("impossible", "经两人审核，认定该诉求客观上无法解决。"),
        ]
    );
    assert_eq!(news[0]["until"], "2026-03-20T17:00:00+08:00");
    let english = progress(&app, &registered, "en").await;
    let message = english["orders"][0]["news"][2]["message"].as_str().unwrap();
    assert_eq!(message, "Work on the case goes on. 雨停");
}

#[tokio::test]
async fn the_caller_is_told_what_units_promised_and_that_it_is_carried_out() {
    let app = start().await;
    let registered = register(&app, complaint_with(json!({}))).await;
    let order = order_id(&registered, 0);
    let promised = OutcomeRecordedV1 {
        order_id: order,
        outcome_id: Uuid::from_u128(4).into(),
        consultation_id: None,
        supervision_id: None,
        unit: "SJ-MUNI".into(),
        text: "先办二十户，其余分期".into(),
        parts: vec![],
        until: "2026-06-30T17:00:00+08:00".parse().unwrap(),
    };
    app.publish(order.uuid(), 1, &promised).await;
    app.settle().await;
    app.clock.advance(TimeDelta::days(60));
    let done = OutcomeCarriedOutV1 {
        order_id: order,
        outcome_id: Uuid::from_u128(4).into(),
        unit: "SJ-MUNI".into(),
        part: 2,
        report: "全部办结".into(),
        carried_out_at: app.clock.now(),
    };
    app.publish(order.uuid(), 2, &done).await;
    app.settle().await;
    let seen = progress(&app, &registered, "zh").await;
    let news = &seen["orders"][0]["news"];
    let promise = news[0]["message"].as_str().unwrap();
    assert!(
        promise.contains("先办二十户") && promise.contains("2026-06-30 17:00"),
        "{promise}"
    );
    assert_eq!(news[1]["message"], "协调结果已落实：全部办结");
}

#[tokio::test]
async fn the_caller_is_told_of_a_refused_extension_and_not_of_a_request_that_was_none() {
    let app = start().await;
    let registered = register(&app, complaint_with(json!({}))).await;
    let order = order_id(&registered, 0);
    // A rule's words were English in events of before.
    for (n, code, reason) in [
        (1, "reviewed", "理由不足"),
        (2, "already_pending", "another request of this assignment waits"),
        (3, "too_late", "asked for too late"),
        (4, "taken_back", "提错了单"),
    ] {
        let denied = ExtensionDeniedV1 {
            order_id: order,
            extension_id: Uuid::from_u128(n).into(),
            unit: "SJ-MUNI".into(),
            generation: 1,
            code: code.into(),
            due_at: Some("2026-03-20T17:00:00+08:00".parse().unwrap()),
            reason: reason.into(),
        };
        app.publish(order.uuid(), i64::try_from(n).unwrap(), &denied)
            .await;
    }
    app.settle().await;
    let seen = progress(&app, &registered, "zh").await;
    let news = seen["orders"][0]["news"].as_array().unwrap();
    let why = "承办单位申请延长或暂停办理时限，未获批准，办理时限不变";
    let told: Vec<_> = news
        .iter()
        .map(|news| news["message"].as_str().unwrap())
        .collect();
    assert_eq!(
        told,
        [
            format!("{why}：理由不足"),
            format!("{why}：申请时间已晚于本市规定")
        ]
    );
    assert_eq!(news[0]["what"], "denied");
    assert_eq!(news[0]["until"], "2026-03-20T17:00:00+08:00");
    let english = progress(&app, &registered, "en").await;
    let message = english["orders"][0]["news"][1]["message"].as_str().unwrap();
    assert!(
        message.ends_with("its limit stays: asked for too late"),
        "{message}"
    );
}

#[tokio::test]
async fn the_caller_is_told_of_a_refused_suspension_that_the_unit_asked_for() {
    let app = start().await;
    let registered = register(&app, complaint_with(json!({}))).await;
    let order = order_id(&registered, 0);
    for (n, code, asked_by_unit) in [
        (1, "reviewed", true),
        (2, "reviewed", false),
        (3, "lapsed", true),
        (4, "already_pending", true),
        (5, "too_long", true),
    ] {
        let denied = SuspensionDeniedV1 {
            order_id: order,
            suspension_id: Uuid::from_u128(n).into(),
            unit: "SJ-MUNI".into(),
            generation: 1,
            asked_by_unit,
            code: code.into(),
            reason: format!("理由{n}"),
            pending: None,
            was_in_the_way: false,
        };
        app.publish(order.uuid(), i64::try_from(n).unwrap(), &denied)
            .await;
    }
    app.settle().await;
    let seen = progress(&app, &registered, "zh").await;
    let news = seen["orders"][0]["news"].as_array().unwrap();
    let told: Vec<_> = news
        .iter()
        .map(|news| news["message"].as_str().unwrap())
        .collect();
    let why = "承办单位申请延长或暂停办理时限，未获批准，办理时限不变";
    assert_eq!(told, [format!("{why}：理由1"), format!("{why}：理由5")]);
}

/// A newer replica has written news of a kind that this one does not know.
#[tokio::test]
async fn news_that_only_a_newer_replica_can_tell_stop_nothing() {
    let app = start().await;
    let registered = register(&app, complaint_with(json!({}))).await;
    let order = order_id(&registered, 0);
    supervision_says(&app, order).await;
    for sql in [
        "alter table order_news drop constraint order_news_what_check",
        "insert into order_news (event_id, order_id, what, at)
         select gen_random_uuid(), order_id, 'foretold', at from order_news limit 1",
    ] {
        sqlx::query(sql).execute(app.db()).await.unwrap();
    }
    let seen = progress(&app, &registered, "zh").await;
    let told = seen["orders"][0]["news"].as_array().map(Vec::len);
    assert_eq!(told, Some(3), "the others are told: {seen}");
    let path = format!(
        "/v1/complaints/{}/supplements",
        registered["complaint_id"].as_str().unwrap()
    );
    let added = app.http(testkit::Role::Agent);
    added
        .post(&path, json!({ "text": "又坏了两盏" }))
        .await
        .expect(201);
    app.settle().await;
}
