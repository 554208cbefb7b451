//! What a caller adds or takes back after their case was handed over reaches who has it.
use super::*;
use contracts::intake::{ComplaintSupplementedV1, OrderWithdrawnV1};
use contracts::words::Outcome;

fn of(registered: &Value, rest: &str) -> String {
    format!("/v1/complaints/{}/{rest}", text(registered, "complaint_id"))
}

/// Texts that were added to the case of a transfer here.
async fn added(hotline: &Hotline, transfer: &Value) -> Vec<String> {
    let seen = hotline.sees(transfer).await;
    let complaint = hotline.complaint(&seen["complaint_id"]).await;
    let rows = complaint["supplements"].as_array().cloned().unwrap_or_default();
    rows.iter().map(|row| text(row, "text").to_owned()).collect()
}

#[tokio::test]
async fn what_a_caller_adds_is_added_where_the_case_is() {
    let (city, law) = two().await;
    let registered = city.registers(json!({})).await;
    let path = of(&registered, "supplements");
    city.posts(&path, json!({ "text": "已有一盏修好" }))
        .await
        .expect(201);
    let transfer = handed_over(&city, &law, &registered["orders"][0]["order_id"], json!({})).await;
    assert_eq!(
        added(&law, &transfer).await,
        ["已有一盏修好"],
        "what was added before goes along"
    );
    let body = json!({ "text": "又坏了两盏，联系 19900007037" });
    let agent = city.app.http(Role::Agent);
    for _ in 0..2 {
        agent.post_with_key(&path, body.clone(), "k1").await.expect(201);
    }
    settle(&[&city, &law]).await;
    let there = added(&law, &transfer).await;
    assert_eq!(there.len(), 2, "{there:?}");
    assert!(there[1].starts_with("又坏了两盏") && !there[1].contains("19900007037"));
    let order = law.sees(&transfer).await["order_id"].clone();
    let told = law.app.published::<ComplaintSupplementedV1>().await;
    assert_eq!(json!(told[1].data.orders), json!([order]), "its unit is told");
    assert_eq!(city.sees(&transfer).await["untaken"], Value::Null);
}

#[tokio::test]
async fn what_a_caller_takes_back_ends_where_the_case_is_and_then_here() {
    let (city, law) = two().await;
    let registered = city.registers(json!({})).await;
    let order = registered["orders"][0]["order_id"].clone();
    let transfer = handed_over(&city, &law, &order, json!({})).await;
    let path = of(&registered, "withdrawal");
    let body = json!({ "reason": "已自行解决" });
    let first = city.posts(&path, body.clone()).await.expect(200).body;
    assert_eq!(
        first,
        json!({ "withdrawn": [], "followed": [], "elsewhere": [order] })
    );
    let again = city.posts(&path, body.clone()).await.expect(200).body;
    assert_eq!(again, first, "said again");
    settle(&[&city, &law]).await;
    let told = law.app.published::<OrderWithdrawnV1>().await;
    assert_eq!((told.len(), told[0].data.outcome), (1, Outcome::Withdrawn));
    let (here, there) = (city.sees(&transfer).await, law.sees(&transfer).await);
    for seen in [&here, &there] {
        assert_eq!(
            (text(seen, "state"), text(seen, "outcome")),
            ("completed", "withdrawn")
        );
    }
    assert_eq!(
        text(&city.tells(text(&registered, "complaint_number")).await, "state"),
        "closed"
    );
    assert_eq!(
        city.posts(&path, body).await.expect(200).body,
        first,
        "and when it is over"
    );
    settle(&[&city, &law]).await;
}

#[tokio::test]
async fn what_others_wait_for_at_the_receiver_stays_and_the_sender_sees_why() {
    let (city, law) = two().await;
    let registered = city.registers(json!({})).await;
    let transfer = handed_over(&city, &law, &registered["orders"][0]["order_id"], json!({})).await;
    let order = law.sees(&transfer).await["order_id"].clone();
    law.registers(json!({ "joins": order, "caller": { "phone": "19900007074" } }))
        .await;
    let path = of(&registered, "withdrawal");
    city.posts(&path, json!({ "reason": "已自行解决" }))
        .await
        .expect(200);
    settle(&[&city, &law]).await;
    let here = city.sees(&transfer).await;
    assert_eq!(text(&here, "state"), "accepted");
    assert_eq!(text(&here["untaken"][0], "what"), "taken_back");
    assert!(
        text(&here["untaken"][0], "why").starts_with("order_followed"),
        "{here}"
    );
}

#[tokio::test]
async fn a_second_hop_hears_the_caller_of_the_first_hotline() {
    let world = World::new();
    let city = Hotline::start(&world, "12345").await;
    let law = Hotline::start(&world, "12348").await;
    let county = Hotline::start(&world, "county").await;
    join(&city, &law).await;
    join(&law, &county).await;
    let all = [&city, &law, &county];
    let registered = city.registers(json!({})).await;
    let first = handed_over(&city, &law, &registered["orders"][0]["order_id"], json!({})).await;
    let order = law.sees(&first).await["order_id"].clone();
    let second = handed_over(&law, &county, &order, json!({})).await;
    let path = of(&registered, "supplements");
    city.posts(&path, json!({ "text": "又坏了两盏" }))
        .await
        .expect(201);
    settle(&all).await;
    assert_eq!(added(&county, &second).await, ["又坏了两盏"]);
    city.posts(&of(&registered, "withdrawal"), json!({ "reason": "已自行解决" }))
        .await
        .expect(200);
    settle(&all).await;
    for (hotline, transfer) in [
        (&county, &second),
        (&law, &second),
        (&law, &first),
        (&city, &first),
    ] {
        let seen = hotline.sees(transfer).await;
        assert_eq!(
            (text(&seen, "state"), text(&seen, "outcome")),
            ("completed", "withdrawn"),
            "{}",
            hotline.code
        );
    }
}

#[tokio::test]
async fn it_may_come_before_we_know_that_the_case_is_ours_and_twice() {
    let (ours, police) = ours_and_police().await;
    let offered = offer(&ours, json!({}));
    police.says(&ours, &offered).await.expect(200);
    let accepted_at = ours.app.clock.now();
    let id = &offered["transfer_id"];
    let said = |n: i32, text: &str| json!({ "type": "supplement", "transfer_id": id, "supplement": n, "text": text, "accepted_at": accepted_at });
    let early = police.says(&ours, &said(1, "太早")).await.expect(409);
    assert_eq!(early.text("/code"), "other_side_decides", "we have not said yes");
    police.plays(away);
    ours.decides(&offered, "acceptance", json!({})).await;
    settle(&[&ours]).await;
    ours.app.clock.advance(chrono::TimeDelta::minutes(1));
    for _ in 0..2 {
        let heard = police.says(&ours, &said(1, "又响了")).await.expect(200);
        assert_eq!(heard.text("/state"), "accepted", "so the sender has let it go");
    }
    assert_eq!(added(&ours, &offered).await, ["又响了"]);
    let seen = ours.sees(&offered).await;
    let owned_from: chrono::DateTime<chrono::Utc> = text(&seen["ownership"], "owned_from").parse().unwrap();
    assert_eq!(owned_from, accepted_at, "since the instant that the sender names");
    let back =
        json!({ "type": "taken_back", "transfer_id": id, "reason": "已停", "accepted_at": accepted_at });
    for _ in 0..2 {
        let heard = police.says(&ours, &back).await.expect(200);
        assert_eq!(heard.text("/state"), "completed");
    }
    let late = police.says(&ours, &said(2, "晚了")).await.expect(409);
    assert_eq!(late.text("/code"), "order_closed");
    settle(&[&ours]).await;
}

/// As a hotline of before: it knows no such message.
fn older(message: &Value) -> (u16, Value) {
    match message["type"].as_str() {
        Some("supplement" | "taken_back") => (
            422,
            json!({ "code": "message_unreadable", "detail": "unknown variant" }),
        ),
        _ => willing(message),
    }
}

#[tokio::test]
async fn a_hotline_that_does_not_know_such_messages_refuses_them_and_that_is_seen() {
    let (ours, police) = ours_and_police().await;
    police.plays(older);
    let registered = ours.registers(json!({})).await;
    let transfer = ours
        .offers(&registered["orders"][0]["order_id"], "110", json!({}))
        .await;
    let yes = json!({ "type": "acceptance", "transfer_id": transfer["transfer_id"], "number": "JQ-1" });
    police.says(&ours, &yes).await.expect(200);
    let path = of(&registered, "supplements");
    ours.posts(&path, json!({ "text": "又响了" })).await.expect(201);
    settle(&[&ours]).await;
    ours.app.clock.advance(chrono::TimeDelta::hours(2));
    settle(&[&ours]).await;
    assert_eq!(police.heard("supplement").len(), 1, "it is not tried again");
    let seen = ours.sees(&transfer).await;
    assert_eq!(
        (
            text(&seen["untaken"][0], "what"),
            text(&seen["untaken"][0], "why")
        ),
        ("supplement", "message_unreadable: unknown variant")
    );
}

#[tokio::test]
async fn what_those_who_joined_had_added_before_goes_along_once_and_in_order() {
    let (city, law) = two().await;
    let registered = city.registers(json!({})).await;
    let order = registered["orders"][0]["order_id"].clone();
    let joiner = city.registers(json!({ "joins": order })).await;
    for (of_whom, said) in [
        (&joiner, "我家门口也不亮"),
        (&registered, "已有一盏修好"),
        (&joiner, "昨晚又全灭了"),
    ] {
        city.app.clock.advance(chrono::TimeDelta::minutes(1));
        city.posts(&of(of_whom, "supplements"), json!({ "text": said }))
            .await
            .expect(201);
    }
    let transfer = handed_over(&city, &law, &order, json!({})).await;
    let before = ["我家门口也不亮", "已有一盏修好", "昨晚又全灭了"];
    assert_eq!(added(&law, &transfer).await, before);
    city.posts(&of(&joiner, "supplements"), json!({ "text": "今天修了一半" }))
        .await
        .expect(201);
    settle(&[&city, &law]).await;
    let after = added(&law, &transfer).await;
    assert_eq!(
        (&after[..3], &*after[3]),
        (&before.map(String::from)[..], "今天修了一半")
    );
    assert_eq!(after.len(), 4, "each once");
    assert_eq!(city.sees(&transfer).await["untaken"], Value::Null);
}
