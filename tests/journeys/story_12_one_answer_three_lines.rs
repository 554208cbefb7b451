//! Story 12 (Liaocheng): one answer, three lines. What belongs to 12348 goes there with a handshake, a fight goes to 110 by voice
//! at once with the record following, and a 110 call about a loudspeaker comes here and its result returns.
//!
//! 12345 and 12348 are two whole platforms, each with a nats-server and databases of its own; 110 is scripted. Whatever becomes of
//! the links, what is handed over is an order there, is worked on, and its result comes home.
use chrono::TimeDelta;
use serde_json::{Value, json};
use system_tests::Platform;
use system_tests::hotlines::{
    Fault, Hotline, Scripted, heal, never_two, one_owner, pass, settle, two_platforms,
};
use system_tests::people::{content, text};
use testkit::{Role, World};
use uuid::Uuid;

const FAULTS: [Fault; 4] = [Fault::Cut, Fault::Late, Fault::OneSided, Fault::Twice];
const PHONE: &str = "19900007037";
const ADVICE: &str = "已告知起诉程序，并协助准备材料。";

fn complaint(urgency: &str, title: &str) -> Value {
    json!({ "channel": "phone", "kind": "help", "urgency": urgency, "title": title, "text": title,
        "place": { "division": "990102002", "address": "文渊街" }, "matter": "M020101",
        "caller": { "name": "闻人朔", "phone": PHONE } })
}

fn word<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

/// From now on this is wrong with both ways.
fn broken(one: &Hotline, two: &Hotline, fault: Fault) {
    one.link.breaks(fault);
    two.link.breaks(fault);
}

/// An order's timeline has each of these once.
async fn told(platform: &Platform, order: &str, events: &[&str]) {
    let happened = platform.happened(order).await;
    for event in events {
        let times = happened.iter().filter(|known| known == event).count();
        assert_eq!(times, 1, "{event} in {happened:?}");
    }
}

/// One case from its first word to the end at both hotlines, over links that are like this.
async fn advised(ours: &Hotline, law: &Hotline, fault: Fault) {
    let registered = ours.registers(complaint("ordinary", "怎样起诉物业公司")).await;
    let our_order = text(&registered["orders"][0], "order_id");
    broken(ours, law, fault);
    let offered = ours
        .offers(&registered, "12348", json!({ "consent": true }))
        .await;
    settle(&[ours, law]).await;
    never_two(ours, law, &offered).await;
    heal(&[ours, law]).await;
    let here = ours.sees(&offered).await;
    assert!(here["receipt_at"].is_string(), "the machine has it: {here}");
    assert_eq!(one_owner(ours, law, &offered).await, "sender", "{fault:?}");

    broken(ours, law, fault);
    law.decides(&offered, "acceptance", json!({ "matter": "M030101" }))
        .await;
    settle(&[ours, law]).await;
    never_two(ours, law, &offered).await;
    heal(&[ours, law]).await;
    assert_eq!(one_owner(ours, law, &offered).await, "receiver", "{fault:?}");
    let (here, there) = (ours.sees(&offered).await, law.sees(&offered).await);
    let progress = ours.tells(word(&registered, "complaint_number")).await;
    assert_eq!(
        (word(&progress, "state"), &progress["orders"][0]["outcome"]),
        ("open", &json!("transferred")),
        "handed over is not done"
    );
    // The number that was given is the number under which 12348 knows it.
    law.tells(word(&here, "peer_number")).await;

    let (order, complaint) = (text(&there, "order_id"), text(&there, "complaint_id"));
    law.platform().worked_on(&order, ADVICE).await;
    assert_eq!(law.finds_number_of(&complaint).await, PHONE);
    broken(ours, law, fault);
    let followed = law.platform().caller_says(&order, content()).await;
    assert_eq!(word(&followed, "outcome"), "solved", "{followed}");
    heal(&[ours, law]).await;
    over_on_both_sides(ours, law, &offered, (&our_order, &order)).await;
    let progress = ours.tells(word(&registered, "complaint_number")).await;
    assert_eq!(word(&progress, "state"), "closed", "{fault:?} {progress}");
    assert!(word(&progress, "answer").contains(ADVICE), "{progress}");
}

/// Both say how it ended, and supervision has seen it at each.
async fn over_on_both_sides(ours: &Hotline, law: &Hotline, transfer: &Value, orders: (&str, &str)) {
    for hotline in [ours, law] {
        let seen = hotline.sees(transfer).await;
        assert_eq!(
            (
                word(&seen, "state"),
                word(&seen, "outcome"),
                word(&seen, "result")
            ),
            ("completed", "solved", ADVICE),
            "{seen}"
        );
    }
    assert_eq!(one_owner(ours, law, transfer).await, "receiver");
    for (hotline, order, outcome) in [(ours, orders.0, "transferred"), (law, orders.1, "solved")] {
        let watched = hotline.platform().watched(order).await;
        assert_eq!(
            (word(&watched, "state"), word(&watched, "outcome")),
            ("closed", outcome),
            "{watched}"
        );
    }
    let left = [
        "intake.order.registered.v1",
        "intake.transfer.offered.v1",
        "intake.transfer.accepted.v1",
        "intake.order.withdrawn.v1",
        "intake.transfer.completed.v1",
    ];
    told(ours.platform(), orders.0, &left).await;
    let done = [
        "intake.order.registered.v1",
        "intake.transfer.accepted.v1",
        "routing.order.assigned.v1",
        "unit-gateway.order.delivered.v1",
        "unit-gateway.order.signed.v1",
        "unit-gateway.order.responded.v1",
        "unit-gateway.order.replied.v1",
        "callback.callback.recorded.v1",
        "callback.order.closed.v1",
        "intake.transfer.completed.v1",
    ];
    told(law.platform(), orders.1, &done).await;
}

#[tokio::test]
async fn legal_advice_is_given_at_12348_and_its_result_comes_home_whatever_the_links_are_like() {
    let (ours, law) = two_platforms().await;
    let desk = ours.app().http(Role::Agent);
    let lines = desk.get("/v1/peers?matter=M0901").await.expect(200);
    assert_eq!(
        lines.text("/items/0/code"),
        "12348",
        "the list says whose such cases are"
    );
    for fault in FAULTS {
        advised(&ours, &law, fault).await;
    }
    let compared = ours.app().http(Role::Admin);
    let compared = compared.post("/v1/peers/12348/reconciliation", json!({})).await;
    let compared = compared.expect(200).body;
    assert_eq!(
        (&compared["compared"], &compared["differences"]),
        (&json!(FAULTS.len()), &json!([]))
    );
    let taken = law.app().http(Role::Agent);
    let taken = taken.get("/v1/complaints?channel=hotline").await.expect(200).body;
    assert_eq!(
        taken["items"].as_array().map(Vec::len),
        Some(FAULTS.len()),
        "each case once"
    );
}

#[tokio::test]
async fn who_is_calling_is_asked_for_apart_and_only_by_who_has_the_case() {
    let (ours, law) = two_platforms().await;
    let registered = ours.registers(complaint("ordinary", "怎样起诉物业公司")).await;
    let offered = ours
        .offers(&registered, "12348", json!({ "consent": true }))
        .await;
    settle(&[&ours, &law]).await;
    let there = law.sees(&offered).await;
    assert_eq!(
        (word(&there, "direction"), word(&there, "case_number")),
        ("incoming", word(&offered, "case_number"))
    );
    assert!(!there.to_string().contains(PHONE) && !there.to_string().contains("闻人朔"));
    let look = json!({ "field": "phone", "reason": "联系来电人" });
    let path = format!("/v1/transfers/{}/identity/fetches", word(&offered, "transfer_id"));
    let desk = law.app().http(Role::Agent);
    let early = desk.post(&path, look.clone()).await.expect(403);
    assert_eq!(early.text("/code"), "look_refused", "not theirs yet");
    law.decides(&offered, "acceptance", json!({})).await;
    settle(&[&ours, &law]).await;
    let fetched = desk.post(&path, look).await.expect(200);
    assert_eq!(fetched.text("/value"), PHONE);
    let log = format!(
        "/v1/complaints/{}/identity/accesses",
        word(&registered, "complaint_id")
    );
    let auditor = ours.app().http(Role::Auditor);
    let log = auditor.get(&log).await.expect(200).body.to_string();
    assert_eq!(
        log.matches("peer:12348").count(),
        2,
        "every look is written down, refused ones too: {log}"
    );
    let theirs = law.sees(&offered).await;
    let log = format!(
        "/v1/complaints/{}/identity/accesses",
        word(&theirs, "complaint_id")
    );
    let log = law.app().http(Role::Auditor).get(&log).await.expect(200);
    assert_eq!(
        (log.text("/items/0/outcome"), log.text("/items/0/reason")),
        ("shown".to_owned(), "联系来电人".to_owned()),
        "and where it was shown: {}",
        log.body
    );
}

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
