//! `/v1/peers/{code}/keys` and `/access`: with what a peer calls us, and with what we call it.
use super::views::local;
use super::{error, transfer_error};
use crate::ctx::Ctx;
use crate::domain::invalid::Invalid;
use crate::links::{OUR_KEY, OUR_SECRET, THEIR_SECRET};
use crate::usecases::keep_peers;
use crate::usecases::rotate_keys::{self, Issue, NewKey, PeerKey, RotateKeys};
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, FixedOffset};
use contracts::cause::{Asked, Cause};
use db::ExecuteError;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
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

/// Makes a key and a secret with which the peer calls us, shown now and never again; `Location` is the key's own address. The key
/// before stays valid for `key_overlap_secs` (7 days), so that the peer can change over; those before that end.
#[utoipa::path(
    post, path = "/v1/peers/{code}/keys", params(("code" = String, Path)),
    responses(
        (status = 201, body = PeerKeys, headers(("Location" = String))),
        (status = 404, description = "`peer_unknown`"),
    )
)]
pub(super) async fn issue_keys(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(code): Path<String>,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<PeerKeys>), Problem> {
    let key = format!(
        "{PEER_KEY_PREFIX}{}",
        URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
    );
    let secret = signing::present(&rand::random::<[u8; signing::SECRET_BYTES]>());
    let key_id = Uuid::now_v7();
    let location = format!("/v1/peers/{code}/keys/{key_id}");
    let by = format!("agent:{}", principal.subject);
    let issue = Issue {
        key: NewKey {
            key_id,
            key_hash: peer_key_hash(&key),
            secret: ctx.links.vault.seal_secret(&code, THEIR_SECRET, &secret),
            by: by.clone(),
        },
        peer: code,
    };
    let work = RotateKeys {
        overlap: ctx.transfers.key_overlap(),
    };
    let asked = Asked {
        cause: Cause::asked_by(by, telemetry::propagation::current_traceparent()),
        command: issue,
    };
    match ctx.db.execute(&work, asked).await {
        Ok(()) => Ok((
            StatusCode::CREATED,
            [(header::LOCATION, location)],
            Json(PeerKeys { key, secret }),
        )),
        Err(ExecuteError::Db(problem)) => Err(error::database(&problem)),
        Err(ExecuteError::Refused(_)) => Err(transfer_error::peer_unknown()),
    }
}

/// A key with which a peer calls us.
#[derive(Serialize, ToSchema)]
struct IssuedKeyBody {
    key_id: Uuid,
    made_at: DateTime<FixedOffset>,
    /// Not valid from then on; absent = until another takes its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_at: Option<DateTime<FixedOffset>>,
}

/// Keys, the newest first.
#[derive(Serialize, ToSchema)]
pub(super) struct IssuedKeysBody {
    items: Vec<IssuedKeyBody>,
}

/// The keys with which a peer calls us or has called us, the newest first, without what is secret.
#[utoipa::path(
    get, path = "/v1/peers/{code}/keys", params(("code" = String, Path)),
    responses((status = 200, body = IssuedKeysBody))
)]
pub(super) async fn list_keys(
    State(ctx): State<Ctx>,
    Path(code): Path<String>,
) -> Result<Json<IssuedKeysBody>, Problem> {
    let keys = rotate_keys::list(&ctx.db, &code).await;
    let keys = keys.map_err(|problem| error::database(&problem))?;
    let shown = |key: PeerKey| IssuedKeyBody {
        key_id: key.key_id,
        made_at: local(key.made_at, ctx.offset),
        ends_at: key.ends_at.map(|at| local(at, ctx.offset)),
    };
    Ok(Json(IssuedKeysBody {
        items: keys.into_iter().map(shown).collect(),
    }))
}

/// Ends a key now. Said again it changes nothing.
#[utoipa::path(
    delete, path = "/v1/peers/{code}/keys/{key_id}", params(("code" = String, Path), ("key_id" = Uuid, Path)),
    responses((status = 204, description = "ended"), (status = 404, description = "`key_unknown`"))
)]
pub(super) async fn end_key(
    State(ctx): State<Ctx>,
    Path((code, key_id)): Path<(String, Uuid)>,
) -> Result<StatusCode, Problem> {
    let known = rotate_keys::end(&ctx.db, &code, key_id).await;
    if known.map_err(|problem| error::database(&problem))? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(transfer_error::key_unknown())
    }
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
    if signing::read(&body.secret).is_none() {
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
