//! `POST /v1/complaints`: what is answered, what is stored, what is told.
use crate::harness::{complaint, complaint_with, order_id, register, start};
use contracts::intake::{ComplaintAnsweredV1, ComplaintDeclinedV1, ComplaintReceivedV1, OrderRegisteredV1};
use contracts::words::Disposition;
use serde_json::json;
use testkit::Role;

#[tokio::test]
async fn a_complaint_becomes_one_order() {
    let app = start().await;
    let response = app
        .http(Role::Agent)
        .post("/v1/complaints", complaint())
        .await
        .expect(201);
    let number = response.text("/complaint_number");
    assert!(number.starts_with("260302") && number.len() == 12, "{number}");
    assert_eq!(response.text("/disposition"), "accepted");
    assert_eq!(response.text("/orders/0/order_number"), format!("{number}-1"));
    assert_eq!(
        response.headers["location"],
        format!("/v1/complaints/{}", response.text("/complaint_id"))
    );

    let received = app.published::<ComplaintReceivedV1>().await;
    let registered = app.published::<OrderRegisteredV1>().await;
    assert_eq!((received.len(), registered.len()), (1, 1));
    let order = order_id(&response.body, 0);
    assert_eq!(received[0].data.orders, [order]);
    assert_eq!((registered[0].key, registered[0].sequence), (order.uuid(), 1));
    assert_eq!(received[0].key.to_string(), response.text("/complaint_id"));
    assert_eq!(registered[0].actor, "agent:test-agent");
    assert_eq!(registered[0].correlation_id, received[0].correlation_id);
    let event = &registered[0].data;
    assert_eq!(
        (event.title.as_str(), event.text.as_str()),
        ("文渊街路灯坏了", "文渊街中段有七八盏路灯不亮，已经半个月了。")
    );
    assert_eq!(event.place.division.as_deref(), Some("990102002"));
    assert_eq!(event.facts["地名"], "文渊街");
    assert_eq!(
        (event.accepted_at, event.caller),
        (app.clock.now(), received[0].data.caller)
    );
    assert!(event.caller.is_some_and(|token| token.get_version_num() == 8));
    app.settle().await;
}

/// Story 18, the first half.
#[tokio::test]
async fn demands_become_one_order_each() {
    let app = start().await;
    let body = complaint_with(json!({ "demands": [
        { "text": "路灯不亮" },
        { "text": "占道经营", "title": "占道", "matter": "M010201", "place": { "longitude": 125.1, "latitude": 30.1 } },
        { "text": "夜间施工噪声", "place": { "address": "霞光路工地" } },
    ] }));
    let registered = register(&app, body).await;
    let number = registered["complaint_number"].as_str().unwrap();
    let numbers: Vec<_> = registered["orders"]
        .as_array()
        .unwrap()
        .iter()
        .map(|order| order["order_number"].clone())
        .collect();
    assert_eq!(numbers, [1, 2, 3].map(|n| json!(format!("{number}-{n}"))));
    let events = app.published::<OrderRegisteredV1>().await;
    let seen: Vec<_> = events
        .iter()
        .map(|event| &event.data)
        .map(|e| {
            (
                e.title.as_str(),
                e.text.as_str(),
                e.matter.as_ref().unwrap().as_str(),
                e.place.division.as_deref(),
                e.place.address.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            (
                "文渊街路灯坏了",
                "路灯不亮",
                "M020101",
                Some("990102002"),
                Some("文渊街中段")
            ),
            ("占道", "占道经营", "M010201", None, None),
            (
                "文渊街路灯坏了",
                "夜间施工噪声",
                "M020101",
                None,
                Some("霞光路工地")
            ),
        ]
    );
    assert_eq!(
        app.published::<ComplaintReceivedV1>().await[0].data.orders.len(),
        3
    );
    app.settle().await;
}

#[tokio::test]
async fn answered_and_declined_complaints_make_no_order() {
    let app = start().await;
    let answered = register(&app, complaint_with(json!({ "kind": "consultation", "disposition": "answered", "answer": "工作日九点起办理", "place": {} }))).await;
    let declined = register(
        &app,
        complaint_with(json!({ "disposition": "declined", "reason": "BS04", "advice": "请向人民法院提出" })),
    )
    .await;
    assert_eq!(
        (&answered["disposition"], &answered["orders"]),
        (&json!("answered"), &json!([]))
    );
    assert_eq!(
        (&declined["disposition"], &declined["orders"]),
        (&json!("declined"), &json!([]))
    );
    assert_eq!(
        app.published::<ComplaintAnsweredV1>().await[0].data.answer,
        "工作日九点起办理"
    );
    let told = &app.published::<ComplaintDeclinedV1>().await[0].data;
    assert_eq!(
        (told.reason.as_str(), told.advice.as_str()),
        ("BS04", "请向人民法院提出")
    );
    let dispositions: Vec<_> = app
        .published::<ComplaintReceivedV1>()
        .await
        .iter()
        .map(|e| e.data.disposition)
        .collect();
    assert_eq!(dispositions, [Disposition::Answered, Disposition::Declined]);
    assert!(app.published::<OrderRegisteredV1>().await.is_empty());
    app.settle().await;
}

#[tokio::test]
async fn reports_are_confidential_whatever_is_said() {
    let app = start().await;
    register(
        &app,
        complaint_with(json!({ "kind": "report", "confidential": false })),
    )
    .await;
    assert!(app.published::<OrderRegisteredV1>().await[0].data.confidential);
    app.settle().await;
}

/// Every rule has its own test beside the rules; here, that they reach the client and nothing is written.
#[tokio::test]
async fn a_bad_field_is_named_and_nothing_is_written() {
    let app = start().await;
    for (changes, status, field) in [
        (json!({ "title": "" }), 422, "title"),
        (
            json!({ "place": { "longitude": 200.0, "latitude": 1.0 } }),
            422,
            "place.longitude",
        ),
        (json!({ "place": {} }), 422, "place"),
        (json!({ "caller": { "phone": "call me" } }), 422, "caller.phone"),
        (
            json!({ "place": {}, "demands": [{ "text": "路灯", "place": { "address": "霞光路" } }, { "text": "占道" }] }),
            422,
            "demands[1].place",
        ),
        (
            json!({ "channel": "sms", "source_number": crate::harness::PHONE }),
            422,
            "source_number",
        ),
        (
            json!({ "demands": [{ "text": "\u{0}" }] }),
            400,
            "demands[0].text",
        ),
        (json!({ "channel": "pigeon" }), 400, "channel"),
        (json!({ "place": { "street": "x" } }), 400, "place.street"),
        (json!({ "joins": "not-an-id" }), 400, "joins"),
    ] {
        let response = app
            .http(Role::Agent)
            .post("/v1/complaints", complaint_with(changes))
            .await
            .expect(status);
        assert_eq!(response.text("/field"), field, "{}", response.body);
    }
    let rows: i64 =
        sqlx::query_scalar("select (select count(*) from complaints) + (select count(*) from journal)")
            .fetch_one(app.db())
            .await
            .unwrap();
    assert_eq!(rows, 0);
}

#[tokio::test]
async fn problems_speak_the_callers_language() {
    let app = start().await;
    let body = complaint_with(json!({ "title": "" }));
    let response = app
        .http(Role::Agent)
        .header("accept-language", "zh-CN")
        .post("/v1/complaints", body)
        .await
        .expect(422);
    assert_eq!(response.text("/detail"), "须为 1 至 200 个字符");
}

/// Many clients write every member and `null` where they have nothing.
#[tokio::test]
async fn null_is_as_good_as_absent() {
    let app = start().await;
    let nothing = json!({
        "matter": null, "caller": null, "confidential": null, "source_number": null, "facts": null,
        "demands": null, "disposition": null, "answer": null, "reason": null, "advice": null, "joins": null,
    });
    let registered = register(&app, complaint_with(nothing)).await;
    assert_eq!(registered["orders"].as_array().unwrap().len(), 1);
    let event = &app.published::<OrderRegisteredV1>().await[0].data;
    assert!(!event.confidential && event.facts.is_empty() && event.caller.is_none());
    let nowhere = complaint_with(json!({ "place": null }));
    let refused = app
        .http(Role::Agent)
        .post("/v1/complaints", nowhere)
        .await
        .expect(422);
    assert_eq!(refused.text("/field"), "place");
    app.settle().await;
}
