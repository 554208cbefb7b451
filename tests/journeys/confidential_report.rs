//! 举报: a report is confidential whether or not anybody says so. The unit gets the matter and never the person;
//! who needs the person looks into the vault, for a purpose, and every look is written down.
use serde_json::{Value, json};
use system_tests::Platform;
use system_tests::people::{complaint, content};
use testkit::{Response, Role};

const NAME: &str = "上官慕白";
const PHONE: &str = "19900004321";
/// Urban management of the district: reports of illegal building never end at a street office.
const UNIT: &str = "QX-990103-URBAN";

fn report() -> Value {
    let mut body = complaint("M010202", "990103001");
    body["kind"] = json!("report");
    body["title"] = json!("楼顶违法加盖");
    body["text"] = json!(format!(
        "我是{NAME}，电话{PHONE}，竹溪路12号楼顶有人违法加盖，请查处，不要透露是我说的。"
    ));
    body["caller"] = json!({ "name": NAME, "phone": PHONE });
    body
}

fn knows(text: &str) -> bool {
    text.contains(NAME) || text.contains(PHONE)
}

async fn look(platform: &Platform, role: Role, complaint: &str, field: &str, purpose: &str) -> Response {
    let path = format!("/v1/complaints/{complaint}/identity/reveals");
    let wish = json!({ "field": field, "purpose": purpose, "reason": "回访核实" });
    platform.intake.http(role).post(&path, wish).await
}

#[tokio::test]
async fn the_unit_gets_the_matter_and_never_the_person() {
    let platform = Platform::start().await;
    let registered = platform.register(report()).await;
    let order = registered.order().to_owned();
    let document = platform.document(UNIT, &order).await;
    assert_eq!(document["data"]["confidential"], true, "{document}");
    assert!(
        document["data"]["text"].to_string().contains("楼顶有人违法加盖"),
        "{document}"
    );
    assert!(!knows(&document.to_string()), "{document}");
    platform.handled_by(UNIT, &order).await;
    let callback = platform.callback_of(&order).await;
    assert_eq!(callback["confidential"], true);

    // The person is nowhere but in the vault: not for the caller's progress, not for supervision, not in a list.
    let shown = [
        callback,
        platform.progress(&registered.number).await,
        platform.watched(&order).await,
        json!(platform.timeline(&order).await),
        platform.assignment(&order).await,
        platform
            .intake
            .http(Role::Agent)
            .get(&format!("/v1/complaints/{}", registered.complaint))
            .await
            .expect(200)
            .body,
        platform
            .intake
            .http(Role::Agent)
            .get("/v1/complaints")
            .await
            .expect(200)
            .body,
    ];
    for body in &shown {
        assert!(!knows(&body.to_string()), "{body}");
    }
    platform.caller_says(&order, content()).await;
    assert_eq!(platform.progress(&registered.number).await["state"], "closed");
}

/// The callback agent writes what the caller said, name and all; the unit that is reported gets a fixed sentence.
#[tokio::test]
async fn a_rework_tells_the_unit_nothing_of_the_person() {
    let platform = Platform::start().await;
    let order = platform.register(report()).await.order().to_owned();
    platform.handled_by(UNIT, &order).await;
    let unhappy = json!({
        "reached": true, "contacted": true, "solved": false, "result": "not_satisfied", "attitude": "satisfied",
        "remark": format!("{NAME}（{PHONE}）说还在加盖"),
    });
    platform.caller_says(&order, unhappy).await;
    let document = platform.noticed(UNIT, &order, "reworked").await;
    assert_eq!(document["data"]["rework"], 1, "{document}");
    assert!(document.to_string().contains("保密件"), "{document}");
    for told in platform.documents(UNIT).await {
        assert!(!knows(&told.to_string()), "{told}");
    }
    let timeline = json!(platform.timeline(&order).await);
    assert!(!knows(&timeline.to_string()), "{timeline}");
}

#[tokio::test]
async fn who_needs_the_person_says_why_and_every_look_is_written_down() {
    let platform = Platform::start().await;
    let complaint = platform.register(report()).await.complaint;
    let shown = look(&platform, Role::CallbackAgent, &complaint, "phone", "callback")
        .await
        .expect(200);
    assert_eq!(shown.body["value"], PHONE);
    assert_eq!(shown.headers["cache-control"], "no-store");
    assert_eq!(
        look(&platform, Role::Supervisor, &complaint, "name", "supervision")
            .await
            .expect(200)
            .body["value"],
        NAME
    );
    // A report: the agent who took the call is not let in again, the leader and the administrator never.
    for role in [Role::Agent, Role::Leader, Role::Admin, Role::UnitOperator] {
        let refused = look(&platform, role, &complaint, "phone", "callback")
            .await
            .expect(403);
        assert!(!knows(&refused.body.to_string()), "{}", refused.body);
    }
    let path = format!("/v1/complaints/{complaint}/identity/accesses");
    let log = platform
        .intake
        .http(Role::Auditor)
        .get(&path)
        .await
        .expect(200)
        .body;
    let outcomes: Vec<&str> = log["items"]
        .as_array()
        .expect("items")
        .iter()
        .filter_map(|access| access["outcome"].as_str())
        .collect();
    assert_eq!(
        outcomes,
        ["shown", "shown", "refused", "refused", "refused", "refused"],
        "{log}"
    );
    assert_eq!(log["items"][0]["purpose"], "callback");
    assert!(
        !knows(&log.to_string()),
        "the log names the look, not the person: {log}"
    );
    platform
        .intake
        .http(Role::Supervisor)
        .get(&path)
        .await
        .expect(403);
}
