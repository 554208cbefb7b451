//! `/v1/peers`: the other hotlines, their keys and ours, and the daily comparison.
use super::views::local;
use super::{error, transfer_error};
use crate::ctx::Ctx;
use crate::domain::peer::{Difference, Peer};
use crate::domain::{invalid, invalid::Invalid};
use crate::links::{OUR_KEY, OUR_SECRET, THEIR_SECRET};
use crate::usecases::keep_peers::{self, Reconciliation};
use axum::extract::State;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::auth::Principal;
use web::signature::{self, SECRET_BYTES};
use web::{Json, Path, Problem, Query};

/// What every key of a peer begins with.
pub const PEER_KEY_PREFIX: &str = "pk_";
const NAME_CHARS_MAX: usize = 60;
const MATTERS_MAX: usize = 1_000;
const KEY_CHARS_MAX: usize = 256;

/// What is stored of a key and looked up. No salt: 256 random bits cannot be guessed.
#[must_use]
pub fn peer_key_hash(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

/// Another hotline.
#[derive(Serialize, ToSchema)]
pub(super) struct PeerAnswer {
    code: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    matters: Vec<String>,
    active: bool,
}

impl From<Peer> for PeerAnswer {
    fn from(peer: Peer) -> Self {
        Self {
            code: peer.code,
            name: peer.name,
            url: peer.url,
            matters: peer.matters,
            active: peer.active,
        }
    }
}

/// What is known of another hotline.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PutPeerBody {
    /// At most 60 characters.
    #[schema(example = "公共法律服务热线")]
    name: String,
    /// Base address of its door, https; absent = it cannot be called.
    #[serde(default)]
    url: Option<String>,
    /// Catalogue entries whose cases are its.
    #[serde(default)]
    matters: Vec<String>,
    /// False = nothing is offered to it or taken from it.
    #[serde(default = "yes")]
    #[schema(default = true)]
    active: bool,
}

const fn yes() -> bool {
    true
}

/// Keeps what is known of another hotline; its keys stay.
#[utoipa::path(
    put, path = "/v1/peers/{code}", params(("code" = String, Path)), request_body = PutPeerBody,
    responses((status = 200, body = PeerAnswer), (status = 422, description = "`field` names the place"))
)]
pub(super) async fn put_peer(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(code): Path<String>,
    Json(body): Json<PutPeerBody>,
) -> Result<Json<PeerAnswer>, Problem> {
    let peer = checked(&ctx, &code, body).map_err(error::invalid)?;
    let by = format!("agent:{}", principal.subject);
    keep_peers::put_peer(&ctx.db, &peer, &by)
        .await
        .map_err(|problem| error::database(&problem))?;
    Ok(Json(peer.into()))
}

fn checked(ctx: &Ctx, code: &str, body: PutPeerBody) -> Result<Peer, Invalid> {
    let missing = || {
        Invalid::new(
            "code",
            "must be 1 to 32 letters, digits, - or _",
            "须为 1 至 32 位字母、数字、- 或 _",
        )
    };
    let code = invalid::code_if_given("code", Some(code))?.ok_or_else(missing)?;
    if code == ctx.transfers.own_code {
        return Err(Invalid::new("code", "is this hotline's own", "为本热线代码"));
    }
    if body
        .url
        .as_deref()
        .is_some_and(|url| !ctx.links.client.accepts(url))
    {
        return Err(Invalid::new("url", "must be an https address", "须为 https 地址"));
    }
    if body.matters.len() > MATTERS_MAX {
        return Err(Invalid::new("matters", "at most 1000", "最多 1000 项"));
    }
    let mut matters = Vec::with_capacity(body.matters.len());
    for matter in &body.matters {
        matters.extend(invalid::code_if_given("matters", Some(matter))?);
    }
    Ok(Peer {
        code,
        name: invalid::text("name", &body.name, NAME_CHARS_MAX)?,
        url: body.url,
        matters,
        active: body.active,
    })
}

/// Which hotlines are wanted.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListPeers {
    /// Only those whose cases this catalogue entry's are.
    matter: Option<String>,
}

/// The other hotlines, by code.
#[derive(Serialize, ToSchema)]
pub(super) struct PeersAnswer {
    items: Vec<PeerAnswer>,
}

/// The other hotlines; with `matter`, those to which such a case goes.
#[utoipa::path(get, path = "/v1/peers", responses((status = 200, body = PeersAnswer)))]
pub(super) async fn list_peers(
    State(ctx): State<Ctx>,
    Query(wanted): Query<ListPeers>,
) -> Result<Json<PeersAnswer>, Problem> {
    let found = keep_peers::list_peers(&ctx.db, wanted.matter.as_deref()).await;
    let found = found.map_err(|problem| error::database(&problem))?;
    Ok(Json(PeersAnswer {
        items: found.into_iter().map(Into::into).collect(),
    }))
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

/// What a comparison with a peer found.
#[derive(Serialize, ToSchema)]
pub(super) struct ReconciliationBody {
    peer: String,
    /// Transfers offered from then on.
    since: DateTime<FixedOffset>,
    /// Transfers that either side knows.
    compared: i32,
    /// Where they differ; empty = agreement.
    differences: Vec<DifferenceBody>,
    made_at: DateTime<FixedOffset>,
}

/// Where two sides differ about one transfer.
#[derive(Serialize, ToSchema)]
struct DifferenceBody {
    transfer_id: Uuid,
    /// How it stands here; absent = unknown here.
    #[serde(skip_serializing_if = "Option::is_none")]
    here: Option<String>,
    /// How it stands there; absent = unknown there.
    #[serde(skip_serializing_if = "Option::is_none")]
    there: Option<String>,
    /// How many say that they own the case.
    owners: u8,
}

impl ReconciliationBody {
    fn of(made: Reconciliation, offset: FixedOffset) -> Self {
        let difference = |difference: Difference| DifferenceBody {
            transfer_id: difference.transfer_id.uuid(),
            here: difference.here,
            there: difference.there,
            owners: difference.owners,
        };
        Self {
            peer: made.peer,
            since: local(made.since, offset),
            compared: made.compared,
            differences: made.differences.into_iter().map(difference).collect(),
            made_at: local(made.made_at, offset),
        }
    }
}

/// What the newest comparison with a peer found.
#[utoipa::path(
    get, path = "/v1/peers/{code}/reconciliation", params(("code" = String, Path)),
    responses((status = 200, body = ReconciliationBody), (status = 404, description = "`peer_unknown`: none was made yet"))
)]
pub(super) async fn get_reconciliation(
    State(ctx): State<Ctx>,
    Path(code): Path<String>,
) -> Result<Json<ReconciliationBody>, Problem> {
    let made = keep_peers::last_reconciliation(&ctx.db, &code).await;
    let made = made.map_err(|problem| error::database(&problem))?;
    let made = made.ok_or_else(transfer_error::peer_unknown)?;
    Ok(Json(ReconciliationBody::of(made, ctx.offset)))
}

/// Compares now; it is done once a day anyway.
#[utoipa::path(
    post, path = "/v1/peers/{code}/reconciliation", params(("code" = String, Path)),
    responses((status = 200, body = ReconciliationBody), (status = 409, description = "`peer_unreachable`: unknown, no address or no keys"), (status = 502, description = "`peer_unreachable`"))
)]
pub(super) async fn reconcile(
    State(ctx): State<Ctx>,
    Path(code): Path<String>,
) -> Result<Json<ReconciliationBody>, Problem> {
    let made = ctx
        .reconcile(&code)
        .await
        .map_err(|problem| transfer_error::reconcile(&problem))?;
    Ok(Json(ReconciliationBody::of(made, ctx.offset)))
}
