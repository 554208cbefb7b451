//! What callers read when they are refused.
use axum::body::Body;
use http::{Method, header};
use web::auth::Role;

use crate::app::{app, note, request};

#[tokio::test]
async fn a_good_request_passes() {
    let app = app();
    let answer = app.write(note("hello")).await;
    assert_eq!(
        (answer.status, answer.body["place"]["division"].as_str()),
        (201, Some("370102"))
    );
}

#[tokio::test]
async fn a_bad_body_names_the_field() {
    let app = app();
    for (body, code, field) in [
        (
            r#"{"text":"a","place":{}}"#,
            "missing_field",
            Some("place.division"),
        ),
        (
            r#"{"text":"a","place":{"division":1}}"#,
            "invalid_field",
            Some("place.division"),
        ),
        (
            r#"{"text":"a","place":{"division":"d","x":1}}"#,
            "unknown_field",
            Some("place.x"),
        ),
        (r#"{"text":"a""#, "malformed_json", None),
        ("", "malformed_json", None),
    ] {
        let answer = app.write(body).await;
        assert_eq!(answer.code(), (400, code), "{body}");
        assert_eq!(answer.body["field"].as_str(), field, "{body}");
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json");
    }
}

#[tokio::test]
async fn other_media_types_are_refused() {
    let app = app();
    let request = request(Method::POST, "/v1/notes", &app.token(Role::Agent))
        .header(header::CONTENT_TYPE, "text/plain")
        .header("idempotency-key", "k")
        .body(Body::from(note("a")))
        .unwrap();
    assert_eq!(app.send(request).await.code(), (415, "unsupported_media_type"));
}

#[tokio::test]
async fn a_creating_request_needs_its_key() {
    let app = app();
    for (key, code) in [
        (None, "idempotency_key_missing"),
        (Some("a b"), "idempotency_key_invalid"),
    ] {
        let mut request = request(Method::POST, "/v1/notes", &app.token(Role::Agent))
            .header(header::CONTENT_TYPE, "application/json");
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let answer = app.send(request.body(Body::from(note("a"))).unwrap()).await;
        assert_eq!(answer.code(), (400, code));
        assert_eq!(answer.body["field"], "Idempotency-Key");
    }
}

#[tokio::test]
async fn bad_paths_and_queries_name_the_parameter() {
    let app = app();
    let token = app.token(Role::Supervisor);
    let id = uuid::Uuid::new_v4();
    let answer = app.get("/v1/units/water/notes/17", &token).await;
    assert_eq!(
        (answer.code(), answer.body["field"].as_str()),
        ((400, "invalid_field"), Some("note_id"))
    );
    for (query, code, field) in [
        ("limit=x", "invalid_field", "limit"),
        ("limit=500", "invalid_field", "limit"),
        ("colour=red", "unknown_field", "colour"),
    ] {
        let answer = app
            .get(&format!("/v1/units/water/notes/{id}?{query}"), &token)
            .await;
        assert_eq!(
            (answer.code(), answer.body["field"].as_str()),
            ((400, code), Some(field)),
            "{query}"
        );
    }
    let answer = app
        .get(&format!("/v1/units/water/notes/{id}?limit=7"), &token)
        .await;
    assert_eq!((answer.status, answer.body["limit"].as_u64()), (200, Some(7)));
}

#[tokio::test]
async fn the_language_follows_the_caller() {
    let app = app();
    let request = request(Method::POST, "/v1/notes", &app.token(Role::Agent))
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT_LANGUAGE, "zh-CN")
        .header("idempotency-key", "k")
        .body(Body::from(note("locked")))
        .unwrap();
    let answer = app.send(request).await;
    assert_eq!(answer.code(), (409, "note_locked"));
    assert_eq!(
        (answer.body["title"].as_str(), answer.body["detail"].as_str()),
        (Some("便笺已锁定"), Some("至周一"))
    );
    assert_eq!(answer.headers[header::CONTENT_LANGUAGE], "zh");
    let answer = app.write(note("locked")).await;
    assert_eq!(answer.body["title"], "the note is locked");
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_problems() {
    let app = app();
    assert_eq!(app.get("/v2/notes", "").await.code(), (404, "route_unknown"));
    let delete = request(Method::DELETE, "/v1/notes", "")
        .body(Body::empty())
        .unwrap();
    assert_eq!(app.send(delete).await.code(), (405, "method_not_allowed"));
}

#[tokio::test]
async fn failures_and_panics_show_only_the_request_id() {
    let app = app();
    for text in ["fail", "panic"] {
        let answer = app.write(note(text)).await;
        assert_eq!(answer.code(), (500, "internal"));
        assert_eq!(
            answer.body["request_id"].as_str(),
            answer.headers["x-request-id"].to_str().ok()
        );
        assert!(
            !answer.text.contains("disk") && !answer.text.contains("asked to"),
            "{}",
            answer.text
        );
    }
}

/// No table takes U+0000, so it is refused before it reaches one.
#[tokio::test]
async fn nul_is_refused_by_name_in_body_path_and_query() {
    let app = app();
    let token = app.token(Role::Supervisor);
    let id = uuid::Uuid::new_v4();
    for (answer, field) in [
        (app.write(note("a\0b")).await, "text"),
        (
            app.get(&format!("/v1/units/a%00/notes/{id}"), &token).await,
            "unit",
        ),
        (
            app.get(&format!("/v1/units/water/notes/{id}?limit=%00"), &token)
                .await,
            "limit",
        ),
    ] {
        assert_eq!(
            (answer.code(), answer.body["field"].as_str()),
            ((400, "invalid_field"), Some(field))
        );
    }
}

/// The addresses of a standard tell problems in its own shape, the port's own ones, too; headers stay.
#[tokio::test]
async fn some_addresses_have_a_shape_of_their_own() {
    let app = app();
    let told = app.get("/standard/nothing", "").await;
    assert_eq!(
        (told.status, &told.headers[header::CONTENT_TYPE]),
        (404, &"text/plain".parse().unwrap())
    );
    assert_eq!(told.text, "/standard/nothing: route_unknown see /v1/openapi.json");
    assert!(told.headers.contains_key("x-request-id"));
    let ours = app.get("/v1/nothing", "").await;
    assert_eq!(ours.headers[header::CONTENT_TYPE], "application/problem+json");
}
