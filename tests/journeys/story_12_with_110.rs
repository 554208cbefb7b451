//! Story 12 with 110 (Liaocheng): a fight goes there by voice at once with the record following, an emergency that nobody takes is an
//! alarm for a person, and a call about a loudspeaker comes from there and its result returns. 110 is scripted.
use super::story_12_one_answer_three_lines::{FAULTS, PHONE, complaint, word};
use chrono::TimeDelta;
use serde_json::{Value, json};
use system_tests::hotlines::{Fault, Hotline, Scripted, pass, settle};
use system_tests::people::{content, text};
use testkit::{Role, World};
use uuid::Uuid;

/// 12345, whole, and 110, which is scripted.
async fn ours_and_police() -> (Hotline, Scripted) {
    let ours = Hotline::whole(&World::new(), "12345").await;
    let police = Scripted::start(&ours, "110").await;
    (ours, police)
}

/// 110 says it over a way that is like this, and once more when the way is whole; answers what it was told then.
async fn police_says(police: &Scripted, ours: &Hotline, message: &Value, fault: Fault) -> Value {
    ours.link.breaks(fault);
    police.says(ours, message).await;
    ours.link.breaks(Fault::None);
    ours.link.lets_go().await;
    let (status, answer) = police.says(ours, message).await;
    assert_eq!(status.as_u16(), 200, "{fault:?} {answer}");
    settle(&[ours]).await;
    answer
}

#[tokio::test]
async fn a_fight_goes_to_110_by_voice_and_the_record_follows() {
    let (ours, police) = ours_and_police().await;
    let registered = ours.registers(complaint("emergency", "有人在打架")).await;
    let body = json!({ "order_id": registered["orders"][0]["order_id"], "peer": "110", "reason": "正在发生的治安案件" });
    let desk = ours.app().http(Role::Agent);
    let refused = desk.post("/v1/transfers", body).await.expect(422);
    assert_eq!(
        (refused.text("/code"), refused.text("/field")),
        ("voice_first".into(), "voice_at".into())
    );
    for fault in FAULTS {
        a_fight(&ours, &police, fault).await;
    }
}

async fn a_fight(ours: &Hotline, police: &Scripted, fault: Fault) {
    let registered = ours.registers(complaint("emergency", "有人在打架")).await;
    settle(&[ours]).await;
    let order = text(&registered["orders"][0], "order_id");
    let unit = ours.platform().lead(&order).await;
    police.link.breaks(fault);
    let voice_at = ours.app().clock.now().to_rfc3339();
    let offered = ours
        .offers(&registered, "110", json!({ "voice_at": voice_at }))
        .await;
    settle(&[ours]).await;
    police.link.breaks(Fault::None);
    police.link.lets_go().await;
    // Well before the offer lapses.
    pass(&[ours], TimeDelta::seconds(11)).await;
    let id = &offered["transfer_id"];
    let mut heard = police.heard("offer");
    heard.retain(|message| message["transfer_id"] == *id);
    assert!(!heard.is_empty(), "{fault:?}");
    assert_eq!(heard[0]["offer"]["urgency"], "emergency");
    assert!(!json!(heard).to_string().contains(PHONE));
    let accepted = json!({ "type": "acceptance", "transfer_id": id, "number": "JQ-0001" });
    let answer = police_says(police, ours, &accepted, fault).await;
    assert_eq!(word(&answer, "state"), "accepted");
    let here = ours.sees(&offered).await;
    assert_eq!(
        (word(&here, "peer_number"), word(&here["ownership"], "lost_to")),
        ("JQ-0001", "110")
    );
    let document = ours.platform().document(&unit, &order).await;
    assert_eq!(
        document["data"]["notice"], "revoked",
        "the unit stops: {document}"
    );
    let now = ours.app().clock.now();
    let result = json!({ "type": "result", "transfer_id": id, "outcome": "solved", "result": "已制止并带离", "completed_at": now });
    police_says(police, ours, &result, fault).await;
    let progress = ours.tells(word(&registered, "complaint_number")).await;
    assert!(word(&progress, "answer").contains("已制止并带离"), "{progress}");
    let watched = ours.platform().watched(&order).await;
    assert_eq!(word(&watched, "outcome"), "transferred", "{watched}");
}

#[tokio::test]
async fn an_emergency_that_nobody_takes_is_an_alarm_for_a_person() {
    let (ours, police) = ours_and_police().await;
    police.link.breaks(Fault::Cut);
    let registered = ours.registers(complaint("emergency", "有人落水")).await;
    let voice_at = ours.app().clock.now().to_rfc3339();
    let offered = ours
        .offers(&registered, "110", json!({ "voice_at": voice_at }))
        .await;
    settle(&[&ours]).await;
    pass(&[&ours], TimeDelta::minutes(5)).await;
    assert_eq!(word(&ours.sees(&offered).await, "state"), "lapsed");
    let desk = ours.app().http(Role::Supervisor);
    let alarms = desk.get("/v1/transfers?alarms=true").await.expect(200);
    assert_eq!(alarms.text("/items/0/transfer_id"), word(&offered, "transfer_id"));
    let figures = ours.app().metrics().render();
    assert!(
        figures
            .lines()
            .any(|line| line.starts_with("transfer_alarms{") && line.ends_with(" 1")),
        "{figures}"
    );
    let path = format!("/v1/transfers/{}/alarm", word(&offered, "transfer_id"));
    desk.delete(&path).await.expect(204);
    assert_eq!(
        desk.get("/v1/transfers?alarms=true").await.expect(200).body["items"],
        json!([])
    );
    // It is ours like any other, and so is the work on it.
    let order = text(&registered["orders"][0], "order_id");
    ours.platform().worked_on(&order, "已救起").await;
    ours.platform().caller_says(&order, content()).await;
    assert_eq!(
        word(&ours.tells(word(&registered, "complaint_number")).await, "state"),
        "closed"
    );
}

/// An offer of 110, of a case of its own.
fn loudspeaker(ours: &Hotline, number: &str) -> Value {
    let now = ours.app().clock.now();
    json!({ "type": "offer", "transfer_id": Uuid::now_v7(), "case_number": number, "number": number, "hop": 1,
        "offered_at": now, "answer_until": now + TimeDelta::hours(2),
        "offer": { "kind": "grievance", "urgency": "ordinary", "title": "邻居喇叭扰民", "text": "联系 19900007037",
            "matter": null, "division": null, "address": "文渊街 3 号", "position": null, "reason": "非警务事项",
            "consent": false, "voice_at": null } })
}

#[tokio::test]
async fn a_loudspeaker_comes_from_110_and_the_result_returns() {
    let (ours, police) = ours_and_police().await;
    for fault in FAULTS {
        let number = format!("110-2026-{fault:?}");
        quietened(&ours, &police, &number, fault).await;
    }
    let mut third_hop = loudspeaker(&ours, "110-2026-78");
    third_hop["hop"] = json!(3);
    let (status, problem) = police.says(&ours, &third_hop).await;
    assert_eq!((status.as_u16(), word(&problem, "code")), (422, "hop_limit"));
}

/// One case of 110 from its offer to its result, over ways that are like this.
async fn quietened(ours: &Hotline, police: &Scripted, number: &str, fault: Fault) {
    let offer = loudspeaker(ours, number);
    let id = offer["transfer_id"].clone();
    let answer = police_says(police, ours, &offer, fault).await;
    assert_eq!(word(&answer, "state"), "offered", "{answer}");
    let mut repeated = offer.clone();
    repeated["transfer_id"] = json!(Uuid::now_v7());
    let (_, merged) = police.says(ours, &repeated).await;
    assert_eq!(
        merged["merged_into"], id,
        "the same case under another id is one transfer"
    );
    let transfer = json!({ "transfer_id": id });
    let seen = ours.sees(&transfer).await;
    assert!(!seen.to_string().contains(PHONE), "masked again here: {seen}");
    police.link.breaks(fault);
    let places = json!({ "matter": "M040102", "division": "990102002" });
    ours.decides(&transfer, "acceptance", places).await;
    settle(&[ours]).await;
    police.link.breaks(Fault::None);
    police.link.lets_go().await;
    pass(&[ours], TimeDelta::minutes(6)).await;
    let seen = ours.sees(&transfer).await;
    assert_eq!(
        (
            word(&seen, "state"),
            &seen["ours"],
            word(&seen["ownership"], "gained_from")
        ),
        ("accepted", &json!(true), "110"),
        "{fault:?}"
    );
    police.link.breaks(fault);
    ours.platform()
        .worked_on(&text(&seen, "order_id"), "已劝阻")
        .await;
    police.link.breaks(Fault::None);
    police.link.lets_go().await;
    pass(&[ours], TimeDelta::minutes(6)).await;
    let mut results = police.heard("result");
    results.retain(|message| message["transfer_id"] == id);
    assert!(!results.is_empty(), "{fault:?}");
    // Its caller did not agree to be known here, so nobody could be asked.
    assert_eq!(
        (word(&results[0], "outcome"), word(&results[0], "result")),
        ("not_called", "已劝阻")
    );
    assert!(
        results.iter().all(|result| *result == results[0]),
        "and nothing else: {results:?}"
    );
}
