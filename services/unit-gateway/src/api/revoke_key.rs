//! `DELETE /v1/units/{unit}/keys/{key_id}`: withdraws a key at once.
use crate::ctx::Ctx;
use crate::usecases::end_connections::end_connections;
use crate::usecases::revoke_key::{RevokeKey, RevokeKeys, UnknownKey};
use crate::wire::{problem, unit_code};
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, FixedOffset};
use contracts::cause::{Asked, Cause};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::auth::Principal;
use web::{Json, Path, Problem};

/// The key is withdrawn, and somebody may still be on NATS with it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ConnectionsLeftAnswer {
    /// Connections that could not be ended.
    #[schema(example = 1)]
    connections_left: usize,
    /// When the servers have ended all of them by themselves.
    until: DateTime<FixedOffset>,
}

/// Withdraws a key and ends its connections on NATS; another replica may believe in it for a few seconds more. Where connections
/// could not be ended, the same call again tries again.
#[utoipa::path(
    delete,
    path = "/v1/units/{unit}/keys/{key_id}",
    tag = "access",
    params(("unit" = String, Path, description = "code of the unit"), ("key_id" = Uuid, Path, description = "the key")),
    responses(
        (status = 202, description = "withdrawn, now or before; connections on NATS may go on for a while", body = ConnectionsLeftAnswer),
        (status = 204, description = "withdrawn, now or before; nobody is on NATS with it"),
        (status = 404, description = "`key_unknown`"),
    )
)]
pub(super) async fn revoke_key(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path((unit, key_id)): Path<(String, Uuid)>,
) -> Result<Response, Problem> {
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
    let left = end_connections(&ctx, key_id).await;
    let left = left.map_err(|error| problem::failed(&error))?;
    let Some(left) = left else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let answer = ConnectionsLeftAnswer {
        connections_left: left.connections,
        until: ctx.local(left.until),
    };
    Ok((StatusCode::ACCEPTED, Json(answer)).into_response())
}
