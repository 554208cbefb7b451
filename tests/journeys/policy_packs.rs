//! The same programs, five cities: each pack is taken as it is, and its policies decide.
use serde_json::{Value, json};
use system_tests::Platform;
use system_tests::people::{complaint, text};
use testkit::Role;

/// A complaint of the five cities: about this matter, there, with these facts.
fn about(matter: &str, division: &str, facts: Value) -> Value {
    let mut body = complaint(matter, division);
    body["facts"] = facts;
    body
}

/// The document of assessment that holds, with the weights that stand in it.
async fn assessed_by(platform: &Platform) -> (String, Vec<String>) {
    let leader = platform.supervision.http(Role::Leader);
    let scores = leader.get("/v1/policies/scores").await.expect(200);
    assert_eq!(scores.body["version"], 1, "the pack's own: {}", scores.body);
    let document = scores.text("/document");
    let weights = document.split("[weights]\n").nth(1).expect("weights");
    let weights = weights.lines().take_while(|line| !line.is_empty());
    (document.clone(), weights.map(str::to_owned).collect())
}

/// The group in which a unit is ranked this month.
async fn peers_of(platform: &Platform, unit: &str) -> String {
    let month = platform.world.clock.now().format("%Y-%m");
    let leader = platform.supervision.http(Role::Leader);
    let scores = leader.get(&format!("/v1/scores/{month}")).await.expect(200).body;
    let groups = scores["groups"].as_array().expect("groups").iter();
    let mut of_unit = groups.filter(|group| {
        let units = group["units"].as_array().expect("units");
        units.iter().any(|line| line["unit"] == unit)
    });
    text(
        of_unit.next().unwrap_or_else(|| panic!("no {unit} in {scores}")),
        "group",
    )
}

/// The lead asks for a return and the hotline upholds it.
async fn returned(platform: &Platform, unit: &str, order: &str, generation: i32) -> Value {
    let not_ours =
        json!({ "generation": generation, "reason_code": "not_our_duty", "basis": "不属本单位职责" });
    platform.acts(unit, order, "return-requests", not_ours).await;
    let desk = platform.routing.http(Role::Dispatcher);
    let waiting = desk.get("/v1/returns").await.expect(200).body;
    let path = format!("/v1/returns/{}/review", text(&waiting["items"][0], "return_id"));
    let verdict = json!({ "verdict": "upheld", "reason": "属实" });
    let review = desk.post(&path, verdict).await.expect(200).body;
    platform.settle().await;
    review
}

#[tokio::test]
async fn in_jinan_the_second_return_is_a_dispute() {
    let platform = Platform::of_city("jinan").await;
    let works = json!({ "成因": "施工损坏" });
    let registered = platform.register(about("M020102", "991102001", works)).await;
    let order = registered.order();
    assert_eq!(platform.lead(order).await, "QY-WATER");
    let first = returned(&platform, "QY-WATER", order, 1).await;
    assert_eq!(first["lead"]["code"], "QX-991102-GOV", "{first}");
    let second = returned(&platform, "QX-991102-GOV", order, 2).await;
    assert_eq!(second["state"], "disputed", "{second}");
    let (_, weights) = assessed_by(&platform).await;
    assert!(weights.contains(&"one_time = 30".to_owned()), "{weights:?}");
}

#[tokio::test]
async fn in_zhengzhou_the_county_gets_its_own() {
    let platform = Platform::of_city("zhengzhou").await;
    let registered = platform.register(complaint("M070101", "992121001")).await;
    let order = registered.order();
    assert_eq!(platform.lead(order).await, "RX-992121");
    platform.handled_by("RX-992121", order).await;
    let progress = platform.progress(&registered.number).await;
    assert!(progress.to_string().contains("荥县12345热线平台"), "{progress}");
    let (_, weights) = assessed_by(&platform).await;
    assert_eq!(weights, ["finish = 50", "resolution = 50"], "回复率和落实率");
    assert_eq!(peers_of(&platform, "RX-992121").await, "hotlines");
}

#[tokio::test]
async fn in_liaocheng_a_business_that_is_not_satisfied_is_the_leaders() {
    let platform = Platform::of_city("liaocheng").await;
    let business = json!({ "主体": "企业" });
    let registered = platform.register(about("M060102", "993102001", business)).await;
    let order = registered.order();
    assert_eq!(platform.lead(order).await, "SJ-MARKET");
    platform.handled_by("SJ-MARKET", order).await;
    let no = json!({ "reached": true, "contacted": true, "solved": false, "result": "not_satisfied",
                     "attitude": "satisfied" });
    let answer = platform.caller_says(order, no).await;
    let happened = platform.happened(order).await;
    assert!(
        happened
            .iter()
            .any(|event| event.starts_with("callback.order.raised")),
        "{answer} {happened:?}"
    );
    let (document, weights) = assessed_by(&platform).await;
    assert_eq!(weights.len(), 4, "{weights:?}");
    assert!(
        document.contains("level = \"raised\""),
        "what the leaders had to raise costs points"
    );
}

#[tokio::test]
async fn in_liaocheng_what_the_province_asks_is_judged_at_the_desk_when_the_unit_fails() {
    let platform = Platform::of_city("liaocheng").await;
    let mut from_above = complaint("M020101", "993102001");
    from_above["channel"] = json!("province");
    from_above["source_number"] = json!("SZ-2026-000318");
    let registered = platform.register(from_above).await;
    let order = registered.order();
    let unit = platform.lead(order).await;
    platform
        .acts(&unit, order, "sign", json!({ "generation": 1 }))
        .await;
    let failed = json!({ "generation": 1, "solved": false, "unsolved_reason": "配件停产", "contacted": true, "text": "配件停产，暂无法修复。" });
    platform.acts(&unit, order, "reply", failed).await;
    let waiting = platform.callback_of(order).await;
    assert_eq!(
        (&waiting["way"], &waiting["nobody_to_call"]),
        (&json!("desk"), &json!(true)),
        "{waiting}"
    );
    let judged = json!({ "reached": false, "solved": false, "remark": "请另购配件" });
    let answer = platform.caller_says(order, judged).await;
    assert_eq!(
        (&answer["order_state"], &answer["rework"]),
        (&json!("open"), &json!(1)),
        "{answer}"
    );
}

#[tokio::test]
async fn in_changsha_an_ownerless_light_waits_for_a_consultation_and_the_rest_has_five_days() {
    let platform = Platform::of_city("changsha").await;
    let ownerless = json!({ "权属": "无主" });
    let registered = platform.register(about("M020101", "994103001", ownerless)).await;
    let waiting = platform.assignment(registered.order()).await;
    assert_eq!(
        (&waiting["state"], &waiting["reason"]),
        (&json!("undecided"), &json!("tie"))
    );
    let registered = platform.register(complaint("M020101", "994103001")).await;
    let assignment = platform.assignment(registered.order()).await;
    let finish = &assignment["terms"]["finish"];
    assert_eq!(
        (&finish["amount"], &finish["unit"]),
        (&json!(5), &json!("working_days"))
    );
    let (_, weights) = assessed_by(&platform).await;
    assert!(weights.contains(&"satisfaction = 60".to_owned()), "{weights:?}");
    assert_eq!(peers_of(&platform, "SJ-MUNI").await, "bureaus");
}

#[tokio::test]
async fn in_changsha_what_everybody_returns_is_raised() {
    let platform = Platform::of_city("changsha").await;
    let registered = platform.register(complaint("M020101", "994103001")).await;
    let order = registered.order();
    for generation in 1..=3 {
        let unit = platform.lead(order).await;
        let review = returned(&platform, &unit, order, generation).await;
        if review["state"] == "disputed" {
            break;
        }
    }
    let raised = platform
        .supervision
        .http(Role::Supervisor)
        .get("/v1/supervision-orders?live=true")
        .await;
    let raised = raised.expect(200).body;
    let first = &raised["items"][0];
    assert_eq!(
        (&first["order_id"], &first["level"]),
        (&json!(order), &json!("raised")),
        "{raised}"
    );
}

#[tokio::test]
async fn in_datong_the_company_gets_it_and_nobody_returns_anything() {
    let platform = Platform::of_city("datong").await;
    let estate = json!({ "物业平台": "WY-03" });
    let registered = platform.register(about("M030101", "995102001", estate)).await;
    let order = registered.order();
    assert_eq!(platform.lead(order).await, "WY-03");
    let document = platform.document("WY-03", order).await;
    assert!(!document.to_string().contains("欧阳"), "no identity: {document}");
    let not_ours = json!({ "generation": 1, "reason_code": "not_our_duty", "basis": "应由住建处理" });
    let refused = platform.act("WY-03", order, "return-requests", not_ours).await;
    assert_eq!(refused.expect(409).body["code"], "first_receiver_keeps");
    let (_, weights) = assessed_by(&platform).await;
    assert_eq!(
        weights,
        ["response = 30", "resolution = 40", "satisfaction = 30"],
        "三率"
    );
    assert_eq!(peers_of(&platform, "WY-03").await, "second_level");
}
