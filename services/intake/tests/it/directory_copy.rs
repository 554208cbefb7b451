//! Codes are checked against the directory, which is taken over without a restart and known without NATS.
use crate::harness::{complaint, complaint_with, keys, register, start};
use bus::objects::Objects;
use contracts::directory_content::{DirectoryContentV1, EntryV1, OBJECT};
use intake::app::Intake;
use serde_json::{Value, json};
use testkit::{Response, Role, TestApp, World};

fn entries(codes: &[&str]) -> Vec<EntryV1> {
    let entry = |code: &&str| EntryV1 {
        code: (*code).to_owned(),
        name: format!("名称{code}"),
        level: "1".to_owned(),
        parent: None,
        from: None,
        to: None,
    };
    codes.iter().map(entry).collect()
}

pub async fn distribute(app: &TestApp, version: i64, divisions: &[&str], matters: &[&str]) {
    let content = DirectoryContentV1 {
        version,
        published_at: app.clock.now(),
        divisions: entries(divisions),
        units: Vec::new(),
        matters: entries(matters),
        calendars: Vec::new(),
    };
    let spec = contracts::streams::directory(app.bus().namespace());
    let store = Objects::new(app.bus().clone(), spec);
    let bytes = serde_json::to_vec(&content).unwrap();
    let seen = store.look(OBJECT).await.unwrap();
    assert!(store.replace(&seen, version, &bytes).await.unwrap());
    app.settle().await;
}

async fn sent(app: &TestApp, body: Value) -> Response {
    app.http(Role::Agent).post("/v1/complaints", body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_that_the_directory_does_not_have_are_refused_by_field() {
    let app = start().await;
    register(&app, complaint()).await;
    distribute(&app, 1, &["990102002"], &["M020101"]).await;
    let registered = register(&app, complaint()).await;
    for (changes, field) in [
        (json!({ "matter": "M999999" }), "matter"),
        (json!({ "place": { "division": "990109999" } }), "place.division"),
        (
            json!({ "demands": [{ "text": "一" }, { "text": "二", "matter": "M999999" }] }),
            "demands[1].matter",
        ),
        (
            json!({ "demands": [{ "text": "一", "place": { "division": "1" } }] }),
            "demands[0].place.division",
        ),
    ] {
        let refused = sent(&app, complaint_with(changes)).await.expect(422);
        assert_eq!(
            (refused.text("/code"), refused.text("/field")),
            ("invalid_field".to_owned(), field.to_owned())
        );
    }
    let order = registered["orders"][0]["order_id"].as_str().unwrap();
    let path = format!("/v1/orders/{order}/amendments");
    let amended = json!({ "matter": "M020102", "reason": "更正事项" });
    let refused = app
        .http(Role::Agent)
        .post(&path, amended.clone())
        .await
        .expect(422);
    assert_eq!(refused.text("/field"), "matter");

    // The next version needs no restart.
    distribute(&app, 2, &["990102002"], &["M020101", "M020102"]).await;
    let agent = app.http(Role::Agent);
    let first = agent
        .post_with_key(&path, amended.clone(), "a1")
        .await
        .expect(201);

    // A repeat is answered as then, whatever the directory says now.
    distribute(&app, 3, &["990102002"], &["M020101"]).await;
    let again = agent
        .post_with_key(&path, amended.clone(), "a1")
        .await
        .expect(201);
    assert_eq!(
        (&again.body, again.headers.contains_key("idempotency-replayed")),
        (&first.body, true)
    );
    let other = agent.post_with_key(&path, amended, "a2").await.expect(422);
    assert_eq!(other.text("/field"), "matter");
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_knows_the_directory_from_the_database() {
    let world = World::new();
    let app = TestApp::start_with::<Intake>(&world, &keys()).await;
    distribute(&app, 1, &["990102002"], &["M020101"]).await;
    let again = TestApp::start_with::<Intake>(&world, &keys()).await;
    again.settle().await;
    sent(&again, complaint_with(json!({ "matter": "M999999" })))
        .await
        .expect(422);
}
