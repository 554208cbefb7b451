//! `/v1/peers/{code}/keys` and `/access`: with what a peer calls us, and with what we call it.
use super::{error, transfer_error};
use crate::ctx::Ctx;
use crate::domain::invalid::Invalid;
use crate::links::{OUR_KEY, OUR_SECRET, THEIR_SECRET};
use crate::usecases::keep_peers;
use axum::extract::State;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;
use web::signature::{self, SECRET_BYTES};
use web::{Json, Path, Problem};

/// What every key of a peer begins with.
pub const PEER_KEY_PREFIX: &str = "pk_";
const KEY_CHARS_MAX: usize = 256;

/// What is stored of a key and looked up. No salt: 256 random bits cannot be guessed.
#[must_use]
pub fn peer_key_hash(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

/// With what a hotline calls another.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PeerKeys {
    /// Sent as `Authorization: Bearer`.
    key: String,
    /// Signs every call: `whsec_` and base64, as in Standard Webhooks.
    secret: String,
}

/// Makes the key and the secret with which the peer calls us; those of before end. Shown now and never again.
#[utoipa::path(
    post, path = "/v1/peers/{code}/keys", params(("code" = String, Path)),
    responses((status = 201, body = PeerKeys), (status = 404, description = "`peer_unknown`"))
)]
pub(super) async fn issue_keys(
    State(ctx): State<Ctx>,
    Path(code): Path<String>,
) -> Result<(StatusCode, Json<PeerKeys>), Problem> {
    let key = format!(
        "{PEER_KEY_PREFIX}{}",
        URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
    );
    let secret = signature::present(&rand::random::<[u8; SECRET_BYTES]>());
    let sealed = ctx.links.vault.seal_secret(&code, THEIR_SECRET, &secret);
    let known = keep_peers::issue(&ctx.db, &code, &peer_key_hash(&key), &sealed)
        .await
        .map_err(|problem| error::database(&problem))?;
    if !known {
        return Err(transfer_error::peer_unknown());
    }
    Ok((StatusCode::CREATED, Json(PeerKeys { key, secret })))
}

/// Keeps the key and the secret that the peer has given us.
#[utoipa::path(
    put, path = "/v1/peers/{code}/access", params(("code" = String, Path)), request_body = PeerKeys,
    responses(
        (status = 204, description = "kept"),
        (status = 404, description = "`peer_unknown`"),
        (status = 422, description = "`field` names the place"),
    )
)]
pub(super) async fn keep_access(
    State(ctx): State<Ctx>,
    Path(code): Path<String>,
    Json(body): Json<PeerKeys>,
) -> Result<StatusCode, Problem> {
    if signature::read(&body.secret).is_none() {
        let rule = Invalid::new(
            "secret",
            "must be whsec_ and base64 of 24 to 64 bytes",
            "须为 whsec_ 加 24 至 64 字节的 base64",
        );
        return Err(error::invalid(rule));
    }
    let key = body.key.trim();
    if key.is_empty() || key.chars().count() > KEY_CHARS_MAX || !key.is_ascii() {
        return Err(error::invalid(Invalid::new(
            "key",
            "must be 1 to 256 ASCII characters",
            "须为 1 至 256 个 ASCII 字符",
        )));
    }
    let seal = |name, value: &str| ctx.links.vault.seal_secret(&code, name, value);
    let known = keep_peers::keep(
        &ctx.db,
        &code,
        &seal(OUR_KEY, key),
        &seal(OUR_SECRET, &body.secret),
    )
    .await
    .map_err(|problem| error::database(&problem))?;
    if known {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(transfer_error::peer_unknown())
    }
}
