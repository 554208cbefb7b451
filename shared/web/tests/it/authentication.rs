//! Who gets in, who does not, and that nothing of the body is read before that is decided.
use std::time::Duration;

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{Method, header};
use serde_json::json;
use web::auth::{Role, Verifier};
use web::dev_issuer::DevIssuer;

use crate::app::{app, note, request};

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn without_a_token_the_answer_is_401_even_for_a_broken_body() {
    let app = app();
    for body in [note("a"), "{".to_owned()] {
        let answer = app
            .send(
                request(Method::POST, "/v1/notes", "")
                    .body(Body::from(body))
                    .unwrap(),
            )
            .await;
        assert_eq!(answer.code(), (401, "token_missing"));
        assert!(answer.headers.contains_key(header::WWW_AUTHENTICATE));
    }
    let basic =
        request(Method::GET, "/v1/units/water/notes/1", "").header(header::AUTHORIZATION, "Basic YTpi");
    assert_eq!(
        app.send(basic.body(Body::empty()).unwrap()).await.code(),
        (401, "token_missing")
    );
}

#[tokio::test]
async fn the_wrong_role_is_403_even_for_a_broken_body() {
    let app = app();
    for roles in [&[][..], &[Role::Leader], &[Role::UnitOperator, Role::Auditor]] {
        let token = app.issuer.mint_roles(roles, None, "p", MINUTE);
        let request = request(Method::POST, "/v1/notes", &token)
            .body(Body::from("{"))
            .unwrap();
        let answer = app.send(request).await;
        assert_eq!(answer.code(), (403, "role_missing"), "{roles:?}");
        assert_eq!(answer.body["roles"], json!(["agent", "admin"]));
    }
    let token = app
        .issuer
        .mint_roles(&[Role::Leader, Role::Admin], None, "p", MINUTE);
    let request = request(Method::POST, "/v1/notes", &token)
        .body(Body::from("{"))
        .unwrap();
    assert_eq!(
        app.send(request).await.code(),
        (400, "idempotency_key_missing"),
        "one fitting role is enough"
    );
}

#[tokio::test]
async fn an_expired_token_says_so_after_the_leeway() {
    let app = app();
    let claims = |exp: i64| claims(exp, "http://issuer", "hotline");
    assert_eq!(
        try_claims(&app, &claims(-31)).await,
        (401, "token_expired".into())
    );
    assert_eq!(
        try_claims(&app, &claims(-20)).await.0,
        400,
        "within the leeway the handler is reached"
    );
}

#[tokio::test]
async fn tokens_of_others_are_refused() {
    let app = app();
    for bad in [
        claims(60, "http://other", "hotline"),
        claims(60, "http://issuer", "other"),
        json!({ "iss": "http://issuer", "aud": "hotline", "sub": "p", "roles": ["supervisor"] }),
        json!({ "iss": "http://issuer", "aud": "hotline", "exp": now() + 60, "roles": ["supervisor"] }),
        json!({ "iss": "http://issuer", "aud": "hotline", "exp": now() + 600, "nbf": now() + 300, "sub": "p" }),
    ] {
        assert_eq!(
            try_claims(&app, &bad).await,
            (401, "token_invalid".into()),
            "{bad}"
        );
    }
    let file = std::env::temp_dir().join(format!("other-{}.pem", uuid::Uuid::new_v4()));
    let stranger = DevIssuer::open(&file, "http://issuer", "hotline").unwrap();
    std::fs::remove_file(&file).unwrap();
    let token = stranger.mint(Role::Supervisor, None, "p", MINUTE);
    assert_eq!(
        app.get("/v1/units/a/notes/1", &token).await.code(),
        (401, "token_invalid"),
        "unknown key"
    );
    let forged = with_header(&token, &header_of(&app.token(Role::Supervisor)));
    assert_eq!(
        app.get("/v1/units/a/notes/1", &forged).await.code(),
        (401, "token_invalid"),
        "bad signature"
    );
}

#[tokio::test]
async fn the_algorithm_is_not_the_tokens_choice() {
    let app = app();
    let good = app.token(Role::Supervisor);
    let header = header_of(&good);
    let none = json!({ "alg": "none", "typ": "JWT", "kid": header["kid"] });
    let unsigned = with_header(&good, &none);
    let stripped = format!("{}.", unsigned.rsplit_once('.').unwrap().0);
    let hmac = with_header(&good, &json!({ "alg": "HS256", "kid": header["kid"] }));
    for token in [
        unsigned,
        stripped,
        hmac,
        "a.b.c".into(),
        "x".into(),
        "x".repeat(9000),
    ] {
        let answer = app.get("/v1/units/water/notes/1", &token).await;
        assert_eq!(answer.code(), (401, "token_invalid"), "{token}");
    }
    assert_eq!(
        app.get("/v1/units/water/notes/1", &good).await.status,
        400,
        "the good one reaches the handler"
    );
}

#[tokio::test]
async fn unit_keys_act_for_their_unit_only() {
    let app = app();
    let id = uuid::Uuid::new_v4();
    let own = app.get(&format!("/v1/units/water/notes/{id}"), "uk_good").await;
    assert_eq!((own.status, own.body["caller"].as_str()), (200, Some("key:1")));
    let other = app.get(&format!("/v1/units/gas/notes/{id}"), "uk_good").await;
    assert_eq!(other.code(), (403, "wrong_unit"));
    assert_eq!(
        app.get(&format!("/v1/units/water/notes/{id}"), "uk_bad")
            .await
            .code(),
        (401, "token_invalid")
    );
    assert_eq!(
        app.get(&format!("/v1/units/water/notes/{id}"), "uk_store_down")
            .await
            .code(),
        (503, "unavailable")
    );
    let post = request(Method::POST, "/v1/notes", "uk_good")
        .body(Body::empty())
        .unwrap();
    assert_eq!(app.send(post).await.code(), (403, "role_missing"));
    let supervisor = app
        .get(&format!("/v1/units/gas/notes/{id}"), &app.token(Role::Supervisor))
        .await;
    assert_eq!(supervisor.status, 200, "the unit binds unit operators only");
}

#[tokio::test]
async fn every_operation_is_covered() {
    let app = app();
    let token_for = |roles: &[Role]| app.issuer.mint_roles(roles, None, "coverage", MINUTE);
    web::testing::assert_auth_coverage(&app.router, &app.openapi, token_for).await;
}

#[tokio::test]
#[should_panic(expected = "GET /v1/units/{unit}/notes/{note_id}: does not say who may call it")]
async fn an_operation_without_roles_is_found() {
    let app = app();
    let mut openapi = app.openapi.clone();
    let item = openapi
        .paths
        .paths
        .get_mut("/v1/units/{unit}/notes/{note_id}")
        .unwrap();
    item.get.as_mut().unwrap().extensions = None;
    let token_for = |roles: &[Role]| app.issuer.mint_roles(roles, None, "coverage", MINUTE);
    web::testing::assert_auth_coverage(&app.router, &openapi, token_for).await;
}

#[tokio::test]
async fn no_token_of_a_person_makes_a_machine_of_it() {
    let app = app();
    let verifier = Verifier::new(&app.issuer.auth_config()).unwrap();
    let token = |roles: &[Role]| app.issuer.mint_roles(roles, None, "clever", MINUTE);
    let roles = async |token: String| verifier.verify(&token).await.unwrap().roles;
    let everything = roles(token(&Role::ALL)).await;
    assert!(everything.contains(Role::Admin));
    assert!(!everything.contains_any(&[Role::Service, Role::Peer]));
    assert_eq!(roles(token(&[Role::Service])).await.iter().count(), 0);
}

#[tokio::test]
#[should_panic(expected = "expected 403")]
async fn a_guard_that_does_not_hold_is_found() {
    let app = app();
    let admit_all = |_: &[Role]| app.issuer.mint_roles(&Role::ALL, None, "coverage", MINUTE);
    web::testing::assert_auth_coverage(&app.router, &app.openapi, admit_all).await;
}

fn now() -> i64 {
    i64::try_from(jsonwebtoken::get_current_timestamp()).unwrap()
}

fn claims(exp_in: i64, issuer: &str, audience: &str) -> serde_json::Value {
    json!({ "iss": issuer, "aud": [audience], "sub": "p", "exp": now() + exp_in, "roles": ["supervisor", "unheard_of"] })
}

/// Tries claims signed with the application's own key.
async fn try_claims(app: &crate::app::App, claims: &serde_json::Value) -> (u16, String) {
    let answer = app.get("/v1/units/water/notes/1", &app.sign(claims)).await;
    (
        answer.status,
        answer.body["code"].as_str().unwrap_or_default().to_owned(),
    )
}

fn header_of(token: &str) -> serde_json::Value {
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    serde_json::from_slice(&header).unwrap()
}

fn with_header(token: &str, header: &serde_json::Value) -> String {
    let rest = token.split_once('.').unwrap().1;
    format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()))
}
