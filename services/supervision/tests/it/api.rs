//! Orders, lists and timelines through HTTP.
use crate::harness::{Told, start};
use chrono::TimeDelta;
use serde_json::json;
use std::time::Duration;
use testkit::Role;
use uuid::Uuid;

#[tokio::test]
async fn due_times_are_explained_in_the_language_asked_for() {
    let app = start().await;
    let told = Told::new(&app);
    told.under_way().await;
    let path = format!("/v1/orders/{}", told.order_id);
    let explained = |body: &serde_json::Value| {
        body["clocks"][2]["explanation"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| s.as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
            .join("\n")
    };
    let english = app.http(Role::Agent).get(&path).await.expect(200);
    let text = explained(&english.body);
    assert!(
        text.contains("Nobody signed") && text.contains("2026-03-09 17:00"),
        "{text}"
    );
    let chinese = app
        .http(Role::Dispatcher)
        .header("accept-language", "zh-CN")
        .get(&path)
        .await
        .expect(200);
    let text = explained(&chinese.body);
    assert!(
        text.contains("未签收") && text.contains("2026-03-09 17:00"),
        "{text}"
    );
    assert_eq!(english.body["division"], "990102003");
    assert_eq!(english.body["assignment"]["co_handlers"], json!(["U-9"]));
    assert_eq!(english.body["level"], 0);
}

#[tokio::test]
async fn lists_filter_by_state_unit_and_lateness_and_the_most_urgent_comes_first() {
    let app = start().await;
    let (first, second, closed) = (Told::new(&app), Told::new(&app), Told::new(&app));
    first.under_way().await;
    closed.under_way().await;
    closed.closed().await;
    app.clock.advance(TimeDelta::minutes(95));
    second.under_way().await;
    let supervisor = app.http(Role::Supervisor);
    let ids = |body: &serde_json::Value| {
        body["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|o| o["order_id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let (first, second, closed) = (
        first.order_id.to_string(),
        second.order_id.to_string(),
        closed.order_id.to_string(),
    );
    for (query, expected) in [
        ("", vec![&first, &second, &closed]),
        ("?state=&unit=&late=", vec![&first, &second, &closed]),
        ("?late=near", vec![&first]),
        ("?late=true", vec![]),
        ("?state=closed", vec![&closed]),
        ("?state=assigned&unit=U-1", vec![&first, &second]),
        ("?unit=U-2", vec![]),
    ] {
        let listed = supervisor.get(&format!("/v1/orders{query}")).await.expect(200);
        assert_eq!(ids(&listed.body).iter().collect::<Vec<_>>(), expected, "{query}");
    }
    app.clock.advance(TimeDelta::minutes(30));
    app.settle().await;
    let late = supervisor.get("/v1/orders?late=true").await.expect(200);
    assert_eq!(
        (ids(&late.body), late.text("/items/0/late")),
        (vec![first.clone()], "late".to_owned())
    );
    let page = supervisor.get("/v1/orders?limit=2").await.expect(200);
    let rest = supervisor
        .get(&format!("/v1/orders?limit=2&after={}", page.text("/next")))
        .await
        .expect(200);
    assert_eq!(
        (ids(&page.body), ids(&rest.body)),
        (vec![first, second], vec![closed])
    );
    for (query, field) in [
        ("state=lost", "state"),
        ("late=very", "late"),
        ("after=x", "after"),
        ("limit=0", "limit"),
        ("colour=red", "colour"),
    ] {
        assert_eq!(
            supervisor
                .get(&format!("/v1/orders?{query}"))
                .await
                .expect(400)
                .text("/field"),
            field
        );
    }
}

#[tokio::test]
async fn leaders_see_no_titles() {
    let app = start().await;
    Told::new(&app).under_way().await;
    let supervisor = app.http(Role::Supervisor).get("/v1/orders").await.expect(200);
    assert_eq!(supervisor.text("/items/0/title"), "路灯不亮");
    let leader = app.http(Role::Leader).get("/v1/orders").await.expect(200);
    assert!(leader.body["items"][0].get("title").is_none());
}

#[tokio::test]
async fn the_timeline_is_paged() {
    let app = start().await;
    let told = Told::new(&app);
    told.under_way().await;
    told.signed(1).await;
    app.settle().await;
    let auditor = app.http(Role::Auditor);
    let path = format!("/v1/orders/{}/timeline", told.order_id);
    let first = auditor.get(&format!("{path}?limit=3")).await.expect(200);
    let rest = auditor
        .get(&format!("{path}?limit=3&after={}", first.text("/next")))
        .await
        .expect(200);
    assert_eq!(first.text("/items/0/type"), "intake.complaint.received.v1");
    assert_eq!(rest.text("/items/0/type"), "unit-gateway.order.signed.v1");
    assert_eq!(rest.text("/items/0/summary/unit"), "U-1");
    assert!(rest.body.get("next").is_none());
}

#[tokio::test]
async fn what_is_not_known_is_not_found() {
    let app = start().await;
    for path in ["", "/timeline"] {
        let answer = app
            .http(Role::Supervisor)
            .get(&format!("/v1/orders/{}{path}", Uuid::now_v7()))
            .await
            .expect(404);
        assert_eq!(answer.text("/code"), "order_unknown");
    }
    assert_eq!(
        app.http(Role::Supervisor)
            .get("/v1/orders/x")
            .await
            .expect(400)
            .text("/field"),
        "order_id"
    );
}

#[tokio::test]
async fn a_gap_in_a_line_is_found() {
    let app = start().await;
    let told = Told::new(&app);
    app.publish(told.order_id.uuid(), 2, &told.registration()).await;
    app.settle().await;
    let gaps = app.http(Role::Admin).get("/v1/audit/gaps").await.expect(200);
    let expected = json!([{ "key": told.order_id, "service": "intake", "events": 1, "first_sequence": 2, "last_sequence": 2 }]);
    assert_eq!(gaps.body["items"], expected);
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
