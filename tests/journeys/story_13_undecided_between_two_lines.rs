//! Story 13 (Liaocheng): undecided between two lines. Whatever becomes of the messages – cut, late, one-sided, doubled – there is
//! exactly one owner at every instant, by both sides' records.
//!
//! 12345 and 12348 are two whole platforms, each with a nats-server and databases of its own; 110 is scripted. Who owns a case has
//! it as an order that a unit works on, and nobody else has.
use chrono::TimeDelta;
use serde_json::{Value, json};
use system_tests::hotlines::{
    Fault, Hotline, Scripted, heal, join, never_two, one_owner, pass, settle, two_platforms,
};
use system_tests::people::content;
use testkit::{Role, World};

const FAULTS: [Fault; 4] = [Fault::Cut, Fault::Late, Fault::OneSided, Fault::Twice];

fn complaint() -> Value {
    json!({ "channel": "phone", "kind": "help", "urgency": "ordinary", "title": "物业纠纷", "text": "物业纠纷",
        "place": { "division": "990102002" }, "matter": "M030101", "caller": { "phone": "19900007037" } })
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

/// Who owns a case has it as an open order that somebody leads, and the other has none.
async fn worked_on_by_its_owner_alone(ours: &Hotline, law: &Hotline, transfer: &Value) {
    let owner = one_owner(ours, law, transfer).await;
    let mut open = Vec::new();
    for hotline in [ours, law] {
        let seen = hotline.sees(transfer).await;
        let Some(order) = seen["order_id"].as_str() else {
            continue;
        };
        let watched = hotline.platform().watched(order).await;
        if watched["state"] != "closed" {
            assert!(watched["assignment"]["unit"].is_string(), "{watched}");
            open.push(hotline.code.as_str());
        }
    }
    let whose = if owner == "sender" { &ours.code } else { &law.code };
    assert_eq!(open, [whose.as_str()], "{owner}");
}

#[tokio::test]
async fn without_agreement_the_first_receiver_keeps_it() {
    let ours = Hotline::whole(&World::new(), "12345").await;
    let police = Scripted::start(&ours, "110").await;
    for fault in FAULTS {
        kept(&ours, &police, fault).await;
    }
}

/// One case that neither takes for its own, over ways that are like this.
async fn kept(ours: &Hotline, police: &Scripted, fault: Fault) {
    let registered = ours.registers(complaint()).await;
    police.link.breaks(fault);
    let offered = ours.offers(&registered, "110", json!({})).await;
    settle(&[ours]).await;
    whole_again(ours, police).await;
    let id = &offered["transfer_id"];
    let refusal =
        json!({ "type": "refusal", "transfer_id": id, "reason": "民事纠纷", "better_address": "12345" });
    ours.link.breaks(fault);
    police.says(ours, &refusal).await;
    whole_again(ours, police).await;
    let (_, answer) = police.says(ours, &refusal).await;
    assert_eq!(text(&answer, "state"), "refused", "{fault:?}");
    let here = ours.sees(&offered).await;
    assert_eq!(
        (text(&here, "better_address"), &here["ours"]),
        ("12345", &json!(true))
    );
    let again = json!({ "order_id": registered["orders"][0]["order_id"], "peer": "110", "reason": "r" });
    let desk = ours.app().http(Role::Agent);
    let refused = desk.post("/v1/transfers", again).await.expect(409);
    assert_eq!(refused.text("/code"), "refused_once");
    police.link.breaks(fault);
    let call = json!({ "agreed": false, "note": "三方通话，双方均认为不属本线" });
    let decided = ours.decides(&offered, "call", call).await;
    assert_eq!(
        (text(&decided, "state"), &decided["ours"]),
        ("kept", &json!(true))
    );
    settle(&[ours]).await;
    whole_again(ours, police).await;
    let mut calls = police.heard("call");
    calls.retain(|call| call["transfer_id"] == *id);
    assert_eq!(calls[0]["agreed"], false);
    let late = json!({ "type": "acceptance", "transfer_id": id, "number": "JQ-1" });
    let (_, late) = police.says(ours, &late).await;
    assert_eq!(
        text(&late, "state"),
        "kept",
        "a yes after the decision changes nothing"
    );
    let ownership = &ours.sees(&offered).await["ownership"];
    assert!(
        ownership["owned_until"].is_null() && ownership["lost_to"].is_null(),
        "{ownership}"
    );
    // 12345 goes on handling it.
    let (order, number) = (
        text(&registered["orders"][0], "order_id"),
        text(&registered, "complaint_number"),
    );
    assert_eq!(text(&ours.tells(number).await, "state"), "open");
    let unit = ours.platform().lead(order).await;
    ours.platform().handled_by(&unit, order).await;
    ours.platform().caller_says(order, content()).await;
    assert_eq!(text(&ours.tells(number).await, "state"), "closed");
}

/// Both ways are whole again: what was held arrives, and what 110 could not be told is told.
async fn whole_again(ours: &Hotline, police: &Scripted) {
    police.link.breaks(Fault::None);
    police.link.lets_go().await;
    heal(&[ours]).await;
}

#[tokio::test]
async fn a_call_may_bring_a_refused_case_to_the_other_after_all() {
    let (ours, law) = two_platforms().await;
    let offered = ours
        .offers(&ours.registers(complaint()).await, "12348", json!({}))
        .await;
    settle(&[&ours, &law]).await;
    law.decides(&offered, "refusal", json!({ "reason": "非法律问题" }))
        .await;
    settle(&[&ours, &law]).await;
    assert_eq!(one_owner(&ours, &law, &offered).await, "sender");
    ours.decides(
        &offered,
        "call",
        json!({ "agreed": true, "note": "12348 同意受理" }),
    )
    .await;
    settle(&[&ours, &law]).await;
    let id = text(&offered, "transfer_id");
    let path = format!("/v1/transfers/{id}/refusal");
    let refused = law
        .app()
        .http(Role::Agent)
        .post(&path, json!({ "reason": "r" }))
        .await
        .expect(409);
    assert_eq!(refused.text("/code"), "transfer_decided", "it says no once");
    law.decides(&offered, "acceptance", json!({})).await;
    settle(&[&ours, &law]).await;
    assert_eq!(one_owner(&ours, &law, &offered).await, "receiver");
    worked_on_by_its_owner_alone(&ours, &law, &offered).await;
}

/// A case is offered, and the yes is said over ways that are like this, there and back.
async fn accepted(ours: &Hotline, law: &Hotline, (there, back): (Fault, Fault)) -> Value {
    let offered = ours
        .offers(&ours.registers(complaint()).await, "12348", json!({}))
        .await;
    settle(&[ours, law]).await;
    law.link.breaks(there);
    ours.link.breaks(back);
    law.decides(&offered, "acceptance", json!({})).await;
    settle(&[ours, law]).await;
    never_two(ours, law, &offered).await;
    pass(&[ours, law], TimeDelta::minutes(30)).await;
    never_two(ours, law, &offered).await;
    heal(&[ours, law]).await;
    let owner = one_owner(ours, law, &offered).await;
    assert_eq!(owner, "receiver", "{there:?} {back:?}");
    offered
}

/// The same, and the yes is said at the last moment, so that the sender's time runs out.
async fn accepted_late(ours: &Hotline, law: &Hotline, (there, back): (Fault, Fault)) -> Value {
    let offered = ours
        .offers(&ours.registers(complaint()).await, "12348", json!({}))
        .await;
    settle(&[ours, law]).await;
    law.link.breaks(there);
    ours.link.breaks(back);
    pass(&[ours, law], TimeDelta::minutes(119)).await;
    law.decides(&offered, "acceptance", json!({})).await;
    never_two(ours, law, &offered).await;
    pass(&[ours, law], TimeDelta::minutes(2)).await;
    never_two(ours, law, &offered).await;
    heal(&[ours, law]).await;
    let owner = one_owner(ours, law, &offered).await;
    let (here, yonder) = (ours.sees(&offered).await, law.sees(&offered).await);
    assert_eq!(here["state"], yonder["state"], "{there:?} {back:?}");
    assert_eq!(
        owner == "receiver",
        text(&here, "state") == "accepted",
        "{there:?} {back:?}"
    );
    offered
}

#[tokio::test]
async fn one_owner_whatever_becomes_of_the_acceptance() {
    let (ours, law) = two_platforms().await;
    for fault in FAULTS {
        let offered = accepted(&ours, &law, (fault, fault)).await;
        worked_on_by_its_owner_alone(&ours, &law, &offered).await;
    }
}

#[tokio::test]
async fn one_owner_whatever_becomes_of_an_offer_whose_time_is_over() {
    let (ours, law) = two_platforms().await;
    for fault in FAULTS {
        let offered = accepted_late(&ours, &law, (fault, fault)).await;
        worked_on_by_its_owner_alone(&ours, &law, &offered).await;
    }
}

/// Of the services only intake decides about it, so here only that runs.
#[tokio::test]
async fn one_owner_with_a_fault_on_one_of_the_two_ways() {
    let world = World::new();
    let ours = Hotline::start(&world, "12345").await;
    let law = Hotline::start(&world, "12348").await;
    join(&ours, &law).await;
    for fault in FAULTS {
        for ways in [(fault, Fault::None), (Fault::None, fault)] {
            accepted(&ours, &law, ways).await;
            accepted_late(&ours, &law, ways).await;
        }
    }
}

#[tokio::test]
async fn an_offer_that_never_arrives_lapses_and_both_hear_of_it_in_the_end() {
    let (ours, law) = two_platforms().await;
    law.link.breaks(Fault::Cut);
    let offered = ours
        .offers(&ours.registers(complaint()).await, "12348", json!({}))
        .await;
    settle(&[&ours, &law]).await;
    pass(&[&ours, &law], TimeDelta::minutes(121)).await;
    assert_eq!(text(&ours.sees(&offered).await, "state"), "lapsed");
    let compared = ours
        .app()
        .http(Role::Admin)
        .post("/v1/peers/12348/reconciliation", json!({}))
        .await;
    assert_eq!(compared.expect(502).text("/code"), "peer_unreachable");
    heal(&[&ours, &law]).await;
    assert_eq!(
        text(&law.sees(&offered).await, "state"),
        "lapsed",
        "first the offer, then its end"
    );
    let compared = ours
        .app()
        .http(Role::Admin)
        .post("/v1/peers/12348/reconciliation", json!({}))
        .await
        .expect(200);
    assert_eq!(
        (&compared.body["compared"], &compared.body["differences"]),
        (&json!(1), &json!([]))
    );
}

#[tokio::test]
async fn the_daily_comparison_lists_what_the_other_does_not_know() {
    let (ours, law) = two_platforms().await;
    law.link.breaks(Fault::OneSided);
    let known = ours
        .offers(&ours.registers(complaint()).await, "12348", json!({}))
        .await;
    settle(&[&ours, &law]).await;
    law.link.breaks(Fault::Cut);
    let unknown = ours
        .offers(&ours.registers(complaint()).await, "12348", json!({}))
        .await;
    settle(&[&ours, &law]).await;
    law.link.breaks(Fault::None);
    let compared = ours
        .app()
        .http(Role::Admin)
        .post("/v1/peers/12348/reconciliation", json!({}))
        .await
        .expect(200);
    assert_eq!(
        compared.body["differences"][0]["transfer_id"], unknown["transfer_id"],
        "{}",
        compared.body
    );
    assert_eq!(
        compared.body["differences"].as_array().unwrap().len(),
        1,
        "{known}"
    );
    heal(&[&ours, &law]).await;
    let again = ours
        .app()
        .http(Role::Admin)
        .post("/v1/peers/12348/reconciliation", json!({}))
        .await
        .expect(200);
    assert_eq!(again.body["differences"], json!([]));
}
