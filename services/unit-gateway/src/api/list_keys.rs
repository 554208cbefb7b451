//! `GET /v1/units/{unit}/keys`: which keys a unit has, without the keys.
use crate::ctx::Ctx;
use crate::usecases::revoke_key::list_keys as list;
use crate::wire::{problem, unit_code};
use axum::extract::State;
use chrono::{DateTime, FixedOffset};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Json, Path, Problem, page};

/// The keys of a unit.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct KeysAnswer {
    /// Newest first.
    items: Vec<KeyAnswer>,
}

/// One key, without the key.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct KeyAnswer {
    /// What the key is named by.
    key_id: Uuid,
    /// Who made it.
    created_by: String,
    /// When.
    created_at: DateTime<FixedOffset>,
    /// Last moment of use.
    expires_at: DateTime<FixedOffset>,
    /// When it was withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<DateTime<FixedOffset>>,
}

/// The unit's newest keys, withdrawn and expired ones too.
#[utoipa::path(
    get,
    path = "/v1/units/{unit}/keys",
    tag = "access",
    params(("unit" = String, Path, description = "code of the unit")),
    responses((status = 200, description = "the keys", body = KeysAnswer))
)]
pub(super) async fn list_keys(
    State(ctx): State<Ctx>,
    Path(unit): Path<String>,
) -> Result<Json<KeysAnswer>, Problem> {
    let unit = unit_code(unit)?;
    let rows = list(&ctx.db, &unit, page::LIMIT_MAX)
        .await
        .map_err(|error| problem::failed(&error))?;
    let items = rows.into_iter().map(|row| KeyAnswer {
        key_id: row.key_id,
        created_by: row.created_by,
        created_at: ctx.local(row.created_at),
        expires_at: ctx.local(row.expires_at),
        revoked_at: row.revoked_at.map(|at| ctx.local(at)),
    });
    Ok(Json(KeysAnswer {
        items: items.collect(),
    }))
}
