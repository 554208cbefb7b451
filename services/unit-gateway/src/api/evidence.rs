//! What the two downloads share.
use crate::ctx::Ctx;
use crate::usecases::read_handling::read_attachment;
use axum::response::{IntoResponse as _, Response};
use contracts::ids::{OrderId, UnitCode};
use http::{HeaderName, HeaderValue, header};
use std::fmt::Write as _;
use uuid::Uuid;
use web::Problem;

/// The content, as a file that no browser runs.
pub(super) async fn content(
    ctx: &Ctx,
    order_id: OrderId,
    reader: Option<(&UnitCode, &str)>,
    attachment_id: Uuid,
) -> Result<Response, Problem> {
    let found = read_attachment(ctx, order_id, reader, attachment_id)
        .await
        .map_err(|error| {
            tracing::error!(error = %format!("{error:#}"), "evidence not read");
            Problem::unavailable(5)
        })?;
    let (row, content) = found.ok_or_else(|| {
        Problem::not_found("attachment_unknown", "there is no such attachment").detail_zh("没有此附件")
    })?;
    let mut response = content.into_response();
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, &row.media_type);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(
        header::CONTENT_DISPOSITION,
        &format!("attachment; filename*=UTF-8''{}", encoded(&row.name)),
    );
    Ok(response)
}

/// RFC 8187.
fn encoded(name: &str) -> String {
    name.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}
