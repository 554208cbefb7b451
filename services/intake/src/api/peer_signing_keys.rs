//! `/v1/peers/{code}/signing-keys`: private keys of ours (Ed25519). The peer gets the public half, which signs nothing.
use super::views::local;
use super::{error, transfer_error};
use crate::ctx::Ctx;
use crate::links::SIGNING_SEED;
use crate::usecases::rotate_signing_keys::{self, Make, NewSigningKey, RotateSigningKeys, SigningKey};
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, FixedOffset};
use contracts::cause::{Asked, Cause};
use db::ExecuteError;
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
    let make = Make {
        key: NewSigningKey {
            key_id,
            seed: ctx
                .links
                .vault
                .seal_secret(&code, SIGNING_SEED, &STANDARD.encode(seed)),
            public_key: public_key.clone(),
            by: by.clone(),
        },
        peer: code,
    };
    let work = RotateSigningKeys {
        overlap: ctx.transfers.key_overlap(),
    };
    let asked = Asked {
        cause: Cause::asked_by(by, telemetry::propagation::current_traceparent()),
        command: make,
    };
    let made_at = match ctx.db.execute(&work, asked).await {
        Ok(made_at) => local(made_at, ctx.offset),
        Err(ExecuteError::Db(problem)) => return Err(error::database(&problem)),
        Err(ExecuteError::Refused(_)) => return Err(transfer_error::peer_unknown()),
    };
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
    let keys = rotate_signing_keys::list(&ctx.db, &code).await;
    let keys = keys.map_err(|problem| error::database(&problem))?;
    let shown = |key: SigningKey| SigningKeyBody {
        key_id: key.key_id,
        public_key: key.public_key,
        made_at: local(key.made_at, ctx.offset),
        ends_at: key.ends_at.map(|at| local(at, ctx.offset)),
    };
    Ok(Json(SigningKeysBody {
        items: keys.into_iter().map(shown).collect(),
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
    let known = rotate_signing_keys::end(&ctx.db, &code, key_id).await;
    if known.map_err(|problem| error::database(&problem))? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(transfer_error::key_unknown())
    }
}
