//! Story 15, 企业诉求直达: a business complaint whose first result does not satisfy goes straight to the leaders; the unit
//! keeps the order, with a shorter limit, and is asked about it again.
use contracts::callback::{OrderClosedV1, OrderRaisedV1, OrderReworkedV1};
use contracts::words::RaisedTo;
use serde_json::{Value, json};
use system_tests::Platform;
use system_tests::people::{complaint, content};
use testkit::Role;

const UNIT: &str = "SJ-MUNI";

fn of_a_business() -> Value {
    let mut body = complaint("M020101", "993102002");
    body["facts"] = json!({ "主体": "企业" });
    body
}

fn no() -> Value {
    json!({ "reached": true, "contacted": true, "solved": false, "result": "not_satisfied", "attitude": "satisfied", "remark": "仍未通电" })
}

#[tokio::test]
async fn the_first_bad_result_goes_to_the_leaders_and_the_unit_goes_on() {
    let platform = Platform::of_city("liaocheng").await;
    let business = platform.register(of_a_business()).await;
    let citizen = platform.register(complaint("M020101", "993102002")).await;
    for registered in [&business, &citizen] {
        platform.handled_by(UNIT, registered.order()).await;
        let followed = platform.caller_says(registered.order(), no()).await;
        assert_eq!(followed["order_state"], "open", "{followed}");
    }
    let raised = platform.callback.published::<OrderRaisedV1>().await;
    assert_eq!(raised.len(), 1, "an ordinary complaint is only handled again");
    assert_eq!(raised[0].data.order_id.to_string(), business.order());
    assert_eq!((raised[0].data.to, raised[0].data.rework), (RaisedTo::Leaders, 0));
    let leaders = platform
        .supervision
        .http(Role::Leader)
        .get("/v1/leaders-list")
        .await;
    let listed = leaders.expect(200).body;
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1), "{listed}");
    assert_eq!(listed["items"][0]["order_id"], business.order());
    assert_eq!(
        (&listed["items"][0]["level"], &listed["items"][0]["trigger"]),
        (&json!("raised"), &json!("leaders_list"))
    );
    let happened = platform.happened(business.order()).await;
    assert!(
        happened.contains(&"callback.order.raised.v1".to_owned()),
        "{happened:?}"
    );
    let limits: Vec<u32> = platform
        .callback
        .published::<OrderReworkedV1>()
        .await
        .iter()
        .filter_map(|event| event.data.limit.map(|limit| limit.amount))
        .collect();
    assert_eq!(
        limits,
        [2, 3],
        "two working days for the business, three for others"
    );

    platform.handled_by(UNIT, business.order()).await;
    platform.caller_says(business.order(), content()).await;
    assert_eq!(platform.progress(&business.number).await["state"], "closed");
    let leaders = platform
        .supervision
        .http(Role::Leader)
        .get("/v1/leaders-list")
        .await;
    assert_eq!(
        leaders.expect(200).body["items"],
        json!([]),
        "closed, and off the list"
    );
    assert_eq!(platform.callback.published::<OrderClosedV1>().await.len(), 1);
}
