//! The vault as the database sees it: sealed, in its own row and column only, with a log that cannot be changed.
use crate::harness::{NAME, complaint_with, register, start};
use contracts::intake::OrderRegisteredV1;
use serde_json::{Value, json};
use testkit::{Role, TestApp};

/// Key version, sealed name, blind index and mask of a number.
type Sealed = (i32, Option<Vec<u8>>, Option<Vec<u8>>, Option<String>);

#[tokio::test]
async fn fields_are_sealed_by_the_newest_key_and_the_same_caller_is_recognised() {
    let app = start().await;
    register(&app, complaint_with(json!({}))).await;
    register(
        &app,
        complaint_with(json!({ "caller": { "phone": "+86 199-0000-7037" } })),
    )
    .await;
    register(&app, complaint_with(json!({ "caller": { "name": "另一人" } }))).await;
    register(&app, complaint_with(json!({ "caller": null }))).await;
    let rows: Vec<Sealed> =
        sqlx::query_as("select key_version, name_sealed, phone_index, phone_masked from vault.identities order by complaint_id").fetch_all(app.db()).await.unwrap();
    assert_eq!(rows.len(), 3, "nobody, no row");
    assert!(rows.iter().all(|row| row.0 == 2));
    assert_eq!(rows[0].2, rows[1].2, "one number, however it is written");
    assert_eq!(
        (rows[0].3.as_deref(), rows[2].3.as_deref()),
        (Some("199****7037"), None)
    );
    let sealed = rows[0].1.as_ref().unwrap();
    assert!(!sealed.windows(NAME.len()).any(|window| window == NAME.as_bytes()));
    assert_eq!(sealed.len(), 12 + NAME.len() + 16, "nonce, ciphertext, tag");
    let tokens: Vec<Option<uuid::Uuid>> =
        sqlx::query_scalar("select caller from complaints order by complaint_id")
            .fetch_all(app.db())
            .await
            .unwrap();
    assert!(tokens[0].is_some() && tokens[0] == tokens[1] && tokens[2].is_none() && tokens[3].is_none());
    app.settle().await;
}

#[tokio::test]
async fn the_other_number_is_sealed_announced_and_shown_to_who_calls_back() {
    let app = start().await;
    let caller = json!({ "caller": { "phone": "19900007037", "second_phone": "0371-6666 8888" } });
    let two = register(&app, complaint_with(caller)).await;
    let one = register(&app, complaint_with(json!({}))).await;
    app.settle().await;
    let announced = app.published::<OrderRegisteredV1>().await;
    let has: Vec<bool> = announced.iter().map(|event| event.data.other_number).collect();
    assert_eq!(has, [true, false]);
    assert!(
        !serde_json::to_string(&announced[0].data)
            .unwrap()
            .contains("8888")
    );
    let look = json!({ "field": "second_phone", "purpose": "callback", "reason": "回访" });
    let reveal = |registered: &Value| {
        let id = registered["complaint_id"].as_str().unwrap();
        format!("/v1/complaints/{id}/identity/reveals")
    };
    let agent = app.http(Role::CallbackAgent);
    let shown = agent.post(&reveal(&two), look.clone()).await.expect(200);
    assert_eq!(shown.text("/value"), "0371-6666 8888");
    agent.post(&reveal(&one), look).await.expect(404);
    let logged: Vec<(String, String)> =
        sqlx::query_as("select field, outcome from vault.access_log order by access_id")
            .fetch_all(app.db())
            .await
            .unwrap();
    let line = |outcome: &str| ("second_phone".to_owned(), outcome.to_owned());
    assert_eq!(logged, [line("shown"), line("absent")]);
    let again =
        complaint_with(json!({ "caller": { "phone": "19900007037", "second_phone": "+86 19900007037" } }));
    let refused = app
        .http(Role::Agent)
        .post("/v1/complaints", again)
        .await
        .expect(422);
    assert_eq!(refused.text("/field"), "caller.second_phone");
}

async fn phone_of(app: &TestApp, registered: &Value) -> u16 {
    let path = format!(
        "/v1/complaints/{}/identity/reveals",
        registered["complaint_id"].as_str().unwrap()
    );
    let body = json!({ "field": "phone", "purpose": "callback", "reason": "回访" });
    app.http(Role::Supervisor).post(&path, body).await.status.as_u16()
}

#[tokio::test]
async fn swapped_ciphertexts_do_not_open() {
    let app = start().await;
    let one = register(&app, complaint_with(json!({}))).await;
    let two = register(
        &app,
        complaint_with(json!({ "caller": { "phone": "19900007074" } })),
    )
    .await;
    assert_eq!(
        (phone_of(&app, &one).await, phone_of(&app, &two).await),
        (200, 200)
    );
    // Somebody with the database but without the keys gives one complaint the number of the other.
    sqlx::query(
        "update vault.identities i set phone_sealed = o.phone_sealed from vault.identities o where o.complaint_id <> i.complaint_id",
    )
    .execute(app.db())
    .await
    .unwrap();
    assert_eq!(
        (phone_of(&app, &one).await, phone_of(&app, &two).await),
        (500, 500)
    );
    app.settle().await;
}

#[tokio::test]
async fn the_access_log_cannot_be_changed() {
    let app = start().await;
    let registered = register(&app, complaint_with(json!({}))).await;
    assert_eq!(phone_of(&app, &registered).await, 200);
    for statement in [
        "update vault.access_log set looked_by = 'nobody'",
        "delete from vault.access_log",
        "truncate vault.access_log",
    ] {
        let error = sqlx::query(statement)
            .execute(app.db())
            .await
            .unwrap_err()
            .to_string();
        assert!(error.contains("append-only"), "{statement}: {error}");
    }
    let lines: i64 =
        sqlx::query_scalar("select count(*) from vault.access_log where looked_by = 'test-supervisor'")
            .fetch_one(app.db())
            .await
            .unwrap();
    assert_eq!(lines, 1);
    app.settle().await;
}
