//! Story 12 (Liaocheng): one answer, three lines. What belongs to 12348 goes there with a handshake; `story_12_with_110` has what
//! goes to 110 and comes from there.
//!
//! 12345 and 12348 are two whole platforms, each with a nats-server and databases of its own. Whatever becomes of the links, what
//! is handed over is an order there, is worked on, and its result comes home.
use serde_json::{Value, json};
use system_tests::Platform;
use system_tests::hotlines::{Fault, Hotline, heal, never_two, one_owner, settle, two_platforms};
use system_tests::people::{content, text};
use testkit::Role;

pub(super) const FAULTS: [Fault; 4] = [Fault::Cut, Fault::Late, Fault::OneSided, Fault::Twice];
pub(super) const PHONE: &str = "19900007037";
const ADVICE: &str = "已告知起诉程序，并协助准备材料。";

pub(super) fn complaint(urgency: &str, title: &str) -> Value {
    json!({ "channel": "phone", "kind": "help", "urgency": urgency, "title": title, "text": title,
        "place": { "division": "990102002", "address": "文渊街" }, "matter": "M020101",
        "caller": { "name": "闻人朔", "phone": PHONE } })
}

pub(super) fn word<'a>(value: &'a Value, field: &str) -> &'a str {
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
