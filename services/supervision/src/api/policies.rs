//! GET and PUT /v1/policies/{name}: what the city decides about supervision, as documents in TOML.
use crate::api::{error, person};
use crate::ctx::Ctx;
use crate::usecases::policies::{self, Command, Policy, PutPolicy};
use axum::extract::State;
use chrono::{DateTime, FixedOffset};
use contracts::cause::Asked;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::auth::Principal;
use web::{Json, Path, Problem, Query};

/// Which version.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// 0 is the compiled-in one; by default the one that holds now.
    pub version: Option<i64>,
}

/// A document.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyView {
    /// Which.
    pub name: String,
    /// 1, 2, 3, …; 0 is the compiled-in one.
    pub version: i64,
    /// TOML.
    pub document: String,
    /// Why it was changed.
    pub note: Option<String>,
    /// Who put it.
    pub author: Option<String>,
    /// Since when it holds.
    pub at: Option<DateTime<FixedOffset>>,
}

/// A document to put.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyForm {
    /// TOML.
    pub document: String,
    /// Why it is changed.
    pub note: Option<String>,
}

/// A policy document: `ladder` (what is granted to units, and when an order is put on which rung).
#[utoipa::path(get, path = "/v1/policies/{name}", tag = "policies",
    params(("name" = String, Path, description = "The document"), Wanted),
    responses((status = 200, body = PolicyView), (status = 404, description = "No such document or version")))]
pub async fn get_policy(
    State(ctx): State<Ctx>,
    Path(name): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<PolicyView>, Problem> {
    let found = policies::get_policy(&ctx.db, &name, wanted.version).await;
    let policy = found
        .map_err(|e| error::db(&e))?
        .ok_or_else(error::policy_unknown)?;
    Ok(Json(view(&ctx, name, policy)))
}

/// Puts the next version of a document, whole. A document that is wrong is refused with the field; one that holds
/// already stays the version it is.
#[utoipa::path(put, path = "/v1/policies/{name}", tag = "policies",
    params(("name" = String, Path, description = "The document")), request_body = PolicyForm,
    responses((status = 200, body = PolicyView), (status = 404, description = "No such document"),
        (status = 422, description = "The document is wrong; `field` says where")))]
pub async fn put_policy(
    State(ctx): State<Ctx>,
    principal: Principal,
    Path(name): Path<String>,
    Json(form): Json<PolicyForm>,
) -> Result<Json<PolicyView>, Problem> {
    let (author, cause) = person(&principal);
    let command = Command {
        name: name.clone(),
        document: form.document,
        note: form.note,
        author,
    };
    let put = ctx.db.execute(&PutPolicy, Asked { cause, command }).await;
    let policy = put.map_err(|e| error::put_policy(&e))?;
    Ok(Json(view(&ctx, name, policy)))
}

fn view(ctx: &Ctx, name: String, policy: Policy) -> PolicyView {
    PolicyView {
        name,
        version: policy.version,
        document: policy.document,
        note: policy.note,
        author: policy.author,
        at: policy.at.map(|at| ctx.local(at)),
    }
}
