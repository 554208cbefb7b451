//! Who may do what, and what happens when it is done twice.
use crate::harness::{HELPER, LEAD, Order, PHONE, feed, notices, reply, start};
use contracts::unit_gateway::{
    OrderDeliveredV1, OrderProgressedV1, OrderRepliedV1, OrderRespondedV1, OrderReturnRequestedV1,
    OrderSignedV1,
};
use contracts::words::{DeliveryWay, Satisfaction};
use serde_json::json;
use testkit::{Role, TestApp};
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_signs_responds_reports_and_replies() {
    let app = start().await;
    let order = Order::arrives(&app, LEAD, &[HELPER]).await;

    let signed = order.sign(&app, LEAD, 1).await.expect(200);
    assert_eq!(
        signed.body,
        json!({ "order_id": order.id, "state": "signed", "generation": 1, "rework": 0 })
    );
    let how = json!({ "generation": 1, "how": "called", "note": "已联系" });
    assert_eq!(
        order
            .act(&app, LEAD, "respond", how)
            .await
            .expect(200)
            .text("/state"),
        "responded"
    );
    let note = json!({ "generation": 1, "note": format!("联系人 {PHONE} 已确认") });
    order.act(&app, LEAD, "progress", note).await.expect(200);
    let mut done = reply(1, &format!("已修复，回电 {PHONE}"));
    done["claimed_result"] = "satisfied".into();
    done["internal_text"] = format!("线缆被盗 {PHONE}").into();
    assert_eq!(
        order
            .act(&app, LEAD, "reply", done)
            .await
            .expect(200)
            .text("/state"),
        "replied"
    );
    app.settle().await;

    facts_are_in_order_and_tell_no_number(&app).await;
    let path = format!("/v1/units/{LEAD}/orders/{}", order.id);
    let seen = app.unit(LEAD).get(&path).await.expect(200);
    assert_eq!(
        (seen.text("/state"), seen.body["responsible"].as_bool()),
        ("replied".into(), Some(false))
    );
    assert_eq!(seen.body["actions"].as_array().unwrap().len(), 4);
}

async fn facts_are_in_order_and_tell_no_number(app: &TestApp) {
    let delivered = app.published::<OrderDeliveredV1>().await;
    assert_eq!(delivered.len(), 1, "only the lead's arrival is a fact");
    assert_eq!(
        (delivered[0].data.unit.as_str(), delivered[0].data.way),
        (LEAD, DeliveryWay::Rest)
    );
    let (signed, responded) = (
        app.published::<OrderSignedV1>().await,
        app.published::<OrderRespondedV1>().await,
    );
    let (progressed, replied) = (
        app.published::<OrderProgressedV1>().await,
        app.published::<OrderRepliedV1>().await,
    );
    let sequences = [
        delivered[0].sequence,
        signed[0].sequence,
        responded[0].sequence,
        progressed[0].sequence,
        replied[0].sequence,
    ];
    assert_eq!(sequences, [1, 2, 3, 4, 5]);
    assert_eq!(signed[0].actor, format!("unit:{LEAD}"));
    assert_eq!(responded[0].data.how, "called");
    assert_eq!(replied[0].data.claimed_result, Some(Satisfaction::Satisfied));
    assert_eq!(
        (
            replied[0].data.rework,
            replied[0].data.solved,
            replied[0].data.contacted
        ),
        (0, true, true)
    );

    let stored: Vec<String> = sqlx::query_scalar("select content::text from actions")
        .fetch_all(app.db())
        .await
        .unwrap();
    let said = [progressed[0].data.note.clone(), replied[0].data.text.clone()].concat() + &stored.concat();
    assert!(said.contains("***") && !said.contains(PHONE), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_action_twice_has_one_effect() {
    let app = start().await;
    let order = Order::arrives(&app, LEAD, &[]).await;
    let early = order.reply(&app, LEAD, 1, "done").await.expect(409);
    assert_eq!(early.text("/code"), "not_signed");
    let how = json!({ "generation": 1, "how": "visited" });
    assert_eq!(
        order
            .act(&app, LEAD, "respond", how.clone())
            .await
            .expect(409)
            .text("/code"),
        "not_signed"
    );

    // Two callers at the same moment, and one later.
    let (one, two) = tokio::join!(order.sign(&app, LEAD, 1), order.sign(&app, LEAD, 1));
    assert_eq!(one.expect(200).body, two.expect(200).body);
    order.sign(&app, LEAD, 1).await.expect(200);
    for _ in 0..2 {
        order.act(&app, LEAD, "respond", how.clone()).await.expect(200);
        order
            .act(
                &app,
                LEAD,
                "progress",
                json!({ "generation": 1, "note": "on the way" }),
            )
            .await
            .expect(200);
    }
    let other = json!({ "generation": 1, "how": "called" });
    assert_eq!(
        order
            .act(&app, LEAD, "respond", other)
            .await
            .expect(409)
            .text("/code"),
        "already_responded"
    );
    let (one, two) = tokio::join!(
        order.reply(&app, LEAD, 1, "done"),
        order.reply(&app, LEAD, 1, "done")
    );
    assert_eq!(
        (one.expect(200).text("/state"), two.expect(200).text("/state")),
        ("replied".into(), "replied".into())
    );
    assert_eq!(
        order
            .reply(&app, LEAD, 1, "done differently")
            .await
            .expect(409)
            .text("/code"),
        "already_replied"
    );
    app.settle().await;
    let counts = (
        app.published::<OrderSignedV1>().await.len(),
        app.published::<OrderRespondedV1>().await.len(),
        app.published::<OrderProgressedV1>().await.len(),
        app.published::<OrderRepliedV1>().await.len(),
    );
    assert_eq!(counts, (1, 1, 1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_responsible_unit_on_the_current_generation_acts() {
    let app = start().await;
    let order = Order::arrives(&app, "U-FIRST", &[HELPER]).await;
    app.publish(order.key(), 2, &order.assigned(2, LEAD, &[HELPER]))
        .await;
    app.settle().await;
    let code = async |unit: &str, verb: &str, body: serde_json::Value| {
        let answer = order.act(&app, unit, verb, body).await;
        (
            answer.status.as_u16(),
            answer.body["code"].as_str().unwrap_or("ok").to_owned(),
            answer.body.to_string(),
        )
    };
    let at = |generation: i32| json!({ "generation": generation });
    let note = json!({ "generation": 2, "note": "helping" });
    for (unit, verb, body, expected) in [
        (LEAD, "sign", at(1), (409, "stale_generation")),
        (LEAD, "sign", at(3), (409, "stale_generation")),
        ("U-FIRST", "sign", at(1), (409, "stale_generation")),
        ("U-FIRST", "sign", at(2), (403, "not_responsible")),
        ("U-FIRST", "progress", note.clone(), (403, "not_responsible")),
        (HELPER, "sign", at(2), (403, "not_responsible")),
        (HELPER, "reply", reply(2, "done"), (403, "not_responsible")),
        (HELPER, "progress", note, (200, "ok")),
        ("U-OTHER", "sign", at(2), (404, "order_unknown")),
        (LEAD, "sign", at(2), (200, "ok")),
    ] {
        let (status, code, body) = code(unit, verb, body).await;
        assert_eq!((status, code.as_str()), expected, "{unit} {verb}");
        if status != 200 {
            assert!(
                !body.contains(LEAD) && !body.contains("路灯"),
                "a refusal tells nothing of the order: {body}"
            );
        }
    }
    let foreign = app
        .unit("U-OTHER")
        .post(&order.path(LEAD, "sign"), at(2))
        .await
        .expect(403);
    assert_eq!(foreign.text("/code"), "wrong_unit");
    app.http(Role::Admin)
        .post(&order.path(LEAD, "sign"), at(2))
        .await
        .expect(403);
    app.anonymous()
        .post(&order.path(LEAD, "sign"), at(2))
        .await
        .expect(401);
    let path = format!("/v1/units/U-OTHER/orders/{}", order.id);
    assert_eq!(
        app.unit("U-OTHER").get(&path).await.expect(404).text("/code"),
        "order_unknown"
    );
    app.unit("U-OTHER")
        .get(&format!("/v1/units/{LEAD}/orders"))
        .await
        .expect(403);
    assert_eq!(notices(&feed(&app, "U-FIRST", 50).await), ["assigned", "revoked"]);
    app.settle().await;
    assert_eq!(app.published::<OrderSignedV1>().await.len(), 1);
    assert_eq!(
        app.published::<OrderProgressedV1>().await[0].data.unit.as_str(),
        HELPER
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_bodies_name_their_field_and_change_nothing() {
    let app = start().await;
    let order = Order::arrives(&app, LEAD, &[]).await;
    let long = "长".repeat(10_001);
    for (verb, body, status, field) in [
        ("sign", json!({}), 400, "generation"),
        ("sign", json!({ "generation": 0 }), 422, "generation"),
        ("sign", json!({ "generation": 1, "note": "x" }), 400, "note"),
        (
            "respond",
            json!({ "generation": 1, "how": "telepathy" }),
            422,
            "how",
        ),
        ("progress", json!({ "generation": 1, "note": "  " }), 422, "note"),
        (
            "reply",
            json!({ "generation": 1, "solved": true, "text": long, "contacted": true }),
            422,
            "text",
        ),
        (
            "reply",
            json!({ "generation": 1, "solved": true, "text": "x", "contacted": true, "claimed_result": "great" }),
            422,
            "claimed_result",
        ),
        (
            "return-requests",
            json!({ "generation": 1, "reason_code": "lazy", "basis": "x" }),
            422,
            "reason_code",
        ),
        (
            "return-requests",
            json!({ "generation": 1, "reason_code": "duplicate", "basis": "x", "suggested_unit": "a.b" }),
            422,
            "suggested_unit",
        ),
    ] {
        let answer = order.act(&app, LEAD, verb, body).await.expect(status);
        assert_eq!(answer.text("/field"), field, "{verb}");
    }
    let nowhere = format!("/v1/units/{LEAD}/orders/{}/sign", Uuid::now_v7());
    app.unit(LEAD)
        .post(&nowhere, json!({ "generation": 1 }))
        .await
        .expect(404);
    app.settle().await;
    assert!(
        app.published::<OrderSignedV1>().await.is_empty()
            && app.published::<OrderReturnRequestedV1>().await.is_empty()
    );
}
