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
