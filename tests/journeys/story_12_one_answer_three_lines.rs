//! Story 12 (Liaocheng): one answer, three lines. What belongs to 12348 goes there with a handshake, a fight goes to 110 by voice
//! at once with the record following, and a 110 call about a loudspeaker comes here and its result returns.
use serde_json::{Value, json};
use system_tests::hotlines::{Hotline, Scripted, join, one_owner, settle};
use testkit::{Role, World};
use uuid::Uuid;

fn complaint(urgency: &str, title: &str) -> Value {
    json!({ "channel": "phone", "kind": "consultation", "urgency": urgency, "title": title, "text": title,
        "place": { "division": "990102002", "address": "文渊街" }, "matter": "M020101",
        "caller": { "name": "闻人朔", "phone": "19900007037" } })
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

/// A question for 12348 came to 12345 and was offered, with the caller's consent; both have heard of it.
async fn offered() -> (Hotline, Hotline, Value, Value) {
    let world = World::new();
    let (ours, law) = (
        Hotline::start(&world, "12345").await,
        Hotline::start(&world, "12348").await,
    );
    join(&ours, &law).await;
    let registered = ours.registers(complaint("ordinary", "怎样起诉物业公司")).await;
    let offered = ours
        .offers(&registered, "12348", json!({ "consent": true }))
        .await;
    assert_eq!(
        (text(&offered, "state"), &offered["ours"]),
        ("offered", &json!(true))
    );
    settle(&[&ours, &law]).await;
    (ours, law, registered, offered)
}

#[tokio::test]
async fn legal_advice_goes_to_12348_and_its_result_comes_back() {
    let (ours, law, registered, offered) = offered().await;
    let lines = ours
        .app
        .http(Role::Agent)
        .get("/v1/peers?matter=M0901")
        .await
        .expect(200);
    assert_eq!(
        lines.text("/items/0/code"),
        "12348",
        "the list says whose such cases are"
    );
    assert!(
        ours.sees(&offered).await["receipt_at"].is_string(),
        "the machine has it"
    );
    let accepting = law.decides(&offered, "acceptance", json!({})).await;
    assert_eq!(
        (text(&accepting, "state"), &accepting["ours"]),
        ("accepting", &json!(false))
    );
    settle(&[&ours, &law]).await;
    let (here, there) = (ours.sees(&offered).await, law.sees(&offered).await);
    assert_eq!(
        (text(&here, "state"), text(&there, "state")),
        ("accepted", "accepted")
    );
    assert!(there["order_id"].is_string() && here["peer_number"].is_string());
    assert_eq!(one_owner(&ours, &law, &offered).await, "receiver");
    let told = ours.tells(text(&registered, "complaint_number")).await;
    assert_eq!(
        (text(&told, "state"), &told["orders"][0]["outcome"]),
        ("open", &json!("transferred")),
        "handed over is not done"
    );
    // The number that was given is the number under which 12348 knows it.
    law.tells(text(&here, "peer_number")).await;
    let result = json!({ "outcome": "solved", "result": "已告知起诉程序" });
    law.decides(&offered, "result", result).await;
    settle(&[&ours, &law]).await;
    let (here, there) = (ours.sees(&offered).await, law.sees(&offered).await);
    assert_eq!(
        (text(&here, "state"), text(&there, "state")),
        ("completed", "completed"),
        "both are closed"
    );
    assert_eq!(text(&here, "result"), "已告知起诉程序");
    let told = ours.tells(text(&registered, "complaint_number")).await;
    assert!(text(&told, "answer").contains("已告知起诉程序"), "{told}");
}

#[tokio::test]
async fn who_is_calling_is_asked_for_apart_and_only_by_who_has_the_case() {
    let (ours, law, registered, offered) = offered().await;
    let there = law.sees(&offered).await;
    assert_eq!(
        (text(&there, "direction"), text(&there, "case_number")),
        ("incoming", text(&offered, "case_number"))
    );
    assert!(!there.to_string().contains("19900007037") && !there.to_string().contains("闻人朔"));
    let look = json!({ "field": "phone", "reason": "联系来电人" });
    let path = format!("/v1/transfers/{}/identity/fetches", text(&offered, "transfer_id"));
    let desk = law.app.http(Role::Agent);
    let early = desk.post(&path, look.clone()).await.expect(403);
    assert_eq!(early.text("/code"), "look_refused", "not theirs yet");
    law.decides(&offered, "acceptance", json!({})).await;
    settle(&[&ours, &law]).await;
    let fetched = desk.post(&path, look).await.expect(200);
    assert_eq!(fetched.text("/value"), "19900007037");
    let log = format!(
        "/v1/complaints/{}/identity/accesses",
        text(&registered, "complaint_id")
    );
    let log = ours
        .app
        .http(Role::Auditor)
        .get(&log)
        .await
        .expect(200)
        .body
        .to_string();
    assert_eq!(
        log.matches("peer:12348").count(),
        2,
        "every look is written down, refused ones too: {log}"
    );
    let theirs = law.sees(&offered).await;
    let log = format!(
        "/v1/complaints/{}/identity/accesses",
        text(&theirs, "complaint_id")
    );
    let log = law.app.http(Role::Auditor).get(&log).await.expect(200);
    assert_eq!(
        (log.text("/items/0/outcome"), log.text("/items/0/reason")),
        ("shown".to_owned(), "联系来电人".to_owned()),
        "and where it was shown: {}",
        log.body
    );
}

#[tokio::test]
async fn a_fight_goes_to_110_by_voice_and_the_record_follows() {
    let world = World::new();
    let ours = Hotline::start(&world, "12345").await;
    let police = Scripted::start(&ours, "110").await;
    let registered = ours.registers(complaint("emergency", "有人在打架")).await;
    let body = json!({ "order_id": registered["orders"][0]["order_id"], "peer": "110", "reason": "正在发生的治安案件" });
    let refused = ours
        .app
        .http(Role::Agent)
        .post("/v1/transfers", body)
        .await
        .expect(422);
    assert_eq!(
        (refused.text("/code"), refused.text("/field")),
        ("voice_first".into(), "voice_at".into())
    );
    let voice_at = ours.app.clock.now().to_rfc3339();
    let offered = ours
        .offers(&registered, "110", json!({ "voice_at": voice_at }))
        .await;
    settle(&[&ours]).await;
    let heard = police.heard("offer");
    assert_eq!(
        (heard.len(), &heard[0]["offer"]["urgency"]),
        (1, &json!("emergency"))
    );
    assert!(!heard[0].to_string().contains("19900007037"));
    let accepted =
        json!({ "type": "acceptance", "transfer_id": offered["transfer_id"], "number": "JQ-0001" });
    let (status, answer) = police.says(&ours, &accepted).await;
    assert_eq!((status.as_u16(), text(&answer, "state")), (200, "accepted"));
    let (_, again) = police.says(&ours, &accepted).await;
    assert_eq!(again, answer, "said twice, answered the same");
    settle(&[&ours]).await;
    let here = ours.sees(&offered).await;
    assert_eq!(
        (text(&here, "peer_number"), text(&here["ownership"], "lost_to")),
        ("JQ-0001", "110")
    );
}

#[tokio::test]
async fn an_emergency_that_nobody_takes_is_an_alarm_for_a_person() {
    let world = World::new();
    let ours = Hotline::start(&world, "12345").await;
    let police = Scripted::start(&ours, "110").await;
    police.link.breaks(system_tests::hotlines::Fault::Cut);
    let registered = ours.registers(complaint("emergency", "有人落水")).await;
    let voice_at = ours.app.clock.now().to_rfc3339();
    let offered = ours
        .offers(&registered, "110", json!({ "voice_at": voice_at }))
        .await;
    settle(&[&ours]).await;
    system_tests::hotlines::pass(&[&ours], chrono::TimeDelta::minutes(5)).await;
    assert_eq!(text(&ours.sees(&offered).await, "state"), "lapsed");
    let desk = ours.app.http(Role::Supervisor);
    let alarms = desk.get("/v1/transfers?alarms=true").await.expect(200);
    assert_eq!(alarms.text("/items/0/transfer_id"), text(&offered, "transfer_id"));
    let figures = ours.app.metrics().render();
    assert!(
        figures
            .lines()
            .any(|line| line.starts_with("transfer_alarms{") && line.ends_with(" 1")),
        "{figures}"
    );
    let path = format!("/v1/transfers/{}/alarm", text(&offered, "transfer_id"));
    desk.delete(&path).await.expect(204);
    assert_eq!(
        desk.get("/v1/transfers?alarms=true").await.expect(200).body["items"],
        json!([])
    );
}

#[tokio::test]
async fn a_loudspeaker_comes_from_110_and_the_result_returns() {
    let world = World::new();
    let ours = Hotline::start(&world, "12345").await;
    let police = Scripted::start(&ours, "110").await;
    let (id, now) = (Uuid::now_v7(), ours.app.clock.now());
    let offer = json!({ "type": "offer", "transfer_id": id, "case_number": "110-2026-77", "number": "110-2026-77", "hop": 1,
        "offered_at": now, "answer_until": now + chrono::TimeDelta::hours(2),
        "offer": { "kind": "grievance", "urgency": "ordinary", "title": "邻居喇叭扰民", "text": "联系 19900007037",
            "matter": null, "division": null, "address": "文渊街 3 号", "position": null, "reason": "非警务事项",
            "consent": false, "voice_at": null } });
    for _ in 0..2 {
        let (status, answer) = police.says(&ours, &offer).await;
        assert_eq!(
            (status.as_u16(), text(&answer, "state")),
            (200, "offered"),
            "{answer}"
        );
    }
    let mut repeated = offer.clone();
    repeated["transfer_id"] = json!(Uuid::now_v7());
    let (_, merged) = police.says(&ours, &repeated).await;
    assert_eq!(
        merged["merged_into"],
        json!(id),
        "the same case under another id is one transfer"
    );
    let transfer = json!({ "transfer_id": id });
    let seen = ours.sees(&transfer).await;
    assert!(
        !seen.to_string().contains("19900007037"),
        "masked again here: {seen}"
    );
    ours.decides(
        &transfer,
        "acceptance",
        json!({ "matter": "M020101", "division": "990102002" }),
    )
    .await;
    settle(&[&ours]).await;
    let heard = police.heard("acceptance");
    assert_eq!(heard.len(), 1);
    let seen = ours.sees(&transfer).await;
    assert_eq!(
        (
            text(&seen, "state"),
            &seen["ours"],
            text(&seen["ownership"], "gained_from")
        ),
        ("accepted", &json!(true), "110")
    );
    ours.decides(
        &transfer,
        "result",
        json!({ "outcome": "solved", "result": "已劝阻" }),
    )
    .await;
    settle(&[&ours]).await;
    let result = &police.heard("result")[0];
    assert_eq!(
        (text(result, "outcome"), text(result, "result")),
        ("solved", "已劝阻")
    );
    let mut third_hop = offer.clone();
    third_hop["transfer_id"] = json!(Uuid::now_v7());
    third_hop["hop"] = json!(3);
    let (status, problem) = police.says(&ours, &third_hop).await;
    assert_eq!((status.as_u16(), text(&problem, "code")), (422, "hop_limit"));
}
