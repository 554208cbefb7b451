//! Story 8 (Zhengzhou): a county with a hotline of its own. Whatever happens there goes to that hotline as an order – the
//! same words in the city go to the city's unit – and its result comes back to the caller through 12345.
use serde_json::json;
use system_tests::Platform;
use system_tests::people::{complaint, content, text};

const COUNTY: &str = "RX-992121";
const NAME: &str = "荥县12345热线平台";
const LIGHT: &str = "M020101";

#[tokio::test]
async fn a_matter_of_the_county_goes_to_its_hotline_and_the_result_comes_back_through_12345() {
    let platform = Platform::of_city("zhengzhou").await;
    let in_the_city = platform.register(complaint(LIGHT, "992105001")).await;
    assert_eq!(platform.lead(in_the_city.order()).await, "SJ-MUNI");

    let registered = platform.register(complaint(LIGHT, "992121001")).await;
    let order = registered.order();
    let assignment = platform.assignment(order).await;
    assert_eq!(text(&assignment["lead"], "code"), COUNTY);
    assert!(
        assignment["explanation"].to_string().contains("PD0016"),
        "it says by which rule: {assignment}"
    );
    let document = platform.document(COUNTY, order).await.to_string();
    assert!(
        document.contains(&registered.number),
        "its system knows our number: {document}"
    );
    for hidden in ["欧阳清泉", "19900001234"] {
        assert!(
            !document.contains(hidden),
            "no identity goes to the county: {document}"
        );
    }
    let told = platform.progress(&registered.number).await;
    assert!(
        told.to_string().contains(NAME),
        "the caller knows who has it: {told}"
    );

    platform.handled_by(COUNTY, order).await;
    platform.caller_says(order, content()).await;
    let told = platform.progress(&registered.number).await;
    assert_eq!(told["state"], "closed", "{told}");
    let answer = text(&told, "answer");
    assert!(answer.contains(NAME) && answer.contains("已处理完毕"), "{answer}");
}

/// What the county cannot do comes back to it, not to the caller: the caller said no to 12345.
#[tokio::test]
async fn a_no_of_the_caller_goes_back_to_the_county() {
    let platform = Platform::of_city("zhengzhou").await;
    let registered = platform.register(complaint(LIGHT, "992121001")).await;
    let order = registered.order();
    platform.handled_by(COUNTY, order).await;
    let no = json!({ "reached": true, "contacted": true, "solved": false, "result": "not_satisfied", "attitude": "satisfied", "remark": "" });
    platform.caller_says(order, no).await;
    let told = platform.progress(&registered.number).await;
    assert_eq!(told["state"], "open", "{told}");
    let document = platform.noticed(COUNTY, order, "reworked").await;
    assert_eq!(document["data"]["rework"], 1, "{document}");
}
