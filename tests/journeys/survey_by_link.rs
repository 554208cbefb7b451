//! 短信评价: a caller answers by a link, without any phone call; the number goes from intake's vault to the provider
//! and nowhere else. Whoever joined the order is sent its result (story 23).
use serde_json::{Value, json};
use system_tests::Platform;
use system_tests::people::complaint;

const UNIT: &str = "SJ-MUNI";
const POLICY: &str = include_str!("../../infra/cities/sample/callback.toml");
const ANSWER: &str = "contacted=yes&solved=yes&result=satisfied&attitude=satisfied&remark=";

fn suggestion(phone: &str) -> Value {
    let mut body = complaint("M020101", "990102002");
    body["kind"] = json!("suggestion");
    body["caller"]["phone"] = json!(phone);
    body
}

#[tokio::test]
async fn a_link_asks_the_caller_and_those_who_joined_get_the_result() {
    let platform = Platform::start().await;
    platform.calls_back_by(POLICY).await;
    let first = platform.register(suggestion("19900000001")).await;
    let order = first.order().to_owned();
    let mut joining = suggestion("19900000002");
    joining["joins"] = json!(order);
    let second = platform.register(joining).await;
    platform.handled_by(UNIT, &order).await;
    platform.settle().await;
    let sent = platform.sent_to("19900000001");
    assert_eq!(sent.len(), 1, "{sent:?}");
    let from = sent[0].find("/v1/surveys/").expect("a link");
    let link = sent[0][from..].split(' ').next().expect("its end").to_owned();
    let page = platform
        .callback
        .anonymous()
        .header("accept-language", "zh-CN")
        .get(&link)
        .await
        .expect(200);
    let shown = page.body.as_str().expect("a page").to_owned();
    assert!(
        shown.contains("希望尽快处理") && !shown.contains("欧阳"),
        "{shown}"
    );

    let form = "application/x-www-form-urlencoded";
    let answered = platform
        .callback
        .anonymous()
        .post_bytes(&link, form, ANSWER)
        .await;
    assert!(answered.status.is_success(), "{}", answered.body);
    platform.settle().await;
    assert_eq!(platform.progress(&first.number).await["state"], "closed");
    let told = platform.sent_to("19900000002");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].contains(&second.number) && told[0].contains("已解决"),
        "{}",
        told[0]
    );
    assert_eq!(platform.progress(&second.number).await["state"], "closed");
}
