//! What a caller reads, in both languages, inside and outside of a request.
use super::*;

const TEXTS: &[Text] = &[Text::new("order_closed", "the order is closed", "工单已办结")];

async fn body(problem: Problem) -> (http::response::Parts, Value) {
    let (parts, body) = problem.into_response().into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    (parts, serde_json::from_slice(&bytes).unwrap())
}

#[tokio::test]
async fn the_document_is_in_the_language_of_the_request() {
    let request = RequestContext {
        lang: Lang::Zh,
        request_id: Some("r-1".into()),
        texts: TEXTS,
    };
    let problem = Problem::conflict("order_closed", "closed on Friday")
        .detail_zh("周五已办结")
        .field("order_id")
        .with("state", "closed");
    let (parts, document) = request.scope(body(problem)).await;
    assert_eq!(parts.status, 409);
    assert_eq!(parts.headers[header::CONTENT_TYPE], MEDIA_TYPE);
    assert_eq!(parts.headers[header::CONTENT_LANGUAGE], "zh");
    let expected = serde_json::json!({
        "type": "urn:hotline:problem:order_closed", "title": "工单已办结", "status": 409, "code": "order_closed",
        "detail": "周五已办结", "field": "order_id", "request_id": "r-1", "state": "closed",
    });
    assert_eq!(document, expected);
}

#[tokio::test]
async fn english_is_the_default_and_unknown_codes_have_a_title() {
    let (_, document) = body(Problem::not_found("nowhere", "no such order").detail_zh("无")).await;
    assert_eq!(
        (&document["title"], &document["detail"]),
        (&"Not Found".into(), &"no such order".into())
    );
}

#[tokio::test]
async fn headers_follow_the_kind() {
    let (parts, _) = body(Problem::too_many_requests(3)).await;
    assert_eq!(parts.headers[header::RETRY_AFTER], "3");
    let (parts, _) = body(Problem::unavailable(5)).await;
    assert_eq!(
        (parts.status.as_u16(), &parts.headers[header::RETRY_AFTER]),
        (503, &"5".parse().unwrap())
    );
    let (parts, _) = body(Problem::unauthorized("token_missing", "no token")).await;
    assert_eq!(
        parts.headers[header::WWW_AUTHENTICATE],
        r#"Bearer realm="hotline""#
    );
}

#[tokio::test]
async fn an_internal_failure_shows_nothing_of_its_cause() {
    let cause = std::io::Error::other("connection to 10.0.0.3 refused");
    let (parts, document) = body(Problem::internal(&cause)).await;
    assert_eq!(
        (parts.status.as_u16(), &document["code"]),
        (500, &"internal".into())
    );
    assert!(!document.to_string().contains("10.0.0.3"));
}
