//! GET and PUT /v1/policy: the city's rules as a document; every change is a version with its author and time.
use crate::api::error;
use crate::ctx::Ctx;
use crate::domain::Policies;
use crate::domain::policy::DEFAULT_DOCUMENT;
use crate::usecases::publish_policy::{self, Command, PolicyVersion, PublishPolicy};
use axum::extract::State;
use chrono::{DateTime, FixedOffset};
use contracts::cause::{Asked, Cause};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::auth::Principal;
use web::{Json, Problem, Query};

/// Which version.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// 1, 2, 3, …; the one that holds when left out.
    #[param(minimum = 1)]
    pub version: Option<i64>,
}

/// A new policy.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyForm {
    /// TOML; what it leaves out is as in the compiled-in default, which `default_document` shows.
    #[schema(example = "[default]\nrework_max = 2")]
    pub document: String,
    /// The version it was made from: refused when another has been published since.
    pub based_on: Option<i64>,
}

/// A policy.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyView {
    /// 0 = none has been published, the settings hold.
    pub version: i64,
    /// As it was given.
    pub document: String,
    /// Every field with its default and its meaning.
    pub default_document: &'static str,
    /// Who published it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// From when it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published_at: Option<DateTime<FixedOffset>>,
    /// Years that are near and of which `calling.days` names none although it names those of others: publish a version with
    /// their holidays and make-up workdays.
    pub years_missing: Vec<i32>,
}

/// Of a document that can be read no more, nothing is said here.
fn years_missing(ctx: &Ctx, document: &str) -> Vec<i32> {
    let now = ctx.db.clock().now();
    Policies::read(document).map_or_else(|_| Vec::new(), |policies| policies.years_missing(now))
}

fn view(ctx: &Ctx, version: PolicyVersion) -> PolicyView {
    PolicyView {
        version: version.version,
        years_missing: years_missing(ctx, &version.document),
        document: version.document,
        default_document: DEFAULT_DOCUMENT,
        author: Some(version.author),
        published_at: Some(ctx.local(version.published_at)),
    }
}

/// The policy that holds, or a version of before.
#[utoipa::path(get, path = "/v1/policy", tag = "policy", params(Which),
    responses((status = 200, body = PolicyView), (status = 404, description = "No such version")))]
pub async fn get_policy(
    State(ctx): State<Ctx>,
    Query(which): Query<Which>,
) -> Result<Json<PolicyView>, Problem> {
    let found = publish_policy::get_policy(&ctx.db, which.version)
        .await
        .map_err(|e| error::db(&e))?;
    match (found, which.version) {
        (Some(version), _) => Ok(Json(view(&ctx, version))),
        (None, Some(_)) => Err(error::policy_unknown()),
        (None, None) => Ok(Json(PolicyView {
            version: 0,
            years_missing: years_missing(&ctx, &ctx.config.initial_policy),
            document: ctx.config.initial_policy.clone(),
            default_document: DEFAULT_DOCUMENT,
            author: None,
            published_at: None,
        })),
    }
}

/// Publishes a policy for everything that is decided from now on. The document that holds already makes no new version.
#[utoipa::path(put, path = "/v1/policy", tag = "policy", request_body = PolicyForm,
    responses((status = 200, body = PolicyView), (status = 409, description = "Made from a version that holds no more"),
        (status = 422, description = "The document is wrong; `field` says where")))]
pub async fn put_policy(
    State(ctx): State<Ctx>,
    principal: Principal,
    Json(form): Json<PolicyForm>,
) -> Result<Json<PolicyView>, Problem> {
    let author = format!("agent:{}", principal.subject);
    let cause = Cause::asked_by(author.clone(), telemetry::propagation::current_traceparent());
    let command = Command {
        document: form.document,
        based_on: form.based_on,
        author,
    };
    let asked = Asked { cause, command };
    let version = ctx
        .db
        .execute(&PublishPolicy, asked)
        .await
        .map_err(|e| error::policy(&e))?;
    Ok(Json(view(&ctx, version)))
}
