//! Points for supervision: each points at the step that opened the rung, and a closed month keeps them.
use crate::harness::{Told, start};
use crate::told_figures::person;
use chrono::TimeDelta;
use contracts::callback::{AppealUpheldV1, JudgementMadeV1};
use contracts::ids::{AppealId, CallbackId, JudgementId};
use contracts::words::{Finding, Satisfaction};
use serde_json::{Value, json};
use testkit::{Role, TestApp};
use uuid::Uuid;

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

/// The platform's ladder, where denied claims and rework raise an order, and silence is noticed publicly.
async fn stricter_ladder(app: &TestApp) {
    let path = "/v1/policies/ladder";
    let mut text = app
        .http(Role::Leader)
        .get(path)
        .await
        .expect(200)
        .text("/document");
    for when in ["{ contradicted = 1 }", "{ reworks = 2 }"] {
        let (before, after) = ("level = \"written\"", "level = \"raised\"");
        let trigger = format!("when = {when}\n{before}");
        assert!(text.contains(&trigger), "{trigger}");
        text = text.replace(&trigger, &format!("when = {when}\n{after}"));
    }
    // The first rung that a person opens is the public notice.
    text = text.replacen("by_person = true\n", "", 1);
    let document = json!({ "document": text });
    app.http(Role::Admin).put(path, document).await.expect(200);
}

async fn upheld(told: &Told<'_>, callback_id: CallbackId) {
    told.tell(&AppealUpheldV1 {
        appeal_id: AppealId(Uuid::now_v7()),
        order_id: told.order_id,
        callback_id,
        unit: told.unit.clone(),
        reason: "照片属实".to_owned(),
    })
    .await;
    told.app.settle().await;
}

fn names(found: Vec<(String, String, f64)>) -> Vec<String> {
    found.into_iter().map(|(name, ..)| name).collect()
}

#[tokio::test]
async fn what_rests_on_a_refuted_answer_costs_nothing_and_neither_does_the_silence_after_it() {
    let app = start().await;
    stricter_ladder(&app).await;
    let told = Told::new(&app);
    let denied = told.done(false, Satisfaction::NotSatisfied).await;
    told.contradicted(denied).await;
    app.settle().await;
    assert_eq!(names(for_steps(&app).await), ["提级、挂牌督办"]);
    app.clock.set("2026-03-10T09:00:00+08:00".parse().unwrap());
    app.settle().await;
    assert_eq!(names(for_steps(&app).await), ["提级、挂牌督办", "通报"]);
    upheld(&told, denied).await;
    assert_eq!(for_steps(&app).await, []);
}

#[tokio::test]
async fn what_rests_on_rounds_costs_points_as_long_as_one_of_their_answers_counts() {
    let app = start().await;
    stricter_ladder(&app).await;
    let told = Told::new(&app);
    let first = told.done(false, Satisfaction::NotSatisfied).await;
    told.reworked(1, 1).await;
    told.replied(1, 1).await;
    let second = told.said(1, false, Satisfaction::NotSatisfied).await;
    told.reworked(1, 2).await;
    app.settle().await;
    assert_eq!(names(for_steps(&app).await), ["提级、挂牌督办"]);
    upheld(&told, first).await;
    assert_eq!(
        names(for_steps(&app).await),
        ["提级、挂牌督办"],
        "the second answer stands"
    );
    told.tell(&JudgementMadeV1 {
        judgement_id: JudgementId(Uuid::now_v7()),
        order_id: told.order_id,
        callback_ids: vec![first, second],
        unit: told.unit.clone(),
        generation: 1,
        finding: Finding::Unreasonable,
        reason: "要求拆除合法设施".to_owned(),
    })
    .await;
    app.settle().await;
    assert_eq!(for_steps(&app).await, []);
}
