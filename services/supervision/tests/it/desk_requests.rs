//! Requests for more time and for exclusions stand on the desk like those that an order rest, until somebody decides.
use crate::harness::{Told, second, start};
use chrono::TimeDelta;
use serde_json::{Value, json};
use testkit::{Role, TestApp};

async fn desk(app: &TestApp, of: &str) -> Value {
    let desk = app.http(Role::Leader).get("/v1/desk").await.expect(200).body;
    desk[of].clone()
}

async fn signed(told: &Told<'_>) {
    told.under_way().await;
    told.signed(1).await;
    told.app.settle().await;
}

/// How many wait, how many of them too long, and who they are, as listed.
fn seen(list: &Value, id: &str) -> (i64, i64, Vec<Value>) {
    let ids = list["requests"].as_array().unwrap().iter();
    (
        list["waiting"].as_i64().unwrap(),
        list["late"].as_i64().unwrap(),
        ids.map(|request| request[id].clone()).collect(),
    )
}

#[tokio::test]
async fn requests_for_more_time_wait_on_the_desk_the_oldest_first() {
    let app = start().await;
    let (first, second_one) = (Told::new(&app), Told::new(&app));
    for told in [&first, &second_one] {
        signed(told).await;
    }
    assert_eq!(
        seen(&desk(&app, "extension_requests").await, "extension_id"),
        (0, 0, vec![])
    );
    let older = second_one.asks_for_more(second_one.now()).await;
    app.settle().await;
    app.clock.advance(TimeDelta::hours(2));
    let newer = first.asks_for_more(first.now()).await;
    app.settle().await;
    app.clock.advance(TimeDelta::hours(22));
    app.settle().await;
    let listed = desk(&app, "extension_requests").await;
    assert_eq!(
        seen(&listed, "extension_id"),
        (2, 1, vec![json!(older), json!(newer)]),
        "one has waited for a day"
    );
    assert_eq!(
        (
            &listed["requests"][0]["requested_by"],
            &listed["requests"][0]["clock"]
        ),
        (&json!("unit:U-1"), &json!("finish"))
    );
    let yes = json!({ "verdict": "granted", "reason": "同意" });
    let review = format!("/v1/extensions/{older}/review");
    app.http(Role::Supervisor).post(&review, yes).await.expect(200);
    let left = desk(&app, "extension_requests").await;
    assert_eq!(seen(&left, "extension_id"), (1, 0, vec![json!(newer)]));
    app.settle().await;
}

#[tokio::test]
async fn requests_for_exclusions_wait_on_the_desk_until_another_person_decides() {
    let app = start().await;
    let told = Told::new(&app);
    signed(&told).await;
    let form = json!({ "order_id": told.order_id, "reason": "impossible", "note": "管线已废弃" });
    let asked = app
        .http(Role::Supervisor)
        .post("/v1/exclusions", form)
        .await
        .expect(201);
    let id = json!(asked.text("/exclusion_id"));
    app.clock.advance(TimeDelta::hours(23));
    let waiting = desk(&app, "exclusion_requests").await;
    assert_eq!(seen(&waiting, "exclusion_id"), (1, 0, vec![id.clone()]));
    assert_eq!(waiting["requests"][0]["note"], "管线已废弃");
    app.clock.advance(TimeDelta::hours(1));
    assert_eq!(
        seen(&desk(&app, "exclusion_requests").await, "exclusion_id"),
        (1, 1, vec![id])
    );
    let path = format!("/v1/exclusions/{}/review", asked.text("/exclusion_id"));
    let no = json!({ "verdict": "denied", "note": "仍可办理" });
    second(&app).post(&path, no).await.expect(200);
    assert_eq!(
        seen(&desk(&app, "exclusion_requests").await, "exclusion_id"),
        (0, 0, vec![])
    );
    app.settle().await;
}
