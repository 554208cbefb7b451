//! Evidence: given by the units that have the order, read by them and the hotline, and by nobody else.
use crate::harness::{HELPER, LEAD, Order, reply, start, start_with};
use serde_json::{Value, json};
use testkit::{Response, Role, TestApp};
use uuid::Uuid;

const PHOTO: &[u8] = b"\xff\xd8\xff\xe0 a photo of a lamp";

async fn upload(app: &TestApp, order: &Order, unit: &str, name: &str) -> Response {
    let path = format!("{}?name={name}", order.path(unit, "attachments"));
    app.unit(unit)
        .post_bytes(&path, "image/jpeg", PHOTO.to_vec())
        .await
}

async fn given(app: &TestApp, order: &Order, unit: &str) -> String {
    upload(app, order, unit, "lamp.jpg")
        .await
        .expect(201)
        .text("/attachment_id")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_names_evidence_that_the_hotline_opens() {
    let app = start().await;
    let order = Order::arrives(&app, LEAD, &[HELPER]).await;
    let kept = upload(&app, &order, LEAD, "13800138000.jpg").await.expect(201);
    assert_eq!(kept.text("/name"), "***.jpg", "phone numbers are masked");
    let mine = kept.text("/attachment_id");
    let theirs = given(&app, &order, HELPER).await;
    order.sign(&app, LEAD, 1).await.expect(200);
    let with = |ids: &[&str]| {
        let mut body = reply(1, "修好了");
        body["attachments"] = json!(ids);
        body
    };
    let nobodys = Uuid::now_v7().to_string();
    for wrong in [&nobodys, &theirs] {
        let refused = order
            .act(&app, LEAD, "reply", with(&[&mine, wrong]))
            .await
            .expect(422);
        assert_eq!(refused.text("/field"), "attachments");
    }
    let part = json!({ "generation": 1, "done": true, "text": "x", "attachments": [theirs] });
    order.act(&app, HELPER, "parts", part).await.expect(200);
    order.act(&app, LEAD, "reply", with(&[&mine])).await.expect(200);
    app.settle().await;

    let path = format!("/v1/orders/{}/handling", order.id);
    let seen = app.http(Role::CallbackAgent).get(&path).await.expect(200).body;
    let replied = &seen["actions"]
        .as_array()
        .unwrap()
        .iter()
        .find(|action| action["verb"] == "reply")
        .unwrap()["content"];
    assert_eq!(replied["attachments"], json!([mine]));
    assert_eq!(seen["attachments"].as_array().unwrap().len(), 2);
    let path = format!("/v1/orders/{}/attachments/{theirs}", order.id);
    let opened = app.http(Role::Supervisor).get(&path).await.expect(200);
    assert_eq!(opened.headers["content-type"], "image/jpeg");
    assert_eq!(opened.headers["x-content-type-options"], "nosniff");
    assert_eq!(
        opened.headers["content-disposition"],
        "attachment; filename*=UTF-8''lamp.jpg"
    );
    assert!(opened.body.as_str().unwrap().ends_with("a photo of a lamp"));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_unit_reads_what_is_not_for_it() {
    let app = start().await;
    let order = Order::arrives(&app, LEAD, &[HELPER]).await;
    let mine = given(&app, &order, LEAD).await;
    let theirs = given(&app, &order, HELPER).await;
    let stranger = upload(&app, &order, "U-STRANGER", "x.jpg").await.expect(404);
    assert_eq!(stranger.text("/code"), "order_unknown");
    let of = |unit: &str, id: &str| order.path(unit, &format!("attachments/{id}"));
    for (unit, id, status) in [
        (LEAD, &mine, 200),
        (LEAD, &theirs, 200),
        (HELPER, &theirs, 200),
        (HELPER, &mine, 404),
        ("U-STRANGER", &mine, 404),
    ] {
        app.unit(unit).get(&of(unit, id)).await.expect(status);
    }
    // Nor through another unit's address, nor through another order.
    app.unit(HELPER).get(&of(LEAD, &mine)).await.expect(403);
    let other = Order::arrives(&app, LEAD, &[]).await;
    let elsewhere = other.path(LEAD, &format!("attachments/{mine}"));
    app.unit(LEAD).get(&elsewhere).await.expect(404);
    let list = app.unit(HELPER).get(&order.path(HELPER, "attachments")).await;
    assert_eq!(list.expect(200).body["items"].as_array().unwrap().len(), 1);
    // The next unit does not read what the one before gave.
    app.publish(order.key(), 2, &order.assigned(2, "U-NEXT", &[]))
        .await;
    app.settle().await;
    app.unit("U-NEXT").get(&of("U-NEXT", &mine)).await.expect(404);
    upload(&app, &order, LEAD, "late.jpg").await.expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_too_much_or_something_else_is_refused() {
    let app = start_with(&[
        ("service.attachments.max_bytes", "64"),
        ("service.attachments.per_unit_max", "2"),
    ])
    .await;
    let order = Order::arrives(&app, LEAD, &[]).await;
    let path = |name: &str| format!("{}?name={name}", order.path(LEAD, "attachments"));
    let post = async |name: &str, media_type: &str, content: &[u8]| {
        app.unit(LEAD)
            .post_bytes(&path(name), media_type, content.to_vec())
            .await
    };
    let mut large = PHOTO.to_vec();
    large.resize(65, 0);
    post("a.jpg", "image/jpeg", &large).await.expect(413);
    for (media_type, content) in [
        ("text/html", &b"<script>"[..]),
        ("image/png", PHOTO),
        ("image/jpeg", b"<script>"),
        ("", PHOTO),
    ] {
        let refused = post("a.jpg", media_type, content).await.expect(415);
        assert_eq!(refused.text("/code"), "attachment_type");
    }
    let bad = post("%2e%2e%2f", "image/jpeg", PHOTO).await.expect(400);
    assert_eq!(bad.text("/field"), "name");
    let first = post("a.jpg", "image/jpeg", PHOTO).await.expect(201);
    // Sent again over a bad line: the same piece of evidence, counted once.
    for _ in 0..2 {
        let again = post("again.jpg", "image/jpeg", PHOTO).await.expect(201);
        assert_eq!(again.body, first.body);
    }
    let path = first.text("/attachment_id");
    let path = format!("/v1/orders/{}/attachments/{path}", order.id);
    app.http(Role::Supervisor).get(&path).await.expect(200);
    post("b.jpg", "image/jpeg", b"\xff\xd8\xff\xe0 b")
        .await
        .expect(201);
    let third = post("c.jpg", "image/jpeg", b"\xff\xd8\xff\xe0 c")
        .await
        .expect(409);
    assert_eq!(third.text("/code"), "attachments_exhausted");
    app.publish(order.key(), 2, &order.closed(&app)).await;
    app.settle().await;
    let closed = post("d.jpg", "image/jpeg", PHOTO).await.expect(409);
    assert_eq!(closed.text("/code"), "order_closed");
    let unknown = format!("/v1/orders/{}/handling", Uuid::now_v7());
    let answer: Value = app.http(Role::Auditor).get(&unknown).await.expect(404).body;
    assert_eq!(answer["code"], "order_unknown");
}
