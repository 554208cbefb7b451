//! Units hear of an order that they do not have: they are summoned, or owe what was promised about it.
use crate::harness::{HELPER, LEAD, Order, feed, notices, start};
use chrono::TimeDelta;
use contracts::ids::{ConsultationId, OutcomeId};
use contracts::supervision::{
    ConsultationOpenedV1, OutcomeCarriedOutV1, OutcomePartCarriedOutV1, OutcomePartV1, OutcomeRecordedV1,
};
use serde_json::{Value, json};
use testkit::TestApp;
use uuid::Uuid;

pub const STRANGER: &str = "U-STRANGER";

pub fn summons(order: &Order) -> ConsultationOpenedV1 {
    ConsultationOpenedV1 {
        order_id: order.id,
        consultation_id: ConsultationId(Uuid::from_u128(3)),
        supervision_id: None,
        units: vec![LEAD.into(), STRANGER.into()],
        meets_at: order.now + TimeDelta::days(1),
        meets_where: "东风路口".into(),
        on_site: true,
        question: "路灯归谁管".into(),
    }
}

fn outcome(order: &Order) -> OutcomeRecordedV1 {
    let until = order.now + TimeDelta::days(30);
    OutcomeRecordedV1 {
        order_id: order.id,
        outcome_id: OutcomeId(Uuid::from_u128(4)),
        consultation_id: None,
        supervision_id: None,
        unit: STRANGER.into(),
        text: "先修六盏，其余分期".into(),
        parts: vec![OutcomePartV1 {
            number: 1,
            what: "六盏".into(),
            until,
        }],
        until,
    }
}

async fn summoned(app: &TestApp, order: &Order) -> Vec<Value> {
    app.publish(order.key(), 1, &summons(order)).await;
    app.settle().await;
    feed(app, STRANGER, 50).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_summoned_hears_when_and_where_and_can_do_nothing_about_the_order() {
    let app = start().await;
    let order = Order::arrives(&app, LEAD, &[HELPER]).await;
    let told = summoned(&app, &order).await;
    assert_eq!(notices(&told), ["summoned"]);
    let data = &told[0]["data"];
    assert_eq!(
        (
            &data["generation"],
            &data["lead"],
            &data["terms"]["finish"]["amount"]
        ),
        (&json!(0), &json!(false), &json!(0))
    );
    assert_eq!(
        (&data["summons"]["meets_where"], &data["summons"]["on_site"]),
        (&json!("东风路口"), &json!(true))
    );
    assert_eq!(data["text"], "十四盏路灯不亮，已有一周");
    // 2026-03-02T09:00 and a day, local time.
    let note = data["note"].as_str().unwrap();
    assert!(
        note.starts_with("现场督办：请于 2026-03-03 09:00 到 东风路口"),
        "{note}"
    );

    let refused = order
        .act(&app, STRANGER, "sign", json!({ "generation": 0 }))
        .await;
    assert_eq!(refused.status.as_u16() / 100, 4, "{}", refused.body);
    let refused = order
        .act(&app, STRANGER, "sign", json!({ "generation": 1 }))
        .await
        .expect(403);
    assert_eq!(refused.body["code"], "not_responsible");
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_the_order_is_summoned_with_its_own_terms_and_the_others_are_not() {
    let app = start().await;
    let order = Order::arrives(&app, LEAD, &[HELPER]).await;
    summoned(&app, &order).await;
    let told = feed(&app, LEAD, 50).await;
    assert_eq!(notices(&told), ["assigned", "summoned"]);
    assert_eq!(
        (&told[1]["data"]["generation"], &told[1]["data"]["lead"]),
        (&json!(1), &json!(true))
    );
    assert_eq!(notices(&feed(&app, HELPER, 50).await), ["assigned"]);
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_nobody_ever_had_is_no_obstacle() {
    let app = start().await;
    let order = Order::new(&app);
    app.publish(order.key(), 1, &order.registered()).await;
    app.settle().await;
    assert_eq!(notices(&summoned(&app, &order).await), ["summoned"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_confidential_order_an_outsider_reads_nothing() {
    let app = start().await;
    let order = Order::new(&app);
    let mut registered = order.registered();
    registered.confidential = true;
    app.publish(order.key(), 1, &registered).await;
    app.settle().await;
    let told = summoned(&app, &order).await;
    let text = told[0].to_string();
    assert!(
        !text.contains("路灯不亮") && !text.contains("东风路与文化路"),
        "{text}"
    );
    assert_eq!(told[0]["data"]["title"], "保密件");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_promised_reaches_who_owes_it_and_who_has_the_order() {
    let app = start().await;
    let order = Order::arrives(&app, LEAD, &[HELPER]).await;
    app.publish(order.key(), 1, &outcome(&order)).await;
    let part = OutcomePartCarriedOutV1 {
        order_id: order.id,
        outcome_id: OutcomeId(Uuid::from_u128(4)),
        unit: STRANGER.into(),
        part: 1,
        report: "六盏已亮".into(),
        carried_out_at: order.now,
        remaining: 1,
    };
    app.publish(order.key(), 2, &part).await;
    let done = OutcomeCarriedOutV1 {
        order_id: order.id,
        outcome_id: OutcomeId(Uuid::from_u128(4)),
        unit: STRANGER.into(),
        part: 2,
        report: "全部亮起".into(),
        carried_out_at: order.now,
    };
    app.publish(order.key(), 3, &done).await;
    app.settle().await;
    let told = feed(&app, STRANGER, 50).await;
    let states: Vec<_> = told.iter().map(|one| &one["data"]["outcome"]["state"]).collect();
    assert_eq!(states, ["recorded", "part_carried_out", "carried_out"]);
    assert_eq!(told[0]["data"]["outcome"]["parts"][0]["what"], "六盏");
    for unit in [LEAD, HELPER] {
        let told = feed(&app, unit, 50).await;
        assert_eq!(
            notices(&told),
            ["assigned", "outcome", "outcome", "outcome"],
            "{unit}"
        );
    }
    app.settle().await;
}
