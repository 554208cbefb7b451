//! `POST /v1/units/{unit}/keys`: a key for the unit's own system.
use crate::ctx::Ctx;
use crate::domain::unit_key;
use crate::usecases::create_key::{CreateKey, CreateKeys, TooManyKeys};
use crate::wire::{problem, unit_code};
use axum::extract::State;
use chrono::{DateTime, FixedOffset, TimeDelta};
use contracts::cause::{Asked, Cause};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem};

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

/// Makes a key. A unit has at most two in use: the old and the new one of a rotation.
#[utoipa::path(
    post,
    path = "/v1/units/{unit}/keys",
    tag = "access",
    params(("unit" = String, Path, description = "code of the unit")),
    responses(
        (status = 201, description = "the key", body = NewKeyAnswer),
        (status = 409, description = "`keys_exhausted`: revoke one first"),
    )
)]
pub(super) async fn create_key(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(unit): Path<String>,
) -> Result<(StatusCode, Json<NewKeyAnswer>), Problem> {
    let unit = unit_code(unit)?;
    let key = unit_key::present(rand::random());
    let cause = Cause::asked_by(
        format!("agent:{}", principal.subject),
        telemetry::propagation::current_traceparent(),
    );
    let command = CreateKey {
        unit,
        key_sha256: unit_key::hash(&key),
        lifetime: TimeDelta::days(ctx.config.key_lifetime_days),
        by: principal.subject,
    };
    let refused =
        |TooManyKeys| Problem::conflict("keys_exhausted", "revoke one first").detail_zh("请先撤销一个密钥");
    let row = ctx
        .db
        .execute(&CreateKeys, Asked { cause, command })
        .await
        .map_err(|error| problem::executed(error, refused))?;
    Ok((
        StatusCode::CREATED,
        Json(NewKeyAnswer {
            key_id: row.key_id,
            key,
            expires_at: ctx.local(row.expires_at),
        }),
    ))
}
