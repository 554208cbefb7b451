//! A unit on NATS: its durable consumer brings orders, request/reply takes its commands.
use crate::harness::{LEAD, Order, access, feed, key, notices, reply, start, start_with};
use crate::unit_system::{UnitSystem, documents};
use contracts::unit_gateway::{OrderDeliveredV1, OrderRepliedV1, OrderSignedV1};
use contracts::words::DeliveryWay;
use serde_json::{Value, json};
use testkit::Role;
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_receives_by_its_consumer_and_acts_by_request_and_reply() {
    let app = start().await;
    access(&app, LEAD, json!({ "way": "nats" })).await;
    access(&app, "U-OTHER", json!({ "way": "nats" })).await;
    let (_, mine) = key(&app, LEAD).await;
    let order = Order::arrives(&app, LEAD, &[]).await;

    let system = UnitSystem::connect(&app, LEAD).await;
    let messages = system.take().await;
    let told = documents(&messages);
    assert_eq!(notices(&told), ["assigned"]);
    let headers = messages[0].headers.as_ref().unwrap();
    assert_eq!(
        headers.get("Nats-Msg-Id").unwrap().as_str(),
        told[0]["id"].as_str().unwrap()
    );
    assert_eq!(
        headers.get("Content-Type").unwrap().as_str(),
        "application/cloudevents+json"
    );
    let delivered = app.published::<OrderDeliveredV1>().await;
    assert_eq!((delivered.len(), delivered[0].data.way), (1, DeliveryWay::Nats));
    assert!(
        UnitSystem::connect(&app, "U-OTHER").await.take().await.is_empty(),
        "a consumer has its unit's orders only"
    );

    let mut sign = json!({ "order_id": order.id, "generation": 1 });
    let signed = system.command(LEAD, "sign", Some(&mine), &sign).await;
    assert_eq!(
        signed,
        json!({ "ok": true, "order_id": order.id, "state": "signed", "generation": 1, "rework": 0 })
    );
    assert_eq!(system.command(LEAD, "sign", Some(&mine), &sign).await, signed);
    let mut done = reply(1, "done");
    done["order_id"] = json!(order.id);
    assert_eq!(
        system.command(LEAD, "reply", Some(&mine), &done).await["state"],
        "replied"
    );
    sign["generation"] = json!(2);
    let stale = system.command(LEAD, "sign", Some(&mine), &sign).await;
    assert_eq!(
        (&stale["status"], &stale["code"]),
        (&json!(409), &json!("stale_generation"))
    );
    app.settle().await;
    assert_eq!(app.published::<OrderSignedV1>().await.len(), 1);
    assert_eq!(
        app.published::<OrderRepliedV1>().await[0].actor,
        format!("unit:{LEAD}")
    );
    // The same documents may be pulled, and are not delivered twice by that.
    assert_eq!(notices(&feed(&app, LEAD, 50).await), ["assigned"]);
    app.settle().await;
    assert_eq!(app.published::<OrderDeliveredV1>().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_sends_again_arrives_again_with_its_id() {
    let app = start().await;
    access(&app, LEAD, json!({ "way": "nats" })).await;
    Order::arrives(&app, LEAD, &[]).await;
    let system = UnitSystem::connect(&app, LEAD).await;
    let first = documents(&system.take().await);
    let replays = format!("/v1/units/{LEAD}/replays");
    for time in 1..=2 {
        let one = json!({ "delivery_id": first[0]["id"] });
        let replayed = app.http(Role::Dispatcher).post(&replays, one).await.expect(200);
        assert_eq!(replayed.body["replayed"], 1);
        app.settle().await;
        let messages = system.take().await;
        assert_eq!(documents(&messages), first, "time {time}");
        let headers = messages[0].headers.as_ref().unwrap();
        assert_eq!(
            headers.get("Nats-Msg-Id").unwrap().as_str(),
            format!("{}.{time}", first[0]["id"].as_str().unwrap())
        );
    }
    assert_eq!(
        app.published::<OrderDeliveredV1>().await.len(),
        1,
        "delivered once"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_needs_the_key_of_its_own_unit() {
    let app = start().await;
    let (key_id, mine) = key(&app, LEAD).await;
    let (_, other) = key(&app, "U-OTHER").await;
    let order = Order::arrives(&app, LEAD, &[]).await;
    let system = UnitSystem::connect(&app, LEAD).await;
    let sign = json!({ "order_id": order.id, "generation": 1 });
    let (mine, other) = (mine.as_str(), other.as_str());
    for (unit, key, status, code) in [
        (LEAD, None, 401, "token_missing"),
        (LEAD, Some("Bearer"), 401, "token_missing"),
        (LEAD, Some("uk_wrong"), 401, "token_invalid"),
        (LEAD, Some(other), 403, "wrong_unit"),
        ("U-OTHER", Some(mine), 403, "wrong_unit"),
        ("U-OTHER", Some(other), 404, "order_unknown"),
    ] {
        // The answer goes to the unit of the subject, whoever's key it is.
        let asker = UnitSystem::connect(&app, unit).await;
        let answer = asker.command(unit, "sign", key, &sign).await;
        assert_eq!(
            (&answer["status"], &answer["code"]),
            (&json!(status), &json!(code)),
            "{unit} {key:?}"
        );
    }
    system.command(LEAD, "sign", Some(mine), &sign).await;
    app.http(Role::Admin)
        .delete(&format!("/v1/units/{LEAD}/keys/{key_id}"))
        .await
        .expect(204);
    assert_eq!(
        system.command(LEAD, "sign", Some(mine), &sign).await["code"],
        "token_invalid"
    );
    app.settle().await;
    assert_eq!(app.published::<OrderSignedV1>().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_cannot_be_read_is_answered_with_its_field() {
    let app = start().await;
    let (_, mine) = key(&app, LEAD).await;
    let order = Order::arrives(&app, LEAD, &[]).await;
    let system = UnitSystem::connect(&app, LEAD).await;
    let colour = json!({ "order_id": order.id, "generation": 1, "colour": "red" });
    for (verb, body, status, code, field) in [
        (
            "burn",
            json!({ "order_id": order.id, "generation": 1 }),
            404,
            "verb_unknown",
            Value::Null,
        ),
        (
            "sign",
            json!({ "generation": 1 }),
            400,
            "missing_field",
            json!("order_id"),
        ),
        (
            "sign",
            json!({ "order_id": "x", "generation": 1 }),
            400,
            "invalid_field",
            json!("order_id"),
        ),
        (
            "sign",
            json!({ "order_id": Uuid::now_v7(), "generation": 1 }),
            404,
            "order_unknown",
            Value::Null,
        ),
        (
            "sign",
            json!({ "order_id": order.id, "generation": 0 }),
            422,
            "invalid_field",
            json!("generation"),
        ),
        ("reply", colour, 400, "unknown_field", json!("colour")),
        (
            "progress",
            json!({ "order_id": order.id, "generation": 1, "note": "a\0b" }),
            400,
            "invalid_field",
            json!("note"),
        ),
        ("sign", json!("text"), 400, "invalid_field", Value::Null),
    ] {
        let answer = system.command(LEAD, verb, Some(&mine), &body).await;
        let got = (&answer["status"], &answer["code"], &answer["field"]);
        assert_eq!(
            got,
            (&json!(status), &json!(code), &field),
            "{verb} {body} {answer}"
        );
    }
    app.settle().await;
    assert!(app.published::<OrderSignedV1>().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_floods_us_keeps_no_other_from_acting() {
    let app = start_with(&[("service.commands.rate_per_second_max", "1")]).await;
    let order = Order::arrives(&app, LEAD, &[]).await;
    let other = Order::arrives(&app, "U-OTHER", &[]).await;
    let ((_, mine), (_, others)) = (key(&app, LEAD).await, key(&app, "U-OTHER").await);
    let system = UnitSystem::connect(&app, LEAD).await;
    let sign = json!({ "order_id": order.id, "generation": 1 });
    let flood = (0..40).map(|_| system.command(LEAD, "sign", Some(&mine), &sign));
    let answers = futures::future::join_all(flood).await;
    let refused: Vec<&Value> = answers.iter().filter(|answer| answer["ok"] != true).collect();
    assert!(refused.len() < answers.len(), "it has its share");
    assert!(!refused.is_empty(), "and no more");
    for answer in refused {
        assert_eq!(
            (&answer["status"], &answer["code"], &answer["retry_after_secs"]),
            (&json!(429), &json!("rate_limited"), &json!(1)),
            "{answer}"
        );
    }
    let asker = UnitSystem::connect(&app, "U-OTHER").await;
    let sign = json!({ "order_id": other.id, "generation": 1 });
    assert_eq!(
        asker.command("U-OTHER", "sign", Some(&others), &sign).await["ok"],
        true
    );
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_of_many_units_are_worked_on_together() {
    const ORDERS: usize = 40;
    let app = start().await;
    let (_, mine) = key(&app, LEAD).await;
    let mut orders = Vec::new();
    for _ in 0..ORDERS {
        let order = Order::new(&app);
        app.publish(order.key(), 1, &order.registered()).await;
        app.publish(order.key(), 1, &order.assigned(1, LEAD, &[])).await;
        orders.push(order);
    }
    app.settle().await;
    let system = UnitSystem::connect(&app, LEAD).await;
    let bodies: Vec<Value> = orders
        .iter()
        .map(|order| json!({ "order_id": order.id, "generation": 1 }))
        .collect();
    let answers = futures::future::join_all(
        bodies
            .iter()
            .map(|body| system.command(LEAD, "sign", Some(&mine), body)),
    )
    .await;
    assert!(answers.iter().all(|answer| answer["ok"] == true), "{answers:?}");
    app.settle().await;
    assert_eq!(app.published::<OrderSignedV1>().await.len(), ORDERS);
    assert_eq!(
        app.published::<OrderDeliveredV1>().await.len(),
        ORDERS,
        "who signs has received"
    );
}
