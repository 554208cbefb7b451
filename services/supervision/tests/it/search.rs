//! Orders found by what people know of them.
use crate::harness::{Told, start};
use chrono::TimeDelta;
use serde_json::{Value, json};
use testkit::{Role, TestApp};

async fn ids(app: &TestApp, query: &str) -> Vec<String> {
    let found = app
        .http(Role::Supervisor)
        .get(&format!("/v1/search/orders?{query}"))
        .await
        .expect(200);
    let items = found.body["items"].as_array().unwrap().iter();
    items
        .map(|item| item["order_id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn orders_are_found_by_every_thing_one_may_know() {
    let app = start().await;
    let (old, open) = (Told::new(&app), Told::new(&app));
    old.under_way().await;
    old.closed().await;
    app.clock.advance(TimeDelta::days(2));
    open.registered().await;
    app.settle().await;
    let (old, open) = (old.order_id.to_string(), open.order_id.to_string());
    // 路灯不亮
    for (query, expected) in [
        ("", vec![&open, &old]),
        ("q=%E8%B7%AF%E7%81%AF", vec![&open, &old]),
        ("q=%E7%81%AF%E4%BA%AE", vec![]),
        ("number=260302", vec![&open, &old]),
        ("number=26030200001-1&unit=U-1", vec![&old]),
        ("number=9999", vec![]),
        ("unit=U-1", vec![&old]),
        ("unit=U-2", vec![]),
        ("matter=M0203", vec![&old]),
        ("division=990102", vec![&old]),
        ("division=990102003&kind=help&channel=phone", vec![&old]),
        ("kind=report", vec![]),
        ("state=closed", vec![&old]),
        ("state=registered", vec![&open]),
        ("level=1", vec![]),
        ("late=true", vec![]),
        ("from=2026-03-02&to=2026-03-02", vec![&old]),
        ("from=2026-03-03&to=2026-03-09&q=%E4%B8%8D%E4%BA%AE", vec![&open]),
    ] {
        assert_eq!(
            ids(&app, query).await.iter().collect::<Vec<_>>(),
            expected,
            "{query}"
        );
    }
}

#[tokio::test]
async fn pages_follow_each_other_and_leaders_see_no_titles() {
    let app = start().await;
    for _ in 0..3 {
        Told::new(&app).under_way().await;
        app.clock.advance(TimeDelta::minutes(1));
    }
    let all = ids(&app, "unit=U-1").await;
    let leader = app.http(Role::Leader);
    let first = leader.get("/v1/search/orders?unit=U-1&limit=2").await.expect(200);
    assert!(first.body["items"][0].get("title").is_none());
    let after = first.text("/next");
    let second = leader
        .get(&format!("/v1/search/orders?unit=U-1&limit=2&after={after}"))
        .await
        .expect(200);
    assert_eq!(second.body["items"][0]["order_id"], all[2]);
    app.clock.advance(TimeDelta::hours(5));
    app.settle().await;
    assert_eq!(ids(&app, "late=true").await, all);
    for (query, field) in [
        ("q=%E7%81%AF", "q"),
        ("number=26", "number"),
        ("state=lost", "state"),
        ("kind=joy", "kind"),
        ("level=9", "level"),
        ("from=2026-03-01", "to"),
        ("colour=red", "colour"),
    ] {
        let refused = leader
            .get(&format!("/v1/search/orders?{query}"))
            .await
            .expect(400);
        assert_eq!(refused.body["field"], json!(field), "{query}");
        assert_ne!(refused.body["detail"], Value::Null);
    }
}
