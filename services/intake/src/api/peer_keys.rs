//! `/v1/peers/{code}/keys` and `/access`: with what a peer calls us, and with what we call it.
use super::views::local;
use super::{error, transfer_error};
use crate::ctx::Ctx;
use crate::domain::invalid::Invalid;
use crate::links::{OUR_KEY, OUR_SECRET, THEIR_SECRET};
use crate::usecases::keep_peers;
use crate::usecases::rotate_keys::{self, Holder, Issue, Made, NewKey, PeerKey, RotateKeys, Signs};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, FixedOffset, Utc};
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
    /// Signs every call (`v1`): `whsec_` and base64, as in Standard Webhooks. Absent = the caller signs with a private key of its
    /// own (`v1a`), and there is no secret that both sides have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

/// How the peer will sign.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct IssueKeysBody {
    /// The public half of a private key of the peer: `whpk_` and base64 of an Ed25519 key, as in Standard Webhooks. Absent = it
    /// signs with a secret that is made here.
    #[serde(default)]
    #[schema(example = "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")]
    public_key: Option<String>,
}

/// Makes a key, and a secret unless the peer signs with a private key of its own, with which the peer calls us; shown now and
/// never again; `Location` is the key's own address. The key before stays valid for `key_overlap_secs` (7 days), so that the peer
/// can change over, also from a secret to a private key; those before that end.
#[utoipa::path(
    post, path = "/v1/peers/{code}/keys", params(("code" = String, Path)), request_body = Option<IssueKeysBody>,
    responses(
        (status = 201, body = PeerKeys, headers(("Location" = String))),
        (status = 404, description = "`peer_unknown`"),
        (status = 422, description = "`field` names the place"),
    )
)]
pub(super) async fn issue_keys(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(code): Path<String>,
    body: Bytes,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<PeerKeys>), Problem> {
    let key = format!(
        "{PEER_KEY_PREFIX}{}",
        URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
    );
    let (secret, signs) = signs(&ctx, &code, &body)?;
    let key_id = Uuid::now_v7();
    let location = format!("/v1/peers/{code}/keys/{key_id}");
    let by = format!("agent:{}", principal.subject);
    let issue = Issue {
        key: Made::Theirs(NewKey {
            key_id,
            key_hash: peer_key_hash(&key),
            signs,
            by: by.clone(),
        }),
        peer: code,
    };
    rotate(&ctx, issue, by).await?;
    Ok((
        StatusCode::CREATED,
        [(header::LOCATION, location)],
        Json(PeerKeys { key, secret }),
    ))
}

/// Puts a new key in the place of the one before; answers when it was made.
pub(super) async fn rotate(ctx: &Ctx, issue: Issue, by: String) -> Result<DateTime<Utc>, Problem> {
    let work = RotateKeys {
        overlap: ctx.transfers.key_overlap(),
    };
    let asked = Asked {
        cause: Cause::asked_by(by, telemetry::propagation::current_traceparent()),
        command: issue,
    };
    let made = ctx.db.execute(&work, asked).await;
    made.map_err(|refused| match refused {
        ExecuteError::Db(problem) => error::database(&problem),
        ExecuteError::Refused(_) => transfer_error::peer_unknown(),
    })
}

/// With what the holder of a new key will sign: its own private key, or a secret, which it is to be told.
fn signs(ctx: &Ctx, code: &str, body: &[u8]) -> Result<(Option<String>, Signs), Problem> {
    let wanted: IssueKeysBody = if body.is_empty() {
        IssueKeysBody::default()
    } else {
        Json::parse(body)?
    };
    if let Some(public_key) = wanted.public_key {
        if signing::PublicKey::read(&public_key).is_none() {
            let rule = Invalid::new(
                "public_key",
                "must be whpk_ and base64 of an Ed25519 key, 32 bytes",
                "须为 whpk_ 加 32 字节 Ed25519 公钥的 base64",
            );
            return Err(error::invalid(rule));
        }
        return Ok((None, Signs::Privately(public_key)));
    }
    let secret = signing::present(&rand::random::<[u8; signing::SECRET_BYTES]>());
    let sealed = ctx.links.vault.seal_secret(code, THEIR_SECRET, &secret);
    Ok((Some(secret), Signs::Secret(sealed)))
}

/// A key with which a peer calls us.
#[derive(Serialize, ToSchema)]
struct IssuedKeyBody {
    key_id: Uuid,
    made_at: DateTime<FixedOffset>,
    /// Not valid from then on; absent = until another takes its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_at: Option<DateTime<FixedOffset>>,
    /// What the peer's signatures are checked with; absent = a shared secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    public_key: Option<String>,
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
    let keys = rotate_keys::list(&ctx.db, &code, Holder::Peer).await;
    let keys = keys.map_err(|problem| error::database(&problem))?;
    let shown = |key: PeerKey| IssuedKeyBody {
        key_id: key.key_id,
        made_at: local(key.made_at, ctx.offset),
        ends_at: key.ends_at.map(|at| local(at, ctx.offset)),
        public_key: key.public_key,
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
    end(&ctx, &code, Holder::Peer, key_id).await
}

/// Ends a key of a holder.
pub(super) async fn end(ctx: &Ctx, code: &str, holder: Holder, key_id: Uuid) -> Result<StatusCode, Problem> {
    let known = rotate_keys::end(&ctx.db, code, holder, key_id).await;
    if known.map_err(|problem| error::database(&problem))? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(transfer_error::key_unknown())
    }
}

/// Keeps the key and the secret that the peer has given us. Without a secret, what we send it is signed with our private keys only
/// (`/signing-keys`), of which there must be one.
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
    let secret = body.secret.as_deref();
    signs_somehow(&ctx, &code, secret).await?;
    let key = body.key.trim();
    if key.is_empty() || key.chars().count() > KEY_CHARS_MAX || !key.is_ascii() {
        return Err(error::invalid(Invalid::new(
            "key",
            "must be 1 to 256 ASCII characters",
            "须为 1 至 256 个 ASCII 字符",
        )));
    }
    let seal = |name, value: &str| ctx.links.vault.seal_secret(&code, name, value);
    let secret = secret.map(|secret| seal(OUR_SECRET, secret));
    let known = keep_peers::keep(&ctx.db, &code, &seal(OUR_KEY, key), secret.as_deref())
        .await
        .map_err(|problem| error::database(&problem))?;
    if known {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(transfer_error::peer_unknown())
    }
}

/// There must be something to sign with.
async fn signs_somehow(ctx: &Ctx, code: &str, secret: Option<&str>) -> Result<(), Problem> {
    let rule = match secret {
        Some(secret) if signing::read(secret).is_some() => return Ok(()),
        Some(_) => Invalid::new(
            "secret",
            "must be whsec_ and base64 of 24 to 64 bytes",
            "须为 whsec_ 加 24 至 64 字节的 base64",
        ),
        None => {
            let known = keep_peers::get_peer(&ctx.db, code).await;
            let known = known.map_err(|problem| error::database(&problem))?;
            // Of an unknown peer that is said, and not what it lacks.
            if known.is_none_or(|(_, keys)| !keys.our_seeds.is_empty()) {
                return Ok(());
            }
            Invalid::new(
                "secret",
                "give it, or make a signing key first",
                "请提供密钥，或先生成签名私钥",
            )
        }
    };
    Err(error::invalid(rule))
}
