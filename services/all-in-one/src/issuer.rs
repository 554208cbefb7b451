//! The development issuer: discovery document and keys, on loopback only. Tokens are minted by `hotline token`.
use crate::layout::Layout;
use anyhow::Context;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use web::auth::Role;
use web::dev_issuer::{DevIssuer, assert_loopback};

/// Where it listens.
pub const LISTEN: &str = "127.0.0.1:8109";
/// Its name in tokens; the services' default.
pub const ISSUER: &str = "http://127.0.0.1:8109";
const AUDIENCE: &str = "hotline";
/// A day's work.
const TOKEN_LIFE: Duration = Duration::from_secs(12 * 3_600);

/// The issuer of a run folder; its key is kept there.
///
/// # Errors
/// When the key cannot be read or made.
pub fn open(layout: &Layout) -> anyhow::Result<DevIssuer> {
    let key = layout.issuer_key();
    DevIssuer::open(&key, ISSUER, AUDIENCE).with_context(|| format!("issuer key {}", key.display()))
}

/// A token for a day.
#[must_use]
pub fn token(issuer: &DevIssuer, role: Role, unit: Option<&str>) -> String {
    let subject = unit.map_or_else(
        || format!("dev-{}", role.as_str()),
        |unit| format!("dev-{}-{unit}", role.as_str()),
    );
    issuer.mint(role, unit, &subject, TOKEN_LIFE)
}

/// Serves discovery and keys until cancelled.
///
/// # Errors
/// When the address is not loopback or taken.
pub async fn serve(issuer: &DevIssuer, listen: SocketAddr, cancel: CancellationToken) -> anyhow::Result<()> {
    assert_loopback(listen)?;
    let keys: serde_json::Value = serde_json::from_str(issuer.jwks())?;
    let discovery = json!({
        "issuer": ISSUER,
        "jwks_uri": format!("{ISSUER}/jwks.json"),
        "id_token_signing_alg_values_supported": ["EdDSA"],
        "subject_types_supported": ["public"],
    });
    let router = Router::new()
        .route(
            "/.well-known/openid-configuration",
            get(move || std::future::ready(Json(discovery.clone()))),
        )
        .route("/jwks.json", get(move || std::future::ready(Json(keys.clone()))));
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("listen on {listen}"))?;
    web::serve(listener, router, cancel, Duration::from_secs(1)).await?;
    Ok(())
}
