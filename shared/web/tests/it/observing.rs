//! Request ids, spans, metrics, and that none of them tells who called about what.
use axum::body::Body;
use http::{Method, header};
use web::auth::Role;

use crate::app::{app, note, request};

#[tokio::test]
async fn a_sane_request_id_is_kept_and_others_are_replaced() {
    let app = app();
    for (given, kept) in [
        ("trace-7.a_b", true),
        ("has space", false),
        ("13812345678", false),
        ("", false),
    ] {
        let request = request(Method::GET, "/v1/greeting", "").header("x-request-id", given);
        let answer = app.send(request.body(Body::empty()).unwrap()).await;
        let id = answer.headers["x-request-id"].to_str().unwrap();
        assert_eq!(id == given, kept, "{given} -> {id}");
        assert!(kept || id.len() == 36);
    }
}

#[tokio::test]
async fn the_span_continues_the_callers_trace_and_holds_no_personal_data() {
    let captured = telemetry::testing::install();
    let app = app();
    let trace_id = uuid::Uuid::new_v4().simple().to_string();
    let id = uuid::Uuid::new_v4();
    let path = format!("/v1/units/water-13912345678/notes/{id}?colour=WangXiaoming");
    let request = request(Method::GET, &path, &app.token(Role::Supervisor))
        .header("traceparent", format!("00-{trace_id}-00f067aa0ba902b7-01"))
        .header(header::USER_AGENT, "Phone 13912345678");
    let answer = app.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(
        (answer.status, answer.body["trace_id"].as_str()),
        (400, Some(trace_id.as_str()))
    );
    let spans = captured.trace(&trace_id);
    assert_eq!(spans.len(), 1, "{spans:?}");
    assert_eq!(
        (spans[0].name.as_str(), spans[0].parent_span_id.as_str()),
        ("api.get_note", "00f067aa0ba902b7")
    );
    for (key, value) in [
        ("http.route", "/v1/units/{unit}/notes/{note_id}"),
        ("http.response.status_code", "400"),
        ("service", "notes"),
    ] {
        assert!(
            spans[0].attributes.contains(&(key.into(), value.into())),
            "{key}: {spans:?}"
        );
    }
    let told = format!("{spans:?} {}", captured.logs());
    for secret in ["13912345678", "WangXiaoming", &id.to_string()] {
        assert!(!told.contains(secret), "{secret} in {told}");
    }
}

#[tokio::test]
async fn an_internal_failure_is_logged_once_with_phones_masked() {
    let captured = telemetry::testing::install();
    let answer = app().write(note("fail")).await;
    let request_id = answer.body["request_id"].as_str().unwrap();
    let logs = captured.logs();
    let lines: Vec<&str> = logs
        .lines()
        .filter(|line| line.contains(request_id) && line.contains("ERROR"))
        .collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(
        lines[0].contains("the disk of *** is full") && lines[0].contains("\"service\":\"notes\""),
        "{}",
        lines[0]
    );
}

#[tokio::test]
async fn requests_are_counted_by_route_not_by_path() {
    let app = app();
    app.write(note("a")).await;
    app.get("/v1/units/water/notes/1", "").await;
    app.get("/nowhere/13912345678", "").await;
    let text = app.metrics.render();
    for line in [
        r#"http_requests_total{method="POST",route="/v1/notes",status="201",service="notes"} 1"#,
        r#"http_requests_total{method="GET",route="/v1/units/{unit}/notes/{note_id}",status="401",service="notes"} 1"#,
        r#"http_requests_total{method="GET",route="unmatched",status="404",service="notes"} 1"#,
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    assert!(!text.contains("13912345678"));
}
