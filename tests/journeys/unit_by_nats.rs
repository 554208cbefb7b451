//! A unit that subscribes by NATS: its durable consumer holds the document, it acts by request and reply with its
//! key; the same rules and the same problems as over HTTP.
use serde_json::json;
use system_tests::Platform;
use system_tests::nats_unit::NatsUnit;
use system_tests::people::{complaint, content, solved};

const UNIT: &str = "SJ-MUNI";

#[tokio::test]
async fn a_unit_lives_by_nats_alone() {
    let platform = Platform::start().await;
    let unit = NatsUnit::open(&platform, UNIT).await;
    let registered = platform.register(complaint("M020101", "990102002")).await;
    let order = registered.order().to_owned();

    let received = unit.next().await;
    assert_eq!(received.document["data"]["notice"], "assigned");
    assert_eq!(received.document["subject"], order);
    platform.settle().await;
    assert!(
        platform
            .happened(&order)
            .await
            .contains(&"unit-gateway.order.delivered.v1".to_owned())
    );

    for (verb, more) in [
        ("sign", json!({})),
        ("respond", json!({ "how": "visited" })),
        ("progress", json!({ "note": "在修" })),
    ] {
        let mut command = json!({ "order_id": order, "generation": 1 });
        command
            .as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("an object").clone());
        let reply = unit.ask(verb, &command).await;
        assert_eq!(reply["ok"], true, "{verb}: {reply}");
        platform.settle().await;
    }
    let mut reply = solved(1);
    reply["order_id"] = json!(order);
    assert_eq!(unit.ask("reply", &reply).await["ok"], true);
    platform.settle().await;
    platform.caller_says(&order, content()).await;
    assert_eq!(platform.progress(&registered.number).await["state"], "closed");
    assert_eq!(unit.next().await.document["data"]["notice"], "closed");
}

#[tokio::test]
async fn the_same_problem_comes_back_over_nats_and_over_http() {
    let platform = Platform::start().await;
    let unit = NatsUnit::open(&platform, UNIT).await;
    let order = platform
        .register(complaint("M020101", "990102002"))
        .await
        .order()
        .to_owned();
    let stale = unit
        .ask("sign", &json!({ "order_id": order, "generation": 2 }))
        .await;
    let over_http = platform
        .act(UNIT, &order, "sign", json!({ "generation": 2 }))
        .await;
    assert_eq!(
        stale["code"], over_http.body["code"],
        "{stale} and {}",
        over_http.body
    );
    assert_eq!(stale["code"], "stale_generation");

    let without_key = unit
        .ask_with_key("", "sign", &json!({ "order_id": order, "generation": 1 }))
        .await;
    assert_eq!(without_key["code"], "token_missing");
    let with_a_guess = unit
        .ask_with_key("uk_AAAA", "sign", &json!({ "order_id": order, "generation": 1 }))
        .await;
    assert_eq!(with_a_guess["code"], "token_invalid");
    platform.settle().await;
    assert_eq!(platform.watched(&order).await["state"], "assigned");
}
