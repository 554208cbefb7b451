//! Cases that are handed on, handed over again, and let go too late: nobody is left without an owner or an answer.
use serde_json::{Value, json};
use system_tests::hotlines::{Hotline, Scripted, join, settle};
use testkit::{Role, World};
use uuid::Uuid;

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

fn complaint() -> Value {
    json!({ "channel": "phone", "kind": "grievance", "urgency": "ordinary", "title": "合同纠纷", "text": "想咨询合同纠纷",
        "place": { "division": "990102002" }, "matter": "M020101", "caller": { "name": "李四", "phone": "19900007041" } })
}

async fn order_of(hotline: &Hotline, transfer: &Value) -> Value {
    let seen = hotline.sees(transfer).await;
    json!({ "orders": [{ "order_id": seen["order_id"] }] })
}

#[tokio::test]
async fn a_result_goes_back_all_the_way_it_came() {
    let world = World::new();
    let city = Hotline::start(&world, "12345").await;
    let law = Hotline::start(&world, "12348").await;
    let county = Hotline::start(&world, "county").await;
    join(&city, &law).await;
    join(&law, &county).await;
    let all = [&city, &law, &county];
    let registered = city.registers(complaint()).await;
    let first = city.offers(&registered, "12348", json!({})).await;
    settle(&all).await;
    law.decides(&first, "acceptance", json!({})).await;
    settle(&all).await;
    let second = law
        .offers(&order_of(&law, &first).await, "county", json!({}))
        .await;
    settle(&all).await;
    county.decides(&second, "acceptance", json!({})).await;
    settle(&all).await;
    assert_eq!(text(&county.sees(&second).await, "state"), "accepted");
    county
        .decides(
            &second,
            "result",
            json!({ "outcome": "solved", "result": "已调解" }),
        )
        .await;
    settle(&all).await;
    for (hotline, transfer) in [(&law, &second), (&law, &first), (&city, &first)] {
        let seen = hotline.sees(transfer).await;
        assert_eq!(text(&seen, "state"), "completed", "{}: {seen}", hotline.code);
    }
    let told = city.tells(text(&registered, "complaint_number")).await;
    assert!(told.to_string().contains("已调解"), "{told}");
}

fn offer(transfer_id: Uuid, now: chrono::DateTime<chrono::Utc>) -> Value {
    json!({ "type": "offer", "transfer_id": transfer_id, "case_number": "110-77", "number": "110-77", "hop": 1,
        "offered_at": now, "answer_until": now + chrono::TimeDelta::hours(2),
        "offer": { "kind": "grievance", "urgency": "ordinary", "title": "邻居喇叭扰民", "text": "喇叭", "matter": null,
            "division": null, "address": null, "position": null, "reason": "非警务事项", "consent": false, "voice_at": null } })
}

#[tokio::test]
async fn a_case_that_ended_and_comes_again_is_worked_on_again() {
    let world = World::new();
    let ours = Hotline::start(&world, "12345").await;
    let police = Scripted::start(&ours, "110").await;
    let mut orders = Vec::new();
    for _ in 0..2 {
        let id = Uuid::now_v7();
        let (status, answer) = police.says(&ours, &offer(id, ours.app().clock.now())).await;
        assert_eq!(status.as_u16(), 200, "{answer}");
        let transfer = json!({ "transfer_id": id });
        ours.decides(&transfer, "acceptance", json!({})).await;
        settle(&[&ours]).await;
        let order = ours.sees(&transfer).await["order_id"].clone();
        let path = format!("/v1/orders/{}/withdrawal", order.as_str().expect("an order"));
        let body = json!({ "reason": "已自行解决" });
        ours.app().http(Role::Agent).post(&path, body).await.expect(200);
        settle(&[&ours]).await;
        orders.push(order);
    }
    assert_ne!(orders[0], orders[1]);
    assert_eq!(police.heard("result").len(), 2, "each has an end");
}

#[tokio::test]
async fn an_offer_that_cannot_be_registered_is_not_taken() {
    let world = World::new();
    let ours = Hotline::start(&world, "12345").await;
    let police = Scripted::start(&ours, "110").await;
    let mut swapped = offer(Uuid::now_v7(), ours.app().clock.now());
    swapped["offer"]["position"] = json!([36.6, 117.0]);
    let (status, problem) = police.says(&ours, &swapped).await;
    assert_eq!(
        (status.as_u16(), text(&problem, "code"), text(&problem, "field")),
        (422, "message_unreadable", "offer.latitude")
    );
}

#[tokio::test]
async fn what_ended_after_a_refusal_cannot_be_given_away_by_a_call() {
    let world = World::new();
    let ours = Hotline::start(&world, "12345").await;
    let police = Scripted::start(&ours, "110").await;
    let registered = ours.registers(complaint()).await;
    let transfer = ours.offers(&registered, "110", json!({})).await;
    settle(&[&ours]).await;
    let refusal = json!({ "type": "refusal", "transfer_id": transfer["transfer_id"], "reason": "非警务", "better_address": null });
    let (status, answer) = police.says(&ours, &refusal).await;
    assert_eq!((status.as_u16(), text(&answer, "state")), (200, "refused"));
    let agent = ours.app().http(Role::Agent);
    let order = text(&registered["orders"][0], "order_id");
    let body = json!({ "reason": "已自行解决" });
    agent
        .post(&format!("/v1/orders/{order}/withdrawal"), body)
        .await
        .expect(200);
    let call = json!({ "agreed": true, "note": "对方同意接收" });
    let path = format!("/v1/transfers/{}/call", text(&transfer, "transfer_id"));
    let refused = agent.post(&path, call).await.expect(409);
    assert_eq!(refused.text("/code"), "order_closed");
    settle(&[&ours]).await;
}
