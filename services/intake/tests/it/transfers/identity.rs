//! Who called: seen by who has the case, with the caller's consent, and by nobody when it was told in confidence.
use super::*;
use crate::harness::PHONE;

async fn asks_for_phone(hotline: &Hotline, transfer: &Value) -> Response {
    let path = format!("/v1/transfers/{}/identity/fetches", text(transfer, "transfer_id"));
    hotline
        .posts(&path, json!({ "field": "phone", "reason": "联系来电人" }))
        .await
}

#[tokio::test]
async fn what_was_told_in_confidence_stays_so_wherever_it_goes() {
    let (city, law) = two().await;
    let police = Scripted::start(&law, "110").await;
    let registered = city.registers(json!({ "confidential": true })).await;
    let order = &registered["orders"][0]["order_id"];
    let first = handed_over(&city, &law, order, json!({ "consent": true })).await;
    let there = law.sees(&first).await;
    assert_eq!(
        (&there["confidential"], &there["consent"]),
        (&json!(true), &json!(false))
    );
    let confidential: bool =
        sqlx::query_scalar("select confidential from complaints where complaint_id = $1::uuid")
            .bind(text(&there, "complaint_id"))
            .fetch_one(law.app.db())
            .await
            .unwrap();
    assert!(confidential);
    law.offers(&there["order_id"], "110", json!({})).await;
    settle(&[&city, &law]).await;
    assert_eq!(police.heard("offer")[0]["offer"]["confidential"], true);
}

#[tokio::test]
async fn what_was_registered_by_hand_becomes_confidential_with_the_offer() {
    let (ours, police) = ours_and_police().await;
    let by_hand = json!({ "channel": "hotline", "source_number": "110/110-77" });
    let known = ours.registers(by_hand).await;
    let offered = offer(&ours, json!({ "confidential": true }));
    police.says(&ours, &offered).await.expect(200);
    ours.decides(&offered, "acceptance", json!({})).await;
    settle(&[&ours]).await;
    let path = format!("/v1/complaints/{}/identity/reveals", text(&known, "complaint_id"));
    let look = json!({ "field": "phone", "purpose": "callback", "reason": "回访" });
    let refused = ours.posts(&path, look).await.expect(403);
    assert_eq!(refused.text("/code"), "look_refused");
}

#[tokio::test]
async fn who_has_taken_an_emergency_reaches_its_caller() {
    let (ours, police) = ours_and_police().await;
    let registered = ours.registers(json!({ "urgency": "emergency" })).await;
    let voice_at = json!({ "voice_at": ours.app.clock.now() });
    let offered = ours
        .offers(&registered["orders"][0]["order_id"], "110", voice_at)
        .await;
    let look = json!({ "transfer_id": offered["transfer_id"], "field": "phone", "reason": "出警" });
    let pending = police.asks(&ours, "identity-reveals", &look).await.expect(200);
    assert_eq!(pending.text("/value"), PHONE);
    let yes = json!({ "type": "acceptance", "transfer_id": offered["transfer_id"], "number": "JQ-1" });
    police.says(&ours, &yes).await.expect(200);
    let accepted = police.asks(&ours, "identity-reveals", &look).await.expect(200);
    assert_eq!(accepted.text("/value"), PHONE);
    let result = json!({ "type": "result", "transfer_id": offered["transfer_id"], "outcome": "solved", "result": "已处置",
        "completed_at": ours.app.clock.now() });
    police.says(&ours, &result).await.expect(200);
    police.asks(&ours, "identity-reveals", &look).await.expect(403);
    settle(&[&ours]).await;
}

/// A case went from the city to 12348 and on to a county: all three, the registration and both transfers.
async fn handed_on(consent: bool) -> ([Hotline; 3], Value, [Value; 2]) {
    let world = World::new();
    let city = Hotline::start(&world, "12345").await;
    let law = Hotline::start(&world, "12348").await;
    let county = Hotline::start(&world, "county").await;
    join(&city, &law).await;
    join(&law, &county).await;
    let registered = city.registers(json!({})).await;
    let order = &registered["orders"][0]["order_id"];
    let first = handed_over(&city, &law, order, json!({ "consent": consent })).await;
    let order = &law.sees(&first).await["order_id"];
    let second = handed_over(&law, &county, order, json!({ "consent": true })).await;
    settle(&[&city, &law, &county]).await;
    ([city, law, county], registered, [first, second])
}

#[tokio::test]
async fn at_the_second_hop_the_first_hotline_is_asked_and_all_write_it_down() {
    let ([city, law, county], registered, [first, second]) = handed_on(true).await;
    let fetched = asks_for_phone(&county, &second).await.expect(200);
    assert_eq!(fetched.text("/value"), PHONE);
    let shown = |who: &str| vec![(who.to_owned(), "shown".to_owned())];
    assert_eq!(city.looks(&registered["complaint_id"]).await, shown("peer:12348"));
    let at_law = law.sees(&first).await;
    assert_eq!(law.looks(&at_law["complaint_id"]).await, shown("peer:county"));
}

#[tokio::test]
async fn a_no_to_the_first_hotline_is_one_to_the_second() {
    let ([_, law, county], _, [_, second]) = handed_on(false).await;
    assert_eq!(law.sees(&second).await["consent"], false);
    let refused = asks_for_phone(&county, &second).await.expect(403);
    assert_eq!(refused.text("/code"), "look_refused");
}

#[tokio::test]
async fn what_went_on_to_a_third_is_no_more_the_seconds() {
    let ([city, law, county], _, [first, second]) = handed_on(false).await;
    let mut ours = Vec::new();
    for (hotline, transfer) in [
        (&city, &first),
        (&law, &first),
        (&law, &second),
        (&county, &second),
    ] {
        ours.push(hotline.sees(transfer).await["ours"] == true);
    }
    assert_eq!(ours, [false, false, false, true]);
    // Neither of two neighbours misses an owner.
    for (hotline, peer) in [
        (&city, "12348"),
        (&law, "12345"),
        (&law, "county"),
        (&county, "12348"),
    ] {
        let path = format!("/v1/peers/{peer}/reconciliation");
        let compared = hotline
            .app
            .http(Role::Admin)
            .post(&path, json!({}))
            .await
            .expect(200);
        assert_eq!(
            (&compared.body["compared"], &compared.body["differences"]),
            (&json!(1), &json!([])),
            "{} and {peer}",
            hotline.code
        );
    }
}
