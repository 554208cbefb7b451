//! Story 4, 仍未解决: a thousand households, and nothing helps. Written supervision, on-site supervision and public notice fail
//! within their limits; the unit is referred to discipline inspection with the whole record; units that meet once more
//! agree – twenty households first, the rest in instalments – and the order closes only when all of that is carried out.
use chrono::TimeDelta;
use serde_json::{Value, json};
use system_tests::Platform;
use system_tests::people::{complaint, content, solved, text};
use testkit::Role;

/// Housing of the district, by the directory.
const UNIT: &str = "QX-991102-HOUSING";
/// The water company: it has no part in the order and is summoned.
const WATER: &str = "QY-WATER";

async fn post(platform: &Platform, path: &str, body: Value, status: u16) -> Value {
    let desk = platform.supervision.http(Role::Supervisor);
    let answer = desk.post(path, body).await.expect(status);
    platform.settle().await;
    answer.body
}

/// The supervision order of an order, with its steps.
async fn pushed(platform: &Platform, order: &str) -> Value {
    let desk = platform.supervision.http(Role::Supervisor);
    let path = format!("/v1/supervision-orders?order_id={order}");
    let list = desk.get(&path).await.expect(200).body;
    let path = format!(
        "/v1/supervision-orders/{}",
        text(&list["items"][0], "supervision_id")
    );
    desk.get(&path).await.expect(200).body
}

/// The rungs that were opened, the first first.
fn rungs(pushed: &Value) -> Vec<String> {
    let history = pushed["history"].as_array().expect("steps").iter();
    let opened =
        history.filter(|step| ["opened", "escalated"].contains(&step["kind"].as_str().unwrap_or_default()));
    opened.map(|step| text(step, "level")).collect()
}

/// A person opens the rung that silence has only proposed.
async fn opened_by_a_person(platform: &Platform, order: &str, level: &str) -> Value {
    let proposed = pushed(platform, order).await;
    assert_eq!(proposed["proposed_level"], level, "{proposed}");
    let path = format!(
        "/v1/supervision-orders/{}/open",
        text(&proposed, "supervision_id")
    );
    post(platform, &path, json!({ "text": "同意" }), 200).await;
    pushed(platform, order).await
}

/// Written, on site, in public: each in vain. Answers the supervision order.
async fn nothing_helps(platform: &Platform, order: &str) -> Value {
    let written = json!({ "order_ids": [order], "level": "written", "text": "千户住户诉求，请书面报告" });
    post(platform, "/v1/supervision-orders", written, 201).await;
    assert_eq!(rungs(&pushed(platform, order).await), ["written"]);
    platform.pass(TimeDelta::days(4)).await;
    assert_eq!(rungs(&pushed(platform, order).await), ["written", "on_site"]);
    let meeting = platform.summons(&[order], &[UNIT, WATER], true).await;
    let summoned = platform.noticed(WATER, order, "summoned").await;
    assert_eq!(
        (
            &summoned["data"]["generation"],
            &summoned["data"]["summons"]["on_site"]
        ),
        (&json!(0), &json!(true)),
        "told, and not responsible: {summoned}"
    );
    platform
        .met(&meeting, &[UNIT], "物业公司未到场，未达成一致")
        .await;
    let end = format!("{meeting}/end");
    post(platform, &end, json!({ "reason": "未达成一致" }), 200).await;
    platform.pass(TimeDelta::days(5)).await;
    opened_by_a_person(platform, order, "public_notice").await;
    platform.pass(TimeDelta::days(8)).await;
    opened_by_a_person(platform, order, "discipline_referral").await
}

/// The unit's conduct goes to discipline inspection with everything that happened.
async fn referred(platform: &Platform, order: &str, supervision: &str) {
    let form = json!({ "order_id": order, "unit": UNIT, "to": "市纪委监委", "reason": "书面、现场、公开督办均未解决",
                       "number": "YS2026000004", "supervision_id": supervision });
    let made = post(platform, "/v1/referrals", form, 201).await;
    let path = format!("/v1/referrals/{}/record", text(&made, "referral_id"));
    let record = platform
        .supervision
        .http(Role::Auditor)
        .get(&path)
        .await
        .expect(200)
        .body;
    let happened = record["timeline"].as_array().expect("a timeline").iter();
    let happened: Vec<String> = happened.map(|entry| text(entry, "event")).collect();
    let count = |event: &str| happened.iter().filter(|one| *one == event).count();
    assert_eq!(
        (
            count("intake.order.registered.v1"),
            count("supervision.supervision.opened.v1"),
            count("supervision.supervision.escalated.v1"),
            count("supervision.consultation.opened.v1"),
        ),
        (1, 1, 3, 1),
        "{happened:?}"
    );
}

/// Units meet once more and agree: twenty households first, the rest in instalments. Answers the outcome's path.
async fn agreed(platform: &Platform, order: &str, supervision: &str) -> String {
    let meeting = platform.summons(&[order], &[UNIT, WATER], false).await;
    platform
        .met(&meeting, &[UNIT, WATER], "纪委召开协调会，达成一致")
        .await;
    let now = platform.world.clock.now();
    let consultation = meeting.rsplit('/').next();
    let promise = json!({ "order_id": order, "unit": WATER, "text": "先解决二十户，其余分期解决",
        "parts": [{ "what": "二十户恢复供水", "until": now + TimeDelta::days(30) },
                  { "what": "其余住户分期恢复", "until": now + TimeDelta::days(90) }],
        "consultation_id": consultation, "supervision_id": supervision });
    let made = post(platform, "/v1/outcomes", promise, 201).await;
    for unit in [UNIT, WATER] {
        let told = platform.noticed(unit, order, "outcome").await;
        let parts = told["data"]["outcome"]["parts"].as_array().expect("parts").len();
        assert_eq!(parts, 2, "{unit}: {told}");
    }
    format!("/v1/outcomes/{}", text(&made, "outcome_id"))
}

async fn desk(platform: &Platform) -> Value {
    let desk = platform.supervision.http(Role::Leader);
    desk.get("/v1/desk").await.expect(200).body["outcomes"].clone()
}

#[tokio::test]
async fn what_no_push_solves_is_referred_and_the_order_closes_only_when_what_was_promised_is_carried_out() {
    let platform = Platform::of_city("jinan").await;
    let registered = platform.register(complaint("M030103", "991102001")).await;
    let order = registered.order();
    assert_eq!(platform.lead(order).await, UNIT);
    platform
        .acts(UNIT, order, "sign", json!({ "generation": 1 }))
        .await;
    let pushed_last = nothing_helps(&platform, order).await;
    assert_eq!(
        rungs(&pushed_last),
        ["written", "on_site", "public_notice", "discipline_referral"]
    );
    let supervision = text(&pushed_last, "supervision_id");
    referred(&platform, order, &supervision).await;
    let outcome = agreed(&platform, order, &supervision).await;

    // The unit replies, and the caller is satisfied with the promise: the answer is kept, and the order waits.
    platform.acts(UNIT, order, "reply", solved(1)).await;
    let said = platform.caller_says(order, content()).await;
    assert_eq!(
        (&said["order_state"], &said["outcome"]),
        (&json!("held"), &json!("solved")),
        "{said}"
    );
    assert_ne!(platform.progress(&registered.number).await["state"], "closed");

    // The first part is late; then it is found to be carried out.
    platform.pass(TimeDelta::days(31)).await;
    let late = desk(&platform).await;
    assert_eq!((&late["open"], &late["late"]), (&json!(1), &json!(1)), "{late}");
    let report = json!({ "report": "二十户已恢复供水，逐户核实" });
    let one = format!("{outcome}/parts/1/carried-out");
    assert_eq!(post(&platform, &one, report, 200).await["state"], "open");
    assert!(platform.callbacks().await.is_empty(), "nobody is asked twice");
    assert_ne!(platform.progress(&registered.number).await["state"], "closed");

    platform.pass(TimeDelta::days(50)).await;
    let rest = json!({ "report": "其余住户全部恢复" });
    let two = format!("{outcome}/parts/2/carried-out");
    assert_eq!(post(&platform, &two, rest, 200).await["state"], "carried_out");
    assert_eq!(platform.progress(&registered.number).await["state"], "closed");
    assert_eq!(desk(&platform).await["open"], 0);
    let ended = pushed(&platform, order).await;
    assert_eq!(
        (&ended["state"], &ended["outcome"]),
        (&json!("discharged"), &json!("order_closed"))
    );
    platform.follows_from_one_contact(order).await;
}
