//! `GET /v1/unit-denials`: who was refused on NATS, and why.
use crate::ctx::Ctx;
use crate::usecases::log_in::denials;
use crate::wire::problem;
use axum::extract::State;
use chrono::{DateTime, FixedOffset};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Json, Problem};

/// Refusals.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct DenialsAnswer {
    /// The newest first, at most 500. What was not repeated for as long as documents are kept is forgotten.
    items: Vec<DenialAnswer>,
}

/// Refusals of one who said it was one unit, for one reason.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct DenialAnswer {
    /// Who the caller said it was; `?` for all who named no unit that is known.
    unit: String,
    /// nats_login or nats_command.
    way: String,
    /// Why: token_invalid, wrong_unit, token_missing or reply_refused.
    code: String,
    /// How often.
    times: i64,
    /// The first.
    first_at: DateTime<FixedOffset>,
    /// The last.
    last_at: DateTime<FixedOffset>,
}

/// Logins and commands on NATS that were refused because of who sent them. What the server itself refuses (a subject
/// that is not the unit's) is in the server's log.
#[utoipa::path(
    get,
    path = "/v1/unit-denials",
    tag = "access",
    responses((status = 200, description = "refusals", body = DenialsAnswer))
)]
pub(super) async fn list_denials(State(ctx): State<Ctx>) -> Result<Json<DenialsAnswer>, Problem> {
    let rows = denials(&ctx.db).await.map_err(|error| problem::failed(&error))?;
    let items = rows.into_iter().map(|row| DenialAnswer {
        unit: row.unit,
        way: row.way,
        code: row.code,
        times: row.times,
        first_at: ctx.local(row.first_at),
        last_at: ctx.local(row.last_at),
    });
    Ok(Json(DenialsAnswer {
        items: items.collect(),
    }))
}
