//! `POST /v1/units/{unit}/keys`: a key for the unit's own system.
use crate::ctx::Ctx;
use crate::domain::unit_key;
use crate::usecases::create_key::{CreateKey, CreateKeyRefusal, CreateKeys};
use crate::wire::{problem, unit_code};
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, FixedOffset, TimeDelta};
use contracts::cause::{Asked, Cause};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{IdempotencyKey, Json, Path, Problem};

/// A new key.
#[derive(Clone, Serialize, ToSchema)]
pub(super) struct NewKeyAnswer {
    /// What the key is named by.
    key_id: Uuid,
    /// The key: shown now and never again.
    #[schema(example = "uk_4fzHqNQYQm9bJt0m2v0xUeXz1c8kq7b6a5w4d3f2g1h")]
    key: String,
    /// Last moment of use.
    expires_at: DateTime<FixedOffset>,
}

/// Makes a key. A unit has at most two in use: the old and the new one of a rotation. A repeat with the same
/// `Idempotency-Key` gets the same key again.
#[utoipa::path(
    post,
    path = "/v1/units/{unit}/keys",
    tag = "access",
    params(
        ("unit" = String, Path, description = "code of the unit"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 128 visible ASCII characters, best a fresh UUID"),
    ),
    responses(
        (status = 201, description = "the key", body = NewKeyAnswer),
        (status = 409, description = "`keys_exhausted`: revoke one first"),
        (status = 422, description = "`idempotency_key_reused`: its first answer cannot be given again"),
    )
)]
pub(super) async fn create_key(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(unit): Path<String>,
    idempotency_key: Option<IdempotencyKey>,
) -> Result<Response, Problem> {
    let unit = unit_code(unit)?;
    let idempotency_key = idempotency_key.map(|IdempotencyKey(key)| key);
    let secret = match &idempotency_key {
        // Only the hash is kept, so what a repeat must get again follows from its own key.
        Some(chosen) => ctx
            .sealer
            .derive(&["unit key", unit.as_str(), &principal.subject, chosen]),
        None => rand::random(),
    };
    let key = unit_key::present(secret);
    let cause = Cause::asked_by(
        format!("agent:{}", principal.subject),
        telemetry::propagation::current_traceparent(),
    );
    let command = CreateKey {
        unit,
        key_sha256: unit_key::hash(&key),
        idempotency_key,
        lifetime: TimeDelta::days(ctx.config.key_lifetime_days),
        by: principal.subject,
    };
    let created = ctx
        .db
        .execute(&CreateKeys, Asked { cause, command })
        .await
        .map_err(|error| problem::executed(error, refused))?;
    let answer = NewKeyAnswer {
        key_id: created.key.key_id,
        key,
        expires_at: ctx.local(created.key.expires_at),
    };
    let mut response = (StatusCode::CREATED, Json(answer)).into_response();
    if created.repeated {
        response
            .headers_mut()
            .insert("idempotency-replayed", HeaderValue::from_static("true"));
    }
    Ok(response)
}

fn refused(refusal: CreateKeyRefusal) -> Problem {
    match refusal {
        CreateKeyRefusal::TooManyKeys => {
            Problem::conflict("keys_exhausted", "revoke one first").detail_zh("请先撤销一个密钥")
        }
        CreateKeyRefusal::KeyReused => web::idempotency::reused(),
    }
}
