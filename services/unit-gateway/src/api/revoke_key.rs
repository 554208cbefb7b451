//! `DELETE /v1/units/{unit}/keys/{key_id}`: withdraws a key at once.
use crate::ctx::Ctx;
use crate::usecases::log_in::connections;
use crate::usecases::revoke_key::{RevokeKey, RevokeKeys, UnknownKey};
use crate::wire::{problem, unit_code};
use axum::extract::State;
use contracts::cause::{Asked, Cause};
use http::StatusCode;
use uuid::Uuid;
use web::auth::Principal;
use web::{Path, Problem};

/// Withdraws a key and ends its connections on NATS; another replica may believe in it for a few seconds more.
#[utoipa::path(
    delete,
    path = "/v1/units/{unit}/keys/{key_id}",
    tag = "access",
    params(("unit" = String, Path, description = "code of the unit"), ("key_id" = Uuid, Path, description = "the key")),
    responses(
        (status = 204, description = "withdrawn, now or before"),
        (status = 404, description = "`key_unknown`"),
    )
)]
pub(super) async fn revoke_key(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path((unit, key_id)): Path<(String, Uuid)>,
) -> Result<StatusCode, Problem> {
    let unit = unit_code(unit)?;
    let cause = Cause::asked_by(
        format!("agent:{}", principal.subject),
        telemetry::propagation::current_traceparent(),
    );
    let command = RevokeKey {
        unit,
        key_id,
        by: principal.subject,
    };
    let refused = |UnknownKey| {
        Problem::not_found("key_unknown", "the unit has no such key").detail_zh("该单位没有此密钥")
    };
    ctx.db
        .execute(&RevokeKeys, Asked { cause, command })
        .await
        .map_err(|error| problem::executed(error, refused))?;
    ctx.keys.forget();
    let connections = connections(&ctx.db, key_id)
        .await
        .map_err(|error| problem::failed(&error))?;
    ctx.connections.end(connections).await;
    Ok(StatusCode::NO_CONTENT)
}
