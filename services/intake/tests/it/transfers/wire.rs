//! How hotlines are told: emergencies soon, and what a newer one says beside what we know is read over.
use super::*;
use chrono::TimeDelta;

/// Offers an order of this urgency while the link is cut for two minutes; answers how often it was tried in the next ten seconds.
async fn tries_when_whole(urgency: &str) -> usize {
    let (ours, police) = ours_and_police().await;
    police.plays(away);
    let registered = ours.registers(json!({ "urgency": urgency })).await;
    let voice_at = json!({ "voice_at": ours.app.clock.now() });
    ours.offers(&registered["orders"][0]["order_id"], "110", voice_at)
        .await;
    for _ in 0..12 {
        settle(&[&ours]).await;
        ours.app.clock.advance(TimeDelta::seconds(10));
    }
    settle(&[&ours]).await;
    let before = police.heard("offer").len();
    police.plays(willing);
    ours.app.clock.advance(TimeDelta::seconds(10));
    settle(&[&ours]).await;
    police.heard("offer").len() - before
}

#[tokio::test]
async fn an_emergency_is_told_within_seconds_of_a_link_being_whole() {
    assert_eq!(tries_when_whole("emergency").await, 1);
    assert_eq!(tries_when_whole("ordinary").await, 0);
}

#[tokio::test]
async fn what_a_newer_hotline_says_beside_is_read_over() {
    let (ours, police) = ours_and_police().await;
    let mut offered = offer(&ours, json!({ "mood": "calm" }));
    offered["weather"] = json!("rain");
    let taken = police.says(&ours, &offered).await.expect(200);
    assert_eq!(taken.text("/state"), "offered");
    let look =
        json!({ "transfer_id": offered["transfer_id"], "field": "phone", "reason": "r", "weather": "rain" });
    let refused = police.asks(&ours, "identity-reveals", &look).await.expect(404);
    assert_eq!(
        refused.text("/code"),
        "transfer_unknown",
        "read, and not ours to show"
    );
    let wanted = json!({ "since": "2026-01-01T00:00:00Z", "weather": "rain" });
    let standings = police.asks(&ours, "standings", &wanted).await.expect(200);
    assert_eq!(
        standings.text("/transfers/0/transfer_id"),
        text(&offered, "transfer_id")
    );
    settle(&[&ours]).await;
}

#[tokio::test]
async fn what_is_not_over_is_compared_however_long_ago_it_was_offered() {
    let (city, law) = two().await;
    let registered = city.registers(json!({})).await;
    handed_over(&city, &law, &registered["orders"][0]["order_id"], json!({})).await;
    city.app.clock.advance(TimeDelta::days(31));
    let path = "/v1/peers/12348/reconciliation";
    let compared = city.app.http(Role::Admin).post(path, json!({})).await.expect(200);
    assert_eq!(
        (&compared.body["compared"], &compared.body["differences"]),
        (&json!(1), &json!([]))
    );
    settle(&[&city, &law]).await;
}

/// A hotline of a release that names only what was offered since.
fn names_what_is_new(message: &Value) -> (u16, Value) {
    if message["since"].is_string() {
        (200, json!({ "transfers": [] }))
    } else {
        willing(message)
    }
}

#[tokio::test]
async fn what_a_hotline_of_another_release_does_not_state_is_no_difference() {
    let (ours, police) = ours_and_police().await;
    let registered = ours.registers(json!({})).await;
    let transfer = ours
        .offers(&registered["orders"][0]["order_id"], "110", json!({}))
        .await;
    let yes = json!({ "type": "acceptance", "transfer_id": transfer["transfer_id"], "number": "JQ-1" });
    police.says(&ours, &yes).await.expect(200);
    settle(&[&ours]).await;
    police.plays(names_what_is_new);
    let differences = async || {
        let admin = ours.app.http(Role::Admin);
        let compared = admin.post("/v1/peers/110/reconciliation", json!({})).await;
        compared.expect(200).body["differences"].clone()
    };
    assert_eq!(
        differences().await[0]["transfer_id"],
        transfer["transfer_id"],
        "it was asked for this one"
    );
    ours.app.clock.advance(TimeDelta::days(31));
    assert_eq!(differences().await, json!([]), "and not for one so old");
    settle(&[&ours]).await;
}

/// It takes our yes and says nothing of it.
fn hesitant(message: &Value) -> (u16, Value) {
    let id = &message["transfer_id"];
    (200, json!({ "transfer_id": id, "state": "offered" }))
}

#[tokio::test]
async fn a_sender_that_does_not_decide_about_our_yes_is_asked_until_it_does() {
    let (ours, police) = ours_and_police().await;
    let offered = offer(&ours, json!({}));
    police.says(&ours, &offered).await.expect(200);
    police.plays(hesitant);
    ours.decides(&offered, "acceptance", json!({})).await;
    settle(&[&ours]).await;
    assert_eq!(text(&ours.sees(&offered).await, "state"), "accepting");
    police.plays(willing);
    ours.app.clock.advance(TimeDelta::minutes(2));
    settle(&[&ours]).await;
    assert_eq!(text(&ours.sees(&offered).await, "state"), "accepted");
    assert_eq!(police.heard("acceptance").len(), 2);
}
