//! The feed as Server-Sent Events, and actions that name the state they act on.
use crate::harness::{LEAD, Order, key, start, start_with};
use crate::unit_system::UnitSystem;
use axum::body::{Body, BodyDataStream};
use axum::http::Request;
use contracts::unit_gateway::OrderDeliveredV1;
use futures::StreamExt as _;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{Role, TestApp};
use tower::ServiceExt as _;

/// A client that follows the feed of the lead.
struct Follower(BodyDataStream);

impl Follower {
    async fn start(app: &TestApp, key: &str, last: Option<&str>) -> Self {
        let mut request = Request::get(format!("/v1/units/{LEAD}/orders/live"))
            .header("authorization", format!("Bearer {key}"));
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let request = request.body(Body::empty()).unwrap();
        let response = app.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self(response.into_body().into_data_stream())
    }

    /// The next part with documents in it: their ids and notices.
    async fn next(&mut self) -> Vec<(String, String)> {
        loop {
            let part = self.0.next().await.unwrap().unwrap();
            let text = String::from_utf8(part.to_vec()).unwrap();
            let events: Vec<(String, String)> = text.split("\n\n").filter_map(event).collect();
            if !events.is_empty() {
                return events;
            }
        }
    }
}

fn event(block: &str) -> Option<(String, String)> {
    let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name));
    let document: Value = serde_json::from_str(field("data: ")?).unwrap();
    assert_eq!(field("event: "), Some("order"));
    let notice = document["data"]["notice"].as_str().unwrap().to_owned();
    Some((field("id: ")?.to_owned(), notice))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_follows_its_feed_and_comes_back_where_it_was() {
    let app = start().await;
    let (_, mine) = key(&app, LEAD).await;
    let first = Order::arrives(&app, LEAD, &[]).await;
    Order::arrives(&app, "U-OTHER", &[]).await;
    let mut follower = Follower::start(&app, &mine, None).await;
    assert_eq!(follower.next().await, [("1".to_owned(), "assigned".to_owned())]);
    // It waits at the end of the feed, and hears what comes.
    app.publish(first.key(), 2, &first.closed(&app)).await;
    let (told, ()) = tokio::join!(follower.next(), app.settle());
    assert_eq!(told, [("2".to_owned(), "closed".to_owned())]);
    assert!(
        app.published::<OrderDeliveredV1>().await.is_empty(),
        "written is not received"
    );
    drop(follower);
    // It had only the first; that one is acknowledged by coming back, and the other comes again.
    let mut follower = Follower::start(&app, &mine, Some("1")).await;
    assert_eq!(follower.next().await, [("2".to_owned(), "closed".to_owned())]);
    app.settle().await;
    assert_eq!(app.published::<OrderDeliveredV1>().await.len(), 1);
    let path = format!("/v1/units/{LEAD}/orders/live");
    for bad in ["x", "-1", "99"] {
        let caller = app.http_as(&mine).header("last-event-id", bad);
        assert_eq!(caller.get(&path).await.expect(400).text("/field"), "after");
    }
    app.unit("U-OTHER").get(&path).await.expect(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_ends_with_its_key() {
    let app = start_with(&[("service.delivery.live_secs", "30")]).await;
    let (key_id, mine) = key(&app, LEAD).await;
    let first = Order::arrives(&app, LEAD, &[]).await;
    let mut follower = Follower::start(&app, &mine, None).await;
    assert_eq!(follower.next().await.len(), 1);
    app.http(Role::Admin)
        .delete(&format!("/v1/units/{LEAD}/keys/{key_id}"))
        .await
        .expect(204);
    app.publish(first.key(), 2, &first.closed(&app)).await;
    let (rest, ()) = tokio::join!(
        async {
            let mut rest = String::new();
            while let Some(part) = follower.0.next().await {
                rest += std::str::from_utf8(&part.unwrap()).unwrap();
            }
            rest
        },
        app.settle()
    );
    assert!(!rest.contains("event: order"), "{rest}");
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_without_a_place_to_wait_is_not_read_without_end() {
    let app = start_with(&[("service.delivery.waiting_pulls_max", "0")]).await;
    let (_, mine) = key(&app, LEAD).await;
    Order::arrives(&app, LEAD, &[]).await;
    let mut follower = Follower::start(&app, &mine, None).await;
    assert_eq!(follower.next().await.len(), 1, "what is there comes at once");
    let more = tokio::time::timeout(Duration::from_millis(500), follower.0.next()).await;
    assert!(
        more.is_err(),
        "it waits, and does not ask the database again and again"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_on_another_state_than_the_unit_knows_has_no_effect() {
    let app = start().await;
    let (_, mine) = key(&app, LEAD).await;
    let order = Order::arrives(&app, LEAD, &[]).await;
    let path = format!("/v1/units/{LEAD}/orders/{}", order.id);
    let tag = async || {
        let seen = app.unit(LEAD).get(&path).await.expect(200);
        seen.headers["etag"].to_str().unwrap().to_owned()
    };
    let before = tag().await;
    assert_eq!(before, "\"1.0\"");
    let with = |tag: &str| app.unit(LEAD).header("if-match", tag);
    let sign = json!({ "generation": 1 });
    with(&before)
        .post(&order.path(LEAD, "sign"), sign)
        .await
        .expect(200);
    order.reply(&app, LEAD, 1, "done").await.expect(200);
    app.publish(order.key(), 2, &order.reworked(LEAD, 1, 1)).await;
    app.settle().await;
    let note = json!({ "generation": 1, "note": "again" });
    let progress = order.path(LEAD, "progress");
    let refused = with(&before).post(&progress, note.clone()).await.expect(412);
    assert_eq!(refused.text("/code"), "outdated");
    with("1.0").post(&progress, note.clone()).await.expect(400);
    let now = tag().await;
    assert_eq!(now, "\"1.1\"");
    with(&now).post(&progress, note.clone()).await.expect(200);
    with("*").post(&progress, note.clone()).await.expect(200);
    // The same over NATS.
    let system = UnitSystem::connect(&app, LEAD).await;
    let mut command = note;
    command["order_id"] = json!(order.id);
    let refused = system
        .command_with(LEAD, "progress", Some(&mine), Some(&before), &command)
        .await;
    assert_eq!(refused["code"], "outdated");
    app.settle().await;
}
