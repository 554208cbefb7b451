//! Points for supervision: each points at the step that opened the rung, and a closed month keeps them.
use crate::harness::{Told, start};
use crate::told_figures::person;
use chrono::TimeDelta;
use serde_json::{Value, json};
use testkit::{Role, TestApp};

const ENTRIES: &str = "/v1/scores/2026-03/units/U-1/entries";

/// Points for steps: (name, document, points).
async fn for_steps(app: &TestApp) -> Vec<(String, String, f64)> {
    let supervisor = app.http(Role::Supervisor).header("accept-language", "zh-CN");
    let entries = supervisor.get(ENTRIES).await.expect(200).body;
    let items = entries["items"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    items
        .filter(|entry| entry.get("step").is_some())
        .map(|e| {
            (
                text(&e["name"]),
                text(&e["step"]["document"]),
                e["points"].as_f64().unwrap(),
            )
        })
        .collect()
}

/// Opened in writing, then publicly noticed; answers its path.
async fn noticed(told: &Told<'_>) -> String {
    let desk = told.app.http(Role::Supervisor);
    let written = json!({ "order_ids": [told.order_id], "level": "written", "text": "请书面报告" });
    let opened = desk.post("/v1/supervision-orders", written).await.expect(201);
    let path = format!(
        "/v1/supervision-orders/{}",
        opened.text("/items/0/supervision_id")
    );
    told.app.clock.advance(TimeDelta::hours(1));
    let public = json!({ "level": "public_notice", "text": "通报" });
    desk.post(&format!("{path}/escalate"), public).await.expect(200);
    told.app.settle().await;
    path
}

#[tokio::test]
async fn points_lead_to_the_step_and_stay_when_the_month_is_closed() {
    let app = start().await;
    let told = Told::new(&app);
    told.under_way().await;
    let path = noticed(&told).await;
    let found = for_steps(&app).await;
    let seen = app.http(Role::Auditor).get(&path).await.expect(200).body;
    let step = seen["history"].as_array().unwrap().last().unwrap();
    let document = step["document"].as_str().unwrap().to_owned();
    assert_eq!(step["level"], "public_notice");
    assert_eq!(
        found,
        [("通报".to_owned(), document, -1.0)],
        "writing costs nothing"
    );

    app.clock.set("2026-04-02T09:00:00+08:00".parse().unwrap());
    app.settle().await;
    let (one, two) = (
        person(&app, "one", Role::Supervisor),
        person(&app, "two", Role::Supervisor),
    );
    let reason = json!({ "reason": "月度考核" });
    one.post("/v1/scores/2026-03/closing", reason).await.expect(202);
    app.settle().await;
    let closed = one.get("/v1/scores/2026-03").await.expect(200).body;
    assert_eq!(
        closed["groups"][0]["units"][0]["deducted"]
            .as_f64()
            .map(|d| d <= -1.0),
        Some(true)
    );

    // A return that was upheld within the month and is heard of after the closing changes nothing either.
    let now = app.clock.now();
    app.clock.set("2026-03-20T09:00:00+08:00".parse().unwrap());
    let back = told.return_requested(1).await;
    told.return_upheld(1, back).await;
    app.clock.set(now);
    app.settle().await;
    assert_eq!(for_steps(&app).await, found);
    let check = one.get("/v1/scores/2026-03/check").await.expect(200).body;
    assert_eq!(check["differences"], json!([]));

    // An exclusion that is approved afterwards leaves the closed month as it is, and its correction without the points.
    app.clock.advance(TimeDelta::hours(1));
    let form = json!({ "order_id": told.order_id, "reason": "impossible", "note": "权属不明" });
    let asked = one
        .post("/v1/exclusions", form)
        .await
        .expect(201)
        .text("/exclusion_id");
    let yes = json!({ "verdict": "granted", "note": "同意" });
    two.post(&format!("/v1/exclusions/{asked}/review"), yes)
        .await
        .expect(200);
    app.settle().await;
    assert_eq!(for_steps(&app).await, found);
    let check = one.get("/v1/scores/2026-03/check").await.expect(200).body;
    assert_eq!(check["differences"], json!([]));
    let why = json!({ "reason": "剔除一件" });
    one.post("/v1/scores/2026-03/corrections", why).await.expect(202);
    app.settle().await;
    assert_eq!(for_steps(&app).await, []);
}
