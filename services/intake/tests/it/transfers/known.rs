//! Cases that were registered by hand before they were offered: handed over by voice, or sent by the province in another way.
use super::*;
use contracts::words::Outcome;

/// What came by voice from 110, under its number.
fn by_voice(changes: Value) -> Value {
    let body = json!({ "channel": "hotline", "source_number": "110/110-77", "caller": null });
    with(body, changes)
}

#[tokio::test]
async fn a_case_that_was_joined_by_hand_is_the_order_that_it_follows() {
    let (ours, police) = ours_and_police().await;
    let first = ours.registers(json!({})).await;
    let order = &first["orders"][0]["order_id"];
    let joined = ours.registers(by_voice(json!({ "joins": order }))).await;
    let offered = offer(&ours, json!({}));
    police.says(&ours, &offered).await.expect(200);
    ours.decides(&offered, "acceptance", json!({})).await;
    settle(&[&ours]).await;
    let seen = ours.sees(&offered).await;
    assert_eq!(
        (text(&seen, "state"), &seen["order_id"], &seen["complaint_id"]),
        ("accepted", order, &joined["complaint_id"])
    );
    assert_eq!(seen["ownership"]["gained_from"], "110");
    assert_eq!(
        police.heard("acceptance")[0]["number"],
        joined["complaint_number"],
        "it is told the number under which it is known"
    );
    let result = json!({ "outcome": "solved", "result": "已劝离" });
    ours.decides(&offered, "result", result).await;
    settle(&[&ours]).await;
    assert_eq!(police.heard("result")[0]["result"], "已劝离");
    let told = ours.tells(text(&first, "complaint_number")).await;
    assert_eq!(text(&told, "state"), "open", "the order is another caller's");
}

#[tokio::test]
async fn of_several_orders_of_a_case_the_open_one_is_it() {
    let (ours, police) = ours_and_police().await;
    let demands = json!({ "demands": [{ "text": "喇叭" }, { "text": "占道" }] });
    let known = ours.registers(by_voice(demands)).await;
    let done = harness::order_id(&known, 0);
    let closed = harness::closed(&ours.app, done, Outcome::Solved);
    ours.app.publish(done.uuid(), 1, &closed).await;
    settle(&[&ours]).await;
    let offered = offer(&ours, json!({}));
    police.says(&ours, &offered).await.expect(200);
    ours.decides(&offered, "acceptance", json!({})).await;
    settle(&[&ours]).await;
    let seen = ours.sees(&offered).await;
    assert_eq!(
        (text(&seen, "state"), &seen["order_id"]),
        ("accepted", &known["orders"][1]["order_id"])
    );
}

#[tokio::test]
async fn a_number_that_was_told_exists_whatever_is_registered_meanwhile() {
    let (ours, police) = ours_and_police().await;
    let first = ours.registers(json!({})).await;
    let order = &first["orders"][0]["order_id"];
    let offered = offer(&ours, json!({}));
    police.says(&ours, &offered).await.expect(200);
    police.plays(away);
    ours.decides(&offered, "acceptance", json!({})).await;
    settle(&[&ours]).await;
    ours.registers(by_voice(json!({ "joins": order }))).await;
    police.plays(willing);
    ours.app.clock.advance(chrono::TimeDelta::minutes(6));
    settle(&[&ours]).await;
    let seen = ours.sees(&offered).await;
    assert_eq!((text(&seen, "state"), &seen["order_id"]), ("accepted", order));
    let said = police.heard("acceptance").pop().unwrap();
    let told = ours.tells(text(&said, "number")).await;
    assert_eq!(told["orders"][0]["order_id"], *order);
}

#[tokio::test]
async fn what_ended_between_our_yes_and_theirs_begins_anew() {
    let (ours, police) = ours_and_police().await;
    let known = ours.registers(by_voice(json!({}))).await;
    let offered = offer(&ours, json!({}));
    police.says(&ours, &offered).await.expect(200);
    police.plays(away);
    ours.decides(&offered, "acceptance", json!({})).await;
    settle(&[&ours]).await;
    let path = format!("/v1/complaints/{}/withdrawal", text(&known, "complaint_id"));
    ours.posts(&path, json!({ "reason": "已自行解决" }))
        .await
        .expect(200);
    police.plays(willing);
    ours.app.clock.advance(chrono::TimeDelta::minutes(6));
    settle(&[&ours]).await;
    let seen = ours.sees(&offered).await;
    assert_eq!(text(&seen, "state"), "accepted");
    assert_ne!(seen["order_id"], known["orders"][0]["order_id"]);
    assert_ne!(seen["complaint_id"], known["complaint_id"]);
}

#[tokio::test]
async fn a_case_that_only_joined_an_order_leaves_the_record_of_that_order_alone() {
    let (ours, police) = ours_and_police().await;
    let first = ours.registers(json!({})).await;
    let order = &first["orders"][0]["order_id"];
    let accepted_at = ours.app.clock.now();
    ours.app.clock.advance(chrono::TimeDelta::hours(1));
    ours.registers(by_voice(json!({ "joins": order }))).await;
    let joined = offer(&ours, json!({}));
    police.says(&ours, &joined).await.expect(200);
    ours.decides(&joined, "acceptance", json!({})).await;
    settle(&[&ours]).await;
    // The order itself is offered, too: its caller turned to us, and we have had it from the first moment.
    let own = ours.offers(order, "110", json!({})).await;
    settle(&[&ours]).await;
    let since_then = async |when: &str| {
        let record = ours.sees(&own).await["ownership"].clone();
        let owned_from: chrono::DateTime<chrono::Utc> = text(&record, "owned_from").parse().unwrap();
        assert_eq!(owned_from, accepted_at, "{when} {record}");
        for absent in ["gained_from", "owned_until", "lost_to"] {
            assert_eq!(record[absent], Value::Null, "{when} {absent}");
        }
    };
    since_then("while the joined case is open").await;
    let result = json!({ "outcome": "solved", "result": "已劝离" });
    ours.app.clock.advance(chrono::TimeDelta::minutes(1));
    ours.decides(&joined, "result", result).await;
    settle(&[&ours]).await;
    since_then("when it has ended").await;
    let record = &ours.sees(&joined).await["ownership"];
    assert_eq!(record["gained_from"], "110");
    assert!(
        record["owned_until"].is_string(),
        "of the joined case it is told apart: {record}"
    );
}
