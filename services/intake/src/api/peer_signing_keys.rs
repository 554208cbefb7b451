//! `/v1/peers/{code}/signing-keys`: private keys of ours (Ed25519). The peer gets the public half, which signs nothing.
use super::views::local;
use super::{error, peer_keys};
use crate::ctx::Ctx;
use crate::links::SIGNING_SEED;
use crate::usecases::rotate_keys::{self, Holder, Issue, Made, NewSigningKey, PeerKey};
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, FixedOffset};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem};

/// A key with which we sign to a peer.
#[derive(Serialize, ToSchema)]
pub(super) struct SigningKeyBody {
    key_id: Uuid,
    /// Checks `v1a`: `whpk_` and base64, as in Standard Webhooks.
    public_key: String,
    made_at: DateTime<FixedOffset>,
    /// Does not sign from then on; absent = until another takes its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_at: Option<DateTime<FixedOffset>>,
}

/// Keys, the newest first.
#[derive(Serialize, ToSchema)]
pub(super) struct SigningKeysBody {
    items: Vec<SigningKeyBody>,
}

/// Makes a private key, which stays here, and shows its public half, which the peer is given. From now on every call to the peer
/// is signed with it (`v1a`). The key before signs beside it for `key_overlap_secs` (7 days), so that the peer can change over;
/// those before that end.
#[utoipa::path(
    post, path = "/v1/peers/{code}/signing-keys", params(("code" = String, Path)),
    responses(
        (status = 201, body = SigningKeyBody, headers(("Location" = String))),
        (status = 404, description = "`peer_unknown`"),
    )
)]
pub(super) async fn make_signing_key(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(code): Path<String>,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<SigningKeyBody>), Problem> {
    let seed = rand::random::<[u8; 32]>();
    let key_id = Uuid::now_v7();
    let location = format!("/v1/peers/{code}/signing-keys/{key_id}");
    let by = format!("agent:{}", principal.subject);
    let public_key = signing::PrivateKey::new(&seed).public_key();
    let issue = Issue {
        key: Made::Ours(NewSigningKey {
            key_id,
            seed: ctx
                .links
                .vault
                .seal_secret(&code, SIGNING_SEED, &STANDARD.encode(seed)),
            public_key: public_key.clone(),
            by: by.clone(),
        }),
        peer: code,
    };
    let made_at = local(peer_keys::rotate(&ctx, issue, by).await?, ctx.offset);
    let made = SigningKeyBody {
        key_id,
        public_key,
        made_at,
        ends_at: None,
    };
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(made)))
}

/// The keys with which we sign to a peer or have signed, the newest first: those without `ends_at`, or with one in the future, sign.
#[utoipa::path(
    get, path = "/v1/peers/{code}/signing-keys", params(("code" = String, Path)),
    responses((status = 200, body = SigningKeysBody))
)]
pub(super) async fn list_signing_keys(
    State(ctx): State<Ctx>,
    Path(code): Path<String>,
) -> Result<Json<SigningKeysBody>, Problem> {
    let keys = rotate_keys::list(&ctx.db, &code, Holder::Us).await;
    let keys = keys.map_err(|problem| error::database(&problem))?;
    // Every key of ours has one.
    let shown = |key: PeerKey| {
        Some(SigningKeyBody {
            key_id: key.key_id,
            public_key: key.public_key?,
            made_at: local(key.made_at, ctx.offset),
            ends_at: key.ends_at.map(|at| local(at, ctx.offset)),
        })
    };
    Ok(Json(SigningKeysBody {
        items: keys.into_iter().filter_map(shown).collect(),
    }))
}

/// Ends a key now. Said again it changes nothing.
#[utoipa::path(
    delete, path = "/v1/peers/{code}/signing-keys/{key_id}", params(("code" = String, Path), ("key_id" = Uuid, Path)),
    responses((status = 204, description = "ended"), (status = 404, description = "`key_unknown`"))
)]
pub(super) async fn end_signing_key(
    State(ctx): State<Ctx>,
    Path((code, key_id)): Path<(String, Uuid)>,
) -> Result<StatusCode, Problem> {
    peer_keys::end(&ctx, &code, Holder::Us, key_id).await
}
