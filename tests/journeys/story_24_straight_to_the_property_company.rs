//! Story 24, 二级平台: an order about an estate goes straight to its property company, without the caller's identity. The
//! housing bureau above the company reads it and does not act. The company speaks with the caller through the hotline's
//! relay for as long as the order is its own, and what it opened and forwarded is on record.
use serde_json::{Value, json};
use system_tests::Platform;
use system_tests::people::{complaint, content, solved, text};
use testkit::{Response, Role};
use uuid::Uuid;

const COMPANY: &str = "WY-01";
const BUREAU: &str = "SJ-HOUSING";
const STREET: &str = "JD-995102001";
const PHONE: &str = "19900001234";
const ESTATES: [(&str, &str); 6] = [
    ("WY-01", "云泉家园"),
    ("WY-02", "平城里家园"),
    ("WY-03", "御河苑家园"),
    ("WY-04", "魏都家园"),
    ("WY-05", "文瀛家园"),
    ("WY-06", "古城家园"),
];

fn about(estate: &str) -> Value {
    let mut body = complaint("M030101", "995102001");
    body["place"]["address"] = json!(estate);
    body
}

/// The company's phone is connected with the caller's, by the token.
async fn calls(platform: &Platform, order: &str, token: &str) -> Response {
    let body = json!({ "generation": 1, "call_id": Uuid::new_v4(), "from": "0352-5550000" });
    let verb = format!("contacts/{token}/calls");
    platform.act(COMPANY, order, &verb, body).await
}

/// It asks for a token and calls; both ends see the hotline, and nobody a number that is not theirs.
async fn speaks_with_the_caller(platform: &Platform, order: &str) -> String {
    let given = platform
        .acts(COMPANY, order, "contacts", json!({ "generation": 1 }))
        .await;
    assert_eq!(given["number"], "12345");
    let token = text(&given, "relay_token");
    let called = calls(platform, order, &token).await.expect(202);
    for shown in [&given, &called.body] {
        assert!(!shown.to_string().contains(PHONE), "{shown}");
    }
    let connected = platform.connected();
    assert_eq!(connected.len(), 1, "{connected:?}");
    assert_eq!(
        (&connected[0]["to"], &connected[0]["from"], &connected[0]["shown"]),
        (&json!(PHONE), &json!("0352-5550000"), &json!("12345"))
    );
    token
}

/// The bureau sees the company's order in its list and reads it, and that is all.
async fn the_bureau_reads(platform: &Platform, order: &str) {
    let bureau = platform.gateway.unit(BUREAU);
    let list = bureau
        .get(&format!("/v1/units/{BUREAU}/sub-unit-orders"))
        .await
        .expect(200)
        .body;
    let mine = list["items"]
        .as_array()
        .expect("items")
        .iter()
        .find(|item| item["order_id"] == order)
        .unwrap_or_else(|| panic!("{order} is not listed: {list}"));
    assert_eq!(mine["unit"], COMPANY);
    let path = format!("/v1/units/{BUREAU}/orders/{order}");
    let seen = bureau.get(&path).await.expect(200).body;
    assert_eq!(
        (&seen["sub_unit"], &seen["responsible"]),
        (&json!(COMPANY), &json!(false))
    );
    let refused = platform
        .act(BUREAU, order, "sign", json!({ "generation": 1 }))
        .await
        .expect(404);
    assert_eq!(refused.body["code"], "order_unknown");
    assert!(
        platform.documents(BUREAU).await.is_empty(),
        "the order did not go by the bureau"
    );
}

/// Supervision sees what the company and the bureau opened, to whom it was forwarded, and each call.
async fn it_is_on_record(platform: &Platform, order: &str) {
    let auditor = platform.gateway.http(Role::Auditor);
    let log = auditor
        .get(&format!("/v1/orders/{order}/log"))
        .await
        .expect(200)
        .body;
    let has = |what: &str, unit: &str, detail: &str| {
        log["items"]
            .as_array()
            .expect("items")
            .iter()
            .any(|line| line["what"] == what && line["unit"] == unit && line["detail"] == detail)
    };
    for (what, unit, detail) in [
        ("delivered", COMPANY, "assigned"),
        ("opened", COMPANY, "order"),
        ("opened", COMPANY, "call"),
        ("opened", BUREAU, "order_of_sub_unit"),
        ("forwarded", COMPANY, "request_co_handlers"),
        ("delivered", STREET, "assigned"),
        ("acted", COMPANY, "reply"),
    ] {
        assert!(has(what, unit, detail), "{what} {unit} {detail}: {log:#}");
    }
    let relays = platform
        .intake
        .http(Role::Supervisor)
        .get(&format!("/v1/orders/{order}/relays"))
        .await
        .expect(200)
        .body;
    let outcomes: Vec<&Value> = relays["items"][0]["calls"]
        .as_array()
        .expect("calls")
        .iter()
        .map(|call| &call["outcome"])
        .collect();
    assert_eq!(outcomes, [&json!("connected")], "{relays}");
    assert!(!relays.to_string().contains(PHONE) && !log.to_string().contains(PHONE));
}

#[tokio::test]
async fn an_order_goes_straight_to_the_company_and_the_call_through_the_relay() {
    let platform = Platform::of_city("datong").await;
    for (company, estate) in &ESTATES[1..] {
        let registered = platform.register(about(estate)).await;
        assert_eq!(platform.lead(registered.order()).await, *company, "{estate}");
    }
    let registered = platform.register(about(ESTATES[0].1)).await;
    let order = registered.order();
    assert_eq!(platform.lead(order).await, COMPANY);
    let document = platform.document(COMPANY, order).await;
    for identity in ["欧阳", "清泉", PHONE] {
        assert!(!document.to_string().contains(identity), "{document}");
    }
    let early = platform
        .act(COMPANY, order, "contacts", json!({ "generation": 1 }))
        .await
        .expect(409);
    assert_eq!(early.body["code"], "not_signed");

    platform
        .acts(COMPANY, order, "sign", json!({ "generation": 1 }))
        .await;
    let path = format!("/v1/units/{COMPANY}/orders/{order}");
    platform.gateway.unit(COMPANY).get(&path).await.expect(200);
    let token = speaks_with_the_caller(&platform, order).await;
    let others = json!({ "generation": 1, "call_id": Uuid::new_v4(), "from": "0352-5550001" });
    let stolen = platform
        .act("WY-02", order, &format!("contacts/{token}/calls"), others)
        .await
        .expect(404);
    assert_eq!(stolen.body["code"], "order_unknown");
    let responded = json!({ "generation": 1, "how": "called" });
    platform.acts(COMPANY, order, "respond", responded).await;
    let forward = json!({ "generation": 1, "co_handlers": [STREET], "reason": "请街道到场" });
    platform.acts(COMPANY, order, "co-handlers", forward).await;
    platform.documents(STREET).await;
    the_bureau_reads(&platform, order).await;
    platform.acts(COMPANY, order, "reply", solved(1)).await;
    it_is_on_record(&platform, order).await;

    // From the reply on the hotline speaks with the caller, and after the end nobody calls any more.
    let late = calls(&platform, order, &token).await.expect(409);
    assert_eq!(late.body["code"], "already_replied");
    platform.caller_says(order, content()).await;
    let over = calls(&platform, order, &token).await.expect(409);
    assert_eq!(over.body["code"], "order_closed");
    assert_eq!(platform.connected().len(), 1);
    platform.follows_from_one_contact(order).await;
}

#[tokio::test]
async fn a_report_is_the_hotlines_alone() {
    let platform = Platform::of_city("datong").await;
    let mut report = about("云泉家园");
    report["kind"] = json!("report");
    let registered = platform.register(report).await;
    let order = registered.order();
    let unit = platform.lead(order).await;
    platform
        .acts(&unit, order, "sign", json!({ "generation": 1 }))
        .await;
    let refused = platform
        .act(&unit, order, "contacts", json!({ "generation": 1 }))
        .await
        .expect(403);
    assert_eq!(refused.body["code"], "contact_confidential", "{}", refused.body);
    assert!(platform.connected().is_empty());
}
