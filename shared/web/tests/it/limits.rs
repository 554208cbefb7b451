//! Too large, too slow, too many, too often.
use axum::body::Body;
use http::{Method, header};
use web::HttpConfig;
use web::auth::Role;

use crate::app::{IMPORT_MAX_BYTES, app, app_with, note, request};

#[tokio::test]
async fn a_large_body_is_413_whether_announced_or_not() {
    let app = app();
    let large = note(&"a".repeat(2000));
    let announced = request(Method::POST, "/v1/notes", "").header(header::CONTENT_LENGTH, large.len());
    let answer = app.send(announced.body(Body::from(large.clone())).unwrap()).await;
    assert_eq!(answer.code(), (413, "body_too_large"));
    let says_the_limit = |answer: &crate::app::Answer| {
        let detail = answer.body["detail"].as_str().unwrap().to_owned();
        assert_eq!(detail, "at most 1000 bytes are read here: send less, or in parts");
    };
    says_the_limit(&answer);
    let chunks = futures::stream::iter(
        large
            .into_bytes()
            .chunks(100)
            .map(<[u8]>::to_vec)
            .collect::<Vec<_>>(),
    );
    let chunks = futures::StreamExt::map(chunks, Ok::<_, std::io::Error>);
    let answer = app.write(Body::from_stream(chunks)).await;
    assert_eq!(answer.code(), (413, "body_too_large"));
    says_the_limit(&answer);
}

#[tokio::test]
async fn a_route_for_bulk_data_has_a_limit_of_its_own() {
    let app = app();
    let (large, too_large) = (note(&"a".repeat(2000)), note(&"a".repeat(IMPORT_MAX_BYTES)));
    assert_eq!(app.write_to("/v1/notes/import", large.clone()).await.status, 200);
    assert_eq!(app.write(large).await.code(), (413, "body_too_large"));
    let announced = request(Method::POST, "/v1/notes/import", "")
        .header(header::CONTENT_LENGTH, too_large.len())
        .body(Body::empty());
    assert_eq!(app.send(announced.unwrap()).await.code(), (413, "body_too_large"));
    let read = app.write_to("/v1/notes/import", too_large).await;
    assert_eq!(read.code(), (413, "body_too_large"));
}

#[tokio::test(start_paused = true)]
async fn a_slow_handler_is_cut_off() {
    let answer = app().write(note("slow")).await;
    assert_eq!(answer.code(), (504, "timeout"));
}

#[tokio::test(start_paused = true)]
async fn more_than_the_limit_at_once_is_shed_and_room_comes_back() {
    let app = app_with(HttpConfig {
        concurrency_max: 1,
        timeout_ms: 1000,
        ..HttpConfig::default()
    });
    let (slow, shed) = tokio::join!(biased; app.write(note("slow")), app.get("/v1/greeting", ""));
    assert_eq!(slow.status, 504);
    assert_eq!(
        (shed.code(), &shed.headers[header::RETRY_AFTER]),
        ((503, "unavailable"), &"1".parse().unwrap())
    );
    assert_eq!(app.get("/v1/greeting", "").await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn each_caller_has_a_rate_of_its_own() {
    let app = app_with(HttpConfig {
        rate_per_second_max: 2,
        ..HttpConfig::default()
    });
    let (fast, id) = (app.token(Role::Supervisor), uuid::Uuid::new_v4());
    let path = format!("/v1/units/water/notes/{id}");
    assert_eq!(
        [
            app.get(&path, &fast).await.status,
            app.get(&path, &fast).await.status
        ],
        [200, 200]
    );
    let refused = app.get(&path, &fast).await;
    assert_eq!(refused.code(), (429, "rate_limited"));
    assert_eq!(refused.headers[header::RETRY_AFTER], "1");
    assert_eq!(app.get(&path, "uk_good").await.status, 200);
    tokio::time::advance(std::time::Duration::from_secs(1)).await;
    assert_eq!(app.get(&path, &fast).await.status, 200);
}

/// Behind no valid token there is only an address, and trying keys costs it what calling costs others.
#[tokio::test(start_paused = true)]
async fn refused_keys_are_counted_by_address() {
    let app = app_with(HttpConfig {
        rate_per_second_max: 2,
        ..HttpConfig::default()
    });
    let path = format!("/v1/units/water/notes/{}", uuid::Uuid::new_v4());
    let mut tried = Vec::new();
    for key in ["uk_1", "uk_2", "uk_3"] {
        tried.push(app.get(&path, key).await.status);
    }
    assert_eq!(tried, [401, 401, 429]);
    assert_eq!(
        app.get(&path, "uk_good").await.status,
        200,
        "who has a key has a bucket of his own"
    );
}
