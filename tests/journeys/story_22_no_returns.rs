//! Story 22, 首接负责: whoever receives an order first answers for all of it. A return is refused by the city's policy; the
//! unit may ask others to help, stays responsible, and the parts of those who help are visible.
use serde_json::json;
use system_tests::Platform;
use system_tests::people::{complaint, content, solved};

const LEAD: &str = "QX-995102-URBAN";
const HELPER: &str = "SJ-POLICE";

/// What the helper does is seen by the lead, the hotline and supervision; the lead stays responsible.
async fn parts_are_visible(platform: &Platform, order: &str) {
    let part = json!({ "generation": 1, "note": "已到场处置" });
    platform.acts(HELPER, order, "progress", part).await;
    let refused = platform.act(HELPER, order, "reply", solved(1)).await.expect(403);
    assert_eq!(
        refused.body["code"], "not_responsible",
        "helping is not leading: {}",
        refused.body
    );
    let path = format!("/v1/units/{LEAD}/orders/{order}");
    let seen = platform.gateway.unit(LEAD).get(&path).await.expect(200).body;
    assert_eq!(
        (&seen["responsible"], &seen["state"]),
        (&json!(true), &json!("signed"))
    );
    assert_eq!(
        (&seen["parts"][0]["unit"], &seen["parts"][0]["content"]["note"]),
        (&json!(HELPER), &json!("已到场处置"))
    );
    let assignment = platform.assignment(order).await;
    assert_eq!(
        (&assignment["lead"]["code"], &assignment["generation"]),
        (&json!(LEAD), &json!(1))
    );
    assert!(
        assignment["co_handlers"].to_string().contains(HELPER),
        "{assignment}"
    );
    let watched = platform.watched(order).await;
    assert!(watched.to_string().contains(HELPER), "{watched}");
    let happened = platform.happened(order).await;
    for event in [
        "unit-gateway.order.co_handlers_requested.v1",
        "routing.order.co_handlers_added.v1",
    ] {
        assert_eq!(
            happened.iter().filter(|known| *known == event).count(),
            1,
            "{happened:?}"
        );
    }
}

#[tokio::test]
async fn the_first_receiver_keeps_the_order_and_gets_help() {
    let platform = Platform::of_city("datong").await;
    let registered = platform.register(complaint("M010202", "995102002")).await;
    let order = registered.order();
    assert_eq!(platform.lead(order).await, LEAD);
    let document = platform.document(LEAD, order).await;
    assert_eq!(
        document["data"]["return_right"],
        json!({ "times_max": 0, "refused": "first_receiver" })
    );
    let not_ours = json!({ "generation": 1, "reason_code": "not_our_duty", "basis": "应由公安处理" });
    let refused = platform
        .act(LEAD, order, "return-requests", not_ours)
        .await
        .expect(409);
    assert_eq!(refused.body["code"], "first_receiver_keeps", "{}", refused.body);

    platform
        .acts(LEAD, order, "sign", json!({ "generation": 1 }))
        .await;
    let help = json!({ "generation": 1, "co_handlers": [HELPER, "XX-NOBODY"], "reason": "需公安到场配合" });
    platform.acts(LEAD, order, "co-handlers", help.clone()).await;
    // Said twice it is asked once.
    platform.acts(LEAD, order, "co-handlers", help).await;
    let helping = platform.document(HELPER, order).await;
    assert_eq!(
        (&helping["data"]["notice"], &helping["data"]["lead"]),
        (&json!("assigned"), &json!(false))
    );
    let told = platform.document(LEAD, order).await;
    assert_eq!(
        (&told["data"]["notice"], &told["data"]["generation"]),
        (&json!("amended"), &json!(1))
    );
    let note = told["data"]["note"].as_str().expect("a note").to_owned();
    assert!(note.contains("公安") && note.contains("XX-NOBODY"), "{note}");

    parts_are_visible(&platform, order).await;
    platform.acts(LEAD, order, "reply", solved(1)).await;
    platform.caller_says(order, content()).await;
    platform.follows_from_one_contact(order).await;
    assert_eq!(platform.document(HELPER, order).await["data"]["notice"], "closed");
}
