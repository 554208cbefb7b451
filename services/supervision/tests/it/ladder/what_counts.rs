//! What a trigger counts: orders that become known late, answers that count no more, disputes of one reason.
use super::{at, contradicted, discharged, escalated, listed, opened, words};
use crate::harness::{Told, start};
use chrono::TimeDelta;
use contracts::callback::AppealUpheldV1;
use contracts::directory::ExplanationV1;
use contracts::ids::{AppealId, CallbackId};
use contracts::routing::OrderDisputedV1;
use contracts::words::SupervisionLevel as Level;
use serde_json::json;
use testkit::{Role, TestApp};
use uuid::Uuid;

/// The platform's ladder with some words of it changed.
async fn ladder(app: &TestApp, changes: &[(&str, &str)]) {
    let path = "/v1/policies/ladder";
    let built_in = app
        .http(Role::Leader)
        .get(path)
        .await
        .expect(200)
        .text("/document");
    let changed = changes.iter().fold(built_in, |text, (before, after)| {
        assert!(text.contains(before), "{before}");
        text.replace(before, after)
    });
    let document = json!({ "document": changed });
    app.http(Role::Admin).put(path, document).await.expect(200);
}

async fn alike(trigger: &str, changes: &[(&str, &str)]) {
    let app = start().await;
    ladder(&app, changes).await;
    let orders: Vec<_> = (0..5).map(|_| Told::new(&app)).collect();
    // The first call waits for a dispatcher; the next two have their unit at once.
    orders[0].registered().await;
    for told in &orders[1..3] {
        app.clock.advance(TimeDelta::minutes(1));
        told.under_way().await;
    }
    assert_eq!(opened(&app).await, []);
    orders[0].assigned(1).await;
    app.settle().await;
    let seen = || async {
        let events = opened(&app).await;
        let seen = events.iter().map(|event| (event.trigger.clone(), event.order_id));
        seen.collect::<Vec<_>>()
    };
    let once = [(trigger.to_owned(), orders[0].order_id)];
    assert_eq!(seen().await, once, "three are known now");
    let items = listed(&app, "").await;
    let path = format!(
        "/v1/supervision-orders/{}",
        items[0]["supervision_id"].as_str().unwrap()
    );
    let one = app.http(Role::Supervisor).get(&path).await.expect(200).body;
    let evidence = one["history"][0]["evidence"].as_array().unwrap();
    let named = evidence.iter().filter(|piece| piece["code"] == "order");
    assert_eq!(named.count(), 3);
    for told in &orders[3..] {
        app.clock.advance(TimeDelta::minutes(1));
        told.under_way().await;
    }
    assert_eq!(seen().await, once, "once for all of them");
}

#[tokio::test]
async fn the_first_of_one_caller_may_be_assigned_last() {
    alike("same_caller", &[]).await;
}

#[tokio::test]
async fn the_first_at_one_place_may_be_assigned_last() {
    let by_place = [
        ("same_caller = 3", "same_caller = 99"),
        ("same_place = 10", "same_place = 3"),
    ];
    alike("same_place", &by_place).await;
}

#[tokio::test]
async fn orders_that_are_too_far_apart_are_no_group_in_whatever_order_they_come() {
    let app = start().await;
    let orders: Vec<_> = (0..3).map(|_| Told::new(&app)).collect();
    orders[0].registered().await;
    for (told, day) in orders[1..].iter().zip(["03-20T09:00", "04-02T09:00"]) {
        at(&app, day).await;
        told.under_way().await;
    }
    orders[0].assigned(1).await;
    app.settle().await;
    let groups = opened(&app)
        .await
        .into_iter()
        .filter(|event| event.trigger == "same_caller");
    assert_eq!(
        groups.count(),
        0,
        "more than thirty days from the first to the last"
    );
}

async fn upheld(told: &Told<'_>, callback: u128) {
    told.tell(&AppealUpheldV1 {
        appeal_id: AppealId(Uuid::from_u128(callback)),
        order_id: told.order_id,
        callback_id: CallbackId(Uuid::from_u128(callback)),
        unit: told.unit.clone(),
        reason: "照片属实".to_owned(),
    })
    .await;
    told.app.settle().await;
}

#[tokio::test]
async fn a_denial_that_an_appeal_refuted_counts_no_more() {
    let app = start().await;
    ladder(&app, &[("contradicted = 1", "contradicted = 2")]).await;
    let told = Told::new(&app);
    told.under_way().await;
    contradicted(&told, 1).await;
    upheld(&told, 1).await;
    contradicted(&told, 2).await;
    assert_eq!(opened(&app).await, [], "one denial stands");
    contradicted(&told, 3).await;
    let events = opened(&app).await;
    assert_eq!((events.len(), events[0].trigger.as_str()), (1, "contradicted"));
}

#[tokio::test]
async fn the_next_denial_after_a_refuted_one_is_seen() {
    let app = start().await;
    let told = Told::new(&app);
    told.under_way().await;
    contradicted(&told, 1).await;
    upheld(&told, 1).await;
    let items = listed(&app, "live=true").await;
    let path = format!(
        "/v1/supervision-orders/{}",
        items[0]["supervision_id"].as_str().unwrap()
    );
    let mut unfounded = words("申诉成立");
    unfounded["outcome"] = json!("unfounded");
    let supervisor = app.http(Role::Supervisor);
    supervisor
        .post(&format!("{path}/discharge"), unfounded)
        .await
        .expect(200);
    app.settle().await;
    assert_eq!(discharged(&app).await, ["unfounded"]);
    assert_eq!(opened(&app).await.len(), 1, "nothing begins anew by itself");
    contradicted(&told, 2).await;
    assert_eq!(opened(&app).await.len(), 2);
}

/// Those whose end the desk proposes.
async fn unfounded(app: &TestApp) -> serde_json::Value {
    app.settle().await;
    app.http(Role::Leader).get("/v1/desk").await.expect(200).body["unfounded"].clone()
}

#[tokio::test]
async fn the_desk_proposes_the_end_when_everything_that_pushed_was_refuted() {
    let app = start().await;
    let (told, by_hand) = (Told::new(&app), Told::new(&app));
    for told in [&told, &by_hand] {
        told.under_way().await;
        contradicted(told, if told.order_id == by_hand.order_id { 9 } else { 1 }).await;
    }
    contradicted(&told, 2).await;
    let raised = json!({ "order_ids": [by_hand.order_id], "level": "on_site", "text": "到现场" });
    let supervisor = app.http(Role::Supervisor);
    supervisor
        .post("/v1/supervision-orders", raised)
        .await
        .expect(201);
    upheld(&told, 1).await;
    upheld(&by_hand, 9).await;
    assert_eq!(
        unfounded(&app).await,
        json!([]),
        "one denial stands; a person raised the other"
    );
    upheld(&told, 2).await;
    let proposed = unfounded(&app).await;
    assert_eq!(proposed.as_array().map(Vec::len), Some(1), "{proposed}");
    let one = &proposed[0];
    assert_eq!(
        (&one["order_id"], &one["state"]),
        (&json!(told.order_id), &json!("open"))
    );
    let because = one["because"].as_array().unwrap().iter();
    let because: Vec<_> = because
        .map(|why| (why["why"].clone(), why["ref_id"].clone()))
        .collect();
    let appeal = |n| (json!("appeal"), json!(Uuid::from_u128(n)));
    assert_eq!(because, [appeal(1), appeal(2)]);
    assert!(one.get("title").is_none(), "leaders see no titles");
    assert_eq!(
        discharged(&app).await,
        [] as [&str; 0],
        "it goes on until a person ends it"
    );
    let path = format!(
        "/v1/supervision-orders/{}/discharge",
        one["supervision_id"].as_str().unwrap()
    );
    let mut end = words("申诉成立");
    end["outcome"] = json!("unfounded");
    supervisor.post(&path, end).await.expect(200);
    assert_eq!(unfounded(&app).await, json!([]));
}

async fn disputed(told: &Told<'_>, reason: &str) {
    told.tell(&OrderDisputedV1 {
        order_id: told.order_id,
        reason: reason.to_owned(),
        returns: 3,
        candidates: Vec::new(),
        directory_version: 1,
        explanation: ExplanationV1::default(),
    })
    .await;
    told.app.settle().await;
}

#[tokio::test]
async fn a_city_names_the_disputes_that_it_goes_on_site_for() {
    let app = start().await;
    ladder(&app, &[("disputed = true", "disputed = true, reason = \"loop\"")]).await;
    let (bounced, round) = (Told::new(&app), Told::new(&app));
    for told in [&bounced, &round] {
        told.under_way().await;
    }
    disputed(&bounced, "bounced").await;
    assert_eq!(opened(&app).await, []);
    disputed(&round, "loop").await;
    let events = opened(&app).await;
    let seen: Vec<_> = events.iter().map(|event| (event.order_id, event.level)).collect();
    assert_eq!(seen, [(round.order_id, Level::OnSite)]);
    assert_eq!(escalated(&app).await, []);
}

#[tokio::test]
async fn a_dispute_for_no_known_reason_is_no_trigger() {
    let app = start().await;
    let built_in = app
        .http(Role::Leader)
        .get("/v1/policies/ladder")
        .await
        .expect(200)
        .text("/document");
    let mood = built_in.replace("disputed = true", "disputed = true, reason = \"mood\"");
    let admin = app.http(Role::Admin);
    admin
        .put("/v1/policies/ladder", json!({ "document": mood }))
        .await
        .expect(422);
}
