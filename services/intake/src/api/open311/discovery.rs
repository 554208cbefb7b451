//! `GET /open311/v2/discovery`: where the door is and which formats it speaks.
use super::door::Door;
use crate::ctx::Ctx;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

/// When this door changed last in a way that its users notice.
const CHANGESET: &str = "2026-11-28T00:00:00Z";
const SPECIFICATION: &str = "http://wiki.open311.org/GeoReport_v2";

/// Service discovery.
#[utoipa::path(get, path = "/open311/v2/discovery", tag = "open311",
    responses((status = 200, description = "where the door is", content_type = "application/json")))]
pub(super) async fn discovery(State(ctx): State<Ctx>, door: Door) -> Response {
    let config = &ctx.open311;
    let value = json!({
        "changeset": CHANGESET,
        "contact": config.contact,
        "key_service": config.contact,
        "endpoints": [{
            "specification": SPECIFICATION,
            "url": format!("{}/open311/v2", config.url.trim_end_matches('/')),
            "changeset": CHANGESET,
            "type": "production",
            "formats": ["application/json", "text/xml"],
        }],
    });
    door.answer(Ok((StatusCode::OK, "discovery", value)))
}
