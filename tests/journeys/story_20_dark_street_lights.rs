//! Story 20, 十四盏不亮的路灯: nobody owns them. Three orders are bounced by every unit; the consultation ends in rulings that
//! give each light an owner; the twenty waiting orders are assigned by them at once, and the next call about the same
//! lights routes by itself.
use serde_json::{Value, json};
use system_tests::Platform;
use system_tests::people::{Registered, complaint, text};
use testkit::Role;

/// Where the lights stand, and whom the consultation names.
const LIGHTS: [(&str, &str); 3] = [
    ("994102001", "SJ-MUNI"),
    ("994102002", "QX-994102-URBAN"),
    ("994103001", "QX-994103-URBAN"),
];
/// Orders about lights whose owner nobody knows, beside the three.
const WAITING: usize = 20;

fn ownerless(division: &str) -> Value {
    let mut body = complaint("M020101", division);
    body["title"] = json!("路灯不亮");
    body["facts"] = json!({ "权属": "无主" });
    body
}

/// Every unit that could own it says no, and the hotline agrees each time. Answers who they were.
async fn bounced_by_everybody(platform: &Platform, order: &str) -> Vec<String> {
    let mut asked = Vec::new();
    while platform.watched(order).await["state"] != "disputed" {
        let unit = platform.lead(order).await;
        let generation = asked.len() + 1;
        let not_ours =
            json!({ "generation": generation, "reason_code": "not_our_duty", "basis": "未办理移交" });
        platform.acts(&unit, order, "return-requests", not_ours).await;
        let desk = platform.routing.http(Role::Dispatcher);
        let open = desk.get("/v1/returns?state=open").await.expect(200).body;
        let request = open["items"]
            .as_array()
            .expect("items")
            .iter()
            .find(|item| item["order_id"] == order)
            .expect("a request")
            .clone();
        let path = format!("/v1/returns/{}/review", text(&request, "return_id"));
        desk.post(&path, json!({ "verdict": "upheld", "reason": "确未移交" }))
            .await
            .expect(200);
        platform.settle().await;
        asked.push(unit);
    }
    asked
}

async fn queue(platform: &Platform) -> Vec<Value> {
    let list = platform
        .routing
        .http(Role::Dispatcher)
        .get("/v1/manual-queue?limit=200")
        .await
        .expect(200);
    list.body["items"].as_array().expect("items").clone()
}

/// Three orders that every unit has bounced; whoever asks sees that nobody owns them.
async fn disputed_orders(platform: &Platform) -> Vec<(Registered, usize)> {
    let mut disputed = Vec::new();
    for (division, _) in LIGHTS {
        let registered = platform.register(complaint("M020101", division)).await;
        let order = registered.order().to_owned();
        let asked = bounced_by_everybody(platform, &order).await;
        assert!(!asked.is_empty());
        let happened = platform.happened(&order).await;
        assert!(
            happened.contains(&"routing.order.disputed.v1".to_owned()),
            "{happened:?}"
        );
        let told = platform.progress(&registered.number).await;
        assert_eq!(told["orders"][0]["state"], "undecided", "{told}");
        for unit in &asked {
            assert_eq!(platform.document(unit, &order).await["data"]["notice"], "revoked");
        }
        disputed.push((registered, asked.len()));
    }
    disputed
}

/// The owner has the document, which says that there is no way back.
async fn is_kept_by(platform: &Platform, order: &str, owner: &str, generation: usize) {
    let document = platform.document(owner, order).await;
    assert_eq!(
        (
            &document["data"]["generation"],
            &document["data"]["return_right"]["refused"]
        ),
        (&json!(generation), &json!("ruling"))
    );
    let why = document["data"]["why"].to_string();
    assert!(why.contains("2026-1号"), "{why}");
    let again = json!({ "generation": generation, "reason_code": "not_our_duty", "basis": "未办理移交" });
    let refused = platform
        .act(owner, order, "return-requests", again)
        .await
        .expect(409);
    assert_eq!(refused.body["code"], "return_after_ruling", "{}", refused.body);
    platform.follows_from_one_contact(order).await;
}

#[tokio::test]
async fn rulings_give_every_light_an_owner_and_the_next_call_needs_nobody() {
    let platform = Platform::of_city("changsha").await;
    let disputed = disputed_orders(&platform).await;
    let mut waiting = Vec::new();
    for n in 0..WAITING {
        let (division, owner) = LIGHTS[n % LIGHTS.len()];
        let registered = platform.register(ownerless(division)).await;
        waiting.push((registered.order().to_owned(), owner));
    }
    let stands = queue(&platform).await;
    let disputes = stands.iter().filter(|item| item["state"] == "disputed").count();
    assert_eq!((stands.len(), disputes), (WAITING + LIGHTS.len(), LIGHTS.len()));

    platform.pass(chrono::TimeDelta::days(2)).await;
    let about: Vec<&str> = disputed
        .iter()
        .map(|(registered, _)| registered.order())
        .collect();
    let summoned = [LIGHTS[0].1, LIGHTS[1].1, LIGHTS[2].1, "SJ-URBAN"];
    let consultation = platform.summons(&about, &summoned, true).await;
    let waiting_for_one = platform.supervision.http(Role::Supervisor);
    let none = waiting_for_one
        .get("/v1/consultations/waiting")
        .await
        .expect(200)
        .body;
    assert_eq!(none["items"], json!([]), "all are taken up");
    platform.pass(chrono::TimeDelta::days(1)).await;
    platform.met(&consultation, &summoned, "逐盏明确管护单位").await;
    for (order, (_, owner)) in about.iter().zip(LIGHTS) {
        let ruling = json!({ "order_id": order, "lead": owner, "basis": "路灯管护会商纪要2026-1号" });
        let stands = platform.rules(&consultation, ruling).await;
        assert_eq!(stands["state"], "ruled", "{stands}");
    }
    let rulings = platform
        .routing
        .http(Role::Auditor)
        .get("/v1/rulings")
        .await
        .expect(200)
        .body;
    let rulings = rulings["items"].as_array().expect("items").clone();
    let assigned: usize = rulings
        .iter()
        .map(|ruled| ruled["orders"].as_array().expect("orders").len())
        .sum();
    assert_eq!(assigned, WAITING + LIGHTS.len(), "all of them, at once");
    for (ruled, (division, _)) in rulings.iter().rev().zip(LIGHTS) {
        assert_eq!(ruled["division"], division, "{ruled}");
    }
    assert!(queue(&platform).await.is_empty());
    for (order, owner) in &waiting {
        assert_eq!(platform.lead(order).await, *owner);
    }
    let (first, bounces) = &disputed[0];
    is_kept_by(&platform, first.order(), LIGHTS[0].1, bounces + 1).await;
    for (division, owner) in LIGHTS {
        let next = platform.register(ownerless(division)).await;
        let assignment = platform.assignment(next.order()).await;
        assert_eq!(
            (&assignment["lead"]["code"], &assignment["decided_by"]),
            (&json!(owner), &json!("directory")),
            "{division}"
        );
    }
}
