//! 并单: later calls about the same event join the order that exists; every caller gets its result, the unit gets
//! one order.
use serde_json::{Value, json};
use system_tests::Platform;
use system_tests::people::{Registered, complaint, content};
use testkit::Role;

const UNIT: &str = "SJ-MUNI";

fn light(phone: &str) -> Value {
    let mut body = complaint("M020101", "990102002");
    body["caller"]["phone"] = json!(phone);
    body
}

fn joining(order: &str, phone: &str) -> Value {
    let mut body = light(phone);
    body["joins"] = json!(order);
    body
}

#[tokio::test]
async fn a_second_caller_joins_the_order_and_gets_its_result() {
    let platform = Platform::start().await;
    let first = platform.register(light("19900000001")).await;
    let order = first.order().to_owned();
    let second = platform.register(joining(&order, "19900000002")).await;
    assert!(second.orders.is_empty(), "no order of its own: {}", second.body);
    assert_eq!(second.body["follows"]["order_id"], order);
    assert_ne!(second.number, first.number);
    assert_eq!(platform.documents(UNIT).await.len(), 1, "the unit has one order");
    assert!(
        platform
            .happened(&order)
            .await
            .contains(&"intake.order.follower_added.v1".to_owned())
    );

    platform.handled_by(UNIT, &order).await;
    platform.caller_says(&order, content()).await;
    for number in [&first.number, &second.number] {
        let progress = platform.progress(number).await;
        assert_eq!(progress["state"], "closed", "{number}: {progress}");
        assert!(
            progress["answer"].to_string().contains("已处理完毕"),
            "{number}: {progress}"
        );
    }

    // What is over cannot be joined any more.
    let late = platform
        .intake
        .http(Role::Agent)
        .post("/v1/complaints", joining(&order, "19900000003"))
        .await;
    assert!(late.status.is_client_error(), "{} {}", late.status, late.body);
    assert!(late.body["code"].is_string(), "{}", late.body);
}

#[tokio::test]
async fn nobody_joins_what_does_not_exist() {
    let platform = Platform::start().await;
    let nowhere = joining("01890a5d-ac96-774b-bcce-b302099a8057", "19900000001");
    let refused = platform
        .intake
        .http(Role::Agent)
        .post("/v1/complaints", nowhere)
        .await;
    assert!(
        refused.status.is_client_error(),
        "{} {}",
        refused.status,
        refused.body
    );
    let registered = platform.register(light("19900000001")).await;
    assert_eq!(Registered::order(&registered).len(), 36);
}
