//! Looking into the vault: who sees what, and that every look is written down.
use crate::harness::{NAME, PHONE, complaint_with, register, start};
use intake::app::Intake;
use serde_json::{Value, json};
use testkit::{Response, Role, TestApp};

async fn look(app: &TestApp, role: Role, registered: &Value, field: &str, purpose: &str) -> Response {
    let path = format!(
        "/v1/complaints/{}/identity/reveals",
        registered["complaint_id"].as_str().unwrap()
    );
    app.http(role)
        .post(
            &path,
            json!({ "field": field, "purpose": purpose, "reason": "核对，原号 13812345678" }),
        )
        .await
}

async fn accesses(app: &TestApp, registered: &Value) -> Vec<Value> {
    let path = format!(
        "/v1/complaints/{}/identity/accesses",
        registered["complaint_id"].as_str().unwrap()
    );
    app.http(Role::Auditor).get(&path).await.expect(200).body["items"]
        .as_array()
        .unwrap()
        .clone()
}

#[tokio::test]
async fn values_are_shown_for_a_purpose_and_logged() {
    let app = start().await;
    let registered = register(
        &app,
        complaint_with(json!({ "text": format!("我是{NAME}，电话{PHONE}，灯坏了") })),
    )
    .await;
    let shown = look(&app, Role::CallbackAgent, &registered, "phone", "callback")
        .await
        .expect(200);
    assert_eq!(
        (shown.text("/value"), &shown.headers["cache-control"]),
        (PHONE.to_owned(), &"no-store".parse().unwrap())
    );
    assert_eq!(
        look(&app, Role::Agent, &registered, "name", "correction")
            .await
            .expect(200)
            .text("/value"),
        NAME
    );
    let words = look(&app, Role::Supervisor, &registered, "words", "supervision")
        .await
        .expect(200)
        .text("/value");
    let words: Value = serde_json::from_str(&words).unwrap();
    assert_eq!(words["text"], format!("我是{NAME}，电话{PHONE}，灯坏了"));

    let log = accesses(&app, &registered).await;
    let seen: Vec<_> = log
        .iter()
        .map(|line| {
            (
                line["looked_by"].as_str().unwrap(),
                line["field"].as_str().unwrap(),
                line["purpose"].as_str().unwrap(),
                line["outcome"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("test-callback_agent", "phone", "callback", "shown"),
            ("test-agent", "name", "correction", "shown"),
            ("test-supervisor", "words", "supervision", "shown"),
        ]
    );
    assert_eq!(
        (&log[0]["reason"], &log[0]["roles"]),
        (&json!("核对，原号 ***"), &json!(["callback_agent"]))
    );
    assert_eq!(log[0]["looked_at"], "2026-03-02T09:00:00+08:00");
    app.settle().await;
}

#[tokio::test]
async fn refused_looks_are_logged_too() {
    let app = start().await;
    let ordinary = register(&app, complaint_with(json!({}))).await;
    let report = register(&app, complaint_with(json!({ "kind": "report" }))).await;
    for role in [
        Role::Admin,
        Role::Dispatcher,
        Role::UnitOperator,
        Role::Leader,
        Role::Auditor,
        Role::DirectoryEditor,
    ] {
        let refused = look(&app, role, &ordinary, "phone", "callback").await.expect(403);
        assert_eq!(refused.text("/code"), "look_refused");
    }
    let _ = look(&app, Role::Agent, &ordinary, "phone", "supervision")
        .await
        .expect(403);
    assert_eq!(
        accesses(&app, &ordinary)
            .await
            .iter()
            .filter(|line| line["outcome"] == "refused")
            .count(),
        7
    );

    let _ = look(&app, Role::Agent, &report, "phone", "callback")
        .await
        .expect(403);
    let _ = look(&app, Role::CallbackAgent, &report, "phone", "emergency")
        .await
        .expect(403);
    let _ = look(&app, Role::CallbackAgent, &report, "phone", "callback")
        .await
        .expect(200);
    let _ = look(&app, Role::Supervisor, &report, "phone", "emergency")
        .await
        .expect(200);
    let outcomes: Vec<_> = accesses(&app, &report)
        .await
        .iter()
        .map(|line| line["outcome"].clone())
        .collect();
    assert_eq!(outcomes, ["refused", "refused", "shown", "shown"]);
    app.settle().await;
}

#[tokio::test]
async fn what_was_not_given_is_absent_and_bad_requests_are_named() {
    let app = start().await;
    let registered = register(&app, complaint_with(json!({ "caller": null }))).await;
    let absent = look(&app, Role::Supervisor, &registered, "phone", "callback")
        .await
        .expect(404);
    assert_eq!(absent.text("/code"), "identity_absent");
    assert_eq!(accesses(&app, &registered).await[0]["outcome"], "absent");
    assert_eq!(
        look(&app, Role::Supervisor, &registered, "address", "callback")
            .await
            .expect(422)
            .text("/field"),
        "field"
    );
    assert_eq!(
        look(&app, Role::Supervisor, &registered, "phone", "curiosity")
            .await
            .expect(422)
            .text("/field"),
        "purpose"
    );
    let unknown = json!({ "complaint_id": "018f4e9a-0000-7000-8000-000000000001" });
    let _ = look(&app, Role::Supervisor, &unknown, "phone", "callback")
        .await
        .expect(404);
    let _ = look(&app, Role::Admin, &unknown, "phone", "callback")
        .await
        .expect(403);
    assert_eq!(accesses(&app, &unknown).await.len(), 2);
    app.settle().await;
}

#[tokio::test]
async fn a_value_whose_key_is_gone_is_unreadable_and_says_so_in_the_log() {
    let app = start().await;
    let registered = register(&app, complaint_with(json!({}))).await;
    sqlx::query("update vault.identities set key_version = 7")
        .execute(app.db())
        .await
        .unwrap();
    let response = look(&app, Role::Supervisor, &registered, "phone", "callback")
        .await
        .expect(500);
    assert_eq!(response.text("/code"), "identity_unreadable");
    assert_eq!(accesses(&app, &registered).await[0]["outcome"], "unreadable");
    app.settle().await;
}

#[tokio::test]
async fn without_keys_the_service_is_not_built() {
    let app = start().await;
    let settings = runtime::settings::load::<Intake>(None, &[]).unwrap();
    let parts = runtime::Parts {
        db: db::Db::new(app.db().clone(), app.clock.clone()),
        bus: app.bus().clone(),
        metrics: app.metrics().clone(),
    };
    let built = <Intake as runtime::Service>::build(parts, settings.service).await;
    let problem = built.err().expect("no keys, no service").to_string();
    assert!(problem.starts_with("service.vault.keys is not set"), "{problem}");
}
