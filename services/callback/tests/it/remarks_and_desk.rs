//! What a unit reads of a remark, and replies that nobody can be asked about.
use crate::harness::{Told, said, start};
use contracts::callback::{CallbackRecordedV1, OrderClosedV1, OrderReworkedV1};
use contracts::intake::OrderRegisteredV1;
use contracts::unit_gateway::OrderRepliedV1;
use serde_json::json;
use uuid::Uuid;

#[tokio::test]
async fn a_unit_reads_no_remark_about_a_confidential_order() {
    let app = start().await;
    let told = Told::new(&app);
    let registration = OrderRegisteredV1 {
        confidential: true,
        ..told.registration(Some(Uuid::from_u128(9)))
    };
    app.publish(told.order_id.uuid(), 1, &registration).await;
    told.assigned(1).await;
    told.replied(1, 0).await;
    app.settle().await;
    let id = told.listed("due").await.text("/items/0/callback_id");
    let mut body = said(false, "not_satisfied");
    body["remark"] = json!("张三说没修好");
    let _ = told.answer(&id, body).await.expect(201);
    app.settle().await;
    let reworked = app.published::<OrderReworkedV1>().await;
    assert_eq!(reworked.len(), 1);
    let reason = &reworked[0].data.reason;
    assert!(!reason.contains("张三") && reason.contains("未解决"), "{reason}");
}

#[tokio::test]
async fn an_admitted_failure_with_nobody_to_call_waits_for_the_desk() {
    let app = start().await;
    let told = Told::new(&app);
    told.registered(None).await;
    told.assigned(1).await;
    let admitted = |rework: i32| OrderRepliedV1 {
        solved: false,
        claimed_result: None,
        ..told.reply(1, rework)
    };
    app.publish(told.order_id.uuid(), 10, &admitted(0)).await;
    app.settle().await;
    assert!(app.published::<OrderClosedV1>().await.is_empty());
    let due = told.listed("due").await;
    let id = due.text("/items/0/callback_id");
    assert_eq!(due.body["items"][0]["nobody_to_call"], true);
    let refused = told.answer(&id, said(true, "satisfied")).await.expect(409);
    assert_eq!(refused.text("/code"), "nobody_to_call");
    let refused = told.answer(&id, json!({ "reached": false })).await.expect(422);
    assert_eq!(refused.text("/field"), "solved");

    let verdict = json!({ "reached": false, "solved": false, "remark": "现场仍未清理" });
    let back = told.answer(&id, verdict.clone()).await.expect(201);
    assert_eq!(
        (back.text("/state"), back.text("/order_state")),
        ("not_called".to_owned(), "open".to_owned())
    );
    assert_eq!(told.answer(&id, verdict).await.expect(201).body, back.body);
    app.publish(told.order_id.uuid(), 11, &admitted(1)).await;
    app.settle().await;
    let id = told.listed("due").await.text("/items/0/callback_id");
    let taken = json!({ "reached": false, "solved": true });
    let closed = told.answer(&id, taken).await.expect(201);
    assert_eq!(closed.text("/outcome"), "not_called");
    app.settle().await;
    assert!(
        app.published::<CallbackRecordedV1>().await.is_empty(),
        "no caller has said anything"
    );
    assert_eq!(
        app.published::<OrderReworkedV1>().await[0].data.reason,
        "现场仍未清理"
    );
}
