//! From words to a decision: matter, facts, scope and danger out of title and text.
use crate::harness::{assignment, order, pack, queue, register, started};
use chrono::TimeDelta;
use contracts::intake::OrderRegisteredV1;
use contracts::routing::{OrderAssignedV1, OrderUndecidedV1};
use contracts::words::Urgency;
use routing::Routing;
use serde_json::{Value, json};
use std::fmt::Write;
use testkit::{Role, TestApp};

const HEADER: &str = "编号,受理时间,渠道,来电人,电话,标题,正文,地点文本,经度,纬度,正确事项编码,正确区划编码,诉求类型,紧急程度,正确处置,正确主办单位,正确协办单位,命中条目编号,重复于,应拆分,要素,范围类别";

/// `service.text.refresh_ms`.
const LEARNED_AFTER: TimeDelta = TimeDelta::minutes(10);

/// Past orders as a city would hand them over: for every entry of the catalogue and of the scope a few that name its keywords
/// in words of their own, and questions that were answered at once.
fn past_orders(pack: &std::collections::BTreeMap<String, String>) -> String {
    let mut rows = format!("{HEADER}\n");
    let mut number = 0;
    let mut add = |title: &str, text: &str, matter: &str, done: &str, scope: &str, kind: &str| {
        number += 1;
        writeln!(
            rows,
            "P{number:05},2026-01-05T09:00:00+08:00,电话,,19900001234,{title},{text},,,,{matter},,{kind},一般,{done},,,,,1,,{scope}"
        )
        .unwrap();
    };
    let said = [
        "希望尽快派人来看看",
        "已经好几天了没人管",
        "住在附近的老人意见很大",
        "之前打过电话也没有结果",
        "麻烦核实以后给个回复",
    ];
    for line in pack["matters.csv"]
        .lines()
        .filter(|line| line.split(',').next().is_some_and(|code| code.len() == 7))
    {
        let cells: Vec<&str> = line.split(',').collect();
        let keywords: Vec<&str> = cells[5].split(';').collect();
        for (n, tail) in said.iter().enumerate() {
            let (a, b) = (keywords[n % keywords.len()], keywords[(n + 1) % keywords.len()]);
            add(
                &format!("{a}{b}"),
                &format!("我们这里{a}的问题，{b}，{tail}"),
                cells[0],
                "派单",
                "",
                "投诉",
            );
        }
        add(
            &format!("咨询{}怎么办理", cells[1]),
            "请问要什么材料，几点上班，已答复",
            cells[0],
            "直接答复",
            "",
            "咨询",
        );
    }
    for line in pack["intake_scope.csv"].lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        for keyword in cells[4].split(';') {
            add(
                keyword,
                &format!("来电人说{keyword}，{}", cells[1]),
                "",
                cells[6],
                cells[0],
                "求助",
            );
        }
    }
    rows
}

/// A service whose pack brings past orders.
async fn learned() -> TestApp {
    let app = TestApp::start::<Routing>().await;
    let mut pack = pack();
    pack.insert("past_orders.csv".to_owned(), past_orders(&pack));
    let editor = app.http(Role::DirectoryEditor);
    editor
        .post("/v1/directory/versions", json!({ "pack": pack }))
        .await
        .expect(201);
    app.settle().await;
    app
}

async fn decided(app: &TestApp, question: Value) -> Value {
    app.http(Role::Agent)
        .post("/v1/decisions", question)
        .await
        .expect(200)
        .body
}

fn without_matter(title: &str, text: &str, division: &str) -> OrderRegisteredV1 {
    OrderRegisteredV1 {
        matter: None,
        title: title.to_owned(),
        text: text.to_owned(),
        ..order("M010201", division)
    }
}

#[tokio::test]
async fn words_alone_find_matter_place_facts_and_unit() {
    let app = learned().await;
    let said = json!({ "title": "工地夜里打桩噪声", "text": "竹溪安置房工地昨晚十一点半还在施工，打桩的噪音吵得睡不着",
        "accepted_at": "2026-03-03T10:00:00+08:00" });
    let read = decided(&app, said.clone()).await;
    assert_eq!(
        (&read["outcome"], &read["matter"]["code"], &read["division"]),
        (&json!("assigned"), &json!("M040101"), &json!("990103001")),
        "{read}"
    );
    let given = decided(
        &app,
        json!({ "matter": "M040101", "kind": "grievance", "place": { "division": "990103001" }, "accepted_at": "2026-03-03T10:00:00+08:00",
            "facts": { "发生时刻": "23:30", "场所类型": "建筑工地", "工地监管": "住建" } }),
    )
    .await;
    assert_eq!(
        (&read["lead"], &read["duties"]),
        (&given["lead"], &given["duties"]),
        "{read}"
    );
    assert!(read["confidence"].as_f64().unwrap() >= 0.6, "{read}");
    assert_eq!(
        read["explanation"]["data"]["text"]["matter"]["code"], "M040101",
        "{read}"
    );
    let facts = &read["explanation"]["data"]["text"]["facts"];
    assert!(
        facts
            .as_array()
            .unwrap()
            .iter()
            .any(|fact| fact["key"] == "发生时刻" && fact["value"] == "23:30"),
        "{read}"
    );
    for (language, words) in [("zh", "事项由文本判定"), ("en", "read from the text")] {
        let sentences = read["explanation"][language].as_array().unwrap();
        assert!(
            sentences
                .iter()
                .any(|said| said.as_str().unwrap().contains(words)),
            "{read}"
        );
    }
    // What is given wins over what the text says, and a batch is answered in its order.
    let mut other = said.clone();
    other["matter"] = json!("M020101");
    let both = decided(&app, json!([said, other])).await;
    assert_eq!(
        (
            &both[0]["matter"]["code"],
            &both[1]["matter"]["code"],
            &both[1]["matter"]["confidence"]
        ),
        (&json!("M040101"), &json!("M020101"), &json!(1.0))
    );
}

#[tokio::test]
async fn without_past_orders_nothing_routes_by_itself() {
    let app = started().await;
    let read = decided(
        &app,
        json!({ "title": "路灯不亮", "text": "路灯不亮，一片黑灯", "place": { "division": "990102002" } }),
    )
    .await;
    assert_eq!(
        (&read["outcome"], &read["reason"]),
        (&json!("manual"), &json!("no_matter")),
        "{read}"
    );
    let suggestions = read["suggestions"].as_array().unwrap();
    assert!(!suggestions.is_empty() && suggestions.len() <= 5, "{read}");
    assert_eq!(suggestions[0]["code"], "M020101", "{read}");
}

#[tokio::test]
async fn questions_are_answered_what_the_scope_excludes_is_declined_and_danger_is_transferred() {
    let app = learned().await;
    let answers = decided(
        &app,
        json!([
            { "title": "咨询社保怎么办理", "text": "请问社会保险经办要什么材料，几点上班，已答复" },
            { "title": "受贿", "text": "来电人说受贿，反映公职人员违纪违法", "place": { "division": "990102002" } },
            { "title": "楼道着火", "text": "楼道着火了，老人被困在屋里", "place": { "division": "990102002" } },
            { "title": "路灯不亮", "text": "路灯不亮黑灯，昨天有人晕倒", "place": { "division": "990102002" } },
        ]),
    )
    .await;
    let outcomes: Vec<&str> = answers
        .as_array()
        .unwrap()
        .iter()
        .map(|answer| answer["outcome"].as_str().unwrap())
        .collect();
    assert_eq!(
        outcomes,
        ["answered", "declined", "transferred", "assigned"],
        "{answers}"
    );
    let declined = &answers[1]["explanation"]["data"]["text"]["scope"];
    assert_eq!(
        (&declined["code"], &declined["unit"]["code"]),
        (&json!("BS03"), &json!("SJ-DISCIPLINE"))
    );
    assert!(
        declined["advice"].as_str().unwrap().contains("12388"),
        "{declined}"
    );
    assert_eq!(answers[2]["lead"]["code"], "XZ-119");
    // One word of danger in a side story raises the urgency and proposes the call; the order still has its unit.
    assert_eq!(
        answers[3]["explanation"]["data"]["text"]["danger"][0]["call"],
        "120"
    );
    assert_eq!(
        answers[3]["terms"]["rule"], "SX002",
        "emergencies have limits of their own: {}",
        answers[3]
    );
}

#[tokio::test]
async fn an_order_without_a_matter_is_assigned_and_replays_the_same_after_more_was_learned() {
    let app = learned().await;
    let registered = without_matter(
        "路灯不亮",
        "门口的路灯不亮，晚上黑灯瞎火，希望尽快派人来看看",
        "990102002",
    );
    register(&app, &registered).await;
    let told = app.published::<OrderAssignedV1>().await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].data.matter.as_ref().map(AsRef::as_ref), Some("M020101"));
    assert!(
        told[0]
            .data
            .explanation
            .zh
            .iter()
            .any(|said| said.contains("事项由文本判定")),
        "{:?}",
        told[0].data.explanation
    );
    let seen = assignment(&app, registered.order_id).await;
    let read = &seen["explanation"]["data"]["text"]["matter"];
    assert_eq!(read["code"], "M020101", "{seen}");
    // People decide alike orders otherwise: the index learns it, the decision that was made stays what it was.
    for _ in 0..6 {
        let given = OrderRegisteredV1 {
            title: "路灯不亮".to_owned(),
            text: registered.text.clone(),
            ..order("M020102", "990102002")
        };
        register(&app, &given).await;
    }
    app.clock.advance(LEARNED_AFTER);
    app.settle().await;
    let path = format!("/v1/orders/{}/assignments/1/replay", registered.order_id);
    let replay = app.http(Role::Auditor).get(&path).await.expect(200).body;
    assert_eq!(replay["result"], "same");
    assert_eq!(
        assignment(&app, registered.order_id).await["explanation"],
        seen["explanation"]
    );
}

#[tokio::test]
async fn what_is_not_sure_waits_with_suggestions_and_teaches_when_a_dispatcher_has_decided() {
    let app = learned().await;
    let words = ("铁皮罐子嗡嗡响", "老槐树下的铁皮罐子嗡嗡响，说不出是哪家的");
    let vague = without_matter(words.0, words.1, "990102002");
    register(&app, &vague).await;
    let waiting = queue(&app).await;
    assert_eq!(
        (waiting.len(), &waiting[0]["reason"]),
        (1, &json!("no_matter")),
        "{waiting:?}"
    );
    let suggested = &waiting[0]["explanation"]["data"]["text"]["suggestions"];
    assert!(
        suggested
            .as_array()
            .is_some_and(|list| list.len() <= 5 && !list.is_empty()),
        "{waiting:?}"
    );
    let top = |body: Value| body["matters"][0]["code"].clone();
    let typed = json!({ "title": words.0, "text": words.1 });
    let agent = app.http(Role::Agent);
    let before = top(agent
        .post("/v1/suggestions", typed.clone())
        .await
        .expect(200)
        .body);
    assert_ne!(before, "M010202");
    let decision = json!({ "lead": "SJ-URBAN", "matter": "M010202", "reason": "实为违建" });
    let path = format!("/v1/manual-queue/{}/decision", vague.order_id);
    app.http(Role::Dispatcher).post(&path, decision).await.expect(200);
    app.clock.advance(LEARNED_AFTER);
    app.settle().await;
    let after = agent.post("/v1/suggestions", typed).await.expect(200).body;
    assert_eq!(top(after.clone()), "M010202", "{after}");
}

#[tokio::test]
async fn proposals_wait_for_a_person_and_danger_comes_first() {
    let app = learned().await;
    register(&app, &order("M080101", "990102001")).await;
    let danger = without_matter("楼道着火", "楼道着火了，老人被困在屋里", "990102002");
    register(&app, &danger).await;
    let waiting = queue(&app).await;
    let first = &waiting[0];
    assert_eq!(
        (
            &first["order_id"],
            &first["reason"],
            &first["question"]["urgency"]
        ),
        (
            &json!(danger.order_id),
            &json!("proposed_transfer"),
            &json!(Urgency::Emergency.as_str())
        ),
        "{waiting:?}"
    );
    let undecided = app.published::<OrderUndecidedV1>().await;
    assert!(
        undecided
            .iter()
            .any(|event| event.data.reason == "proposed_transfer")
    );
    assert!(
        first["explanation"]["zh"]
            .as_array()
            .unwrap()
            .iter()
            .any(|said| said.as_str().unwrap().contains("119")),
        "{first}"
    );
}

#[tokio::test]
async fn suggestions_read_what_has_been_typed_so_far() {
    let app = learned().await;
    let agent = app.http(Role::Agent);
    let body = json!({ "text": "楼下酒吧低音炮半夜还在响，KTV唱到两点" });
    let typed = agent.post("/v1/suggestions", body).await.expect(200).body;
    assert_eq!(typed["matters"][0]["code"], "M040103", "{typed}");
    assert!(typed["learned_from"].as_u64().unwrap() > 100, "{typed}");
    let nothing = agent.post("/v1/suggestions", json!({})).await.expect(200).body;
    assert_eq!(nothing["matters"], json!([]));
    let refused = agent
        .post("/v1/suggestions", json!({ "words": "路灯" }))
        .await
        .expect(400)
        .body;
    assert_eq!(
        (&refused["code"], &refused["field"]),
        (&json!("unknown_field"), &json!("words"))
    );
}
