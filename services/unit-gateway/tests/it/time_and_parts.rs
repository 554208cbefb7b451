//! Leads that ask for more time, units that help and report their parts, and what supervision tells both.
use crate::harness::{HELPER, LEAD, Order, feed, key, notices, start};
use crate::unit_system::UnitSystem;
use chrono::TimeDelta;
use contracts::ids::{ExtensionId, SupervisionId, SuspensionId, UnitCode};
use contracts::supervision::{
    ExtensionDeniedV1, ExtensionGrantedV1, OrderResumedV1, OrderSuspendedV1, SupervisionEscalatedV1,
    SupervisionOpenedV1,
};
use contracts::terms::LimitUnit;
use contracts::unit_gateway::{
    OrderCoRepliedV1, OrderExtensionRequestedV1, OrderRepliedV1, OrderRespondedV1,
};
use contracts::words::{ClockName, SupervisionLevel};
use serde_json::{Value, json};
use testkit::TestApp;
use uuid::Uuid;

fn more_time(basis: &str) -> Value {
    json!({ "generation": 1, "clock": "finish", "amount": 5, "amount_unit": "working_days", "reason": "需采购灯具", "basis": basis })
}

fn granted(app: &TestApp, order: &Order, id: ExtensionId) -> ExtensionGrantedV1 {
    ExtensionGrantedV1 {
        order_id: order.id,
        extension_id: id,
        unit: LEAD.into(),
        generation: 1,
        rework: 0,
        clock: ClockName::Finish,
        amount: 5,
        amount_unit: LimitUnit::WorkingDays,
        due_before: app.clock.now(),
        due_at: "2026-03-10T10:00:00Z".parse().unwrap(),
        number: 1,
        reason: "同意".into(),
    }
}

fn denied(order: &Order, id: ExtensionId) -> ExtensionDeniedV1 {
    ExtensionDeniedV1 {
        order_id: order.id,
        extension_id: id,
        unit: LEAD.into(),
        generation: 1,
        code: "too_often".into(),
        due_at: None,
        reason: "已延期一次".into(),
    }
}

fn the_fields_say_it_too(told: &[Value], first: ExtensionId) {
    let (no, yes) = (&told[1]["data"]["extension"], &told[2]["data"]["extension"]);
    assert_eq!(
        (&no["granted"], &no["extension_id"]),
        (&json!(false), &json!(first))
    );
    assert!(no["code"].is_string() && no.get("amount").is_none(), "{no}");
    assert_eq!(
        (
            &yes["granted"],
            &yes["clock"],
            &yes["amount"],
            &yes["amount_unit"],
            &yes["due_at"]
        ),
        (
            &json!(true),
            &json!("finish"),
            &json!(5),
            &json!("working_days"),
            &json!("2026-03-10T10:00:00Z")
        )
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lead_asks_for_more_time_and_hears_the_answer() {
    let app = start().await;
    let order = Order::arrives(&app, LEAD, &[HELPER]).await;
    let ask = async |unit: &str, basis: &str| {
        order
            .act(&app, unit, "extension-requests", more_time(basis))
            .await
    };
    assert_eq!(ask(LEAD, "§20").await.expect(409).text("/code"), "not_signed");
    order.sign(&app, LEAD, 1).await.expect(200);
    assert_eq!(
        ask(HELPER, "§20").await.expect(403).text("/code"),
        "not_responsible"
    );
    let asked = ask(LEAD, "§20").await.expect(200);
    let first: ExtensionId = asked.text("/extension_id").parse().unwrap();
    assert_eq!(ask(LEAD, "§20").await.expect(200).body, asked.body, "once");
    assert_eq!(
        ask(LEAD, "§21").await.expect(409).text("/code"),
        "extension_pending"
    );
    // An answer to a request that is not open changes nothing.
    app.publish(order.key(), 2, &denied(&order, ExtensionId(Uuid::now_v7())))
        .await;
    app.publish(order.key(), 3, &denied(&order, first)).await;
    app.settle().await;
    let told = feed(&app, LEAD, 50).await;
    assert_eq!(notices(&told), ["assigned", "extension_denied"]);
    let second = ask(LEAD, "§20").await.expect(200);
    assert_ne!(second.body, asked.body, "the same words ask anew after an answer");
    let id = second.text("/extension_id").parse().unwrap();
    app.publish(order.key(), 4, &granted(&app, &order, id)).await;
    app.settle().await;
    let told = feed(&app, LEAD, 50).await;
    assert_eq!(
        told[2]["data"]["note"],
        "延期已批准，办结时限至 2026-03-10 18:00：同意"
    );
    the_fields_say_it_too(&told, first);
    assert_eq!(notices(&feed(&app, HELPER, 50).await), ["assigned"]);
    let path = format!("/v1/units/{LEAD}/orders/{}", order.id);
    let seen = app.unit(LEAD).get(&path).await.expect(200).body;
    assert_eq!(seen["extension_pending"], false);
    let facts = app.published::<OrderExtensionRequestedV1>().await;
    assert_eq!(facts.len(), 2);
    assert_eq!(
        (
            facts[0].data.clock,
            facts[0].data.amount,
            facts[0].data.amount_unit
        ),
        (ClockName::Finish, 5, LimitUnit::WorkingDays)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_request_for_time_names_its_field() {
    let app = start().await;
    let order = Order::arrives(&app, LEAD, &[]).await;
    order.sign(&app, LEAD, 1).await.expect(200);
    for (field, value) in [
        ("clock", json!("total")),
        ("clock", json!("sign")),
        ("amount", json!(0)),
        ("amount", json!(1_001)),
        ("amount_unit", json!("weeks")),
        ("reason", json!(" ")),
        ("basis", json!("")),
    ] {
        let mut body = more_time("§20");
        body[field] = value;
        let refused = order
            .act(&app, LEAD, "extension-requests", body)
            .await
            .expect(422);
        assert_eq!(refused.text("/field"), field);
    }
    app.settle().await;
    assert!(app.published::<OrderExtensionRequestedV1>().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_helps_reports_its_part_and_the_lead_hears_it() {
    let app = start().await;
    let order = Order::arrives(&app, LEAD, &[HELPER]).await;
    let (_, theirs) = key(&app, HELPER).await;
    let part = json!({ "generation": 1, "done": true, "text": "管道已核实，电话13800138000" });
    let refused = order.act(&app, LEAD, "parts", part.clone()).await.expect(403);
    assert_eq!(refused.text("/code"), "not_co_handler");
    let mut command = part.clone();
    command["order_id"] = json!(order.id);
    let system = UnitSystem::connect(&app, HELPER).await;
    let said = system.command(HELPER, "parts", Some(&theirs), &command).await;
    assert_eq!(said["ok"], true, "{said}");
    // The same over REST is the same.
    order.act(&app, HELPER, "parts", part).await.expect(200);
    app.settle().await;
    let facts = app.published::<OrderCoRepliedV1>().await;
    assert_eq!((facts.len(), facts[0].data.done), (1, true));
    let told = feed(&app, LEAD, 50).await;
    assert_eq!(notices(&told), ["assigned", "co_replied"]);
    assert_eq!(told[1]["data"]["note"], "单位 U-HELP：管道已核实，电话***");
    let path = format!("/v1/units/{LEAD}/orders/{}", order.id);
    let seen = app.unit(LEAD).get(&path).await.expect(200).body;
    assert_eq!(
        (&seen["parts"][0]["verb"], &seen["parts"][0]["unit"]),
        (&json!("co_reply"), &json!(HELPER))
    );
    order.sign(&app, LEAD, 1).await.expect(200);
    order.reply(&app, LEAD, 1, "done").await.expect(200);
    let late = json!({ "generation": 1, "done": false, "text": "晚了" });
    assert_eq!(
        order
            .act(&app, HELPER, "parts", late)
            .await
            .expect(409)
            .text("/code"),
        "already_replied"
    );
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_a_new_round_is_not_an_echo_of_the_round_before() {
    let app = start().await;
    let order = Order::arrives(&app, LEAD, &[HELPER]).await;
    let part = json!({ "generation": 1, "done": true, "text": "已完成，联系人身份证号11010519491231002X" });
    order.act(&app, HELPER, "parts", part.clone()).await.expect(200);
    order.sign(&app, LEAD, 1).await.expect(200);
    order.reply(&app, LEAD, 1, "done").await.expect(200);
    app.publish(order.key(), 1, &order.reworked(LEAD, 1, 1)).await;
    app.settle().await;
    // The lead has not signed the new round yet; the helper has done its part, and says so in the same words.
    order.act(&app, HELPER, "parts", part.clone()).await.expect(200);
    order.act(&app, HELPER, "parts", part.clone()).await.expect(200);
    app.settle().await;
    let told = app.published::<OrderCoRepliedV1>().await;
    assert_eq!(told.len(), 2, "once in each round");
    // A key of its own: meant once more, and once only.
    let path = order.path(HELPER, "parts");
    for _ in 0..2 {
        let keyed = app.unit(HELPER).header("idempotency-key", "part-2");
        keyed.post(&path, part.clone()).await.expect(200);
    }
    app.settle().await;
    assert_eq!(app.published::<OrderCoRepliedV1>().await.len(), 3);
    let leads = feed(&app, LEAD, 50).await;
    assert_eq!(
        notices(&leads),
        ["assigned", "co_replied", "reworked", "co_replied", "co_replied"]
    );
    assert_eq!(
        leads[1]["data"]["note"], "单位 U-HELP：已完成，联系人身份证号***",
        "identity numbers are masked"
    );
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_solve_says_why_and_a_contact_is_reported_after_it() {
    let app = start().await;
    let order = Order::arrives(&app, LEAD, &[]).await;
    order.sign(&app, LEAD, 1).await.expect(200);
    let contact = |at: String| json!({ "generation": 1, "how": "called", "contacted_at": at });
    let later = (app.clock.now() + TimeDelta::hours(1)).to_rfc3339();
    let refused = order.act(&app, LEAD, "respond", contact(later)).await.expect(422);
    assert_eq!(refused.text("/field"), "contacted_at");
    let before = (app.clock.now() - TimeDelta::minutes(30)).to_rfc3339();
    order
        .act(&app, LEAD, "respond", contact(before))
        .await
        .expect(200);
    let body = |solved: bool, why: Value| json!({ "generation": 1, "solved": solved, "unsolved_reason": why, "text": "x", "contacted": true });
    for wrong in [
        body(false, Value::Null),
        body(false, json!("  ")),
        body(true, json!("x")),
    ] {
        let refused = order.act(&app, LEAD, "reply", wrong).await.expect(422);
        assert_eq!(refused.text("/field"), "unsolved_reason");
    }
    order
        .act(&app, LEAD, "reply", body(false, json!("产权争议")))
        .await
        .expect(200);
    app.settle().await;
    let responded = app.published::<OrderRespondedV1>().await;
    assert_eq!(
        responded[0].data.responded_at,
        app.clock.now(),
        "the claim is not a clock"
    );
    assert!(!app.published::<OrderRepliedV1>().await[0].data.solved);
    let path = format!("/v1/units/{LEAD}/orders/{}", order.id);
    let seen = app.unit(LEAD).get(&path).await.expect(200).body;
    let actions = seen["actions"].as_array().unwrap();
    let reply = actions.iter().find(|action| action["verb"] == "reply").unwrap();
    assert_eq!(reply["content"]["unsolved_reason"], "产权争议");
}

#[tokio::test(flavor = "multi_thread")]
async fn supervision_reaches_those_who_have_the_order_and_nobody_else() {
    let app = start().await;
    let order = Order::arrives(&app, LEAD, &[HELPER]).await;
    let now = app.clock.now();
    let suspended = OrderSuspendedV1 {
        order_id: order.id,
        suspension_id: SuspensionId(Uuid::now_v7()),
        unit: LEAD.into(),
        generation: 1,
        reason_code: "weather".into(),
        reason: "暴雨".into(),
        suspended_at: now,
        until: now + TimeDelta::days(2),
    };
    app.publish(order.key(), 2, &suspended).await;
    let resumed = OrderResumedV1 {
        order_id: order.id,
        suspension_id: suspended.suspension_id,
        generation: Some(1),
        resumed_at: now,
        reason: None,
        due_at: Some(now),
    };
    app.publish(order.key(), 3, &resumed).await;
    // Of an assignment that is over: who has the order now never stood still.
    let mut earlier = resumed.clone();
    earlier.generation = Some(0);
    app.publish(order.key(), 4, &earlier).await;
    app.publish(order.key(), 5, &opened(&order, now)).await;
    app.publish(order.key(), 6, &escalated(&order, now)).await;
    app.settle().await;
    assert_eq!(
        notices(&feed(&app, LEAD, 50).await),
        ["assigned", "suspended", "resumed", "supervised", "escalated"]
    );
    assert_eq!(
        notices(&feed(&app, HELPER, 50).await),
        ["assigned", "suspended", "resumed", "escalated"]
    );
    assert!(feed(&app, "U-STRANGER", 50).await.is_empty());
    // Nobody owns this one, and nobody here has heard of it.
    let unknown = Order::new(&app);
    let mut about_nobody = opened(&unknown, now);
    about_nobody.unit = None;
    app.publish(unknown.key(), 1, &about_nobody).await;
    app.settle().await;
}

fn opened(order: &Order, now: chrono::DateTime<chrono::Utc>) -> SupervisionOpenedV1 {
    SupervisionOpenedV1 {
        order_id: order.id,
        supervision_id: SupervisionId(Uuid::from_u128(7)),
        number: "督〔2026〕1号".into(),
        level: SupervisionLevel::Written,
        trigger: "by_hand".into(),
        unit: Some(LEAD.into()),
        told: vec!["U-STRANGER".into()],
        answer_until: now + TimeDelta::days(1),
        evidence: vec![],
        demand: "说明进展".into(),
    }
}

fn escalated(order: &Order, now: chrono::DateTime<chrono::Utc>) -> SupervisionEscalatedV1 {
    let opened = opened(order, now);
    SupervisionEscalatedV1 {
        order_id: opened.order_id,
        supervision_id: opened.supervision_id,
        number: "督〔2026〕1-1号".into(),
        from: SupervisionLevel::Written,
        level: SupervisionLevel::OnSite,
        trigger: opened.trigger,
        unit: opened.unit,
        told: vec![UnitCode::from(HELPER), "U-STRANGER".into()],
        answer_until: opened.answer_until,
        evidence: opened.evidence,
        demand: opened.demand,
    }
}
