//! Story 18, 一事三诉: three demands in one call become three orders with one complaint; the caller gets one
//! combined answer when all are closed.
use serde_json::{Value, json};
use system_tests::Platform;
use system_tests::people::{complaint, content};

/// A street light, a manhole cover of the waterworks' road, rubbish: three matters, three units.
fn three_demands() -> Value {
    let mut body = complaint("M020101", "994102002");
    body["demands"] = json!([
        { "text": "文渊街的路灯不亮。", "matter": "M020101" },
        { "text": "自来水发黄，有异味。", "matter": "M020202" },
        { "text": "隔壁街道的垃圾堆了四天。", "matter": "M010101", "place": { "division": "994102001" } },
    ]);
    body
}

const UNITS: [&str; 3] = ["SJ-MUNI", "QY-WATER", "QX-994102-URBAN"];

#[tokio::test]
async fn three_orders_one_complaint_one_combined_answer() {
    let platform = Platform::of_city("changsha").await;
    let registered = platform.register(three_demands()).await;
    assert_eq!(registered.orders.len(), 3, "{}", registered.body);
    for (order, unit) in registered.orders.iter().zip(UNITS) {
        assert_eq!(platform.lead(order).await, unit);
    }

    // The second is done first; the complaint stays open until the last.
    for (done, position) in [1, 2, 0].into_iter().enumerate() {
        let progress = platform.progress(&registered.number).await;
        assert_eq!(progress["state"], "open", "after {done} of three: {progress}");
        assert!(
            progress["answer"].is_null(),
            "no answer before all are closed: {progress}"
        );
        let (order, unit) = (&registered.orders[position], UNITS[position]);
        platform.handled_by(unit, order).await;
        platform.caller_says(order, content()).await;
    }
    let progress = platform.progress(&registered.number).await;
    assert_eq!(progress["state"], "closed", "{progress}");
    let answer = progress["answer"].to_string();
    for order in progress["orders"].as_array().expect("orders") {
        let number = order["order_number"].as_str().expect("a number");
        assert!(number.starts_with(&registered.number), "{number}");
        assert!(answer.contains(number), "{number} is not in the answer: {answer}");
        assert_eq!(order["state"], "closed");
    }
}
