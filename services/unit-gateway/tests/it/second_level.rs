//! Second-level platforms: the unit above one reads its orders and acts on none, and what units open is written down.
use crate::directory_copy::distribute_below;
use crate::harness::{HELPER, LEAD, Order, feed, start};
use chrono::TimeDelta;
use serde_json::{Value, json};
use testkit::{Role, TestApp};

const ABOVE: &str = "U-ABOVE";

async fn city() -> TestApp {
    let app = start().await;
    let units = [
        (ABOVE, None),
        (LEAD, Some(ABOVE)),
        (HELPER, Some(ABOVE)),
        ("U-ELSE", None),
    ];
    distribute_below(&app, 1, &units).await;
    app
}

async fn log(app: &TestApp, order: &Order) -> Vec<Value> {
    let path = format!("/v1/orders/{}/log", order.id);
    let log = app.http(Role::Auditor).get(&path).await.expect(200).body;
    log["items"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_unit_above_reads_and_acts_on_nothing() {
    let app = city().await;
    let order = Order::arrives(&app, LEAD, &[]).await;
    order.sign(&app, LEAD, 1).await.expect(200);
    app.settle().await;
    let path = format!("/v1/units/{ABOVE}/orders/{}", order.id);
    let seen = app.unit(ABOVE).get(&path).await.expect(200).body;
    assert_eq!(
        (&seen["sub_unit"], &seen["state"], &seen["responsible"]),
        (&json!(LEAD), &json!("signed"), &json!(false))
    );
    assert_eq!(seen["actions"][0]["verb"], "sign", "what the lead did: {seen}");
    for (verb, body) in [
        ("sign", json!({ "generation": 1 })),
        ("progress", json!({ "generation": 1, "note": "x" })),
        ("contacts", json!({ "generation": 1 })),
    ] {
        let refused = order.act(&app, ABOVE, verb, body).await.expect(404);
        assert_eq!(refused.text("/code"), "order_unknown", "{verb}");
    }
    assert!(feed(&app, ABOVE, 50).await.is_empty(), "nothing is sent to it");

    // Nobody else: neither a unit beside it nor one of the same parent.
    for other in ["U-ELSE", HELPER] {
        let path = format!("/v1/units/{other}/orders/{}", order.id);
        let _ = app.unit(other).get(&path).await.expect(404);
    }
    let list = format!("/v1/units/{ABOVE}/sub-unit-orders");
    let _ = app.unit(LEAD).get(&list).await.expect(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_below_are_listed_page_by_page_and_confidential_ones_are_not() {
    let app = city().await;
    let mut orders = Vec::new();
    for lead in [LEAD, HELPER, LEAD, "U-ELSE"] {
        orders.push(Order::arrives(&app, lead, &[]).await);
    }
    let hidden = Order::new(&app);
    let mut registered = hidden.registered();
    registered.confidential = true;
    app.publish(hidden.key(), 1, &registered).await;
    app.publish(hidden.key(), 1, &hidden.assigned(1, LEAD, &[])).await;
    app.settle().await;

    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let path = format!("/v1/units/{ABOVE}/sub-unit-orders?limit=2{after}");
        let page = app.unit(ABOVE).get(&path).await.expect(200).body;
        let items = page["items"].as_array().unwrap();
        found.extend(
            items
                .iter()
                .map(|item| item["order_id"].as_str().unwrap().to_owned()),
        );
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    let below: Vec<String> = orders[..3]
        .iter()
        .rev()
        .map(|order| order.id.to_string())
        .collect();
    assert_eq!(
        found, below,
        "newest first, without the one elsewhere and the confidential one"
    );
    let path = format!("/v1/units/{ABOVE}/orders/{}", hidden.id);
    let _ = app.unit(ABOVE).get(&path).await.expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_got_opened_and_forwarded_an_order_is_in_its_log() {
    let app = city().await;
    let order = Order::arrives(&app, LEAD, &[HELPER]).await;
    let mine = format!("/v1/units/{LEAD}/orders/{}", order.id);
    for _ in 0..3 {
        app.unit(LEAD).get(&mine).await.expect(200);
    }
    app.clock.advance(TimeDelta::hours(1));
    app.unit(LEAD).get(&mine).await.expect(200);
    let above = format!("/v1/units/{ABOVE}/orders/{}", order.id);
    app.unit(ABOVE).get(&above).await.expect(200);
    let _ = app
        .unit("U-ELSE")
        .get(&format!("/v1/units/U-ELSE/orders/{}", order.id))
        .await
        .expect(404);
    order.sign(&app, LEAD, 1).await.expect(200);
    let forward = json!({ "generation": 1, "co_handlers": ["U-BELOW"], "reason": "转下属处理" });
    order.act(&app, LEAD, "co-handlers", forward).await.expect(200);
    feed(&app, HELPER, 50).await;
    app.settle().await;

    let lines = log(&app, &order).await;
    let of = |what: &str, unit: &str| -> Vec<&Value> {
        let found = lines
            .iter()
            .filter(|line| line["what"] == what && line["unit"] == unit);
        found.collect()
    };
    let opened = of("opened", LEAD);
    assert_eq!(opened.len(), 2, "one line an hour: {lines:#?}");
    assert_eq!((&opened[0]["times"], &opened[1]["times"]), (&json!(3), &json!(1)));
    assert!(opened[0]["by"].is_string(), "{lines:#?}");
    assert_eq!(of("opened", ABOVE)[0]["detail"], "order_of_sub_unit");
    assert!(of("opened", "U-ELSE").is_empty(), "it saw nothing");
    let forwarded = of("forwarded", LEAD);
    assert_eq!(forwarded[0]["to"], json!(["U-BELOW"]));
    assert_eq!(of("acted", LEAD)[0]["detail"], "sign");
    assert_eq!(of("delivered", HELPER)[0]["detail"], "assigned");
    let path = format!("/v1/orders/{}/log", order.id);
    let _ = app.unit(LEAD).get(&path).await.expect(403);
    let _ = app.http(Role::Agent).get(&path).await.expect(403);
}
