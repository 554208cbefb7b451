//! What a body may not hold, and which words are the same words again.
use crate::harness::{LEAD, Order, start};
use contracts::unit_gateway::OrderProgressedV1;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn no_text_with_a_zero_character_reaches_the_database() {
    let app = start().await;
    let order = Order::arrives(&app, LEAD, &[]).await;
    order.sign(&app, LEAD, 1).await.expect(200);
    let done = |text: &str, internal: &str| json!({ "generation": 1, "solved": true, "text": text, "contacted": true, "internal_text": internal });
    for (verb, body, field) in [
        (
            "respond",
            json!({ "generation": 1, "how": "called", "note": "a\0" }),
            "note",
        ),
        ("progress", json!({ "generation": 1, "note": "a\0b" }), "note"),
        (
            "return-requests",
            json!({ "generation": 1, "reason_code": "duplicate", "basis": "\0" }),
            "basis",
        ),
        (
            "return-requests",
            json!({ "generation": 1, "reason_code": "duplicate", "basis": "x", "suggested_unit": "a\0b" }),
            "suggested_unit",
        ),
        ("reply", done("a\0b", "x"), "text"),
        ("reply", done("x", "a\0b"), "internal_text"),
    ] {
        let answer = order.act(&app, LEAD, verb, body).await;
        assert!(
            answer.status.is_client_error(),
            "{verb}: {} {}",
            answer.status,
            answer.body
        );
        assert_eq!(answer.text("/field"), field, "{verb}");
    }
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_key_the_key_says_which_note_is_the_same() {
    let app = start().await;
    let order = Order::arrives(&app, LEAD, &[]).await;
    let path = order.path(LEAD, "progress");
    let note = |text: &str| json!({ "generation": 1, "note": text });
    let unit = app.unit(LEAD);
    for key in ["monday", "monday", "tuesday"] {
        unit.post_with_key(&path, note("继续施工"), key).await.expect(200);
    }
    let reused = unit
        .post_with_key(&path, note("已停工"), "monday")
        .await
        .expect(422);
    assert_eq!(reused.text("/code"), "idempotency_key_reused");
    // A key belongs to one order, one unit and one verb.
    unit.post_with_key(&order.path(LEAD, "sign"), json!({ "generation": 1 }), "monday")
        .await
        .expect(200);
    app.settle().await;
    let notes: Vec<String> = app
        .published::<OrderProgressedV1>()
        .await
        .into_iter()
        .map(|fact| fact.data.note)
        .collect();
    assert_eq!(notes, ["继续施工", "继续施工"]);
}
