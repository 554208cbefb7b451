//! Story 17 (Changsha): not ours, politely. Each of the seven kinds that are not accepted is proposed with its reason and the
//! right address while the agent types, and declined when the agent says so; neighbours' quarrel over a pipe in a garage is
//! one of them. What must go to 110, 119, 120 or 122 is transferred, not declined. Nobody declines by himself: what became
//! an order all the same waits for a person, with the proposal.
use contracts::intake::ComplaintDeclinedV1;
use serde_json::{Value, json};
use system_tests::Platform;
use system_tests::people::{complaint, text};
use testkit::Role;

/// What is said, the class, and what the right address is told by.
const NOT_OURS: [(&str, &str, &str); 7] = [
    ("你们帮我找关系通融一下，把罚单消了", "BS01", "不能受理"),
    ("想请你们帮我查别人住址", "BS02", "依法申请调取"),
    ("某科长吃拿卡要，还受贿", "BS03", "12388"),
    ("法院判决下来了，我要上诉，你们给改一下", "BS04", "受理机关"),
    ("我要提交信息公开申请", "BS05", "制作机关"),
    ("地下车库管道坏了，邻居不让修", "BS06", "人民调解委员会"),
    ("还是上次那件事，我不服答复", "BS07", "新的事实"),
];

const FOR_OTHERS: [(&str, &str, &str); 4] = [
    ("路口有人拿刀打架", "ZJ01", "XZ-110"),
    ("楼道着火了，有人被困", "ZJ02", "XZ-119"),
    ("老人晕倒昏迷", "ZJ03", "XZ-120"),
    ("路口两车追尾，又撞车了", "ZJ04", "XZ-122"),
];

async fn suggested(platform: &Platform, said: &str) -> Value {
    let agent = platform.routing.http(Role::Agent);
    let asked = json!({ "title": "来电反映", "text": said });
    agent.post("/v1/suggestions", asked).await.expect(200).body
}

fn call(said: &str) -> Value {
    let mut body = complaint("M020101", "994102001");
    body.as_object_mut().expect("an object").remove("matter");
    body["title"] = json!("来电反映");
    body["text"] = json!(said);
    body
}

#[tokio::test]
async fn what_is_not_ours_is_declined_with_its_reason_and_the_right_address() {
    let platform = Platform::of_city("changsha").await;
    for (said, class, address) in NOT_OURS {
        let proposed = suggested(&platform, said).await;
        assert_eq!(
            (&proposed["proposal"], &proposed["scope"]["code"]),
            (&json!("declined"), &json!(class)),
            "{said}: {proposed}"
        );
        let advice = text(&proposed["scope"], "advice");
        assert!(advice.contains(address), "{said}: {advice}");

        // The agent agrees, and says it to the caller.
        let mut body = call(said);
        body["disposition"] = json!("declined");
        body["reason"] = json!(class);
        body["advice"] = json!(advice);
        let agent = platform.intake.http(Role::Agent);
        let registered = agent.post("/v1/complaints", body).await.expect(201).body;
        assert_eq!(registered["orders"], json!([]), "{registered}");
        platform.settle().await;
        let progress = platform.progress(&text(&registered, "complaint_number")).await;
        assert_eq!(progress["state"], "declined", "{progress}");
    }
    let told = platform.intake.published::<ComplaintDeclinedV1>().await;
    let told: Vec<(&str, bool)> = told
        .iter()
        .zip(NOT_OURS)
        .map(|(fact, (_, _, address))| (fact.data.reason.as_str(), fact.data.advice.contains(address)))
        .collect();
    assert_eq!(told, NOT_OURS.map(|(_, class, _)| (class, true)));
}

#[tokio::test]
async fn what_is_for_another_hotline_is_transferred_and_not_declined() {
    let platform = Platform::of_city("changsha").await;
    for (said, class, unit) in FOR_OTHERS {
        let proposed = suggested(&platform, said).await;
        assert_eq!(
            (
                &proposed["proposal"],
                &proposed["scope"]["code"],
                &proposed["scope"]["unit"]["code"]
            ),
            (&json!("transferred"), &json!(class), &json!(unit)),
            "{said}: {proposed}"
        );
    }
}

#[tokio::test]
async fn an_order_that_is_not_ours_waits_for_a_person_with_the_proposal() {
    let platform = Platform::of_city("changsha").await;
    let (said, class, _) = NOT_OURS[5];
    let registered = platform.register(call(said)).await;
    let list = platform
        .routing
        .http(Role::Dispatcher)
        .get("/v1/manual-queue")
        .await;
    let waiting = list.expect(200).body["items"].clone();
    assert_eq!(
        (&waiting[0]["order_id"], &waiting[0]["reason"]),
        (&json!(registered.order()), &json!("proposed_decline")),
        "{waiting}"
    );
    let why = waiting[0]["explanation"].to_string();
    assert!(why.contains(class) || why.contains("居民之间的民事纠纷"), "{why}");
}
