//! Calls about the same event are found while they are typed; what has ended is not.
use crate::harness::{closed, complaint_with, order_id, register, start};
use chrono::TimeDelta;
use contracts::ids::OrderId;
use contracts::words::Outcome;
use serde_json::{Value, json};
use testkit::{Role, TestApp};

/// A cold flat at so many thousandths of a degree east of the boiler house.
fn cold_flat(east: f64) -> Value {
    json!({
        "title": "暖气不热", "text": "家里暖气不热，锅炉房说在抢修", "matter": "M0301",
        "place": { "longitude": 113.6 + east / 1000.0, "latitude": 34.7, "address": "文渊街锅炉房" },
    })
}

async fn made(app: &TestApp, changes: Value) -> OrderId {
    order_id(&register(app, complaint_with(changes)).await, 0)
}

async fn similar(app: &TestApp, typed: Value) -> Vec<Value> {
    let found = app.http(Role::Agent).post("/v1/similar", typed).await.expect(200);
    found.body["items"].as_array().unwrap().clone()
}

fn ids(items: &[Value]) -> Vec<String> {
    let ids = items
        .iter()
        .map(|item| item["order_id"].as_str().unwrap().to_owned());
    ids.collect()
}

#[tokio::test]
async fn calls_about_one_boiler_house_find_the_first_with_the_reasons() {
    let app = start().await;
    let near = made(&app, cold_flat(0.5)).await;
    made(&app, cold_flat(30.0)).await;
    made(&app, json!({})).await;
    app.clock.advance(TimeDelta::minutes(20));
    let mut typed = cold_flat(0.0);
    typed.as_object_mut().unwrap().remove("title");
    let found = similar(&app, typed).await;
    assert_eq!(ids(&found), [near.to_string()]);
    let reasons = found[0]["reasons"].as_array().unwrap();
    let codes: Vec<&Value> = reasons.iter().map(|reason| &reason["code"]).collect();
    assert_eq!(codes, ["near", "matter", "text", "recent"]);
    assert_eq!(reasons[0]["zh"], "相距46米");
    assert_eq!(reasons[3]["en"], "accepted 20 minutes ago");

    // Whoever calls now may follow it, and knows only its title.
    let joining = complaint_with(json!({ "joins": near.to_string(), "place": {} }));
    let followed = register(&app, joining).await;
    assert_eq!(followed["follows"]["order_id"], json!(near));
    app.settle().await;
}

#[tokio::test]
async fn an_address_alone_finds_it_and_words_alone_when_they_are_nearly_the_same() {
    let app = start().await;
    let order = made(&app, cold_flat(0.0)).await.to_string();
    let typed = json!({ "text": "暖气不热", "place": { "address": "文渊街的锅炉房" } });
    assert_eq!(ids(&similar(&app, typed).await), *std::slice::from_ref(&order));
    let typed = json!({ "title": "暖气不热", "text": "家里暖气不热，锅炉房说还在抢修" });
    assert_eq!(ids(&similar(&app, typed).await), *std::slice::from_ref(&order));
    let typed = json!({ "text": "家里暖气不热，锅炉房说还在抢修" });
    assert_eq!(ids(&similar(&app, typed).await), [order]);
    assert!(similar(&app, json!({ "title": "暖气费怎么交" })).await.is_empty());
    app.settle().await;
}

#[tokio::test]
async fn what_ended_or_is_older_than_the_window_is_not_found_and_an_amendment_moves_it() {
    let app = start().await;
    let order = made(&app, cold_flat(0.0)).await;
    let amended = json!({ "place": { "longitude": 113.8, "latitude": 34.7 }, "reason": "来电人更正了地点" });
    let path = format!("/v1/orders/{order}/amendments");
    app.http(Role::Agent).post(&path, amended).await.expect(201);
    assert!(similar(&app, cold_flat(0.0)).await.is_empty());
    assert_eq!(ids(&similar(&app, cold_flat(200.0)).await), [order.to_string()]);
    app.clock.advance(TimeDelta::days(15));
    assert!(similar(&app, cold_flat(200.0)).await.is_empty());

    let order = made(&app, cold_flat(0.0)).await;
    app.publish(order.uuid(), 1, &closed(&app, order, Outcome::Solved))
        .await;
    app.settle().await;
    assert!(similar(&app, cold_flat(0.0)).await.is_empty());
    let left: i64 = sqlx::query_scalar("select count(*) from open_orders where order_id = $1")
        .bind(order.uuid())
        .fetch_one(app.db())
        .await
        .unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn bad_questions_name_their_field() {
    let app = start().await;
    for (typed, field) in [
        (json!({}), "text"),
        (json!({ "text": "  " }), "text"),
        (json!({ "text": "停水", "limit": 21 }), "limit"),
        (json!({ "text": "停水", "limit": 0 }), "limit"),
        (json!({ "place": { "longitude": 113.6 } }), "place.latitude"),
        (json!({ "text": "水".repeat(4_001) }), "text"),
    ] {
        let refused = app.http(Role::Agent).post("/v1/similar", typed).await.expect(422);
        assert_eq!(refused.text("/field"), field);
    }
    app.http(Role::UnitOperator)
        .post("/v1/similar", json!({ "text": "停水" }))
        .await
        .expect(403);
}
